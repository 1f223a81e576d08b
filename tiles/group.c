#include "tiles/group.h"

#include "geo/array.h"
#include "tiles/edition_index.h"
#include "tiles/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* Groups under way: found by their keys in a hash table of positions + 1. Partnerships are visited
 * one after the other, so each group remembers the last one it counted and counts none twice. */
struct grouping {
    struct group *groups;
    uint32_t *last_partnership; /* as long as groups */
    size_t n, groups_room, last_room;
    uint32_t *slots;
    size_t n_slots; /* a power of two */
};

static void grouping_close(struct grouping *grouping)
{
    free(grouping->groups);
    free(grouping->last_partnership);
    free(grouping->slots);
}

static size_t hash_keys(uint32_t first, uint32_t second)
{
    uint64_t hash = ((uint64_t)first << 32 | second) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash ^ hash >> 32);
}

static bool grow_slots(struct grouping *g)
{
    size_t n_slots = g->n_slots ? g->n_slots * 2 : 256;
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < g->n; i++) {
        size_t at = hash_keys(g->groups[i].key[0], g->groups[i].key[1]) & (n_slots - 1);
        while (slots[at])
            at = (at + 1) & (n_slots - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(g->slots);
    g->slots = slots;
    g->n_slots = n_slots;
    return true;
}

/* Position of the group of two keys, new or known; SIZE_MAX when out of memory. */
static size_t find_group(struct grouping *g, uint32_t first, uint32_t second)
{
    if (g->n * 2 >= g->n_slots && !grow_slots(g)) return SIZE_MAX;
    size_t at = hash_keys(first, second) & (g->n_slots - 1);
    for (; g->slots[at]; at = (at + 1) & (g->n_slots - 1)) {
        const struct group *group = &g->groups[g->slots[at] - 1];
        if (group->key[0] == first && group->key[1] == second) return g->slots[at] - 1;
    }
    if (!ARRAY_RESERVE(g->groups, g->n + 1, &g->groups_room) ||
        !ARRAY_RESERVE(g->last_partnership, g->n + 1, &g->last_room))
        return SIZE_MAX;
    g->groups[g->n] = (struct group){.key = {first, second}};
    g->last_partnership[g->n] = EDITION_NONE;
    g->slots[at] = (uint32_t)g->n + 1;
    return g->n++;
}

/* Counts a partnership in a group, once. False when out of memory. */
static bool count_partnership(struct grouping *g, uint32_t key, uint32_t partnership)
{
    size_t at = find_group(g, key, 0);
    if (at == SIZE_MAX) return false;
    if (g->last_partnership[at] == partnership) return true;
    g->last_partnership[at] = partnership;
    g->groups[at].totals.partnerships++;
    return true;
}

/* The money of a partnership that falls to each of its links. */
struct share {
    double amount_eur;
    bool known;
};

static struct share share_of(const struct edition *edition, const struct edition_partnership *p,
                             const char *nature)
{
    struct share share = {0, false};
    if (!nature || p->n_links == 0) return share;
    for (size_t i = 0; i < p->n_fundings; i++) {
        const struct edition_funding *funding = &edition->fundings[p->first_funding + i];
        if (!funding->nature || strcmp(funding->nature, nature) != 0) continue;
        share.amount_eur += funding->amount_eur;
        share.known = true;
    }
    share.amount_eur /= p->n_links;
    return share;
}

static void add_link(struct totals *totals, struct share share)
{
    totals->n++;
    totals->amount_eur += share.amount_eur;
    totals->with_amount += share.known;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *left = a, *right = b;
    if (left->key[0] != right->key[0]) return left->key[0] < right->key[0] ? -1 : 1;
    return (left->key[1] > right->key[1]) - (left->key[1] < right->key[1]);
}

/* Hands the groups over in order, or frees them where something failed. */
static enum atlas_status finish(struct grouping *g, bool made, struct groups *groups)
{
    if (!made) {
        grouping_close(g);
        return ATLAS_NO_MEMORY;
    }
    if (g->n) qsort(g->groups, g->n, sizeof *g->groups, compare_groups);
    *groups = (struct groups){g->groups, g->n};
    free(g->last_partnership);
    free(g->slots);
    return ATLAS_OK;
}

void groups_close(struct groups *groups)
{
    if (!groups) return;
    free(groups->groups);
    *groups = (struct groups){0};
}

enum atlas_status group_links(const struct selection *selection, const uint32_t *first,
                              const uint32_t *second, const char *nature, bool placed_only,
                              struct groups *groups)
{
    const struct edition *edition = selection->edition;
    struct grouping g = {0};
    size_t n = edition->n_partnerships;
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct share share = share_of(edition, p, nature);
        for (size_t l = 0; l < p->n_links; l++) {
            uint32_t link = edition->links_of[p->first_link + l];
            if (!bitset_has(selection->links, link)) continue;
            if (placed_only && !edition->links[link].placed) continue;
            size_t at = find_group(&g, first[link], second ? second[link] : 0);
            if (at == SIZE_MAX) return finish(&g, false, groups);
            add_link(&g.groups[at].totals, share);
            if (g.last_partnership[at] == i) continue;
            g.last_partnership[at] = (uint32_t)i;
            g.groups[at].totals.partnerships++;
        }
    }
    return finish(&g, true, groups);
}

enum atlas_status group_all(const struct selection *selection, const char *nature,
                            struct totals *totals)
{
    const struct edition *edition = selection->edition;
    *totals = (struct totals){.n = selection->n_links, .partnerships = selection->n_partnerships};
    size_t n = edition->n_partnerships;
    for (size_t i = bitset_next(selection->partnerships, 0, n); nature && i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct share share = share_of(edition, p, nature);
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
        size_t at = find_group(g, none ? EDITION_NONE : (uint32_t)key, 0);
        if (at == SIZE_MAX) return false;
        g->groups[at].totals.partnerships = in_partnerships;
        g->groups[at].totals.n = in_links;
    }
    return true;
}

/* Chosen links of a partnership. */
static size_t chosen_links(const struct selection *selection, const struct edition_partnership *p)
{
    size_t n = 0;
    for (size_t l = 0; l < p->n_links; l++)
        n += bitset_has(selection->links, selection->edition->links_of[p->first_link + l]);
    return n;
}

static bool add_partnership_years(const struct selection *selection, uint32_t partnership,
                                  struct share share, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    size_t n = chosen_links(selection, p);
    int from = p->lives_from, to = p->lives_to;
    bool undated = p->lives_from == EDITION_NO_YEAR;
    if (undated) from = to = 0;
    if (!undated && to > edition->index->last_year) to = edition->index->last_year;
    for (int year = from; year <= to; year++) {
        size_t at = find_group(g, undated ? EDITION_NONE : (uint32_t)year, 0);
        if (at == SIZE_MAX) return false;
        g->groups[at].totals.partnerships++;
        for (size_t l = 0; l < n; l++)
            add_link(&g->groups[at].totals, share);
    }
    return true;
}

/* Countries abroad, or régions: of links by their end, of partnerships by their parties and the
 * ends of their links. */
static bool add_partnership_areas(const struct selection *selection, uint32_t partnership,
                                  bool french, struct share share, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    const struct edition_territory *territories = edition->territories;
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &edition->parties[p->first_party + i];
        if ((party->side == SIDE_FRENCH) != french) continue;
        if (!selection_has_party(selection, p->first_party + i)) continue;
        uint32_t key = party->country;
        if (french)
            key = party->territory == EDITION_NONE
                      ? EDITION_NONE
                      : territories[party->territory].at_level[FRENCH_REGION];
        if (!count_partnership(g, key, partnership)) return false;
    }
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (!bitset_has(selection->links, link)) continue;
        uint32_t key = french ? territories[edition->links[link].french].at_level[FRENCH_REGION]
                              : territories[edition->links[link].foreign].country;
        if (!count_partnership(g, key, partnership)) return false;
        add_link(&g->groups[find_group(g, key, 0)].totals, share);
    }
    return true;
}

static bool add_partnership_precisions(const struct selection *selection, uint32_t partnership,
                                       struct share share, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    uint32_t best = PRECISION_NONE;
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t position = edition->links_of[p->first_link + l];
        const struct edition_link *link = &edition->links[position];
        if (!bitset_has(selection->links, position)) continue;
        uint32_t precision = link->french_precision > link->foreign_precision
                                 ? link->french_precision
                                 : link->foreign_precision;
        if (precision < best) best = precision;
        size_t at = find_group(g, precision, 0);
        if (at == SIZE_MAX) return false;
        add_link(&g->groups[at].totals, share);
    }
    return count_partnership(g, best, partnership);
}

static bool add_partnership(const struct selection *selection, enum group_property property,
                            uint32_t partnership, const char *nature, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    struct share share = share_of(edition, &edition->partnerships[partnership], nature);
    switch (property) {
    case GROUP_YEAR:
        return add_partnership_years(selection, partnership, share, g);
    case GROUP_COUNTRY:
        return add_partnership_areas(selection, partnership, false, share, g);
    case GROUP_REGION:
        return add_partnership_areas(selection, partnership, true, share, g);
    default:
        return add_partnership_precisions(selection, partnership, share, g);
    }
}

/* Partnerships without any theme, as the group EDITION_NONE. */
static bool add_without_theme(const struct selection *selection, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_partnerships;
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        if (p->n_themes) continue;
        if (!count_partnership(g, EDITION_NONE, (uint32_t)i)) return false;
        g->groups[find_group(g, EDITION_NONE, 0)].totals.n += chosen_links(selection, p);
    }
    return true;
}

/* Adds the money: each partnership's share per chosen link, to the groups it is in by property.
 * Those properties that are sets are asked bit by bit. */
static void add_set_amounts(const struct selection *selection, const struct set_table *links,
                            bool theme, const char *nature, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_partnerships, words = edition->index->links.words;
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct share share = share_of(edition, p, nature);
        size_t chosen = share.known ? chosen_links(selection, p) : 0;
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
        return finish(&g, made, groups);
    }
    bool made = true;
    size_t n = selection->edition->n_partnerships;
    for (size_t i = bitset_next(selection->partnerships, 0, n); made && i < n;
         i = bitset_next(selection->partnerships, i + 1, n))
        made = add_partnership(selection, property, (uint32_t)i, nature, &g);
    return finish(&g, made, groups);
}

enum atlas_status group_territories(const struct selection *selection, struct groups *groups)
{
    const struct edition *edition = selection->edition;
    struct grouping g = {0};
    size_t n = edition->n_partnerships;
    bool made = true;
    for (size_t i = bitset_next(selection->partnerships, 0, n); made && i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        for (size_t k = p->first_party; made && k < p->first_party + p->n_parties; k++)
            if (edition->parties[k].territory != EDITION_NONE && selection_has_party(selection, k))
                made = count_partnership(&g, edition->parties[k].territory, (uint32_t)i);
        for (size_t l = 0; made && l < p->n_links; l++) {
            uint32_t link = edition->links_of[p->first_link + l];
            if (!bitset_has(selection->links, link)) continue;
            const uint32_t ends[2] = {edition->links[link].french, edition->links[link].foreign};
            for (size_t end = 0; made && end < 2; end++) {
                made = count_partnership(&g, ends[end], (uint32_t)i);
                if (made) g.groups[find_group(&g, ends[end], 0)].totals.n++;
            }
        }
    }
    return finish(&g, made, groups);
}

/* Roles that make somebody an authority or a partner of a partnership: those that make links. */
static bool takes_part(const struct edition_party *party)
{
    return strcmp(party->role, "chef-de-file") == 0 || strcmp(party->role, "partenaire") == 0;
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
        if (party->territory != EDITION_NONE && takes_part(party))
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
