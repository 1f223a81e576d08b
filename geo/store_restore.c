/* Bringing back an earlier edition. */
#include "geo/snapshot.h"
#include "geo/store_editions.h"
#include "geo/store_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What an earlier edition cannot know and may not undo: ids given since are never given again,
 * what was withheld since stays withheld, answers given since stay given. */
static const char carry_sql[] =
    "DELETE FROM main.edition; INSERT INTO main.edition SELECT * FROM now.edition;"
    "UPDATE main.sqlite_sequence SET seq = max(seq, coalesce((SELECT n.seq FROM"
    " now.sqlite_sequence n WHERE n.name = main.sqlite_sequence.name), 0));"
    "INSERT OR REPLACE INTO main.former_partnership SELECT source, identity, id FROM"
    " (SELECT source, identity, id FROM now.former_partnership UNION ALL"
    "  SELECT source, identity, id FROM now.partnership) WHERE id NOT IN"
    " (SELECT id FROM main.partnership);"
    "INSERT OR REPLACE INTO main.former_territory SELECT code, id FROM"
    " (SELECT code, id FROM now.former_territory UNION ALL SELECT code, id FROM now.territory)"
    " WHERE code NOT IN (SELECT code FROM main.territory);"
    "INSERT OR REPLACE INTO main.former_link SELECT partnership_id, french_id, foreign_id, id FROM"
    " (SELECT partnership_id, french_id, foreign_id, id FROM now.former_link UNION ALL"
    "  SELECT partnership_id, french_id, foreign_id, id FROM now.link)"
    " WHERE id NOT IN (SELECT id FROM main.link);"
    "INSERT OR REPLACE INTO main.hold SELECT * FROM now.hold WHERE publication = 'withheld';"
    "INSERT OR REPLACE INTO main.decision SELECT * FROM now.decision";

static enum atlas_status attach_now(struct store *store, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, "ATTACH ? AS now", -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, store->path, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_DONE) return ATLAS_OK;
    return store_sqlite_failed(store->copy, store->path, "cannot read", error);
}

/* Checks that the file is a whole edition of this version, before the working copy is given up. */
static enum atlas_status check_edition(const struct store *store, const char *path, uint32_t number,
                                       struct atlas_error *error)
{
    struct snapshot *snapshot = NULL;
    enum atlas_status status = snapshot_open(path, &snapshot, error);
    snapshot_free(snapshot);
    if (status != ATLAS_NOT_FOUND) return status;
    return atlas_fail(error, ATLAS_NOT_FOUND,
                      "edition %" PRIu32 " is not kept in %s; --editions lists those that are",
                      number, store->editions_path);
}

/* The gazetteer that the edition was made with is said of it again. */
static enum atlas_status take_gazetteer(struct store *store, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(store->copy, "SELECT gazetteer FROM edition", -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        snprintf(store->gazetteer, sizeof store->gazetteer, "%s",
                 (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (code == SQLITE_ROW) return ATLAS_OK;
    return store_sqlite_failed(store->copy, store->import_path, "cannot read", error);
}

enum atlas_status store_restore(struct store *store, uint32_t number, struct atlas_error *error)
{
    char *path = NULL;
    if (number == store->edition)
        return atlas_fail(error, ATLAS_INVALID, "%s holds edition %" PRIu32 " already", store->path,
                          number);
    if (asprintf(&path, "%s/%06" PRIu32 ".sqlite", store->editions_path, number) < 0)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = check_edition(store, path, number, error);
    store_statements_close(store);
    if (!status) status = store_run(store, "COMMIT", error);
    if (!status) status = store_copy_file(store, path, error);
    if (!status) status = take_gazetteer(store, error);
    if (!status) status = attach_now(store, error);
    if (!status) status = store_run(store, "BEGIN", error);
    if (!status) status = store_run(store, carry_sql, error);
    if (!status) status = store_run(store, "COMMIT; DETACH now; BEGIN", error);
    if (!status) status = store_spatial_aside(store, error);
    free(path);
    return status;
}
