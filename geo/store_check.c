/* Is a working copy sound, and on the disk? What PRAGMA integrity_check looks at, shared by two
 * threads: the file as a whole (quick_check: its pages, the rows of its tables), and, table by
 * table, whether its indexes hold its rows. A third thread waits for the disk meanwhile. */
#include "geo/store_internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TABLES = 100 };

struct check {
    char *tables[MOST_TABLES];
    size_t n_tables;
    atomic_size_t next; /* step to do: 0 the whole file, else a table */
};

/* What one thread found. */
struct checker {
    struct check *check;
    sqlite3 *db;
    char verdict[300]; /* "": nothing wrong */
};

/* A thread, or what was done at once where there could be none. */
struct helper {
    pthread_t thread;
    bool running;
};

static void help(struct helper *helper, void *(*work)(void *), void *context)
{
    helper->running = pthread_create(&helper->thread, NULL, work, context) == 0;
    if (!helper->running) work(context);
}

static void end_help(struct helper *helper)
{
    if (helper->running) pthread_join(helper->thread, NULL);
}

static int list_tables(sqlite3 *db, struct check *check)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(db, "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'index'",
                           -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        bool room = check->n_tables < MOST_TABLES;
        char *table = room ? strdup((const char *)sqlite3_column_text(statement, 0)) : NULL;
        if (table) check->tables[check->n_tables++] = table;
        code = table ? SQLITE_OK : SQLITE_NOMEM;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* One step; false when it finds anything. */
static bool do_step(struct checker *checker, size_t step)
{
    sqlite3_stmt *statement = NULL;
    const char *sql =
        step ? "SELECT * FROM pragma_integrity_check(?1)" : "SELECT * FROM pragma_quick_check(1)";
    int code = sqlite3_prepare_v2(checker->db, sql, -1, &statement, NULL);
    if (step) sqlite3_bind_text(statement, 1, checker->check->tables[step - 1], -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    const char *said = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    bool sound = said && strcmp(said, "ok") == 0;
    if (!sound)
        snprintf(checker->verdict, sizeof checker->verdict, "%s",
                 said ? said : sqlite3_errmsg(checker->db));
    sqlite3_finalize(statement);
    return sound;
}

static void *do_steps(void *context)
{
    struct checker *checker = context;
    size_t step;
    while ((step = atomic_fetch_add(&checker->check->next, 1)) <= checker->check->n_tables)
        if (!do_step(checker, step)) break;
    return NULL;
}

struct sync {
    const char *path;
    enum atlas_status status;
    struct atlas_error error;
};

static void *sync_file(void *context)
{
    struct sync *sync = context;
    sync->status = store_sync(sync->path, false, &sync->error);
    return NULL;
}

/* Checks with a second connection beside the copy's own. */
static enum atlas_status check_all(struct store *store, struct checker *mine, struct checker *other,
                                   struct atlas_error *error)
{
    struct helper checking, syncing;
    struct sync sync = {.path = store->import_path};
    help(&syncing, sync_file, &sync);
    help(&checking, do_steps, other);
    do_steps(mine);
    end_help(&checking);
    end_help(&syncing);
    const char *verdict = *mine->verdict ? mine->verdict : other->verdict;
    if (!*verdict && sync.status && error) *error = sync.error;
    if (!*verdict) return sync.status;
    return atlas_fail(error, ATLAS_CORRUPT,
                      "the new edition is damaged (%s) and was not published; if %s is damaged "
                      "itself, restore it from %s/",
                      verdict, store->path, store->editions_path);
}

enum atlas_status store_check(struct store *store, struct atlas_error *error)
{
    struct check check = {0};
    struct checker mine = {.check = &check, .db = store->copy}, other = {.check = &check};
    int code = list_tables(store->copy, &check);
    if (code == SQLITE_OK)
        code = sqlite3_open_v2(store->import_path, &other.db,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum atlas_status status =
        code == SQLITE_OK
            ? check_all(store, &mine, &other, error)
            : store_sqlite_failed(store->copy, store->import_path, "cannot check", error);
    sqlite3_close(other.db);
    for (size_t i = 0; i < check.n_tables; i++)
        free(check.tables[i]);
    return status;
}
