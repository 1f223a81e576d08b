#include "geo/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *atlas_status_text(enum atlas_status status)
{
    switch (status) {
    case ATLAS_OK:
        return "ok";
    case ATLAS_NO_MEMORY:
        return "out of memory";
    case ATLAS_INVALID:
        return "invalid input";
    case ATLAS_NOT_FOUND:
        return "not found";
    case ATLAS_GONE:
        return "withdrawn";
    case ATLAS_IO:
        return "input or output failed";
    case ATLAS_FULL:
        return "disk full";
    case ATLAS_CORRUPT:
        return "damaged file";
    case ATLAS_WRONG_SCHEMA:
        return "another kind or version of file";
    case ATLAS_LOCKED:
        return "held by another process";
    case ATLAS_TOO_LARGE:
        return "over a limit";
    case ATLAS_UNSUPPORTED:
        return "not offered";
    case ATLAS_BUSY:
        return "busy";
    case ATLAS_CANCELLED:
        return "cancelled";
    }
    return "unknown status";
}

/* Length of text without a UTF-8 sequence that was cut in the middle at its end. */
static size_t whole_characters(const char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0) return 0;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needed = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return start - 1 + needed <= length ? length : start - 1;
}

enum atlas_status atlas_fail(struct atlas_error *error, enum atlas_status status,
                             const char *format, ...)
{
    if (!error) return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        error->message[0] = '\0';
    else if ((size_t)wanted >= sizeof error->message)
        error->message[whole_characters(error->message, strlen(error->message))] = '\0';
    for (char *c = error->message; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F) *c = ' ';
    return status;
}
