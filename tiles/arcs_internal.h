/* What building arcs (tiles/arcs_build.c) and cutting them (tiles/arcs.c) have to agree on. For
 * these two alone. */
#ifndef TILES_ARCS_INTERNAL_H
#define TILES_ARCS_INTERNAL_H

#include "tiles/arcs.h"

#include <math.h>

/* The whole of an arc in the units of arc_stretch's t0 and t1. */
#define ARCS_T_ONE ((double)(UINT32_C(1) << 31))

/* Of half a pixel of the finest zoom, what a curve may stray; and of half a pixel of any zoom, what
 * curve and chords may stray together: the coarser the zoom, the more of it is left for chords. */
#define ARCS_CURVE_SHARE 0.64
#define ARCS_LINE_SHARE  0.94

/* The zoom of the lists; coarser tiles look at all arcs, finer ones at those of the tile that holds
 * them. */
enum { ARCS_LIST_ZOOM = 5 };

/* Half a pixel of 512. */
static inline double arcs_tolerance_world(unsigned zoom)
{
    return ldexp(0.5 / 512, -(int)zoom);
}

/* A step lies in the hull of its ends and the points a third of its headings away from them. */
static inline struct fixed_box arcs_step_box(const struct arc_knot *step)
{
    struct fixed_box box = {step->x, step->x, step->y, step->y};
    fixed_box_add(&box, step[1].x, step[1].y);
    fixed_box_add(&box, step->x + (int32_t)(step->dx / 3), step->y + (int32_t)(step->dy / 3));
    fixed_box_add(&box, step[1].x - (int32_t)(step[1].dx / 3),
                  step[1].y - (int32_t)(step[1].dy / 3));
    return box;
}

/* The cells of an arc_box. */
enum { ARCS_CELL_BITS = 15 };

static inline int32_t arcs_cell_x(int64_t x)
{
    return (int32_t)((x + (INT64_C(1) << 29)) >> ARCS_CELL_BITS);
}

static inline int32_t arcs_cell_y(int64_t y)
{
    return (int32_t)(y >> ARCS_CELL_BITS);
}

#endif
