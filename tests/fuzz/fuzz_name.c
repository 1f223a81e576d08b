/* geo/name: any bytes fold to text within its room, and folding a fold changes nothing. */
#include "geo/name.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    if (length > 4096) return 0;
    char text[4097], folded[16384], again[16384], slug[64];
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(data[i] ? data[i] : ' ');
    text[length] = '\0';
    size_t needed = name_fold(text, folded, sizeof folded);
    if (needed < sizeof folded) {
        if (strlen(folded) != needed) abort();
        name_fold(folded, again, sizeof again);
        if (strcmp(folded, again) != 0) abort();
    }
    char small[7];
    name_fold(text, small, sizeof small);
    if (strlen(small) >= sizeof small || name_slug(text, slug, sizeof slug) >= sizeof slug) abort();
    return 0;
}
