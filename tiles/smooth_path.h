/* A line of a tile as a smooth Cairo path: curves through its points. What is within half a pixel
 * on the tile's own size shows corners where it is drawn larger; a great circle has none.
 */
#ifndef TILES_SMOOTH_PATH_H
#define TILES_SMOOTH_PATH_H

#include "tiles/mvt_read.h"

#include <cairo.h>

/* Traces the line of a feature, which has one part, onto the context's path, `scale` user units a
 * tile unit. At each point the curve runs from the one before towards the one after, the nearer of
 * the two counting more; at its ends as a circle would. Points within 3 user units of the one
 * before are passed over, for they lie on the tile's grid and tell no direction; the last one is
 * kept. */
void smooth_path_trace(const struct mvt_feature *feature, double scale, cairo_t *context);

#endif
