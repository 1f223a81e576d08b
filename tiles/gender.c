#include "tiles/gender.h"

#include "tiles/edition_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The parts of a selection: all, the three markers, estimated ones, unknown. */
enum { PART_ALL, PART_MARKED, PART_ESTIMATED = PART_MARKED + 3, PART_UNKNOWN, PART_COUNT };

static struct totals *part_of(struct gender_row *row, int part)
{
    switch (part) {
    case PART_ALL:
        return &row->all;
    case PART_ESTIMATED:
        return &row->estimated;
    case PART_UNKNOWN:
        return &row->unknown;
    default:
        return &row->marked[part - PART_MARKED];
    }
}

static int part_of_partnership(const struct edition *edition, const struct edition_partnership *p)
{
    const char *origin = edition->origins[p->origin].gender_origin;
    if (p->gender_marker == EDITION_NO_MARKER) return PART_UNKNOWN;
    if (origin && strcmp(origin, "estimated") == 0) return PART_ESTIMATED;
    return PART_MARKED + p->gender_marker;
}

static int compare_keys(const void *key, const void *row)
{
    uint32_t left = *(const uint32_t *)key, right = ((const struct gender_row *)row)->key;
    return (left > right) - (left < right);
}

/* Enters the groups of one part; those of all come first and make the rows. */
static enum atlas_status enter_groups(struct gender_table *table, int part,
                                      const struct groups *groups)
{
    if (part == PART_ALL) {
        table->rows = calloc(groups->n + 1, sizeof *table->rows);
        if (!table->rows) return ATLAS_NO_MEMORY;
        table->n = groups->n;
        for (size_t i = 0; i < groups->n; i++)
            table->rows[i].key = groups->groups[i].key[0];
    }
    for (size_t i = 0; i < groups->n; i++) {
        struct gender_row *row = bsearch(&groups->groups[i].key[0], table->rows, table->n,
                                         sizeof *table->rows, compare_keys);
        if (row) *part_of(row, part) = groups->groups[i].totals;
    }
    return ATLAS_OK;
}

static enum atlas_status add_part(const struct selection *selection, const uint64_t *keep, int part,
                                  enum group_property property, const char *nature,
                                  struct gender_table *table)
{
    struct selection narrowed;
    struct groups groups = {0};
    enum atlas_status status = selection_narrow(selection, keep, &narrowed);
    if (status) return status;
    status = group_all(&narrowed, nature, part_of(&table->total, part));
    if (status == ATLAS_OK) status = group_by_property(&narrowed, property, nature, &groups);
    if (status == ATLAS_OK) status = enter_groups(table, part, &groups);
    groups_close(&groups);
    selection_close(&narrowed);
    return status;
}

static int compare_rows(const void *a, const void *b)
{
    const struct gender_row *left = a, *right = b;
    if (left->all.partnerships != right->all.partnerships)
        return left->all.partnerships > right->all.partnerships ? -1 : 1;
    return (left->key > right->key) - (left->key < right->key);
}

enum atlas_status gender_make(const struct selection *selection, enum group_property property,
                              const char *nature, struct gender_table *table)
{
    const struct edition *edition = selection->edition;
    size_t words = edition->index->partnerships.words;
    *table = (struct gender_table){0};
    uint64_t *keep = calloc(PART_COUNT * words + 1, sizeof *keep);
    if (!keep) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < edition->n_partnerships; i++) {
        int part = part_of_partnership(edition, &edition->partnerships[i]);
        bitset_add(keep + PART_ALL * words, i);
        bitset_add(keep + (size_t)part * words, i);
    }
    enum atlas_status status = ATLAS_OK;
    for (int part = PART_ALL; status == ATLAS_OK && part < PART_COUNT; part++)
        status = add_part(selection, keep + (size_t)part * words, part, property, nature, table);
    free(keep);
    if (status)
        gender_close(table);
    else if (table->n)
        qsort(table->rows, table->n, sizeof *table->rows, compare_rows);
    return status;
}

void gender_close(struct gender_table *table)
{
    if (!table) return;
    free(table->rows);
    *table = (struct gender_table){0};
}

uint64_t gender_examined(const struct gender_row *row)
{
    return row->marked[0].partnerships + row->marked[1].partnerships + row->marked[2].partnerships;
}

static double measure(const struct totals *totals, bool of_money)
{
    return of_money ? totals->amount_eur : (double)totals->partnerships;
}

static double examined(const struct gender_row *row, bool of_money)
{
    return measure(&row->marked[0], of_money) + measure(&row->marked[1], of_money) +
           measure(&row->marked[2], of_money);
}

double gender_share(const struct gender_row *row, bool of_money)
{
    double divisor = examined(row, of_money);
    double found = measure(&row->marked[1], of_money) + measure(&row->marked[2], of_money);
    return divisor > 0 ? found / divisor : NAN;
}

double gender_coverage(const struct gender_row *row, bool of_money)
{
    double all = measure(&row->all, of_money);
    return all > 0 ? examined(row, of_money) / all : NAN;
}

const char *const gender_theme_codes[GENDER_THEMES] = {
    "genre-autonomisation",
    "genre-sante",
    "genre-violences",
    "genre-droits",
};

enum atlas_status gender_theme_part(const struct selection *selection, size_t theme,
                                    struct selection *part)
{
    const struct edition *edition = selection->edition;
    const struct edition_plane *plane = &edition->index->partnerships;
    uint64_t *keep = calloc(plane->words + 1, sizeof *keep);
    if (!keep) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < GENDER_THEMES; i++) {
        uint32_t found = edition_find_theme(edition, gender_theme_codes[i]);
        if (found == EDITION_NONE || (theme != GENDER_THEMES && theme != i)) continue;
        const uint64_t *set = plane->themes.bits + found * plane->words;
        for (size_t word = 0; word < plane->words; word++)
            keep[word] |= set[word];
    }
    enum atlas_status status = selection_narrow(selection, keep, part);
    free(keep);
    return status;
}
