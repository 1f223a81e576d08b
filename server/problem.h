/* What went wrong, as HTTP: the one table from our codes to statuses, and application/problem+json
 * (RFC 9457). What a client sent is only ever shown as escaped JSON text, never as HTML.
 */
#ifndef SERVER_PROBLEM_H
#define SERVER_PROBLEM_H

#include "geo/status.h"
#include "server/answer.h"

#include <stdbool.h>

/* 400 for ATLAS_INVALID, 503 for ATLAS_BUSY … */
unsigned problem_http_status(enum atlas_status status);

/* Title of an HTTP status, e.g. "Requête incorrecte". Static. */
const char *problem_title(unsigned http_status, bool english);

/* The error answer. parameter: the one at fault; "" or NULL: the one that the sentence begins with,
 * if any. NULL when out of memory. */
struct answer *problem_answer(unsigned http_status, const struct atlas_error *error,
                              const char *parameter, bool english);

/* True when Accept-Language (NULL: none) ranks English before French. */
bool problem_prefers_english(const char *accept_language);

#endif
