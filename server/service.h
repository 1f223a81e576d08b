/* What all requests share, and the life of the whole server. */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "geo/status.h"
#include "server/assets.h"
#include "server/cache.h"
#include "server/current.h"
#include "server/http.h"
#include "server/listener.h"
#include "server/memo.h"
#include "server/metrics.h"
#include "server/pages.h"
#include "server/search.h"
#include "server/selections.h"
#include "server/site.h"
#include "server/workers.h"

struct request;

struct service {
    struct current *current;
    struct cache *cache;
    struct workers *workers;
    struct selections *selections;
    struct search *search;
    struct assets *assets;
    struct site *site;
    struct pages *pages;
    struct metrics *metrics;
    struct metrics_server *metrics_server; /* NULL without --metrics */
    struct listener metrics_listener;
    struct memo *memos[HTTP_MAX_LANES];     /* one per lane */
    struct request *spares[HTTP_MAX_LANES]; /* one per lane, or NULL: server/request's */
    struct http *http;
    struct listener listeners[LISTENERS_MAX];
    size_t n_listeners;
    const char *public_url; /* without a slash at its end, or NULL */
    char base_url[128];     /* of the first listener: for a Host that is none of ours */
};

struct service_options {
    const char *database, *share;
    const char *site;       /* the operator's folder (server/site), or NULL */
    const char *public_url; /* or NULL */
    const char *metrics;    /* where to listen for them, or NULL */
    const char *listen[LISTENERS_MAX];
    size_t n_listen; /* 1 or more */
    unsigned threads, workers;
    size_t cache_bytes;
    size_t max_connections, max_per_client;
};

/* Opens everything and begins to answer. Options are borrowed and outlive the service. Fails with a
 * sentence: ATLAS_BUSY for a port in use, or as edition_load() and assets_open() do. */
enum atlas_status service_start(const struct service_options *options, struct service *service,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* Stops accepting, finishes what is under way within LIMIT_STOP_SECONDS, frees everything. */
void service_stop(struct service *service);

#endif
