#include "import/dataset.h"

#include "geo/digest.h"
#include "import/dataset_reader.h"
#include "import/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

const struct dataset_limits dataset_default_limits = {
    .file_bytes = (uint64_t)2 << 30,
    .cell_bytes = 1 << 16,
    .columns = 1000,
    .rows = 5000000,
    .unpacked_bytes = (uint64_t)512 << 20,
    .unpacked_ratio = 200,
    .memory_bytes = (uint64_t)1500 << 20,
    .cpu_seconds = 300,
};

enum { PREFIX_BYTES = 5, FIRST_BYTES = 1 << 17, PIPE_BYTES = 1 << 20 };
#define MESSAGE_MAX ((uint32_t)64 << 20)

struct dataset {
    char *path;
    struct jail jail;
    uint8_t *buffer; /* what came through the pipe and is not used up */
    size_t start, end, capacity;
    uint8_t *header_buffer; /* the header's message, kept */
    struct dataset_row header, row;
    struct dataset_cell *header_cells, *cells;
    size_t cells_capacity;
    char format[400], sha256[DIGEST_HEX_SIZE];
    bool ended;
    uint64_t size, position;
    uint64_t rows, most_rows;
};

/* A message under inspection. `bad` stays true after the first thing that does not fit. */
struct reading {
    const uint8_t *data;
    size_t length, at;
    bool bad;
};

static uint64_t take_number(struct reading *reading, size_t size)
{
    uint64_t value = 0;
    if (reading->bad || size > reading->length - reading->at) {
        reading->bad = true;
        return 0;
    }
    memcpy(&value, reading->data + reading->at, size); /* little endian, as our child */
    reading->at += size;
    return value;
}

static struct dataset_cell take_text(struct reading *reading)
{
    struct dataset_cell none = {NULL, 0};
    uint32_t length = (uint32_t)take_number(reading, sizeof length);
    if (reading->bad || length == DATASET_NO_TEXT) return none;
    if (length >= reading->length - reading->at || reading->data[reading->at + length] != '\0') {
        reading->bad = true;
        return none;
    }
    const char *text = (const char *)reading->data + reading->at;
    reading->at += (size_t)length + 1;
    return (struct dataset_cell){text, length};
}

static enum atlas_status take_row_message(struct reading *reading, struct dataset *dataset,
                                          struct dataset_row *row)
{
    row->line = take_number(reading, sizeof row->line);
    row->problem = take_text(reading).text;
    row->column = take_text(reading).text;
    row->note = take_text(reading).text;
    size_t n = (size_t)take_number(reading, sizeof(uint32_t));
    if (reading->bad || n > reading->length) {
        reading->bad = true;
        return ATLAS_OK;
    }
    if (n > dataset->cells_capacity) {
        struct dataset_cell *cells = realloc(dataset->cells, n * sizeof *cells);
        if (!cells) return ATLAS_NO_MEMORY;
        dataset->cells = cells;
        dataset->cells_capacity = n;
    }
    for (size_t i = 0; i < n && !reading->bad; i++) {
        dataset->cells[i] = take_text(reading);
        reading->bad = reading->bad || !dataset->cells[i].text;
    }
    row->cells = dataset->cells;
    row->n_cells = n;
    return ATLAS_OK;
}

/* Why the child ended without a word. */
static enum atlas_status child_lost(struct dataset *dataset, struct atlas_error *error)
{
    int code = 0;
    enum atlas_status status = jail_finish(&dataset->jail, dataset->path, &code, error);
    if (status) return status;
    if (code == DATASET_NO_MEMORY)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s takes more memory to read than allowed (--max-memory MB)",
                          dataset->path);
    return atlas_fail(error, ATLAS_IO, "reading %s stopped before its end (code %d)", dataset->path,
                      code);
}

/* Has at least `length` bytes from buffer[start]; false when the pipe ends before. */
static enum atlas_status need(struct dataset *dataset, size_t length, struct atlas_error *error)
{
    if (dataset->capacity - dataset->start < length) {
        memmove(dataset->buffer, dataset->buffer + dataset->start, dataset->end - dataset->start);
        dataset->end -= dataset->start;
        dataset->start = 0;
        if (dataset->capacity < length) {
            uint8_t *buffer = realloc(dataset->buffer, length);
            if (!buffer) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
            dataset->buffer = buffer;
            dataset->capacity = length;
        }
    }
    while (dataset->end - dataset->start < length) {
        ssize_t n = read(dataset->jail.output, dataset->buffer + dataset->end,
                         dataset->capacity - dataset->end);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return atlas_fail(error, ATLAS_IO, "reading %s failed: %s", dataset->path,
                              strerror(errno));
        if (n == 0) return child_lost(dataset, error);
        dataset->end += (size_t)n;
    }
    return ATLAS_OK;
}

static enum atlas_status next_message(struct dataset *dataset, enum message *message,
                                      struct reading *reading, struct atlas_error *error)
{
    enum atlas_status status = need(dataset, PREFIX_BYTES, error);
    if (status) return status;
    uint32_t length;
    memcpy(&length, dataset->buffer + dataset->start + 1, sizeof length);
    if (length > MESSAGE_MAX)
        return atlas_fail(error, ATLAS_CORRUPT,
                          "reading %s went wrong: a message of %" PRIu32 " bytes", dataset->path,
                          length);
    status = need(dataset, PREFIX_BYTES + (size_t)length, error);
    if (status) return status;
    *message = (enum message)dataset->buffer[dataset->start];
    *reading = (struct reading){dataset->buffer + dataset->start + PREFIX_BYTES, length, 0, false};
    dataset->start += PREFIX_BYTES + (size_t)length;
    return ATLAS_OK;
}

static enum atlas_status failed_child(struct dataset *dataset, struct reading *reading,
                                      struct atlas_error *error)
{
    enum atlas_status status = (enum atlas_status)take_number(reading, sizeof(uint32_t));
    const char *text = take_text(reading).text;
    if (!text || !status)
        return atlas_fail(error, ATLAS_CORRUPT, "reading %s went wrong", dataset->path);
    return atlas_fail(error, status, "%s: %s", dataset->path, text);
}

/* Takes messages up to and including the first row, header or end. */
static enum atlas_status advance(struct dataset *dataset, enum message *message,
                                 struct atlas_error *error)
{
    for (;;) {
        struct reading reading = {0};
        enum atlas_status status = next_message(dataset, message, &reading, error);
        if (status) return status;
        switch (*message) {
        case MESSAGE_FORMAT: {
            const char *format = take_text(&reading).text;
            snprintf(dataset->format, sizeof dataset->format, "%s", format ? format : "");
            break;
        }
        case MESSAGE_POSITION:
            dataset->position = take_number(&reading, sizeof(uint64_t));
            break;
        case MESSAGE_HEADER:
        case MESSAGE_ROW:
            dataset->row = (struct dataset_row){0};
            if (take_row_message(&reading, dataset, &dataset->row))
                return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
            break;
        case MESSAGE_END: {
            const char *hex = take_text(&reading).text;
            snprintf(dataset->sha256, sizeof dataset->sha256, "%s", hex ? hex : "");
            dataset->ended = true;
            dataset->position = dataset->size;
            break;
        }
        case MESSAGE_ERROR:
            return failed_child(dataset, &reading, error);
        default:
            reading.bad = true;
        }
        if (reading.bad)
            return atlas_fail(error, ATLAS_CORRUPT, "reading %s went wrong: a malformed message",
                              dataset->path);
        if (*message != MESSAGE_FORMAT && *message != MESSAGE_POSITION) return ATLAS_OK;
    }
}

/* Keeps the header: later messages use the same buffer and cells. */
static enum atlas_status keep_header(struct dataset *dataset, struct atlas_error *error)
{
    size_t n = dataset->row.n_cells, texts = 0;
    for (size_t i = 0; i < n; i++)
        texts += dataset->row.cells[i].length + 1;
    dataset->header_cells = calloc(n ? n : 1, sizeof *dataset->header_cells);
    dataset->header_buffer = malloc(texts ? texts : 1);
    if (!dataset->header_cells || !dataset->header_buffer)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    char *at = (char *)dataset->header_buffer;
    for (size_t i = 0; i < n; i++) {
        const struct dataset_cell *cell = &dataset->row.cells[i];
        dataset->header_cells[i] = (struct dataset_cell){at, cell->length};
        memcpy(at, cell->text, cell->length + 1);
        at += cell->length + 1;
    }
    dataset->header = (struct dataset_row){
        .line = dataset->row.line, .n_cells = n, .cells = dataset->header_cells, .column = ""};
    return ATLAS_OK;
}

static enum atlas_status open_file(const char *path, const struct dataset_limits *limits, int *file,
                                   uint64_t *size, struct atlas_error *error)
{
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*file < 0)
        return atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO,
                          "%s cannot be opened: %s", path, strerror(errno));
    struct stat about;
    if (fstat(*file, &about))
        return atlas_fail(error, ATLAS_IO, "%s cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return atlas_fail(error, ATLAS_INVALID, "%s is no file but %s; give the path of a file",
                          path, S_ISDIR(about.st_mode) ? "a folder" : "a pipe or device");
    *size = (uint64_t)about.st_size;
    if (*size > limits->file_bytes)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s has %" PRIu64 " MB, more than the limit of %" PRIu64
                          " MB (--max-size MB)",
                          path, *size >> 20, limits->file_bytes >> 20);
    return ATLAS_OK;
}

static enum atlas_status start_child(struct dataset *dataset, int file,
                                     const struct dataset_options *options,
                                     struct atlas_error *error)
{
    struct jail_limits limits = {.memory_bytes = options->limits.memory_bytes,
                                 .cpu_seconds = options->limits.cpu_seconds};
    struct dataset_job job = {file, options};
    enum atlas_status status = jail_start(&limits, dataset_work, &job, &dataset->jail, error);
    if (!status) fcntl(dataset->jail.output, F_SETPIPE_SZ, PIPE_BYTES); /* only for speed */
    return status;
}

/* A file whose name says what it is, and which is that neither by its beginning nor a text. */
static enum atlas_status say_misnamed(const char *path, int file, enum atlas_status status,
                                      struct atlas_error *error)
{
    static const struct {
        const char *ending, *what, *beginning, *wanted;
    } formats[] = {
        {".xlsx", "a spreadsheet", "PK\3\4", "a ZIP file"},
        {".xlsm", "a spreadsheet", "PK\3\4", "a ZIP file"},
        {".ods", "a spreadsheet", "PK\3\4", "a ZIP file"},
        {".gpkg", "a GeoPackage", "SQLite format 3", "an SQLite file"},
    };
    char start[16] = "";
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t ending = strlen(formats[i].ending), wanted = strlen(formats[i].beginning);
        if (length < ending || strcasecmp(path + length - ending, formats[i].ending) != 0 ||
            pread(file, start, sizeof start, 0) <= 0 ||
            memcmp(start, formats[i].beginning, wanted) == 0)
            continue;
        return atlas_fail(
            error, status,
            "%s is not %s, though its name says so: its beginning is not that of %s; "
            "it may be damaged: get it again, or save it anew, as CSV (UTF-8) if need "
            "be",
            path, formats[i].what, formats[i].wanted);
    }
    return status;
}

enum atlas_status dataset_open(const char *path, const struct dataset_options *options,
                               struct dataset **dataset, struct atlas_error *error)
{
    struct dataset *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    made->jail.output = -1;
    made->path = strdup(path);
    made->most_rows = options->limits.rows;
    made->capacity = FIRST_BYTES;
    made->buffer = malloc(made->capacity);
    enum atlas_status status = ATLAS_OK;
    if (!made->path || !made->buffer) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    int file = -1;
    if (!status) status = open_file(path, &options->limits, &file, &made->size, error);
    if (!status) status = start_child(made, file, options, error);
    enum message message = MESSAGE_END;
    bool begun = !status;
    if (!status) status = advance(made, &message, error);
    if (begun && status == ATLAS_INVALID) status = say_misnamed(path, file, status, error);
    if (file >= 0) close(file);
    if (!status && message != MESSAGE_HEADER)
        status = atlas_fail(error, ATLAS_CORRUPT, "reading %s went wrong: no header", path);
    if (!status) status = keep_header(made, error);
    if (status)
        dataset_close(made);
    else
        *dataset = made;
    return status;
}

enum atlas_status dataset_next(struct dataset *dataset, const struct dataset_row **row,
                               struct atlas_error *error)
{
    *row = NULL;
    if (dataset->ended) return ATLAS_OK;
    enum message message;
    enum atlas_status status = advance(dataset, &message, error);
    if (status) return status;
    if (message != MESSAGE_ROW) return ATLAS_OK;
    if (++dataset->rows > dataset->most_rows)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s has more than %" PRIu64 " rows (--max-rows N)", dataset->path,
                          dataset->most_rows);
    *row = &dataset->row;
    return ATLAS_OK;
}

const struct dataset_row *dataset_header(const struct dataset *dataset)
{
    return &dataset->header;
}

const char *dataset_format(const struct dataset *dataset)
{
    return dataset->format;
}

uint64_t dataset_size(const struct dataset *dataset)
{
    return dataset->size;
}

uint64_t dataset_position(const struct dataset *dataset)
{
    return dataset->position;
}

const char *dataset_sha256(const struct dataset *dataset)
{
    return dataset->sha256;
}

void dataset_close(struct dataset *dataset)
{
    if (!dataset) return;
    jail_kill(&dataset->jail);
    free(dataset->path);
    free(dataset->buffer);
    free(dataset->header_buffer);
    free(dataset->header_cells);
    free(dataset->cells);
    free(dataset);
}
