/* A whole answer: status, body, and the headers that go with it. Counted, never changed once made,
 * and sent any number of times: the library's response is made once and reused.
 */
#ifndef SERVER_ANSWER_H
#define SERVER_ANSWER_H

#include "geo/bytes.h"
#include "server/http.h"

#include <stdbool.h>
#include <stddef.h>

#define ANSWER_ETAG_BYTES 64

enum answer_freshness {
    ANSWER_CHECK,     /* Cache-Control: no-cache: ask each time, by ETag */
    ANSWER_HOUR,      /* for an hour, and a day longer while it is asked for anew */
    ANSWER_IMMUTABLE, /* for a year: the address names this content */
    ANSWER_NEVER,     /* no-store: errors, health */
    ANSWER_FRESHNESS_COUNT
};

/* What an answer is made of. Texts are static unless copied says so. */
struct answer_parts {
    unsigned status;         /* HTTP */
    const char *type;        /* Content-Type; NULL for none */
    const char *encoding;    /* Content-Encoding; NULL for none */
    bool varies;             /* Vary: Accept-Encoding (another encoding might have been sent) */
    bool varies_by_language; /* Vary: Accept-Language too */
    const char *csp;         /* Content-Security-Policy; NULL for none */
    bool deny_frames;        /* X-Frame-Options: DENY */
    const char *file_name;   /* Content-Disposition: attachment; NULL for none */
    const char *etag;        /* with its quotes; NULL for none; copied */
    const char *location;    /* of a redirect; copied */
    const char *link;        /* Link header; copied */
    const char *shown;       /* Passerelle-Shown; copied */
    bool allow;              /* Allow: the three methods */
    bool preflight;          /* and what a browser asks before it reads from elsewhere */
    bool retry;              /* Retry-After */
};

struct answer;

/* Takes body over (also on failure) and leaves it empty. NULL when out of memory. */
struct answer *answer_new(const struct answer_parts *parts, struct bytes *body);
/* The same over bytes that outlive the answer and every response of it. */
struct answer *answer_new_static(const struct answer_parts *parts, const void *data, size_t length);

struct answer *answer_get(struct answer *answer);
/* NULL is harmless. */
void answer_release(struct answer *answer);

/* Bytes that it holds, about. */
size_t answer_size(const struct answer *answer);

/* Sends it. A failure closes the connection. */
void answer_send(struct answer *answer, enum answer_freshness freshness, struct exchange *exchange);

/* The 304 for an answer of this ETag, which need not have been built. NULL when out of memory. */
struct answer *answer_new_not_modified(const char *etag);

/* Adds the headers that parts tell to a response made elsewhere. */
void answer_describe(const struct answer_parts *parts, enum answer_freshness freshness,
                     struct MHD_Response *response);

unsigned answer_status(const struct answer *answer);

/* True when an If-None-Match header (NULL: none) holds etag, be it as a weak one. "*" is not
 * looked at: whether there is anything at an address is not known before it is built. */
bool answer_matches(const char *if_none_match, const char *etag);

#endif
