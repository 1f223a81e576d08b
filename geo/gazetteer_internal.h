/* What geo/gazetteer*.c share; nobody else includes this. */
#ifndef GEO_GAZETTEER_INTERNAL_H
#define GEO_GAZETTEER_INTERNAL_H

#include "geo/gazetteer.h"
#include "geo/gazetteer_index.h"

#include <sqlite3.h>

enum statement {
    BY_CODE,
    BY_OFFICIAL,
    BY_ID,
    BY_NAME,
    BY_NAME_IN_COUNTRY,
    TERRITORIES_OF_COUNTRY,
    NAME_BOUNDS,
    NAMES_BETWEEN,
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
    struct gazetteer_index *indexes; /* one per country asked for, as a list */
    struct gazetteer_loader *loader; /* NULL in the loader's own */
    struct gazetteer *second;        /* of the loader's thread; NULL before it needs one */
};

/* A sentence from what SQLite says; returns the status that fits. */
enum atlas_status gazetteer_failed(const struct gazetteer *gazetteer, int code,
                                   struct atlas_error *error);

/* The kind that a row of the table name says. */
enum name_kind gazetteer_name_kind(const unsigned char *text);

/* Reads the names of a country into a new index, the caller's. */
enum atlas_status gazetteer_read_index(struct gazetteer *gazetteer, const char *country_iso,
                                       struct gazetteer_index **index,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
