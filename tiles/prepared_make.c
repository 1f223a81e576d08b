#include "tiles/prepared_make.h"

#include "tiles/bitset.h"
#include "tiles/group_ends.h"
#include "tiles/hexagon.h"
#include "tiles/vocabulary.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_point(const struct edition *edition, uint32_t territory)
{
    return territory != EDITION_NONE && !isnan(edition->territories[territory].lon_deg);
}

uint32_t prepared_stand_in(const struct edition *edition, uint32_t territory, int level)
{
    const struct edition_territory *t = &edition->territories[territory];
    int levels = t->side == SIDE_FRENCH ? FRENCH_LEVEL_COUNT : FOREIGN_LEVEL_COUNT;
    for (; level < levels - 1; level++)
        if (has_point(edition, t->at_level[level])) return t->at_level[level];
    return territory;
}

/* Per link, the territory that stands for one of its ends; EDITION_NONE for a link not placed. */
static uint32_t *end_keys(const struct edition *edition, enum side side, int level)
{
    uint32_t *keys = malloc((edition->n_links + 1) * sizeof *keys);
    for (size_t i = 0; keys && i < edition->n_links; i++) {
        const struct edition_link *link = &edition->links[i];
        uint32_t end = side == SIDE_FRENCH ? link->french : link->foreign;
        keys[i] = link->placed ? prepared_stand_in(edition, end, level) : EDITION_NONE;
    }
    return keys;
}

static struct lon_lat place_of(const struct edition *edition, uint32_t territory)
{
    const struct edition_territory *t = &edition->territories[territory];
    return (struct lon_lat){t->lon_deg, t->lat_deg};
}

static size_t table_size(const struct link_table *table)
{
    return malloc_usable_size(table->groups) + malloc_usable_size(table->runs) +
           malloc_usable_size(table->repeated);
}

static void flow_set_free(void *made)
{
    struct flow_set *set = made;
    if (!set) return;
    link_table_close(&set->table);
    free(set->starts);
    free(set->flow_of);
    free(set);
}

static size_t flow_set_size(const void *made)
{
    const struct flow_set *set = made;
    return table_size(&set->table) + malloc_usable_size(set->starts) +
           malloc_usable_size(set->flow_of);
}

/* Makes links tell their flow. */
static bool note_flows(struct flow_set *set)
{
    struct link_table *table = &set->table;
    size_t n = set->edition->n_links;
    if (link_table_sort_by_links(table)) {
        set->starts = calloc(bitset_words(n) + 1, sizeof *set->starts);
        for (size_t g = 0; set->starts && g < table->n_groups; g++)
            bitset_add(set->starts, table->runs[g].first);
        return set->starts;
    }
    set->flow_of = malloc((n + 1) * sizeof *set->flow_of);
    if (!set->flow_of) return false;
    memset(set->flow_of, 0xFF, n * sizeof *set->flow_of); /* EDITION_NONE */
    for (uint32_t g = 0; g < table->n_groups; g++)
        for (uint32_t r = table->groups[g].first_run; r < table->groups[g + 1].first_run; r++)
            for (uint32_t link = table->runs[r].first; link < table->runs[r].end; link++)
                set->flow_of[link] = g;
    return true;
}

static void *make_flows(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    uint32_t *french = end_keys(edition, SIDE_FRENCH, wish->french);
    uint32_t *foreign = end_keys(edition, SIDE_FOREIGN, wish->foreign);
    struct flow_set *set = calloc(1, sizeof *set);
    if (set) set->edition = edition;
    bool made = french && foreign && set &&
                link_table_build(edition, french, foreign, &set->table) == ATLAS_OK &&
                note_flows(set);
    free(french);
    free(foreign);
    if (made) return set;
    flow_set_free(set);
    return NULL;
}

const struct piece_kind prepared_flows_kind = {make_flows, flow_set_free, flow_set_size};

static void *make_ends(const void *wish_pointer)
{
    const struct flow_set *flows = ((const struct prepared_wish *)wish_pointer)->flows;
    struct flow_ends *ends = calloc(1, sizeof *ends);
    if (ends && flow_ends_make(flows->edition, &flows->table, ends) == ATLAS_OK) return ends;
    free(ends);
    return NULL;
}

static void ends_free(void *made)
{
    flow_ends_close(made);
    free(made);
}

static size_t ends_size(const void *made)
{
    const struct flow_ends *ends = made;
    return malloc_usable_size(ends->ends) + malloc_usable_size(ends->of) + ends->texts.capacity;
}

const struct piece_kind prepared_ends_kind = {make_ends, ends_free, ends_size};

static struct arc_ends ends_of_flow(const void *context, size_t flow)
{
    const struct flow_set *set = context;
    const uint32_t *key = set->table.groups[flow].key;
    return (struct arc_ends){place_of(set->edition, key[0]), place_of(set->edition, key[1])};
}

static void *make_arcs(const void *wish_pointer)
{
    const struct flow_set *flows = ((const struct prepared_wish *)wish_pointer)->flows;
    struct arcs *arcs = calloc(1, sizeof *arcs);
    if (arcs && arcs_build(ends_of_flow, flows, flows->table.n_groups, arcs) == ATLAS_OK)
        return arcs;
    free(arcs);
    return NULL;
}

static void arcs_free(void *made)
{
    arcs_close(made);
    free(made);
}

static size_t arcs_size(const void *made)
{
    const struct arcs *arcs = made;
    return malloc_usable_size(arcs->knots) + malloc_usable_size(arcs->stretches) +
           malloc_usable_size(arcs->boxes) + malloc_usable_size(arcs->first_stretch) +
           malloc_usable_size(arcs->list_starts) + malloc_usable_size(arcs->list);
}

const struct piece_kind prepared_arcs_kind = {make_arcs, arcs_free, arcs_size};

static void place_set_free(void *made)
{
    struct place_set *set = made;
    if (!set) return;
    link_table_close(&set->table);
    free(set->points);
    free(set);
}

static size_t place_set_size(const void *made)
{
    const struct place_set *set = made;
    return table_size(&set->table) + malloc_usable_size(set->points);
}

static void *make_places(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    uint32_t *keys = end_keys(edition, wish->side, (int)wish->number);
    struct place_set *set = calloc(1, sizeof *set);
    if (keys && set && link_table_build(edition, keys, NULL, &set->table) == ATLAS_OK)
        set->points = malloc((set->table.n_groups + 1) * sizeof *set->points);
    free(keys);
    if (!set || !set->points) {
        place_set_free(set);
        return NULL;
    }
    for (size_t i = 0; i < set->table.n_groups; i++)
        set->points[i] = fixed_point_of(edition->territories[set->table.groups[i].key[0]].world);
    return set;
}

const struct piece_kind prepared_places_kind = {make_places, place_set_free, place_set_size};

static void table_free(void *made)
{
    link_table_close(made);
    free(made);
}

static size_t size_of_table(const void *made)
{
    return table_size(made);
}

static void *make_areas(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    uint32_t *keys = malloc((edition->n_links + 1) * sizeof *keys);
    struct link_table *table = calloc(1, sizeof *table);
    for (size_t i = 0; keys && i < edition->n_links; i++) {
        const struct edition_link *link = &edition->links[i];
        uint32_t end = wish->side == SIDE_FRENCH ? link->french : link->foreign;
        keys[i] = edition->territories[end].at_level[wish->number];
    }
    bool made = keys && table && link_table_build(edition, keys, NULL, table) == ATLAS_OK;
    free(keys);
    if (made) return table;
    free(table);
    return NULL;
}

const struct piece_kind prepared_areas_kind = {make_areas, table_free, size_of_table};

static void cell_set_free(void *made)
{
    struct cell_set *set = made;
    if (!set) return;
    link_table_close(&set->table);
    free(set->boxes);
    free(set);
}

static size_t cell_set_size(const void *made)
{
    const struct cell_set *set = made;
    return table_size(&set->table) + malloc_usable_size(set->boxes);
}

static struct fixed_box box_of(unsigned size, uint32_t cell)
{
    struct lon_lat ring[HEXAGON_MAX_RING];
    struct fixed_box box = FIXED_BOX_EMPTY;
    size_t n = hexagon_ring(size, cell, ring);
    for (size_t i = 0; i < n; i++) {
        struct world_point p = mercator_forward(ring[i].lon_deg, ring[i].lat_deg);
        fixed_box_add(&box, (int32_t)(p.x_world * FIXED_WORLD), (int32_t)(p.y_world * FIXED_WORLD));
    }
    return box;
}

/* Per link, the cell of its end of a side; EDITION_NONE where it is not known well enough. */
static uint32_t *cell_keys(const struct edition *edition, enum side side, unsigned size)
{
    uint32_t *keys = malloc((edition->n_links + 1) * sizeof *keys);
    uint32_t *cells = malloc((edition->n_territories + 1) * sizeof *cells); /* where met */
    if (keys && cells) {
        bool french = side == SIDE_FRENCH;
        memset(cells, 0xFF, (edition->n_territories + 1) * sizeof *cells); /* EDITION_NONE */
        for (size_t i = 0; i < edition->n_links; i++) {
            const struct edition_link *link = &edition->links[i];
            uint32_t end = french ? link->french : link->foreign;
            uint8_t precision = french ? link->french_precision : link->foreign_precision;
            keys[i] = EDITION_NONE;
            if (precision > PRECISION_AREA || !has_point(edition, end)) continue;
            if (cells[end] == EDITION_NONE) cells[end] = hexagon_at(size, place_of(edition, end));
            keys[i] = cells[end];
        }
        free(cells);
        return keys;
    }
    free(keys);
    free(cells);
    return NULL;
}

static void *make_cells(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    uint32_t *keys = cell_keys(edition, wish->side, wish->number);
    struct cell_set *set = calloc(1, sizeof *set);
    if (keys && set && link_table_build(edition, keys, NULL, &set->table) == ATLAS_OK)
        set->boxes = malloc((set->table.n_groups + 1) * sizeof *set->boxes);
    free(keys);
    if (!set || !set->boxes) {
        cell_set_free(set);
        return NULL;
    }
    for (size_t i = 0; i < set->table.n_groups; i++)
        set->boxes[i] = box_of(wish->number, set->table.groups[i].key[0]);
    return set;
}

const struct piece_kind prepared_cells_kind = {make_cells, cell_set_free, cell_set_size};

static void link_amounts_free(void *made)
{
    struct link_amounts *amounts = made;
    if (!amounts) return;
    free(amounts->eur);
    free(amounts->known);
    free(amounts);
}

static size_t link_amounts_size(const void *made)
{
    const struct link_amounts *amounts = made;
    return malloc_usable_size(amounts->eur) + malloc_usable_size(amounts->known);
}

static void *make_amounts(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    const char *nature = vocabulary_word(VOCABULARY_NATURE, wish->number)->key;
    struct link_amounts *amounts = calloc(1, sizeof *amounts);
    if (amounts) {
        amounts->eur = malloc((edition->n_links + 1) * sizeof *amounts->eur);
        amounts->known = calloc(bitset_words(edition->n_links) + 1, sizeof *amounts->known);
    }
    if (!amounts || !amounts->eur || !amounts->known) {
        link_amounts_free(amounts);
        return NULL;
    }
    for (size_t i = 0; i < edition->n_links; i++) {
        const struct edition_partnership *p = &edition->partnerships[edition->links[i].partnership];
        double sum = 0;
        for (uint32_t f = p->first_funding; f < p->first_funding + p->n_fundings; f++) {
            const struct edition_funding *funding = &edition->fundings[f];
            if (!funding->nature || strcmp(funding->nature, nature) != 0) continue;
            sum += funding->amount_eur;
            bitset_add(amounts->known, i);
        }
        amounts->eur[i] = sum / p->n_links;
    }
    return amounts;
}

const struct piece_kind prepared_amounts_kind = {make_amounts, link_amounts_free,
                                                 link_amounts_size};

static void lists_free(void *made)
{
    group_lists_close(made);
    free(made);
}

static size_t lists_size(const void *made)
{
    const struct group_lists *lists = made;
    return malloc_usable_size(lists->keys) + malloc_usable_size(lists->starts) +
           malloc_usable_size(lists->items);
}

static void *make_lists(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    struct group_lists *lists = calloc(1, sizeof *lists);
    if (lists && group_lists_make(wish->edition, wish->number, lists) == ATLAS_OK) return lists;
    free(lists);
    return NULL;
}

const struct piece_kind prepared_lists_kind = {make_lists, lists_free, lists_size};

struct ranked_link {
    uint64_t id;
    uint32_t link;
};

static int compare_ranked_links(const void *a, const void *b)
{
    const struct ranked_link *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static void link_order_free(void *made)
{
    struct link_order *order = made;
    if (!order) return;
    free(order->by_id);
    free(order->rank);
    free(order);
}

static size_t link_order_size(const void *made)
{
    const struct link_order *order = made;
    return malloc_usable_size(order->by_id) + malloc_usable_size(order->rank);
}

static void *make_order(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    const struct edition *edition = wish->edition;
    size_t n = edition->n_links;
    struct link_order *order = calloc(1, sizeof *order);
    struct ranked_link *links = malloc((n + 1) * sizeof *links);
    if (order) {
        order->by_id = malloc((n + 1) * sizeof *order->by_id);
        order->rank = malloc((n + 1) * sizeof *order->rank);
    }
    if (!links || !order || !order->by_id || !order->rank) {
        link_order_free(order);
        free(links);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        links[i] = (struct ranked_link){edition->links[i].id, (uint32_t)i};
    qsort(links, n, sizeof *links, compare_ranked_links);
    for (size_t i = 0; i < n; i++) {
        order->by_id[i] = links[i].link;
        order->rank[links[i].link] = (uint32_t)i;
    }
    free(links);
    return order;
}

const struct piece_kind prepared_order_kind = {make_order, link_order_free, link_order_size};

static void *make_labels(const void *wish_pointer)
{
    const struct prepared_wish *wish = wish_pointer;
    struct label_list *labels = calloc(1, sizeof *labels);
    if (labels && label_list_build(wish->edition, labels) == ATLAS_OK) return labels;
    free(labels);
    return NULL;
}

static void labels_free(void *made)
{
    label_list_close(made);
    free(made);
}

static size_t labels_size(const void *made)
{
    return malloc_usable_size(((const struct label_list *)made)->labels);
}

const struct piece_kind prepared_labels_kind = {make_labels, labels_free, labels_size};
