#include "tiles/prepared.h"

#include "tiles/group_ends.h"
#include "tiles/hexagon.h"
#include "tiles/prepared_make.h"
#include "tiles/vocabulary.h"

#include <stdlib.h>

/* For fragments: at national size all tiles down to zoom 5 and the busier ones of zoom 6. */
#define FRAGMENTS_BYTES ((size_t)6 << 20)

/* For what a default map does not need: at national size all there can be, at a million links all
 * that is warmed. */
#define PASSING_BYTES ((size_t)72 << 20)

/* An edition of more links is worth giving memory back to the system for. */
enum { MANY_LINKS = 16000 };

struct prepared {
    struct pieces pieces;
    struct piece flows[FRENCH_LEVEL_COUNT][FOREIGN_LEVEL_COUNT];
    struct piece ends[FRENCH_LEVEL_COUNT][FOREIGN_LEVEL_COUNT];
    struct piece arcs[FRENCH_LEVEL_COUNT][FOREIGN_LEVEL_COUNT];
    struct piece places[2][FRENCH_LEVEL_COUNT], areas[2][FRENCH_LEVEL_COUNT];
    struct piece cells[2][HEXAGON_SIZES];
    struct piece amounts[VOCABULARY_MAX_WORDS]; /* by nature of money */
    struct piece lists[GROUP_LISTS];
    struct piece order, labels;
    struct fragment_memory *fragments;
};

/* The levels by zoom, the widest first: visitors come from there (tiles/tileset.h). */
static const struct {
    enum french_level french;
    enum foreign_level foreign;
} default_levels[] = {
    {FRENCH_COUNTRY, FOREIGN_COUNTRY},
    {FRENCH_REGION, FOREIGN_COUNTRY},
    {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1},
    {FRENCH_COMMUNE, FOREIGN_PLACE},
};
enum { N_DEFAULT_LEVELS = sizeof default_levels / sizeof *default_levels };

static size_t default_nature(void)
{
    return (size_t)vocabulary_find(VOCABULARY_NATURE, "attribue");
}

/* What the tiles of a default map need stays as long as the edition. */
static void mark_standing(struct prepared *prepared)
{
    for (size_t i = 0; i < N_DEFAULT_LEVELS; i++) {
        int french = (int)default_levels[i].french, foreign = (int)default_levels[i].foreign;
        prepared->flows[french][foreign].standing = true;
        prepared->ends[french][foreign].standing = true;
        prepared->arcs[french][foreign].standing = true;
        prepared->places[SIDE_FRENCH][french].standing = true;
        prepared->places[SIDE_FOREIGN][foreign].standing = true;
    }
    prepared->amounts[default_nature()].standing = true;
    prepared->order.standing = prepared->labels.standing = true;
}

static void set_kinds(struct prepared *prepared)
{
    for (int french = 0; french < FRENCH_LEVEL_COUNT; french++)
        for (int foreign = 0; foreign < FOREIGN_LEVEL_COUNT; foreign++) {
            prepared->flows[french][foreign].kind = &prepared_flows_kind;
            prepared->ends[french][foreign].kind = &prepared_ends_kind;
            prepared->arcs[french][foreign].kind = &prepared_arcs_kind;
        }
    for (int side = 0; side < 2; side++) {
        for (int level = 0; level < FRENCH_LEVEL_COUNT; level++) {
            prepared->places[side][level].kind = &prepared_places_kind;
            prepared->areas[side][level].kind = &prepared_areas_kind;
        }
        for (int size = 0; size < HEXAGON_SIZES; size++)
            prepared->cells[side][size].kind = &prepared_cells_kind;
    }
    for (size_t i = 0; i < VOCABULARY_MAX_WORDS; i++)
        prepared->amounts[i].kind = &prepared_amounts_kind;
    for (size_t i = 0; i < GROUP_LISTS; i++)
        prepared->lists[i].kind = &prepared_lists_kind;
    prepared->order.kind = &prepared_order_kind;
    prepared->labels.kind = &prepared_labels_kind;
}

struct prepared *prepared_new(size_t n_links)
{
    struct prepared *prepared = calloc(1, sizeof *prepared);
    if (!prepared) return NULL;
    pieces_init(&prepared->pieces, PASSING_BYTES);
    prepared->pieces.trim = n_links > MANY_LINKS;
    set_kinds(prepared);
    mark_standing(prepared);
    prepared->fragments = fragment_memory_new(FRAGMENTS_BYTES);
    if (prepared->fragments) return prepared;
    prepared_free(prepared);
    return NULL;
}

void prepared_limit(const struct edition *edition, size_t most_bytes)
{
    pieces_limit(&edition->prepared->pieces, most_bytes);
}

size_t prepared_passing_bytes(const struct edition *edition)
{
    return pieces_bytes(&edition->prepared->pieces);
}

enum atlas_status prepared_flows(const struct edition *edition, enum french_level french,
                                 enum foreign_level foreign, struct piece_hold *hold,
                                 const struct flow_set **flows)
{
    struct prepared_wish wish = {
        .edition = edition, .french = (int)french, .foreign = (int)foreign};
    struct prepared *prepared = edition->prepared;
    void *made;
    enum atlas_status status =
        piece_get(&prepared->pieces, &prepared->flows[french][foreign], NULL, &wish, hold, &made);
    *flows = made;
    return status;
}

/* What is made of the flows of a pair of levels and borrows from them. */
static enum atlas_status get_of_flows(const struct edition *edition, enum french_level french,
                                      enum foreign_level foreign, struct piece *piece,
                                      struct piece_hold *hold, void **made)
{
    struct prepared_wish wish = {.edition = edition};
    enum atlas_status status = prepared_flows(edition, french, foreign, hold, &wish.flows);
    if (status) return status;
    return piece_get(&edition->prepared->pieces, piece, &edition->prepared->flows[french][foreign],
                     &wish, hold, made);
}

enum atlas_status prepared_ends(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign, struct piece_hold *hold,
                                const struct flow_ends **ends)
{
    void *made = NULL;
    enum atlas_status status = get_of_flows(edition, french, foreign,
                                            &edition->prepared->ends[french][foreign], hold, &made);
    *ends = made;
    return status;
}

enum atlas_status prepared_arcs(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign, struct piece_hold *hold,
                                const struct arcs **arcs)
{
    void *made = NULL;
    enum atlas_status status = get_of_flows(edition, french, foreign,
                                            &edition->prepared->arcs[french][foreign], hold, &made);
    *arcs = made;
    return status;
}

enum atlas_status prepared_places(const struct edition *edition, enum side side, int level,
                                  struct piece_hold *hold, const struct place_set **places)
{
    struct prepared_wish wish = {.edition = edition, .side = side, .number = (unsigned)level};
    void *made;
    enum atlas_status status =
        piece_get(&edition->prepared->pieces, &edition->prepared->places[side][level], NULL, &wish,
                  hold, &made);
    *places = made;
    return status;
}

enum atlas_status prepared_cells(const struct edition *edition, enum side side, unsigned size,
                                 struct piece_hold *hold, const struct cell_set **cells)
{
    struct prepared_wish wish = {.edition = edition, .side = side, .number = size};
    void *made;
    enum atlas_status status =
        piece_get(&edition->prepared->pieces, &edition->prepared->cells[side][size], NULL, &wish,
                  hold, &made);
    *cells = made;
    return status;
}

enum atlas_status prepared_areas(const struct edition *edition, enum side side, int level,
                                 struct piece_hold *hold, const struct link_table **areas)
{
    struct prepared_wish wish = {.edition = edition, .side = side, .number = (unsigned)level};
    void *made;
    enum atlas_status status =
        piece_get(&edition->prepared->pieces, &edition->prepared->areas[side][level], NULL, &wish,
                  hold, &made);
    *areas = made;
    return status;
}

enum atlas_status prepared_amounts(const struct edition *edition, size_t nature,
                                   struct piece_hold *hold, const struct link_amounts **amounts)
{
    struct prepared_wish wish = {.edition = edition, .number = (unsigned)nature};
    void *made;
    enum atlas_status status = piece_get(
        &edition->prepared->pieces, &edition->prepared->amounts[nature], NULL, &wish, hold, &made);
    *amounts = made;
    return status;
}

enum atlas_status prepared_lists(const struct edition *edition, unsigned property,
                                 struct piece_hold *hold, const struct group_lists **lists)
{
    struct prepared_wish wish = {.edition = edition, .number = property};
    void *made;
    enum atlas_status status = piece_get(
        &edition->prepared->pieces, &edition->prepared->lists[property], NULL, &wish, hold, &made);
    *lists = made;
    return status;
}

struct fragment_memory *prepared_fragments(const struct edition *edition)
{
    return edition->prepared->fragments;
}

enum atlas_status prepared_order(const struct edition *edition, struct piece_hold *hold,
                                 const struct link_order **order)
{
    struct prepared_wish wish = {.edition = edition};
    void *made;
    enum atlas_status status =
        piece_get(&edition->prepared->pieces, &edition->prepared->order, NULL, &wish, hold, &made);
    *order = made;
    return status;
}

enum atlas_status prepared_labels(const struct edition *edition, struct piece_hold *hold,
                                  const struct label_list **labels)
{
    struct prepared_wish wish = {.edition = edition};
    void *made;
    enum atlas_status status =
        piece_get(&edition->prepared->pieces, &edition->prepared->labels, NULL, &wish, hold, &made);
    *labels = made;
    return status;
}

/* What takes as long to make as there are links: hexagons of the wide views, areas, lists of
 * groups. They are not kept for good, but asked for soon. */
static enum atlas_status warm_passing(const struct edition *edition, unsigned step,
                                      struct piece_hold *hold)
{
    static const unsigned properties[] = {GROUP_COUNTRY, GROUP_REGION, GROUP_PRECISION,
                                          GROUP_END_TERRITORY};
    enum { LISTS = sizeof properties / sizeof *properties };
    const struct group_lists *lists;
    const struct link_table *areas;
    const struct cell_set *cells;
    if (step < LISTS) return prepared_lists(edition, properties[step], hold, &lists);
    step -= LISTS;
    if (step < FOREIGN_PLACE - FOREIGN_COUNTRY)
        return prepared_areas(edition, SIDE_FOREIGN, FOREIGN_COUNTRY + (int)step, hold, &areas);
    step -= FOREIGN_PLACE - FOREIGN_COUNTRY;
    if (step < HEXAGON_SIZES) return prepared_cells(edition, SIDE_FOREIGN, step, hold, &cells);
    return ATLAS_NOT_FOUND;
}

void prepared_warm(const struct edition *edition, const atomic_bool *stop)
{
    struct piece_hold hold = {0};
    const struct link_amounts *amounts;
    const struct label_list *labels;
    const struct link_order *order;
    enum atlas_status status = prepared_amounts(edition, default_nature(), &hold, &amounts);
    if (status == ATLAS_OK) status = prepared_labels(edition, &hold, &labels);
    for (size_t i = 0; i < N_DEFAULT_LEVELS; i++) {
        enum french_level french = default_levels[i].french;
        enum foreign_level foreign = default_levels[i].foreign;
        const struct flow_ends *ends;
        const struct arcs *arcs;
        const struct place_set *places;
        if (status || atomic_load(stop)) return;
        /* Those of single places are many, named at close zooms alone, and made in a moment. */
        if (french != FRENCH_COMMUNE)
            status = prepared_ends(edition, french, foreign, &hold, &ends);
        if (status == ATLAS_OK) status = prepared_arcs(edition, french, foreign, &hold, &arcs);
        if (status || atomic_load(stop)) return;
        status = prepared_places(edition, SIDE_FRENCH, (int)french, &hold, &places);
        if (status == ATLAS_OK)
            status = prepared_places(edition, SIDE_FOREIGN, (int)foreign, &hold, &places);
    }
    /* What could not be made now is asked for again by who needs it. */
    if (status == ATLAS_OK) status = prepared_order(edition, &hold, &order);
    for (unsigned step = 0; status == ATLAS_OK && edition->n_links > MANY_LINKS; step++) {
        if (atomic_load(stop)) return;
        status = warm_passing(edition, step, &hold);
        piece_hold_end(&hold);
    }
}

void prepared_free(struct prepared *prepared)
{
    if (!prepared) return;
    for (int french = 0; french < FRENCH_LEVEL_COUNT; french++)
        for (int foreign = 0; foreign < FOREIGN_LEVEL_COUNT; foreign++) {
            piece_close(&prepared->arcs[french][foreign]);
            piece_close(&prepared->ends[french][foreign]);
            piece_close(&prepared->flows[french][foreign]);
        }
    for (int side = 0; side < 2; side++) {
        for (int level = 0; level < FRENCH_LEVEL_COUNT; level++) {
            piece_close(&prepared->places[side][level]);
            piece_close(&prepared->areas[side][level]);
        }
        for (int size = 0; size < HEXAGON_SIZES; size++)
            piece_close(&prepared->cells[side][size]);
    }
    for (size_t i = 0; i < VOCABULARY_MAX_WORDS; i++)
        piece_close(&prepared->amounts[i]);
    for (size_t i = 0; i < GROUP_LISTS; i++)
        piece_close(&prepared->lists[i]);
    piece_close(&prepared->order);
    piece_close(&prepared->labels);
    fragment_memory_free(prepared->fragments);
    pieces_close(&prepared->pieces);
    free(prepared);
}
