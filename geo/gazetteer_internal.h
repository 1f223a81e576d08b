/* What geo/gazetteer*.c share; nobody else includes this. */
#ifndef GEO_GAZETTEER_INTERNAL_H
#define GEO_GAZETTEER_INTERNAL_H

#include "geo/gazetteer.h"
#include "geo/gazetteer_index.h"
#include "geo/sorted_keys.h"

#include <sqlite3.h>

enum statement {
    BY_CODE,
    BY_OFFICIAL,
    BY_ID_AND_FOLD,
    BY_ID_AND_ORDINAL,
    COUNT_NAMES,
    POSTAL,
    PARENTS,
    OUTLINE,
    STATEMENT_COUNT
};

struct gazetteer {
    sqlite3 *database;
    char path[4096];
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct bytes folds_image;
    struct sorted_keys folds;
    bool keys_agree;                 /* the prepared indexes are for the keys that we make */
    struct gazetteer_index *indexes; /* one per country asked for, as a list */
};

/* A sentence from what SQLite says; returns the status that fits. */
enum atlas_status gazetteer_failed(const struct gazetteer *gazetteer, int code,
                                   struct atlas_error *error);

/* Opens the table of all folds, and finds out whether keys agree. */
enum atlas_status gazetteer_read_folds(struct gazetteer *gazetteer,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* The index of a country, with what these ways need; read when it is first asked for, and the
 * gazetteer's. */
enum atlas_status gazetteer_read_index(struct gazetteer *gazetteer, const char *country_iso,
                                       unsigned ways, struct gazetteer_index **index,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
