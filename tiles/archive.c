#include "tiles/archive.h"

#include "tiles/json.h"
#include "tiles/tile_order.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Tiles are built in batches of consecutive ids; this many batches may wait for the writer. */
enum { BATCH_TILES = 128, BATCHES_AHEAD = 16, GZIP_LEVEL = 6 };

struct batch {
    struct bytes content;        /* the gzipped tiles, one after another */
    size_t lengths[BATCH_TILES]; /* 0: empty tile */
    bool ready;
    enum atlas_status status;
};

struct walk {
    const struct archive_plan *plan;
    uint64_t first, end; /* tile ids */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t next_to_build, next_to_write; /* batch numbers */
    uint64_t n_batches;
    bool stop;
    struct batch batches[BATCHES_AHEAD]; /* batch i waits in slot i % BATCHES_AHEAD */
    struct atlas_error error;            /* of the first batch that failed */
};

enum atlas_status archive_write_failed(const char *path, struct atlas_error *error)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return atlas_fail(error, ATLAS_FULL,
                          "cannot write %s: the disk is full; free some of it or name a file "
                          "elsewhere",
                          path);
    if (errno == ENOENT || errno == ENOTDIR)
        return atlas_fail(error, ATLAS_IO,
                          "cannot write %s: there is no such folder; make it or name another",
                          path);
    return atlas_fail(error, ATLAS_IO, "cannot write %s: %s", path, strerror(errno));
}

void archive_write_layers(const struct archive_plan *plan, struct json *json)
{
    json_array_begin(json);
    for (size_t i = 0; i < plan->n_tilesets; i++) {
        size_t n_layers = 0;
        const struct tileset_layer *layers = tileset_layers(plan->tilesets[i], &n_layers);
        for (size_t j = 0; j < n_layers; j++) {
            json_object_begin(json);
            json_key_text(json, "id", layers[j].name);
            json_key_text(json, "description",
                          plan->display.english ? layers[j].description_en
                                                : layers[j].description_fr);
            json_key(json, "fields");
            json_object_begin(json);
            for (const struct tileset_field *field = layers[j].fields; field->name; field++)
                json_key_text(json, field->name, field->type);
            json_object_end(json);
            json_object_end(json);
        }
    }
    json_array_end(json);
}

/* Builds one tile into raw; its gzip is appended to the batch. */
static enum atlas_status build_tile(const struct archive_plan *plan, uint64_t id,
                                    struct libdeflate_compressor *compressor, struct bytes *raw,
                                    struct batch *batch, size_t *length)
{
    struct tile_key key = tile_order_key(id);
    struct tile_counts counts[TILESET_COUNT];
    bytes_clear(raw);
    enum atlas_status status = tileset_tiles(plan->tilesets, plan->n_tilesets, plan->edition,
                                             plan->selection, key, &plan->display, raw, counts);
    if (status) return status;
    *length = 0;
    if (raw->length == 0) return bytes_status(raw);
    size_t most = libdeflate_gzip_compress_bound(compressor, raw->length);
    uint8_t *room = bytes_reserve(&batch->content, most);
    if (!room) return ATLAS_NO_MEMORY;
    *length = libdeflate_gzip_compress(compressor, raw->data, raw->length, room, most);
    batch->content.length += *length;
    return *length ? ATLAS_OK : ATLAS_NO_MEMORY;
}

static void build_batch(const struct walk *walk, uint64_t number, struct batch *batch,
                        struct libdeflate_compressor *compressor, struct bytes *raw)
{
    uint64_t id = walk->first + number * BATCH_TILES;
    bytes_clear(&batch->content);
    batch->status = ATLAS_OK;
    for (size_t i = 0; i < BATCH_TILES && batch->status == ATLAS_OK; i++) {
        batch->lengths[i] = 0;
        if (id + i < walk->end)
            batch->status =
                build_tile(walk->plan, id + i, compressor, raw, batch, &batch->lengths[i]);
    }
}

static void *build_batches(void *argument)
{
    struct walk *walk = argument;
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(GZIP_LEVEL);
    struct bytes raw = {0};
    pthread_mutex_lock(&walk->lock);
    for (;;) {
        while (!walk->stop && walk->next_to_build < walk->n_batches &&
               walk->next_to_build >= walk->next_to_write + BATCHES_AHEAD)
            pthread_cond_wait(&walk->changed, &walk->lock);
        if (walk->stop || walk->next_to_build >= walk->n_batches) break;
        uint64_t number = walk->next_to_build++;
        struct batch *batch = &walk->batches[number % BATCHES_AHEAD];
        pthread_mutex_unlock(&walk->lock);
        if (compressor)
            build_batch(walk, number, batch, compressor, &raw);
        else
            batch->status = ATLAS_NO_MEMORY;
        pthread_mutex_lock(&walk->lock);
        batch->ready = true;
        pthread_cond_broadcast(&walk->changed);
    }
    pthread_mutex_unlock(&walk->lock);
    bytes_close(&raw);
    if (compressor) libdeflate_free_compressor(compressor);
    return NULL;
}

static void tell_progress(const struct walk *walk, uint64_t written, time_t *last)
{
    FILE *out = walk->plan->progress;
    time_t now = time(NULL);
    if (!out || (now == *last && written < walk->n_batches)) return;
    *last = now;
    unsigned long long tiles = written * BATCH_TILES, all = walk->end - walk->first;
    bool terminal = isatty(fileno(out));
    fprintf(out, "%s%llu of %llu tiles looked at (%llu %%)%s", terminal ? "\r" : "",
            tiles < all ? tiles : all, all, (unsigned long long)(written * 100 / walk->n_batches),
            terminal && written < walk->n_batches ? "" : "\n");
    fflush(out);
}

static enum atlas_status write_batch(const struct archive_writer *format, void *writer,
                                     const struct batch *batch, uint64_t first_id,
                                     struct atlas_error *error)
{
    const uint8_t *content = batch->content.data;
    for (size_t i = 0; i < BATCH_TILES; i++) {
        if (batch->lengths[i] == 0) continue;
        enum atlas_status status =
            format->add(writer, first_id + i, content, batch->lengths[i], error);
        if (status != ATLAS_OK) return status;
        content += batch->lengths[i];
    }
    return ATLAS_OK;
}

/* Takes the batches in order as they get ready. */
static enum atlas_status write_batches(struct walk *walk, const struct archive_writer *format,
                                       void *writer, struct atlas_error *error)
{
    time_t told = time(NULL);
    for (uint64_t number = 0; number < walk->n_batches; number++) {
        struct batch *batch = &walk->batches[number % BATCHES_AHEAD];
        pthread_mutex_lock(&walk->lock);
        while (!batch->ready)
            pthread_cond_wait(&walk->changed, &walk->lock);
        pthread_mutex_unlock(&walk->lock);
        if (walk->plan->stop && atomic_load(walk->plan->stop))
            return atlas_fail(error, ATLAS_CANCELLED,
                              "stopped before %s was whole: it is not written", walk->plan->output);
        if (batch->status != ATLAS_OK)
            return atlas_fail(error, batch->status, "cannot build a tile: %s",
                              atlas_status_text(batch->status));
        enum atlas_status status =
            write_batch(format, writer, batch, walk->first + number * BATCH_TILES, error);
        if (status != ATLAS_OK) return status;
        pthread_mutex_lock(&walk->lock);
        batch->ready = false;
        walk->next_to_write = number + 1;
        pthread_cond_broadcast(&walk->changed);
        pthread_mutex_unlock(&walk->lock);
        tell_progress(walk, number + 1, &told);
    }
    return ATLAS_OK;
}

static enum atlas_status run_walk(struct walk *walk, const struct archive_writer *format,
                                  void *writer, struct atlas_error *error)
{
    pthread_t threads[64];
    unsigned wanted = walk->plan->threads < 64 ? walk->plan->threads : 64, started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, build_batches, walk) == 0)
        started++;
    enum atlas_status status =
        started ? write_batches(walk, format, writer, error)
                : atlas_fail(error, ATLAS_NO_MEMORY, "cannot start a thread to build tiles");
    pthread_mutex_lock(&walk->lock);
    walk->stop = true;
    pthread_cond_broadcast(&walk->changed);
    pthread_mutex_unlock(&walk->lock);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    return status;
}

static enum atlas_status walk_into(const struct archive_plan *plan,
                                   const struct archive_writer *format, void *writer,
                                   struct atlas_error *error)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    walk->plan = plan;
    walk->first = tile_order_first(plan->min_zoom);
    walk->end = tile_order_first((uint8_t)(plan->max_zoom + 1));
    walk->n_batches = (walk->end - walk->first + BATCH_TILES - 1) / BATCH_TILES;
    pthread_mutex_init(&walk->lock, NULL);
    pthread_cond_init(&walk->changed, NULL);
    enum atlas_status status = run_walk(walk, format, writer, error);
    for (size_t i = 0; i < BATCHES_AHEAD; i++)
        bytes_close(&walk->batches[i].content);
    pthread_cond_destroy(&walk->changed);
    pthread_mutex_destroy(&walk->lock);
    free(walk);
    return status;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text), suffix_length = strlen(suffix);
    return length > suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

static enum atlas_status check_plan(const struct archive_plan *plan,
                                    const struct archive_writer **format, struct atlas_error *error)
{
    if (plan->min_zoom > plan->max_zoom || plan->max_zoom > ARCHIVE_MAX_ZOOM)
        return atlas_fail(error, ATLAS_INVALID, "zooms go from 0 to %d, the lower first",
                          ARCHIVE_MAX_ZOOM);
    if (plan->n_tilesets == 0) return atlas_fail(error, ATLAS_INVALID, "no tileset is named");
    if (ends_with(plan->output, ".pmtiles"))
        *format = &pmtiles_writer;
    else if (ends_with(plan->output, ".mbtiles"))
        *format = &mbtiles_writer;
    else
        return atlas_fail(error, ATLAS_INVALID,
                          "%s: the output's name ends in .pmtiles or .mbtiles", plan->output);
    struct stat there;
    if (stat(plan->output, &there) == 0 && S_ISDIR(there.st_mode))
        return atlas_fail(error, ATLAS_INVALID, "%s is a folder; name a file, such as one in it",
                          plan->output);
    if (!plan->overwrite && access(plan->output, F_OK) == 0)
        return atlas_fail(error, ATLAS_LOCKED, "%s exists; name another file or say --overwrite",
                          plan->output);
    return ATLAS_OK;
}

/* Opens the file that is written to, empty and locked as long as it is open: two exports of one
 * name must not write into each other. What an export that was killed left there is replaced, and
 * that is said. */
static enum atlas_status claim(const struct archive_plan *plan, const char *temporary, int *claimed,
                               struct atlas_error *error)
{
    struct stat opened, named;
    int file = open(temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return archive_write_failed(temporary, error);
    /* Locked but renamed meanwhile: the other export has just ended. */
    bool locked = flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &opened) == 0 &&
                  stat(temporary, &named) == 0 && opened.st_ino == named.st_ino;
    if (!locked) {
        close(file);
        return atlas_fail(error, ATLAS_LOCKED,
                          "another export is writing %s; wait for it or name another file",
                          plan->output);
    }
    if (opened.st_size > 0 && plan->progress)
        fprintf(plan->progress, "%s is replaced: an export that was cut short left it\n",
                temporary);
    if (ftruncate(file, 0) != 0) {
        close(file);
        return archive_write_failed(temporary, error);
    }
    *claimed = file;
    return ATLAS_OK;
}

/* Flushes the finished file and puts it under its name. */
static enum atlas_status put_in_place(int file, const char *temporary, const char *output,
                                      struct atlas_error *error)
{
    bool done = fsync(file) == 0 && rename(temporary, output) == 0;
    return done ? ATLAS_OK : archive_write_failed(output, error);
}

static enum atlas_status write_into(const struct archive_plan *plan,
                                    const struct archive_writer *format, const char *path,
                                    struct archive_result *result, struct atlas_error *error)
{
    void *writer = NULL;
    enum atlas_status status = format->begin(plan, path, &writer, error);
    if (status != ATLAS_OK) return status;
    status = walk_into(plan, format, writer, error);
    if (status == ATLAS_OK) return format->finish(writer, result, error);
    format->abort(writer);
    return status;
}

enum atlas_status archive_write(const struct archive_plan *plan, struct archive_result *result,
                                struct atlas_error *error)
{
    const struct archive_writer *format = NULL;
    enum atlas_status status = check_plan(plan, &format, error);
    if (status != ATLAS_OK) return status;
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.part", plan->output);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return atlas_fail(error, ATLAS_INVALID, "the output's path is too long");
    int file = -1;
    status = claim(plan, temporary, &file, error);
    if (status != ATLAS_OK) return status;
    *result = (struct archive_result){0};
    status = write_into(plan, format, temporary, result, error);
    if (status == ATLAS_OK) status = put_in_place(file, temporary, plan->output, error);
    if (status != ATLAS_OK) unlink(temporary);
    close(file);
    return status;
}
