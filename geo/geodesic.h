/* Great-circle arcs as lines to draw: geodesics on the WGS 84 ellipsoid (PROJ's geodesic
 * routines), cut where they cross the antimeridian or leave the Mercator square near the poles. */
#ifndef GEO_GEODESIC_H
#define GEO_GEODESIC_H

#include "geo/status.h"

#include <stddef.h>

struct lon_lat {
    double lon_deg; /* in [-180, 180] */
    double lat_deg;
};

/* Metres between two points along the geodesic. */
double geodesic_distance_m(struct lon_lat a, struct lon_lat b);

/* An arc from a to b as parts, each a run of 2 or more points; `t` beside each point is its share
 * of the whole length, 0 at a, 1 at b. Where the arc crosses the antimeridian, one part ends and
 * the next begins there, at ±180 and the same latitude and t. What lies beyond
 * MERCATOR_MAX_LAT_DEG is left out: a part ends on that latitude and the next begins where the arc
 * comes back; only an arc wholly beyond it has no part. */
struct arc {
    struct lon_lat *points; /* owned */
    double *t;              /* owned, as long as points */
    size_t *part_starts;    /* owned, n_parts + 1 (NULL without a part); part i is
                               points[part_starts[i] .. part_starts[i + 1]) */
    size_t n_points, n_parts;
};

/* Traces the arc, with few points, so that no point of the true arc is farther than tolerance_world
 * from the drawn line, in Web Mercator world units (1 = the width of the world): half a pixel of
 * 512 at zoom z is 0.5 / 512 / 2^z. Equal points give one part of two equal points. Antipodal
 * points give one of the shortest arcs, always the same. ATLAS_INVALID: a coordinate not finite or
 * out of range, or a tolerance that is not positive. Free with arc_close(). */
enum atlas_status arc_trace(struct lon_lat a, struct lon_lat b, double tolerance_world,
                            struct arc *arc) ATLAS_MUST_CHECK;

/* The same for a share of the arc only, from t_from to t_to (0 <= t_from <= t_to <= 1; else
 * ATLAS_INVALID): what a close view needs of a long arc. t counts along the whole arc. */
enum atlas_status arc_trace_share(struct lon_lat a, struct lon_lat b, double t_from, double t_to,
                                  double tolerance_world, struct arc *arc) ATLAS_MUST_CHECK;

/* Frees what arc_trace() made; {0} and NULL are harmless. */
void arc_close(struct arc *arc);

#endif
