/* The guard: what of a raw request is refused before anything looks at its address.
 *
 * libmicrohttpd 0.9.75 answers 200 to a request with two Host headers, with Content-Length and
 * Transfer-Encoding, with a NUL in its first line, with an unknown method. Here only GET, HEAD and
 * OPTIONS without a body pass, and every header that frames a message stands once.
 */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

#include "geo/status.h"
#include "server/limits.h"

#include <microhttpd.h>
#include <stdbool.h>

enum guard_method { GUARD_GET, GUARD_HEAD, GUARD_OPTIONS };

/* What the answer depends on, gathered in one pass. Texts live as long as the request; NULL where
 * a header is absent. */
struct guard_headers {
    const char *host, *accept, *accept_encoding, *accept_language, *if_none_match;
    const char *content_length, *transfer_encoding;
    size_t memory;  /* of the connection that they take, about */
    bool repeated;  /* Host, Content-Length or Transfer-Encoding twice */
    bool malformed; /* a NUL or another control character in a value */
};

void guard_read_headers(struct MHD_Connection *connection, struct guard_headers *headers);

/* The request target, copied before libmicrohttpd cuts it into its arguments. */
struct guard_target {
    char text[LIMIT_TARGET_BYTES + 1];
    size_t length;   /* as sent; beyond LIMIT_TARGET_BYTES the text is cut */
    const char *end; /* where it ended; only compared */
};

void guard_read_target(const char *raw, struct guard_target *target);

/* Writes ';' for each '&' of raw, which is libmicrohttpd's own: it will cut the query into
 * arguments, each a piece of the connection's memory, that nobody reads, for server/target does
 * that, within limits. So it is one, however many there are. */
void guard_join_arguments(const char *raw);

/* False when a request takes so much of its connection's memory that the header of an answer, even
 * of a refusal, may not fit into what is left. Where cookies alone (some 10 KB, or more than 270)
 * fill it to the last bytes, libmicrohttpd 0.9.75 gives up before anybody is asked; server/http
 * answers then. */
bool guard_leaves_room(const struct guard_target *target, const struct guard_headers *headers);

/* Judges a request. version as libmicrohttpd gives it. ATLAS_OK and *method; ATLAS_UNSUPPORTED: the
 * method (405); ATLAS_TOO_LARGE: the target (414); ATLAS_INVALID (400); with a sentence. */
enum atlas_status guard_judge(const char *method_name, const struct guard_target *target,
                              const char *version, const struct guard_headers *headers,
                              enum guard_method *method,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
