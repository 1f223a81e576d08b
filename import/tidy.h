/* A cell's text as it may be kept and shown: without control characters and marks that turn the
 * direction of writing, with single spaces, trimmed. */
#ifndef IMPORT_TIDY_H
#define IMPORT_TIDY_H

#include "geo/bytes.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the tidied text and a NUL. True when something other than white space was dropped.
 * Bytes that are not UTF-8 are dropped. */
bool tidy(const char *text, size_t length, struct bytes *out);

#endif
