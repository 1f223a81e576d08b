/* How the pieces of tiles/prepared are made, measured and freed: private to it. Each kind's `make`
 * takes a struct prepared_wish.
 */
#ifndef TILES_PREPARED_MAKE_H
#define TILES_PREPARED_MAKE_H

#include "tiles/pieces.h"
#include "tiles/prepared.h"

/* What a maker needs to know. */
struct prepared_wish {
    const struct edition *edition;
    int french, foreign;          /* levels, of flows */
    const struct flow_set *flows; /* of arcs and ends */
    enum side side;               /* of places, areas and cells */
    unsigned number; /* size of cells, level of places and areas, nature of amounts, property */
};

extern const struct piece_kind prepared_flows_kind, prepared_ends_kind, prepared_arcs_kind,
    prepared_places_kind, prepared_areas_kind, prepared_cells_kind, prepared_amounts_kind,
    prepared_order_kind, prepared_labels_kind, prepared_lists_kind;

#endif
