#include "tiles/grouping.h"

#include "geo/array.h"
#include "tiles/edition_index.h"

#include <stdlib.h>
#include <string.h>

void grouping_close(struct grouping *grouping)
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

size_t grouping_find(struct grouping *g, uint32_t first, uint32_t second)
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

bool grouping_count_partnership(struct grouping *g, uint32_t key, uint32_t partnership)
{
    size_t at = grouping_find(g, key, 0);
    if (at == SIZE_MAX) return false;
    if (g->last_partnership[at] == partnership) return true;
    g->last_partnership[at] = partnership;
    g->groups[at].totals.partnerships++;
    if (g->items) g->items[g->next[at]++] = partnership;
    return true;
}

struct money_share grouping_share_of(const struct edition *edition,
                                     const struct edition_partnership *p, const char *nature)
{
    struct money_share share = {0, false};
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

void totals_add_link(struct totals *totals, struct money_share share)
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

void grouping_sort(struct grouping *g)
{
    if (g->n) qsort(g->groups, g->n, sizeof *g->groups, compare_groups);
}

enum atlas_status grouping_finish(struct grouping *g, bool made, struct groups *groups)
{
    if (!made) {
        grouping_close(g);
        return ATLAS_NO_MEMORY;
    }
    grouping_sort(g);
    *groups = (struct groups){g->groups, g->n};
    free(g->last_partnership);
    free(g->slots);
    return ATLAS_OK;
}

size_t grouping_next_funded(const struct selection *selection, size_t from)
{
    const uint64_t *funded = selection->edition->index->funded;
    size_t n = selection->edition->n_partnerships, words = bitset_words(n);
    for (size_t word = from / 64; word < words; word++) {
        uint64_t bits = selection->partnerships[word] & funded[word];
        if (word == from / 64) bits &= ~(uint64_t)0 << from % 64;
        if (bits) return word * 64 + (size_t)__builtin_ctzll(bits);
    }
    return n;
}

size_t grouping_chosen_links(const struct selection *selection, const struct edition_partnership *p)
{
    size_t n = 0;
    for (size_t l = 0; l < p->n_links; l++)
        n += bitset_has(selection->links, selection->edition->links_of[p->first_link + l]);
    return n;
}
