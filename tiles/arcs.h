/* Arcs of many pairs of places, kept as curves that serve all zooms (geo/arc_curve.h) and are cut
 * to tiles. Beyond zoom 11 (of very many arcs 9), where a curve comes near the tile, the true arc
 * is traced again for it. Unless they are very many, the arcs near each tile are listed, so that a
 * tile looks at few.
 */
#ifndef TILES_ARCS_H
#define TILES_ARCS_H

#include "geo/geodesic.h"
#include "geo/mercator.h"
#include "tiles/clip.h"
#include "tiles/tile_view.h"

struct arc_ends {
    struct lon_lat a, b;
};

/* The ends of an arc, always the same. */
typedef struct arc_ends (*arc_ends_of)(const void *context, size_t arc);

/* A knot of a curve in fixed units (tiles/tile_view.h); x may lie up to half a world outside. */
struct arc_knot {
    int32_t x, y;
    float dx, dy;  /* over a step */
    float density; /* as in struct curve_knot */
};

struct arc_stretch {         /* a run of steps; an arc has two when it is cut near a pole */
    uint32_t first, n_steps; /* knots[first .. first + n_steps] */
    uint32_t t0, t1;         /* in 2^-31 */
    float weight;            /* of all its steps: see curve_step_weight() */
};

/* What an arc lies in, kept small so that many are looked at quickly: in cells of 2^-15 of the
 * world, x counted from half a world west of it. */
struct arc_box {
    uint16_t x_min, x_max, y_min, y_max;
};

struct arcs {
    arc_ends_of ends_of;
    const void *context; /* borrowed */
    size_t n_arcs;
    unsigned finest_zoom; /* that the curves serve */
    struct arc_knot *knots;
    struct arc_stretch *stretches;
    struct arc_box *boxes;   /* owned; per arc */
    uint32_t *first_stretch; /* owned; per arc, and one more */
    uint32_t *list_starts;   /* owned; per tile of the list's zoom, and more; NULL: no lists */
    uint32_t *list;          /* owned; arcs, ascending for each tile */
    size_t n_knots, n_stretches;
};

/* Traces n arcs, whose ends a function tells; context is borrowed for the life of *arcs. Free with
 * arcs_close(). ATLAS_INVALID: an end that is no place; ATLAS_NO_MEMORY. */
enum atlas_status arcs_build(arc_ends_of ends_of, const void *context, size_t n,
                             struct arcs *arcs) ATLAS_MUST_CHECK;
void arcs_close(struct arcs *arcs);

/* The arcs that may cross a tile: *n of them, ascending; NULL: the first *n, all there are. */
const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n);

/* Where a tile and its buffer lie among the boxes of arcs. */
struct arcs_window {
    int32_t x_min[VIEW_WORLDS], x_max[VIEW_WORLDS], y_min, y_max;
};
void arcs_window_init(const struct arcs *arcs, const struct tile_view *view,
                      struct arcs_window *window);

/* False when the box of the arc does not meet the tile and its buffer: nothing of it is there, in
 * one world or at all. */
static inline bool arcs_meet_in(const struct arcs *arcs, size_t arc,
                                const struct arcs_window *window, int world)
{
    const struct arc_box *box = &arcs->boxes[arc];
    return box->y_min <= window->y_max && box->y_max >= window->y_min &&
           box->x_min <= window->x_max[world] && box->x_max >= window->x_min[world];
}
static inline bool arcs_meet(const struct arcs *arcs, size_t arc, const struct arcs_window *window)
{
    return arcs_meet_in(arcs, arc, window, VIEW_HERE) ||
           arcs_meet_in(arcs, arc, window, VIEW_WEST) || arcs_meet_in(arcs, arc, window, VIEW_EAST);
}

/* True when one end of the arc lies well inside the tile: arcs_clip() will surely find a run. */
bool arcs_end_in(const struct arcs *arcs, size_t arc, const struct tile_view *view);

/* Adds the runs of one arc in a tile and its buffer to result; both world copies where the tile
 * lies at the antimeridian. The vertices of an arc are the same in all tiles of a zoom. */
enum atlas_status arcs_clip(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                            struct clip_scratch *scratch,
                            struct clip_result *result) ATLAS_MUST_CHECK;

/* True, and *point in tile units, when the middle of the arc (t = 0.5) lies in the tile, buffer
 * excluded: in exactly one tile of a zoom. */
bool arcs_middle(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                 struct mvt_point *point);

#endif
