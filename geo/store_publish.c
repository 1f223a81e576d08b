/* From a working copy to the edition that everybody reads. */
#include "geo/store.h"

#include "geo/store_beside.h"
#include "geo/store_internal.h"
#include "geo/store_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum atlas_status write_edition(struct store *store, const struct store_publication *how,
                                       const struct store_published *published,
                                       struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum atlas_status status = store_run(store, "DELETE FROM edition", error);
    if (status) return status;
    int code = sqlite3_prepare_v2(
        store->copy,
        "INSERT INTO edition(number, date, content_hash, gazetteer, restored_from, cause)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        -1, &statement, NULL);
    sqlite3_bind_int64(statement, 1, published->number);
    sqlite3_bind_text(statement, 2, how->date, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, published->content_hash, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, how->gazetteer ? how->gazetteer : store->gazetteer, -1,
                      SQLITE_STATIC);
    if (how->restored_from) sqlite3_bind_int64(statement, 5, how->restored_from);
    sqlite3_bind_text(statement, 6, how->cause, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (code == SQLITE_DONE) return ATLAS_OK;
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

enum atlas_status store_sync(const char *path, bool is_folder, struct atlas_error *error)
{
    int file = open(path, (is_folder ? O_RDONLY | O_DIRECTORY : O_RDWR) | O_CLOEXEC);
    int failed = file < 0 || fsync(file) != 0 ? errno : 0;
    if (file >= 0) close(file);
    if (!failed) return ATLAS_OK;
    return atlas_fail(error, failed == ENOSPC ? ATLAS_FULL : ATLAS_IO,
                      "cannot bring %s to the disk: %s", path, strerror(failed));
}

/* Keeps the old edition under its number: a second name of the same file, for the rename takes
 * only the first. A name left by a killed import is replaced. */
static enum atlas_status keep_old(struct store *store, struct atlas_error *error)
{
    if (store->is_new) return ATLAS_OK;
    char *kept = NULL, *beside = NULL;
    int failed = 0;
    if (mkdir(store->editions_path, 0777) != 0 && errno != EEXIST) failed = errno;
    if (asprintf(&kept, "%s/%06" PRIu32 ".sqlite", store->editions_path, store->edition) < 0)
        kept = NULL;
    beside = kept ? store_join(kept, ".new") : NULL;
    if (!failed && beside) {
        unlink(beside);
        if (link(store->path, beside) != 0 || rename(beside, kept) != 0) failed = errno;
        /* Two names of one file: rename() leaves both. */
        unlink(beside);
    }
    bool no_memory = !kept || !beside;
    free(beside);
    free(kept);
    if (no_memory) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (failed)
        return atlas_fail(error, failed == ENOSPC ? ATLAS_FULL : ATLAS_IO,
                          "cannot keep edition %" PRIu32 " in %s: %s", store->edition,
                          store->editions_path, strerror(failed));
    return store_sync(store->editions_path, true, error);
}

static enum atlas_status swap(struct store *store, bool new_edition, struct atlas_error *error)
{
    chmod(store->import_path, (mode_t)store->mode);
    enum atlas_status status = store_sync(store->import_path, false, error);
    if (!status) status = store_refuse_journals(store, error);
    if (!status && new_edition) status = keep_old(store, error);
    if (status) return status;
    if (rename(store->import_path, store->path) != 0)
        return atlas_fail(error, ATLAS_IO, "cannot put %s in place: %s", store->path,
                          strerror(errno));
    return store_sync(store->folder, true, error);
}

/* A new copy's indexes, and meanwhile the hash of its rows: both take long. */
static enum atlas_status hash_and_index(struct store *store, char hash[DIGEST_HEX_SIZE],
                                        struct atlas_error *error)
{
    struct store_beside beside = {0};
    enum atlas_status status = store_run(store, "COMMIT; BEGIN", error);
    if (!status) status = store_beside_hash(store, &beside, error);
    if (!status) status = store_index(store, error);
    enum atlas_status hashed = store_beside_end(&beside, status ? NULL : error);
    memcpy(hash, beside.hash, sizeof beside.hash);
    return status ? status : hashed;
}

/* Makes the working copy whole: indexed, free of the gazetteer, checked and on the disk. */
static enum atlas_status finish_copy(struct store *store, struct atlas_error *error)
{
    enum atlas_status status = store->is_new ? ATLAS_OK : store_index(store, error);
    if (!status) status = store_run(store, "COMMIT", error);
    if (!status && store->attached) {
        store_statements_close(store);
        status = store_run(store, "DETACH gazetteer", error);
    }
    if (!status) status = store_run(store, "ANALYZE", error);
    return status ? status : store_check(store, error);
}

enum atlas_status store_publish(struct store *store, const struct store_publication *how,
                                struct store_published *published, struct atlas_error *error)
{
    char kept[DIGEST_HEX_SIZE];
    *published = (struct store_published){.number = store->edition};
    enum atlas_status status = store_lines_flush(store, error);
    if (!status)
        status = store->is_new ? hash_and_index(store, published->content_hash, error)
                               : store_hash(store, published->content_hash, error);
    if (!status) status = store_hash_kept(store, kept, error);
    if (status) return status;
    published->changed = strcmp(published->content_hash, store->content_hash) != 0;
    published->kept_changed = strcmp(kept, store->kept_hash) != 0;
    if (!published->changed && !published->kept_changed) return ATLAS_OK;
    if (published->changed) {
        published->number++;
        status = write_edition(store, how, published, error);
    }
    if (!status) status = finish_copy(store, error);
    if (status) return status;
    store_close_copy(store);
    status = swap(store, published->changed, error);
    store_remove_copy(store);
    if (!status && published->changed) store_prune(store, how->keep, published->number);
    return status;
}
