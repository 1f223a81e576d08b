#include "tiles/group.h"

#include "tiles/edition_index.h"
#include "tiles/group_ends.h"
#include "tiles/grouping.h"

#include <stdlib.h>
#include <string.h>

void groups_close(struct groups *groups)
{
    if (!groups) return;
    free(groups->groups);
    *groups = (struct groups){0};
}

enum atlas_status group_all(const struct selection *selection, const char *nature,
                            struct totals *totals)
{
    const struct edition *edition = selection->edition;
    *totals = (struct totals){.n = selection->n_links, .partnerships = selection->n_partnerships};
    size_t n = edition->n_partnerships;
    for (size_t i = nature ? grouping_next_funded(selection, 0) : n; i < n;
         i = grouping_next_funded(selection, i + 1)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct money_share share = grouping_share_of(edition, p, nature);
        for (size_t l = 0; share.known && l < p->n_links; l++) {
            if (!bitset_has(selection->links, edition->links_of[p->first_link + l])) continue;
            totals->amount_eur += share.amount_eur;
            totals->with_amount++;
        }
    }
    return ATLAS_OK;
}

/* Groups of keys 0 .. table->n - 1 from the sets of both planes; the last key stands for none when
 * last_is_none. Counting is a popcount per group. */
static bool group_by_sets(const struct selection *selection, const struct set_table *partnerships,
                          const struct set_table *links, bool last_is_none, struct grouping *g)
{
    const struct edition_index *index = selection->edition->index;
    for (size_t key = 0; key < partnerships->n; key++) {
        size_t in_partnerships = bitset_count_common(
            selection->partnerships, partnerships->bits + key * index->partnerships.words,
            index->partnerships.words);
        size_t in_links = bitset_count_common(
            selection->links, links->bits + key * index->links.words, index->links.words);
        if (in_partnerships + in_links == 0) continue;
        bool none = last_is_none && key + 1 == partnerships->n;
        size_t at = grouping_find(g, none ? EDITION_NONE : (uint32_t)key, 0);
        if (at == SIZE_MAX) return false;
        g->groups[at].totals.partnerships = in_partnerships;
        g->groups[at].totals.n = in_links;
    }
    return true;
}

/* The years that a partnership is counted in: from > to for none. */
static void counted_years(const struct edition *edition, const struct edition_partnership *p,
                          int *from, int *to)
{
    *from = p->lives_from;
    *to = p->lives_to < edition->index->last_year ? p->lives_to : edition->index->last_year;
}

static bool add_partnership_years(const struct selection *selection, uint32_t partnership,
                                  struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    size_t n = grouping_chosen_links(selection, p);
    bool undated = p->lives_from == EDITION_NO_YEAR;
    int from = 0, to = 0;
    if (!undated) counted_years(edition, p, &from, &to);
    for (int year = from; year <= to; year++) {
        size_t at = grouping_find(g, undated ? EDITION_NONE : (uint32_t)year, 0);
        if (at == SIZE_MAX) return false;
        g->groups[at].totals.partnerships++;
        g->groups[at].totals.n += n;
    }
    return true;
}

/* Adds the money to the years that are groups already. */
static bool add_year_amounts(const struct selection *selection, const char *nature,
                             struct grouping *g)
{
    const struct edition *edition = selection->edition;
    for (size_t i = grouping_next_funded(selection, 0); i < edition->n_partnerships;
         i = grouping_next_funded(selection, i + 1)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct money_share share = grouping_share_of(edition, p, nature);
        size_t chosen = share.known ? grouping_chosen_links(selection, p) : 0;
        bool undated = p->lives_from == EDITION_NO_YEAR;
        int from = 0, to = 0;
        if (!undated) counted_years(edition, p, &from, &to);
        for (int year = from; chosen && year <= to; year++) {
            size_t at = grouping_find(g, undated ? EDITION_NONE : (uint32_t)year, 0);
            if (at == SIZE_MAX) return false;
            g->groups[at].totals.amount_eur += share.amount_eur * (double)chosen;
            g->groups[at].totals.with_amount += chosen;
        }
    }
    return true;
}

/* Chosen rows of a plane whose year is at most each of its years in turn; one more before all. */
static size_t *count_up_to(const struct edition_plane *plane, const struct year_sets *years,
                           const uint64_t *chosen)
{
    size_t *counts = calloc(years->sets.n + 1, sizeof *counts);
    for (size_t i = 0; counts && i < years->sets.n; i++)
        counts[i + 1] =
            bitset_count_common(chosen, years->sets.bits + i * plane->words, plane->words);
    return counts;
}

/* Rows that live in each year from `first` to `last`: those that have begun by then, less those
 * that had ended the year before. living: last - first + 1 of them. */
static bool count_living(const struct edition_plane *plane, const uint64_t *chosen, int first,
                         int last, size_t *living)
{
    size_t *begun = count_up_to(plane, &plane->from, chosen);
    size_t *ended = count_up_to(plane, &plane->to, chosen);
    size_t at_begun = 0, at_ended = 0;
    for (int year = first; begun && ended && year <= last; year++) {
        while (at_begun < plane->from.sets.n && plane->from.years[at_begun] <= year)
            at_begun++;
        while (at_ended < plane->to.sets.n && plane->to.years[at_ended] < year)
            at_ended++;
        living[year - first] = begun[at_begun] - ended[at_ended];
    }
    bool made = begun && ended;
    free(begun);
    free(ended);
    return made;
}

static bool add_year(struct grouping *g, uint32_t key, size_t partnerships, size_t links)
{
    if (partnerships == 0) return true;
    size_t at = grouping_find(g, key, 0);
    if (at == SIZE_MAX) return false;
    g->groups[at].totals.partnerships = partnerships;
    g->groups[at].totals.n = links;
    return true;
}

/* By year from the sets of both planes. */
static bool add_years_by_sets(const struct selection *selection, struct grouping *g)
{
    const struct edition_index *index = selection->edition->index;
    int first = index->partnerships.from.years[0], last = index->last_year;
    size_t n = last >= first ? (size_t)(last - first) + 1 : 0;
    size_t *partnerships = calloc(n + 1, sizeof *partnerships);
    size_t *links = calloc(n + 1, sizeof *links);
    bool made =
        partnerships && links &&
        count_living(&index->partnerships, selection->partnerships, first, last, partnerships) &&
        count_living(&index->links, selection->links, first, last, links);
    for (size_t i = 0; made && i < n; i++)
        made = add_year(g, (uint32_t)(first + (int)i), partnerships[i], links[i]);
    free(partnerships);
    free(links);
    const struct edition_plane *plane = &index->partnerships;
    return made &&
           add_year(
               g, EDITION_NONE,
               bitset_count_common(selection->partnerships, plane->undated, plane->words),
               bitset_count_common(selection->links, index->links.undated, index->links.words));
}

static bool add_years(const struct selection *selection, const char *nature, struct grouping *g)
{
    const struct edition_index *index = selection->edition->index;
    size_t n = selection->edition->n_partnerships;
    bool sets = index->partnerships.from.sets.n && index->partnerships.to.sets.n &&
                index->links.from.sets.n && index->links.to.sets.n;
    bool made = !sets || add_years_by_sets(selection, g);
    for (size_t i = sets ? n : bitset_next(selection->partnerships, 0, n); made && i < n;
         i = bitset_next(selection->partnerships, i + 1, n))
        made = add_partnership_years(selection, (uint32_t)i, g);
    return made && (!nature || add_year_amounts(selection, nature, g));
}

/* Chosen rows of a plane that have no theme. */
static size_t count_without_theme(const struct edition_plane *plane, const uint64_t *chosen)
{
    size_t n = 0;
    for (size_t word = 0; word < plane->words; word++) {
        uint64_t bits = chosen[word];
        for (size_t theme = 0; bits && theme < plane->themes.n; theme++)
            bits &= ~plane->themes.bits[theme * plane->words + word];
        n += bitset_count_word(bits);
    }
    return n;
}

/* Partnerships without any theme, as the group EDITION_NONE. */
static bool add_without_theme(const struct selection *selection, struct grouping *g)
{
    const struct edition_index *index = selection->edition->index;
    size_t n = count_without_theme(&index->partnerships, selection->partnerships);
    if (n == 0) return true;
    size_t at = grouping_find(g, EDITION_NONE, 0);
    if (at == SIZE_MAX) return false;
    g->groups[at].totals.partnerships = n;
    g->groups[at].totals.n = count_without_theme(&index->links, selection->links);
    return true;
}

/* Adds the money: each partnership's share per chosen link, to the groups it is in by property.
 * Those properties that are sets are asked bit by bit. */
static void add_set_amounts(const struct selection *selection, const struct set_table *links,
                            bool theme, const char *nature, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_partnerships, words = edition->index->links.words;
    for (size_t i = grouping_next_funded(selection, 0); i < n;
         i = grouping_next_funded(selection, i + 1)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct money_share share = grouping_share_of(edition, p, nature);
        size_t chosen = share.known ? grouping_chosen_links(selection, p) : 0;
        for (size_t k = 0; chosen && k < g->n; k++) {
            uint32_t key = g->groups[k].key[0];
            bool in = false;
            if (key != EDITION_NONE || !theme) {
                size_t set = key == EDITION_NONE ? links->n - 1 : key;
                in = bitset_has(links->bits + set * words, edition->links_of[p->first_link]);
            } else {
                in = p->n_themes == 0;
            }
            if (!in) continue;
            g->groups[k].totals.amount_eur += share.amount_eur * (double)chosen;
            g->groups[k].totals.with_amount += chosen;
        }
    }
}

enum atlas_status group_by_property(const struct selection *selection, enum group_property property,
                                    const char *nature, struct groups *groups)
{
    const struct edition_index *index = selection->edition->index;
    struct grouping g = {0};
    int table = property == GROUP_KIND     ? PLANE_KIND
                : property == GROUP_STATUS ? PLANE_STATUS
                : property == GROUP_MODE   ? PLANE_MODE
                : property == GROUP_GENDER ? PLANE_GENDER
                                           : -1;
    if (table >= 0 || property == GROUP_THEME) {
        bool theme = property == GROUP_THEME;
        const struct set_table *links =
            theme ? &index->links.themes : &index->links.words_of[table];
        const struct set_table *partnerships =
            theme ? &index->partnerships.themes : &index->partnerships.words_of[table];
        bool made = group_by_sets(selection, partnerships, links, !theme, &g);
        if (made && theme) made = add_without_theme(selection, &g);
        if (made && nature) add_set_amounts(selection, links, theme, nature, &g);
        return grouping_finish(&g, made, groups);
    }
    if (property == GROUP_YEAR) {
        bool made = add_years(selection, nature, &g);
        return grouping_finish(&g, made, groups);
    }
    return group_by_ends(selection, property, nature, groups);
}

enum atlas_status group_territories(const struct selection *selection, struct groups *groups)
{
    return group_by_ends(selection, GROUP_END_TERRITORY, NULL, groups);
}

enum atlas_status group_distinct(const struct selection *selection, struct distinct *distinct)
{
    const struct edition *edition = selection->edition;
    size_t words = bitset_words(edition->n_territories);
    uint64_t *seen = calloc(3 * words + 1, sizeof *seen);
    if (!seen) return ATLAS_NO_MEMORY;
    uint64_t *french = seen, *foreign = seen + words, *countries = seen + 2 * words;
    for (size_t i = 0; i < edition->n_parties; i++) {
        const struct edition_party *party = &edition->parties[i];
        if (!selection_has_party(selection, i)) continue;
        if (party->side == SIDE_FOREIGN && party->country != EDITION_NONE)
            bitset_add(countries, party->country);
        if (party->territory != EDITION_NONE && party->takes_part)
            bitset_add(party->side == SIDE_FRENCH ? french : foreign, party->territory);
    }
    for (size_t i = bitset_next(selection->links, 0, edition->n_links); i < edition->n_links;
         i = bitset_next(selection->links, i + 1, edition->n_links)) {
        bitset_add(french, edition->links[i].french);
        bitset_add(foreign, edition->links[i].foreign);
    }
    *distinct = (struct distinct){bitset_count(french, words), bitset_count(foreign, words),
                                  bitset_count(countries, words)};
    free(seen);
    return ATLAS_OK;
}
