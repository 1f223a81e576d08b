#include "import/editions.h"

#include "geo/store_changes.h"
#include "geo/store_editions.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* ---- listing ---- */

static enum atlas_status print_edition(const struct store_edition *edition, void *context)
{
    FILE *out = context;
    fprintf(out, "%7" PRIu32 "%c ", edition->number, edition->current ? '*' : ' ');
    if (edition->unreadable) {
        fprintf(out, "cannot be read: %s\n", edition->unreadable);
        return ATLAS_OK;
    }
    fprintf(out, "%-10s  %.12s  %12" PRIu64 "  %9" PRIu64 "  %7" PRIu64 "  %s", edition->date,
            edition->hash, edition->partnerships, edition->published, edition->links,
            edition->sources);
    if (*edition->cause) fprintf(out, "; %s", edition->cause);
    fputc('\n', out);
    return ATLAS_OK;
}

enum atlas_status editions_list(const char *database, FILE *out, struct atlas_error *error)
{
    fputs("edition  date        content       partnerships  published    links  sources; made by\n",
          out);
    enum atlas_status status = store_each_edition(database, print_edition, out, error);
    if (!status) fputs("* is what the database holds now\n", out);
    return status;
}

/* ---- making ---- */

static void say_lapsed(int64_t id, const char *title, const char *until, void *context)
{
    fprintf(context, "No longer withheld, as said until %s: partnership %" PRId64 " '%s'\n", until,
            id, title);
}

static void say_change(const struct store_change *change, void *context)
{
    FILE *log = context;
    if (change->kind == STORE_CHANGED)
        fprintf(log, "  %" PRId64 " '%.80s': %s: '%.120s' -> '%.120s'\n", change->id, change->title,
                change->field, change->before ? change->before : "",
                change->after ? change->after : "");
    else
        fprintf(log, "  %" PRId64 " '%.80s': %s\n", change->id, change->title,
                change->kind == STORE_ADDED ? "new" : "leaves");
}

static enum atlas_status say_changes(struct store *store, FILE *log, struct atlas_error *error)
{
    struct store_changes changes;
    fputs("What would change:\n", log);
    enum atlas_status status = store_each_change(store, say_change, log, &changes, error);
    if (status) return status;
    fprintf(log,
            "Nothing was published (--dry-run). %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
            " leaving, %" PRIu64 " unchanged\n",
            changes.added, changes.changed, changes.left, changes.unchanged);
    return ATLAS_OK;
}

static void say_published(const struct edition_making *making,
                          const struct store_published *published)
{
    if (published->changed)
        fprintf(making->log, "Edition %" PRIu32 " published in %s (content %.12s)\n",
                published->number, making->database, published->content_hash);
    else
        fprintf(making->log, "%s: %s stays at edition %" PRIu32 " (content %.12s)\n",
                published->kept_changed ? "Noted, and nothing that is shown changes"
                                        : "Nothing new",
                making->database, published->number, published->content_hash);
}

enum atlas_status edition_prepare(struct store *store, const struct edition_making *making,
                                  struct store_unpublished *unpublished, struct atlas_error *error)
{
    enum atlas_status status =
        store_apply_holds(store, making->today, say_lapsed, making->log, unpublished, error);
    if (!status && (unpublished->to_review || unpublished->withheld))
        fprintf(making->log, "Not published: %" PRIu64 " to review, %" PRIu64 " withheld\n",
                unpublished->to_review, unpublished->withheld);
    return status;
}

enum atlas_status edition_make(struct store *store, const struct edition_making *making,
                               struct store_published *published, struct atlas_error *error)
{
    struct store_publication how = {.gazetteer = making->gazetteer,
                                    .date = making->today,
                                    .cause = making->cause,
                                    .restored_from = making->restored_from,
                                    .keep = making->keep};
    if (making->dry_run) return say_changes(store, making->log, error);
    enum atlas_status status = store_publish(store, &how, published, error);
    if (!status) say_published(making, published);
    return status;
}

/* ---- tasks ---- */

enum atlas_status edition_task_open(const struct edition_task *task, struct store **store,
                                    struct atlas_error *error)
{
    enum atlas_status status = store_open(task->database, task->wait_s, store, error);
    if (status || !store_is_new(*store)) return status;
    store_close(*store);
    return atlas_fail(error, ATLAS_NOT_FOUND, "there is no database %s", task->database);
}

const char *edition_today(char date[16])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(date, 16, "%Y-%m-%d", &utc);
    return date;
}

static enum atlas_status conclude(const struct edition_task *task, struct store *store,
                                  const char *cause, uint32_t restored_from,
                                  struct atlas_error *error)
{
    char date[16];
    struct store_published published;
    struct edition_making making = {.database = task->database,
                                    .cause = cause,
                                    .today = edition_today(date),
                                    .restored_from = restored_from,
                                    .keep = task->keep,
                                    .dry_run = task->dry_run,
                                    .log = task->log};
    struct store_unpublished unpublished;
    enum atlas_status status = edition_prepare(store, &making, &unpublished, error);
    if (!status) status = edition_make(store, &making, &published, error);
    store_close(store);
    return status;
}

enum atlas_status edition_task_end(const struct edition_task *task, struct store *store,
                                   const char *cause, enum atlas_status status,
                                   struct atlas_error *error)
{
    if (!status) return conclude(task, store, cause, 0, error);
    store_close(store);
    return status;
}

enum atlas_status editions_restore(const struct edition_task *task, uint32_t number,
                                   struct atlas_error *error)
{
    char cause[80];
    struct store *store = NULL;
    enum atlas_status status = edition_task_open(task, &store, error);
    if (status) return status;
    status = store_restore(store, number, error);
    if (status) {
        store_close(store);
        return status;
    }
    snprintf(cause, sizeof cause, "content of edition %" PRIu32 " brought back", number);
    return conclude(task, store, cause, number, error);
}

static enum atlas_status order(const struct edition_task *task, struct store_order *order,
                               struct atlas_error *error)
{
    char date[16], before[16], title[200], cause[300];
    struct store *store = NULL;
    order->today = edition_today(date);
    if (order->until && strcmp(order->until, date) <= 0)
        return atlas_fail(error, ATLAS_INVALID, "--until %s is not after today, %s", order->until,
                          date);
    enum atlas_status status = edition_task_open(task, &store, error);
    if (status) return status;
    status = store_order(store, order, before, title, error);
    if (status) {
        store_close(store);
        return status;
    }
    fprintf(task->log, "Partnership %" PRId64 " '%s': %s, was %s\n", order->id, title,
            order->publish ? "published" : "withheld", before);
    snprintf(cause, sizeof cause, "partnership %" PRId64 " %s", order->id,
             order->publish ? "published" : "withheld");
    return conclude(task, store, cause, 0, error);
}

/* True for a day of the calendar, YYYY-MM-DD. */
static bool is_day(const char *text)
{
    struct tm day = {0}, same;
    char again[16];
    const char *end = strptime(text, "%Y-%m-%d", &day);
    if (!end || *end || strlen(text) != 10) return false;
    day.tm_hour = 12;
    same = day;
    if (timegm(&same) == (time_t)-1) return false;
    strftime(again, sizeof again, "%Y-%m-%d", &same);
    return strcmp(again, text) == 0;
}

enum atlas_status editions_withhold(const struct edition_task *task, int64_t id, const char *reason,
                                    const char *until, struct atlas_error *error)
{
    if (until && !is_day(until))
        return atlas_fail(error, ATLAS_INVALID, "--until needs a day as YYYY-MM-DD, not '%.40s'",
                          until);
    struct store_order withheld = {.id = id, .reason = reason, .until = until};
    return order(task, &withheld, error);
}

enum atlas_status editions_publish(const struct edition_task *task, int64_t id,
                                   struct atlas_error *error)
{
    struct store_order published = {.id = id, .publish = true};
    return order(task, &published, error);
}

enum atlas_status editions_due(const struct edition_task *task, struct atlas_error *error)
{
    struct store *store = NULL;
    enum atlas_status status = edition_task_open(task, &store, error);
    return status ? status : conclude(task, store, "end of the time of withholding", 0, error);
}
