#include "geo/store_map.h"

#include "geo/store_internal.h"

#include <string.h>

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot read", error);
}

enum atlas_status store_world_path(struct store *store, struct bytes *path,
                                   struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy,
                                  "SELECT AsSVG(SimplifyPreserveTopology(geom, 0.35), 1, 1)"
                                  " FROM area WHERE code LIKE 'country:%' ORDER BY code",
                                  -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) break;
        const char *data = (const char *)sqlite3_column_text(statement, 0);
        if (!data) continue; /* too small to be seen */
        bytes_append(path, data, strlen(data));
        bytes_append_byte(path, '\n');
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) return failed(store, error);
    return bytes_status(path) ? atlas_fail(error, ATLAS_NO_MEMORY, "out of memory") : ATLAS_OK;
}

enum atlas_status store_each_place(struct store *store, store_place_visit *visit, void *context,
                                   struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(
        store->copy,
        "SELECT t.side, t.precision, t.lon, t.lat, t.name_fr, count(DISTINCT p.id) AS n"
        " FROM partnership p JOIN party y ON y.partnership_id = p.id"
        " JOIN territory t ON t.id = y.territory_id WHERE p.publication = 'published'"
        " AND t.precision IN ('exact', 'area') AND t.lon IS NOT NULL"
        " GROUP BY t.id ORDER BY n DESC, t.id",
        -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) break;
        struct store_place place = {
            .side = strcmp((const char *)sqlite3_column_text(statement, 0), "french") == 0
                        ? SIDE_FRENCH
                        : SIDE_FOREIGN,
            .lon_deg = sqlite3_column_double(statement, 2),
            .lat_deg = sqlite3_column_double(statement, 3),
            .name = (const char *)sqlite3_column_text(statement, 4),
            .partnerships = (uint64_t)sqlite3_column_int64(statement, 5)};
        if (precision_parse((const char *)sqlite3_column_text(statement, 1), &place.precision))
            visit(&place, context);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}
