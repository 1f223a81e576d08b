#include "geo/store_changes.h"

#include "geo/bytes.h"
#include "geo/store_internal.h"

#include <stdio.h>
#include <string.h>

/* What is compared of a partnership, each as one text. %s: the database, main or old. */
static const struct {
    const char *field, *table, *value;
} compared[] = {
#define COLUMN(name)                                                                               \
    {                                                                                              \
#name, "partnership", #name                                                                \
    }
    COLUMN(title),
    COLUMN(description),
    COLUMN(kind),
    COLUMN(modes),
    COLUMN(status),
    COLUMN(status_date),
    COLUMN(signed),
    COLUMN(year_start),
    COLUMN(year_end),
    COLUMN(end_kind),
    COLUMN(gender_marker),
    COLUMN(gender_origin),
    COLUMN(call),
    COLUMN(sdg),
    COLUMN(dac),
    COLUMN(publication),
    COLUMN(publication_reason),
    COLUMN(published_precision),
    COLUMN(source_doc),
    COLUMN(source_place),
    COLUMN(source_date),
    COLUMN(note),
#undef COLUMN
    {"parties", "party", "as_written || ' (' || role || ', ' || coalesce(code, 'no place') || ')'"},
    {"themes", "partnership_theme", "theme"},
    {"funding", "funding",
     "coalesce(funder, '?') || ' ' || amount_eur || ' ' || coalesce(nature, '?') || ' ' ||"
     " coalesce(year_from, '') || '-' || coalesce(year_to, '')"},
};

enum { N_COMPARED = sizeof compared / sizeof *compared, SQL_BYTES = 1200 };

/* The texts of one field, by partnership: a common table expression. */
static void side_sql(size_t i, const char *database, char *sql, size_t size)
{
    const char *table = compared[i].table, *value = compared[i].value;
    if (!strcmp(table, "partnership"))
        snprintf(sql, size, "SELECT id, CAST(%s AS TEXT) AS v FROM %s.partnership", value,
                 database);
    else if (!strcmp(table, "party"))
        snprintf(sql, size,
                 "SELECT partnership_id AS id, group_concat(v, '; ') AS v FROM (SELECT"
                 " partnership_id, %s AS v FROM %s.party LEFT JOIN %s.territory t ON"
                 " t.id = territory_id ORDER BY partnership_id, position) GROUP BY 1",
                 value, database, database);
    else
        snprintf(sql, size,
                 "SELECT partnership_id AS id, group_concat(v, '; ') AS v FROM (SELECT"
                 " partnership_id, %s AS v FROM %s.%s ORDER BY 1, 2) GROUP BY 1",
                 value, database, table);
}

static enum atlas_status collect_field(struct store *store, size_t i, struct atlas_error *error)
{
    char before[SQL_BYTES], after[SQL_BYTES], sql[3 * SQL_BYTES];
    side_sql(i, "old", before, sizeof before);
    side_sql(i, "main", after, sizeof after);
    snprintf(sql, sizeof sql,
             "INSERT INTO temp.change SELECT n.id, %zu, b.v, a.v FROM main.partnership n"
             " JOIN old.partnership o USING(id) LEFT JOIN (%s) b USING(id)"
             " LEFT JOIN (%s) a USING(id) WHERE b.v IS NOT a.v",
             i, before, after);
    return store_run(store, sql, error);
}

static enum atlas_status attach_old(struct store *store, struct atlas_error *error)
{
    store_statements_close(store);
    enum atlas_status status = store_run(store, "COMMIT", error);
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_ERROR;
    if (!status) code = sqlite3_prepare_v2(store->copy, "ATTACH ? AS old", -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, store->is_new ? ":memory:" : store->path, -1,
                          SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (status) return status;
    if (code != SQLITE_DONE)
        return store_sqlite_failed(store->copy, store->path, "cannot read", error);
    return store->is_new ? store_run(store,
                                     "CREATE TABLE old.partnership AS SELECT * FROM"
                                     " main.partnership LIMIT 0",
                                     error)
                         : ATLAS_OK;
}

static enum atlas_status visit_all(struct store *store, store_change_visit *visit, void *context,
                                   struct store_changes *changes, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int64_t last = 0;
    int code = sqlite3_prepare_v2(
        store->copy,
        "SELECT id, 1 AS kind, title, 0, NULL, NULL FROM main.partnership WHERE id NOT IN"
        " (SELECT id FROM old.partnership)"
        " UNION ALL SELECT id, 3, title, 0, NULL, NULL FROM old.partnership WHERE id NOT IN"
        " (SELECT id FROM main.partnership)"
        " UNION ALL SELECT c.id, 2, p.title, field, before, after FROM temp.change c"
        " JOIN main.partnership p USING(id) ORDER BY 1, 4",
        -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) break;
        const char *texts[] = {(const char *)sqlite3_column_text(statement, 2),
                               (const char *)sqlite3_column_text(statement, 4),
                               (const char *)sqlite3_column_text(statement, 5)};
        static const enum store_change_kind kinds[] = {STORE_ADDED, STORE_CHANGED, STORE_LEFT};
        struct store_change change = {.kind = kinds[sqlite3_column_int(statement, 1) - 1],
                                      .id = sqlite3_column_int64(statement, 0),
                                      .title = texts[0],
                                      .field = compared[sqlite3_column_int(statement, 3)].field,
                                      .before = texts[1],
                                      .after = texts[2]};
        changes->added += change.kind == STORE_ADDED;
        changes->left += change.kind == STORE_LEFT;
        changes->changed += change.kind == STORE_CHANGED && change.id != last;
        last = change.id;
        visit(&change, context);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE
               ? ATLAS_OK
               : store_sqlite_failed(store->copy, store->import_path, "cannot read", error);
}

static enum atlas_status count_all(struct store *store, uint64_t *n, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(store->copy, "SELECT count(*) FROM partnership", -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) *n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW
               ? ATLAS_OK
               : store_sqlite_failed(store->copy, store->import_path, "cannot read", error);
}

enum atlas_status store_each_change(struct store *store, store_change_visit *visit, void *context,
                                    struct store_changes *changes, struct atlas_error *error)
{
    *changes = (struct store_changes){0};
    uint64_t n = 0;
    enum atlas_status status = attach_old(store, error);
    if (!status)
        status =
            store_run(store, "CREATE TEMP TABLE change(id, field, before, after); BEGIN", error);
    for (size_t i = 0; i < N_COMPARED && !status && !store->is_new; i++)
        status = collect_field(store, i, error);
    if (!status) status = visit_all(store, visit, context, changes, error);
    if (!status) status = count_all(store, &n, error);
    changes->unchanged = n - changes->added - changes->changed;
    if (!status)
        status = store_run(store, "DROP TABLE temp.change; COMMIT; DETACH old; BEGIN", error);
    return status;
}
