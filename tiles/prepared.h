/* What tiles need of an edition beside its columns: links grouped by level, arcs projected, places
 * and cells. Each piece is made when first asked for, by one thread while others that want it wait
 * (tiles/pieces.h). What tiles of a default map need (levels by zoom, labels, the order, money
 * granted) is kept as long as the edition; of the rest, other pairs of levels and hexagons above
 * all, what was not asked for longest is given back beyond a bound, which an edition of national
 * size does not reach. All functions may be called from several threads at once.
 *
 * What they give is there until the caller ends its hold with piece_hold_end(). They fail with
 * ATLAS_NO_MEMORY, or ATLAS_BUSY where the hold takes only what is ready and it is not.
 */
#ifndef TILES_PREPARED_H
#define TILES_PREPARED_H

#include "tiles/arcs.h"
#include "tiles/edition.h"
#include "tiles/flow_ends.h"
#include "tiles/fragment_memory.h"
#include "tiles/labels.h"
#include "tiles/link_table.h"
#include "tiles/pieces.h"

#include <stdatomic.h>

struct prepared;

/* For tiles/edition: one belongs to each edition. NULL when out of memory. */
struct prepared *prepared_new(size_t n_links);
void prepared_free(struct prepared *prepared); /* NULL is harmless */

/* Another bound of what is not kept for good, and how much of it is there. */
void prepared_limit(const struct edition *edition, size_t most_bytes);
size_t prepared_passing_bytes(const struct edition *edition);

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
                                 enum foreign_level foreign, struct piece_hold *hold,
                                 const struct flow_set **flows) ATLAS_MUST_CHECK;

/* The ends of those flows, as tiles name them. */
enum atlas_status prepared_ends(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign, struct piece_hold *hold,
                                const struct flow_ends **ends) ATLAS_MUST_CHECK;

/* The arcs of those flows, in their order. */
enum atlas_status prepared_arcs(const struct edition *edition, enum french_level french,
                                enum foreign_level foreign, struct piece_hold *hold,
                                const struct arcs **arcs) ATLAS_MUST_CHECK;

/* The placed links grouped by the territory that stands for one end: key[0]. level: of that side.
 */
struct place_set {
    struct link_table table;
    struct fixed_point *points; /* per group */
};
enum atlas_status prepared_places(const struct edition *edition, enum side side, int level,
                                  struct piece_hold *hold,
                                  const struct place_set **places) ATLAS_MUST_CHECK;

/* All links, placed or not, grouped by the territory that stands for one end at a level of its
 * side, key[0], with or without a point; those without one are in no group. */
enum atlas_status prepared_areas(const struct edition *edition, enum side side, int level,
                                 struct piece_hold *hold,
                                 const struct link_table **areas) ATLAS_MUST_CHECK;

/* Which partnerships can be in each group of a property of tiles/group_ends. */
struct group_lists;
enum atlas_status prepared_lists(const struct edition *edition, unsigned property,
                                 struct piece_hold *hold,
                                 const struct group_lists **lists) ATLAS_MUST_CHECK;

/* The money of links of one nature, an index of VOCABULARY_NATURE. */
enum atlas_status prepared_amounts(const struct edition *edition, size_t nature,
                                   struct piece_hold *hold,
                                   const struct link_amounts **amounts) ATLAS_MUST_CHECK;

/* The fragments of flows' arcs in tiles asked for often, keyed by levels and tile. */
struct fragment_memory *prepared_fragments(const struct edition *edition);

/* Links in the order of their ids: by_id[rank] is a position in edition->links, rank[position] its
 * place in that order. */
struct link_order {
    uint32_t *by_id, *rank;
};
enum atlas_status prepared_order(const struct edition *edition, struct piece_hold *hold,
                                 const struct link_order **order) ATLAS_MUST_CHECK;

/* The links whose end of a side is known well enough for a cell (exact or area), grouped by the
 * hexagon of its place, key[0]: see tiles/hexagon.h. size: 0 .. HEXAGON_SIZES - 1. */
struct cell_set {
    struct link_table table;
    struct fixed_box *boxes; /* per group; x may run beyond the antimeridian */
};
enum atlas_status prepared_cells(const struct edition *edition, enum side side, unsigned size,
                                 struct piece_hold *hold,
                                 const struct cell_set **cells) ATLAS_MUST_CHECK;

/* Its territories that the base map names. */
enum atlas_status prepared_labels(const struct edition *edition, struct piece_hold *hold,
                                  const struct label_list **labels) ATLAS_MUST_CHECK;

#endif
