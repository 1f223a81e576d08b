/* The child's side of a dataset: messages to the parent, and the work itself. */
#include "geo/digest.h"
#include "import/container.h"
#include "import/dataset_reader.h"
#include "import/dataset_tables.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FLUSH_BYTES = 1 << 16 };
#define SCAN_BYTES ((size_t)1 << 18)

struct row_sink {
    int pipe;
    struct bytes out;
    uint64_t position;
    bool position_new;
    char remark[160]; /* on the file as a whole, behind its format */
};

static void put_u32(struct bytes *out, uint32_t value)
{
    bytes_append(out, &value, sizeof value);
}

static void put_u64(struct bytes *out, uint64_t value)
{
    bytes_append(out, &value, sizeof value);
}

/* A text with its NUL, so that the parent can use it in place. */
static void put_text(struct bytes *out, const char *text, size_t length)
{
    if (!text) {
        put_u32(out, DATASET_NO_TEXT);
        return;
    }
    put_u32(out, (uint32_t)length);
    bytes_append(out, text, length);
    bytes_append_byte(out, '\0');
}

static size_t message_begin(struct row_sink *sink, enum message message)
{
    bytes_append_byte(&sink->out, (uint8_t)message);
    put_u32(&sink->out, 0);
    return sink->out.length;
}

static void flush(struct row_sink *sink)
{
    if (bytes_status(&sink->out)) _exit(DATASET_NO_MEMORY);
    for (size_t at = 0; at < sink->out.length;) {
        ssize_t n = write(sink->pipe, sink->out.data + at, sink->out.length - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(DATASET_UNHEARD);
        at += (size_t)n;
    }
    bytes_clear(&sink->out);
}

static void message_end(struct row_sink *sink, size_t begin)
{
    if (bytes_status(&sink->out)) _exit(DATASET_NO_MEMORY);
    uint32_t length = (uint32_t)(sink->out.length - begin);
    memcpy(sink->out.data + begin - sizeof length, &length, sizeof length);
    if (sink->out.length < FLUSH_BYTES) return;
    if (sink->position_new) {
        sink->position_new = false;
        size_t position = message_begin(sink, MESSAGE_POSITION);
        put_u64(&sink->out, sink->position);
        message_end(sink, position);
        return;
    }
    flush(sink);
}

void sink_format(struct row_sink *sink, const char *format)
{
    size_t begin = message_begin(sink, MESSAGE_FORMAT);
    char text[400];
    int length = snprintf(text, sizeof text, "%.200s%s", format, sink->remark);
    put_text(&sink->out, text, (size_t)length);
    message_end(sink, begin);
}

static void put_row(struct row_sink *sink, enum message message, const struct dataset_row *row)
{
    size_t begin = message_begin(sink, message);
    put_u64(&sink->out, row->line);
    const char *texts[] = {row->problem, row->column, row->note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(&sink->out, texts[i], texts[i] ? strlen(texts[i]) : 0);
    put_u32(&sink->out, (uint32_t)row->n_cells);
    for (size_t i = 0; i < row->n_cells; i++)
        put_text(&sink->out, row->cells[i].text, row->cells[i].length);
    message_end(sink, begin);
}

void sink_header(struct row_sink *sink, const struct dataset_row *header)
{
    put_row(sink, MESSAGE_HEADER, header);
}

void sink_row(struct row_sink *sink, const struct dataset_row *row)
{
    put_row(sink, MESSAGE_ROW, row);
}

void sink_position(struct row_sink *sink, uint64_t bytes)
{
    sink->position = bytes;
    sink->position_new = true;
}

/* Counts the whole file's bytes. Stops early at what is plainly binary. */
static enum atlas_status scan(int file, struct encoding_census *census, char *hex,
                              struct atlas_error *error)
{
    struct digest *digest = digest_new();
    uint8_t *block = malloc(SCAN_BYTES);
    enum atlas_status status = ATLAS_OK;
    if (!digest || !block) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    while (!status) {
        ssize_t n = read(file, block, SCAN_BYTES);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) status = atlas_fail(error, ATLAS_IO, "it cannot be read: %s", strerror(errno));
        if (n <= 0) break;
        encoding_count(census, block, (size_t)n);
        digest_add(digest, block, (size_t)n);
        if (census->nul == census->bytes && census->bytes > SCAN_BYTES) break;
    }
    if (!status) digest_hex(digest, hex);
    digest_free(digest);
    free(block);
    return status;
}

/* Reads the job's file as what its first bytes say it is. */
static enum atlas_status read_any(const struct dataset_job *job,
                                  const struct encoding_census *census, struct row_sink *sink,
                                  struct atlas_error *error)
{
    uint8_t start[512];
    char path[64];
    enum tables_format format;
    ssize_t length = pread(job->file, start, sizeof start, 0);
    if (length <= 0 || !tables_format_of(start, (size_t)length, &format))
        return read_csv(job->file, census, job->options, sink, error);
    if (format == TABLES_XLSX || format == TABLES_ODS) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", job->file);
        struct container_limits limits = container_default_limits;
        limits.unpacked_bytes = job->options->limits.unpacked_bytes;
        limits.ratio = job->options->limits.unpacked_ratio;
        struct formulas formulas = {0};
        enum atlas_status status = container_check(path, "the file", &limits, &formulas, error);
        if (status) return status;
        if (formulas.hollow)
            snprintf(sink->remark, sizeof sink->remark,
                     ", %" PRIu64
                     " formulas without a result read as empty (open it in a "
                     "spreadsheet programme and save it)",
                     formulas.hollow);
    }
    return read_tables(job->file, format, job->options, sink, error);
}

int dataset_work(void *argument, int output)
{
    const struct dataset_job *job = argument;
    struct row_sink sink = {.pipe = output};
    struct encoding_census census = {0};
    struct atlas_error error = {0};
    char hex[DIGEST_HEX_SIZE] = "";
    enum atlas_status status = scan(job->file, &census, hex, &error);
    if (!status) status = read_any(job, &census, &sink, &error);
    if (status == ATLAS_NO_MEMORY) return DATASET_NO_MEMORY;
    size_t begin = message_begin(&sink, status ? MESSAGE_ERROR : MESSAGE_END);
    if (status) put_u32(&sink.out, (uint32_t)status);
    const char *text = status ? error.message : hex;
    put_text(&sink.out, text, strlen(text));
    message_end(&sink, begin);
    flush(&sink);
    return 0;
}
