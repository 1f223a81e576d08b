/* The request target, as it came over the wire, taken apart: decoded path segments and arguments.
 * Pure; it knows nothing of what the addresses mean.
 *
 * Strict on purpose, for libmicrohttpd lets through what it doesn't understand: refused are NUL
 * and other control characters, '%' without two hexadecimal digits, text that is not UTF-8
 * (overlong forms too), segments "." and "..", slashes and backslashes that come encoded, '#', and
 * whatever is beyond the limits.
 */
#ifndef SERVER_TARGET_H
#define SERVER_TARGET_H

#include "geo/status.h"
#include "server/limits.h"

#include <stdbool.h>
#include <stddef.h>

struct target_argument {
    const char *name, *value; /* decoded; value "" where there is no '=' */
};

struct target {
    char path[LIMIT_PATH_BYTES + 1];      /* decoded, whole */
    const char *segments[LIMIT_SEGMENTS]; /* decoded; "/" has none */
    size_t n_segments;
    bool trailing_slash; /* of a path that has segments */
    struct target_argument arguments[LIMIT_ARGUMENTS];
    size_t n_arguments;
    char text[LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES + 2 * LIMIT_ARGUMENTS + 2]; /* holds them */
};

/* Reads raw ("/a/b?c=d"; "http://host/a/b" as proxies may send it). ATLAS_INVALID with a sentence
 * that says what is wrong; ATLAS_TOO_LARGE, beyond a limit. *target may be half filled then. */
enum atlas_status target_parse(const char *raw, struct target *target,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
