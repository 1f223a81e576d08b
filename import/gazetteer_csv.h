/* Small CSV files of our own or of a deployment: UTF-8, commas, a header line. */
#ifndef IMPORT_GAZETTEER_CSV_H
#define IMPORT_GAZETTEER_CSV_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_row {
    char **fields; /* as many as the header has */
    size_t line;   /* number of the line it ends on, from 1 */
};

struct csv_file {
    char **header;
    size_t n_columns;
    struct csv_row *rows;
    size_t n_rows, capacity;
    char **open; /* fields of the row being read */
    size_t n_open;
    size_t lines; /* ends of rows seen so far */
    bool failed, ragged;
};

/* Reads the whole file, whose header must hold all needed columns (in any order; others may be
 * there). Close with csv_file_close(). On failure nothing is to be closed. ATLAS_INVALID says
 * which column is missing or which row has another number of fields than the header. */
enum atlas_status csv_file_open(const char *path, const char *const *needed, size_t n_needed,
                                struct csv_file *file, struct atlas_error *error) ATLAS_MUST_CHECK;
void csv_file_close(struct csv_file *file);

/* A cell: "" where it is empty or the file has no such column. Borrowed. */
const char *csv_file_text(const struct csv_file *file, size_t row, const char *column);

/* A cell as a number within -limit..limit; false, and NaN, where it is not. */
bool csv_file_degrees(const struct csv_file *file, size_t row, const char *column, double limit,
                      double *degrees);

#endif
