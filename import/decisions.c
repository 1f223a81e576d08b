#include "import/decisions.h"

#include "geo/store_decisions.h"

#include <string.h>

static enum atlas_status load(const struct store_decision *decision, void *context)
{
    return answers_add(context, decision->key, decision->answer, decision->code,
                       decision->decided_on);
}

enum atlas_status decisions_load(struct store *store, struct answers *answers,
                                 struct atlas_error *error)
{
    struct atlas_error inner = {0};
    enum atlas_status status = store_each_decision(store, load, answers, &inner);
    if (!status) return status;
    return atlas_fail(error, status, "cannot read the decisions kept in the database%s%s",
                      *inner.message ? ": " : "", inner.message);
}

/* ---- tasks ---- */

struct listing {
    FILE *out;
    size_t n;
};

static enum atlas_status print_decision(const struct store_decision *d, void *context)
{
    struct listing *listing = context;
    listing->n++;
    fprintf(listing->out, "%s  %s  %s '%s'%s%s%s%s%s%s: %s%s%s%s\n", d->key, d->decided_on, d->side,
            d->name, *d->kind ? ", " : "", d->kind, *d->hint ? ", " : "", d->hint,
            *d->country ? ", " : "", d->country, d->code ? d->code : d->answer,
            d->label ? " (" : "", d->label ? d->label : "", d->label ? ")" : "");
    return ATLAS_OK;
}

enum atlas_status decisions_list(const struct edition_task *task, struct atlas_error *error)
{
    struct store *store = NULL;
    struct listing listing = {.out = task->log};
    enum atlas_status status = edition_task_open(task, &store, error);
    if (status) return status;
    status = store_each_decision(store, print_decision, &listing, error);
    store_close(store);
    if (!status) fprintf(task->log, "%zu decisions\n", listing.n);
    return status;
}

enum atlas_status decisions_withdraw(const struct edition_task *task, const char *key,
                                     struct atlas_error *error)
{
    struct store *store = NULL;
    enum atlas_status status = edition_task_open(task, &store, error);
    if (status) return status;
    status = store_withdraw_decision(store, key, error);
    if (!status)
        fprintf(task->log, "Decision %s withdrawn; the next import of its source asks again\n",
                key);
    return edition_task_end(task, store, "decision withdrawn", status, error);
}

enum atlas_status decisions_record(const struct edition_task *task, struct decisions_file *file,
                                   const char *gazetteer, const char *recognition,
                                   struct atlas_error *error)
{
    struct store *store = NULL;
    struct places *places = NULL;
    struct pool *pool = pool_new();
    size_t n = 0;
    enum atlas_status status = pool ? places_new(gazetteer, recognition, pool, &places, error)
                                    : atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!status) status = edition_task_open(task, &store, error);
    if (!status) {
        status = decisions_read(file, store, places, &n, error);
        if (!status)
            fprintf(task->log, "%zu decisions recorded; import the sources again to apply them\n",
                    n);
        status = edition_task_end(task, store, "decisions recorded", status, error);
    }
    places_free(places);
    pool_free(pool);
    return status;
}
