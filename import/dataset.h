/* Rows out of somebody's file, whatever its format, one iterator for all.
 *
 * The file is opened and taken apart in a child process with limits on memory and CPU time and
 * without network; rows come back through a pipe. So a hostile file can end the child, not the
 * import. The child's messages are checked as any other input.
 */
#ifndef IMPORT_DATASET_H
#define IMPORT_DATASET_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dataset_limits {
    uint64_t file_bytes;     /* larger files are refused */
    size_t cell_bytes;       /* a longer cell makes its row a problem */
    size_t columns;          /* a file with more is refused */
    uint64_t rows;           /* a file with more is refused */
    uint64_t unpacked_bytes; /* a workbook that unpacks to more is refused */
    unsigned unpacked_ratio; /* … or to more times its size */
    uint64_t memory_bytes;   /* of the child: its address space; in sanitizer builds, which reserve
                                terabytes of that, its resident memory */
    unsigned cpu_seconds;    /* of the child */
};

/* 2 GiB, 65,536 bytes, 1,000 columns, 5 million rows, 512 MiB, 200 times, 1.5 GB, 300 s. */
extern const struct dataset_limits dataset_default_limits;

struct dataset_options {
    const char *encoding; /* NULL: found */
    char delimiter;       /* 0: found */
    const char *layer;    /* sheet or layer of a file with several; NULL: the first with rows */
    struct dataset_limits limits;
};

/* A run of UTF-8 text that may hold any character but NUL, terminated by NUL. */
struct dataset_cell {
    const char *text; /* "" when empty */
    size_t length;
};

struct dataset_row {
    uint64_t line; /* first line of the row in the file, from 1 (the header usually is 1) */
    size_t n_cells;
    const struct dataset_cell *cells;
    const char *problem; /* why this row cannot be used, or NULL */
    const char *column;  /* of the problem, "" when the row as a whole */
    const char *note;    /* what was mended while reading, or NULL */
};

struct dataset;

/* Opens a file and reads its header. Texts of the handle live until dataset_close().
 * ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID (empty, binary, not decodable), ATLAS_TOO_LARGE,
 * ATLAS_UNSUPPORTED (a format not read), each with a sentence that names the file. */
enum atlas_status dataset_open(const char *path, const struct dataset_options *options,
                               struct dataset **dataset,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* The header's cells. */
const struct dataset_row *dataset_header(const struct dataset *dataset);

/* In words, for a person: "CSV, windows-1252, separated by ';'". */
const char *dataset_format(const struct dataset *dataset);

/* Bytes of the file and how many of them are read, for progress. */
uint64_t dataset_size(const struct dataset *dataset);
uint64_t dataset_position(const struct dataset *dataset);

/* SHA-256 of the file's bytes in hex; whole only after the last row. */
const char *dataset_sha256(const struct dataset *dataset);

/* The next row; *row is NULL behind the last one and else valid until the next call. A row that
 * cannot be used comes with `problem`. An error ends the dataset: ATLAS_INVALID (a quotation mark
 * never closed …), ATLAS_TOO_LARGE, ATLAS_IO, ATLAS_NO_MEMORY. */
enum atlas_status dataset_next(struct dataset *dataset, const struct dataset_row **row,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Stops the child if need be. NULL is harmless. */
void dataset_close(struct dataset *dataset);

#endif
