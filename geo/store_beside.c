/* What publishing does in a second thread: reading what was written while the first goes on. */
#include "geo/store_beside.h"

#include "geo/store_internal.h"

#include <string.h>

static void *hash(void *argument)
{
    struct store_beside *beside = argument;
    beside->status = store_hash_of(beside->reader, beside->path, beside->hash, &beside->error);
    return NULL;
}

enum atlas_status store_beside_end(struct store_beside *beside, struct atlas_error *error)
{
    if (beside->running) pthread_join(beside->thread, NULL);
    beside->running = false;
    if (beside->reader) sqlite3_close(beside->reader);
    beside->reader = NULL;
    if (beside->status && error) *error = beside->error;
    return beside->status;
}

enum atlas_status store_beside_hash(struct store *store, struct store_beside *beside,
                                    struct atlas_error *error)
{
    *beside = (struct store_beside){.path = store->import_path};
    int code = sqlite3_open_v2(store->import_path, &beside->reader,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    /* It holds its read lock before the writer goes on, who then can't get in its way. */
    if (code == SQLITE_OK)
        code =
            sqlite3_exec(beside->reader, "BEGIN; SELECT count(*) FROM edition", NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        enum atlas_status status =
            store_sqlite_failed(beside->reader, store->import_path, "cannot read", error);
        sqlite3_close(beside->reader);
        beside->reader = NULL;
        return status;
    }
    /* In a thread, or at once where there can be none. */
    beside->running = pthread_create(&beside->thread, NULL, hash, beside) == 0;
    if (!beside->running) hash(beside);
    return ATLAS_OK;
}
