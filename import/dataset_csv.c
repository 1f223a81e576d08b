/* The CSV reader. Lines are counted here, cells are cut by libcsv: a row is parsed line by line
 * until libcsv says that it is whole. A row that breaks the rules of quotation costs its first line
 * only; reading goes on at the next. */
#include "import/dataset_reader.h"

#include "geo/array.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 16, ROW_CELLS_PER_LIMIT = 16 /* as a message says */, SAMPLE_ROWS = 20 };

struct cell_span {
    size_t start, length;
};

struct csv_reader {
    int file;
    const struct dataset_options *options;
    struct row_sink *sink;
    struct atlas_error *error;
    struct decoder *decoder;
    struct bytes text; /* decoded; the row under way starts at `row` */
    size_t row;
    bool at_end;       /* the file has no more bytes */
    bool sampling;     /* looking ahead for the delimiter: only what is read already counts */
    uint64_t position; /* bytes of the file read */
    uint64_t line;     /* number of the line at `row` */
    size_t row_limit;  /* a row with more bytes is a problem */

    char delimiter;
    struct csv_parser parser;
    bool parser_open;
    struct bytes cells; /* texts of the row under way, each with a NUL */
    struct cell_span *spans;
    struct dataset_cell *out;
    size_t n_cells, spans_room, out_room;
    bool row_done, out_of_memory, too_many;
    size_t n_header;
};

static enum atlas_status no_memory(struct csv_reader *reader)
{
    return atlas_fail(reader->error, ATLAS_NO_MEMORY, "out of memory");
}

/* Reads and decodes one more block. */
static enum atlas_status fill(struct csv_reader *reader)
{
    if (reader->row > BLOCK_BYTES && reader->row > reader->text.length / 2) {
        reader->text.length -= reader->row;
        memmove(reader->text.data, reader->text.data + reader->row, reader->text.length);
        reader->row = 0;
    }
    uint8_t block[BLOCK_BYTES];
    ssize_t n;
    do
        n = read(reader->file, block, sizeof block);
    while (n < 0 && errno == EINTR);
    if (n < 0) return atlas_fail(reader->error, ATLAS_IO, "it cannot be read: %s", strerror(errno));
    reader->at_end = n == 0;
    reader->position += (uint64_t)n;
    return decoder_feed(reader->decoder, block, (size_t)n, reader->at_end, &reader->text,
                        reader->error);
}

/* Length of the line at text[0], with its end; 0 when its end is not in sight. */
static size_t line_length(const uint8_t *text, size_t length, bool at_end)
{
    const uint8_t *feed = memchr(text, '\n', length);
    size_t line = feed ? (size_t)(feed - text) + 1 : length;
    const uint8_t *back = memchr(text, '\r', line);
    if (back && back + 1 < text + line && back[1] != '\n') return (size_t)(back - text) + 1;
    return feed || at_end ? line : 0;
}

/* Finds the line that starts `offset` bytes behind the row's start. *length is 0 at the end of the
 * file; a line over the limit has *length > row_limit. */
static enum atlas_status find_line(struct csv_reader *reader, size_t offset, size_t *length)
{
    for (;;) {
        size_t start = reader->row + offset, left = reader->text.length - start;
        *length = left ? line_length(reader->text.data + start, left, reader->at_end) : 0;
        if (*length || reader->sampling || (reader->at_end && !left)) return ATLAS_OK;
        if (left > reader->row_limit) {
            *length = left;
            return ATLAS_OK;
        }
        enum atlas_status status = fill(reader);
        if (status) return status;
    }
}

static void take_cell(void *data, size_t length, void *context)
{
    struct csv_reader *reader = context;
    if (reader->row_done) return; /* cells of what follows the row: cannot happen line by line */
    if (reader->n_cells > reader->options->limits.columns) {
        reader->too_many = true;
        return;
    }
    if (!ARRAY_RESERVE(reader->spans, reader->n_cells + 1, &reader->spans_room) ||
        !ARRAY_RESERVE(reader->out, reader->n_cells + 1, &reader->out_room)) {
        reader->out_of_memory = true;
        return;
    }
    struct cell_span *span = &reader->spans[reader->n_cells++];
    span->start = reader->cells.length;
    span->length = length;
    bytes_append(&reader->cells, data, length);
    bytes_append_byte(&reader->cells, '\0');
}

static void take_row(int end, void *context)
{
    (void)end;
    struct csv_reader *reader = context;
    reader->row_done = true;
}

/* strict: a quotation mark inside a cell must be doubled. Either way one that is opened must be
 * closed. */
static enum atlas_status parser_start(struct csv_reader *reader, bool strict)
{
    if (reader->parser_open) csv_free(&reader->parser);
    unsigned char options = strict ? CSV_STRICT | CSV_STRICT_FINI : CSV_STRICT_FINI;
    reader->parser_open = csv_init(&reader->parser, options) == 0;
    if (!reader->parser_open) return no_memory(reader);
    csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
    return ATLAS_OK;
}

static void row_forget(struct csv_reader *reader)
{
    bytes_clear(&reader->cells);
    reader->n_cells = 0;
    reader->row_done = false;
    reader->too_many = false;
}

/* Feeds text to libcsv. True while it follows the rules of quotation. */
static bool feed(struct csv_reader *reader, size_t offset, size_t length)
{
    return csv_parse(&reader->parser, reader->text.data + reader->row + offset, length, take_cell,
                     take_row, reader) == length;
}

/* A line with a stray quotation mark, read without the rules: accepted only if it then has as many
 * cells as the header. */
static enum atlas_status lenient(struct csv_reader *reader, size_t length, bool *good)
{
    row_forget(reader);
    enum atlas_status status = parser_start(reader, false);
    if (status) return status;
    uint8_t last = reader->text.data[reader->row + length - 1];
    *good = feed(reader, 0, length);
    /* Only the file's last line may lack its end: else a mark that is never closed took it in. */
    if (!reader->row_done && last != '\n' && last != '\r')
        *good = csv_fini(&reader->parser, take_cell, take_row, reader) == 0;
    *good = *good && reader->row_done && reader->n_cells == reader->n_header;
    return ATLAS_OK;
}

static bool blank(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ' && text[i] != '\r' && text[i] != '\n' && text[i] != '\t') return false;
    return true;
}

enum row_state { ROW_GOOD, ROW_LENIENT, ROW_BROKEN, ROW_TOO_LONG, ROW_END };

/* Parses the row at the cursor. *length is its text, *lines its lines; on ROW_BROKEN and
 * ROW_TOO_LONG those of its first line. */
static enum atlas_status parse_row(struct csv_reader *reader, enum row_state *state, size_t *length,
                                   size_t *lines)
{
    row_forget(reader);
    *length = *lines = 0;
    size_t first = 0;
    for (;;) {
        size_t line;
        enum atlas_status status = find_line(reader, *length, &line);
        if (status) return status;
        if (!first) first = line;
        bool too_long = *length + line > reader->row_limit, ends = !line;
        if (!first) {
            *state = ROW_END;
            return ATLAS_OK;
        }
        bool sound = !too_long && !ends && feed(reader, *length, line);
        if (ends) /* the last line may lack its end */
            sound = csv_fini(&reader->parser, take_cell, take_row, reader) == 0;
        if (sound) {
            *length += line;
            *lines += !ends;
            *state = ROW_GOOD;
            if (reader->row_done || ends) return ATLAS_OK;
            continue;
        }
        bool good = false;
        if (*lines == 0 && !too_long) {
            status = lenient(reader, first, &good);
            if (status) return status;
        }
        *length = first;
        *lines = 1;
        *state = good ? ROW_LENIENT : too_long ? ROW_TOO_LONG : ROW_BROKEN;
        return parser_start(reader, true);
    }
}

static bool all_empty(const struct csv_reader *reader)
{
    for (size_t i = 0; i < reader->n_cells; i++)
        if (reader->spans[i].length) return false;
    return true;
}

/* What is wrong inside the cells, as a row's problem or note. Mends what can be mended. */
static enum atlas_status inspect_cells(struct csv_reader *reader, struct dataset_row *row,
                                       struct bytes *mended)
{
    for (size_t i = 0; i < reader->n_cells; i++) {
        struct cell_span *span = &reader->spans[i];
        const char *text = (const char *)reader->cells.data + span->start;
        if (memchr(text, '\0', span->length)) row->problem = "a cell holds a NUL byte";
        if (span->length > reader->options->limits.cell_bytes)
            row->problem = "a cell is longer than the limit (--max-cell BYTES)";
        bytes_clear(mended);
        if (row->problem || !encoding_mend(text, span->length, mended)) continue;
        span->start = reader->cells.length;
        span->length = mended->length;
        bytes_append(&reader->cells, mended->data, mended->length);
        bytes_append_byte(&reader->cells, '\0');
        row->note = "bytes that are not UTF-8 were read as Windows-1252";
    }
    if (bytes_status(&reader->cells) || bytes_status(mended) || reader->out_of_memory)
        return no_memory(reader);
    for (size_t i = 0; i < reader->n_cells; i++)
        reader->out[i] = (struct dataset_cell){
            (const char *)reader->cells.data + reader->spans[i].start, reader->spans[i].length};
    row->cells = reader->out;
    row->n_cells = reader->n_cells;
    return ATLAS_OK;
}

static enum atlas_status send_row(struct csv_reader *reader, enum row_state state,
                                  struct bytes *mended)
{
    struct dataset_row row = {.line = reader->line, .column = ""};
    if (state == ROW_BROKEN)
        row.problem = "a quotation mark in it is not doubled, or opened and never closed";
    else if (state == ROW_TOO_LONG)
        row.problem =
            "it is longer than 16 of the longest cells (--max-cell BYTES); perhaps a quotation "
            "mark is never closed";
    else if (reader->too_many)
        row.problem = "it has more cells than any row may have (--max-columns N)";
    if (!row.problem) {
        if (all_empty(reader)) return ATLAS_OK;
        enum atlas_status status = inspect_cells(reader, &row, mended);
        if (status) return status;
        if (state == ROW_LENIENT) row.note = "quotation marks inside cells were kept as text";
    }
    sink_position(reader->sink, reader->position);
    sink_row(reader->sink, &row);
    return ATLAS_OK;
}

/* How well a delimiter fits the first rows: cells of the first row, if most others have as many. */
static enum atlas_status try_delimiter(struct csv_reader *reader, char delimiter, size_t *fit)
{
    reader->delimiter = delimiter;
    enum atlas_status status = parser_start(reader, true);
    size_t row = reader->row, header = 0, same = 0, rows = 0;
    while (!status && rows < SAMPLE_ROWS) {
        enum row_state state;
        size_t length, lines;
        status = parse_row(reader, &state, &length, &lines);
        if (status || state == ROW_END) break;
        if (!blank(reader->text.data + reader->row, length)) {
            if (!rows++) header = reader->n_cells;
            same += reader->n_cells == header;
        }
        reader->row += length;
    }
    *fit = header > 1 ? header * same * 100 / rows : 0;
    reader->row = row;
    return status;
}

static enum atlas_status find_delimiter(struct csv_reader *reader)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    size_t best = 0;
    char found = ',';
    reader->sampling = true;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t fit;
        enum atlas_status status = try_delimiter(reader, candidates[i], &fit);
        if (status) return status;
        if (fit <= best) continue;
        best = fit;
        found = candidates[i];
    }
    reader->sampling = false;
    reader->delimiter = found;
    return ATLAS_OK;
}

/* Passes lines before the header: blank ones, and "sep=;" as spreadsheets write it. */
static enum atlas_status pass_preamble(struct csv_reader *reader, char *separator)
{
    for (;;) {
        size_t length;
        enum atlas_status status = find_line(reader, 0, &length);
        if (status) return status;
        const char *line = (const char *)reader->text.data + reader->row;
        bool names_separator = length >= 5 && strncmp(line, "sep=", 4) == 0;
        if (!length || length > reader->row_limit ||
            !(names_separator || blank((const uint8_t *)line, length)))
            return ATLAS_OK;
        if (names_separator) *separator = line[4];
        reader->row += length;
        reader->line++;
    }
}

static enum atlas_status read_header(struct csv_reader *reader, const char *encoding,
                                     struct bytes *mended)
{
    char separator = reader->options->delimiter;
    enum atlas_status status = pass_preamble(reader, &separator);
    reader->delimiter = separator;
    if (!status && !separator) status = find_delimiter(reader);
    if (!status) status = parser_start(reader, true);
    if (status) return status;
    enum row_state state;
    size_t length, lines;
    status = parse_row(reader, &state, &length, &lines);
    if (status) return status;
    if (state == ROW_END)
        return atlas_fail(reader->error, ATLAS_INVALID, "it holds no header and no rows");
    if (reader->too_many)
        return atlas_fail(reader->error, ATLAS_TOO_LARGE,
                          "its header has more than %zu columns, the limit of --max-columns",
                          reader->options->limits.columns);
    if (state != ROW_GOOD)
        return atlas_fail(reader->error, ATLAS_INVALID,
                          "its first row (line %llu) is no header: a quotation mark is not closed, "
                          "or the line is too long",
                          (unsigned long long)reader->line);
    struct dataset_row header = {.line = reader->line, .column = ""};
    status = inspect_cells(reader, &header, mended);
    if (status) return status;
    if (header.problem)
        return atlas_fail(reader->error, ATLAS_INVALID, "its header cannot be used: %s",
                          header.problem);
    char format[100];
    const char *shown =
        reader->delimiter == '\t' ? "tabs" : (char[]){'\'', reader->delimiter, '\'', 0};
    snprintf(format, sizeof format, "CSV, %s, separated by %s", encoding, shown);
    sink_format(reader->sink, format);
    sink_header(reader->sink, &header);
    reader->n_header = reader->n_cells;
    reader->row += length;
    reader->line += lines;
    return ATLAS_OK;
}

/* A line whose end was not in sight goes until that end. *length: what of it is still in the text.
 */
static enum atlas_status skip_line(struct csv_reader *reader, size_t *length)
{
    for (;;) {
        size_t left = reader->text.length - reader->row;
        *length = left ? line_length(reader->text.data + reader->row, left, reader->at_end) : 0;
        if (*length || reader->at_end) return ATLAS_OK;
        reader->row = reader->text.length;
        enum atlas_status status = fill(reader);
        if (status) return status;
    }
}

static enum atlas_status read_rows(struct csv_reader *reader, struct bytes *mended)
{
    for (;;) {
        size_t length, lines;
        enum atlas_status status = find_line(reader, 0, &length);
        if (status || !length) return status;
        if (blank(reader->text.data + reader->row, length)) {
            reader->row += length;
            reader->line++;
            continue;
        }
        enum row_state state;
        status = parse_row(reader, &state, &length, &lines);
        if (!status && state != ROW_END) status = send_row(reader, state, mended);
        if (!status && state == ROW_TOO_LONG) status = skip_line(reader, &length);
        if (status) return status;
        reader->row += length;
        reader->line += lines;
    }
}

enum atlas_status read_csv(int file, const struct encoding_census *census,
                           const struct dataset_options *options, struct row_sink *sink,
                           struct atlas_error *error)
{
    const char *encoding;
    size_t mark;
    enum atlas_status status = encoding_find(census, &encoding, &mark, error);
    if (status) return status;
    if (options->encoding) encoding = options->encoding;
    struct csv_reader reader = {.file = file,
                                .options = options,
                                .sink = sink,
                                .error = error,
                                .line = 1,
                                .row_limit = ROW_CELLS_PER_LIMIT * options->limits.cell_bytes};
    status = decoder_new(encoding, &reader.decoder, error);
    if (status) return status;
    if (lseek(file, (off_t)mark, SEEK_SET) < 0)
        status = atlas_fail(error, ATLAS_IO, "it cannot be read: %s", strerror(errno));
    struct bytes mended = {0};
    if (!status) status = fill(&reader);
    if (!status) status = read_header(&reader, encoding, &mended);
    if (!status) status = read_rows(&reader, &mended);
    sink_position(sink, reader.position);
    if (reader.parser_open) csv_free(&reader.parser);
    bytes_close(&reader.text);
    bytes_close(&reader.cells);
    bytes_close(&mended);
    free(reader.spans);
    free(reader.out);
    decoder_free(reader.decoder);
    return status;
}
