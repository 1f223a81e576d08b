/* Partnerships that a source no longer holds. */
#include "geo/store_internal.h"
#include "geo/store_lines.h"
#include "geo/store_sources.h"

#include <stdio.h>

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

/* Fills temp.held with what the source still holds. */
static enum atlas_status remember_held(struct store *store, const int64_t *ids, size_t n,
                                       struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum atlas_status status =
        store_run(store, "CREATE TEMP TABLE held(id INTEGER PRIMARY KEY)", error);
    if (status) return status;
    int code = sqlite3_prepare_v2(store->copy, "INSERT OR IGNORE INTO temp.held VALUES(?)", -1,
                                  &statement, NULL);
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        sqlite3_bind_int64(statement, 1, ids[i]);
        sqlite3_step(statement);
        code = sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_OK ? ATLAS_OK : failed(store, error);
}

static enum atlas_status run_for_source(struct store *store, const char *sql, const char *source,
                                        struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, source, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

static enum atlas_status tell(struct store *store, store_leave_visit *visit, void *context,
                              struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(store->copy,
                           "SELECT p.id, p.title, g.heir IS NULL FROM temp.gone g JOIN partnership"
                           " p USING(id) ORDER BY p.id",
                           -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW)
            visit(sqlite3_column_int64(statement, 0),
                  (const char *)sqlite3_column_text(statement, 1),
                  sqlite3_column_int(statement, 2) != 0, context);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

enum atlas_status store_replace_source(struct store *store, const char *source, const int64_t *ids,
                                       size_t n, store_leave_visit *visit, void *context,
                                       struct atlas_error *error)
{
    enum atlas_status status = store_lines_flush(store, error);
    if (!status) status = remember_held(store, ids, n, error);
    if (!status)
        status = run_for_source(
            store, "DELETE FROM claim WHERE source = ?1 AND partnership_id NOT IN temp.held",
            source, error);
    if (!status)
        status = run_for_source(
            store,
            "CREATE TEMP TABLE gone AS SELECT id, source, (SELECT min(source) FROM claim WHERE"
            " partnership_id = partnership.id) AS heir FROM partnership WHERE source = ?1"
            " AND id NOT IN temp.held",
            source, error);
    if (!status) status = tell(store, visit, context, error);
    if (status) return status;
    return store_run(
        store,
        /* what another source holds too becomes that one's */
        "UPDATE partnership SET source = c.source, external_id = c.external_id,"
        " identity = c.identity, source_line = c.source_line FROM temp.gone g JOIN claim c"
        " ON c.partnership_id = g.id AND c.source = g.heir WHERE partnership.id = g.id;"
        "DELETE FROM claim WHERE (source, partnership_id) IN (SELECT heir, id FROM temp.gone);"
        "DELETE FROM temp.gone WHERE heir IS NOT NULL;"
        /* the rest leaves; its ids are remembered */
        "INSERT OR REPLACE INTO former_partnership(source, identity, id)"
        " SELECT source, identity, id FROM partnership WHERE id IN (SELECT id FROM temp.gone);"
        "INSERT OR REPLACE INTO former_link(partnership_id, french_id, foreign_id, id)"
        " SELECT partnership_id, french_id, foreign_id, id FROM link"
        " WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "INSERT OR REPLACE INTO retired(id, merged_into, reason)"
        " SELECT id, NULL, 'no longer in ' || source FROM temp.gone;"
        "DELETE FROM party WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "DELETE FROM link WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "DELETE FROM partnership_theme WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "DELETE FROM funding WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "DELETE FROM origin WHERE partnership_id IN (SELECT id FROM temp.gone);"
        "DELETE FROM partnership WHERE id IN (SELECT id FROM temp.gone);"
        "DROP TABLE temp.gone; DROP TABLE temp.held",
        error);
}

/* What a party stands for: its territory, but for a commune the EPCI that bears its name, abroad
 * for a town and the unit around it that bears its name one of the two, and for who has no
 * territory the name as written. Pairs of those: linked ones, those with beneficiaries, and those
 * of who is only named, if a row makes a partner of them. A party of which only the country is said
 * may be any place there; one whose name was not found there is who bears that name
 * (a text for a key). */
static const char repeats_sql[] =
    "WITH used AS MATERIALIZED (SELECT id, side, kind, country_iso AS iso, lower(name_fr) AS low,"
    "  epci_code, lon, lat FROM territory WHERE id IN (SELECT territory_id FROM party)),"
    " root AS MATERIALIZED (SELECT t.id, t.kind, t.iso, coalesce(e.id, min(u.id), t.id) AS key"
    "  FROM used t"
    "  LEFT JOIN territory e ON e.code = t.epci_code AND instr(lower(e.name_fr), t.low)"
    "  LEFT JOIN used u ON u.low = t.low AND u.iso = t.iso AND u.side = 'foreign'"
    "  AND t.side = 'foreign' AND abs(u.lon - t.lon) < 0.5 AND abs(u.lat - t.lat) < 0.5"
    "  GROUP BY t.id),"
    " coarse AS MATERIALIZED (SELECT DISTINCT p.partnership_id, a.key AS french,"
    "  iif(q.as_written <> '' AND q.match_status IN ('not_found', 'ambiguous'),"
    "  b.iso || ':' || lower(q.as_written), b.key) AS foreign_key, b.iso,"
    "  1 AS partner, a.id AS french_id, b.id AS foreign_id FROM root b"
    "  CROSS JOIN party q ON q.territory_id = b.id"
    "  CROSS JOIN party p ON p.partnership_id = q.partnership_id"
    "  JOIN root a ON a.id = p.territory_id"
    "  WHERE b.kind = 'country' AND p.side = 'french' AND q.side = 'foreign'"
    "  AND p.role IN ('partenaire', 'chef-de-file')),"
    " met AS MATERIALIZED (SELECT l.partnership_id, a.key AS french, b.key AS foreign_key, b.iso,"
    "  1 AS partner, a.id AS french_id, b.id AS foreign_id FROM link l JOIN root a ON a.id = "
    "l.french_id JOIN root b ON b.id ="
    "  l.foreign_id AND b.kind <> 'country'"
    "  UNION ALL SELECT p.partnership_id, coalesce(a.key, 'name:' || lower(p.as_written)), b.key,"
    "  b.iso, p.role IN ('partenaire', 'chef-de-file'), a.id, b.id"
    "  FROM party p CROSS JOIN party q ON q.partnership_id = p.partnership_id"
    "  JOIN root b ON b.id = q.territory_id AND b.kind <> 'country'"
    "  LEFT JOIN root a ON a.id = p.territory_id"
    "  WHERE p.side = 'french' AND q.side = 'foreign' AND (p.territory_id IS NULL"
    "  AND p.as_written <> '' OR p.territory_id IS NOT NULL AND q.role = 'beneficiaire'"
    "  AND p.role IN ('partenaire', 'chef-de-file'))"
    "  UNION ALL SELECT * FROM coarse WHERE typeof(foreign_key) = 'text'),"
    " bare AS (SELECT * FROM coarse WHERE typeof(foreign_key) <> 'text'),"
    " pair AS MATERIALIZED (SELECT * FROM met UNION ALL SELECT * FROM bare UNION ALL"
    "  SELECT met.partnership_id, b.french, b.foreign_key, b.iso, 1, met.french_id, b.foreign_id"
    "  FROM (SELECT DISTINCT french, foreign_key, iso, foreign_id FROM bare) b"
    "  JOIN met ON met.french = b.french AND met.iso = b.iso),"
    " several AS (SELECT french, foreign_key FROM pair GROUP BY 1, 2"
    "  HAVING count(*) > 1 AND min(partnership_id) <> max(partnership_id) AND max(partner))"
    " SELECT p.id, coalesce(a.name_fr, (SELECT as_written FROM party WHERE partnership_id = p.id"
    "  AND 'name:' || lower(as_written) = french)), coalesce((SELECT as_written FROM party"
    "  WHERE partnership_id = p.id AND b.country_iso || ':' || lower(as_written) = foreign_key),"
    "  b.name_fr),"
    "  p.source, p.external_id, p.title, p.kind, p.year_start,"
    "  p.id = first_value(p.id) OVER (PARTITION BY french, foreign_key ORDER BY p.id)"
    " FROM (SELECT french, foreign_key, partnership_id, min(french_id) AS french_id,"
    "  min(foreign_id) AS foreign_id FROM several JOIN pair USING(french, foreign_key)"
    "  GROUP BY 1, 2, 3) JOIN partnership p ON p.id = partnership_id"
    " LEFT JOIN territory a ON a.id = french_id JOIN territory b ON b.id = foreign_id"
    " ORDER BY french, foreign_key, p.id";

enum atlas_status store_each_repeat(struct store *store, store_repeat_visit *visit, void *context,
                                    struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, repeats_sql, -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) break;
        const char *texts[6];
        for (int i = 0; i < 6; i++)
            texts[i] = (const char *)sqlite3_column_text(statement, i + 1);
        struct store_repeat repeat = {.id = sqlite3_column_int64(statement, 0),
                                      .french = texts[0],
                                      .foreign = texts[1],
                                      .source = texts[2],
                                      .external_id = texts[3],
                                      .title = texts[4],
                                      .kind = texts[5],
                                      .year_start = sqlite3_column_type(statement, 7) == SQLITE_NULL
                                                        ? STORE_NO_YEAR
                                                        : sqlite3_column_int(statement, 7),
                                      .first = sqlite3_column_int(statement, 8) != 0};
        visit(&repeat, context);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}
