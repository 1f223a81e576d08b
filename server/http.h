/* HTTP: connections, deadlines, and one exchange (request and answer) after the other on each of
 * them. It knows libmicrohttpd and nothing of addresses: what to answer is the handler's.
 *
 * Several event loops ("lanes"), run in turns by as many threads (server/turns); our own accept
 * deals connections to the lane that has fewest. libmicrohttpd has only an idle timer, so a
 * watchdog of ours holds each connection to LIMIT_HEADER_SECONDS, LIMIT_KEEPALIVE_SECONDS and a
 * minimum drain rate: it shuts the socket under the lock that the connection's end takes, so never
 * another one's.
 *
 * An answer must not be queued on libmicrohttpd's first call of a request, for that closes the
 * connection; http does so on purpose for what the guard refuses, and for nothing else.
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "geo/status.h"
#include "server/guard.h"
#include "server/listener.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct http;
struct client;

#define HTTP_MAX_LANES 64

/* One request and its answer. */
struct exchange {
    struct MHD_Connection *connection;
    struct guard_target target;
    enum guard_method method;
    struct guard_headers headers;
    uint64_t began_ns; /* CLOCK_MONOTONIC, when its headers were complete */
    unsigned status;   /* of the answer, once it is sent; 0 when it was broken off */
    unsigned lane;     /* 0 .. lanes - 1: its connection's; one thread at a time runs a lane */
    unsigned label;    /* the handler's, for finish(); 0 when an exchange begins */
    void *own;         /* the handler's; NULL when an exchange begins */
    struct client *client;
};

struct http_handler {
    void *context; /* given to each */
    /* Called on a lane's thread when the request is complete, and again after each
     * exchange_resume(). Must call exchange_send() or exchange_suspend(), once. */
    void (*answer)(void *context, struct exchange *exchange);
    /* A request that the guard refused: must call exchange_send(). The connection closes then. */
    void (*refuse)(void *context, struct exchange *exchange, const struct atlas_error *error);
    /* The exchange is over, whether its answer went out or not. Frees exchange->own. */
    void (*finish)(void *context, struct exchange *exchange);
};

struct http_options {
    unsigned lanes;         /* 1 to 64, and so many threads */
    size_t max_connections; /* all clients */
    size_t max_per_client;
    struct http_handler handler;
};

/* Starts the lanes and accepts from listeners (borrowed; closed by http_stop()). */
enum atlas_status http_start(const struct http_options *options, struct listener *listeners,
                             size_t n_listeners, struct http **http,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* Stops accepting, closes idle connections, and waits up to `seconds` for exchanges under way. */
void http_drain(struct http *http, unsigned seconds);
/* Ends everything and frees. No exchange may be suspended any more. NULL is harmless. */
void http_stop(struct http *http);

/* Connections now open, and exchanges under way. */
size_t http_connections(const struct http *http);
size_t http_exchanges(const struct http *http);

/* Queues an answer of about `size` bytes (for the drain deadline). The response stays the caller's
 * to destroy. A failure closes the connection. */
void exchange_send(struct exchange *exchange, unsigned status, struct MHD_Response *response,
                   uint64_t size);

/* Parks the exchange until exchange_resume(), which any thread may call, once. Suspend before
 * making the exchange known to another thread. */
void exchange_suspend(struct exchange *exchange);
void exchange_resume(struct exchange *exchange);

/* To be said on the lane's thread before work of a few dozen microseconds or more, so that another
 * thread sees to the other lanes. */
void exchange_takes_long(struct exchange *exchange);

/* True when the client of a suspended exchange has closed its side: it takes no answer any more.
 * Any thread, before exchange_resume(). */
bool exchange_is_gone(const struct exchange *exchange);

/* More time to take a streamed answer: a further block of `size` bytes goes out. */
void exchange_extend(struct exchange *exchange, uint64_t size);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t http_now_ns(void);

#endif
