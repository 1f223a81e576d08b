/* Arcs of many pairs of places, traced and projected once for a zoom and kept to be cut to tiles.
 * Zooms beyond the finest one kept use its arcs too: where those cross a tile, the true arcs are
 * traced again for it. The arcs near each tile are listed, so that a tile looks at few.
 */
#ifndef TILES_ARCS_H
#define TILES_ARCS_H

#include "geo/geodesic.h"
#include "geo/mercator.h"
#include "tiles/clip.h"
#include "tiles/tile_view.h"

#define ARCS_FINEST_ZOOM 8

struct arc_ends {
    struct lon_lat a, b;
};

/* A point in fixed units (tiles/tile_view.h); x may lie up to half a world outside. */
struct arc_vertex {
    int32_t x, y;
    uint32_t t; /* in 2^-31 */
};

struct arc_stretch {          /* a run of vertices; an arc has two when it is cut near a pole */
    uint32_t arc, first, end; /* vertices[first .. end) */
    struct fixed_box box;
};

struct arcs {
    unsigned zoom;               /* it is traced for */
    const struct arc_ends *ends; /* borrowed */
    size_t n_arcs;
    struct arc_vertex *vertices; /* owned */
    struct arc_stretch *stretches;
    uint32_t *first_stretch;     /* owned; per arc, and one more */
    struct fixed_point *middles; /* owned; per arc; x < 0 where it is not on the map */
    uint32_t *list_starts;       /* owned; per tile of the zoom (y * 2^z + x), and one more */
    uint32_t *list;              /* owned; arcs, ascending for each tile */
    size_t n_vertices, n_stretches;
};

/* The zoom whose arcs serve a tile's zoom: the same, up to ARCS_FINEST_ZOOM or, for very many arcs,
 * a coarser one that bounds the memory. */
unsigned arcs_zoom_for(size_t n_arcs, unsigned zoom);

/* Traces arcs for a zoom <= ARCS_FINEST_ZOOM. ends is borrowed for the life of *arcs. Free with
 * arcs_close(). ATLAS_INVALID: an end that is no place; ATLAS_NO_MEMORY. */
enum atlas_status arcs_build(const struct arc_ends *ends, size_t n, unsigned zoom,
                             struct arcs *arcs) ATLAS_MUST_CHECK;
void arcs_close(struct arcs *arcs);

/* The arcs that may cross a tile (of their zoom or beyond); *n of them, ascending. */
const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n);

/* Adds the runs of one arc in a tile and its buffer to result; both world copies where the tile
 * lies at the antimeridian. The tile's zoom is that of the arcs, or beyond it. */
enum atlas_status arcs_clip(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                            struct clip_scratch *scratch,
                            struct clip_result *result) ATLAS_MUST_CHECK;

/* True, and *point in tile units, when the middle of the arc (t = 0.5) lies in the tile, buffer
 * excluded: in exactly one tile of a zoom. */
bool arcs_middle(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                 struct mvt_point *point);

#endif
