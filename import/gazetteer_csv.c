#include "import/gazetteer_csv.h"

#include "geo/array.h"
#include "import/gazetteer_file.h"

#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COLUMNS 64

static void take_field(void *data, size_t length, void *context)
{
    struct csv_file *file = context;
    if (file->failed) return;
    if (!file->open) file->open = calloc(MOST_COLUMNS, sizeof *file->open);
    if (file->open && file->n_open == MOST_COLUMNS) {
        file->ragged = true;
        return;
    }
    char *copy = file->open ? strndup(length ? data : "", length) : NULL;
    if (!copy)
        file->failed = true;
    else
        file->open[file->n_open++] = copy;
}

static void take_row(int separator, void *context)
{
    struct csv_file *file = context;
    (void)separator;
    file->lines++;
    if (file->failed || file->ragged || !file->n_open) return;
    if (!file->header) {
        file->header = file->open;
        file->n_columns = file->n_open;
        file->open = NULL;
        file->n_open = 0;
        return;
    }
    if (file->n_open != file->n_columns) {
        file->ragged = true;
        return;
    }
    if (!ARRAY_RESERVE(file->rows, file->n_rows + 1, &file->capacity)) {
        file->failed = true;
        return;
    }
    file->rows[file->n_rows++] = (struct csv_row){.fields = file->open, .line = file->lines};
    file->open = NULL;
    file->n_open = 0;
}

static bool find_column(const struct csv_file *file, const char *column, size_t *index)
{
    for (*index = 0; *index < file->n_columns; ++*index)
        if (strcmp(file->header[*index], column) == 0) return true;
    return false;
}

static enum atlas_status check(const struct csv_file *file, const char *path,
                               const char *const *needed, size_t n_needed,
                               struct atlas_error *error)
{
    if (file->failed) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for %s", path);
    if (file->ragged)
        return atlas_fail(error, ATLAS_INVALID,
                          "%s: row %zu has not as many fields as the header (%zu)", path,
                          file->lines, file->n_columns);
    size_t index;
    for (size_t i = 0; i < n_needed; i++)
        if (!find_column(file, needed[i], &index))
            return atlas_fail(error, ATLAS_INVALID, "%s: the header has no column \"%s\"", path,
                              needed[i]);
    return ATLAS_OK;
}

enum atlas_status csv_file_open(const char *path, const char *const *needed, size_t n_needed,
                                struct csv_file *file, struct atlas_error *error)
{
    char *text;
    size_t size;
    enum atlas_status status = gazetteer_file_read(path, &text, &size, error);
    if (status != ATLAS_OK) return status;
    *file = (struct csv_file){0};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(text);
        return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for %s", path);
    }
    size_t bom = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool read =
        csv_parse(&parser, text + bom, size - bom, take_field, take_row, file) == size - bom;
    while (read && !file->failed && !file->ragged && csv_fini(&parser, take_field, take_row, file))
        read = false;
    csv_free(&parser);
    free(text);
    status = read ? check(file, path, needed, n_needed, error)
                  : atlas_fail(error, ATLAS_INVALID, "%s: the quotes of row %zu do not close", path,
                               file->lines + 1);
    if (status != ATLAS_OK) csv_file_close(file);
    return status;
}

static void free_fields(char **fields, size_t n)
{
    for (size_t i = 0; fields && i < n; i++)
        free(fields[i]);
    free(fields);
}

void csv_file_close(struct csv_file *file)
{
    for (size_t i = 0; i < file->n_rows; i++)
        free_fields(file->rows[i].fields, file->n_columns);
    free_fields(file->header, file->n_columns);
    free_fields(file->open, file->n_open);
    free(file->rows);
    *file = (struct csv_file){0};
}

const char *csv_file_text(const struct csv_file *file, size_t row, const char *column)
{
    size_t index;
    return find_column(file, column, &index) ? file->rows[row].fields[index] : "";
}

bool csv_file_degrees(const struct csv_file *file, size_t row, const char *column, double limit,
                      double *degrees)
{
    const char *text = csv_file_text(file, row, column);
    char *end;
    double read = strtod(text, &end);
    bool good = end != text && !*end && isfinite(read) && fabs(read) <= limit;
    *degrees = good ? read : NAN;
    return good;
}
