#include "geo/store_sources.h"

#include "geo/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a partnership says in columns of its own and another source may add to. */
static const char *const fields[] = {
    "description", "kind",     "modes",      "status",        "status_date",   "signed",
    "year_start",  "year_end", "end_kind",   "gender_marker", "gender_origin", "call",
    "sdg",         "dac",      "source_doc", "source_place",  "source_date",   "note"};

enum { N_FIELDS = sizeof fields / sizeof *fields };

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

static sqlite3_stmt *prepare(struct store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(store->copy, sql, -1, &statement, NULL);
    return statement; /* a NULL one makes sqlite3_step() fail, as it should */
}

static enum atlas_status finish(struct store *store, sqlite3_stmt *statement,
                                struct atlas_error *error)
{
    int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

enum atlas_status store_find_alike(struct store *store, const char *source, const char *merge_key,
                                   int year_start, int year_end, int64_t *id,
                                   struct atlas_error *error)
{
    char hidden[STORE_HIDDEN_KEY_BYTES]; /* of one that is published coarsely */
    *id = 0;
    if (!merge_key) return ATLAS_OK;
    enum atlas_status status = store_hide_key(merge_key, hidden, error);
    if (status) return status;
    sqlite3_stmt *statement =
        prepare(store,
                "SELECT id FROM partnership WHERE merge_key IN (?1, ?5) AND source <> ?2"
                " AND (?3 IS NULL OR coalesce(year_start, ?3) = ?3)"
                " AND (?4 IS NULL OR coalesce(year_end, ?4) = ?4)"
                " AND NOT EXISTS (SELECT 1 FROM claim WHERE partnership_id = id"
                "  AND claim.source = ?2) ORDER BY id LIMIT 1");
    if (!statement) return failed(store, error);
    sqlite3_bind_text(statement, 1, merge_key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, source, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, hidden, -1, SQLITE_STATIC);
    if (year_start != STORE_NO_YEAR) sqlite3_bind_int(statement, 3, year_start);
    if (year_end != STORE_NO_YEAR) sqlite3_bind_int(statement, 4, year_end);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) *id = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

/* ---- field by field ---- */

/* A value and whose word it is; NULL: nothing said. */
struct said {
    const char *value, *source;
    int64_t line;
};

/* The same with texts of its own. */
struct kept_said {
    char *value, *source;
    int64_t line;
};

struct joining {
    struct store *store;
    int64_t id;
    char *owner; /* source of the partnership */
    int64_t owner_line;
    struct kept_said said[N_FIELDS]; /* before */
    store_contradiction_visit *visit;
    void *context;
};

static void joining_close(struct joining *joining)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        free(joining->said[i].value);
        free(joining->said[i].source);
    }
    free(joining->owner);
}

static char *copy_of(const char *text, bool *good)
{
    if (!text) return NULL;
    char *copy = strdup(text);
    if (!copy) *good = false;
    return copy;
}

/* What is said of field i now: its value as text, and whose it is. */
static enum atlas_status read_field(struct joining *joining, size_t i, struct kept_said *said,
                                    struct atlas_error *error)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT CAST(p.%s AS TEXT), coalesce(o.source, p.source),"
             " coalesce(o.source_line, p.source_line)"
             " FROM partnership p LEFT JOIN origin o ON o.partnership_id = p.id AND o.field = '%s'"
             " WHERE p.id = ?1",
             fields[i], fields[i]);
    sqlite3_stmt *statement = prepare(joining->store, sql);
    bool good = true;
    sqlite3_bind_int64(statement, 1, joining->id);
    int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    if (code == SQLITE_ROW) {
        said->value = copy_of(text_of(statement, 0), &good);
        said->source = copy_of(text_of(statement, 1), &good);
        said->line = sqlite3_column_int64(statement, 2);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW) return failed(joining->store, error);
    return good ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

static enum atlas_status read_all(struct joining *joining, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < N_FIELDS && !status; i++)
        status = read_field(joining, i, &joining->said[i], error);
    return status;
}

/* Sets field i to a value that is the word of a source; of the owner's first row: no origin. */
static enum atlas_status set_field(struct joining *joining, size_t i, const struct said *said,
                                   struct atlas_error *error)
{
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE partnership SET %s = ?2 WHERE id = ?1", fields[i]);
    sqlite3_stmt *statement = prepare(joining->store, sql);
    sqlite3_bind_int64(statement, 1, joining->id);
    sqlite3_bind_text(statement, 2, said->value, -1, SQLITE_STATIC);
    enum atlas_status status = finish(joining->store, statement, error);
    if (status) return status;
    bool own = !said->value ||
               (!strcmp(said->source, joining->owner) && said->line == joining->owner_line);
    statement =
        prepare(joining->store, own ? "DELETE FROM origin WHERE partnership_id = ?1 AND field = ?2"
                                    : "INSERT OR REPLACE INTO origin VALUES(?1, ?2, ?3, ?4)");
    sqlite3_bind_int64(statement, 1, joining->id);
    sqlite3_bind_text(statement, 2, fields[i], -1, SQLITE_STATIC);
    if (!own) {
        sqlite3_bind_text(statement, 3, said->source, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, said->line);
    }
    return finish(joining->store, statement, error);
}

/* A field that a further source added and the owner says now. */
static enum atlas_status forget_origin(struct joining *joining, size_t i, const char *source,
                                       struct atlas_error *error)
{
    sqlite3_stmt *statement = prepare(joining->store,
                                      "DELETE FROM origin WHERE partnership_id = ?1"
                                      " AND field = ?2 AND source = ?3");
    sqlite3_bind_int64(statement, 1, joining->id);
    sqlite3_bind_text(statement, 2, fields[i], -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, source, -1, SQLITE_STATIC);
    return finish(joining->store, statement, error);
}

static void contradict(const struct joining *joining, size_t i, const struct said *kept,
                       const struct said *other)
{
    struct store_contradiction contradiction = {joining->id, fields[i], kept->value, kept->source,
                                                other->value};
    /* A note, a page or a line number of another source is no contradiction. */
    if (i < N_FIELDS - 4) joining->visit(&contradiction, joining->context);
}

/* Settles field i between what was said before and what the source says now. owner: the source
 * that is being written is the partnership's own. */
static enum atlas_status settle_field(struct joining *joining, size_t i, const struct said *now,
                                      const char *source, bool owner, struct atlas_error *error)
{
    const struct kept_said *kept_before = &joining->said[i];
    const struct said saying = {kept_before->value, kept_before->source, kept_before->line};
    const struct said *before = &saying;
    bool was_mine = !before->source || !strcmp(before->source, source);
    if (owner && was_mine) return ATLAS_OK; /* it is written already */
    if (!before->value || was_mine) return set_field(joining, i, now, error);
    if (!now->value) return set_field(joining, i, before, error);
    const struct said *kept = owner ? now : before, *other = owner ? before : now;
    if (strcmp(now->value, before->value) != 0) contradict(joining, i, kept, other);
    return owner ? forget_origin(joining, i, before->source, error)
                 : set_field(joining, i, kept, error);
}

/* Values by another source that no longer holds the partnership are nobody's: they give way. */
static enum atlas_status drop_orphans(struct joining *joining, struct atlas_error *error)
{
    sqlite3_stmt *statement =
        prepare(joining->store,
                "DELETE FROM origin WHERE partnership_id = ?1 AND source NOT IN"
                " (SELECT source FROM partnership WHERE id = ?1 UNION ALL"
                "  SELECT source FROM claim WHERE partnership_id = ?1)");
    sqlite3_bind_int64(statement, 1, joining->id);
    return finish(joining->store, statement, error);
}

static enum atlas_status read_owner(struct joining *joining, struct atlas_error *error)
{
    bool good = true;
    sqlite3_stmt *statement =
        prepare(joining->store, "SELECT source, source_line FROM partnership WHERE id = ?1");
    sqlite3_bind_int64(statement, 1, joining->id);
    int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    free(joining->owner);
    joining->owner = code == SQLITE_ROW ? copy_of(text_of(statement, 0), &good) : NULL;
    joining->owner_line = code == SQLITE_ROW ? sqlite3_column_int64(statement, 1) : 0;
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW) return failed(joining->store, error);
    return good ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

/* ---- joining ---- */

static bool has_others(struct store *store, int64_t id, const char *source)
{
    sqlite3_stmt *statement =
        prepare(store,
                "SELECT 1 FROM partnership WHERE id = ?1 AND source <> ?2 UNION ALL"
                " SELECT 1 FROM claim WHERE partnership_id = ?1 AND source <> ?2");
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_text(statement, 2, source, -1, SQLITE_STATIC);
    bool others = statement && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return others;
}

static enum atlas_status write_claim(struct store *store, const struct store_partnership *p,
                                     int64_t id, struct atlas_error *error)
{
    sqlite3_stmt *statement =
        prepare(store,
                "INSERT OR REPLACE INTO claim(source, identity, partnership_id, external_id,"
                " source_line) VALUES(?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_text(statement, 1, p->source, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, p->identity, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, id);
    sqlite3_bind_text(statement, 4, p->external_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, p->source_line);
    return finish(store, statement, error);
}

enum { NUMBER_BYTES = 16 };

static const char *number_text(char text[NUMBER_BYTES], int number, int none)
{
    if (number == none) return NULL;
    snprintf(text, NUMBER_BYTES, "%d", number);
    return text;
}

static enum atlas_status settle_all(struct joining *joining, const struct store_partnership *p,
                                    bool owner, struct atlas_error *error)
{
    char start[NUMBER_BYTES], end[NUMBER_BYTES], marker[NUMBER_BYTES];
    const char *const now[N_FIELDS] = {p->description,
                                       p->kind,
                                       p->modes,
                                       p->status,
                                       p->status_date,
                                       p->signed_on,
                                       number_text(start, p->year_start, STORE_NO_YEAR),
                                       number_text(end, p->year_end, STORE_NO_YEAR),
                                       p->end_kind,
                                       number_text(marker, p->gender_marker, -1),
                                       p->gender_origin,
                                       p->call,
                                       p->sdg,
                                       p->dac,
                                       p->source_doc,
                                       p->source_place,
                                       p->source_date,
                                       p->note};
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < N_FIELDS && !status; i++) {
        const struct said said = {now[i], p->source, p->source_line};
        status = settle_field(joining, i, &said, p->source, owner, error);
    }
    return status;
}

/* Themes and money that a further source adds. What it added before and no longer says goes. */
static enum atlas_status add_lists(struct store *store, const struct store_partnership *p,
                                   int64_t id, struct atlas_error *error)
{
    static const char *const clear[] = {
        ("DELETE FROM partnership_theme WHERE partnership_id = ?1 AND 'theme:' || theme IN"
         " (SELECT field FROM origin WHERE partnership_id = ?1 AND source = ?2)"),
        "DELETE FROM origin WHERE partnership_id = ?1 AND source = ?2 AND field LIKE 'theme:%'",
        "DELETE FROM funding WHERE partnership_id = ?1 AND source = ?2"};
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < sizeof clear / sizeof *clear && !status; i++) {
        sqlite3_stmt *statement = prepare(store, clear[i]);
        sqlite3_bind_int64(statement, 1, id);
        if (i < 3) sqlite3_bind_text(statement, 2, p->source, -1, SQLITE_STATIC);
        status = finish(store, statement, error);
    }
    for (size_t i = 0; i < p->n_themes && !status; i++) {
        sqlite3_stmt *statement =
            prepare(store,
                    "INSERT OR IGNORE INTO origin SELECT ?1, 'theme:' || ?2, ?3, ?4"
                    " WHERE NOT EXISTS (SELECT 1 FROM partnership_theme"
                    "  WHERE partnership_id = ?1 AND theme = ?2)");
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_text(statement, 2, p->themes[i]->code, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3, p->source, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, p->source_line);
        status = finish(store, statement, error);
    }
    if (!status) status = store_write_themes(store, p, id, error);
    return status ? status : store_write_fundings(store, p, id, p->source, error);
}

enum atlas_status store_join_partnership(struct store *store,
                                         const struct store_partnership *partnership, int64_t id,
                                         store_contradiction_visit *visit, void *context,
                                         struct atlas_error *error)
{
    const struct store_partnership *p = partnership;
    if (!has_others(store, id, p->source)) return store_partnership(store, p, &id, error);
    struct joining joining = {.store = store, .id = id, .visit = visit, .context = context};
    enum atlas_status status = read_owner(&joining, error);
    bool owner = !status && !strcmp(joining.owner, p->source);
    if (!status) status = drop_orphans(&joining, error);
    if (!status) status = read_all(&joining, error);
    if (!status)
        status = owner ? store_partnership(store, p, &id, error) : write_claim(store, p, id, error);
    if (!status && owner) status = read_owner(&joining, error); /* its line may be another */
    if (!status) status = settle_all(&joining, p, owner, error);
    if (!status && !owner) status = add_lists(store, p, id, error);
    joining_close(&joining);
    return status;
}
