#include "server/answer.h"

#include "server/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the library's response and its headers take of the heap, as measured. */
#define RESPONSE_BYTES 1600

static const char *const cache_controls[ANSWER_FRESHNESS_COUNT] = {
    [ANSWER_CHECK] = "no-cache",
    [ANSWER_HOUR] = "public, max-age=3600, stale-while-revalidate=86400",
    [ANSWER_IMMUTABLE] = "public, max-age=31536000, immutable",
    [ANSWER_NEVER] = "no-store",
};

/* The bytes, shared by an answer and the library's responses over them. */
struct body {
    _Atomic unsigned holds;
    struct bytes bytes;
};

struct answer {
    _Atomic unsigned holds;
    struct answer_parts parts;
    char *etag, *location, *link, *shown; /* owned; parts points to them */
    const void *data;
    size_t length;
    struct body *body;      /* NULL for static bytes */
    atomic_bool sent;       /* at least once */
    pthread_mutex_t making; /* held while a response is made */
    /* Made when it is sent for the second time, then never changed: most answers to one reader's
     * filter are sent once, and a response is larger than many of them. */
    _Atomic(struct MHD_Response *) responses[ANSWER_FRESHNESS_COUNT];
};

static void release_body(void *of)
{
    struct body *body = of;
    if (!body || atomic_fetch_sub(&body->holds, 1) != 1) return;
    bytes_close(&body->bytes);
    free(body);
}

static bool copy_text(const char *text, char **copy)
{
    *copy = text ? strdup(text) : NULL;
    return !text || *copy;
}

struct answer *answer_new_static(const struct answer_parts *parts, const void *data, size_t length)
{
    struct answer *answer = malloc(sizeof *answer);
    if (!answer) return NULL;
    memset(answer, 0, sizeof *answer); /* calloc() never takes what the thread has at hand */
    atomic_store(&answer->holds, 1);
    pthread_mutex_init(&answer->making, NULL);
    answer->parts = *parts;
    answer->data = data;
    answer->length = length;
    if (copy_text(parts->etag, &answer->etag) && copy_text(parts->location, &answer->location) &&
        copy_text(parts->link, &answer->link) && copy_text(parts->shown, &answer->shown)) {
        answer->parts.etag = answer->etag;
        answer->parts.location = answer->location;
        answer->parts.link = answer->link;
        answer->parts.shown = answer->shown;
        return answer;
    }
    answer_release(answer);
    return NULL;
}

/* The memory beyond the content goes back: answers stay long. */
static void shrink(struct bytes *bytes)
{
    uint8_t *smaller = bytes->length ? realloc(bytes->data, bytes->length) : NULL;
    if (!smaller) return;
    bytes->data = smaller;
    bytes->capacity = bytes->length;
}

struct answer *answer_new(const struct answer_parts *parts, struct bytes *content)
{
    struct body *body = content->failed ? NULL : malloc(sizeof *body);
    if (!body) {
        bytes_close(content);
        return NULL;
    }
    if (content->capacity > content->length + content->length / 8) shrink(content);
    atomic_store(&body->holds, 1);
    body->bytes = *content;
    bytes_init(content);
    struct answer *answer = answer_new_static(parts, body->bytes.data, body->bytes.length);
    if (answer)
        answer->body = body;
    else
        release_body(body);
    return answer;
}

struct answer *answer_new_not_modified(const char *etag)
{
    const struct answer_parts parts = {
        .status = MHD_HTTP_NOT_MODIFIED, .etag = etag, .varies = true};
    return answer_new_static(&parts, "", 0);
}

struct answer *answer_get(struct answer *answer)
{
    atomic_fetch_add_explicit(&answer->holds, 1, memory_order_relaxed);
    return answer;
}

void answer_release(struct answer *answer)
{
    if (!answer || atomic_fetch_sub(&answer->holds, 1) != 1) return;
    for (int i = 0; i < ANSWER_FRESHNESS_COUNT; i++) {
        struct MHD_Response *response = atomic_load(&answer->responses[i]);
        if (response) MHD_destroy_response(response);
    }
    release_body(answer->body);
    free(answer->etag);
    free(answer->location);
    free(answer->link);
    free(answer->shown);
    pthread_mutex_destroy(&answer->making);
    free(answer);
}

size_t answer_size(const struct answer *answer)
{
    return sizeof *answer + answer->length + RESPONSE_BYTES;
}

unsigned answer_status(const struct answer *answer)
{
    return answer->parts.status;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    if (value && MHD_add_response_header(response, name, value) != MHD_YES) {
        /* Out of memory, or a value that is no header's: sent without. */
    }
}

static void add_common(struct MHD_Response *response, const char *etag, bool varies,
                       bool varies_by_language, enum answer_freshness freshness)
{
    add(response, MHD_HTTP_HEADER_ETAG, etag);
    add(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache_controls[freshness]);
    if (varies || varies_by_language)
        add(response, MHD_HTTP_HEADER_VARY,
            !varies_by_language ? "Accept-Encoding"
            : varies            ? "Accept-Encoding, Accept-Language"
                                : "Accept-Language");
    add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, "*");
}

void answer_describe(const struct answer_parts *parts, enum answer_freshness freshness,
                     struct MHD_Response *response)
{
    char disposition[128];
    add(response, MHD_HTTP_HEADER_CONTENT_TYPE, parts->type);
    add(response, MHD_HTTP_HEADER_CONTENT_ENCODING, parts->encoding);
    add_common(response, parts->etag, parts->varies, parts->varies_by_language, freshness);
    if (parts->status != MHD_HTTP_NOT_MODIFIED) /* which has no content to be sniffed */
        add(response, "X-Content-Type-Options", "nosniff");
    add(response, MHD_HTTP_HEADER_LOCATION, parts->location);
    add(response, "Link", parts->link);
    add(response, "Passerelle-Shown", parts->shown);
    if (parts->shown)
        add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_EXPOSE_HEADERS, "Passerelle-Shown");
    add(response, "Content-Security-Policy", parts->csp);
    if (parts->deny_frames) add(response, "X-Frame-Options", "DENY");
    if (parts->allow) add(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, OPTIONS");
    if (parts->preflight) {
        add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS");
        add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_HEADERS, "*");
        add(response, MHD_HTTP_HEADER_ACCESS_CONTROL_MAX_AGE, "86400");
    }
    if (parts->retry) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", LIMIT_RETRY_SECONDS);
        add(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    if (parts->file_name) {
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", parts->file_name);
        add(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
    }
}

/* The library wants bytes that it might write to; it does not. */
static void *writable(const void *data)
{
    union {
        const void *in;
        void *out;
    } same = {.in = data};
    return same.out;
}

static struct MHD_Response *make_response(const struct answer *answer,
                                          enum answer_freshness freshness)
{
    void *data = writable(answer->data);
    struct MHD_Response *response;
    if (answer->body) {
        atomic_fetch_add(&answer->body->holds, 1);
        response = MHD_create_response_from_buffer_with_free_callback_cls(
            answer->length, data, release_body, answer->body);
        if (!response) release_body(answer->body);
    } else {
        response = MHD_create_response_from_buffer(answer->length, data, MHD_RESPMEM_PERSISTENT);
    }
    if (response) answer_describe(&answer->parts, freshness, response);
    return response;
}

/* The one that is kept. */
static struct MHD_Response *response_of(struct answer *answer, enum answer_freshness freshness)
{
    struct MHD_Response *response =
        atomic_load_explicit(&answer->responses[freshness], memory_order_acquire);
    if (response) return response;
    pthread_mutex_lock(&answer->making);
    response = atomic_load_explicit(&answer->responses[freshness], memory_order_relaxed);
    if (!response) {
        response = make_response(answer, freshness);
        atomic_store_explicit(&answer->responses[freshness], response, memory_order_release);
    }
    pthread_mutex_unlock(&answer->making);
    return response;
}

void answer_send(struct answer *answer, enum answer_freshness freshness, struct exchange *exchange)
{
    bool again = atomic_load_explicit(&answer->sent, memory_order_relaxed);
    if (!again) again = atomic_exchange_explicit(&answer->sent, true, memory_order_relaxed);
    struct MHD_Response *response =
        again ? response_of(answer, freshness) : make_response(answer, freshness);
    exchange_send(exchange, answer->parts.status, response, answer->length);
    if (!again && response) MHD_destroy_response(response); /* the library holds it until sent */
}

bool answer_matches(const char *header, const char *etag)
{
    size_t length = strlen(etag);
    while (header && *header) {
        header += strspn(header, " \t,");
        if (header[0] == 'W' && header[1] == '/') header += 2;
        if (strncmp(header, etag, length) == 0) return true; /* it ends with its quote */
        header += strcspn(header, ",");
    }
    return false;
}
