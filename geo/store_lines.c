#include "geo/store_lines.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCH = 1024 }; /* links: some milliseconds of tracing */

struct waiting_link {
    int64_t partnership_id;
    struct store_link link;
    double weight;
    size_t end; /* of its line in the batch's bytes, where the next one begins */
};

/* Links that are traced together. */
struct batch {
    struct waiting_link links[BATCH];
    size_t n;
    struct bytes lines; /* as WKB, one behind the other; nothing for a link without a line */
    pthread_t thread;
    bool running;
    int64_t failed_at; /* the partnership of the link that has no line though it should; 0: none */
};

struct store_lines {
    struct batch batches[2];
    size_t filling; /* which one is being filled; the other one is being traced, or empty */
};

static void *trace(void *argument)
{
    struct batch *batch = argument;
    struct bytes line = {0};
    bytes_clear(&batch->lines);
    for (size_t i = 0; i < batch->n && !batch->failed_at; i++) {
        struct waiting_link *waiting = &batch->links[i];
        if (store_trace(&waiting->link, &line)) batch->failed_at = waiting->partnership_id;
        bytes_append(&batch->lines, line.data, line.length);
        waiting->end = batch->lines.length;
    }
    bytes_close(&line);
    return NULL;
}

/* In a thread, or at once where there can be none. */
static void begin(struct batch *batch)
{
    batch->running = pthread_create(&batch->thread, NULL, trace, batch) == 0;
    if (!batch->running) trace(batch);
}

static void wait_for(struct batch *batch)
{
    if (batch->running) pthread_join(batch->thread, NULL);
    batch->running = false;
}

static enum atlas_status insert(struct store *store, const struct waiting_link *waiting,
                                const uint8_t *line, size_t length, struct atlas_error *error)
{
    sqlite3_stmt *statement = store_statement(store, STATEMENT_LINK_INSERT, error);
    if (!statement) return ATLAS_IO;
    sqlite3_bind_int64(statement, 1, waiting->partnership_id);
    sqlite3_bind_int64(statement, 2, waiting->link.french.id);
    sqlite3_bind_int64(statement, 3, waiting->link.foreign.id);
    sqlite3_bind_double(statement, 4, waiting->weight);
    if (length) sqlite3_bind_blob64(statement, 5, line, length, SQLITE_STATIC);
    return store_finish(store, statement, error);
}

/* Waits for a batch that was begun, inserts its links and empties it. */
static enum atlas_status end(struct store *store, struct batch *batch, struct atlas_error *error)
{
    wait_for(batch);
    enum atlas_status status = ATLAS_OK;
    if (batch->failed_at)
        status = atlas_fail(error, ATLAS_INVALID, "a link of partnership %lld has no line",
                            (long long)batch->failed_at);
    else if (bytes_status(&batch->lines))
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    for (size_t i = 0, start = 0; i < batch->n && !status; i++) {
        size_t length = batch->links[i].end - start;
        status = insert(store, &batch->links[i], length ? batch->lines.data + start : NULL, length,
                        error);
        start = batch->links[i].end;
    }
    batch->n = 0;
    return status;
}

/* Begins to trace the batch that was filled, and empties the other one to be filled next. */
static enum atlas_status turn(struct store *store, struct atlas_error *error)
{
    struct store_lines *lines = store->lines;
    begin(&lines->batches[lines->filling]);
    lines->filling = 1 - lines->filling;
    return end(store, &lines->batches[lines->filling], error);
}

enum atlas_status store_lines_add(struct store *store, int64_t partnership_id,
                                  const struct store_link *link, double weight,
                                  struct atlas_error *error)
{
    if (!store->lines) store->lines = calloc(1, sizeof *store->lines);
    if (!store->lines) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    struct batch *batch = &store->lines->batches[store->lines->filling];
    batch->links[batch->n++] = (struct waiting_link){partnership_id, *link, weight, 0};
    return batch->n < BATCH ? ATLAS_OK : turn(store, error);
}

enum atlas_status store_lines_flush(struct store *store, struct atlas_error *error)
{
    if (!store->lines) return ATLAS_OK;
    enum atlas_status status = turn(store, error); /* the earlier ones first */
    return status ? status : turn(store, error);
}

void store_lines_free(struct store_lines *lines)
{
    if (!lines) return;
    for (size_t i = 0; i < 2; i++) {
        wait_for(&lines->batches[i]);
        bytes_close(&lines->batches[i].lines);
    }
    free(lines);
}
