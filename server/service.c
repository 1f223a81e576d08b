#include "server/service.h"

#include "server/limits.h"
#include "server/request.h"
#include "server/service_figures.h"

#include <string.h>

static void take_over(void *context)
{
    struct service *service = context;
    const struct edition *edition = current_edition(service->current);
    selections_serve(service->selections, edition);
    search_prepare(service->search, edition);
    cache_clear(service->cache);
    edition_release(edition);
}

static enum atlas_status open_listeners(const struct service_options *options,
                                        struct service *service, struct atlas_error *error)
{
    for (size_t i = 0; i < options->n_listen; i++) {
        enum atlas_status status =
            listener_open(options->listen[i], 1024, &service->listeners[i], error);
        if (status) return status;
        service->n_listeners++;
    }
    if (options->metrics) {
        enum atlas_status status =
            listener_open(options->metrics, 16, &service->metrics_listener, error);
        if (status) return status;
    }
    listener_url(&service->listeners[0], service->base_url, sizeof service->base_url);
    return ATLAS_OK;
}

static enum atlas_status open_rooms(const struct service_options *options, struct service *service,
                                    struct atlas_error *error)
{
    service->cache = cache_new(options->cache_bytes);
    service->selections = selections_new();
    service->search = search_new();
    service->metrics = metrics_new();
    if (!service->cache || !service->selections || !service->search || !service->metrics)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = assets_open(options->share, &service->assets, error);
    if (!status) status = site_open(options->site, &service->site, error);
    if (!status)
        status = pages_open(options->share, service->assets, service->site, &service->pages, error);
    if (status) return status;
    status = current_open(options->database, take_over, service, &service->current, error);
    if (status) return status;
    const struct edition *edition = current_edition(service->current);
    selections_serve(service->selections, edition);
    edition_release(edition);
    for (unsigned i = 0; i < options->threads; i++) {
        service->memos[i] = memo_new();
        if (!service->memos[i]) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    service->workers = workers_new(options->workers, LIMIT_QUEUE);
    if (!service->workers) return atlas_fail(error, ATLAS_NO_MEMORY, "cannot start workers");
    return ATLAS_OK;
}

enum atlas_status service_start(const struct service_options *options, struct service *service,
                                struct atlas_error *error)
{
    *service = (struct service){.public_url = options->public_url};
    for (size_t i = 0; i < LISTENERS_MAX; i++)
        service->listeners[i].fd = -1;
    service->metrics_listener.fd = -1;
    enum atlas_status status = open_listeners(options, service, error);
    if (!status) status = open_rooms(options, service, error);
    if (!status) {
        const struct http_options http = {.lanes = options->threads,
                                          .max_connections = options->max_connections,
                                          .max_per_client = options->max_per_client,
                                          .handler = request_handler(service)};
        status = http_start(&http, service->listeners, service->n_listeners, &service->http, error);
    }
    if (!status && options->metrics)
        status = metrics_serve(&service->metrics_listener, service_figures, service,
                               &service->metrics_server, error);
    if (status) service_stop(service);
    return status;
}

void service_stop(struct service *service)
{
    metrics_stop(service->metrics_server);
    listener_close(&service->metrics_listener);
    if (service->http) http_drain(service->http, LIMIT_STOP_SECONDS);
    workers_stop(service->workers); /* what waited is woken, and told that we stop */
    http_stop(service->http);
    for (size_t i = 0; i < service->n_listeners; i++)
        listener_close(&service->listeners[i]);
    for (unsigned i = 0; i < HTTP_MAX_LANES; i++) {
        memo_free(service->memos[i]);
        request_free(service->spares[i]);
    }
    current_close(service->current);
    cache_free(service->cache);
    search_free(service->search);
    selections_free(service->selections);
    metrics_free(service->metrics);
    pages_close(service->pages);
    site_close(service->site);
    assets_close(service->assets);
}
