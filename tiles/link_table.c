#include "tiles/link_table.h"

#include "tiles/bitset.h"

#include <math.h>
#include <stdlib.h>

struct keyed_link {
    uint32_t key[2], link;
};

static int compare_keyed_links(const void *a, const void *b)
{
    const struct keyed_link *left = a, *right = b;
    for (int i = 0; i < 2; i++)
        if (left->key[i] != right->key[i]) return left->key[i] < right->key[i] ? -1 : 1;
    return (left->link > right->link) - (left->link < right->link);
}

/* Fills groups and runs, which have room for all. last_group: per partnership, the last group + 1
 * that has a link of it. */
static void fill(struct link_table *table, const struct keyed_link *links, size_t n,
                 const struct edition *edition, uint32_t *last_group)
{
    for (size_t i = 0; i < n; i++) {
        const struct keyed_link *link = &links[i];
        bool same_group =
            i > 0 && link->key[0] == links[i - 1].key[0] && link->key[1] == links[i - 1].key[1];
        if (!same_group)
            table->groups[table->n_groups++] =
                (struct link_group){{link->key[0], link->key[1]}, (uint32_t)table->n_runs, true};
        if (same_group && link->link == table->runs[table->n_runs - 1].end)
            table->runs[table->n_runs - 1].end++;
        else
            table->runs[table->n_runs++] = (struct link_run){link->link, link->link + 1};
        uint32_t *last = &last_group[edition->links[link->link].partnership];
        if (*last == table->n_groups) table->groups[table->n_groups - 1].distinct = false;
        *last = (uint32_t)table->n_groups;
    }
    table->groups[table->n_groups] =
        (struct link_group){{EDITION_NONE, EDITION_NONE}, (uint32_t)table->n_runs, true};
}

/* Gives back what fill() did not need. A smaller block is never refused in practice; if it is, the
 * larger one stays. */
static void trim(struct link_table *table)
{
    void *groups = realloc(table->groups, (table->n_groups + 1) * sizeof *table->groups);
    if (groups) table->groups = groups;
    void *runs = realloc(table->runs, (table->n_runs + 1) * sizeof *table->runs);
    if (runs) table->runs = runs;
}

enum atlas_status link_table_build(const struct edition *edition, const uint32_t *first,
                                   const uint32_t *second, struct link_table *table)
{
    size_t room = edition->n_links + 1, n = 0;
    struct keyed_link *links = malloc(room * sizeof *links);
    uint32_t *last_group = calloc(edition->n_partnerships + 1, sizeof *last_group);
    struct link_table built = {.groups = malloc(room * sizeof *built.groups),
                               .runs = malloc(room * sizeof *built.runs)};
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (links && last_group && built.groups && built.runs) {
        for (size_t i = 0; i < edition->n_links; i++) {
            uint32_t key = second ? second[i] : 0;
            if (first[i] != EDITION_NONE && key != EDITION_NONE)
                links[n++] = (struct keyed_link){{first[i], key}, (uint32_t)i};
        }
        qsort(links, n, sizeof *links, compare_keyed_links);
        fill(&built, links, n, edition, last_group);
        trim(&built);
        *table = built;
        status = ATLAS_OK;
    } else {
        link_table_close(&built);
    }
    free(links);
    free(last_group);
    return status;
}

void link_table_close(struct link_table *table)
{
    if (!table) return;
    free(table->groups);
    free(table->runs);
    *table = (struct link_table){0};
}

size_t link_table_count(const struct link_table *table, size_t group, const uint64_t *links)
{
    size_t n = 0;
    uint32_t end = table->groups[group + 1].first_run;
    for (uint32_t i = table->groups[group].first_run; i < end; i++) {
        const struct link_run *run = &table->runs[i];
        n += run->end == run->first + 1 ? bitset_has(links, run->first)
                                        : bitset_count_range(links, run->first, run->end);
    }
    return n;
}

void link_counter_close(struct link_counter *counter)
{
    if (counter) free(counter->stamps);
    if (counter) *counter = (struct link_counter){0};
}

/* A new stamp, and room for the partnerships of an edition. */
static bool begin_count(struct link_counter *counter, size_t n_partnerships)
{
    if (counter->n_stamps < n_partnerships || counter->stamp == UINT32_MAX) {
        free(counter->stamps);
        *counter = (struct link_counter){.stamps = calloc(n_partnerships, sizeof(uint32_t)),
                                         .n_stamps = n_partnerships};
        if (!counter->stamps) counter->n_stamps = 0;
    }
    counter->stamp++;
    return counter->stamps;
}

/* True when this count meets the partnership for the first time. */
static bool is_first(struct link_counter *counter, uint32_t partnership)
{
    bool first = counter->stamps[partnership] != counter->stamp;
    counter->stamps[partnership] = counter->stamp;
    return first;
}

enum atlas_status link_table_totals(const struct link_table *table, size_t group,
                                    const struct selection *selection, const double *amounts_eur,
                                    struct link_counter *counter, struct totals *totals)
{
    const struct edition *edition = selection->edition;
    bool distinct = table->groups[group].distinct;
    *totals = (struct totals){0};
    if (!distinct && !begin_count(counter, edition->n_partnerships)) return ATLAS_NO_MEMORY;
    uint32_t end = table->groups[group + 1].first_run;
    for (uint32_t i = table->groups[group].first_run; i < end; i++)
        for (size_t link = bitset_next(selection->links, table->runs[i].first, table->runs[i].end);
             link < table->runs[i].end;
             link = bitset_next(selection->links, link + 1, table->runs[i].end)) {
            totals->n++;
            totals->partnerships += distinct || is_first(counter, edition->links[link].partnership);
            if (isnan(amounts_eur[link])) continue;
            totals->amount_eur += amounts_eur[link];
            totals->with_amount++;
        }
    return ATLAS_OK;
}
