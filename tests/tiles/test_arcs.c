/* tiles/arcs: kept arcs cut to tiles, against each arc traced ten times finer for the tile alone.
 * Plan: random and Pacific arcs, tiles of zooms 0 to 14 around points of the arcs: every visible
 * crossing is found, listed and near enough, t fits, and nothing is drawn where no arc is; the
 * middle is in exactly one tile of each zoom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/fixture.h"
#include "tiles/arcs.h"

#include <geodesic.h>
#include <math.h>

enum { N_ARCS = 60 };

static struct arc_ends ends[N_ARCS];
static struct arcs all;

static struct arc_ends ends_at(const void *context, size_t arc)
{
    return ((const struct arc_ends *)context)[arc];
}

static double uniform(uint64_t *seed, double low, double high)
{
    return low + (high - low) * fixture_random(seed, 1000000) / 1e6;
}

static int make_arcs(void **state)
{
    (void)state;
    uint64_t seed = 11;
    static const struct arc_ends named[] = {
        {{166.45, -22.27}, {-149.57, -17.53}}, /* Nouméa, Papeete */
        {{-149.57, -17.53}, {166.45, -22.27}},
        {{-176.17, -13.28}, {178.44, -18.14}}, /* Mata-Utu, Suva */
        {{178.44, -18.14}, {-176.17, -13.28}},
        {{180, 10}, {-170, 12}},
        {{-180, 10}, {170, 12}},
        {{2, 70}, {-177, 70.5}},         /* by the pole */
        {{7.75, 48.58}, {7.815, 48.57}}, /* Strasbourg, Kehl */
        {{5, 45}, {5, 45}},
    };
    for (size_t i = 0; i < N_ARCS; i++)
        ends[i] = i < sizeof named / sizeof *named
                      ? named[i]
                      : (struct arc_ends){{uniform(&seed, -180, 180), uniform(&seed, -60, 75)},
                                          {uniform(&seed, -180, 180), uniform(&seed, -60, 75)}};
    assert_int_equal(arcs_build(ends_at, ends, N_ARCS, &all), ATLAS_OK);
    return 0;
}

static int close_arcs(void **state)
{
    (void)state;
    arcs_close(&all);
    return 0;
}

static double to_segment(double x, double y, struct mvt_point a, struct mvt_point b)
{
    double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    double s = length2 > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
    s = fmin(fmax(s, 0), 1);
    return hypot(x - a.x - s * dx, y - a.y - s * dy);
}

static double to_result(const struct clip_result *result, double x, double y)
{
    double nearest = INFINITY;
    for (size_t r = 0; r < result->n_runs; r++)
        for (size_t i = result->runs[r].start + 1; i < result->runs[r].end; i++)
            nearest = fmin(nearest, to_segment(x, y, result->points[i - 1], result->points[i]));
    return nearest;
}

/* Half a pixel is 4 units; cutting and rounding add at most 0.75. */
static const double near_units = 4.75;

/* Samples of the true arc in a tile must lie near the drawn runs, and the other way round. */
static void check_tile(const struct arcs *arcs, size_t arc, struct tile_key key)
{
    static struct clip_scratch scratch;
    static struct clip_result result;
    struct tile_view view;
    tile_view_init(&view, key);
    clip_clear(&result);
    assert_int_equal(arcs_clip(arcs, arc, &view, &scratch, &result), ATLAS_OK);
    if (result.n_runs) {
        size_t n;
        bool listed = false;
        const uint32_t *list = arcs_near(arcs, key, &n);
        for (size_t i = 0; i < n; i++)
            listed = listed || (list ? list[i] : i) == arc;
        assert_true(listed);
        struct arcs_window window;
        arcs_window_init(arcs, &view, &window);
        assert_true(arcs_meet(arcs, arc, &window));
    }
    struct geod_geodesic earth;
    struct geod_geodesicline line;
    geod_init(&earth, 6378137, 1 / 298.257223563);
    geod_inverseline(&line, &earth, ends[arc].a.lat_deg, ends[arc].a.lon_deg, ends[arc].b.lat_deg,
                     ends[arc].b.lon_deg, 0);
    double units = ldexp(MVT_EXTENT, key.z);
    for (int i = 0; i <= 2000; i++) {
        double lat, lon;
        geod_position(&line, line.s13 * i / 2000, &lat, &lon, NULL);
        if (fabs(lat) > MERCATOR_MAX_LAT_DEG) continue;
        struct world_point p = mercator_forward(lon, lat);
        for (int turn = -1; turn <= 1; turn++) {
            double x = (p.x_world + turn) * units - key.x * 4096.0;
            double y = p.y_world * units - key.y * 4096.0;
            /* what strays may leave at the very edge */
            if (x < -58 || x > 4154 || y < -58 || y > 4154) continue;
            if (!(to_result(&result, x, y) < near_units))
                fail_msg("arc %zu, %u/%u/%u: t %.4f at %.1f,%.1f is %.1f units off", arc, key.z,
                         key.x, key.y, i / 2000.0, x, y, to_result(&result, x, y));
        }
    }
    for (size_t r = 0; r < result.n_runs; r++)
        for (int end = 0; end < 2; end++) {
            const struct clip_run *run = &result.runs[r];
            const struct mvt_point *p = &result.points[end ? run->end - 1 : run->start];
            double lat, lon, t = end ? run->t1 : run->t0;
            assert_true(run->t0 <= run->t1);
            geod_position(&line, line.s13 * t, &lat, &lon, NULL);
            struct world_point w = mercator_forward(lon, lat);
            double off = fabs(w.x_world * units - key.x * 4096.0 - p->x);
            off = fmod(off, units);
            /* t runs evenly along a chord, the arc almost so: within a tenth of a tile */
            assert_true(fmin(off, units - off) < 410 + 2);
            assert_true(fabs(w.y_world * units - key.y * 4096.0 - p->y) < 410 + 2);
        }
}

static void draws_every_arc_in_every_tile_it_crosses(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (size_t arc = 0; arc < N_ARCS; arc++)
        for (uint8_t z = 0; z <= 14; z++)
            for (int sample = 0; sample < 4; sample++) {
                struct geod_geodesic earth;
                struct geod_geodesicline line;
                double lat, lon;
                geod_init(&earth, 6378137, 1 / 298.257223563);
                geod_inverseline(&line, &earth, ends[arc].a.lat_deg, ends[arc].a.lon_deg,
                                 ends[arc].b.lat_deg, ends[arc].b.lon_deg, 0);
                geod_position(&line, line.s13 * uniform(&seed, 0, 1), &lat, &lon, NULL);
                struct world_point p = mercator_forward(lon, lat);
                double side = ldexp(1, z);
                int64_t x = (int64_t)floor(p.x_world * side) + (int)fixture_random(&seed, 3) - 1;
                int64_t y = (int64_t)floor(p.y_world * side);
                struct tile_key key = {z, (uint32_t)((x + (int64_t)side) % (int64_t)side),
                                       (uint32_t)fmin((double)y, side - 1)};
                check_tile(&all, arc, key);
            }
}

static void finds_the_middle_in_one_tile(void **state)
{
    (void)state;
    for (size_t arc = 0; arc < N_ARCS; arc++)
        for (uint8_t z = 0; z <= 4; z++) {
            int found = 0;
            struct mvt_point point;
            for (uint32_t y = 0; y < 1u << z; y++)
                for (uint32_t x = 0; x < 1u << z; x++) {
                    struct tile_view view;
                    tile_view_init(&view, (struct tile_key){z, x, y});
                    found += arcs_middle(&all, arc, &view, &point);
                }
            assert_int_equal(found, arc == 6 ? 0 : 1); /* 6 has its middle beyond the square */
        }
}

static void refuses_a_place_that_is_none(void **state)
{
    (void)state;
    static const struct arc_ends bad = {{NAN, 0}, {0, 0}};
    struct arcs arcs;
    assert_int_equal(arcs_build(ends_at, &bad, 1, &arcs), ATLAS_INVALID);
    assert_int_equal(arcs_build(ends_at, NULL, 0, &arcs), ATLAS_OK);
    size_t n;
    arcs_near(&arcs, (struct tile_key){8, 3, 3}, &n);
    assert_int_equal(n, 0);
    arcs_close(&arcs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_every_arc_in_every_tile_it_crosses),
        cmocka_unit_test(finds_the_middle_in_one_tile),
        cmocka_unit_test(refuses_a_place_that_is_none),
    };
    return cmocka_run_group_tests(tests, make_arcs, close_arcs);
}
