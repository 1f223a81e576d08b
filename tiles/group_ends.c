#include "tiles/group_ends.h"

#include "tiles/bitset.h"
#include "tiles/grouping.h"
#include "tiles/prepared.h"

#include <stdlib.h>
#include <string.h>

/* The group of a party of a side, for its country or région. */
static uint32_t area_of_party(const struct edition *edition, const struct edition_party *party,
                              bool french)
{
    if (!french) return party->country;
    return party->territory == EDITION_NONE
               ? EDITION_NONE
               : edition->territories[party->territory].at_level[FRENCH_REGION];
}

/* The group of a link's end, for its country or région. */
static uint32_t area_of_end(const struct edition_territory *end, bool french)
{
    return french ? end->at_level[FRENCH_REGION] : end->country;
}

static uint32_t precision_of_link(const struct edition_link *link)
{
    return link->french_precision > link->foreign_precision ? link->french_precision
                                                            : link->foreign_precision;
}

/* Countries abroad, or régions: of partnerships by their parties and the ends of their links. */
static bool count_areas(const struct selection *selection, uint32_t partnership, bool french,
                        struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &edition->parties[p->first_party + i];
        if ((party->side == SIDE_FRENCH) != french) continue;
        if (!selection_has_party(selection, p->first_party + i)) continue;
        if (!grouping_count_partnership(g, area_of_party(edition, party, french), partnership))
            return false;
    }
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (!bitset_has(selection->links, link)) continue;
        uint32_t end = french ? edition->links[link].french : edition->links[link].foreign;
        uint32_t key = area_of_end(&edition->territories[end], french);
        if (!grouping_count_partnership(g, key, partnership)) return false;
    }
    return true;
}

/* The precision of the best chosen link. */
static bool count_precision(const struct selection *selection, uint32_t partnership,
                            struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    uint32_t best = PRECISION_NONE;
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (!bitset_has(selection->links, link)) continue;
        uint32_t precision = precision_of_link(&edition->links[link]);
        if (precision < best) best = precision;
    }
    return grouping_count_partnership(g, best, partnership);
}

static bool count_territories(const struct selection *selection, uint32_t partnership,
                              struct grouping *g)
{
    const struct edition *edition = selection->edition;
    const struct edition_partnership *p = &edition->partnerships[partnership];
    bool made = true;
    for (size_t k = p->first_party; made && k < p->first_party + p->n_parties; k++)
        if (edition->parties[k].territory != EDITION_NONE && selection_has_party(selection, k))
            made = grouping_count_partnership(g, edition->parties[k].territory, partnership);
    for (size_t l = 0; made && l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (!bitset_has(selection->links, link)) continue;
        made = grouping_count_partnership(g, edition->links[link].french, partnership) &&
               grouping_count_partnership(g, edition->links[link].foreign, partnership);
    }
    return made;
}

/* Counts the chosen partnerships one by one. */
static bool visit_partnerships(const struct selection *selection, unsigned property,
                               struct grouping *g)
{
    size_t n = selection->edition->n_partnerships;
    bool made = true;
    for (size_t i = bitset_next(selection->partnerships, 0, n); made && i < n;
         i = bitset_next(selection->partnerships, i + 1, n))
        made = property == GROUP_END_TERRITORY ? count_territories(selection, (uint32_t)i, g)
               : property == GROUP_PRECISION
                   ? count_precision(selection, (uint32_t)i, g)
                   : count_areas(selection, (uint32_t)i, property == GROUP_REGION, g);
    return made;
}

static bool add_partnerships(struct grouping *g, uint32_t key, size_t partnerships)
{
    if (partnerships == 0) return true;
    size_t at = grouping_find(g, key, 0);
    if (at != SIZE_MAX) g->groups[at].totals.partnerships = partnerships;
    return at != SIZE_MAX;
}

/* Counts the chosen partnerships by the lists of the edition. */
static enum atlas_status look_up_lists(const struct selection *selection, unsigned property,
                                       struct grouping *g)
{
    const struct group_lists *lists;
    struct piece_hold hold = {0};
    enum atlas_status status = prepared_lists(selection->edition, property, &hold, &lists);
    for (size_t i = 0; status == ATLAS_OK && i < lists->n; i++) {
        size_t n = 0;
        for (uint32_t at = lists->starts[i]; at < lists->starts[i + 1]; at++)
            n += bitset_has(selection->partnerships, lists->items[at]);
        if (!add_partnerships(g, lists->keys[i], n)) status = ATLAS_NO_MEMORY;
    }
    piece_hold_end(&hold);
    return status;
}

static bool add_links(struct grouping *g, uint32_t key, size_t n)
{
    if (n == 0) return true;
    size_t at = grouping_find(g, key, 0);
    if (at != SIZE_MAX) g->groups[at].totals.n += n;
    return at != SIZE_MAX;
}

/* Counts the chosen links of each territory: of its own end, or of both. */
static bool count_links(const struct selection *selection, unsigned property, struct grouping *g)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_links;
    uint32_t *counts = calloc(edition->n_territories + 1, sizeof *counts);
    uint32_t precisions[PRECISION_NONE + 1] = {0};
    bool french = property == GROUP_REGION, both = property == GROUP_END_TERRITORY;
    for (size_t i = counts ? bitset_next(selection->links, 0, n) : n; i < n;
         i = bitset_next(selection->links, i + 1, n)) {
        const struct edition_link *link = &edition->links[i];
        if (property == GROUP_PRECISION) {
            precisions[precision_of_link(link)]++;
            continue;
        }
        counts[french ? link->french : link->foreign]++;
        if (both) counts[link->french]++;
    }
    bool made = counts != NULL;
    for (uint32_t i = 0; made && i <= PRECISION_NONE; i++)
        made = add_links(g, i, precisions[i]);
    for (uint32_t t = 0; made && t < edition->n_territories; t++)
        if (counts[t])
            made =
                add_links(g, both ? t : area_of_end(&edition->territories[t], french), counts[t]);
    free(counts);
    return made;
}

/* Adds the money to the groups of the chosen links. */
static bool add_amounts(const struct selection *selection, unsigned property, const char *nature,
                        struct grouping *g)
{
    const struct edition *edition = selection->edition;
    bool french = property == GROUP_REGION;
    for (size_t i = grouping_next_funded(selection, 0); i < edition->n_partnerships;
         i = grouping_next_funded(selection, i + 1)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct money_share share = grouping_share_of(edition, p, nature);
        for (size_t l = 0; share.known && l < p->n_links; l++) {
            uint32_t position = edition->links_of[p->first_link + l];
            const struct edition_link *link = &edition->links[position];
            if (!bitset_has(selection->links, position)) continue;
            uint32_t end = french ? link->french : link->foreign;
            uint32_t key = property == GROUP_PRECISION
                               ? precision_of_link(link)
                               : area_of_end(&edition->territories[end], french);
            size_t at = grouping_find(g, key, 0);
            if (at == SIZE_MAX) return false;
            g->groups[at].totals.amount_eur += share.amount_eur;
            g->groups[at].totals.with_amount++;
        }
    }
    return true;
}

enum atlas_status group_by_ends(const struct selection *selection, unsigned property,
                                const char *nature, struct groups *groups)
{
    struct grouping g = {0};
    bool made = selection_has_place_terms(selection)
                    ? visit_partnerships(selection, property, &g)
                    : look_up_lists(selection, property, &g) == ATLAS_OK;
    made = made && count_links(selection, property, &g) &&
           (!nature || add_amounts(selection, property, nature, &g));
    return grouping_finish(&g, made, groups);
}

/* Makes room for the lists of counted groups, which are put in the order of their keys. */
static bool begin_lists(struct grouping *counted, struct group_lists *lists)
{
    lists->n = counted->n;
    lists->keys = malloc((lists->n + 1) * sizeof *lists->keys);
    lists->starts = malloc((lists->n + 1) * sizeof *lists->starts);
    if (!lists->keys || !lists->starts) return false;
    grouping_sort(counted);
    lists->starts[0] = 0;
    for (size_t i = 0; i < lists->n; i++) {
        lists->keys[i] = counted->groups[i].key[0];
        lists->starts[i + 1] = lists->starts[i] + (uint32_t)counted->groups[i].totals.partnerships;
    }
    lists->items = malloc((lists->starts[lists->n] + 1) * sizeof *lists->items);
    return lists->items;
}

/* Visits all again, noting what was counted; g has no group yet, and gets them in order. */
static bool fill_lists(const struct selection *all, unsigned property,
                       const struct group_lists *lists, struct grouping *g)
{
    bool made = true;
    for (size_t i = 0; made && i < lists->n; i++)
        made = grouping_find(g, lists->keys[i], 0) == i;
    g->items = lists->items;
    g->next = malloc((lists->n + 1) * sizeof *g->next);
    if (!g->next) return false;
    memcpy(g->next, lists->starts, lists->n * sizeof *g->next);
    made = made && visit_partnerships(all, property, g);
    free(g->next);
    return made;
}

enum atlas_status group_lists_make(const struct edition *edition, unsigned property,
                                   struct group_lists *lists)
{
    struct filter everything;
    struct selection all;
    struct grouping counted = {0}, filled = {0};
    *lists = (struct group_lists){0};
    filter_init(&everything);
    enum atlas_status status = selection_make(edition, &everything, &all, NULL);
    if (status) return status;
    if (!visit_partnerships(&all, property, &counted) || !begin_lists(&counted, lists) ||
        !fill_lists(&all, property, lists, &filled))
        status = ATLAS_NO_MEMORY;
    grouping_close(&counted);
    grouping_close(&filled);
    selection_close(&all);
    if (status) group_lists_close(lists);
    return status;
}

void group_lists_close(struct group_lists *lists)
{
    if (!lists) return;
    free(lists->keys);
    free(lists->starts);
    free(lists->items);
    *lists = (struct group_lists){0};
}
