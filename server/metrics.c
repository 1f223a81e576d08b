#include "server/metrics.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* 0: broken off. Statuses beyond the list are counted under the first of their hundred. */
static const unsigned statuses[] = {0, 200, 204, 301, 304, 400, 404, 405, 410, 414, 431, 500, 503};
#define STATUS_COUNT (sizeof statuses / sizeof statuses[0])

/* Upper bounds in microseconds. */
static const unsigned bounds_us[] = {100,   250,    500,    1000,    2500,    5000,    10000,
                                     25000, 100000, 250000, 1000000, 2500000, 10000000};
#define BOUND_COUNT (sizeof bounds_us / sizeof bounds_us[0])

struct metrics {
    _Atomic uint64_t answers[METRICS_ADDRESS_COUNT][STATUS_COUNT];
    _Atomic uint64_t took[METRICS_ADDRESS_COUNT][BOUND_COUNT + 1];
    _Atomic uint64_t took_ns[METRICS_ADDRESS_COUNT];
};

struct metrics *metrics_new(void)
{
    return calloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *metrics)
{
    free(metrics);
}

static size_t place_of_status(unsigned http_status)
{
    for (size_t i = 0; i < STATUS_COUNT; i++)
        if (statuses[i] == http_status) return i;
    for (size_t i = 1; i < STATUS_COUNT; i++)
        if (statuses[i] / 100 == http_status / 100) return i;
    return 0;
}

void metrics_count(struct metrics *metrics, unsigned address, unsigned http_status,
                   uint64_t took_ns)
{
    if (address >= METRICS_ADDRESS_COUNT) return;
    size_t bound = 0;
    while (bound < BOUND_COUNT && took_ns > bounds_us[bound] * UINT64_C(1000))
        bound++;
    atomic_fetch_add_explicit(&metrics->answers[address][place_of_status(http_status)], 1,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->took[address][bound], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->took_ns[address], took_ns, memory_order_relaxed);
}

static const char *address_text(unsigned address)
{
    return address == METRICS_REFUSED   ? "refused"
           : address == METRICS_OPTIONS ? "options"
                                        : route_kind_text((enum route_kind)address);
}

static void write_answers(struct metrics *metrics, struct bytes *out)
{
    bytes_append_text(out,
                      "# HELP passerelle_answers_total Answers by address and status; status "
                      "0 was broken off.\n# TYPE passerelle_answers_total counter\n");
    for (unsigned address = 0; address < METRICS_ADDRESS_COUNT; address++)
        for (size_t i = 0; i < STATUS_COUNT; i++) {
            uint64_t n = atomic_load(&metrics->answers[address][i]);
            if (n > 0)
                bytes_append_format(out,
                                    "passerelle_answers_total{address=\"%s\",status=\"%u\"} %llu\n",
                                    address_text(address), statuses[i], (unsigned long long)n);
        }
}

static void write_duration(struct metrics *metrics, unsigned address, struct bytes *out)
{
    const char *text = address_text(address);
    uint64_t sum = 0;
    for (size_t i = 0; i <= BOUND_COUNT; i++) {
        sum += atomic_load(&metrics->took[address][i]);
        bytes_append_format(out, "passerelle_answer_seconds_bucket{address=\"%s\",le=\"", text);
        if (i < BOUND_COUNT)
            bytes_append_format(out, "%g", bounds_us[i] / 1e6);
        else
            bytes_append_text(out, "+Inf");
        bytes_append_format(out, "\"} %llu\n", (unsigned long long)sum);
    }
    bytes_append_format(out, "passerelle_answer_seconds_sum{address=\"%s\"} %.6f\n", text,
                        (double)atomic_load(&metrics->took_ns[address]) / 1e9);
    bytes_append_format(out, "passerelle_answer_seconds_count{address=\"%s\"} %llu\n", text,
                        (unsigned long long)sum);
}

void metrics_write(struct metrics *metrics, struct bytes *out)
{
    write_answers(metrics, out);
    bytes_append_text(out,
                      "# HELP passerelle_answer_seconds From the end of a request to the end "
                      "of its answer.\n# TYPE passerelle_answer_seconds histogram\n");
    for (unsigned address = 0; address < METRICS_ADDRESS_COUNT; address++) {
        uint64_t n = 0;
        for (size_t i = 0; i < STATUS_COUNT; i++)
            n += atomic_load(&metrics->answers[address][i]);
        if (n > 0) write_duration(metrics, address, out);
    }
}

/* --- the listener ------------------------------------------------------------------------- */

struct metrics_server {
    struct MHD_Daemon *daemon;
    struct listener *listener;
    void (*write)(void *context, struct bytes *out);
    void *context;
};

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status, struct bytes *body)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body->length, body->data, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            "text/plain; version=0.0.4; charset=utf-8");
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **seen)
{
    (void)version;
    (void)upload;
    struct metrics_server *server = context;
    if (*upload_size > 0) return MHD_NO;
    if (!*seen) { /* the first call: an answer now would close the connection */
        *seen = server;
        return MHD_YES;
    }
    struct bytes body = {0};
    bool known = strcmp(url, "/metrics") == 0 && strcmp(method, MHD_HTTP_METHOD_GET) == 0;
    if (known)
        server->write(server->context, &body);
    else
        bytes_append_text(&body, "The figures are at /metrics.\n");
    enum MHD_Result queued =
        body.failed ? MHD_NO : queue(connection, known ? MHD_HTTP_OK : MHD_HTTP_NOT_FOUND, &body);
    bytes_close(&body);
    return queued;
}

enum atlas_status metrics_serve(struct listener *listener,
                                void (*write)(void *context, struct bytes *out), void *context,
                                struct metrics_server **result, struct atlas_error *error)
{
    if (!listener->loopback)
        return atlas_fail(error, ATLAS_INVALID,
                          "--metrics listens on a loopback address only, such as 127.0.0.1:9180, "
                          "not on %s",
                          listener->host);
    struct metrics_server *server = malloc(sizeof *server);
    if (!server) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    *server = (struct metrics_server){.listener = listener, .write = write, .context = context};
    server->daemon = MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET,
        listener->fd, MHD_OPTION_CONNECTION_LIMIT, 16U, MHD_OPTION_CONNECTION_TIMEOUT, 10U,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!server->daemon) {
        free(server);
        return atlas_fail(error, ATLAS_IO, "cannot serve the metrics on port %u", listener->port);
    }
    *result = server;
    return ATLAS_OK;
}

void metrics_stop(struct metrics_server *server)
{
    if (!server) return;
    MHD_stop_daemon(server->daemon);
    server->listener->fd = -1; /* the library has closed it */
    free(server);
}
