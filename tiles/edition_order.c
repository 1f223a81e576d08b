/* Calls for projects by slug, and the order of titles and territories: parts of the index. */
#include "geo/array.h"
#include "geo/name.h"
#include "tiles/edition_build.h"

#include <stdlib.h>
#include <string.h>

struct call_entry {
    char *slug;
    uint32_t partnership;
};

struct call_entries {
    struct call_entry *entries;
    size_t n, capacity;
};

static enum atlas_status add_call(struct call_entries *calls, const char *text, size_t length,
                                  uint32_t partnership)
{
    char name[400], slug[101];
    if (length >= sizeof name) length = sizeof name - 1;
    memcpy(name, text, length);
    name[length] = '\0';
    if (name_slug(name, slug, sizeof slug) == 0 && *text) return ATLAS_OK;
    if (!ARRAY_RESERVE(calls->entries, calls->n + 1, &calls->capacity)) return ATLAS_NO_MEMORY;
    char *kept = strdup(slug);
    if (!kept) return ATLAS_NO_MEMORY;
    calls->entries[calls->n++] = (struct call_entry){kept, partnership};
    return ATLAS_OK;
}

static int compare_calls(const void *a, const void *b)
{
    const struct call_entry *left = a, *right = b;
    int order = strcmp(left->slug, right->slug);
    if (order) return order;
    return (left->partnership > right->partnership) - (left->partnership < right->partnership);
}

/* Gathers the sorted entries of one slug into a list. */
static enum atlas_status gather_call(struct call_list *list, const struct call_entry *entries,
                                     size_t n)
{
    list->slug = strdup(entries->slug);
    list->partnerships = malloc(n * sizeof *list->partnerships);
    if (!list->slug || !list->partnerships) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || entries[i].partnership != entries[i - 1].partnership)
            list->partnerships[list->n++] = entries[i].partnership;
    return ATLAS_OK;
}

enum atlas_status edition_list_calls(const struct edition *edition, struct edition_index *index)
{
    struct call_entries calls = {0};
    enum atlas_status status = ATLAS_OK;
    for (uint32_t i = 0; status == ATLAS_OK && i < edition->n_partnerships; i++) {
        const char *at = edition->partnerships[i].call ? edition->partnerships[i].call : "";
        do {
            size_t length = strcspn(at, ";");
            status = add_call(&calls, at, length, i);
            at += length + (at[length] == ';');
        } while (status == ATLAS_OK && *at);
    }
    if (calls.n) qsort(calls.entries, calls.n, sizeof *calls.entries, compare_calls);
    index->calls = calloc(calls.n + 1, sizeof *index->calls);
    if (!index->calls) status = ATLAS_NO_MEMORY;
    for (size_t i = 0, end; status == ATLAS_OK && i < calls.n; i = end) {
        for (end = i + 1; end < calls.n; end++)
            if (strcmp(calls.entries[i].slug, calls.entries[end].slug) != 0) break;
        status = gather_call(&index->calls[index->n_calls++], &calls.entries[i], end - i);
    }
    for (size_t i = 0; i < calls.n; i++)
        free(calls.entries[i].slug);
    free(calls.entries);
    return status;
}

struct folded_title {
    char *folded;
    uint32_t partnership;
};

static int compare_titles(const void *a, const void *b)
{
    const struct folded_title *left = a, *right = b;
    int order = strcmp(left->folded, right->folded);
    if (order) return order;
    return (left->partnership > right->partnership) - (left->partnership < right->partnership);
}

/* Ranks partnerships by title; equal titles share a rank, so that ids decide. */
enum atlas_status edition_rank_titles(const struct edition *edition, struct edition_index *index)
{
    size_t n = edition->n_partnerships;
    struct folded_title *titles = calloc(n + 1, sizeof *titles);
    index->title_rank = malloc((n + 1) * sizeof *index->title_rank);
    enum atlas_status status = titles && index->title_rank ? ATLAS_OK : ATLAS_NO_MEMORY;
    for (uint32_t i = 0; status == ATLAS_OK && i < n; i++) {
        char folded[160]; /* enough to order by */
        name_fold(edition->partnerships[i].title, folded, sizeof folded);
        titles[i] = (struct folded_title){strdup(folded), i};
        if (!titles[i].folded) status = ATLAS_NO_MEMORY;
    }
    if (status == ATLAS_OK && n) qsort(titles, n, sizeof *titles, compare_titles);
    uint32_t rank = 0;
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        if (i > 0 && strcmp(titles[i - 1].folded, titles[i].folded) != 0) rank++;
        index->title_rank[titles[i].partnership] = rank;
    }
    for (size_t i = 0; titles && i < n; i++)
        free(titles[i].folded);
    free(titles);
    return status;
}

/* Where a name would stand among the edition's names. */
static uint32_t place_of_name(const struct edition *edition, const char *name)
{
    char folded[160]; /* enough to order by */
    name_fold(name, folded, sizeof folded);
    return (uint32_t)edition_name_position(edition, folded);
}

/* Names are sorted already: a territory ranks where the first of its own stands; one whose own name
 * is not among them (« Bénin » where « Benin » is kept, for both fold alike) where it would. */
enum atlas_status edition_rank_territories(const struct edition *edition,
                                           struct edition_index *index)
{
    size_t n = edition->n_territories;
    index->territory_rank = malloc((n + 1) * sizeof *index->territory_rank);
    if (!index->territory_rank) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        index->territory_rank[i] = EDITION_NONE;
    for (size_t i = 0; i < edition->n_names; i++) {
        uint32_t territory = edition->names[i].territory;
        if (strcmp(edition->names[i].name, edition->territories[territory].name_fr) == 0)
            index->territory_rank[territory] = (uint32_t)i;
    }
    for (size_t i = 0; i < n; i++)
        if (index->territory_rank[i] == EDITION_NONE)
            index->territory_rank[i] = place_of_name(edition, edition->territories[i].name_fr);
    return ATLAS_OK;
}
