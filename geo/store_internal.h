/* What geo/store*.c share; nobody else includes this. */
#ifndef GEO_STORE_INTERNAL_H
#define GEO_STORE_INTERNAL_H

#include "geo/bytes.h"
#include "geo/store.h"
#include "geo/store_rows.h"

#include <sqlite3.h>

enum store_statement {
    STATEMENT_TERRITORY_ID,
    STATEMENT_TERRITORY_LOCAL,
    STATEMENT_TERRITORY_NOTE_PLACED,
    STATEMENT_TERRITORY_PLACE,
    STATEMENT_PARTNERSHIP_FIND,
    STATEMENT_PARTNERSHIP_INSERT,
    STATEMENT_PARTNERSHIP_UPDATE,
    STATEMENT_PARTNERSHIP_FORMER,
    STATEMENT_PARTNERSHIP_UNRETIRE,
    STATEMENT_ORIGIN_INSERT,
    STATEMENT_ORIGIN_DELETE,
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
    int lock;         /* file descriptor of D.lock, -1 when not open */
    bool locked;      /* and it is ours */
    sqlite3 *guard;   /* D itself, with a lock that keeps writers out; NULL when there is no D */
    sqlite3 *copy;    /* the working copy */
    void *spatialite; /* SpatiaLite's state of that connection */
    bool is_new, attached;
    bool indexed, identities_indexed; /* a new copy gets its indexes late */
    bool coarsened;                   /* a partnership was written that hides its place */
    bool places;                      /* temp.placed is there: territories that a file has placed */
    struct store_lines *lines;        /* links not yet inserted (geo/store_lines.h), or NULL */
    struct bytes triggers; /* SpatiaLite's, set aside while rows are written: a script, or empty */
    uint32_t edition;
    char gazetteer[80];                 /* build that D was made with, "" when new */
    char content_hash[DIGEST_HEX_SIZE]; /* of D, "" when new */
    char kept_hash[DIGEST_HEX_SIZE];    /* of what D keeps beside its content, likewise */
    unsigned mode;                      /* of D's file */
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* A sentence from what SQLite says about a connection; returns the status that fits. what: "cannot
 * write", "cannot read" … */
enum atlas_status store_sqlite_failed(sqlite3 *db, const char *path, const char *what,
                                      struct atlas_error *error);

/* a and b as one text, or NULL when out of memory. Free with free(). */
char *store_join(const char *a, const char *b);

/* Copies a whole database file into the working copy, over what is there. */
enum atlas_status store_copy_file(struct store *store, const char *path,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* ATLAS_LOCKED when a file beside D says that its content is not all in D. */
enum atlas_status store_refuse_journals(const struct store *store,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* Closes the working copy; removes its files. */
void store_close_copy(struct store *store);
void store_remove_copy(const struct store *store);

/* SHA-256 of what the working copy keeps beside its content. */
enum atlas_status store_hash_kept(struct store *store, char hash[DIGEST_HEX_SIZE],
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Removes earlier editions but the newest `keep` of those below `number` (0: as many as the default
 * says). What cannot be removed stays until the next time. */
void store_prune(const struct store *store, unsigned keep, uint32_t number);

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

/* Is the whole file sound? It is on the disk then. Nothing may be under way in the copy. */
enum atlas_status store_check(struct store *store, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Waits until a file, or a folder's names, are on the disk. */
enum atlas_status store_sync(const char *path, bool is_folder,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* The content hash of a database by its connection; path: for sentences. */
enum atlas_status store_hash_of(sqlite3 *db, const char *path, char hash[DIGEST_HEX_SIZE],
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* What stands for a merge_key that would tell a hidden place: a hash of it. hidden gets a text. */
enum { STORE_HIDDEN_KEY_BYTES = DIGEST_HEX_SIZE + 8 };
enum atlas_status store_hide_key(const char *merge_key, char hidden[STORE_HIDDEN_KEY_BYTES],
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* What stands for the parties and links of a partnership that may only be shown coarsely. */
struct store_coarse {
    struct store_party *parties;
    struct store_link *links;
    char **names;
    char *title; /* NULL: as it was */
    char merge_key[STORE_HIDDEN_KEY_BYTES];
    size_t n_parties, n_links;
};

/* Replaces parties and links of a partnership with published_precision by coarse ones, and its
 * merge_key and a title made of names by others that tell no more; *coarse owns them; leaves any
 * other as it is. Abroad nothing stays but the first-level unit (`area`) or the country, its name
 * and its code. Close *coarse also after a failure. */
enum atlas_status store_coarsen(struct store *store, struct store_partnership *partnership,
                                struct store_coarse *coarse,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void store_coarse_close(struct store_coarse *coarse);

/* Reads an end from four columns: id, lon, lat, precision. One that is known no better than its
 * country gets no point: no line may be drawn to it. */
void store_read_end(sqlite3_stmt *statement, int first, struct store_end *end);

/* The geodesic between two ends as MULTILINESTRING in WKB; stays empty where no line may be
 * drawn. */
enum atlas_status store_trace(const struct store_link *link, struct bytes *wkb) ATLAS_MUST_CHECK;

/* A statement ready to be bound; NULL, with a sentence, when it cannot be. */
sqlite3_stmt *store_statement(struct store *store, enum store_statement which,
                              struct atlas_error *error);

/* Runs a bound statement that gives no rows, and readies it for the next time. */
enum atlas_status store_finish(struct store *store, sqlite3_stmt *statement,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Runs one whose only value is an id. */
enum atlas_status store_run_with_id(struct store *store, enum store_statement which, int64_t id,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* The links of a partnership. Those whose ends stay keep their ids, and so do those that come back.
 * is_new: there are none yet. */
enum atlas_status store_write_links(struct store *store, const struct store_partnership *p,
                                    int64_t id, bool is_new,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* Themes and money of a partnership, beside what is there. source: whose the money is; NULL: the
 * partnership's own source. */
enum atlas_status store_write_themes(struct store *store, const struct store_partnership *p,
                                     int64_t id, struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status store_write_fundings(struct store *store, const struct store_partnership *p,
                                       int64_t id, const char *source,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

void store_statements_close(struct store *store);

#endif
