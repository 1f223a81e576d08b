/* The steps are Hermite cubics between exact points with exact headings, halved together until the
 * exact point in the middle of each is near enough: the error of a cubic falls sixteenfold with
 * each halving, so few are needed. */
#include "geo/arc_curve.h"

#include "geo/array.h"

#include <geodesic.h>
#include <math.h>
#include <stdlib.h>

static const double wgs84_radius_m = 6378137, wgs84_flattening = 1 / 298.257223563;
static const double degree = 3.14159265358979323846 / 180;
static const double turn = 2 * 3.14159265358979323846;

/* A first guess: few steps of this length are ever enough, so shorter arcs are not asked more. */
static const double first_step_m = 2.5e6;

/* Arcs that come no nearer to a pole than this lie inside the Mercator square. */
static const double surely_inside_deg = 84;

enum { STEPS_MAX = 4096, FINEST_ZOOM = 8 };

struct course {
    struct geod_geodesicline line;
    struct lon_lat a, b;
    double length_m;
};

/* The exact point at t; its heading over the whole length. */
static struct curve_knot knot_at(const struct course *course, double t)
{
    double lat_deg, lon_deg, azimuth_deg;
    geod_genposition(&course->line, GEOD_LONG_UNROLL, t * course->length_m, &lat_deg, &lon_deg,
                     &azimuth_deg, NULL, NULL, NULL, NULL, NULL);
    /* The ends as given, not as computed to a nanometre; b keeps its unrolled turn. */
    if (t == 0) {
        lat_deg = course->a.lat_deg;
        lon_deg = course->a.lon_deg;
    } else if (t == 1) {
        lat_deg = course->b.lat_deg;
        lon_deg = course->b.lon_deg + 360 * round((lon_deg - course->b.lon_deg) / 360);
    }
    struct world_point p = mercator_forward(lon_deg, lat_deg);
    double e2 = wgs84_flattening * (2 - wgs84_flattening);
    double sine = sin(lat_deg * degree), cosine = fmax(cos(lat_deg * degree), 1e-9);
    double w = 1 - e2 * sine * sine;
    double normal_m = wgs84_radius_m / sqrt(w), meridian_m = normal_m * (1 - e2) / w;
    double speed = course->length_m / (turn * cosine);
    return (struct curve_knot){p.x_world, p.y_world, speed * sin(azimuth_deg * degree) / normal_m,
                               -speed * cos(azimuth_deg * degree) / meridian_m, 0};
}

struct world_point curve_step_at(const struct curve_knot *step, double u)
{
    const struct curve_knot *a = step, *b = step + 1;
    double v = 1 - u, h1 = u * u * (3 - 2 * u), h2 = u * v * v, h3 = -u * u * v;
    return (struct world_point){
        a->x_world + h1 * (b->x_world - a->x_world) + h2 * a->dx + h3 * b->dx,
        a->y_world + h1 * (b->y_world - a->y_world) + h2 * a->dy + h3 * b->dy};
}

double curve_step_weight(double density, double next_density)
{
    return (density + next_density) / 2;
}

double curve_step_share(double density, double next_density, double done)
{
    double root = sqrt(fmax(density * density + 2 * (next_density - density) * done, 0));
    double u = density + root > 0 ? 2 * done / (density + root) : 1;
    return u < 1 ? u : 1;
}

static bool add_piece(struct arc_curve *curve, double t0, double t1)
{
    if (!ARRAY_RESERVE(curve->pieces, curve->n_pieces + 1, &curve->pieces_room)) return false;
    curve->pieces[curve->n_pieces++] =
        (struct curve_piece){.first = curve->n_knots, .t0 = t0, .t1 = t1};
    return true;
}

/* Doubles the steps of the last piece: the exact points in the middle of each become knots. *far is
 * how far the curve was from them. */
static bool halve(const struct course *course, struct arc_curve *curve, double *far)
{
    struct curve_piece *piece = &curve->pieces[curve->n_pieces - 1];
    size_t n = piece->n_steps;
    if (!ARRAY_RESERVE(curve->knots, piece->first + 2 * n + 1, &curve->knots_room)) return false;
    struct curve_knot *knots = curve->knots + piece->first;
    *far = 0;
    for (size_t i = n; i > 0; i--)
        knots[2 * i] = knots[i];
    for (size_t i = 0; i < n; i++) {
        double t = piece->t0 + (piece->t1 - piece->t0) * ((double)i + 0.5) / (double)n;
        struct curve_knot *middle = &knots[2 * i + 1], pair[2] = {knots[2 * i], knots[2 * i + 2]};
        *middle = knot_at(course, t);
        middle->dx *= (piece->t1 - piece->t0) / (double)n;
        middle->dy *= (piece->t1 - piece->t0) / (double)n;
        struct world_point p = curve_step_at(pair, 0.5);
        *far = fmax(*far, hypot(p.x_world - middle->x_world, p.y_world - middle->y_world));
    }
    piece->n_steps = 2 * n;
    for (size_t i = 0; i <= 2 * n; i++) {
        knots[i].dx /= 2;
        knots[i].dy /= 2;
    }
    return true;
}

/* Takes every other knot out again: they told that they are not needed. */
static void unhalve(struct arc_curve *curve)
{
    struct curve_piece *piece = &curve->pieces[curve->n_pieces - 1];
    struct curve_knot *knots = curve->knots + piece->first;
    piece->n_steps /= 2;
    for (size_t i = 0; i <= piece->n_steps; i++) {
        knots[i] = knots[2 * i];
        knots[i].dx *= 2;
        knots[i].dy *= 2;
    }
}

/* A chord over du strays by the bend across the way times du² / 8: chords that a step bent like
 * this needs for a tolerance of 1. */
static double density_of(double vx, double vy, double ax, double ay)
{
    double speed = hypot(vx, vy);
    return speed > 0 ? sqrt(fabs(vx * ay - vy * ax) / (8 * speed)) : 0;
}

/* The density in the middle of a step. */
static double density_inside(const struct curve_knot *step)
{
    const struct curve_knot *a = step, *b = step + 1;
    double dx = b->x_world - a->x_world, dy = b->y_world - a->y_world;
    return density_of(1.5 * dx - (a->dx + b->dx) / 4, 1.5 * dy - (a->dy + b->dy) / 4, b->dx - a->dx,
                      b->dy - a->dy);
}

/* The density at the begin (or end) of a step. */
static double density_at_end(const struct curve_knot *step, bool end)
{
    const struct curve_knot *a = step, *b = step + 1, *at = end ? b : a, *other = end ? a : b;
    double sign = end ? -1 : 1;
    double ax = sign * (6 * (b->x_world - a->x_world) - 4 * at->dx - 2 * other->dx);
    double ay = sign * (6 * (b->y_world - a->y_world) - 4 * at->dy - 2 * other->dy);
    return density_of(at->dx, at->dy, ax, ay);
}

/* Each knot gets the greatest density met half a step to either side, so that what is taken to
 * change evenly between two knots is never less than the true one. */
static void measure_densities(struct curve_knot *knots, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        double inside = density_inside(&knots[i]);
        knots[i].density = fmax(knots[i].density, fmax(density_at_end(&knots[i], false), inside));
        knots[i + 1].density = fmax(density_at_end(&knots[i], true), inside);
    }
}

/* Where the share `weight` of the way through the steps lies; *step and *before, what lies before
 * that step, go on from call to call. */
static struct world_point point_at_weight(const struct curve_knot *knots, size_t n_steps,
                                          double weight, size_t *step, double *before)
{
    double here = curve_step_weight(knots[*step].density, knots[*step + 1].density);
    while (*step + 1 < n_steps && *before + here < weight) {
        *before += here;
        ++*step;
        here = curve_step_weight(knots[*step].density, knots[*step + 1].density);
    }
    double u = curve_step_share(knots[*step].density, knots[*step + 1].density, weight - *before);
    return curve_step_at(&knots[*step], u);
}

/* True when a chord of those that the densities ask for strays more than the tolerance. */
static bool chords_stray(const struct curve_knot *knots, size_t n_steps, double total,
                         double tolerance_world)
{
    enum { INSIDE = 4 };
    double chords = fmax(ceil(total / sqrt(tolerance_world)), 1), before = 0;
    struct world_point from = curve_step_at(knots, 0), inside[INSIDE];
    size_t step = 0;
    for (double chord = 0; chord < chords; chord++) {
        for (int i = 0; i < INSIDE; i++)
            inside[i] =
                point_at_weight(knots, n_steps, total * (chord + (i + 1.0) / (INSIDE + 1)) / chords,
                                &step, &before);
        struct world_point to =
            point_at_weight(knots, n_steps, total * (chord + 1) / chords, &step, &before);
        for (int i = 0; i < INSIDE; i++)
            if (world_distance_to_chord(inside[i], from, to) > tolerance_world) return true;
        from = to;
    }
    return false;
}

/* Near a pole an arc bends so suddenly that a chord may hold the whole bend: such densities grow
 * until no chord of any zoom strays. */
static void settle_densities(struct curve_knot *knots, size_t n_steps)
{
    static const double uneven = 2.5, more = 1.2;
    double total = 0, most = 0;
    for (size_t i = 0; i < n_steps; i++) {
        total += curve_step_weight(knots[i].density, knots[i + 1].density);
        most = fmax(most, fmax(knots[i].density, knots[i + 1].density));
    }
    if (most * (double)n_steps <= uneven * total) return;
    for (int zoom = 0; zoom <= FINEST_ZOOM; zoom++)
        for (int again = 0;
             again < 20 && chords_stray(knots, n_steps, total, ldexp(0.5 / 512, -zoom)); again++) {
            for (size_t i = 0; i <= n_steps; i++)
                knots[i].density *= more;
            total *= more;
        }
}

/* Traces the last piece, whose t are known. */
static enum atlas_status trace_piece(const struct course *course, double tolerance_world,
                                     struct arc_curve *curve)
{
    struct curve_piece *piece = &curve->pieces[curve->n_pieces - 1];
    double length = piece->t1 - piece->t0, far = INFINITY;
    piece->n_steps = (size_t)fmax(ceil(length * course->length_m / first_step_m), 1);
    size_t n = piece->n_steps;
    if (!ARRAY_RESERVE(curve->knots, piece->first + n + 1, &curve->knots_room))
        return ATLAS_NO_MEMORY;
    for (size_t i = 0; i <= n; i++) {
        double t = i == n ? piece->t1 : piece->t0 + length * (double)i / (double)n;
        struct curve_knot *knot = &curve->knots[piece->first + i];
        *knot = knot_at(course, t);
        knot->dx *= length / (double)n;
        knot->dy *= length / (double)n;
    }
    while (piece->n_steps < STEPS_MAX) {
        if (!halve(course, curve, &far)) return ATLAS_NO_MEMORY;
        if (far <= tolerance_world) unhalve(curve);
        /* Sixteen times nearer with half the step; asked for three times less, for it is a guess.
         */
        if (far <= tolerance_world * 5) break;
    }
    double off = floor(curve->knots[piece->first].x_world);
    if (curve->knots[piece->first].x_world == 1) off = 0;
    for (size_t i = 0; i <= piece->n_steps; i++)
        curve->knots[piece->first + i].x_world -= off;
    measure_densities(curve->knots + piece->first, piece->n_steps);
    settle_densities(curve->knots + piece->first, piece->n_steps);
    curve->n_knots = piece->first + piece->n_steps + 1;
    return ATLAS_OK;
}

/* Where t enters and leaves the Mercator square, by the exact way, which cuts there; its cuts at
 * the antimeridian are none here. */
static enum atlas_status find_pieces(const struct course *course, struct arc_curve *curve,
                                     double tolerance_world)
{
    static const double coarse = 1e-3;
    struct arc arc;
    enum atlas_status status = arc_trace(course->a, course->b, coarse, &arc);
    if (status) return status;
    size_t part = 0;
    while (part < arc.n_parts && status == ATLAS_OK) {
        double t0 = arc.t[arc.part_starts[part]], t1;
        do
            t1 = arc.t[arc.part_starts[++part] - 1];
        while (part < arc.n_parts && arc.t[arc.part_starts[part]] == t1);
        status = add_piece(curve, t0, t1) ? trace_piece(course, tolerance_world, curve)
                                          : ATLAS_NO_MEMORY;
    }
    arc_close(&arc);
    return status;
}

static bool is_place(struct lon_lat p)
{
    return isfinite(p.lon_deg) && isfinite(p.lat_deg) && fabs(p.lon_deg) <= 180 &&
           fabs(p.lat_deg) <= 90;
}

enum atlas_status arc_curve_trace(struct lon_lat a, struct lon_lat b, double tolerance_world,
                                  struct arc_curve *curve)
{
    curve->n_knots = curve->n_pieces = 0;
    if (!is_place(a) || !is_place(b) || !(tolerance_world > 0)) return ATLAS_INVALID;
    struct course course = {.a = a, .b = b};
    struct geod_geodesic earth;
    geod_init(&earth, wgs84_radius_m, wgs84_flattening);
    geod_inverseline(&course.line, &earth, a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg,
                     GEOD_LATITUDE | GEOD_LONGITUDE | GEOD_AZIMUTH | GEOD_DISTANCE_IN);
    course.length_m = course.line.s13;
    /* Clairaut: the product of these is the cosine of the highest latitude of the great circle. */
    double highest = fabs(sin(course.line.azi1 * degree)) * cos(a.lat_deg * degree);
    bool ends_inside = fabs(a.lat_deg) < surely_inside_deg && fabs(b.lat_deg) < surely_inside_deg;
    /* A short arc may head for a pole and not come near it. */
    bool inside =
        ends_inside &&
        (highest > cos(surely_inside_deg * degree) ||
         course.length_m < 1e5 * (surely_inside_deg - fmax(fabs(a.lat_deg), fabs(b.lat_deg))));
    if (!inside) return find_pieces(&course, curve, tolerance_world);
    return add_piece(curve, 0, 1) ? trace_piece(&course, tolerance_world, curve) : ATLAS_NO_MEMORY;
}

void arc_curve_close(struct arc_curve *curve)
{
    if (!curve) return;
    free(curve->knots);
    free(curve->pieces);
    *curve = (struct arc_curve){0};
}
