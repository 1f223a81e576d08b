#include "tiles/link_table.h"

#include <stdlib.h>

/* Links that follow each other and have the same keys. */
struct keyed_run {
    uint32_t key[2];
    struct link_run run;
};

/* Collects the runs of links with keys. Returns how many there are; runs may be NULL to count. */
static size_t find_runs(const uint32_t *first, const uint32_t *second, size_t n_links,
                        struct keyed_run *runs)
{
    size_t n = 0;
    bool open = false; /* the link before had a key */
    uint32_t key[2] = {0, 0};
    for (size_t i = 0; i < n_links; i++) {
        uint32_t other = second ? second[i] : 0;
        if (first[i] == EDITION_NONE || other == EDITION_NONE) {
            open = false;
            continue;
        }
        if (!open || key[0] != first[i] || key[1] != other) {
            key[0] = first[i];
            key[1] = other;
            if (runs) runs[n] = (struct keyed_run){{key[0], key[1]}, {(uint32_t)i, (uint32_t)i}};
            n++;
        }
        open = true;
        if (runs) runs[n - 1].run.end = (uint32_t)i + 1;
    }
    return n;
}

/* One pass of a radix sort, by DIGIT_BITS of a key: stable, from runs to sorted. False, and nothing
 * done, where all are alike. */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };
static bool sort_by_digit(const struct keyed_run *runs, size_t n, size_t key, unsigned shift,
                          struct keyed_run *sorted)
{
    uint32_t starts[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++)
        starts[(runs[i].key[key] >> shift) % DIGITS + 1]++;
    for (size_t i = 1; i <= DIGITS; i++) {
        if (starts[i] == n) return false;
        starts[i] += starts[i - 1];
    }
    for (size_t i = 0; i < n; i++)
        sorted[starts[(runs[i].key[key] >> shift) % DIGITS]++] = runs[i];
    return true;
}

/* Sorts runs by their keys; those of equal keys stay in the order of their links. They end up in
 * *runs, which may have changed places with *other. */
static void sort_runs(struct keyed_run **runs, struct keyed_run **other, size_t n)
{
    for (size_t key = 2; key-- > 0;)
        for (unsigned shift = 0; shift < 32; shift += DIGIT_BITS) {
            if (!sort_by_digit(*runs, n, key, shift, *other)) continue;
            struct keyed_run *sorted = *other;
            *other = *runs;
            *runs = sorted;
        }
}

/* The last link met of a partnership, and its group; 0: none. */
struct last_link {
    uint32_t link, group_behind;
};

static void note_repeats(struct link_table *table, const struct edition *edition,
                         const struct link_run *run, struct last_link *last)
{
    uint32_t group_behind = (uint32_t)table->n_groups;
    for (uint32_t link = run->first; link < run->end; link++) {
        struct last_link *before = &last[edition->links[link].partnership];
        if (before->group_behind == group_behind) {
            bitset_add(table->repeated, before->link);
            bitset_add(table->repeated, link);
        }
        *before = (struct last_link){link, group_behind};
    }
}

/* Fills groups, runs and repeated, which have room for all. last: zeroed, per partnership. */
static void fill(struct link_table *table, const struct keyed_run *runs, size_t n,
                 const struct edition *edition, struct last_link *last)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t *key = runs[i].key;
        if (i == 0 || key[0] != runs[i - 1].key[0] || key[1] != runs[i - 1].key[1])
            table->groups[table->n_groups++] =
                (struct link_group){{key[0], key[1]}, (uint32_t)table->n_runs};
        table->runs[table->n_runs++] = runs[i].run;
        note_repeats(table, edition, &runs[i].run, last);
    }
    table->groups[table->n_groups] =
        (struct link_group){{EDITION_NONE, EDITION_NONE}, (uint32_t)table->n_runs};
}

/* Gives back what fill() did not need. A smaller block is never refused in practice; if it is, the
 * larger one stays. */
static void trim(struct link_table *table)
{
    void *groups = realloc(table->groups, (table->n_groups + 1) * sizeof *table->groups);
    if (groups) table->groups = groups;
}

enum atlas_status link_table_build(const struct edition *edition, const uint32_t *first,
                                   const uint32_t *second, struct link_table *table)
{
    size_t n = find_runs(first, second, edition->n_links, NULL), room = n + 1;
    struct keyed_run *runs = malloc(room * sizeof *runs), *other = malloc(room * sizeof *other);
    struct last_link *last = calloc(edition->n_partnerships + 1, sizeof *last);
    struct link_table built = {
        .groups = malloc(room * sizeof *built.groups),
        .runs = malloc(room * sizeof *built.runs),
        .repeated = calloc(bitset_words(edition->n_links) + 1, sizeof *built.repeated)};
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (runs && other && last && built.groups && built.runs && built.repeated) {
        find_runs(first, second, edition->n_links, runs);
        sort_runs(&runs, &other, n);
        fill(&built, runs, n, edition, last);
        trim(&built);
        *table = built;
        status = ATLAS_OK;
    } else {
        link_table_close(&built);
    }
    free(runs);
    free(other);
    free(last);
    return status;
}

/* A group that is one run. */
struct run_group {
    struct link_run run;
    uint32_t key[2];
};

static int compare_run_groups(const void *a, const void *b)
{
    const struct run_group *left = a, *right = b;
    return (left->run.first > right->run.first) - (left->run.first < right->run.first);
}

bool link_table_sort_by_links(struct link_table *table)
{
    size_t n = table->n_groups;
    if (table->n_runs != n || n == 0) return false;
    struct run_group *groups = malloc(n * sizeof *groups);
    if (!groups) return false;
    for (size_t i = 0; i < n; i++)
        groups[i] =
            (struct run_group){table->runs[i], {table->groups[i].key[0], table->groups[i].key[1]}};
    qsort(groups, n, sizeof *groups, compare_run_groups);
    for (size_t i = 0; i < n; i++) {
        table->runs[i] = groups[i].run;
        table->groups[i] = (struct link_group){{groups[i].key[0], groups[i].key[1]}, (uint32_t)i};
    }
    free(groups);
    return true;
}

void link_table_close(struct link_table *table)
{
    if (!table) return;
    free(table->groups);
    free(table->runs);
    free(table->repeated);
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

/* A group being counted. */
struct counting {
    const struct link_table *table;
    const struct selection *selection;
    const struct link_amounts *amounts;
    struct link_counter *counter; /* begun with the first repeated link: most groups have none */
    bool begun;
    struct totals *totals;
};

/* Counts the partnerships of repeated links of a word that this group has not met before. */
static bool add_repeated(struct counting *counting, size_t word, uint64_t bits)
{
    const struct edition *edition = counting->selection->edition;
    struct link_counter *counter = counting->counter;
    if (!counting->begun && !begin_count(counter, edition->n_partnerships)) return false;
    counting->begun = true;
    for (; bits; bits &= bits - 1) {
        uint32_t partnership =
            edition->links[word * 64 + (size_t)__builtin_ctzll(bits)].partnership;
        counting->totals->partnerships += counter->stamps[partnership] != counter->stamp;
        counter->stamps[partnership] = counter->stamp;
    }
    return true;
}

/* The chosen ones of a run of links, word by word. False when out of memory. */
static bool add_run(struct counting *counting, const struct link_run *run)
{
    const struct link_amounts *amounts = counting->amounts;
    struct totals *totals = counting->totals;
    size_t last = (run->end - 1) / 64;
    for (size_t word = run->first / 64; word <= last; word++) {
        uint64_t bits = counting->selection->links[word];
        if (word == run->first / 64) bits &= ~(uint64_t)0 << run->first % 64;
        if (word == last) bits &= ~(uint64_t)0 >> (63 - (run->end - 1) % 64);
        if (!bits) continue;
        uint64_t repeated = bits & counting->table->repeated[word];
        totals->n += bitset_count_word(bits);
        totals->partnerships += bitset_count_word(bits & ~repeated);
        if (repeated && !add_repeated(counting, word, repeated)) return false;
        for (uint64_t known = bits & amounts->known[word]; known; known &= known - 1) {
            totals->amount_eur += amounts->eur[word * 64 + (size_t)__builtin_ctzll(known)];
            totals->with_amount++;
        }
    }
    return true;
}

/* The same of a group of one link. */
static void add_only(const struct selection *selection, const struct link_amounts *amounts,
                     uint32_t link, struct totals *totals)
{
    if (!bitset_has(selection->links, link)) return;
    totals->n = totals->partnerships = 1;
    if (!bitset_has(amounts->known, link)) return;
    totals->amount_eur = amounts->eur[link];
    totals->with_amount = 1;
}

enum atlas_status link_table_totals(const struct link_table *table, size_t group,
                                    const struct selection *selection,
                                    const struct link_amounts *amounts,
                                    struct link_counter *counter, struct totals *totals)
{
    uint32_t first = table->groups[group].first_run, end = table->groups[group + 1].first_run;
    const struct link_run *run = &table->runs[first];
    *totals = (struct totals){0};
    if (end == first + 1 && run->end == run->first + 1) { /* as most flows between places are */
        add_only(selection, amounts, run->first, totals);
        return ATLAS_OK;
    }
    struct counting counting = {table, selection, amounts, counter, false, totals};
    for (uint32_t i = first; i < end; i++)
        if (!add_run(&counting, &table->runs[i])) return ATLAS_NO_MEMORY;
    return ATLAS_OK;
}
