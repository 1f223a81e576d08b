/* The run: files in, one new edition out, and a report. */
#ifndef IMPORT_IMPORTER_H
#define IMPORT_IMPORTER_H

#include "geo/store.h"
#include "import/dataset.h"

#include <stdbool.h>
#include <stdio.h>

struct importer_options {
    const char *const *files;
    size_t n_files;
    const char *database, *gazetteer;
    const char *share;   /* folder of themes.csv and recognition.csv */
    const char *source;  /* NULL: each file's name is its source */
    const char *mapping; /* path, see import/mapping.h; NULL: columns are found by their headers */
    const char *review;  /* path of the review file to write; NULL: none */
    const char *report;  /* path of the HTML page to write; NULL: none */
    bool english;        /* language of that page and of reasons in review files, else French */
    const char *decisions; /* path of a review file that was filled in; NULL: none */
    double wait_s;
    bool dry_run;  /* say what would change, publish nothing */
    bool replace;  /* each file is the whole truth of its source: what it no longer holds leaves */
    unsigned keep; /* earlier editions that stay; 0: STORE_KEPT_EDITIONS */
    bool explain;  /* say how each file is understood, read no further */
    struct dataset_options dataset;
    FILE *log;           /* plain lines for a person */
    FILE *progress;      /* how far it has come; NULL: nowhere */
    bool progress_lines; /* a line now and then, instead of one rewritten on a terminal */
};

struct importer_result {
    struct store_published published;
    uint64_t rejected; /* rows */
};

/* Imports. On failure the database is as it was, and *error says why. */
enum atlas_status importer_run(const struct importer_options *options,
                               struct importer_result *result,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
