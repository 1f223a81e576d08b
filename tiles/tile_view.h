/* A tile as projected geometry sees it: where it and its buffer lie in the fixed-point world that
 * arcs and outlines are kept in, and how that becomes tile units. The world is seen three times,
 * to the west, here and to the east, so that what lies beyond the antimeridian is drawn too. */
#ifndef TILES_TILE_VIEW_H
#define TILES_TILE_VIEW_H

#include "geo/mercator.h"
#include "tiles/mvt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* World units of geo/mercator.h in 2^-30: to the centimetre at the equator. */
#define FIXED_WORLD ((double)(1 << 30))

enum { VIEW_WEST, VIEW_HERE, VIEW_EAST, VIEW_WORLDS };

struct tile_view {
    struct tile_key key;
    double scale;                                   /* tile units in a fixed unit */
    double x_offset[VIEW_WORLDS], y_offset;         /* tile units */
    int64_t x_min[VIEW_WORLDS], x_max[VIEW_WORLDS]; /* tile and buffer, fixed units */
    int64_t y_min, y_max;
    bool fine; /* outlines are wanted as precise as tile units are, at every zoom */
};

struct fixed_box {
    int32_t x_min, x_max, y_min, y_max;
};

/* An empty box, and one grown to hold a point. */
#define FIXED_BOX_EMPTY ((struct fixed_box){INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN})
static inline void fixed_box_add(struct fixed_box *box, int32_t x, int32_t y)
{
    box->x_min = x < box->x_min ? x : box->x_min;
    box->x_max = x > box->x_max ? x : box->x_max;
    box->y_min = y < box->y_min ? y : box->y_min;
    box->y_max = y > box->y_max ? y : box->y_max;
}

/* A place in fixed units: x in [0, 2^30), for 180° E and 180° W are one; y held in [0, 2^30). */
struct fixed_point {
    int32_t x, y;
};
struct fixed_point fixed_point_of(struct world_point place);

void tile_view_init(struct tile_view *view, struct tile_key key);

/* True when a box comes within `margin` fixed units of tile and buffer, in one world. */
static inline bool tile_view_meets(const struct tile_view *view, int world, int64_t margin,
                                   const struct fixed_box *box)
{
    return box->x_min <= view->x_max[world] + margin && box->x_max >= view->x_min[world] - margin &&
           box->y_min <= view->y_max + margin && box->y_max >= view->y_min - margin;
}

/* True when a place is in the tile, buffer excluded: in exactly one tile of a zoom. */
static inline bool tile_view_holds(const struct tile_view *view, struct fixed_point place)
{
    unsigned shift = 30u - view->key.z;
    return (uint32_t)place.x >> shift == view->key.x && (uint32_t)place.y >> shift == view->key.y;
}

/* Where a place is drawn that lies in the tile or its buffer, so that a mark around it is not cut
 * at the tile's edge: points, in tile units, first the one in the tile itself if it lies there.
 * Returns how many: two only where the tile is its own neighbour. */
size_t tile_view_marks(const struct tile_view *view, struct fixed_point place,
                       struct mvt_point points[VIEW_WORLDS]);

/* The place in units of a tile that holds it. */
struct mvt_point tile_view_point(const struct tile_view *view, struct fixed_point place);

#endif
