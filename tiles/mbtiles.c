/* MBTiles 1.3 (github.com/mapbox/mbtiles-spec): an SQLite file with metadata(name, value) and
 * tiles(zoom_level, tile_column, tile_row, tile_data), rows counted from the south, vector tiles
 * gzipped. Equal tiles are kept once: `tiles` is a view over `map` and `images`, as the
 * specification allows. */
#include "tiles/archive.h"
#include "tiles/json.h"
#include "tiles/tile_order.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MBTILES_APPLICATION_ID "0x4D504258"

static const char schema_sql[] =
    /* Most tiles are 1 to 3 KB: larger pages would be a third of the file unused. */
    "PRAGMA page_size=1024;"
    "PRAGMA application_id=" MBTILES_APPLICATION_ID
    ";"
    "PRAGMA journal_mode=OFF;"
    "PRAGMA synchronous=OFF;" /* the file gets its name only when it is whole and flushed */
    "CREATE TABLE metadata(name TEXT NOT NULL UNIQUE, value TEXT);"
    "CREATE TABLE images(tile_id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL);"
    "CREATE TABLE map(zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,"
    "  tile_id INTEGER NOT NULL, PRIMARY KEY(zoom_level, tile_column, tile_row)) WITHOUT ROWID;"
    "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data"
    "  FROM map JOIN images USING(tile_id);"
    "CREATE TEMP TABLE known(content BLOB PRIMARY KEY, tile_id INTEGER) WITHOUT ROWID;"
    "BEGIN;";

struct mbtiles {
    const struct archive_plan *plan;
    const char *path;
    sqlite3 *database;
    sqlite3_stmt *find, *remember, *add_image, *add_tile;
    uint64_t addressed, contents;
};

static void close_database(struct mbtiles *writer)
{
    sqlite3_finalize(writer->find);
    sqlite3_finalize(writer->remember);
    sqlite3_finalize(writer->add_image);
    sqlite3_finalize(writer->add_tile);
    sqlite3_close(writer->database);
}

static void mbtiles_abort(void *argument)
{
    close_database(argument);
    free(argument);
}

static enum atlas_status database_failed(const struct mbtiles *writer, struct atlas_error *error)
{
    int code = sqlite3_errcode(writer->database);
    return atlas_fail(error, code == SQLITE_FULL ? ATLAS_FULL : ATLAS_IO, "cannot write %s: %s",
                      writer->path,
                      code == SQLITE_FULL ? "the disk is full" : sqlite3_errmsg(writer->database));
}

static bool prepare(struct mbtiles *writer, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(writer->database, sql, -1, statement, NULL) == SQLITE_OK;
}

static enum atlas_status mbtiles_begin(const struct archive_plan *plan, const char *path,
                                       void **result, struct atlas_error *error)
{
    struct mbtiles *writer = calloc(1, sizeof *writer);
    if (!writer) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    writer->plan = plan;
    writer->path = path;
    bool ready = sqlite3_open(path, &writer->database) == SQLITE_OK &&
                 sqlite3_exec(writer->database, schema_sql, NULL, NULL, NULL) == SQLITE_OK &&
                 prepare(writer, "SELECT tile_id FROM known WHERE content = ?", &writer->find) &&
                 prepare(writer, "INSERT INTO known VALUES(?, ?)", &writer->remember) &&
                 prepare(writer, "INSERT INTO images VALUES(?, ?)", &writer->add_image) &&
                 prepare(writer, "INSERT INTO map VALUES(?, ?, ?, ?)", &writer->add_tile);
    if (!ready) {
        enum atlas_status status = database_failed(writer, error);
        mbtiles_abort(writer);
        return status;
    }
    *result = writer;
    return ATLAS_OK;
}

static bool run(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

static bool add_content(struct mbtiles *writer, const uint8_t *gzip, size_t length,
                        sqlite3_int64 *tile_id)
{
    sqlite3_bind_blob(writer->find, 1, gzip, (int)length, SQLITE_STATIC);
    bool known = sqlite3_step(writer->find) == SQLITE_ROW;
    if (known) *tile_id = sqlite3_column_int64(writer->find, 0);
    sqlite3_reset(writer->find);
    if (known) return true;
    *tile_id = (sqlite3_int64)++writer->contents;
    sqlite3_bind_int64(writer->add_image, 1, *tile_id);
    sqlite3_bind_blob(writer->add_image, 2, gzip, (int)length, SQLITE_STATIC);
    sqlite3_bind_blob(writer->remember, 1, gzip, (int)length, SQLITE_STATIC);
    sqlite3_bind_int64(writer->remember, 2, *tile_id);
    return run(writer->add_image) && run(writer->remember);
}

static enum atlas_status mbtiles_add(void *argument, uint64_t id, const uint8_t *gzip,
                                     size_t length, struct atlas_error *error)
{
    struct mbtiles *writer = argument;
    struct tile_key key = tile_order_key(id);
    sqlite3_int64 tile_id = 0;
    if (!add_content(writer, gzip, length, &tile_id)) return database_failed(writer, error);
    sqlite3_bind_int(writer->add_tile, 1, key.z);
    sqlite3_bind_int64(writer->add_tile, 2, key.x);
    sqlite3_bind_int64(writer->add_tile, 3, (INT64_C(1) << key.z) - 1 - key.y);
    sqlite3_bind_int64(writer->add_tile, 4, tile_id);
    if (!run(writer->add_tile)) return database_failed(writer, error);
    writer->addressed++;
    return ATLAS_OK;
}

static bool add_metadata(sqlite3_stmt *statement, const char *name, const char *value)
{
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    return run(statement);
}

static bool add_all_metadata(struct mbtiles *writer)
{
    const struct archive_plan *plan = writer->plan;
    struct bytes credit = {0}, layers = {0};
    struct json json;
    char zooms[2][8];
    snprintf(zooms[0], sizeof zooms[0], "%d", plan->min_zoom);
    snprintf(zooms[1], sizeof zooms[1], "%d", plan->max_zoom);
    for (size_t i = 0; i < plan->edition->n_attributions; i++) {
        bytes_append_text(&credit, i ? " · " : "");
        bytes_append_text(&credit, plan->edition->attributions[i].text);
    }
    bytes_append_byte(&credit, 0);
    json_init(&json, &layers);
    json_object_begin(&json);
    json_key(&json, "vector_layers");
    archive_write_layers(plan, &json);
    json_object_end(&json);
    bytes_append_byte(&layers, 0);
    sqlite3_stmt *statement = NULL;
    bool done = !credit.failed && !layers.failed &&
                prepare(writer, "INSERT INTO metadata VALUES(?, ?)", &statement) &&
                add_metadata(statement, "name", "Passerelle") &&
                add_metadata(statement, "format", "pbf") &&
                add_metadata(statement, "bounds", "-180,-85.051129,180,85.051129") &&
                add_metadata(statement, "center", "2.4,46.6,3") &&
                add_metadata(statement, "minzoom", zooms[0]) &&
                add_metadata(statement, "maxzoom", zooms[1]) &&
                add_metadata(statement, "type", "overlay") &&
                add_metadata(statement, "version", plan->edition->content_hash) &&
                add_metadata(statement, "description", plan->filter) &&
                add_metadata(statement, "attribution", (const char *)credit.data) &&
                add_metadata(statement, "json", (const char *)layers.data);
    sqlite3_finalize(statement);
    bytes_close(&credit);
    bytes_close(&layers);
    return done;
}

static enum atlas_status mbtiles_finish(void *argument, struct archive_result *result,
                                        struct atlas_error *error)
{
    struct mbtiles *writer = argument;
    bool done = add_all_metadata(writer) &&
                sqlite3_exec(writer->database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    enum atlas_status status = done ? ATLAS_OK : database_failed(writer, error);
    struct stat about = {0};
    if (stat(writer->path, &about) != 0 && status == ATLAS_OK)
        status = archive_write_failed(writer->path, error);
    *result = (struct archive_result){.addressed = writer->addressed,
                                      .contents = writer->contents,
                                      .bytes = (uint64_t)about.st_size};
    mbtiles_abort(writer);
    return status;
}

const struct archive_writer mbtiles_writer = {
    .begin = mbtiles_begin,
    .add = mbtiles_add,
    .finish = mbtiles_finish,
    .abort = mbtiles_abort,
};
