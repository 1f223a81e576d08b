/* Lines and rings cut to a tile and its buffer, in tile units (tiles/mvt.h), and rounded to them.
 *
 * The buffer is wide enough for what a style draws around a line: 64 units are 8 pixels of 512.
 * Lines carry t, their share of a whole (geo/geodesic.h); where a line is cut, t is interpolated,
 * so that gradients run on from tile to tile.
 */
#ifndef TILES_CLIP_H
#define TILES_CLIP_H

#include "geo/status.h"
#include "tiles/mvt.h"

#include <stdbool.h>
#include <stddef.h>

#define CLIP_BUFFER 64

struct clip_vertex {
    double x, y; /* tile units; finite */
    double t;    /* ignored by rings */
};

/* One stretch of a line inside the tile. */
struct clip_run {
    size_t start, end; /* points[start .. end) */
    double t0, t1;
};

/* What was cut, collected over several calls. Zeroed before first use; kept and grown. */
struct clip_result {
    struct mvt_point *points; /* owned */
    struct clip_run *runs;    /* owned */
    size_t n_points, n_runs;
    size_t points_room, runs_room;
    struct clip_vertex *scratch[2]; /* owned */
    size_t scratch_room;
};

/* Vertices of a line or ring on their way to be cut. Zeroed before first use; kept and grown. */
struct clip_scratch {
    struct clip_vertex *vertices; /* owned */
    size_t room;
};
/* Makes room for n vertices; those that are there stay. False when out of memory. */
bool clip_scratch_hold(struct clip_scratch *scratch, size_t n);
/* {0} and NULL are harmless. */
void clip_scratch_close(struct clip_scratch *scratch);

/* Forgets what was collected, keeps the memory. */
void clip_clear(struct clip_result *result);
/* {0} and NULL are harmless. */
void clip_close(struct clip_result *result);

/* Adds the runs of a line of n vertices, each of 2 or more points without repeats. A run that
 * rounds to one point is left out, unless it is the whole line (t from 0 to 1): that stays, one
 * unit long, so that a link between neighbours is on every map. */
enum atlas_status clip_line(const struct clip_vertex *vertices, size_t n,
                            struct clip_result *result) ATLAS_MUST_CHECK;

/* Adds the part of a ring (open or closed, either direction) inside the tile and its buffer as one
 * run, open; nothing when no area stays. Edges along the border of the buffer may coincide. */
enum atlas_status clip_ring(const struct clip_vertex *vertices, size_t n,
                            struct clip_result *result) ATLAS_MUST_CHECK;

#endif
