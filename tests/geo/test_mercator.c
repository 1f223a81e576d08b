/* geo/mercator: known places of EPSG:3857, tile bounds, keys.
 * Plan: a table against figures of the EPSG registry's method; round trips; the edge of the square;
 * valid and invalid keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/mercator.h"

#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void projects_known_places(void **state)
{
    (void)state;
    static const double half_m = 20037508.342789244; /* half the equator of EPSG:3857 */
    static const struct {
        double lon_deg, lat_deg, x_m, y_m;
    } cases[] = {
        /* EPSG guidance note 7-2, Popular Visualisation Pseudo-Mercator */
        {-100.33333333, 24.38178694, -11169055.58, 2800000.00},
        {0, 0, 0, 0},
        {180, 85.05112877980659, 20037508.34, 20037508.34},
        {-180, -85.05112877980659, -20037508.34, -20037508.34},
        {2.3522, 48.8566, 261845.71, 6250564.35},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world_point p = mercator_forward(cases[i].lon_deg, cases[i].lat_deg);
        assert_near((p.x_world - 0.5) * 2 * half_m, cases[i].x_m, 1);
        assert_near((0.5 - p.y_world) * 2 * half_m, cases[i].y_m, 1);
    }
}

static void comes_back(void **state)
{
    (void)state;
    for (double lat = -85; lat <= 85; lat += 4.9)
        for (double lon = -540; lon <= 540; lon += 33.3) {
            double lon_back, lat_back;
            mercator_inverse(mercator_forward(lon, lat), &lon_back, &lat_back);
            assert_near(lon_back, lon, 1e-9);
            assert_near(lat_back, lat, 1e-9);
        }
}

static void holds_high_latitudes_at_the_edge(void **state)
{
    (void)state;
    static const double lats[] = {86, 89.9, 90};
    for (size_t i = 0; i < sizeof lats / sizeof *lats; i++) {
        assert_near(mercator_forward(0, lats[i]).y_world, 0, 1e-12);
        assert_near(mercator_forward(0, -lats[i]).y_world, 1, 1e-12);
    }
}

static void bounds_tiles(void **state)
{
    (void)state;
    static const struct {
        struct tile_key key;
        double west, south, east, north;
    } cases[] = {
        {{0, 0, 0}, -180, -85.0511287798, 180, 85.0511287798},
        {{1, 1, 0}, 0, 0, 180, 85.0511287798},
        {{2, 2, 1}, 0, 0, 90, 66.5132604431},
        {{3, 4, 2}, 0, 40.9798980696, 45, 66.5132604431},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double b[4];
        tile_bounds(cases[i].key, b);
        assert_near(b[0], cases[i].west, 1e-9);
        assert_near(b[1], cases[i].south, 1e-9);
        assert_near(b[2], cases[i].east, 1e-9);
        assert_near(b[3], cases[i].north, 1e-9);
    }
}

static void knows_valid_keys(void **state)
{
    (void)state;
    static const struct {
        struct tile_key key;
        bool valid;
    } cases[] = {
        {{0, 0, 0}, true},           {{0, 1, 0}, false},  {{0, 0, 1}, false},
        {{5, 31, 31}, true},         {{5, 32, 0}, false}, {{22, 4194303, 4194303}, true},
        {{22, 4194304, 0}, false},   {{23, 0, 0}, false}, {{255, 0, 0}, false},
        {{3, UINT32_MAX, 0}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(tile_key_valid(cases[i].key), cases[i].valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projects_known_places),
        cmocka_unit_test(comes_back),
        cmocka_unit_test(holds_high_latitudes_at_the_edge),
        cmocka_unit_test(bounds_tiles),
        cmocka_unit_test(knows_valid_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
