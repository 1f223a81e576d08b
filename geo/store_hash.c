/* The content hash: SHA-256 over all that is published, table by table, row by row in a fixed
 * order. Not in it: when and from which file something was imported, ids that nobody outside sees
 * (of parties), what follows from other columns (geometries of points and links), and what only the
 * data manager sees (decisions, orders, origins), which has a hash of its own. */
#include "geo/store_internal.h"

#include <string.h>

static const char *const dumps[] = {
    "SELECT id, code, side, kind, generic, name_fr, name_en, country_iso, parent_code, epci_code,"
    " precision, radius_km, population, lon, lat, slug FROM territory ORDER BY id",
    "SELECT territory_id, folded, name, lang, kind FROM name ORDER BY 1, 2, 3, 4, 5",
    "SELECT name, made FROM source ORDER BY name",
    "SELECT id, source, external_id, title, slug, description, kind, modes, status, status_date,"
    " signed, year_start, year_end, end_kind, gender_marker, gender_origin, call, sdg, dac,"
    " publication, publication_reason, published_precision, source_doc, source_place, source_date,"
    " note FROM partnership ORDER BY id",
    "SELECT id, merged_into, reason FROM retired ORDER BY id",
    "SELECT partnership_id, position, side, role, partner_status, as_written, type_written,"
    " generic, hint_written, country_iso, territory_id, match_status, match_score, match_reason"
    " FROM party ORDER BY partnership_id, position",
    "SELECT id, partnership_id, french_id, foreign_id, weight FROM link ORDER BY id",
    "SELECT code, parent, also, label_fr, label_en, sdg, crs, guide, position FROM theme"
    " ORDER BY position",
    "SELECT partnership_id, theme FROM partnership_theme ORDER BY 1, 2",
    "SELECT partnership_id, funder, amount_eur, nature, year_from, year_to FROM funding"
    " ORDER BY 1, 2, 3, 4, 5, 6",
    "SELECT code, geom FROM area ORDER BY code",
    "SELECT kind, geom FROM border ORDER BY id",
    "SELECT position, source, text, licence, url FROM attribution ORDER BY position",
};

/* What is kept beside the content: orders and answers of the data manager, who said what. */
static const char *const kept_dumps[] = {
    "SELECT * FROM decision ORDER BY key",
    "SELECT * FROM hold ORDER BY partnership_id",
    "SELECT source, identity, partnership_id, external_id FROM claim ORDER BY source, identity",
    "SELECT partnership_id, field, source FROM origin ORDER BY partnership_id, field",
    "SELECT id, stated_publication, stated_reason FROM partnership ORDER BY id",
};

/* One value: its type, its length, its bytes; so that no two rows give the same bytes. */
static void add_value(struct digest *digest, sqlite3_stmt *statement, int column)
{
    int type = sqlite3_column_type(statement, column);
    uint8_t head[9] = {(uint8_t)type};
    sqlite3_int64 integer;
    double real;
    const void *data = NULL;
    uint64_t length = 0;
    switch (type) {
    case SQLITE_INTEGER:
        integer = sqlite3_column_int64(statement, column);
        memcpy(head + 1, &integer, sizeof integer);
        break;
    case SQLITE_FLOAT:
        real = sqlite3_column_double(statement, column);
        memcpy(head + 1, &real, sizeof real);
        break;
    case SQLITE_NULL:
        break;
    default:
        data = sqlite3_column_blob(statement, column);
        length = (uint64_t)sqlite3_column_bytes(statement, column);
        memcpy(head + 1, &length, sizeof length);
    }
    digest_add(digest, head, sizeof head);
    if (length) digest_add(digest, data, length);
}

static int add_rows(sqlite3 *db, const char *sql, struct digest *digest)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        while ((code = sqlite3_step(statement)) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(statement); i++)
                add_value(digest, statement, i);
    sqlite3_finalize(statement);
    return code;
}

static enum atlas_status hash_dumps(sqlite3 *db, const char *path, const char *const *sqls,
                                    size_t n, char hash[DIGEST_HEX_SIZE], struct atlas_error *error)
{
    struct digest *digest = digest_new();
    if (!digest) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    int code = SQLITE_DONE;
    for (size_t i = 0; i < n && code == SQLITE_DONE; i++) {
        digest_add(digest, &i, sizeof i); /* rows of one table are never taken for another's */
        code = add_rows(db, sqls[i], digest);
    }
    if (code == SQLITE_DONE) digest_hex(digest, hash);
    digest_free(digest);
    if (code == SQLITE_DONE) return ATLAS_OK;
    return store_sqlite_failed(db, path, "cannot read", error);
}

enum atlas_status store_hash_of(sqlite3 *db, const char *path, char hash[DIGEST_HEX_SIZE],
                                struct atlas_error *error)
{
    return hash_dumps(db, path, dumps, sizeof dumps / sizeof *dumps, hash, error);
}

enum atlas_status store_hash(struct store *store, char hash[DIGEST_HEX_SIZE],
                             struct atlas_error *error)
{
    return store_hash_of(store->copy, store->import_path, hash, error);
}

enum atlas_status store_hash_kept(struct store *store, char hash[DIGEST_HEX_SIZE],
                                  struct atlas_error *error)
{
    return hash_dumps(store->copy, store->import_path, kept_dumps,
                      sizeof kept_dumps / sizeof *kept_dumps, hash, error);
}
