/* What an edition takes from a gazetteer as a whole. */
#include "geo/name.h"
#include "geo/schema.h"
#include "geo/store_internal.h"
#include "geo/store_lines.h"
#include "geo/store_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void slug_function(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)n;
    char slug[TERRITORY_SLUG_BYTES];
    name_slug((const char *)sqlite3_value_text(values[0]), slug, sizeof slug);
    sqlite3_result_text(context, slug, -1, SQLITE_TRANSIENT);
}

static enum atlas_status read_number(struct store *store, const char *sql, sqlite3_int64 *number,
                                     const char *path, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? ATLAS_OK
                              : store_sqlite_failed(store->copy, path, "cannot read", error);
}

static enum atlas_status attach(struct store *store, const char *path, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    /* ATTACH is not allowed inside a transaction that store_open() began. */
    enum atlas_status status = store_run(store, "COMMIT", error);
    if (status) return status;
    int code = sqlite3_prepare_v2(store->copy, "ATTACH ? AS gazetteer", -1, &statement, NULL);
    sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) return store_sqlite_failed(store->copy, path, "cannot open", error);
    store->attached = true;
    sqlite3_int64 application = 0, version = 0;
    status = read_number(store, "PRAGMA gazetteer.application_id", &application, path, error);
    if (!status)
        status = read_number(store, "PRAGMA gazetteer.user_version", &version, path, error);
    if (!status && (application != GAZETTEER_APPLICATION_ID || version != GAZETTEER_USER_VERSION))
        status = atlas_fail(error, ATLAS_WRONG_SCHEMA,
                            "%s is no gazetteer of this version; build one with "
                            "passerelle-gazetteer",
                            path);
    return status ? status : store_run(store, "PRAGMA gazetteer.cache_size = -8192; BEGIN", error);
}

static enum atlas_status read_build(sqlite3 *db, const char *sql, const char *path, char *build,
                                    size_t size, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        snprintf(build, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (code == SQLITE_ROW) return ATLAS_OK;
    if (code == SQLITE_DONE)
        return atlas_fail(error, ATLAS_CORRUPT, "%s does not say which build it is; build it again",
                          path);
    return store_sqlite_failed(db, path, "cannot read", error);
}

enum atlas_status store_gazetteer_build(const char *path, char *build, size_t size,
                                        struct atlas_error *error)
{
    sqlite3 *db = NULL;
    enum atlas_status status = ATLAS_OK;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = store_sqlite_failed(db, path, "cannot read", error);
    if (!status)
        status =
            read_build(db, "SELECT value FROM meta WHERE key = 'build'", path, build, size, error);
    sqlite3_close(db);
    return status;
}

/* True when the copy holds what this build gives. */
static bool is_current(struct store *store, const char *build)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, "SELECT 1 FROM edition WHERE gazetteer = ?", -1,
                                  &statement, NULL);
    sqlite3_bind_text(statement, 1, build, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW;
}

/* Territories keep their ids; rows that would not change are not touched. */
static const char territories_sql[] =
    "INSERT INTO territory(code, side, kind, generic, name_fr, name_en, country_iso, parent_code,"
    "  epci_code, precision, radius_km, population, lon, lat, slug, geom)"
    " SELECT code, side, kind, generic, name_fr, name_en, country_iso, parent_code, epci_code,"
    "  precision, radius_km, population, lon, lat, slug(name_fr), MakePoint(lon, lat, 4326)"
    " FROM gazetteer.territory"
    " WHERE replaced_by IS NULL AND (side = 'french' OR kind IN ('country', 'admin1')"
    "  OR code IN (SELECT code FROM main.territory))"
    " ORDER BY side DESC, code"
    " ON CONFLICT(code) DO UPDATE SET side = excluded.side, kind = excluded.kind,"
    "  generic = excluded.generic, name_fr = excluded.name_fr, name_en = excluded.name_en,"
    "  country_iso = excluded.country_iso, parent_code = excluded.parent_code,"
    "  epci_code = excluded.epci_code, precision = excluded.precision,"
    "  radius_km = excluded.radius_km, population = excluded.population, lon = excluded.lon,"
    "  lat = excluded.lat, slug = excluded.slug, geom = excluded.geom"
    " WHERE (side, kind, generic, name_fr, name_en, country_iso, parent_code, epci_code,"
    "  precision, radius_km, population, lon, lat) IS NOT (excluded.side, excluded.kind,"
    "  excluded.generic, excluded.name_fr, excluded.name_en, excluded.country_iso,"
    "  excluded.parent_code, excluded.epci_code, excluded.precision, excluded.radius_km,"
    "  excluded.population, excluded.lon, excluded.lat)";

/* Names of merged and delegated communes and of old regions lead to today's territory. */
static const char names_sql[] =
    "DELETE FROM name;"
    "INSERT INTO name(territory_id, folded, name, lang, kind)"
    " SELECT t.id, n.folded, n.name, n.lang, n.kind"
    " FROM territory t JOIN gazetteer.territory g ON g.code = t.code"
    " JOIN gazetteer.name n ON n.territory_id = g.id WHERE n.name <> t.name_fr;"
    "INSERT INTO name(territory_id, folded, name, lang, kind)"
    " SELECT t.id, n.folded, n.name, n.lang,"
    "  CASE g.kind WHEN 'commune' THEN 'delegated' ELSE 'old' END"
    " FROM gazetteer.territory g JOIN territory t ON t.code = g.replaced_by"
    " JOIN gazetteer.name n ON n.territory_id = g.id WHERE n.name <> t.name_fr";

static const char shapes_sql[] =
    "DELETE FROM area;"
    "INSERT INTO area(code, geom) SELECT code, GeomFromWKB(geom, 4326) FROM gazetteer.area"
    " ORDER BY code;"
    "DELETE FROM border;"
    "INSERT INTO border(kind, geom) SELECT kind, GeomFromWKB(geom, 4326) FROM gazetteer.border;"
    "DELETE FROM attribution;"
    "INSERT INTO attribution(position, source, text, licence, url)"
    " SELECT position, source, text, licence, url FROM gazetteer.attribution ORDER BY position";

enum atlas_status store_gazetteer(struct store *store, const char *path, char *build, size_t size,
                                  struct atlas_error *error)
{
    enum atlas_status status = attach(store, path, error);
    if (!status)
        status = read_build(store->copy, "SELECT value FROM gazetteer.meta WHERE key = 'build'",
                            path, build, size, error);
    if (!status &&
        sqlite3_create_function(store->copy, "slug", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                slug_function, NULL, NULL) != SQLITE_OK)
        status = store_sqlite_failed(store->copy, path, "cannot read", error);
    if (status || is_current(store, build)) return status;
    status = store_run(store, territories_sql, error);
    if (!status) status = store_run(store, names_sql, error);
    if (!status) status = store_run(store, shapes_sql, error);
    return status;
}

/* The wanted ones and all that they lie in, without what is there already; then they themselves,
 * under the ids that they may have had before, and their names. */
static const char take_sql[] =
    "WITH RECURSIVE needed(code, id, parent) AS ("
    "  SELECT g.code, g.id, g.parent_code FROM temp.wanted w"
    "   CROSS JOIN gazetteer.territory g ON g.code = w.code"
    "  UNION SELECT g.code, g.id, g.parent_code FROM needed n"
    "   CROSS JOIN gazetteer.territory g ON g.code = n.parent)"
    " INSERT INTO temp.taken SELECT code, id FROM needed n"
    " WHERE NOT EXISTS (SELECT 1 FROM main.territory t WHERE t.code = n.code);"
    "INSERT INTO main.territory(id, code, side, kind, generic, name_fr, name_en, country_iso,"
    "  parent_code, epci_code, precision, radius_km, population, lon, lat, slug, geom)"
    " SELECT f.id, g.code, side, kind, generic, name_fr, name_en, country_iso, parent_code,"
    "  epci_code, precision, radius_km, population, lon, lat, slug(name_fr),"
    "  MakePoint(lon, lat, 4326)"
    " FROM temp.taken t CROSS JOIN gazetteer.territory g ON g.id = t.id"
    " LEFT JOIN former_territory f ON f.code = t.code ORDER BY t.code;"
    "INSERT INTO name(territory_id, folded, name, lang, kind)"
    " SELECT t.id, n.folded, n.name, n.lang, n.kind FROM temp.taken"
    " CROSS JOIN main.territory t ON t.code = taken.code"
    " CROSS JOIN gazetteer.name n ON n.territory_id = taken.id WHERE n.name <> t.name_fr;"
    "DELETE FROM former_territory WHERE code IN (SELECT code FROM temp.taken)";

static enum atlas_status want(struct store *store, const char *const *codes, size_t n,
                              struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, "INSERT OR IGNORE INTO temp.wanted VALUES(?)", -1,
                                  &statement, NULL);
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        if (!codes[i]) continue;
        sqlite3_bind_text(statement, 1, codes[i], -1, SQLITE_STATIC);
        sqlite3_step(statement);
        code = sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_OK
               ? ATLAS_OK
               : store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

enum atlas_status store_take_territories(struct store *store, const char *const *codes, size_t n,
                                         struct atlas_error *error)
{
    enum atlas_status status =
        store_run(store,
                  "CREATE TEMP TABLE wanted(code TEXT PRIMARY KEY) WITHOUT ROWID;"
                  "CREATE TEMP TABLE taken(code TEXT PRIMARY KEY, id INTEGER) WITHOUT ROWID",
                  error);
    if (!status) status = want(store, codes, n, error);
    if (!status) status = store_run(store, take_sql, error);
    if (!status) status = store_run(store, "DROP TABLE temp.wanted; DROP TABLE temp.taken", error);
    return status;
}

/* Foreign places that no party names and that no edition has without one: countries and first-level
 * units stay, and so does every French authority but those of our own making. */
enum atlas_status store_sweep(struct store *store, struct atlas_error *error)
{
    enum atlas_status status = store_lines_flush(store, error);
    if (status) return status;
    if (store->is_new && !store->coarsened) return ATLAS_OK; /* it holds what it was just given */
    /* What came in this run only, to be made coarse at once, was in no edition: it is forgotten,
     * for a list of former places would tell it. */
    return store_run(
        store,
        "CREATE TEMP TABLE unused AS"
        " WITH RECURSIVE used(code) AS ("
        "  SELECT code FROM territory WHERE id IN (SELECT territory_id FROM party)"
        "  UNION SELECT t.parent_code FROM used JOIN territory t ON t.code = used.code"
        "   WHERE t.parent_code IS NOT NULL)"
        " SELECT code, id FROM territory t WHERE (side = 'foreign' OR code LIKE 'local:%')"
        "  AND code NOT IN (SELECT code FROM used)"
        "  AND NOT EXISTS (SELECT 1 FROM gazetteer.territory g WHERE g.code = t.code"
        "   AND replaced_by IS NULL AND (side = 'french' OR kind IN ('country', 'admin1')));"
        "INSERT OR REPLACE INTO former_territory SELECT code, id FROM temp.unused"
        " WHERE id <= (SELECT id FROM temp.last_territory);"
        "DELETE FROM name WHERE territory_id IN (SELECT id FROM temp.unused);"
        "DELETE FROM territory WHERE id IN (SELECT id FROM temp.unused);"
        "DROP TABLE temp.unused",
        error);
}
