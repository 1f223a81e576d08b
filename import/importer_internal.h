/* What import/importer*.c share; nobody else includes this. */
#ifndef IMPORT_IMPORTER_INTERNAL_H
#define IMPORT_IMPORTER_INTERNAL_H

#include "geo/store_rows.h"
#include "import/importer.h"
#include "import/mapping.h"
#include "import/merge.h"
#include "import/places.h"
#include "import/pool.h"
#include "import/report.h"
#include "import/standings.h"

#include <pthread.h>
#include <time.h>

struct importer {
    const struct importer_options *options;
    struct atlas_error *error;
    struct pool *pool;      /* what stays till the end */
    struct pool *rows;      /* texts of rows: the merger empties it */
    struct mapping mapping; /* empty without one */
    struct report *report;
    struct theme_tree *themes;
    struct places *places;
    struct answers *answers;
    struct merger *merger;
    struct standings *standings;
    struct store *store;
    struct store_end *ends; /* by place, as they are in the store; id 0: not yet there */
    const struct import_partnership *writing;
    int64_t *ids; /* of the merger's partnerships, in its order */
    size_t n_ids;
    size_t *file_ends;    /* by file: how many partnerships it and those before it began */
    bool several_sources; /* one may hold what another brought */
    char gazetteer_build[80];
    char date[16], now[32];
    /* What the store takes from the gazetteer does not depend on the rows: it is done beside. */
    pthread_t beside;
    bool beside_begun, beside_done;
    enum atlas_status beside_status;
    struct atlas_error beside_error;
};

/* Name of the source that a file belongs to. */
const char *importer_source(const struct importer_options *options, const char *path);

/* Writes what was read into the working copy: territories, then partnerships with their parties and
 * links. */
enum atlas_status importer_write(struct importer *importer) ATLAS_MUST_CHECK;

/* Reports probable repeats: partnerships of this run that link the same two places as another. */
enum atlas_status importer_repeats(struct importer *importer) ATLAS_MUST_CHECK;

#endif
