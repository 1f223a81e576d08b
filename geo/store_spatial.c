/* Geometry columns and their indexes. SpatiaLite keeps an index by triggers that look at every row;
 * while an edition is written they are set aside, and the indexes are packed as a whole at its end
 * (geo/rtree_pack). */
#include "geo/bytes.h"
#include "geo/rtree_pack.h"
#include "geo/store_internal.h"

#include <stdio.h>
#include <string.h>

/* The geometry column of each is `geom`, EPSG:4326. */
static const struct spatial_table {
    const char *name, *type;
} tables[] = {
    {"territory", "POINT"},
    {"link", "MULTILINESTRING"},
    {"area", "MULTIPOLYGON"},
    {"border", "MULTILINESTRING"},
};
enum { N_TABLES = sizeof tables / sizeof *tables };

#define TABLE_TRIGGERS                                                                             \
    " FROM sqlite_master WHERE type = 'trigger'"                                                   \
    " AND tbl_name IN ('territory', 'link', 'area', 'border')"

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

/* Runs a SpatiaLite function that gives 1 when it succeeds. */
static enum atlas_status run_spatial(struct store *store, const char *sql,
                                     struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    bool good = code == SQLITE_ROW && sqlite3_column_int(statement, 0) == 1;
    sqlite3_finalize(statement);
    if (good) return ATLAS_OK;
    if (code != SQLITE_ROW) return failed(store, error);
    return atlas_fail(error, ATLAS_IO, "cannot write %s: SpatiaLite refuses %s", store->import_path,
                      sql);
}

enum atlas_status store_spatial_create(struct store *store, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < N_TABLES && !status; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT AddGeometryColumn('%s', 'geom', 4326, '%s', 'XY')",
                 tables[i].name, tables[i].type);
        status = run_spatial(store, sql, error);
        snprintf(sql, sizeof sql, "SELECT CreateSpatialIndex('%s', 'geom')", tables[i].name);
        if (!status) status = run_spatial(store, sql, error);
    }
    return status;
}

/* Puts what a query gives, texts with their ends, into one script. */
static enum atlas_status read_script(struct store *store, const char *query, struct bytes *script,
                                     struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, query, -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        bytes_append_format(script, "%s;\n", text ? text : "");
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    bytes_append_byte(script, '\0');
    if (code != SQLITE_DONE) return failed(store, error);
    return bytes_status(script) ? atlas_fail(error, ATLAS_NO_MEMORY, "out of memory") : ATLAS_OK;
}

enum atlas_status store_spatial_aside(struct store *store, struct atlas_error *error)
{
    struct bytes drops = {0};
    bytes_clear(&store->triggers);
    enum atlas_status status =
        read_script(store, "SELECT sql" TABLE_TRIGGERS, &store->triggers, error);
    if (!status)
        status = read_script(store, "SELECT 'DROP TRIGGER \"' || name || '\"'" TABLE_TRIGGERS,
                             &drops, error);
    if (!status) status = store_run(store, (const char *)drops.data, error);
    bytes_close(&drops);
    return status;
}

static enum atlas_status put_back_triggers(struct store *store, struct atlas_error *error)
{
    if (!store->triggers.length) return ATLAS_OK;
    enum atlas_status status = store_run(store, (const char *)store->triggers.data, error);
    bytes_close(&store->triggers);
    return status;
}

enum atlas_status store_spatial_index(struct store *store, struct atlas_error *error)
{
    for (size_t i = 0; i < N_TABLES; i++) {
        char index[40], query[200];
        snprintf(index, sizeof index, "idx_%s_geom", tables[i].name);
        snprintf(query, sizeof query,
                 "SELECT rowid, MbrMinX(geom), MbrMaxX(geom), MbrMinY(geom), MbrMaxY(geom)"
                 " FROM \"%s\"",
                 tables[i].name);
        if (rtree_pack(store->copy, index, query) != SQLITE_OK) return failed(store, error);
    }
    return put_back_triggers(store, error);
}
