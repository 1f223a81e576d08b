/* Figures for the operator, as Prometheus reads them (text format 0.0.4), on a listener of their
 * own that strangers don't reach.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "geo/bytes.h"
#include "geo/status.h"
#include "server/listener.h"
#include "server/route.h"

#include <stdint.h>

struct metrics;

/* What the counts are of, beside the kinds of routes. */
enum metrics_address {
    METRICS_REFUSED = ROUTE_KIND_COUNT, /* by the guard, or no address */
    METRICS_OPTIONS,
    METRICS_ADDRESS_COUNT
};

/* NULL when out of memory. */
struct metrics *metrics_new(void);
/* NULL is harmless. */
void metrics_free(struct metrics *metrics);

/* Counts an exchange: address is an enum route_kind or metrics_address, http_status 0 for one that
 * was broken off, took_ns from the end of its headers to the end of its answer. Any thread. */
void metrics_count(struct metrics *metrics, unsigned address, unsigned http_status,
                   uint64_t took_ns);

/* Appends the counts. */
void metrics_write(struct metrics *metrics, struct bytes *out);

/* Answers GET /metrics on listener (borrowed; must be loopback, else ATLAS_INVALID), with what
 * write appends. */
struct metrics_server;
enum atlas_status metrics_serve(struct listener *listener,
                                void (*write)(void *context, struct bytes *out), void *context,
                                struct metrics_server **server,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void metrics_stop(struct metrics_server *server);

#endif
