#include "tiles/prepared.h"

#include "tiles/bitset.h"
#include "tiles/hexagon.h"
#include "tiles/vocabulary.h"

#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* For fragments: at national size all tiles down to zoom 5 and the busier ones of zoom 6. */
#define FRAGMENTS_BYTES ((size_t)6 << 20)

/* An edition of more links is worth giving memory back to the system for. */
enum { MANY_LINKS = 16000 };

/* One piece: NULL until somebody makes it, `being_made` meanwhile; then never changed. */
typedef _Atomic(void *) piece;
static char being_made;

struct prepared {
    pthread_mutex_t lock;
    pthread_cond_t made; /* some piece is, or could not be */
    piece flows[FRENCH_LEVEL_COUNT][FOREIGN_LEVEL_COUNT];
    piece arcs[FRENCH_LEVEL_COUNT][FOREIGN_LEVEL_COUNT];
    piece places[2][FRENCH_LEVEL_COUNT];
    piece cells[2][HEXAGON_SIZES];
    piece amounts[VOCABULARY_MAX_WORDS]; /* by nature of money */
    piece order, labels;
    struct fragment_memory *fragments;
};

/* What a maker needs to know beside the edition. */
struct wish {
    const struct edition *edition;
    int french, foreign; /* levels */
    enum side side;
    unsigned number; /* zoom, size, level or nature */
};

typedef void *(*maker)(const struct wish *wish);

struct prepared *prepared_new(void)
{
    struct prepared *prepared = calloc(1, sizeof *prepared);
    if (!prepared) return NULL;
    pthread_mutex_init(&prepared->lock, NULL);
    pthread_cond_init(&prepared->made, NULL);
    prepared->fragments = fragment_memory_new(FRAGMENTS_BYTES);
    if (prepared->fragments) return prepared;
    prepared_free(prepared);
    return NULL;
}

/* Gives the piece, and makes it first where it is missing. Other pieces can be made meanwhile. */
static enum atlas_status give(piece *slot, maker make, const struct wish *wish, void **made)
{
    *made = atomic_load_explicit(slot, memory_order_acquire);
    if (*made && *made != &being_made) return ATLAS_OK;
    struct prepared *prepared = wish->edition->prepared;
    pthread_mutex_lock(&prepared->lock);
    while ((*made = atomic_load(slot)) == &being_made)
        pthread_cond_wait(&prepared->made, &prepared->lock);
    if (!*made) {
        atomic_store(slot, &being_made);
        pthread_mutex_unlock(&prepared->lock);
        *made = make(wish);
        /* What making took besides goes back: at a million links it is a tenth of all. */
        if (wish->edition->n_links > MANY_LINKS) malloc_trim(0);
        pthread_mutex_lock(&prepared->lock);
        atomic_store_explicit(slot, *made, memory_order_release);
        pthread_cond_broadcast(&prepared->made);
    }
    pthread_mutex_unlock(&prepared->lock);
    return *made ? ATLAS_OK : ATLAS_NO_MEMORY;
}

static bool is_made(piece *slot)
{
    void *made = atomic_load_explicit(slot, memory_order_acquire);
    return made && made != &being_made;
}

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

static void flow_set_free(struct flow_set *set)
{
    if (!set) return;
    link_table_close(&set->table);
    free(set->starts);
    free(set->flow_of);
    free(set);
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

static void *make_flows(const struct wish *wish)
{
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

static struct arc_ends ends_of_flow(const void *context, size_t flow)
{
    const struct flow_set *set = context;
    const uint32_t *key = set->table.groups[flow].key;
    return (struct arc_ends){place_of(set->edition, key[0]), place_of(set->edition, key[1])};
}

enum atlas_status prepared_flows(const struct edition *edition, enum french_level french,
                                 enum foreign_level foreign, const struct flow_set **flows)
{
    struct wish wish = {.edition = edition, .french = (int)french, .foreign = (int)foreign};
    void *made;
    enum atlas_status status =
        give(&edition->prepared->flows[french][foreign], make_flows, &wish, &made);
    *flows = made;
    return status;
}

static void *make_arcs(const struct wish *wish)
{
    /* Made before: prepared_arcs() asks for the flows first. */
    const struct flow_set *flows =
        atomic_load(&wish->edition->prepared->flows[wish->french][wish->foreign]);
    struct arcs *arcs = calloc(1, sizeof *arcs);
    if (arcs && arcs_build(ends_of_flow, flows, flows->table.n_groups, arcs) == ATLAS_OK)
        return arcs;
    free(arcs);
    return NULL;
}

enum atlas_status prepared_arcs(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign, const struct arcs **arcs)
{
    const struct flow_set *flows;
    enum atlas_status status = prepared_flows(edition, french, foreign, &flows);
    if (status) return status;
    struct wish wish = {.edition = edition, .french = (int)french, .foreign = (int)foreign};
    void *made;
    status = give(&edition->prepared->arcs[french][foreign], make_arcs, &wish, &made);
    *arcs = made;
    return status;
}

static void place_set_free(struct place_set *set)
{
    if (!set) return;
    link_table_close(&set->table);
    free(set->points);
    free(set);
}

static void *make_places(const struct wish *wish)
{
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

enum atlas_status prepared_places(const struct edition *edition, enum side side, int level,
                                  const struct place_set **places)
{
    struct wish wish = {.edition = edition, .side = side, .number = (unsigned)level};
    void *made;
    enum atlas_status status =
        give(&edition->prepared->places[side][level], make_places, &wish, &made);
    *places = made;
    return status;
}

static void cell_set_free(struct cell_set *set)
{
    if (!set) return;
    link_table_close(&set->table);
    free(set->boxes);
    free(set);
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

static void *make_cells(const struct wish *wish)
{
    const struct edition *edition = wish->edition;
    uint32_t *keys = malloc((edition->n_links + 1) * sizeof *keys);
    struct cell_set *set = calloc(1, sizeof *set);
    for (size_t i = 0; keys && i < edition->n_links; i++) {
        const struct edition_link *link = &edition->links[i];
        bool french = wish->side == SIDE_FRENCH;
        uint32_t end = french ? link->french : link->foreign;
        uint8_t precision = french ? link->french_precision : link->foreign_precision;
        keys[i] = precision <= PRECISION_AREA && has_point(edition, end)
                      ? hexagon_at(wish->number, place_of(edition, end))
                      : EDITION_NONE;
    }
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

enum atlas_status prepared_cells(const struct edition *edition, enum side side, unsigned size,
                                 const struct cell_set **cells)
{
    struct wish wish = {.edition = edition, .side = side, .number = size};
    void *made;
    enum atlas_status status =
        give(&edition->prepared->cells[side][size], make_cells, &wish, &made);
    *cells = made;
    return status;
}

static void link_amounts_free(struct link_amounts *amounts)
{
    if (!amounts) return;
    free(amounts->eur);
    free(amounts->known);
    free(amounts);
}

static void *make_amounts(const struct wish *wish)
{
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

enum atlas_status prepared_amounts(const struct edition *edition, size_t nature,
                                   const struct link_amounts **amounts)
{
    struct wish wish = {.edition = edition, .number = (unsigned)nature};
    void *made;
    enum atlas_status status =
        give(&edition->prepared->amounts[nature], make_amounts, &wish, &made);
    *amounts = made;
    return status;
}

struct fragment_memory *prepared_fragments(const struct edition *edition)
{
    return edition->prepared->fragments;
}

struct ranked_link {
    uint64_t id;
    uint32_t link;
};

static int compare_ranked_links(const void *a, const void *b)
{
    const struct ranked_link *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static void link_order_free(struct link_order *order)
{
    if (!order) return;
    free(order->by_id);
    free(order->rank);
    free(order);
}

static void *make_order(const struct wish *wish)
{
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

enum atlas_status prepared_order(const struct edition *edition, const struct link_order **order)
{
    struct wish wish = {.edition = edition};
    void *made;
    enum atlas_status status = give(&edition->prepared->order, make_order, &wish, &made);
    *order = made;
    return status;
}

bool prepared_has_arcs(const struct edition *edition, enum french_level french,
                       enum foreign_level foreign)
{
    struct prepared *prepared = edition->prepared;
    return is_made(&prepared->flows[french][foreign]) && is_made(&prepared->arcs[french][foreign]);
}

bool prepared_has_places(const struct edition *edition, enum side side, int level)
{
    return is_made(&edition->prepared->places[side][level]);
}

bool prepared_has_cells(const struct edition *edition, enum side side, unsigned size)
{
    return is_made(&edition->prepared->cells[side][size]);
}

bool prepared_has_order(const struct edition *edition)
{
    return is_made(&edition->prepared->order);
}

bool prepared_has_amounts(const struct edition *edition, size_t nature)
{
    return is_made(&edition->prepared->amounts[nature]);
}

static void *make_labels(const struct wish *wish)
{
    struct label_list *labels = calloc(1, sizeof *labels);
    if (labels && label_list_build(wish->edition, labels) == ATLAS_OK) return labels;
    free(labels);
    return NULL;
}

enum atlas_status prepared_labels(const struct edition *edition, const struct label_list **labels)
{
    struct wish wish = {.edition = edition};
    void *made;
    enum atlas_status status = give(&edition->prepared->labels, make_labels, &wish, &made);
    *labels = made;
    return status;
}

void prepared_warm(const struct edition *edition, const atomic_bool *stop)
{
    /* The levels by zoom, the widest first: visitors come from there (tiles/tileset.h). */
    static const struct {
        enum french_level french;
        enum foreign_level foreign;
    } levels[] = {
        {FRENCH_COUNTRY, FOREIGN_COUNTRY},
        {FRENCH_REGION, FOREIGN_COUNTRY},
        {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1},
        {FRENCH_COMMUNE, FOREIGN_PLACE},
    };
    const struct link_amounts *amounts;
    const struct label_list *labels;
    const struct link_order *order;
    enum atlas_status status =
        prepared_amounts(edition, (size_t)vocabulary_find(VOCABULARY_NATURE, "attribue"), &amounts);
    if (status == ATLAS_OK) status = prepared_labels(edition, &labels);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        const struct arcs *arcs;
        const struct place_set *places;
        if (status || atomic_load(stop)) return;
        status = prepared_arcs(edition, levels[i].french, levels[i].foreign, &arcs);
        if (status || atomic_load(stop)) return;
        status = prepared_places(edition, SIDE_FRENCH, (int)levels[i].french, &places);
        if (status == ATLAS_OK)
            status = prepared_places(edition, SIDE_FOREIGN, (int)levels[i].foreign, &places);
    }
    /* What could not be made now is asked for again by who needs it. */
    if (status == ATLAS_OK) status = prepared_order(edition, &order);
    (void)status;
}

void prepared_free(struct prepared *prepared)
{
    if (!prepared) return;
    for (int french = 0; french < FRENCH_LEVEL_COUNT; french++)
        for (int foreign = 0; foreign < FOREIGN_LEVEL_COUNT; foreign++) {
            struct arcs *arcs = atomic_load(&prepared->arcs[french][foreign]);
            arcs_close(arcs);
            free(arcs);
            flow_set_free(atomic_load(&prepared->flows[french][foreign]));
        }
    for (int side = 0; side < 2; side++) {
        for (int level = 0; level < FRENCH_LEVEL_COUNT; level++) {
            place_set_free(atomic_load(&prepared->places[side][level]));
        }
        for (int size = 0; size < HEXAGON_SIZES; size++)
            cell_set_free(atomic_load(&prepared->cells[side][size]));
    }
    for (size_t i = 0; i < VOCABULARY_MAX_WORDS; i++)
        link_amounts_free(atomic_load(&prepared->amounts[i]));
    link_order_free(atomic_load(&prepared->order));
    struct label_list *labels = atomic_load(&prepared->labels);
    label_list_close(labels);
    free(labels);
    fragment_memory_free(prepared->fragments);
    pthread_cond_destroy(&prepared->made);
    pthread_mutex_destroy(&prepared->lock);
    free(prepared);
}
