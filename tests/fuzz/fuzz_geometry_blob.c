/* geo/geometry_blob: any bytes give well-formed WKB that is no longer than they are, or a refusal.
 */
#include "geo/geometry_blob.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    for (int shape = GEOMETRY_MULTI_LINE; shape <= GEOMETRY_MULTI_POLYGON; shape++) {
        struct bytes wkb = {0};
        enum atlas_status status =
            geometry_blob_to_wkb(data, length, (enum geometry_shape)shape, &wkb);
        if (status == ATLAS_OK && (wkb.length < 9 || wkb.length > length || wkb.data[0] != 1))
            abort();
        if (status != ATLAS_OK && status != ATLAS_CORRUPT) abort();
        bytes_close(&wkb);
    }
    return 0;
}
