/* Files of lines `key = text`, blanks around both left out, empty lines and those that begin with
 * `#` passed over: the pages' messages and a site's configuration. */
#ifndef SERVER_KEY_LINES_H
#define SERVER_KEY_LINES_H

#include "geo/status.h"

#include <stdbool.h>

struct key_lines {
    const char *path; /* for sentences; borrowed */
    char *at;         /* what is not read yet, ended by NUL; cut in place; NULL at the end */
    int number;       /* of the line that was read last, from 1; 0 before */
};

/* Reads the next line; *key and *text then lie in the file's text and may be empty. *more is false,
 * and they are left alone, when there is none. ATLAS_INVALID with path and line: a line without
 * `=`. */
enum atlas_status key_lines_next(struct key_lines *lines, bool *more, const char **key,
                                 const char **text, struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
