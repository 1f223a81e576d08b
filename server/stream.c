#include "server/stream.h"

#include "server/document.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define READ_BYTES  32768     /* the library's buffer */
#define GZIP_WINDOW (15 + 16) /* zlib: the largest window, in a gzip wrapper */
#define GZIP_LEVEL  1
#define GZIP_MEMORY 8

struct stream {
    struct job job;
    struct workers *workers;
    struct exchange *exchange;
    const struct edition *edition; /* held */
    char base_url[128];
    struct document document; /* the worker's while `writing`, as is all up to `lock` */
    struct bytes block;
    bool gzip;
    z_stream zip;

    pthread_mutex_t lock;
    struct bytes ready; /* written and not yet read, from `read` on */
    size_t read;
    bool writing; /* a worker has the stream, or will */
    bool waiting; /* the reader is suspended */
    bool ended, failed;
    bool abandoned; /* the reader is gone: the worker frees */
};

static void free_stream(struct stream *stream)
{
    document_close(&stream->document);
    if (stream->gzip) deflateEnd(&stream->zip);
    bytes_close(&stream->block);
    bytes_close(&stream->ready);
    edition_release(stream->edition);
    pthread_mutex_destroy(&stream->lock);
    free(stream);
}

/* Appends the block, packed if need be, to out. */
static enum atlas_status pack(struct stream *stream, bool last, struct bytes *out)
{
    if (!stream->gzip) {
        bytes_append(out, stream->block.data, stream->block.length);
        return bytes_status(out);
    }
    z_stream *zip = &stream->zip;
    zip->next_in = stream->block.data;
    zip->avail_in = (uInt)stream->block.length;
    int state = Z_OK;
    do {
        uint8_t *room = bytes_reserve(out, READ_BYTES);
        if (!room) return ATLAS_NO_MEMORY;
        zip->next_out = room;
        zip->avail_out = READ_BYTES;
        state = deflate(zip, last ? Z_FINISH : Z_NO_FLUSH);
        out->length += READ_BYTES - zip->avail_out;
    } while (state == Z_OK && (zip->avail_in > 0 || zip->avail_out == 0 || last));
    return state == Z_OK || state == Z_STREAM_END || state == Z_BUF_ERROR ? ATLAS_OK
                                                                          : ATLAS_CORRUPT;
}

/* Under the lock: hands what was written over. True when the worker is to go on. */
static bool deliver(struct stream *stream, struct bytes *packed, bool more, bool failed)
{
    if (stream->read > 0) {
        size_t left = stream->ready.length - stream->read;
        if (left > 0) memmove(stream->ready.data, stream->ready.data + stream->read, left);
        stream->ready.length = left;
        stream->read = 0;
    }
    bytes_append(&stream->ready, packed->data, packed->length);
    stream->failed = failed || stream->ready.failed;
    stream->ended = !more;
    if (stream->waiting && (stream->ready.length > 0 || stream->ended || stream->failed)) {
        stream->waiting = false;
        exchange_resume(stream->exchange);
    }
    return more && !stream->failed && !stream->abandoned &&
           stream->ready.length < STREAM_AHEAD_BYTES;
}

/* Writes ahead of the reader, then leaves the worker to others. */
static void write_ahead(struct job *job, bool cancelled)
{
    struct stream *stream = (struct stream *)(void *)job; /* its first member */
    struct bytes packed = {0};
    for (bool go_on = true; go_on;) {
        bool more = false, failed = cancelled;
        bytes_clear(&stream->block);
        bytes_clear(&packed);
        if (!failed) failed = document_next(&stream->document, &stream->block, &more) != ATLAS_OK;
        if (!failed) failed = pack(stream, !more, &packed) != ATLAS_OK;
        pthread_mutex_lock(&stream->lock);
        go_on = deliver(stream, &packed, more, failed);
        if (!go_on) stream->writing = false;
        bool abandoned = stream->abandoned;
        pthread_mutex_unlock(&stream->lock);
        if (!go_on && abandoned) free_stream(stream);
    }
    bytes_close(&packed);
}

/* Under the lock: has a worker write more when there is room and nobody does. */
static void order_more(struct stream *stream)
{
    if (stream->writing || stream->ended || stream->failed ||
        stream->ready.length - stream->read >= STREAM_AHEAD_BYTES / 2)
        return;
    stream->writing = true;
    if (workers_submit(stream->workers, &stream->job)) return;
    stream->writing = false; /* the workers stop */
    stream->failed = true;
}

/* On a lane's thread, whenever the client has room. */
static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t room)
{
    (void)position;
    struct stream *stream = context;
    pthread_mutex_lock(&stream->lock);
    size_t available = stream->ready.length - stream->read;
    ssize_t result = 0;
    if (stream->failed) {
        result = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (available > 0) {
        size_t taken = available < room ? available : room;
        memcpy(buffer, stream->ready.data + stream->read, taken);
        stream->read += taken;
        result = (ssize_t)taken;
        exchange_extend(stream->exchange, taken);
        order_more(stream);
    } else if (stream->ended) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        stream->waiting = true;
        exchange_suspend(stream->exchange);
        order_more(stream);
        if (stream->failed) { /* nobody will wake it */
            stream->waiting = false;
            exchange_resume(stream->exchange);
        }
    }
    pthread_mutex_unlock(&stream->lock);
    return result;
}

/* The response is over, sent or broken off. */
static void abandon(void *context)
{
    struct stream *stream = context;
    pthread_mutex_lock(&stream->lock);
    stream->abandoned = true;
    bool writing = stream->writing;
    pthread_mutex_unlock(&stream->lock);
    if (!writing) free_stream(stream);
}

static struct stream *new_stream(const struct stream_order *order, struct exchange *exchange,
                                 struct atlas_error *error)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        return NULL;
    }
    stream->job = (struct job){.run = write_ahead, .slow = true, .goes_on = true};
    stream->workers = order->workers;
    stream->exchange = exchange;
    snprintf(stream->base_url, sizeof stream->base_url, "%s", order->base_url);
    stream->gzip = order->gzip && deflateInit2(&stream->zip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW,
                                               GZIP_MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
    if (document_begin(&stream->document, order->route, order->edition, order->selections,
                       stream->base_url, error)) {
        if (stream->gzip) deflateEnd(&stream->zip);
        free(stream);
        return NULL;
    }
    stream->edition = edition_get(order->edition);
    pthread_mutex_init(&stream->lock, NULL);
    return stream;
}

enum atlas_status stream_send(const struct stream_order *order, struct exchange *exchange,
                              struct atlas_error *error)
{
    struct stream *stream = new_stream(order, exchange, error);
    if (!stream) return error->status;
    struct answer_parts parts = {.status = MHD_HTTP_OK,
                                 .encoding = stream->gzip ? "gzip" : NULL,
                                 .varies = true,
                                 .etag = order->etag};
    document_describe(order->route, &parts);
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BYTES,
                                                                      read_stream, stream, abandon);
    if (!response) {
        free_stream(stream);
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    answer_describe(&parts, order->freshness, response);
    /* libmicrohttpd 0.9.75 ends a chunked answer to HEAD with a chunk, where there is to be none;
     * so that answer ends with the connection. */
    if (exchange->method == GUARD_HEAD)
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    exchange_send(exchange, MHD_HTTP_OK, response, STREAM_AHEAD_BYTES);
    MHD_destroy_response(response);
    return ATLAS_OK;
}
