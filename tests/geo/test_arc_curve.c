/* geo/arc_curve: curves against PROJ's geodesic positions, point by point.
 * Plan: random arcs, arcs of the Pacific, by the poles, along meridians and of neighbours, at three
 * tolerances: every point of the curve is near the true point of the same t, x runs on without a
 * jump, and what is left out lies beyond the square. (Chords of curves: tests/tiles/test_arcs.c.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/arc_curve.h"

#include <geodesic.h>
#include <math.h>

static double uniform(uint64_t *seed, double low, double high)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(*seed >> 11) / (double)(1ull << 53);
}

static const struct lon_lat named[][2] = {
    {{166.45, -22.27}, {-149.57, -17.53}}, /* Nouméa, Papeete */
    {{-176.17, -13.28}, {178.44, -18.14}}, /* Mata-Utu, Suva */
    {{180, 10}, {-170, 12}},
    {{-180, 10}, {170, 12}},
    {{165.5, -21.3}, {-14.5, 14.5}}, /* over the south pole, along a meridian */
    {{2, 70}, {-177, 70.5}},
    {{-60, 84.9}, {120, 84.9}},
    {{2, 48}, {2, -30}},
    {{7.75, 48.58}, {7.815, 48.57}},
    {{5, 45}, {5, 45}},
};
enum { N_NAMED = sizeof named / sizeof *named, N_RANDOM = 400 };

static void make_ends(uint64_t *seed, size_t i, struct lon_lat ends[2])
{
    for (int end = 0; end < 2; end++)
        ends[end] = i < N_NAMED
                        ? named[i][end]
                        : (struct lon_lat){uniform(seed, -180, 180), uniform(seed, -75, 84)};
}

static struct world_point true_point(const struct lon_lat ends[2], double t, double *lat_deg)
{
    struct geod_geodesic earth;
    struct geod_geodesicline line;
    double lon_deg;
    geod_init(&earth, 6378137, 1 / 298.257223563);
    geod_inverseline(&line, &earth, ends[0].lat_deg, ends[0].lon_deg, ends[1].lat_deg,
                     ends[1].lon_deg, 0);
    geod_position(&line, line.s13 * t, lat_deg, &lon_deg, NULL);
    return mercator_forward(lon_deg, *lat_deg);
}

/* Between the same x in any world. */
static double apart(struct world_point a, struct world_point b)
{
    double dx = a.x_world - b.x_world;
    return hypot(dx - round(dx), a.y_world - b.y_world);
}

static void follows_the_true_arc(void **state)
{
    (void)state;
    static const double tolerances[] = {1e-4, 1e-6, 3e-7};
    struct arc_curve curve = {0};
    uint64_t seed = 1;
    for (size_t i = 0; i < N_NAMED + N_RANDOM; i++) {
        struct lon_lat ends[2];
        make_ends(&seed, i, ends);
        double tolerance = tolerances[i % 3];
        assert_int_equal(arc_curve_trace(ends[0], ends[1], tolerance, &curve), ATLAS_OK);
        for (size_t p = 0; p < curve.n_pieces; p++) {
            const struct curve_piece *piece = &curve.pieces[p];
            const struct curve_knot *knots = curve.knots + piece->first;
            assert_true(knots[0].x_world >= 0 && knots[0].x_world <= 1);
            for (int s = 0; s <= 300; s++) {
                double at = s / 300.0 * (double)piece->n_steps, lat_deg;
                size_t step = (size_t)fmin(floor(at), (double)piece->n_steps - 1);
                double t = piece->t0 + (piece->t1 - piece->t0) * s / 300;
                struct world_point p_true = true_point(ends, t, &lat_deg);
                struct world_point p_curve = curve_step_at(&knots[step], at - (double)step);
                if (!(apart(p_true, p_curve) <= tolerance * 1.05 + 1e-9))
                    fail_msg("arc %zu, t %.4f: %.2f tolerances off", i, t,
                             apart(p_true, p_curve) / tolerance);
            }
            for (size_t k = 1; k <= piece->n_steps; k++)
                assert_true(fabs(knots[k].x_world - knots[k - 1].x_world) <= 0.55);
        }
    }
    arc_curve_close(&curve);
}

static void leaves_out_only_what_is_beyond_the_square(void **state)
{
    (void)state;
    struct arc_curve curve = {0};
    uint64_t seed = 2;
    for (size_t i = 0; i < N_NAMED + N_RANDOM; i++) {
        struct lon_lat ends[2];
        make_ends(&seed, i, ends);
        assert_int_equal(arc_curve_trace(ends[0], ends[1], 1e-6, &curve), ATLAS_OK);
        for (int s = 0; s <= 200; s++) {
            double t = s / 200.0, lat_deg;
            true_point(ends, t, &lat_deg);
            bool held = false;
            for (size_t p = 0; p < curve.n_pieces; p++)
                held = held || (t >= curve.pieces[p].t0 && t <= curve.pieces[p].t1);
            if (fabs(fabs(lat_deg) - MERCATOR_MAX_LAT_DEG) > 1e-6)
                assert_int_equal(held, fabs(lat_deg) < MERCATOR_MAX_LAT_DEG);
        }
    }
    arc_curve_close(&curve);
}

static void refuses_what_is_no_place(void **state)
{
    (void)state;
    struct arc_curve curve = {0};
    static const struct lon_lat good = {1, 2},
                                bad[] = {{NAN, 0}, {0, INFINITY}, {181, 0}, {0, -91}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(arc_curve_trace(bad[i], good, 1e-6, &curve), ATLAS_INVALID);
        assert_int_equal(arc_curve_trace(good, bad[i], 1e-6, &curve), ATLAS_INVALID);
    }
    assert_int_equal(arc_curve_trace(good, good, 0, &curve), ATLAS_INVALID);
    arc_curve_close(&curve);
    arc_curve_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_true_arc),
        cmocka_unit_test(leaves_out_only_what_is_beyond_the_square),
        cmocka_unit_test(refuses_what_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
