#include "geo/store.h"

#include "geo/bytes.h"
#include "geo/schema.h"
#include "geo/store_internal.h"
#include "geo/store_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spatialite.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum atlas_status store_sqlite_failed(sqlite3 *db, const char *path, const char *what,
                                      struct atlas_error *error)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    case SQLITE_FULL:
        return atlas_fail(error, ATLAS_FULL, "%s %s: the disk is full; the old edition stays", what,
                          path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return atlas_fail(error, ATLAS_LOCKED,
                          "%s %s: another programme is writing to it (QGIS, sqlite3 …); close it "
                          "and try again",
                          what, path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return atlas_fail(error, ATLAS_CORRUPT,
                          "%s %s: the file is damaged; restore it from %s.editions/ or a backup",
                          what, path, path);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return atlas_fail(error, ATLAS_IO, "%s %s: %s; check the rights of the file and its folder",
                          what, path, sqlite3_errmsg(db));
    default:
        return atlas_fail(error, ATLAS_IO, "%s %s: %s", what, path, sqlite3_errmsg(db));
    }
}

enum atlas_status store_run(struct store *store, const char *sql, struct atlas_error *error)
{
    if (sqlite3_exec(store->copy, sql, NULL, NULL, NULL) == SQLITE_OK) return ATLAS_OK;
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

char *store_join(const char *a, const char *b)
{
    char *joined = NULL;
    return asprintf(&joined, "%s%s", a, b) < 0 ? NULL : joined;
}

/* Finds the paths. A database that is a symbolic link is replaced where it lies, not the link. */
static enum atlas_status find_paths(struct store *store, const char *path,
                                    struct atlas_error *error)
{
    char *slash = strrchr(path, '/');
    char *name = strdup(slash ? slash + 1 : path);
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("./");
    store->path = realpath(path, NULL);
    if (!store->path && folder && name && *name) {
        char *resolved = realpath(folder, NULL);
        if (resolved && asprintf(&store->path, "%s/%s", resolved, name) < 0) store->path = NULL;
        if (!resolved)
            atlas_fail(error, ATLAS_NOT_FOUND, "the folder of %s: %s", path, strerror(errno));
        free(resolved);
    }
    free(name);
    free(folder);
    if (!store->path)
        return error && error->status == ATLAS_NOT_FOUND
                   ? ATLAS_NOT_FOUND
                   : atlas_fail(error, ATLAS_NOT_FOUND, "%s is no name for a database", path);
    store->folder = strndup(store->path, (size_t)(strrchr(store->path, '/') - store->path) + 1);
    store->lock_path = store_join(store->path, ".lock");
    store->import_path = store_join(store->path, ".import");
    store->editions_path = store_join(store->path, ".editions");
    if (store->folder && store->lock_path && store->import_path && store->editions_path)
        return ATLAS_OK;
    return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

/* ---- the lock ---- */

static long holder(int lock)
{
    char text[32] = "";
    ssize_t n = pread(lock, text, sizeof text - 1, 0);
    return n > 0 ? atol(text) : 0;
}

/* Opens the lock's file, made where it is not there. */
static enum atlas_status open_lock(struct store *store, struct atlas_error *error)
{
    if (store->lock >= 0) close(store->lock);
    store->lock = open(store->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (store->lock >= 0) return ATLAS_OK;
    return atlas_fail(error, ATLAS_IO, "cannot write %s: %s", store->lock_path, strerror(errno));
}

/* A lock on a file that its holder has removed meanwhile locks nobody out. */
static bool lock_counts(const struct store *store)
{
    struct stat held, named;
    return fstat(store->lock, &held) == 0 && stat(store->lock_path, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static enum atlas_status take_lock(struct store *store, double wait_s, struct atlas_error *error)
{
    enum atlas_status status = open_lock(store, error);
    struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    for (double waited = 0; !status;) {
        if (flock(store->lock, LOCK_EX | LOCK_NB) == 0) {
            if (lock_counts(store)) break;
            status = open_lock(store, error);
            continue;
        }
        if (errno != EWOULDBLOCK && errno != EINTR)
            return atlas_fail(error, ATLAS_IO, "cannot lock %s: %s", store->lock_path,
                              strerror(errno));
        if (waited >= wait_s)
            return atlas_fail(error, ATLAS_LOCKED,
                              "another import (process %ld) is writing to %s; wait for it with "
                              "--wait SECONDS, or try again later",
                              holder(store->lock), store->path);
        nanosleep(&pause, NULL);
        waited += 0.05;
    }
    if (status) return status;
    store->locked = true;
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(store->lock, 0) || pwrite(store->lock, text, (size_t)n, 0) != n)
        return atlas_fail(error, errno == ENOSPC ? ATLAS_FULL : ATLAS_IO, "cannot write %s: %s",
                          store->lock_path, strerror(errno));
    return ATLAS_OK;
}

/* Where no database came of it, nothing is left of the lock either. */
static void drop_lock(struct store *store)
{
    if (store->locked && access(store->path, F_OK) != 0) unlink(store->lock_path);
    if (store->lock >= 0) close(store->lock);
}

/* ---- the old database ---- */

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Refuses a file that is no atlas database, before SQLite touches it. An empty file is as good as
 * none. */
static enum atlas_status check_header(struct store *store, struct atlas_error *error)
{
    store->is_new = true;
    store->mode = 0644;
    int file = open(store->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 && errno == ENOENT) return ATLAS_OK;
    if (file < 0)
        return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", store->path, strerror(errno));
    struct stat about = {0};
    uint8_t header[100] = {0};
    fstat(file, &about);
    bool regular = S_ISREG(about.st_mode);
    ssize_t n = regular ? pread(file, header, sizeof header, 0) : 0;
    close(file);
    if (!regular) return atlas_fail(error, ATLAS_WRONG_SCHEMA, "%s is no file", store->path);
    store->mode = about.st_mode & 0777;
    if (about.st_size == 0) return ATLAS_OK;
    store->is_new = false;
    if (n < (ssize_t)sizeof header || memcmp(header, "SQLite format 3", 16) != 0)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is no SQLite database; give --database another name", store->path);
    if (big_endian(header + 68) != ATLAS_APPLICATION_ID)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is a database, but no atlas; give --database another name",
                          store->path);
    if (big_endian(header + 60) != ATLAS_USER_VERSION)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is an atlas of version %" PRIu32
                          ", this programme writes version %d; import into a new database",
                          store->path, big_endian(header + 60), ATLAS_USER_VERSION);
    return ATLAS_OK;
}

enum atlas_status store_refuse_journals(const struct store *store, struct atlas_error *error)
{
    static const char *const ends[] = {"-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *path = store_join(store->path, ends[i]);
        if (!path) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        struct stat about;
        bool stays = stat(path, &about) == 0 && about.st_size > 0;
        if (stays)
            atlas_fail(error, ATLAS_LOCKED,
                       "%s stays beside the database: %s; close what writes to it, or open it once "
                       "with sqlite3 to let it recover, or remove the file if it belongs to "
                       "another database",
                       path,
                       store->is_new ? "there is no such database" : "a writer may be at work");
        free(path);
        if (stays) return ATLAS_LOCKED;
    }
    return ATLAS_OK;
}

static enum atlas_status read_edition(struct store *store, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(
        store->guard, "SELECT number, content_hash, gazetteer FROM edition", -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        store->edition = (uint32_t)sqlite3_column_int64(statement, 0);
        const char *hash = (const char *)sqlite3_column_text(statement, 1);
        snprintf(store->content_hash, sizeof store->content_hash, "%s", hash ? hash : "");
        const char *gazetteer = (const char *)sqlite3_column_text(statement, 2);
        snprintf(store->gazetteer, sizeof store->gazetteer, "%s", gazetteer ? gazetteer : "");
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_ROW) return ATLAS_OK;
    if (code == SQLITE_DONE)
        return atlas_fail(error, ATLAS_CORRUPT, "%s holds no edition; import into a new database",
                          store->path);
    return store_sqlite_failed(store->guard, store->path, "cannot read", error);
}

/* Opens D so that SQLite recovers it and no other writer comes in until store_close(). */
static enum atlas_status guard(struct store *store, struct atlas_error *error)
{
    int code = sqlite3_open_v2(store->path, &store->guard, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(store->guard, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(store->guard, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return store_sqlite_failed(store->guard, store->path, "cannot open", error);
    return read_edition(store, error);
}

/* ---- the working copy ---- */

void store_remove_copy(const struct store *store)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *path = store_join(store->import_path, ends[i]);
        if (path) unlink(path);
        free(path);
    }
}

/* The guard's own connection may not be read from while it keeps writers out: another one is. */
enum atlas_status store_copy_file(struct store *store, const char *path, struct atlas_error *error)
{
    sqlite3 *old = NULL;
    enum atlas_status status = ATLAS_OK;
    if (sqlite3_open_v2(path, &old, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        status = store_sqlite_failed(old, path, "cannot read", error);
    sqlite3_backup *backup = status ? NULL : sqlite3_backup_init(store->copy, "main", old, "main");
    if (backup) {
        sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    }
    if (!status && sqlite3_errcode(store->copy) != SQLITE_OK)
        status = store_sqlite_failed(store->copy, path, "cannot copy", error);
    sqlite3_close(old);
    return status;
}

/* Pages of 8 KB, of a new database: a twentieth less time than with 4. A copy that a crash may lose
 * needs no journal and no waiting for the disk: it is published only after it was checked and
 * synchronised as a whole. One thread at a time uses it. */
static enum atlas_status open_copy(struct store *store, struct atlas_error *error)
{
    store_remove_copy(store);
    if (sqlite3_open_v2(store->import_path, &store->copy,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
    enum atlas_status status = store_run(store,
                                         "PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA "
                                         "synchronous=OFF; PRAGMA cache_size=-65536;"
                                         "PRAGMA temp_store=MEMORY",
                                         error);
    if (!status && !store->is_new) status = store_copy_file(store, store->path, error);
    if (status) return status;
    store->spatialite = spatialite_alloc_connection();
    if (!store->spatialite) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    spatialite_init_ex(store->copy, store->spatialite, 0);
    store->indexed = store->identities_indexed = !store->is_new;
    if (!store->is_new) status = store_hash_kept(store, store->kept_hash, error);
    if (!status)
        status = store->is_new ? store_create(store, error) : store_run(store, "BEGIN", error);
    if (!status)
        status = store_run(store,
                           "CREATE TEMP TABLE last_territory AS"
                           " SELECT max(seq) AS id FROM sqlite_sequence WHERE name = 'territory'",
                           error);
    return status ? status : store_spatial_aside(store, error);
}

enum atlas_status store_open(const char *path, double wait_s, struct store **store,
                             struct atlas_error *error)
{
    struct store *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    made->lock = -1;
    enum atlas_status status = find_paths(made, path, error);
    if (!status) status = take_lock(made, wait_s, error);
    if (!status) status = check_header(made, error);
    if (!status && !made->is_new) status = guard(made, error);
    if (!status) status = store_refuse_journals(made, error);
    if (!status) status = open_copy(made, error);
    if (status)
        store_close(made);
    else
        *store = made;
    return status;
}

bool store_is_new(const struct store *store)
{
    return store->is_new;
}

uint32_t store_edition(const struct store *store)
{
    return store->edition;
}

void store_statements_close(struct store *store)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
}

void store_close_copy(struct store *store)
{
    store_statements_close(store);
    store_lines_free(store->lines);
    store->lines = NULL;
    if (store->copy) sqlite3_close(store->copy);
    if (store->spatialite) spatialite_cleanup_ex(store->spatialite);
    store->copy = NULL;
    store->spatialite = NULL;
}

void store_close(struct store *store)
{
    if (!store) return;
    bool had_copy = store->copy != NULL;
    store_close_copy(store);
    if (had_copy) store_remove_copy(store);
    if (store->guard) sqlite3_close(store->guard);
    drop_lock(store);
    free(store->path);
    free(store->folder);
    free(store->lock_path);
    free(store->import_path);
    free(store->editions_path);
    bytes_close(&store->triggers);
    free(store);
}
