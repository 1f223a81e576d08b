/* Arcs of many pairs of places, projected once and kept to be cut to tiles: for zooms up to
 * ARCS_FINEST_ZOOM as they are, beyond it traced again where they cross the tile.
 *
 * A band of zooms shares one set of points; each point knows the lowest zoom that needs it. The
 * arcs near each tile of the band's lowest zoom are listed, so that a tile looks at few.
 */
#ifndef TILES_ARCS_H
#define TILES_ARCS_H

#include "geo/geodesic.h"
#include "geo/mercator.h"
#include "tiles/clip.h"

#define ARCS_FINEST_ZOOM 8
#define ARCS_BANDS       3 /* zooms 0-2, 3-5, 6 and on */

struct arc_ends {
    struct lon_lat a, b;
};

/* A point in world units of 2^-30, so to the centimetre; x may lie up to half a world outside. */
struct arc_vertex {
    int32_t x, y;
    uint32_t t_and_zoom; /* t in 2^-24 (1 is held at its largest value), then the zoom in 8 bits */
};

struct arc_stretch {          /* a run of vertices; an arc has two when it is cut near a pole */
    uint32_t arc, first, end; /* vertices[first .. end) */
    int32_t x_min, x_max, y_min, y_max;
};

struct arc_middle {
    int32_t x, y; /* x in [0, 2^30); negative where the middle is not on the map */
};

struct arcs {
    unsigned min_zoom, max_zoom;
    const struct arc_ends *ends; /* borrowed */
    size_t n_arcs;
    struct arc_vertex *vertices; /* owned */
    struct arc_stretch *stretches;
    uint32_t *first_stretch;    /* owned; per arc, and one more */
    struct arc_middle *middles; /* owned; per arc */
    uint32_t *list_starts;      /* owned; per tile of min_zoom (y * 2^z + x), and one more */
    uint32_t *list;             /* owned; arcs, ascending for each tile */
    size_t n_vertices, n_stretches;
};

/* The band of a zoom. */
unsigned arcs_band(unsigned zoom);

/* Traces the arcs of a band. ends is borrowed for the life of *arcs. Free with arcs_close(). */
enum atlas_status arcs_build(const struct arc_ends *ends, size_t n, unsigned band,
                             struct arcs *arcs) ATLAS_MUST_CHECK;
void arcs_close(struct arcs *arcs);

/* The arcs that may cross a tile (of the band's zooms or beyond); *n of them. */
const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n);

/* A tile as arcs see it. */
struct arc_view {
    struct tile_key key;
    double scale;                 /* tile units in 2^-30 of the world */
    double x_offset[3], y_offset; /* in tile units, for the worlds west, here and east */
    int64_t x_min[3], x_max[3];   /* tile and buffer in fixed units, for each world */
    int64_t y_min, y_max;
};
void arc_view_init(struct arc_view *view, struct tile_key key);

/* Adds the runs of one arc in a tile and its buffer to result; both world copies where the tile
 * lies at the antimeridian. arcs: of the band of the tile's zoom. */
enum atlas_status arcs_clip(const struct arcs *arcs, size_t arc, const struct arc_view *view,
                            struct clip_scratch *scratch,
                            struct clip_result *result) ATLAS_MUST_CHECK;

/* True, and *point in tile units, when the middle of the arc (t = 0.5) lies in the tile, buffer
 * excluded: in exactly one tile of a zoom. */
bool arcs_middle(const struct arcs *arcs, size_t arc, const struct arc_view *view,
                 struct mvt_point *point);

#endif
