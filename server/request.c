#include "server/request.h"

#include "server/build_id.h"
#include "server/content.h"
#include "server/hash.h"
#include "server/health.h"
#include "server/memo.h"
#include "server/problem.h"
#include "server/route.h"
#include "server/stream.h"
#include "server/tilejson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Status of an answer that only says: too long to be held, stream it. */
#define STREAMED 0

/* Lives as long as its exchange: an idle connection holds none of this. Each lane keeps the last
 * one for its next exchange. */
struct request {
    struct service *service;
    struct exchange *exchange;
    bool waiting;      /* for a build: answer() comes again */
    bool gzip, brotli; /* the client takes it */
    bool english;      /* for errors */
    enum answer_freshness freshness;
    const struct edition *edition; /* held while the exchange lasts */
    char etag[ANSWER_ETAG_BYTES];
    char base_url[128]; /* by base_url_of(); "" until asked for */
    struct bytes room;  /* in which tiles are built on the lane; kept for its next request */
    struct bytes key;
    uint64_t key_hash; /* cache_hash() of it */
    struct cache_waiter waiter;
    struct cache_build *build;
    struct job job;
    struct route route;
};

static struct request *request_of_waiter(struct cache_waiter *waiter)
{
    return (struct request *)(void *)((char *)waiter - offsetof(struct request, waiter));
}

static struct request *request_of_job(struct job *job)
{
    return (struct request *)(void *)((char *)job - offsetof(struct request, job));
}

static void send_and_release(struct exchange *exchange, struct answer *answer,
                             enum answer_freshness freshness)
{
    if (answer) answer_send(answer, freshness, exchange);
    answer_release(answer);
}

static struct request *new_request(struct service *service, struct exchange *exchange)
{
    struct request **spare = &service->spares[exchange->lane];
    struct request *request = *spare;
    *spare = NULL;
    if (!request) {
        request = malloc(sizeof *request);
        if (!request) return NULL;
        bytes_init(&request->key);
        bytes_init(&request->room);
    }
    request->service = service;
    request->exchange = exchange;
    request->edition = NULL;
    request->waiting = false;
    request->base_url[0] = '\0';
    exchange->own = request;
    return request;
}

void request_free(struct request *request)
{
    if (!request) return;
    bytes_close(&request->key);
    bytes_close(&request->room);
    free(request);
}

static const char *base_url_of(struct request *request)
{
    const struct service *service = request->service;
    const char *host = request->exchange->headers.host;
    char *url = request->base_url;
    if (url[0]) return url;
    snprintf(url, sizeof request->base_url, "%s",
             service->public_url ? service->public_url : service->base_url);
    for (size_t i = 0; !service->public_url && i < service->n_listeners; i++)
        if (listener_is_named(&service->listeners[i], host))
            snprintf(url, sizeof request->base_url, "http://%s", host);
    return url;
}

/* Readers who ask for HTML get a page that helps them on; programmes a problem document. */
static struct answer *error_page(struct request *request, unsigned status, const char *sentence)
{
    const struct guard_headers *headers = &request->exchange->headers;
    const char *path = request->route.target.path;
    struct bytes body = {0};
    if (pages_write_error(request->service->pages, (int)status, path[0] ? path : "/",
                          headers->accept_language, sentence, base_url_of(request), &body)) {
        bytes_close(&body);
        return NULL;
    }
    const struct answer_parts parts = {
        .status = status,
        .type = "text/html; charset=utf-8",
        .varies_by_language = true,
        .csp = pages_error_csp,
        .deny_frames = true,
        .retry = status == MHD_HTTP_SERVICE_UNAVAILABLE,
    };
    return answer_new(&parts, &body);
}

static void send_problem(struct request *request, const struct atlas_error *error,
                         const char *parameter)
{
    const char *accept = request->exchange->headers.accept;
    unsigned status = problem_http_status(error->status);
    struct answer *answer =
        accept && strstr(accept, "text/html") ? error_page(request, status, error->message) : NULL;
    if (!answer) answer = problem_answer(status, error, parameter, request->english);
    send_and_release(request->exchange, answer, ANSWER_NEVER);
}

static void write_etag(uint64_t hash, const char *coding, char etag[ANSWER_ETAG_BYTES])
{
    *etag++ = '"';
    for (int shift = 60; shift >= 0; shift -= 4)
        *etag++ = "0123456789abcdef"[hash >> shift & 15];
    for (; *coding; coding++)
        *etag++ = *coding;
    memcpy(etag, "\"", sizeof "\"");
}

static const char *key_of(const struct request *request)
{
    return (const char *)request->key.data;
}

/* ETag and cache key: from the edition, the build, the canonical request, the base URL where it
 * matters, and the encoding. Nothing is built for it. */
static bool identify(struct request *request)
{
    const struct edition *edition = request->edition;
    struct bytes *key = &request->key;
    bytes_clear(key);
    route_canonical(&request->route, key);
    if (content_uses_base_url(request->route.kind))
        bytes_append_format(key, " %s", base_url_of(request));
    bytes_append_byte(key, '\0');
    if (key->failed) return false;
    uint64_t hash = hash_bytes(0, key->data, key->length);
    const struct service *service = request->service;
    if (content_is_asset(request->route.kind)) { /* its name says it all */
        const struct asset *asset = content_asset(&request->route, service->assets);
        if (asset) hash = hash_text(hash, asset->name);
    } else {
        hash =
            hash_text(hash, edition->content_hash) ^ edition->number ^ service->site->fingerprint;
        hash = hash_text(hash, build_id());
    }
    write_etag(hash, request->brotli ? "-br" : request->gzip ? "-gz" : "", request->etag);
    key->data[key->length - 1] = ' ';
    bytes_append_text(key, request->etag);
    bytes_append_byte(key, '\0');
    if (key->failed) return false;
    request->key_hash = cache_hash(service->cache, key_of(request));
    return true;
}

/* What building gave. */
struct built {
    struct answer *answer; /* held once; NULL on failure, and when deferred */
    bool keep;             /* in the cache */
    bool deferred;         /* only cheap ones were wanted, and it isn't */
    struct atlas_error error;
};

static void swap(struct bytes *a, struct bytes *b)
{
    struct bytes was = *a;
    *a = *b;
    *b = was;
}

/* Into no more memory than it needs. */
static void copy(const struct bytes *from, struct bytes *to)
{
    if (!to->data && from->length > 0) {
        to->data = malloc(from->length);
        to->capacity = to->data ? from->length : 0;
    }
    bytes_append(to, from->data, from->length);
}

/* The memory serves the next build of the thread, unless it is large. */
static void give_room_back(struct bytes *room, struct bytes *body)
{
    if (body->capacity <= LIMIT_ROOM_BYTES) swap(room, body);
}

static void build(struct request *request, bool only_cheap, struct bytes *room, struct built *built)
{
    struct service *service = request->service;
    const struct content_sources sources = {
        .edition = request->edition,
        .selections = service->selections,
        .search = service->search,
        .pages = service->pages,
        .assets = service->assets,
        .site = service->site,
        .base_url = content_uses_base_url(request->route.kind) ? base_url_of(request) : "",
        .brotli = request->brotli,
        .gzip = request->gzip,
        .only_cheap = only_cheap,
        .room = room,
    };
    struct content content;
    built->answer = NULL;
    built->keep = built->deferred = false;
    if (content_build(&request->route, &sources, &content, &built->error)) return;
    if (content.deferred) {
        give_room_back(room, &content.body);
        content_close(&content);
        built->deferred = true;
        return;
    }
    if (content.streamed) content.parts.status = STREAMED;
    struct bytes packed = {0};
    if (request->gzip && !content.ready &&
        compress_gzip(content.body.data, content.body.length, content.level, &packed))
        content.parts.encoding = "gzip";
    else if (content.body.capacity <= LIMIT_ROOM_BYTES)
        copy(&content.body, &packed);
    else
        swap(&packed, &content.body);
    give_room_back(room, &content.body);
    if (content.keep) content.parts.etag = request->etag;
    built->answer = answer_new(&content.parts, &packed);
    if (!built->answer) atlas_fail(&built->error, ATLAS_NO_MEMORY, "out of memory");
    built->keep = content.keep;
    content_close(&content);
}

static void run_build(struct job *job, bool cancelled)
{
    struct request *request = request_of_job(job);
    struct built built = {0};
    if (cancelled) {
        atlas_fail(&built.error, ATLAS_CANCELLED, "The server is stopping.");
    } else if (exchange_is_gone(request->exchange)) {
        atlas_fail(&built.error, ATLAS_CANCELLED, "The client went away.");
        if (cache_give_up(request->service->cache, request->build, &built.error)) return;
        build(request, false, job->room, &built);
    } else {
        build(request, false, job->room, &built);
    }
    cache_finish(request->service->cache, request->build, built.answer, built.keep, &built.error);
}

static void wake(struct cache_waiter *waiter)
{
    exchange_resume(request_of_waiter(waiter)->exchange);
}

/* Parks the exchange and sees to it that somebody builds its answer. */
static void wait_for_build(struct request *request)
{
    struct service *service = request->service;
    request->waiting = true;
    request->waiter.wake = wake;
    exchange_suspend(request->exchange);
    switch (cache_join(service->cache, key_of(request), &request->waiter, &request->build)) {
    case CACHE_WAIT:
        return;
    case CACHE_READY:
    case CACHE_FULL:
        exchange_resume(request->exchange);
        return;
    case CACHE_BUILD:
        break;
    }
    request->job = (struct job){.run = run_build, .slow = content_is_slow(&request->route)};
    if (workers_submit(service->workers, &request->job)) return;
    struct atlas_error error;
    atlas_fail(&error, ATLAS_BUSY, "Too many requests are waiting; try again in a moment.");
    cache_finish(service->cache, request->build, NULL, false, &error);
}

static void send_stream(struct request *request)
{
    const struct stream_order order = {
        .route = &request->route,
        .edition = request->edition,
        .selections = request->service->selections,
        .workers = request->service->workers,
        .base_url = base_url_of(request),
        .etag = request->etag,
        .gzip = request->gzip,
        .freshness = request->freshness,
    };
    struct atlas_error error;
    if (stream_send(&order, request->exchange, &error)) send_problem(request, &error, NULL);
}

/* Sends an answer that is ready; its hold passes over. */
static void send_ready(struct request *request, struct answer *answer)
{
    unsigned status = answer_status(answer);
    if (status != STREAMED) {
        send_and_release(request->exchange, answer,
                         status < 400 ? request->freshness : ANSWER_NEVER);
        return;
    }
    answer_release(answer);
    send_stream(request);
}

/* Builds what is cheap right here, for handing it to a worker and waking up again would take
 * longer. False when it isn't cheap. */
static bool answer_here(struct request *request)
{
    struct built built;
    if (!content_may_be_cheap(&request->route)) return false;
    exchange_takes_long(request->exchange);
    build(request, true, &request->room, &built);
    if (built.deferred) return false;
    if (built.answer) {
        if (built.keep)
            cache_put(request->service->cache, request->key_hash, key_of(request), built.answer);
        send_ready(request, built.answer);
    } else {
        send_problem(request, &built.error, NULL);
    }
    return true;
}

static void send_built(struct request *request)
{
    request->waiting = false;
    if (request->waiter.answer)
        send_ready(request, request->waiter.answer);
    else
        send_problem(request, &request->waiter.error, NULL);
}

static void send_options(struct exchange *exchange)
{
    const struct answer_parts parts = {
        .status = MHD_HTTP_NO_CONTENT, .allow = true, .preflight = true};
    send_and_release(exchange, answer_new_static(&parts, "", 0), ANSWER_CHECK);
}

/* Pages and what else holds absolute addresses depend on more than a memo knows. */
static void remember(const struct request *request, const struct memo_request *asked)
{
    struct service *service = request->service;
    struct memo *memo = service->memos[request->exchange->lane];
    if (content_uses_base_url(request->route.kind) && request->route.kind != ROUTE_ASSET) return;
    if (!memo_has_met(memo, asked)) return;
    const struct memo_entry entry = {.label = request->route.kind,
                                     .freshness = request->freshness,
                                     .key = key_of(request),
                                     .hash = request->key_hash,
                                     .etag = request->etag};
    memo_keep(memo, asked, &entry);
}

/* Answers from what the lane remembers and the cache holds; false when that is not enough. */
static bool answer_known(struct service *service, struct exchange *exchange,
                         const struct memo_request *asked)
{
    struct memo_entry *known = memo_find(service->memos[exchange->lane], asked);
    if (!known) return false;
    exchange->label = known->label;
    if (answer_matches(exchange->headers.if_none_match, known->etag)) {
        if (!known->not_modified) known->not_modified = answer_new_not_modified(known->etag);
        if (known->not_modified) answer_send(known->not_modified, known->freshness, exchange);
        return known->not_modified != NULL;
    }
    struct answer *ready = cache_get(service->cache, known->hash, known->key);
    send_and_release(exchange, ready, known->freshness);
    return ready != NULL;
}

/* Everything behind the address. */
static void answer_route(struct request *request, const struct memo_request *asked)
{
    struct service *service = request->service;
    struct exchange *exchange = request->exchange;
    if (request->route.kind == ROUTE_HEALTH) {
        send_and_release(exchange, health_answer(service->current), ANSWER_NEVER);
        return;
    }
    request->edition = current_edition(service->current);
    request->gzip = asked->gzip && !content_is_packed(request->route.kind, request->route.format);
    request->brotli = content_is_asset(request->route.kind) && asked->brotli;
    bool immutable = request->route.kind == ROUTE_ASSET ||
                     tilejson_version_is_current(request->edition, request->route.version);
    bool for_an_hour =
        request->route.kind == ROUTE_COMPONENT || request->route.kind == ROUTE_GLYPHS;
    request->freshness = immutable ? ANSWER_IMMUTABLE : for_an_hour ? ANSWER_HOUR : ANSWER_CHECK;
    if (!identify(request)) return;
    remember(request, asked);
    if (answer_matches(exchange->headers.if_none_match, request->etag)) {
        send_and_release(exchange, answer_new_not_modified(request->etag), request->freshness);
        return;
    }
    struct answer *ready = cache_get(service->cache, request->key_hash, key_of(request));
    if (ready)
        send_ready(request, ready);
    else if (!answer_here(request))
        wait_for_build(request);
}

/* An address that is new to this lane, or whose answer isn't ready. */
static void answer_anew(struct service *service, struct exchange *exchange,
                        const struct memo_request *asked)
{
    struct request *request = new_request(service, exchange);
    struct route_refusal refusal;
    if (!request) return; /* out of memory: the connection closes */
    request->english = problem_prefers_english(exchange->headers.accept_language);
    if (route_parse(exchange->target.text, &request->route, &refusal)) {
        exchange->label = METRICS_REFUSED;
        send_problem(request, &refusal.error, refusal.parameter);
        return;
    }
    exchange->label = request->route.kind;
    answer_route(request, asked);
}

static void answer(void *context, struct exchange *exchange)
{
    struct service *service = context;
    if (exchange->own) { /* woken: what it waited for is built */
        send_built(exchange->own);
        return;
    }
    if (exchange->method == GUARD_OPTIONS) {
        exchange->label = METRICS_OPTIONS;
        send_options(exchange);
        return;
    }
    const char *accepted = exchange->headers.accept_encoding;
    const struct memo_request asked = {.target = exchange->target.text,
                                       .length = exchange->target.length,
                                       .gzip = compress_accepts(accepted, "gzip"),
                                       .brotli = compress_accepts(accepted, "br"),
                                       .generation = current_generation(service->current)};
    if (!answer_known(service, exchange, &asked)) answer_anew(service, exchange, &asked);
}

static void refuse(void *context, struct exchange *exchange, const struct atlas_error *error)
{
    (void)context;
    bool english = problem_prefers_english(exchange->headers.accept_language);
    exchange->label = METRICS_REFUSED;
    send_and_release(exchange,
                     problem_answer(problem_http_status(error->status), error, NULL, english),
                     ANSWER_NEVER);
}

static void finish(void *context, struct exchange *exchange)
{
    struct service *service = context;
    struct request *request = exchange->own;
    metrics_count(service->metrics, exchange->label, exchange->status,
                  http_now_ns() - exchange->began_ns);
    if (!request) return;
    if (request->waiting) /* woken, but the connection broke before it was sent */
        answer_release(request->waiter.answer);
    edition_release(request->edition);
    exchange->own = NULL;
    struct request **spare = &service->spares[exchange->lane];
    if (*spare)
        request_free(request);
    else
        *spare = request;
}

struct http_handler request_handler(struct service *service)
{
    return (struct http_handler){
        .context = service, .answer = answer, .refuse = refuse, .finish = finish};
}
