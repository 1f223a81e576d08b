#include "import/tidy.h"

#include <utf8proc.h>

/* What must not be in a text: controls, and marks that turn the direction of writing. */
static bool unwanted(utf8proc_int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFFFE;
}

bool tidy(const char *text, size_t length, struct bytes *out)
{
    bool dropped = false, space = false;
    size_t start = out->length;
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                              (utf8proc_ssize_t)(length - at), &c);
        if (n <= 0) { /* cannot be: the dataset mends its texts */
            at++;
            dropped = true;
            continue;
        }
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank)
            space = out->length > start;
        else if (unwanted(c))
            dropped = true;
        else {
            if (space) bytes_append_byte(out, ' ');
            space = false;
            bytes_append(out, text + at, (size_t)n);
        }
        at += (size_t)n;
    }
    bytes_append_byte(out, '\0');
    return dropped;
}
