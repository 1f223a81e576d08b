/* How an arc is drawn: PROJ's geodesic line gives any point by its distance. Longitudes are taken
 * unrolled, so that they run on past ±180 without a jump; along a geodesic they are monotonic,
 * which makes every cut a bisection. First the parts inside the Mercator square are found, then
 * they are cut at the antimeridian. Each piece is divided into chords that stray from it about
 * equally: a chord over the time dt strays by a dt² / 8, where a is the curve's acceleration across
 * its direction, so chords are spread evenly over the integral of sqrt(a / (8 tolerance)). That
 * takes a quarter to a third fewer points than halving does. A chord that strays too far all the
 * same is halved. */
#include "geo/geodesic.h"
#include "geo/array.h"
#include "geo/mercator.h"

#include <geodesic.h>
#include <math.h>
#include <stdlib.h>

static const double wgs84_radius_m = 6378137, wgs84_flattening = 1 / 298.257223563;
static const double degree = 3.14159265358979323846 / 180;

/* A chord is accepted while three inner points are within this share of the tolerance, for between
 * them the arc strays a little farther; and chords are laid out to stray a little less. */
static const double accepted = 0.9, aimed_at = 0.82;

/* The middle of a piece says nothing of its shape when it spans a quarter of the globe. */
static const double longest_chord_m = 1e7;

struct sample {
    double t, lon_deg, lat_deg; /* longitude unrolled */
    struct world_point world;
};

struct tracer {
    struct geod_geodesicline line;
    struct lon_lat a, b;
    double length_m, tolerance_world, shift_deg;
    struct arc *arc;
    size_t points_room, t_room;
    bool failed;
};

static bool arc_input_valid(struct lon_lat a)
{
    return isfinite(a.lon_deg) && isfinite(a.lat_deg) && fabs(a.lon_deg) <= 180 &&
           fabs(a.lat_deg) <= 90;
}

double geodesic_distance_m(struct lon_lat a, struct lon_lat b)
{
    struct geod_geodesic earth;
    geod_init(&earth, wgs84_radius_m, wgs84_flattening);
    double distance_m;
    geod_inverse(&earth, a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg, &distance_m, NULL, NULL);
    return distance_m;
}

static struct sample sample_at(const struct tracer *tracer, double t)
{
    struct sample sample = {.t = t};
    geod_genposition(&tracer->line, GEOD_LONG_UNROLL, t * tracer->length_m, &sample.lat_deg,
                     &sample.lon_deg, NULL, NULL, NULL, NULL, NULL, NULL);
    /* The ends as given, not as computed to a nanometre; b keeps its unrolled turn. */
    if (t == 0) {
        sample.lat_deg = tracer->a.lat_deg;
        sample.lon_deg = tracer->a.lon_deg;
    }
    if (t == 1) {
        sample.lat_deg = tracer->b.lat_deg;
        sample.lon_deg =
            tracer->b.lon_deg + 360 * round((sample.lon_deg - tracer->b.lon_deg) / 360);
    }
    sample.world = mercator_forward(sample.lon_deg, sample.lat_deg);
    return sample;
}

static void add_point(struct tracer *tracer, const struct sample *sample)
{
    struct arc *arc = tracer->arc;
    if (!ARRAY_RESERVE(arc->points, arc->n_points + 1, &tracer->points_room) ||
        !ARRAY_RESERVE(arc->t, arc->n_points + 1, &tracer->t_room)) {
        tracer->failed = true;
        return;
    }
    double lon_deg = sample->lon_deg + tracer->shift_deg;
    arc->points[arc->n_points] =
        (struct lon_lat){fmin(fmax(lon_deg, -180), 180),
                         fmin(fmax(sample->lat_deg, -MERCATOR_MAX_LAT_DEG), MERCATOR_MAX_LAT_DEG)};
    arc->t[arc->n_points++] = sample->t;
}

/* Adds what lies behind a, up to and with b, in one chord or as many as it takes. */
static void add_chord(struct tracer *tracer, const struct sample *a, const struct sample *b,
                      int depth)
{
    struct sample quarters[3];
    double strays = 0;
    for (int i = 0; i < 3; i++) {
        quarters[i] = sample_at(tracer, a->t + (b->t - a->t) * (i + 1) / 4);
        strays = fmax(strays, world_distance_to_chord(quarters[i].world, a->world, b->world));
    }
    bool short_enough = (b->t - a->t) * tracer->length_m <= longest_chord_m;
    if ((short_enough && strays <= tracer->tolerance_world * accepted) || depth == 0 ||
        tracer->failed) {
        add_point(tracer, b);
        return;
    }
    add_chord(tracer, a, &quarters[1], depth - 1);
    add_chord(tracer, &quarters[1], b, depth - 1);
}

enum { MAX_PROBES = 64 };

/* Fills density[0 .. n] with the chords per unit of t that the curve needs at n + 1 even steps. */
static void measure_density(const struct tracer *tracer, const struct sample *a,
                            const struct sample *b, int n, double density[MAX_PROBES + 1])
{
    struct world_point points[MAX_PROBES + 1];
    double step = (b->t - a->t) / n;
    points[0] = a->world;
    points[n] = b->world;
    for (int i = 1; i < n; i++)
        points[i] = sample_at(tracer, a->t + step * i).world;
    for (int i = 1; i < n; i++) {
        struct world_point before = points[i - 1], at = points[i], after = points[i + 1];
        double vx = after.x_world - before.x_world, vy = after.y_world - before.y_world;
        double ax = after.x_world - 2 * at.x_world + before.x_world;
        double ay = after.y_world - 2 * at.y_world + before.y_world;
        double speed = hypot(vx, vy);
        double across = speed > 0 ? fabs(vx * ay - vy * ax) / speed : 0;
        density[i] = sqrt(across / (8 * tracer->tolerance_world * aimed_at)) / step;
    }
    density[0] = density[1];
    density[n] = density[n - 1];
}

/* Sum of the density over the piece: the chords it needs. */
static double sum_density(const double *density, int n, double step)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (density[i] + density[i + 1]) / 2 * step;
    return sum;
}

/* Adds a piece, without its first point. */
static void add_chords(struct tracer *tracer, const struct sample *a, const struct sample *b)
{
    enum { DEEPEST = 24 }; /* 2^24 pieces of half the globe are metres long */
    static const double probe_m = 1e6;
    double density[MAX_PROBES + 1] = {0}, length = b->t - a->t;
    int n = (int)fmin(fmax(length * tracer->length_m / probe_m, 4), 20);
    measure_density(tracer, a, b, n, density);
    double total = sum_density(density, n, length / n);
    /* Many chords deserve a closer look at how the curve bends. */
    if (total > 1.5 * n) {
        n = (int)fmin(total, MAX_PROBES);
        measure_density(tracer, a, b, n, density);
        total = sum_density(density, n, length / n);
    }
    /* Each chord holds the same share of the total. */
    double step = length / n, share = total / ceil(total), done = 0, next = share;
    struct sample from = *a;
    for (int i = 0; i < n && total > 1; i++) {
        double here = (density[i] + density[i + 1]) / 2 * step;
        while (done + here >= next && next < total - share / 2) {
            struct sample cut = sample_at(tracer, a->t + step * (i + (next - done) / here));
            add_chord(tracer, &from, &cut, DEEPEST);
            from = cut;
            next += share;
        }
        done += here;
    }
    add_chord(tracer, &from, b, DEEPEST);
}

/* One part: the piece between two samples that crosses neither edge nor antimeridian. */
static void add_part(struct tracer *tracer, const struct sample *a, const struct sample *b)
{
    struct arc *arc = tracer->arc;
    size_t *starts = realloc(arc->part_starts, (arc->n_parts + 2) * sizeof *starts);
    if (!starts) {
        tracer->failed = true;
        return;
    }
    arc->part_starts = starts;
    starts[arc->n_parts] = arc->n_points;
    struct sample middle = sample_at(tracer, (a->t + b->t) / 2);
    tracer->shift_deg = -360 * floor((middle.lon_deg + 180) / 360);
    if (middle.lon_deg == 180) tracer->shift_deg = 0;
    add_point(tracer, a);
    add_chords(tracer, a, b);
    starts[++arc->n_parts] = arc->n_points;
}

/* Bisects for the sample between a and b whose latitude (or longitude) is `wanted`. */
static struct sample cross_at(const struct tracer *tracer, struct sample a, struct sample b,
                              bool by_latitude, double wanted)
{
    bool rising = by_latitude ? b.lat_deg > a.lat_deg : b.lon_deg > a.lon_deg;
    struct sample middle = a;
    for (int i = 0; i < 60; i++) {
        double t = (a.t + b.t) / 2;
        if (t <= a.t || t >= b.t) break;
        middle = sample_at(tracer, t);
        if (((by_latitude ? middle.lat_deg : middle.lon_deg) < wanted) == rising)
            a = middle;
        else
            b = middle;
    }
    *(by_latitude ? &middle.lat_deg : &middle.lon_deg) = wanted;
    middle.world = mercator_forward(middle.lon_deg, middle.lat_deg);
    return middle;
}

/* Cuts a piece inside the Mercator square at the antimeridian. */
static void cut_at_antimeridian(struct tracer *tracer, struct sample a, struct sample b)
{
    int direction = b.lon_deg >= a.lon_deg ? 1 : -1;
    for (;;) {
        /* The next of … -180, 180, 540 … strictly ahead of a. */
        double turns = (a.lon_deg - 180) / 360;
        double next = 180 + 360 * (direction > 0 ? floor(turns) + 1 : ceil(turns) - 1);
        if (direction > 0 ? next >= b.lon_deg : next <= b.lon_deg) break;
        struct sample cut = cross_at(tracer, a, b, false, next);
        add_part(tracer, &a, &cut);
        a = cut;
    }
    add_part(tracer, &a, &b);
}

/* Cuts a piece along which latitude only rises or only falls at the edges of the square. */
static void cut_at_edges(struct tracer *tracer, struct sample a, struct sample b)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        double edge = sign * MERCATOR_MAX_LAT_DEG;
        bool a_beyond = sign * a.lat_deg > MERCATOR_MAX_LAT_DEG;
        bool b_beyond = sign * b.lat_deg > MERCATOR_MAX_LAT_DEG;
        if (a_beyond && b_beyond) return;
        if (a_beyond) a = cross_at(tracer, a, b, true, edge);
        if (b_beyond) b = cross_at(tracer, a, b, true, edge);
    }
    cut_at_antimeridian(tracer, a, b);
}

/* How the arc heads at t: positive northwards. */
static double northing(const struct tracer *tracer, double t)
{
    double azimuth_deg;
    geod_genposition(&tracer->line, GEOD_LONG_UNROLL, t * tracer->length_m, NULL, NULL,
                     &azimuth_deg, NULL, NULL, NULL, NULL, NULL);
    return cos(azimuth_deg * degree);
}

static void trace_from_to(struct tracer *tracer, double t_from, double t_to)
{
    struct sample a = sample_at(tracer, t_from), b = sample_at(tracer, t_to);
    /* Clairaut: the product of these is the cosine of the highest latitude of the great circle.
     * Most arcs stay far from the poles and need no search. */
    double highest = fabs(sin(tracer->line.azi1 * degree)) * cos(tracer->a.lat_deg * degree);
    if (highest > 1.05 * cos(MERCATOR_MAX_LAT_DEG * degree)) {
        cut_at_antimeridian(tracer, a, b);
        return;
    }
    double from = t_from, to = t_to;
    bool northward = northing(tracer, from) > 0;
    if ((northing(tracer, to) > 0) == northward) {
        cut_at_edges(tracer, a, b);
        return;
    }
    for (int i = 0; i < 60; i++) {
        double t = (from + to) / 2;
        *((northing(tracer, t) > 0) == northward ? &from : &to) = t;
    }
    struct sample vertex = sample_at(tracer, from);
    if (fabs(vertex.lat_deg) <= MERCATOR_MAX_LAT_DEG) {
        cut_at_antimeridian(tracer, a, b);
        return;
    }
    cut_at_edges(tracer, a, vertex);
    cut_at_edges(tracer, sample_at(tracer, to), b);
}

enum atlas_status arc_trace_share(struct lon_lat a, struct lon_lat b, double t_from, double t_to,
                                  double tolerance_world, struct arc *arc)
{
    if (!arc_input_valid(a) || !arc_input_valid(b) || !(tolerance_world > 0)) return ATLAS_INVALID;
    if (!(t_from >= 0 && t_from <= t_to && t_to <= 1)) return ATLAS_INVALID;
    struct arc traced = {0};
    struct tracer tracer = {.a = a, .b = b, .tolerance_world = tolerance_world, .arc = &traced};
    struct geod_geodesic earth;
    geod_init(&earth, wgs84_radius_m, wgs84_flattening);
    geod_inverseline(&tracer.line, &earth, a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg,
                     GEOD_LATITUDE | GEOD_LONGITUDE | GEOD_DISTANCE_IN);
    tracer.length_m = tracer.line.s13;
    trace_from_to(&tracer, t_from, t_to);
    if (tracer.failed) {
        arc_close(&traced);
        return ATLAS_NO_MEMORY;
    }
    *arc = traced;
    return ATLAS_OK;
}

enum atlas_status arc_trace(struct lon_lat a, struct lon_lat b, double tolerance_world,
                            struct arc *arc)
{
    return arc_trace_share(a, b, 0, 1, tolerance_world, arc);
}

void arc_close(struct arc *arc)
{
    if (!arc) return;
    free(arc->points);
    free(arc->t);
    free(arc->part_starts);
    *arc = (struct arc){0};
}
