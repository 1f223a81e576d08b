/* Partnerships of the same two parties: perhaps the same one twice. They are kept apart and
 * named, for only a person can tell a second project from a second row. */
#include "geo/store_sources.h"
#include "import/importer_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHOWN = 6, MOST_PAIRS = 1000 };

struct pairing {
    struct importer *importer;
    int64_t *ids; /* of this run, sorted */
    char places[300], list[900];
    size_t n, used, n_pairs;
    bool of_this_run;
};

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Reports the pair that was collected. */
static void end_pair(struct pairing *pairing)
{
    if (pairing->n > 1 && pairing->of_this_run && ++pairing->n_pairs <= MOST_PAIRS)
        report_addf(pairing->importer->report, REPORT_REPEAT, NULL, 0, NULL, NULL, "%s: %s%s",
                    pairing->places, pairing->list, pairing->n > MOST_SHOWN ? " …" : "");
    pairing->n = pairing->used = 0;
    pairing->of_this_run = false;
}

static void take_repeat(const struct store_repeat *repeat, void *context)
{
    struct pairing *pairing = context;
    if (repeat->first) {
        end_pair(pairing);
        snprintf(pairing->places, sizeof pairing->places, "%.120s – %.120s", repeat->french,
                 repeat->foreign);
    }
    pairing->of_this_run |= bsearch(&repeat->id, pairing->ids, pairing->importer->n_ids,
                                    sizeof repeat->id, compare_ids) != NULL;
    char year[16] = "", id[24];
    if (repeat->year_start != STORE_NO_YEAR)
        snprintf(year, sizeof year, ", %d", repeat->year_start);
    snprintf(id, sizeof id, "%" PRId64, repeat->id);
    size_t room = sizeof pairing->list - pairing->used;
    if (pairing->n++ >= MOST_SHOWN || room < 200) return;
    int n = snprintf(pairing->list + pairing->used, room, "%s%.40s (%.40s: %.60s%s%.20s%s)",
                     pairing->used ? "; " : "", repeat->external_id ? repeat->external_id : id,
                     repeat->source, repeat->title, repeat->kind ? ", " : "",
                     repeat->kind ? repeat->kind : "", year);
    if (n > 0) pairing->used += (size_t)n < room ? (size_t)n : room - 1;
}

enum atlas_status importer_repeats(struct importer *importer)
{
    struct pairing *pairing = calloc(1, sizeof *pairing);
    int64_t *ids = malloc((importer->n_ids + 1) * sizeof *ids);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (pairing && ids) {
        memcpy(ids, importer->ids, importer->n_ids * sizeof *ids);
        qsort(ids, importer->n_ids, sizeof *ids, compare_ids);
        pairing->importer = importer;
        pairing->ids = ids;
        status = store_each_repeat(importer->store, take_repeat, pairing, importer->error);
        if (!status) end_pair(pairing);
        if (!status && pairing->n_pairs > MOST_PAIRS)
            report_addf(importer->report, REPORT_REPEAT, NULL, 0, NULL, NULL,
                        "and %zu more pairs of parties", pairing->n_pairs - MOST_PAIRS);
    } else
        atlas_fail(importer->error, ATLAS_NO_MEMORY, "out of memory");
    free(ids);
    free(pairing);
    return status;
}
