/* Is a working copy sound, and on the disk? What PRAGMA integrity_check looks at, shared by two
 * threads: the file as a whole (quick_check: its pages, the rows of its tables), and, table by
 * table, whether its indexes hold its rows. */
#include "geo/store_internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TABLES = 100 };

struct check {
    const char *path; /* of the working copy */
    char *tables[MOST_TABLES];
    size_t n_tables;
    atomic_size_t next; /* step to do: 0 the whole file, else a table */
};

/* What one thread found. */
struct checker {
    struct check *check;
    sqlite3 *db;
    char verdict[300]; /* "": nothing wrong */
    enum atlas_status synced;
    struct atlas_error error;
};

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

static void do_steps(struct checker *checker)
{
    size_t step;
    while ((step = atomic_fetch_add(&checker->check->next, 1)) <= checker->check->n_tables)
        if (!do_step(checker, step)) break;
}

static void *check_beside(void *argument)
{
    struct checker *checker = argument;
    checker->synced = store_sync(checker->check->path, false, &checker->error);
    if (!checker->synced) do_steps(checker);
    return NULL;
}

static enum atlas_status judge(struct store *store, const char *verdict, struct atlas_error *error)
{
    if (!*verdict) return ATLAS_OK;
    return atlas_fail(error, ATLAS_CORRUPT,
                      "the new edition is damaged (%s) and was not published; if %s is damaged "
                      "itself, restore it from %s/",
                      verdict, store->path, store->editions_path);
}

enum atlas_status store_check(struct store *store, struct atlas_error *error)
{
    struct check check = {.path = store->import_path};
    struct checker mine = {.check = &check, .db = store->copy}, other = {.check = &check};
    int code = list_tables(store->copy, &check);
    if (code == SQLITE_OK)
        code = sqlite3_open_v2(store->import_path, &other.db,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum atlas_status status = ATLAS_OK;
    if (code != SQLITE_OK)
        status = store_sqlite_failed(store->copy, store->import_path, "cannot check", error);
    pthread_t thread;
    bool beside = !status && pthread_create(&thread, NULL, check_beside, &other) == 0;
    if (!status && !beside) check_beside(&other);
    if (!status) do_steps(&mine);
    if (beside) pthread_join(thread, NULL);
    if (!status) status = judge(store, mine.verdict, error);
    if (!status) status = judge(store, other.verdict, error);
    if (!status && other.synced) {
        status = other.synced;
        if (error) *error = other.error;
    }
    sqlite3_close(other.db);
    for (size_t i = 0; i < check.n_tables; i++)
        free(check.tables[i]);
    return status;
}
