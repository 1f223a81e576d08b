#include "geo/store_holds.h"

#include "geo/bytes.h"
#include "geo/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

/* Runs one statement with texts ?1, ?2 … (NULL stays NULL). */
static enum atlas_status run_with_texts(struct store *store, const char *sql,
                                        const char *const *texts, int n, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, sql, -1, &statement, NULL);
    for (int i = 0; i < n && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

/* ---- orders ---- */

static enum atlas_status find_partnership(struct store *store, int64_t id, char before[16],
                                          char title[200], struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(store->copy, "SELECT publication, title FROM partnership WHERE id = ?",
                           -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_int64(statement, 1, id);
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        snprintf(before, 16, "%s", (const char *)sqlite3_column_text(statement, 0));
        snprintf(title, 200, "%s", (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_ROW) return ATLAS_OK;
    if (code != SQLITE_DONE) return failed(store, error);
    return atlas_fail(error, ATLAS_NOT_FOUND,
                      "no partnership of %s has the id %" PRId64
                      "; the id is the number in the address of its page",
                      store->path, id);
}

enum atlas_status store_order(struct store *store, const struct store_order *order, char before[16],
                              char title[200], struct atlas_error *error)
{
    enum atlas_status status = find_partnership(store, order->id, before, title, error);
    if (status) return status;
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, order->id);
    const char *const texts[] = {id, order->publish ? "published" : "withheld", order->reason,
                                 order->until, order->today};
    return run_with_texts(store,
                          "INSERT OR REPLACE INTO hold(partnership_id, publication, reason, until,"
                          " ordered_on, instead_of) SELECT id, ?2, ?3, ?4, ?5,"
                          " CASE ?2 WHEN 'published' THEN stated_publication END"
                          " FROM partnership WHERE id = CAST(?1 AS INTEGER)",
                          texts, 5, error);
}

/* ---- what counts ---- */

static enum atlas_status end_holds(struct store *store, const char *today,
                                   store_lapse_visit *lapsed, void *context,
                                   struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy,
                                  "SELECT p.id, p.title, h.until FROM hold h JOIN partnership p ON"
                                  " p.id = h.partnership_id WHERE h.until <= ?1 ORDER BY p.id",
                                  -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_bind_text(statement, 1, today, -1, SQLITE_STATIC);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW && lapsed)
            lapsed(sqlite3_column_int64(statement, 0),
                   (const char *)sqlite3_column_text(statement, 1),
                   (const char *)sqlite3_column_text(statement, 2), context);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) return failed(store, error);
    return run_with_texts(store, "DELETE FROM hold WHERE until <= ?1", &today, 1, error);
}

/* The lines of published links that have none yet, where their ends allow one. */
static enum atlas_status draw_links(struct store *store, struct atlas_error *error)
{
    sqlite3_stmt *list = NULL, *update = NULL;
    struct bytes wkb = {0};
    enum atlas_status status = ATLAS_OK;
    int code = sqlite3_prepare_v2(
        store->copy,
        "SELECT a.id, a.lon, a.lat, a.precision, b.id, b.lon, b.lat, b.precision, l.id FROM link l"
        " JOIN partnership p ON p.id = l.partnership_id AND p.publication = 'published'"
        " JOIN territory a ON a.id = l.french_id AND a.lon IS NOT NULL"
        " AND a.precision IN ('exact', 'area')"
        " JOIN territory b ON b.id = l.foreign_id AND b.lon IS NOT NULL"
        " AND b.precision IN ('exact', 'area') WHERE l.geom IS NULL",
        -1, &list, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(store->copy,
                                  "UPDATE link SET geom = GeomFromWKB(?2, 4326) WHERE id = ?1", -1,
                                  &update, NULL);
    while (code == SQLITE_OK && sqlite3_step(list) == SQLITE_ROW && !status) {
        struct store_link link;
        store_read_end(list, 0, &link.french);
        store_read_end(list, 4, &link.foreign);
        status = store_trace(&link, &wkb);
        if (status || !wkb.length) continue;
        sqlite3_bind_int64(update, 1, sqlite3_column_int64(list, 8));
        sqlite3_bind_blob(update, 2, wkb.data, (int)wkb.length, SQLITE_STATIC);
        sqlite3_step(update);
        code = sqlite3_reset(update);
    }
    if (status) status = atlas_fail(error, status, "a link has no line");
    if (code != SQLITE_OK) status = failed(store, error);
    sqlite3_finalize(list);
    sqlite3_finalize(update);
    bytes_close(&wkb);
    return status;
}

static enum atlas_status count_unpublished(struct store *store,
                                           struct store_unpublished *unpublished,
                                           struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy,
                                  "SELECT count(*) FILTER (WHERE publication = 'to-review'),"
                                  " count(*) FILTER (WHERE publication = 'withheld')"
                                  " FROM partnership",
                                  -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *unpublished = (struct store_unpublished){(uint64_t)sqlite3_column_int64(statement, 0),
                                                  (uint64_t)sqlite3_column_int64(statement, 1)};
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? ATLAS_OK : failed(store, error);
}

enum atlas_status store_apply_holds(struct store *store, const char *today,
                                    store_lapse_visit *lapsed, void *context,
                                    struct store_unpublished *unpublished,
                                    struct atlas_error *error)
{
    enum atlas_status status = end_holds(store, today, lapsed, context, error);
    if (status) return status;
    status = store_run(
        store,
        "DELETE FROM hold WHERE publication = 'published' AND instead_of <> 'withheld' AND"
        " partnership_id IN (SELECT id FROM partnership WHERE stated_publication = 'withheld');"
        "CREATE TEMP TABLE counts AS SELECT p.id,"
        " coalesce(h.publication, p.stated_publication) AS publication,"
        " CASE WHEN h.publication IS NULL THEN p.stated_reason ELSE h.reason END AS reason"
        " FROM partnership p LEFT JOIN hold h ON h.partnership_id = p.id"
        " WHERE p.stated_publication <> 'published' OR h.publication IS NOT NULL"
        "  OR p.publication <> 'published';"
        "UPDATE partnership SET publication = c.publication, publication_reason = c.reason"
        " FROM temp.counts c WHERE c.id = partnership.id"
        " AND (partnership.publication, partnership.publication_reason)"
        "  IS NOT (c.publication, c.reason);"
        "DROP TABLE temp.counts;"
        "UPDATE link SET geom = NULL WHERE geom IS NOT NULL AND partnership_id IN"
        " (SELECT id FROM partnership WHERE publication <> 'published')",
        error);
    if (!status) status = draw_links(store, error);
    return status ? status : count_unpublished(store, unpublished, error);
}
