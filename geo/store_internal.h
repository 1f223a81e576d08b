/* What geo/store*.c share; nobody else includes this. */
#ifndef GEO_STORE_INTERNAL_H
#define GEO_STORE_INTERNAL_H

#include "geo/bytes.h"
#include "geo/store.h"

#include <sqlite3.h>

enum store_statement {
    STATEMENT_TERRITORY_ID,
    STATEMENT_TERRITORY_LOCAL,
    STATEMENT_PARTNERSHIP_FIND,
    STATEMENT_PARTNERSHIP_INSERT,
    STATEMENT_PARTNERSHIP_UPDATE,
    STATEMENT_PARTY_INSERT,
    STATEMENT_PARTY_DELETE,
    STATEMENT_THEME_INSERT,
    STATEMENT_THEME_DELETE,
    STATEMENT_FUNDING_INSERT,
    STATEMENT_FUNDING_DELETE,
    STATEMENT_LINK_LIST,
    STATEMENT_LINK_INSERT,
    STATEMENT_LINK_UPDATE,
    STATEMENT_LINK_REMEMBER,
    STATEMENT_LINK_DELETE,
    STATEMENT_COUNT
};

struct store {
    char *path, *folder; /* the database, resolved; the folder it is in */
    char *lock_path, *import_path, *editions_path;
    int lock;         /* file descriptor of D.lock, -1 when not held */
    sqlite3 *guard;   /* D itself, with a lock that keeps writers out; NULL when there is no D */
    sqlite3 *copy;    /* the working copy */
    void *spatialite; /* SpatiaLite's state of that connection */
    bool is_new, attached;
    bool indexed;          /* a new copy gets its indexes late */
    struct bytes triggers; /* SpatiaLite's, set aside while rows are written: a script, or empty */
    uint32_t edition;
    char content_hash[DIGEST_HEX_SIZE]; /* of D, "" when new */
    unsigned mode;                      /* of D's file */
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* A sentence from what SQLite says about a connection; returns the status that fits. what: "cannot
 * write", "cannot read" … */
enum atlas_status store_sqlite_failed(sqlite3 *db, const char *path, const char *what,
                                      struct atlas_error *error);

/* Runs SQL without results on the working copy. */
enum atlas_status store_run(struct store *store, const char *sql,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

/* The tables of a new copy; a transaction is begun. */
enum atlas_status store_create(struct store *store, struct atlas_error *error) ATLAS_MUST_CHECK;

/* What a new copy gets only once its rows are in, and any copy's spatial indexes. */
enum atlas_status store_index(struct store *store, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Declares the geometry columns of empty tables, with their indexes. */
enum atlas_status store_spatial_create(struct store *store,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* Sets SpatiaLite's triggers aside: from now on nobody keeps the spatial indexes. */
enum atlas_status store_spatial_aside(struct store *store,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

/* Makes the spatial indexes of the rows that are there, and puts the triggers back. */
enum atlas_status store_spatial_index(struct store *store,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

/* Waits until a file, or a folder's names, are on the disk. */
enum atlas_status store_sync(const char *path, bool is_folder,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* The content hash of a database by its connection; path: for sentences. */
enum atlas_status store_hash_of(sqlite3 *db, const char *path, char hash[DIGEST_HEX_SIZE],
                                struct atlas_error *error) ATLAS_MUST_CHECK;

void store_statements_close(struct store *store);

#endif
