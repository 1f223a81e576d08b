/* Lines of one colour painted into a plane that holds, per pixel, how much of it they cover.
 *
 * Tiles of links and flows are thousands of thin lines of one ink. Cairo, made for any shape,
 * paints each in some ten microseconds by way of lists of edges and full colour; here each stretch
 * of a line is a rectangle whose exact area in each pixel is added up directly: whole tiles take a
 * third to under a half of the time (tests/bench/README.md).
 *
 * What a line covers of a pixel is the sum of its stretches there, at most 1; lines one over the
 * other darken as inks do: 1 - (1 - a)(1 - b). Joins and ends are round where that can be seen.
 * Against Cairo's strokes pixels differ by a few of 255 (tests/tiles/test_line_plane.c).
 */
#ifndef TILES_LINE_PLANE_H
#define TILES_LINE_PLANE_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_point {
    double x, y; /* pixels, from the north-west corner */
};

/* Zeroed before first use, or cleared by line_plane_begin(); kept for the next picture. */
struct line_plane {
    uint32_t size;     /* pixels a side */
    uint16_t *alphas;  /* owned; per pixel, 65535: opaque */
    uint8_t *coverage; /* owned; of the line at work */
    uint32_t *touched; /* owned; pixels with coverage */
    float *row;        /* owned; of the shape at work, what begins to be covered at each column */
    size_t n_touched, room;
};

/* A clear plane of size x size pixels, 1 <= size <= 4096. */
enum atlas_status line_plane_begin(struct line_plane *plane, uint32_t size) ATLAS_MUST_CHECK;
/* {0} and NULL are harmless. */
void line_plane_close(struct line_plane *plane);

/* Paints a line through n points, finite, width_px wide (at most 20), in ink of an alpha 0..1. */
void line_plane_paint(struct line_plane *plane, const struct line_point *points, size_t n,
                      double width_px, double alpha);

/* The picture: an alpha 0..255 per pixel, row by row, borrowed until the next begin. Nothing more
 * can be painted. */
const uint8_t *line_plane_finish(struct line_plane *plane);

#endif
