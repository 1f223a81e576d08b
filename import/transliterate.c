#include "import/transliterate.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { MOST_UNITS = 2000 }; /* UTF-16 units of a name; more is cut */

static pthread_once_t opened = PTHREAD_ONCE_INIT;
static UTransliterator *to_latin; /* lives as long as the process; used under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void open_transliterator(void)
{
    static const UChar id[] = u"Any-Latin; NFC";
    UErrorCode code = U_ZERO_ERROR;
    to_latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code)) to_latin = NULL;
}

/* Latin letters end at U+024F; U+1E00 to U+1EFF and the combining marks are theirs too. */
static bool needs_spelling(const UChar *units, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        UChar c = units[i];
        if (c > 0x24F && !(c >= 0x1E00 && c <= 0x1EFF) && !(c >= 0x2B0 && c <= 0x36F) &&
            !(c >= 0x2000 && c <= 0x206F))
            return true;
    }
    return false;
}

static size_t copy_text(const char *text, char *latin, size_t size)
{
    if (size == 0) return 0;
    size_t n = strlen(text);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(latin, text, n);
    latin[n] = '\0';
    return n;
}

size_t transliterate(const char *text, char *latin, size_t size)
{
    if (!text) text = "";
    bool ascii = true;
    for (const char *c = text; *c && ascii; c++)
        ascii = (unsigned char)*c < 0x80;
    if (ascii) return copy_text(text, latin, size);
    UChar units[2 * MOST_UNITS];
    UErrorCode code = U_ZERO_ERROR;
    int32_t n = 0;
    u_strFromUTF8WithSub(units, MOST_UNITS, &n, text, (int32_t)strnlen(text, MOST_UNITS), 0xFFFD,
                         NULL, &code);
    if (U_FAILURE(code) || !needs_spelling(units, n)) return copy_text(text, latin, size);
    pthread_once(&opened, open_transliterator);
    if (!to_latin) return copy_text(text, latin, size);
    int32_t limit = n;
    code = U_ZERO_ERROR;
    pthread_mutex_lock(&lock);
    utrans_transUChars(to_latin, units, &n, 2 * MOST_UNITS, 0, &limit, &code);
    pthread_mutex_unlock(&lock);
    if (U_FAILURE(code) || n > 2 * MOST_UNITS) return copy_text(text, latin, size);
    char spelled[6 * MOST_UNITS + 1];
    code = U_ZERO_ERROR;
    u_strToUTF8(spelled, sizeof spelled, NULL, units, n, &code);
    if (U_FAILURE(code) || code == U_STRING_NOT_TERMINATED_WARNING)
        return copy_text(text, latin, size);
    return copy_text(spelled, latin, size);
}
