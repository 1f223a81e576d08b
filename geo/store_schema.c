/* The tables of a new working copy, and what is made once their rows are in. */
#include "geo/schema.h"
#include "geo/store_internal.h"

#include <stdio.h>

/* Geometry columns are declared at once and made known to SpatiaLite when the rows are in: its
 * triggers would look at each row. */
enum atlas_status store_create(struct store *store, struct atlas_error *error)
{
    char pragmas[120];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             ATLAS_APPLICATION_ID, ATLAS_USER_VERSION);
    const char *const steps[] = {pragmas,
                                 "SELECT InitSpatialMetaData(1, 'WGS84')",
                                 "BEGIN",
                                 atlas_schema_sql,
                                 "ALTER TABLE territory ADD COLUMN geom POINT",
                                 "ALTER TABLE link ADD COLUMN geom MULTILINESTRING",
                                 "ALTER TABLE area ADD COLUMN geom MULTIPOLYGON",
                                 "ALTER TABLE border ADD COLUMN geom MULTILINESTRING"};
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++)
        status = store_run(store, steps[i], error);
    return status;
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
    if (code != SQLITE_ROW)
        return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
    return atlas_fail(error, ATLAS_IO, "cannot write %s: SpatiaLite refuses %s", store->import_path,
                      sql);
}

static enum atlas_status run_all_spatial(struct store *store, const char *const *steps, size_t n,
                                         struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < n && !status; i++)
        status = run_spatial(store, steps[i], error);
    return status;
}

enum atlas_status store_index_territories(struct store *store, struct atlas_error *error)
{
    static const char *const steps[] = {
        "SELECT RecoverGeometryColumn('territory', 'geom', 4326, 'POINT', 'XY')",
        "SELECT CreateSpatialIndex('territory', 'geom')"};
    if (store->territories_indexed) return ATLAS_OK;
    store->territories_indexed = true;
    return run_all_spatial(store, steps, sizeof steps / sizeof *steps, error);
}

enum atlas_status store_index(struct store *store, struct atlas_error *error)
{
    static const char *const steps[] = {
        "SELECT RecoverGeometryColumn('link', 'geom', 4326, 'MULTILINESTRING', 'XY')",
        "SELECT RecoverGeometryColumn('area', 'geom', 4326, 'MULTIPOLYGON', 'XY')",
        "SELECT RecoverGeometryColumn('border', 'geom', 4326, 'MULTILINESTRING', 'XY')",
        "SELECT CreateSpatialIndex('link', 'geom')",
        "SELECT CreateSpatialIndex('area', 'geom')",
        "SELECT CreateSpatialIndex('border', 'geom')",
    };
    enum atlas_status status = store_index_territories(store, error);
    if (store->indexed || status) return status;
    store->indexed = true;
    status = run_all_spatial(store, steps, sizeof steps / sizeof *steps, error);
    return status ? status : store_run(store, atlas_indexes_sql, error);
}
