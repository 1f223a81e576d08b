/* tiles/line_plane: what lines cover, against Cairo's strokes and against geometry.
 * Plan: random lines, thin and wide, straight and bent, cut by every edge: each pixel within a few
 * of 255 of Cairo's, and hardly apart on the whole; the sum over the plane is the area of the line;
 * two lines lie over each other as inks do; no line, a point, a line far outside paint nothing; a
 * plane is clear again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/fixture.h"

#include "tiles/line_plane.h"

#include <cairo.h>
#include <math.h>
#include <stdlib.h>

enum { SIZE = 256, MOST_POINTS = 40 };

/* Cairo, at its best: it has 15 steps in each direction, so it strays by some of 255 itself. */
static void paint_by_cairo(const struct line_point *points, size_t n, double width, double alpha,
                           uint8_t *alphas)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, SIZE, SIZE);
    cairo_t *context = cairo_create(surface);
    cairo_set_antialias(context, CAIRO_ANTIALIAS_BEST);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(context, width);
    cairo_set_source_rgba(context, 0, 0, 0, alpha);
    for (size_t i = 0; i < n; i++)
        cairo_line_to(context, points[i].x, points[i].y);
    cairo_stroke(context);
    cairo_surface_flush(surface);
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
            alphas[y * SIZE + x] = cairo_image_surface_get_data(
                surface)[(size_t)y * (size_t)cairo_image_surface_get_stride(surface) + (size_t)x];
    cairo_destroy(context);
    cairo_surface_destroy(surface);
}

/* A line that turns by at most `bend` radians at each point. */
static size_t random_line(uint64_t *seed, double bend, struct line_point *points)
{
    size_t n = 2 + fixture_random(seed, MOST_POINTS - 2);
    double heading = fixture_random(seed, 628) / 100.0;
    points[0] = (struct line_point){fixture_random(seed, 3000) / 10.0 - 20,
                                    fixture_random(seed, 3000) / 10.0 - 20};
    for (size_t i = 1; i < n; i++) {
        double step = 4 + fixture_random(seed, 300) / 10.0;
        heading += bend * ((double)fixture_random(seed, 2001) / 1000 - 1);
        points[i] = (struct line_point){points[i - 1].x + step * cos(heading),
                                        points[i - 1].y + step * sin(heading)};
    }
    return n;
}

static void paints_what_cairo_does(void **state)
{
    (void)state;
    static uint8_t expected[SIZE * SIZE];
    static const double widths[] = {0.75, 1, 2, 4.5, 7.75, 15.5};
    struct line_plane plane = {0};
    uint64_t seed = 11;
    for (int round = 0; round < 240; round++) {
        struct line_point points[MOST_POINTS];
        double width = widths[round % 6], alpha = round % 4 ? 1 : 0.45;
        size_t n = random_line(&seed, round % 2 ? 0.2 : 0.05, points);
        assert_int_equal(line_plane_begin(&plane, SIZE), ATLAS_OK);
        line_plane_paint(&plane, points, n, width, alpha);
        const uint8_t *alphas = line_plane_finish(&plane);
        paint_by_cairo(points, n, width, alpha, expected);
        double apart = 0, painted = 0;
        for (size_t i = 0; i < SIZE * SIZE; i++) {
            int difference = abs(alphas[i] - expected[i]);
            if (difference > 20)
                fail_msg("round %d, width %.2f: pixel %zu, %zu is %d, Cairo's %d", round, width,
                         i % SIZE, i / SIZE, alphas[i], expected[i]);
            apart += difference;
            painted += expected[i];
        }
        if (apart > 0.04 * painted + 255)
            fail_msg("round %d, width %.2f: %.0f of %.0f apart", round, width, apart, painted);
    }
    line_plane_close(&plane);
}

static void covers_the_area_of_the_line(void **state)
{
    (void)state;
    struct line_plane plane = {0};
    uint64_t seed = 5;
    for (int round = 0; round < 200; round++) {
        const struct line_point ends[2] = {
            {30 + fixture_random(&seed, 1960) / 10.0, 30 + fixture_random(&seed, 1960) / 10.0},
            {30 + fixture_random(&seed, 1960) / 10.0, 30 + fixture_random(&seed, 1960) / 10.0}};
        double width = 1 + fixture_random(&seed, 150) / 10.0, sum = 0;
        double area =
            width * hypot(ends[1].x - ends[0].x, ends[1].y - ends[0].y) + M_PI * width * width / 4;
        assert_int_equal(line_plane_begin(&plane, SIZE), ATLAS_OK);
        line_plane_paint(&plane, ends, 2, width, 1);
        const uint8_t *alphas = line_plane_finish(&plane);
        for (size_t i = 0; i < SIZE * SIZE; i++)
            sum += alphas[i] / 255.0;
        if (fabs(sum - area) > 0.01 * area + 0.5)
            fail_msg("round %d: %.2f pixels painted, %.2f in the line", round, sum, area);
    }
    line_plane_close(&plane);
}

static void lays_ink_over_ink(void **state)
{
    (void)state;
    static const struct line_point across[2] = {{-50, 100}, {400, 100}},
                                   down[2] = {{100, -9}, {100, 300}};
    struct line_plane plane = {0};
    assert_int_equal(line_plane_begin(&plane, SIZE), ATLAS_OK);
    line_plane_paint(&plane, across, 2, 4, 0.5);
    line_plane_paint(&plane, down, 2, 4, 0.25);
    const uint8_t *alphas = line_plane_finish(&plane);
    assert_int_equal(alphas[99 * SIZE + 200], 128);
    assert_int_equal(alphas[50 * SIZE + 99], 64);
    assert_int_equal(alphas[99 * SIZE + 99], 159); /* 1 - 0.5 * 0.75 */
    assert_int_equal(alphas[50 * SIZE + 50], 0);
    line_plane_close(&plane);
}

static void paints_nothing_of_nothing(void **state)
{
    (void)state;
    static const struct line_point far[2] = {{-4000, 1e6}, {-3000, -1e6}},
                                   spot[3] = {{9, 9}, {9, 9}, {9, 9}};
    struct line_plane plane = {0};
    for (int size = 1; size <= 512; size *= 8)
        for (int round = 0; round < 2; round++) {
            assert_int_equal(line_plane_begin(&plane, (uint32_t)size), ATLAS_OK);
            if (round == 1) {
                line_plane_paint(&plane, far, 2, 20, 1);
                line_plane_paint(&plane, spot, 3, 20, 1);
                line_plane_paint(&plane, spot, 1, 20, 1);
                line_plane_paint(&plane, NULL, 0, 20, 1);
            }
            const uint8_t *alphas = line_plane_finish(&plane);
            for (int i = 0; i < size * size; i++)
                assert_int_equal(alphas[i], 0);
            assert_int_equal(line_plane_begin(&plane, (uint32_t)size), ATLAS_OK);
            line_plane_paint(&plane, (struct line_point[]){{-90, -90}, {600, 600}}, 2, 20, 1);
        }
    line_plane_close(&plane);
    line_plane_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paints_what_cairo_does),
        cmocka_unit_test(covers_the_area_of_the_line),
        cmocka_unit_test(lays_ink_over_ink),
        cmocka_unit_test(paints_nothing_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
