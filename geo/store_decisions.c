#include "geo/store_decisions.h"

#include "geo/store_internal.h"

enum { N_TEXTS = 10 };

static enum atlas_status failed(struct store *store, struct atlas_error *error)
{
    return store_sqlite_failed(store->copy, store->import_path, "cannot write", error);
}

enum atlas_status store_each_decision(struct store *store, store_decision_visit *visit,
                                      void *context, struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy,
                                  "SELECT key, side, name, kind, hint, country, answer, code,"
                                  " label, decided_on FROM decision ORDER BY side, name, key",
                                  -1, &statement, NULL);
    enum atlas_status status = ATLAS_OK;
    while ((code == SQLITE_OK || code == SQLITE_ROW) && !status) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW) break;
        const char *texts[N_TEXTS];
        for (int i = 0; i < N_TEXTS; i++)
            texts[i] = (const char *)sqlite3_column_text(statement, i);
        const struct store_decision decision = {texts[0], texts[1], texts[2], texts[3], texts[4],
                                                texts[5], texts[6], texts[7], texts[8], texts[9]};
        status = visit(&decision, context);
    }
    sqlite3_finalize(statement);
    if (status) return status;
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

enum atlas_status store_decide(struct store *store, const struct store_decision *decision,
                               struct atlas_error *error)
{
    const char *const texts[N_TEXTS] = {
        decision->key,     decision->side,   decision->name, decision->kind,  decision->hint,
        decision->country, decision->answer, decision->code, decision->label, decision->decided_on};
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy,
                                  "INSERT OR REPLACE INTO decision(key, side, name, kind, hint,"
                                  " country, answer, code, label, decided_on)"
                                  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                  -1, &statement, NULL);
    for (int i = 0; i < N_TEXTS && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ATLAS_OK : failed(store, error);
}

enum atlas_status store_withdraw_decision(struct store *store, const char *key,
                                          struct atlas_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(store->copy, "DELETE FROM decision WHERE key = ?", -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) return failed(store, error);
    if (sqlite3_changes(store->copy)) return ATLAS_OK;
    return atlas_fail(error, ATLAS_NOT_FOUND,
                      "no decision has the key '%.40s'; --list-decisions shows the keys", key);
}
