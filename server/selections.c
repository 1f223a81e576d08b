#include "server/selections.h"

#include "server/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    struct selection selection;    /* first: what callers hold a pointer to */
    const struct edition *edition; /* held */
    char *filter;                  /* canonical */
    uint64_t hash;                 /* of it */
    unsigned holds;                /* one for the memory, one per caller */
};

/* What is searched lies together, apart from what it leads to. */
struct place {
    struct kept *kept; /* NULL: free */
    uint64_t hash;     /* of its filter */
    uint64_t used;     /* turn of last use */
};

struct selections {
    pthread_mutex_t lock;
    uint64_t turn;
    const struct edition *edition; /* whose are remembered; only compared */
    struct place places[SELECTIONS_KEPT];
};

struct selections *selections_new(void)
{
    struct selections *selections = calloc(1, sizeof *selections);
    if (selections) pthread_mutex_init(&selections->lock, NULL);
    return selections;
}

static void free_kept(struct kept *kept)
{
    selection_close(&kept->selection);
    edition_release(kept->edition);
    free(kept->filter);
    free(kept);
}

/* Under the lock: gives one hold back; returns it when it is to be freed, outside the lock. */
static struct kept *drop(struct kept *kept)
{
    return --kept->holds == 0 ? kept : NULL;
}

void selections_serve(struct selections *selections, const struct edition *edition)
{
    struct kept *unused[SELECTIONS_KEPT] = {0};
    pthread_mutex_lock(&selections->lock);
    selections->edition = edition;
    for (size_t i = 0; i < SELECTIONS_KEPT; i++) {
        struct place *place = &selections->places[i];
        if (!place->kept || place->kept->edition == edition) continue;
        unused[i] = drop(place->kept);
        *place = (struct place){0};
    }
    pthread_mutex_unlock(&selections->lock);
    for (size_t i = 0; i < SELECTIONS_KEPT; i++)
        if (unused[i]) free_kept(unused[i]);
}

void selections_free(struct selections *selections)
{
    if (!selections) return;
    selections_serve(selections, NULL);
    pthread_mutex_destroy(&selections->lock);
    free(selections);
}

static struct kept *find(struct selections *selections, const struct edition *edition,
                         uint64_t hash, const char *filter)
{
    for (size_t i = 0; i < SELECTIONS_KEPT; i++) {
        struct place *place = &selections->places[i];
        struct kept *kept = place->kept;
        if (place->hash == hash && kept && kept->edition == edition &&
            strcmp(kept->filter, filter) == 0) {
            place->used = ++selections->turn;
            kept->holds++;
            return kept;
        }
    }
    return NULL;
}

/* Puts it in a free place (never used) or that of the one unused for longest; returns what is to be
 * freed. */
static struct kept *remember(struct selections *selections, struct kept *kept)
{
    kept->holds = 1;
    if (kept->edition != selections->edition) return NULL; /* an edition that was replaced */
    struct place *place = &selections->places[0];
    for (size_t i = 1; i < SELECTIONS_KEPT; i++)
        if (selections->places[i].used < place->used) place = &selections->places[i];
    struct kept *replaced = place->kept;
    kept->holds = 2;
    *place = (struct place){.kept = kept, .hash = kept->hash, .used = ++selections->turn};
    return replaced ? drop(replaced) : NULL;
}

static enum atlas_status make(const struct edition *edition, const struct filter *filter,
                              uint64_t hash, char *canonical, struct kept **result,
                              struct atlas_error *error)
{
    struct kept *kept = malloc(sizeof *kept);
    if (!kept) {
        free(canonical);
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    enum atlas_status status = selection_make(edition, filter, &kept->selection, error);
    if (status) {
        free(canonical);
        free(kept);
        return status;
    }
    kept->filter = canonical;
    kept->hash = hash;
    kept->edition = edition_get(edition);
    *result = kept;
    return ATLAS_OK;
}

enum atlas_status selections_get(struct selections *selections, const struct edition *edition,
                                 const struct filter *filter, const struct selection **selection,
                                 struct atlas_error *error)
{
    struct bytes text = {0};
    filter_canonical(filter, &text);
    bytes_append_byte(&text, '\0');
    if (text.failed) {
        bytes_close(&text);
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    char *canonical = (char *)text.data;
    uint64_t hash = hash_bytes(0, text.data, text.length);
    pthread_mutex_lock(&selections->lock);
    struct kept *kept = find(selections, edition, hash, canonical);
    pthread_mutex_unlock(&selections->lock);
    if (kept) {
        free(canonical);
        *selection = &kept->selection;
        return ATLAS_OK;
    }
    /* Made outside the lock; two that make the same one at once do no harm. */
    enum atlas_status status = make(edition, filter, hash, canonical, &kept, error);
    if (status) return status;
    pthread_mutex_lock(&selections->lock);
    struct kept *unused = remember(selections, kept);
    pthread_mutex_unlock(&selections->lock);
    if (unused) free_kept(unused);
    *selection = &kept->selection;
    return ATLAS_OK;
}

void selections_release(struct selections *selections, const struct selection *selection)
{
    if (!selection) return;
    union {
        const struct selection *in;
        struct kept *out;
    } held = {.in = selection};
    pthread_mutex_lock(&selections->lock);
    struct kept *unused = drop(held.out);
    pthread_mutex_unlock(&selections->lock);
    if (unused) free_kept(unused);
}
