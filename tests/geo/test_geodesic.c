/* geo/geodesic: arcs as lines to draw.
 * Plan: known distances; named arcs (Pacific, poles, equal and antipodal points) and random ones
 * are compared with dense points of the true geodesic: tolerance, order of t, ends, cuts at ±180,
 * nothing beyond the square; shares of an arc; bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/geodesic.h"
#include "geo/mercator.h"

#include <geodesic.h>
#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static double tolerance_at(int zoom)
{
    return ldexp(0.5 / 512, -zoom);
}

static void measures_distances(void **state)
{
    (void)state;
    static const struct {
        struct lon_lat a, b;
        double distance_m;
    } cases[] = {
        /* quarter meridian and equator of WGS 84; JFK to LHR from PROJ's manual of `geod` */
        {{0, 0}, {0, 90}, 10001965.729},
        {{0, 0}, {90, 0}, 10018754.171},
        {{-73.8, 40.6}, {-0.5, 51.6}, 5551759.400},
        {{179.5, 0}, {-179.5, 0}, 111319.491},
        {{12, 34}, {12, 34}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(geodesic_distance_m(cases[i].a, cases[i].b), cases[i].distance_m, 1);
}

static double distance_to_segment(double px, double py, struct world_point a, struct world_point b)
{
    double dx = b.x_world - a.x_world, dy = b.y_world - a.y_world;
    double length2 = dx * dx + dy * dy;
    double s = length2 > 0 ? ((px - a.x_world) * dx + (py - a.y_world) * dy) / length2 : 0;
    s = fmin(fmax(s, 0), 1);
    return hypot(px - a.x_world - s * dx, py - a.y_world - s * dy);
}

static double distance_to_arc(const struct arc *arc, struct world_point p)
{
    double nearest = INFINITY;
    for (size_t part = 0; part < arc->n_parts; part++)
        for (size_t i = arc->part_starts[part] + 1; i < arc->part_starts[part + 1]; i++) {
            struct world_point a =
                mercator_forward(arc->points[i - 1].lon_deg, arc->points[i - 1].lat_deg);
            struct world_point b = mercator_forward(arc->points[i].lon_deg, arc->points[i].lat_deg);
            for (int turn = -1; turn <= 1; turn++)
                nearest = fmin(nearest, distance_to_segment(p.x_world + turn, p.y_world, a, b));
        }
    return nearest;
}

/* Every promise of the header, for one arc. Returns the largest deviation in tolerances. */
static double check_arc(struct lon_lat a, struct lon_lat b, double tolerance)
{
    struct arc arc;
    assert_int_equal(arc_trace(a, b, tolerance, &arc), ATLAS_OK);
    for (size_t part = 0; part < arc.n_parts; part++) {
        assert_true(arc.part_starts[part + 1] - arc.part_starts[part] >= 2);
        for (size_t i = arc.part_starts[part]; i < arc.part_starts[part + 1]; i++) {
            assert_true(fabs(arc.points[i].lon_deg) <= 180);
            assert_true(fabs(arc.points[i].lat_deg) <= MERCATOR_MAX_LAT_DEG);
            if (i > arc.part_starts[part]) {
                assert_true(arc.t[i] >= arc.t[i - 1]);
                /* no streak across the world inside a part */
                assert_true(fabs(arc.points[i].lon_deg - arc.points[i - 1].lon_deg) < 181);
            }
        }
    }
    if (arc.n_parts) assert_int_equal(arc.part_starts[0], 0);
    if (arc.n_parts) assert_int_equal(arc.part_starts[arc.n_parts], arc.n_points);

    struct geod_geodesic earth;
    struct geod_geodesicline line;
    geod_init(&earth, 6378137, 1 / 298.257223563);
    geod_inverseline(&line, &earth, a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg, 0);
    double worst = 0;
    for (int i = 0; i <= 500; i++) {
        double lat, lon;
        geod_position(&line, line.s13 * i / 500, &lat, &lon, NULL);
        if (fabs(lat) <= MERCATOR_MAX_LAT_DEG)
            worst = fmax(worst, distance_to_arc(&arc, mercator_forward(lon, lat)) / tolerance);
    }
    /* and every drawn point is where its t says */
    for (size_t i = 0; i < arc.n_points; i++) {
        double lat, lon;
        geod_position(&line, line.s13 * arc.t[i], &lat, &lon, NULL);
        assert_near(lat, arc.points[i].lat_deg, 1e-7);
        double turn = fmod(fabs(lon - arc.points[i].lon_deg), 360);
        assert_true(fmin(turn, 360 - turn) * cos(lat * 3.14159265358979323846 / 180) < 1e-7);
    }
    arc_close(&arc);
    return worst;
}

static void keeps_its_tolerance_on_named_arcs(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct lon_lat a, b;
        size_t n_parts;
    } cases[] = {
        {"Lyon, Ouagadougou", {4.83, 45.76}, {-1.53, 12.37}, 1},
        {"Nouméa, Papeete", {166.45, -22.27}, {-149.57, -17.53}, 2},
        {"Mata-Utu, Suva", {-176.17, -13.28}, {178.44, -18.14}, 2},
        {"Papeete, Santiago", {-149.57, -17.53}, {-70.65, -33.45}, 1},
        {"Nouméa, Tokyo", {166.45, -22.27}, {139.69, 35.69}, 1},
        {"Paris, Anchorage", {2.35, 48.86}, {-149.9, 61.22}, 1},
        {"over the pole", {2, 70}, {-178, 70}, 2},
        {"close by the pole", {2, 70}, {-177, 70.5}, 2},
        {"just beyond the edge", {-60, 80}, {60, 80}, 1},
        {"over the southern pole", {170, -50}, {-20, -55}, 3},
        {"along the equator", {-170, 0}, {5, 0}, 1},
        {"across ±180 on the equator", {170, 0}, {-160, 0}, 2},
        {"along the antimeridian", {180, -20}, {-180, 20}, 1},
        {"from the antimeridian east", {180, 10}, {-170, 12}, 1},
        {"to the antimeridian", {170, 10}, {-180, 12}, 1},
        {"a meridian", {2, -60}, {2, 80}, 1},
        {"equal points", {2.35, 48.86}, {2.35, 48.86}, 1},
        {"equal points on both sides", {180, 5}, {-180, 5}, 1},
        {"antipodes", {0, 0}, {180, 0}, 2},
        {"antipodes, tilted", {30, 20}, {-150, -20}, 2},
        {"nearly antipodes", {30, 20}, {-150.3, -20.2}, 2},
        {"one end beyond the edge", {10, 60}, {15, 88}, 1},
        {"both ends beyond, apart", {10, 88}, {15, -88}, 1},
        {"wholly beyond", {10, 86}, {15, 88}, 0},
        {"pole to pole", {10, 90}, {10, -90}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int zoom = 0; zoom <= 8; zoom += 4) {
            struct arc arc;
            assert_int_equal(arc_trace(cases[i].a, cases[i].b, tolerance_at(zoom), &arc), ATLAS_OK);
            if (arc.n_parts != cases[i].n_parts)
                fail_msg("%s: %zu parts at z%d", cases[i].what, arc.n_parts, zoom);
            arc_close(&arc);
            double worst = check_arc(cases[i].a, cases[i].b, tolerance_at(zoom));
            if (worst > 1) fail_msg("%s: %.3f tolerances at z%d", cases[i].what, worst, zoom);
        }
}

static void keeps_its_tolerance_on_random_arcs(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < 400; round++) {
        double u[4];
        for (int i = 0; i < 4; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            u[i] = (double)(seed >> 11) / 9007199254740992.0;
        }
        struct lon_lat a = {u[0] * 360 - 180, u[1] * 178 - 89};
        struct lon_lat b = {u[2] * 360 - 180, u[3] * 178 - 89};
        double worst = check_arc(a, b, tolerance_at(round % 9));
        if (worst > 1)
            fail_msg("%.4f,%.4f to %.4f,%.4f: %.3f tolerances at z%d", a.lon_deg, a.lat_deg,
                     b.lon_deg, b.lat_deg, worst, round % 9);
    }
}

static void cuts_the_antimeridian_at_one_latitude(void **state)
{
    (void)state;
    struct arc arc;
    struct lon_lat noumea = {166.45, -22.27}, papeete = {-149.57, -17.53};
    assert_int_equal(arc_trace(noumea, papeete, tolerance_at(3), &arc), ATLAS_OK);
    assert_int_equal(arc.n_parts, 2);
    size_t next = arc.part_starts[1];
    assert_near(arc.points[next - 1].lon_deg, 180, 0);
    assert_near(arc.points[next].lon_deg, -180, 0);
    assert_near(arc.points[next - 1].lat_deg, arc.points[next].lat_deg, 0);
    assert_near(arc.t[next - 1], arc.t[next], 0);
    /* the ends are the given ones, to the bit */
    assert_near(arc.points[0].lon_deg, noumea.lon_deg, 0);
    assert_near(arc.points[0].lat_deg, noumea.lat_deg, 0);
    assert_near(arc.points[arc.n_points - 1].lon_deg, papeete.lon_deg, 1e-12);
    assert_near(arc.points[arc.n_points - 1].lat_deg, papeete.lat_deg, 0);
    assert_near(arc.t[0], 0, 0);
    assert_near(arc.t[arc.n_points - 1], 1, 0);
    arc_close(&arc);
}

static void needs_few_points(void **state)
{
    (void)state;
    static const struct {
        int zoom;
        size_t at_most;
    } cases[] = {{0, 3}, {2, 5}, {6, 17}, {10, 64}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arc arc;
        assert_int_equal(arc_trace((struct lon_lat){4.83, 45.76}, (struct lon_lat){-1.53, 12.37},
                                   tolerance_at(cases[i].zoom), &arc),
                         ATLAS_OK);
        assert_in_range(arc.n_points, 2, cases[i].at_most);
        arc_close(&arc);
    }
}

static void traces_a_share(void **state)
{
    (void)state;
    struct lon_lat a = {166.45, -22.27}, b = {-149.57, -17.53};
    struct arc whole, share;
    assert_int_equal(arc_trace(a, b, tolerance_at(8), &whole), ATLAS_OK);
    assert_int_equal(arc_trace_share(a, b, 0.25, 0.3, tolerance_at(8), &share), ATLAS_OK);
    assert_near(share.t[0], 0.25, 0);
    assert_near(share.t[share.n_points - 1], 0.3, 0);
    for (size_t i = 0; i < share.n_points; i++)
        assert_true(distance_to_arc(&whole, mercator_forward(share.points[i].lon_deg,
                                                             share.points[i].lat_deg)) <=
                    tolerance_at(8));
    arc_close(&share);
    arc_close(&whole);
    assert_int_equal(arc_trace_share(a, b, 0.5, 0.4, 1, &share), ATLAS_INVALID);
    assert_int_equal(arc_trace_share(a, b, -0.1, 0.4, 1, &share), ATLAS_INVALID);
    assert_int_equal(arc_trace_share(a, b, 0, NAN, 1, &share), ATLAS_INVALID);
}

static void refuses_what_is_no_place(void **state)
{
    (void)state;
    static const struct lon_lat bad[] = {{NAN, 0}, {0, NAN}, {INFINITY, 0}, {180.1, 0}, {0, -90.1}};
    struct arc arc;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(arc_trace(bad[i], (struct lon_lat){0, 0}, 1e-3, &arc), ATLAS_INVALID);
        assert_int_equal(arc_trace((struct lon_lat){0, 0}, bad[i], 1e-3, &arc), ATLAS_INVALID);
    }
    static const double tolerances[] = {0, -1, NAN};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            arc_trace((struct lon_lat){0, 0}, (struct lon_lat){1, 1}, tolerances[i], &arc),
            ATLAS_INVALID);
    arc_close(NULL);
    arc = (struct arc){0};
    arc_close(&arc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_distances),
        cmocka_unit_test(keeps_its_tolerance_on_named_arcs),
        cmocka_unit_test(keeps_its_tolerance_on_random_arcs),
        cmocka_unit_test(cuts_the_antimeridian_at_one_latitude),
        cmocka_unit_test(needs_few_points),
        cmocka_unit_test(traces_a_share),
        cmocka_unit_test(refuses_what_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
