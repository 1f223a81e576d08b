#include "geo/gazetteer_prepare.h"

#include "geo/gazetteer_folds.h"
#include "geo/gazetteer_index_build.h"
#include "geo/place_keys.h"

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

/* Adds what a query gives of a country: territory, fold, kind of the name, kind, population. */
static int add_names(sqlite3_stmt *rows, struct index_builder *builder)
{
    struct index_name name = {.territory_id = -1};
    bool fits = true;
    int code;
    while (fits && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(rows, 0);
        name.ordinal = id == name.territory_id ? name.ordinal + 1 : 0;
        name.territory_id = id;
        name.folded = column_text(rows, 1);
        name.name_kind = gazetteer_name_kind(column_text(rows, 2));
        name.kind = KIND_OTHER;
        territory_kind_parse(column_text(rows, 3), &name.kind);
        name.population = sqlite3_column_int64(rows, 4);
        fits = index_builder_add(builder, &name);
    }
    return fits ? code : SQLITE_NOMEM;
}

int gazetteer_prepare_country(sqlite3 *database, const char *country_iso, struct bytes *names,
                              struct bytes *spellings)
{
    struct index_builder *builder = index_builder_new(country_iso);
    sqlite3_stmt *rows = NULL;
    int code = builder ? sqlite3_prepare_v2(
                             database,
                             "SELECT t.id, n.folded, n.kind, t.kind, t.population FROM territory t"
                             " CROSS JOIN name n ON n.territory_id = t.id"
                             " WHERE t.country_iso = ?1 ORDER BY t.id, n.folded",
                             -1, &rows, NULL)
                       : SQLITE_NOMEM;
    sqlite3_bind_text(rows, 1, country_iso, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = add_names(rows, builder);
    if (code == SQLITE_DONE)
        code = index_builder_end(builder, names, spellings) ? SQLITE_OK : SQLITE_NOMEM;
    sqlite3_finalize(rows);
    index_builder_free(builder);
    return code;
}

static int write_image(sqlite3 *database, const char *country_iso, const char *part,
                       const struct bytes *image)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database,
                                  "INSERT INTO prepared(country_iso, part, image) VALUES(?, ?, ?)",
                                  -1, &statement, NULL);
    sqlite3_bind_text(statement, 1, country_iso, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, part, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(statement, 3, image->data, image->length, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int write_country(sqlite3 *database, const char *country_iso)
{
    struct bytes names = {0}, spellings = {0};
    int code = gazetteer_prepare_country(database, country_iso, &names, &spellings);
    if (code == SQLITE_OK) code = write_image(database, country_iso, "names", &names);
    if (code == SQLITE_OK) code = write_image(database, country_iso, "spellings", &spellings);
    bytes_close(&names);
    bytes_close(&spellings);
    return code;
}

static int write_countries(sqlite3 *database)
{
    sqlite3_stmt *countries = NULL;
    int code = sqlite3_prepare_v2(database,
                                  "SELECT DISTINCT country_iso FROM territory"
                                  " WHERE country_iso IS NOT NULL ORDER BY 1",
                                  -1, &countries, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(countries)) == SQLITE_ROW)
        code = write_country(database, column_text(countries, 0));
    sqlite3_finalize(countries);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int write_folds(sqlite3 *database)
{
    struct key_list list = {0};
    struct bytes image = {0};
    sqlite3_stmt *rows = NULL;
    bool fits = true;
    int code = sqlite3_prepare_v2(database,
                                  "SELECT t.id, t.country_iso, n.folded FROM territory t"
                                  " JOIN name n ON n.territory_id = t.id"
                                  " ORDER BY t.rank DESC, t.population DESC, t.id",
                                  -1, &rows, NULL);
    while (fits && code == SQLITE_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        fits = gazetteer_folds_add(&list, column_text(rows, 2), column_text(rows, 1),
                                   (uint32_t)sqlite3_column_int64(rows, 0));
        code = SQLITE_OK;
    }
    fits = fits && gazetteer_folds_put(&list, &image);
    if (code == SQLITE_DONE)
        code = fits ? write_image(database, "", "folds", &image) : SQLITE_NOMEM;
    sqlite3_finalize(rows);
    key_list_close(&list);
    bytes_close(&image);
    return code;
}

static int write_fingerprint(sqlite3 *database)
{
    uint64_t fingerprint = place_keys_fingerprint();
    const struct bytes image = {.data = (uint8_t *)&fingerprint, .length = sizeof fingerprint};
    return write_image(database, "", "keys", &image);
}

enum atlas_status gazetteer_prepare(sqlite3 *database, struct atlas_error *error)
{
    int code = write_folds(database);
    if (code == SQLITE_OK) code = write_fingerprint(database);
    if (code == SQLITE_OK) code = write_countries(database);
    if (code == SQLITE_OK) return ATLAS_OK;
    return atlas_fail(error,
                      code == SQLITE_NOMEM  ? ATLAS_NO_MEMORY
                      : code == SQLITE_FULL ? ATLAS_FULL
                                            : ATLAS_IO,
                      "cannot prepare the names of the gazetteer: %s", sqlite3_errstr(code));
}

int gazetteer_read_prepared(sqlite3 *database, const char *country_iso, const char *part,
                            struct bytes *image)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database,
                                  "SELECT rowid FROM prepared WHERE country_iso = ?1 AND part = ?2",
                                  -1, &statement, NULL);
    sqlite3_bind_text(statement, 1, country_iso, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, part, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_int64 row = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW) return code;
    sqlite3_blob *blob = NULL;
    code = sqlite3_blob_open(database, "main", "prepared", "image", row, 0, &blob);
    int length = code == SQLITE_OK ? sqlite3_blob_bytes(blob) : 0;
    uint8_t *room = length > 0 ? bytes_reserve(image, (size_t)length) : NULL;
    if (code == SQLITE_OK && length > 0)
        code = room ? sqlite3_blob_read(blob, room, length, 0) : SQLITE_NOMEM;
    if (code == SQLITE_OK) image->length += (size_t)length;
    sqlite3_blob_close(blob);
    return code;
}
