/* What tiles need of an edition beside its columns: links grouped by level, arcs projected, places
 * and cells. Each piece is made when first asked for, by one thread while others that want it wait,
 * and kept as long as the edition; all functions may be called from several threads at once.
 *
 * All fail with ATLAS_NO_MEMORY only. What they give is borrowed from the edition.
 */
#ifndef TILES_PREPARED_H
#define TILES_PREPARED_H

#include "tiles/arcs.h"
#include "tiles/edition.h"
#include "tiles/fragment_memory.h"
#include "tiles/labels.h"
#include "tiles/link_table.h"

#include <stdatomic.h>

struct prepared;

/* For tiles/edition: one belongs to each edition. NULL when out of memory. */
struct prepared *prepared_new(void);
void prepared_free(struct prepared *prepared); /* NULL is harmless */

/* Makes what the tiles of a default map need, so that no visitor waits for it: for a thread that
 * has nothing else to do. Ends early once *stop is true, or when out of memory. */
void prepared_warm(const struct edition *edition, const atomic_bool *stop);

/* The territory that stands for this one on a map of a level: the level's, if it has a point, else
 * the next finer one that has. A placed end always finds one. level: of the territory's side. */
uint32_t prepared_stand_in(const struct edition *edition, uint32_t territory, int level);

/* The placed links grouped by the territories that stand for their ends: the flows of a pair of
 * levels. key[0] is French, key[1] foreign. */
struct flow_set {
    const struct edition *edition;
    struct link_table table;
    /* How a placed link tells its flow. Where the links of each flow lie together, flows are in the
     * order of their links, and this set holds the first link of each; else it is NULL. */
    uint64_t *starts;
    uint32_t *flow_of; /* otherwise: per link its flow, or EDITION_NONE */
};
enum atlas_status prepared_flows(const struct edition *edition, enum french_level french,
                                 enum foreign_level foreign,
                                 const struct flow_set **flows) ATLAS_MUST_CHECK;

/* The arcs of those flows, in their order. */
enum atlas_status prepared_arcs(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign,
                                const struct arcs **arcs) ATLAS_MUST_CHECK;

/* The placed links grouped by the territory that stands for one end: key[0]. level: of that side.
 */
struct place_set {
    struct link_table table;
    struct fixed_point *points; /* per group */
};
enum atlas_status prepared_places(const struct edition *edition, enum side side, int level,
                                  const struct place_set **places) ATLAS_MUST_CHECK;

/* The money of links of one nature, an index of VOCABULARY_NATURE. */
enum atlas_status prepared_amounts(const struct edition *edition, size_t nature,
                                   const struct link_amounts **amounts) ATLAS_MUST_CHECK;

/* The fragments of flows' arcs in tiles asked for often, keyed by levels and tile. */
struct fragment_memory *prepared_fragments(const struct edition *edition);

/* Links in the order of their ids: by_id[rank] is a position in edition->links, rank[position] its
 * place in that order. */
struct link_order {
    uint32_t *by_id, *rank;
};
enum atlas_status prepared_order(const struct edition *edition,
                                 const struct link_order **order) ATLAS_MUST_CHECK;

/* The links whose end of a side is known well enough for a cell (exact or area), grouped by the
 * hexagon of its place, key[0]: see tiles/hexagon.h. size: 0 .. HEXAGON_SIZES - 1. */
struct cell_set {
    struct link_table table;
    struct fixed_box *boxes; /* per group; x may run beyond the antimeridian */
};
enum atlas_status prepared_cells(const struct edition *edition, enum side side, unsigned size,
                                 const struct cell_set **cells) ATLAS_MUST_CHECK;

/* True when the pieces that a tile needs of these are there, so that asking for them makes nothing
 * and waits for nobody: arcs with their flows, places, cells, the order, amounts. */
bool prepared_has_arcs(const struct edition *edition, enum french_level french,
                       enum foreign_level foreign);
bool prepared_has_places(const struct edition *edition, enum side side, int level);
bool prepared_has_cells(const struct edition *edition, enum side side, unsigned size);
bool prepared_has_order(const struct edition *edition);
bool prepared_has_amounts(const struct edition *edition, size_t nature);

/* Its territories that the base map names. */
enum atlas_status prepared_labels(const struct edition *edition,
                                  const struct label_list **labels) ATLAS_MUST_CHECK;

#endif
