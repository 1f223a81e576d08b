/* The care of a database's editions, as a data manager asks for it on the command line. */
#ifndef IMPORT_EDITIONS_H
#define IMPORT_EDITIONS_H

#include "geo/store.h"
#include "geo/store_holds.h"

#include <stdint.h>
#include <stdio.h>

/* How an edition is made of what stands in a store's working copy. */
struct edition_making {
    const char *database;
    const char *gazetteer; /* name of the build used; NULL: that of the old edition */
    const char *cause;     /* what was done, for a person */
    const char *today;     /* YYYY-MM-DD */
    uint32_t restored_from;
    unsigned keep; /* earlier editions that stay; 0: STORE_KEPT_EDITIONS */
    bool dry_run;  /* say what would change, publish nothing */
    FILE *log;     /* plain lines for a person */
};

/* Applies the data manager's orders (geo/store_holds.h), and says so. */
enum atlas_status edition_prepare(struct store *store, const struct edition_making *making,
                                  struct store_unpublished *unpublished,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Publishes what was prepared, or says what would change, and says so. */
enum atlas_status edition_make(struct store *store, const struct edition_making *making,
                               struct store_published *published,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Lists the editions, earliest first: number, date, content, partnerships, links, sources. */
enum atlas_status editions_list(const char *database, FILE *out,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* What the tasks on a database have in common. */
struct edition_task {
    const char *database;
    double wait_s; /* for another import */
    unsigned keep;
    bool dry_run;
    FILE *log;
};

/* Today as YYYY-MM-DD, in UTC; returns date. */
const char *edition_today(char date[16]);

/* Opens the database of a task, which must be there. */
enum atlas_status edition_task_open(const struct edition_task *task, struct store **store,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* Publishes what a task did unless it failed (status), closes the store, returns the status. */
enum atlas_status edition_task_end(const struct edition_task *task, struct store *store,
                                   const char *cause, enum atlas_status status,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Brings the content of an earlier edition back under a new number (store_restore()). */
enum atlas_status editions_restore(const struct edition_task *task, uint32_t number,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Withholds a partnership for a reason, until a day (YYYY-MM-DD, or NULL), or publishes it, as a
 * new edition. Stays through later imports. ATLAS_INVALID for a day that is none, or is past. */
enum atlas_status editions_withhold(const struct edition_task *task, int64_t id, const char *reason,
                                    const char *until, struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status editions_publish(const struct edition_task *task, int64_t id,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Publishes again what was withheld until a day that has come; for a daily timer. */
enum atlas_status editions_due(const struct edition_task *task,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
