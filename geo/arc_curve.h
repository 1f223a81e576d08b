/* Great-circle arcs as curves that serve every zoom: geodesics on the WGS 84 ellipsoid, projected,
 * as cubic steps that are evenly long on the ground and few. A map draws as many chords of a curve
 * as its zoom needs, without asking the geodesic again; geo/geodesic.h is the exact way.
 */
#ifndef GEO_ARC_CURVE_H
#define GEO_ARC_CURVE_H

#include "geo/geodesic.h"
#include "geo/mercator.h"

#include <stddef.h>

/* Where a step ends and the next begins. */
struct curve_knot {
    double x_world, y_world; /* x runs on past the antimeridian: it may lie outside [0, 1] */
    double dx, dy;           /* how it heads there: derivative over the length of a step */
    double density;          /* chords that a step as here needs, for a tolerance of 1 world */
};

/* A run of n_steps steps, knots[first .. first + n_steps], for t (share of the arc's length) from
 * t0 to t1. Its first point, x taken on the nearest world, is in [0, 1]. */
struct curve_piece {
    size_t first, n_steps;
    double t0, t1;
};

/* Zeroed before first use; kept and grown from arc to arc. */
struct arc_curve {
    struct curve_knot *knots;   /* owned */
    struct curve_piece *pieces; /* owned */
    size_t n_knots, n_pieces;
    size_t knots_room, pieces_room;
};

/* Fills the curve, whose points stray from the true ones by at most tolerance_world (tiles/arcs
 * takes a tenth of what a line may stray). What lies beyond MERCATOR_MAX_LAT_DEG is left out: then
 * there are two pieces, or none. Equal ends give one step without length. ATLAS_INVALID: as
 * arc_trace(). */
enum atlas_status arc_curve_trace(struct lon_lat a, struct lon_lat b, double tolerance_world,
                                  struct arc_curve *curve) ATLAS_MUST_CHECK;
/* {0} and NULL are harmless. */
void arc_curve_close(struct arc_curve *curve);

/* The point of a step at u in [0, 1]. */
struct world_point curve_step_at(const struct curve_knot *step, double u);

/* Chords that a step needs for a tolerance of 1 world: its share of the whole, over sqrt(tolerance)
 * for another. Between its ends the density is taken to change evenly: a chord that begins at
 * `done` of the weight begins at u = curve_step_share(). */
double curve_step_weight(double density, double next_density);
double curve_step_share(double density, double next_density, double done);

#endif
