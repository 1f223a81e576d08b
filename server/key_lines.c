#include "server/key_lines.h"

#include <stddef.h>
#include <string.h>

/* Cuts the blanks off both ends, in place. */
static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

enum atlas_status key_lines_next(struct key_lines *lines, bool *more, const char **key,
                                 const char **text, struct atlas_error *error)
{
    *more = false;
    while (lines->at) {
        char *line = lines->at, *end = strchr(line, '\n');
        lines->number++;
        lines->at = end ? end + 1 : NULL;
        if (end) *end = '\0';
        line = trim(line);
        if (!line[0] || line[0] == '#') continue;
        char *equals = strchr(line, '=');
        if (!equals)
            return atlas_fail(error, ATLAS_INVALID, "%s, line %d: expected `key = text`",
                              lines->path, lines->number);
        *equals = '\0';
        *key = trim(line);
        *text = trim(equals + 1);
        *more = true;
        return ATLAS_OK;
    }
    return ATLAS_OK;
}
