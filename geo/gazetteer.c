#include "geo/gazetteer.h"

#include "geo/array.h"
#include "geo/gazetteer_folds.h"
#include "geo/gazetteer_index_build.h"
#include "geo/gazetteer_internal.h"
#include "geo/schema.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TERRITORY_LIST                                                                             \
    "t.id, t.code, t.side, t.kind, t.precision, t.lon, t.lat, t.radius_km, t.population, t.rank,"  \
    " t.country_iso, t.parent_code, t.epci_code, t.replaced_by, t.name_fr,"                        \
    " t.kind = 'admin1' AND t.generic LIKE 'ancien%'"
enum { NAME_COLUMN = 16 }; /* the first column behind the list */

static const char *const statement_texts[STATEMENT_COUNT] = {
    [BY_CODE] = "SELECT " TERRITORY_LIST " FROM territory t WHERE t.code = ?1",
    [BY_OFFICIAL] = "SELECT " TERRITORY_LIST
                    " FROM territory t WHERE t.official = ?1 ORDER BY t.rank DESC, t.id LIMIT 1",
    [BY_ID_AND_FOLD] = "SELECT " TERRITORY_LIST
                       ", n.kind, n.name FROM territory t JOIN name n ON n.territory_id = t.id"
                       " WHERE t.id = ?1 AND n.folded = ?2",
    [BY_ID_AND_ORDINAL] = "SELECT " TERRITORY_LIST
                          ", n.kind, n.name FROM territory t CROSS JOIN name n"
                          " ON n.territory_id = t.id WHERE t.id = ?1 ORDER BY n.folded"
                          " LIMIT 1 OFFSET ?2",
    [COUNT_NAMES] = "SELECT count(*) FROM name WHERE territory_id = ?1",
    [POSTAL] = "SELECT code FROM postal WHERE postal = ?1",
    [PARENTS] = "SELECT parent_code, epci_code, replaced_by FROM territory WHERE code = ?1",
    [OUTLINE] = "SELECT geom FROM area WHERE code = ?1",
};

void gazetteer_matches_close(struct gazetteer_matches *matches)
{
    if (!matches) return;
    free(matches->items);
    *matches = (struct gazetteer_matches){0};
}

/* The next free item of the list, zeroed, not yet counted; NULL when out of memory. */
static struct gazetteer_match *next_match(struct gazetteer_matches *matches)
{
    if (!ARRAY_RESERVE(matches->items, matches->count + 1, &matches->capacity)) return NULL;
    struct gazetteer_match *match = &matches->items[matches->count];
    memset(match, 0, sizeof *match);
    return match;
}

enum atlas_status gazetteer_failed(const struct gazetteer *gazetteer, int code,
                                   struct atlas_error *error)
{
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory while reading the gazetteer %s",
                          gazetteer->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
        return atlas_fail(error, ATLAS_CORRUPT,
                          "the gazetteer %s is damaged (%s): build it anew with "
                          "passerelle-gazetteer",
                          gazetteer->path, sqlite3_errmsg(gazetteer->database));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return atlas_fail(error, ATLAS_LOCKED,
                          "another programme is writing the gazetteer %s: wait until it is done",
                          gazetteer->path);
    default:
        return atlas_fail(error, ATLAS_IO, "cannot read the gazetteer %s: %s", gazetteer->path,
                          sqlite3_errmsg(gazetteer->database));
    }
}

static void copy_column(sqlite3_stmt *statement, int column, char *text, size_t size)
{
    const unsigned char *value = sqlite3_column_text(statement, column);
    size_t length = value ? strnlen((const char *)value, size - 1) : 0;
    if (length) memcpy(text, value, length);
    text[length] = '\0';
}

static double column_or_nan(sqlite3_stmt *statement, int column)
{
    bool number = sqlite3_column_type(statement, column) != SQLITE_NULL;
    return number ? sqlite3_column_double(statement, column) : NAN;
}

/* False when a word of the row is none of ours: the file is damaged. */
static bool read_territory(sqlite3_stmt *row, struct gazetteer_territory *territory)
{
    territory->id = sqlite3_column_int64(row, 0);
    copy_column(row, 1, territory->code, sizeof territory->code);
    const char *side = (const char *)sqlite3_column_text(row, 2);
    territory->side = side && strcmp(side, "french") == 0 ? SIDE_FRENCH : SIDE_FOREIGN;
    bool known = territory_kind_parse((const char *)sqlite3_column_text(row, 3), &territory->kind);
    known =
        precision_parse((const char *)sqlite3_column_text(row, 4), &territory->precision) && known;
    territory->lon_deg = column_or_nan(row, 5);
    territory->lat_deg = column_or_nan(row, 6);
    if (!isfinite(territory->lon_deg) || !isfinite(territory->lat_deg))
        territory->precision = PRECISION_NONE;
    territory->radius_km = column_or_nan(row, 7);
    bool counted = sqlite3_column_type(row, 8) != SQLITE_NULL;
    territory->population = counted ? sqlite3_column_int64(row, 8) : -1;
    territory->rank = sqlite3_column_int64(row, 9);
    copy_column(row, 10, territory->country_iso, sizeof territory->country_iso);
    copy_column(row, 11, territory->parent_code, sizeof territory->parent_code);
    copy_column(row, 12, territory->epci_code, sizeof territory->epci_code);
    copy_column(row, 13, territory->replaced_by, sizeof territory->replaced_by);
    copy_column(row, 14, territory->name_fr, sizeof territory->name_fr);
    territory->of_the_past = sqlite3_column_int(row, 15);
    return known;
}

/* Refuses what is no file, is missing, or has a journal beside it: a journal means that a writer
 * died or is at work, and reading without it would show a half-written gazetteer. */
static enum atlas_status check_file(const char *path, struct atlas_error *error)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return errno == ENOENT
                   ? atlas_fail(error, ATLAS_NOT_FOUND,
                                "there is no gazetteer at %s: build it with passerelle-gazetteer",
                                path)
                   : atlas_fail(error, ATLAS_IO, "cannot read the gazetteer %s: %s", path,
                                strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return atlas_fail(error, ATLAS_IO, "the gazetteer %s is not a file", path);
    static const char *const endings[] = {"-journal", "-wal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char journal[4200];
        snprintf(journal, sizeof journal, "%s%s", path, endings[i]);
        if (stat(journal, &facts) == 0 && facts.st_size > 0)
            return atlas_fail(error, ATLAS_LOCKED,
                              "a journal lies beside the gazetteer (%s): its making is under way "
                              "or was cut short; build it anew with passerelle-gazetteer",
                              journal);
    }
    return ATLAS_OK;
}

static int pragma_number(sqlite3 *database, const char *pragma, int *code)
{
    sqlite3_stmt *statement = NULL;
    int number = -1;
    *code = sqlite3_prepare_v2(database, pragma, -1, &statement, NULL);
    if (*code == SQLITE_OK) *code = sqlite3_step(statement);
    if (*code == SQLITE_ROW) {
        number = sqlite3_column_int(statement, 0);
        *code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return number;
}

static enum atlas_status check_schema(struct gazetteer *gazetteer, struct atlas_error *error)
{
    int code = SQLITE_OK;
    int kind = pragma_number(gazetteer->database, "PRAGMA application_id", &code);
    if (code == SQLITE_NOTADB || (code == SQLITE_OK && kind != GAZETTEER_APPLICATION_ID))
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is not a gazetteer: give the file that passerelle-gazetteer made",
                          gazetteer->path);
    if (code != SQLITE_OK) return gazetteer_failed(gazetteer, code, error);
    int version = pragma_number(gazetteer->database, "PRAGMA user_version", &code);
    if (code != SQLITE_OK) return gazetteer_failed(gazetteer, code, error);
    if (version != GAZETTEER_USER_VERSION)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "the gazetteer %s is of version %d, this programme reads version %d: "
                          "build it anew with passerelle-gazetteer",
                          gazetteer->path, version, GAZETTEER_USER_VERSION);
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        code = sqlite3_prepare_v3(gazetteer->database, statement_texts[i], -1,
                                  SQLITE_PREPARE_PERSISTENT, &gazetteer->statements[i], NULL);
        if (code != SQLITE_OK) return gazetteer_failed(gazetteer, code, error);
    }
    return ATLAS_OK;
}

enum atlas_status gazetteer_new(const char *path, struct gazetteer **gazetteer,
                                struct atlas_error *error)
{
    enum atlas_status status = check_file(path, error);
    if (status != ATLAS_OK) return status;
    struct gazetteer *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    snprintf(made->path, sizeof made->path, "%s", path);
    int code =
        sqlite3_open_v2(path, &made->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        status = gazetteer_failed(made, code, error);
    else {
        sqlite3_db_config(made->database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
        sqlite3_db_config(made->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
        /* Not mapped: SQLite would look at each page anew whenever it comes back to it. */
        sqlite3_exec(made->database, "PRAGMA query_only = 1; PRAGMA cache_size = -16000", NULL,
                     NULL, NULL);
        status = check_schema(made, error);
    }
    /* One read transaction for good: without it every statement locks and unlocks the file. A new
     * gazetteer comes as a new file, so nobody waits for this one. */
    if (status == ATLAS_OK) {
        code = sqlite3_exec(made->database, "BEGIN; SELECT count(*) FROM meta", NULL, NULL, NULL);
        if (code != SQLITE_OK) status = gazetteer_failed(made, code, error);
    }
    if (status == ATLAS_OK) status = gazetteer_read_folds(made, error);
    if (status != ATLAS_OK) {
        gazetteer_free(made);
        return status;
    }
    *gazetteer = made;
    return ATLAS_OK;
}

void gazetteer_free(struct gazetteer *gazetteer)
{
    if (!gazetteer) return;
    bytes_close(&gazetteer->folds_image);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(gazetteer->statements[i]);
    sqlite3_close(gazetteer->database);
    while (gazetteer->indexes) {
        struct gazetteer_index *next = gazetteer_index_next(gazetteer->indexes);
        gazetteer_index_free(gazetteer->indexes);
        gazetteer->indexes = next;
    }
    free(gazetteer);
}

/* Steps a statement that asks for one territory, and resets it. */
static enum atlas_status one_territory(struct gazetteer *gazetteer, sqlite3_stmt *statement,
                                       struct gazetteer_territory *territory,
                                       struct atlas_error *error)
{
    int code = sqlite3_step(statement);
    bool sound = code != SQLITE_ROW || read_territory(statement, territory);
    sqlite3_reset(statement);
    if (code == SQLITE_DONE) return ATLAS_NOT_FOUND;
    if (code != SQLITE_ROW) return gazetteer_failed(gazetteer, code, error);
    return sound ? ATLAS_OK : gazetteer_failed(gazetteer, SQLITE_CORRUPT, error);
}

static void bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

enum atlas_status gazetteer_by_code(struct gazetteer *gazetteer, const char *code,
                                    struct gazetteer_territory *territory,
                                    struct atlas_error *error)
{
    bind_text(gazetteer->statements[BY_CODE], 1, code);
    return one_territory(gazetteer, gazetteer->statements[BY_CODE], territory, error);
}

enum atlas_status gazetteer_by_official(struct gazetteer *gazetteer, const char *official,
                                        struct gazetteer_territory *territory,
                                        struct atlas_error *error)
{
    bind_text(gazetteer->statements[BY_OFFICIAL], 1, official);
    return one_territory(gazetteer, gazetteer->statements[BY_OFFICIAL], territory, error);
}

/* The match already listed for this territory, or NULL. Lists are short. */
static struct gazetteer_match *listed(struct gazetteer_matches *matches, int64_t id)
{
    for (size_t i = 0; i < matches->count; i++)
        if (matches->items[i].territory.id == id) return &matches->items[i];
    return NULL;
}

/* Appends the territory and name of a bound statement, if it gives a row, with `how` it was met. */
static enum atlas_status append_row(struct gazetteer *gazetteer, sqlite3_stmt *statement,
                                    enum name_match how, struct gazetteer_matches *matches,
                                    struct atlas_error *error)
{
    struct gazetteer_match *match = next_match(matches);
    if (!match) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    int code = sqlite3_step(statement);
    bool sound = code != SQLITE_ROW || read_territory(statement, &match->territory);
    if (code == SQLITE_ROW) {
        match->how = how;
        match->name_kind =
            gazetteer_name_kind((const char *)sqlite3_column_text(statement, NAME_COLUMN));
        copy_column(statement, NAME_COLUMN + 1, match->name, sizeof match->name);
        matches->count++;
    }
    sqlite3_reset(statement);
    if (!sound) return gazetteer_failed(gazetteer, SQLITE_CORRUPT, error);
    return code == SQLITE_ROW    ? ATLAS_OK
           : code == SQLITE_DONE ? ATLAS_NOT_FOUND
                                 : gazetteer_failed(gazetteer, code, error);
}

static int compare_homonyms(const void *a, const void *b)
{
    const struct gazetteer_territory *x = &((const struct gazetteer_match *)a)->territory;
    const struct gazetteer_territory *y = &((const struct gazetteer_match *)b)->territory;
    if (x->rank != y->rank) return x->rank > y->rank ? -1 : 1;
    if (x->population != y->population) return x->population > y->population ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

enum atlas_status gazetteer_exact(struct gazetteer *gazetteer, const char *folded,
                                  const char *country_iso, struct gazetteer_matches *matches,
                                  struct atlas_error *error)
{
    if (!folded[0]) return ATLAS_OK;
    sqlite3_stmt *statement = gazetteer->statements[BY_ID_AND_FOLD];
    struct key_run run = gazetteer_folds_find(&gazetteer->folds, folded, country_iso);
    size_t first = matches->count;
    bind_text(statement, 2, folded);
    for (size_t i = run.first; i < run.end && matches->count < first + GAZETTEER_MAX_HOMONYMS;
         i++) {
        sqlite3_bind_int64(statement, 1, gazetteer->folds.numbers[i]);
        enum atlas_status status =
            append_row(gazetteer, statement, MATCHED_EXACTLY, matches, error);
        if (status != ATLAS_OK && status != ATLAS_NOT_FOUND) return status;
    }
    if (!country_iso && matches->count > first + 1)
        qsort(matches->items + first, matches->count - first, sizeof *matches->items,
              compare_homonyms);
    return ATLAS_OK;
}

enum atlas_status gazetteer_similar(struct gazetteer *gazetteer, const char *folded,
                                    const char *country_iso, unsigned ways, int64_t inhabitants,
                                    struct gazetteer_matches *matches, struct atlas_error *error)
{
    struct index_hit hits[GAZETTEER_MAX_HOMONYMS];
    struct gazetteer_index *index;
    enum atlas_status status = gazetteer_read_index(gazetteer, country_iso, ways, &index, error);
    if (status != ATLAS_OK) return status;
    size_t n = gazetteer_index_find(index, folded, ways, inhabitants, hits, GAZETTEER_MAX_HOMONYMS);
    sqlite3_stmt *statement = gazetteer->statements[BY_ID_AND_ORDINAL];
    for (size_t i = 0; i < n && status == ATLAS_OK; i++) {
        if (listed(matches, hits[i].territory_id)) continue;
        sqlite3_bind_int64(statement, 1, hits[i].territory_id);
        sqlite3_bind_int64(statement, 2, hits[i].ordinal);
        status = append_row(gazetteer, statement, hits[i].how, matches, error);
        if (status == ATLAS_NOT_FOUND) return gazetteer_failed(gazetteer, SQLITE_CORRUPT, error);
    }
    return status;
}

enum atlas_status gazetteer_count_names(struct gazetteer *gazetteer, int64_t id, int *count,
                                        struct atlas_error *error)
{
    sqlite3_stmt *statement = gazetteer->statements[COUNT_NAMES];
    sqlite3_bind_int64(statement, 1, id);
    int code = sqlite3_step(statement);
    *count = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_reset(statement);
    return code == SQLITE_ROW ? ATLAS_OK : gazetteer_failed(gazetteer, code, error);
}

enum atlas_status gazetteer_postal(struct gazetteer *gazetteer, const char *postal, char *codes,
                                   size_t size, struct atlas_error *error)
{
    sqlite3_stmt *statement = gazetteer->statements[POSTAL];
    bind_text(statement, 1, postal);
    size_t length = 0;
    codes[0] = '\0';
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const unsigned char *value = sqlite3_column_text(statement, 0);
        int n = snprintf(codes + length, size - length, "%s%s", length ? " " : "",
                         value ? (const char *)value : "");
        if (n < 0 || (size_t)n >= size - length) {
            codes[length] = '\0';
            code = SQLITE_DONE;
            break;
        }
        length += (size_t)n;
    }
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? ATLAS_OK : gazetteer_failed(gazetteer, code, error);
}

/* Walks up from code; depth bounds a file whose parents go round in a circle. */
static enum atlas_status walk_up(struct gazetteer *gazetteer, const char *code, const char *within,
                                 int depth, bool *inside, struct atlas_error *error)
{
    if (strcmp(code, within) == 0) *inside = true;
    if (*inside || depth == 0 || !code[0]) return ATLAS_OK;
    char above[3][64] = {"", "", ""};
    sqlite3_stmt *statement = gazetteer->statements[PARENTS];
    bind_text(statement, 1, code);
    int result = sqlite3_step(statement);
    for (int i = 0; i < 3 && result == SQLITE_ROW; i++)
        copy_column(statement, i, above[i], sizeof above[i]);
    sqlite3_reset(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return gazetteer_failed(gazetteer, result, error);
    enum atlas_status status = ATLAS_OK;
    for (int i = 0; i < 3 && status == ATLAS_OK && !*inside; i++)
        status = walk_up(gazetteer, above[i], within, depth - 1, inside, error);
    return status;
}

enum atlas_status gazetteer_inside(struct gazetteer *gazetteer, const char *code,
                                   const char *within, bool *inside, struct atlas_error *error)
{
    *inside = false;
    return walk_up(gazetteer, code, within, 5, inside, error);
}

enum atlas_status gazetteer_outline(struct gazetteer *gazetteer, const char *code,
                                    const uint8_t **wkb, size_t *length, struct atlas_error *error)
{
    sqlite3_stmt *statement = gazetteer->statements[OUTLINE];
    sqlite3_reset(statement);
    bind_text(statement, 1, code);
    int result = sqlite3_step(statement);
    if (result == SQLITE_DONE) return ATLAS_NOT_FOUND;
    if (result != SQLITE_ROW) return gazetteer_failed(gazetteer, result, error);
    *wkb = sqlite3_column_blob(statement, 0);
    *length = (size_t)sqlite3_column_bytes(statement, 0);
    return ATLAS_OK;
}
