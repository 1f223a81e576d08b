/* tiles/clip: lines and rings cut to a tile, against GEOS (through OGR).
 * Plan: a table of lines with t; rings; then random lines and rings, whose clipped length and area
 * must be those that GEOS finds, but for the rounding to units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/fixture.h"
#include "tiles/clip.h"

#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>

#define MAX_VERTICES 40

static void cuts_lines(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct clip_vertex vertices[5];
        size_t n, n_runs;
        struct mvt_point first, last; /* of the first run */
        double t0, t1;
    } cases[] = {
        {"inside", {{10, 20, 0}, {30, 40, 1}}, 2, 1, {10, 20}, {30, 40}, 0, 1},
        {"through",
         {{-1000, 100, 0}, {9000, 100, 1}},
         2,
         1,
         {-64, 100},
         {4160, 100},
         0.0936,
         0.516},
        {"entering", {{-164, 0, 0}, {36, 0, 1}}, 2, 1, {-64, 0}, {36, 0}, 0.5, 1},
        {"outside", {{-1000, 0, 0}, {-65, 5000, 1}}, 2, 0, {0, 0}, {0, 0}, 0, 0},
        {"past a corner", {{-1000, 500, 0}, {500, -1000, 1}}, 2, 0, {0, 0}, {0, 0}, 0, 0},
        {"out and in",
         {{10, 10, 0}, {10, -200, 0.25}, {20, -200, 0.5}, {20, 10, 1}},
         4,
         2,
         {10, 10},
         {10, -64},
         0,
         0.0880952},
        {"a dot that is the whole", {{7, 7, 0}, {7.2, 7.1, 1}}, 2, 1, {7, 7}, {8, 7}, 0, 1},
        {"a dot at the far edge", {{4096, 7, 0}, {4096, 7, 1}}, 2, 1, {4096, 7}, {4095, 7}, 0, 1},
        {"a dot of a longer line", {{-65, 7, 0.2}, {-63.9, 7, 0.3}}, 2, 0, {0, 0}, {0, 0}, 0, 0},
        {"along the edge", {{0, -64, 0}, {9, -64, 1}}, 2, 1, {0, -64}, {9, -64}, 0, 1},
        {"one vertex", {{9, 9, 0}}, 1, 0, {0, 0}, {0, 0}, 0, 0},
    };
    struct clip_result result = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clip_clear(&result);
        assert_int_equal(clip_line(cases[i].vertices, cases[i].n, &result), ATLAS_OK);
        if (result.n_runs != cases[i].n_runs)
            fail_msg("%s: %zu runs", cases[i].what, result.n_runs);
        if (!result.n_runs) continue;
        const struct mvt_point *first = &result.points[result.runs[0].start];
        const struct mvt_point *last = &result.points[result.runs[0].end - 1];
        if (first->x != cases[i].first.x || first->y != cases[i].first.y ||
            last->x != cases[i].last.x || last->y != cases[i].last.y)
            fail_msg("%s: from %d,%d to %d,%d", cases[i].what, first->x, first->y, last->x,
                     last->y);
        assert_true(fabs(result.runs[0].t0 - cases[i].t0) < 1e-6);
        assert_true(fabs(result.runs[0].t1 - cases[i].t1) < 1e-6);
    }
    clip_close(&result);
    clip_close(&result);
}

static OGRGeometryH box(void)
{
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    static const double corners[5][2] = {
        {-64, -64}, {4160, -64}, {4160, 4160}, {-64, 4160}, {-64, -64}};
    for (int i = 0; i < 5; i++)
        OGR_G_AddPoint_2D(ring, corners[i][0], corners[i][1]);
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    OGR_G_AddGeometryDirectly(polygon, ring);
    return polygon;
}

static size_t random_vertices(uint64_t *seed, struct clip_vertex *vertices)
{
    size_t n = 3 + fixture_random(seed, MAX_VERTICES - 3);
    double spread = fixture_random(seed, 2) ? 6000 : 60000;
    for (size_t i = 0; i < n; i++)
        vertices[i] =
            (struct clip_vertex){fixture_random(seed, 1000000) / 1e6 * spread - (spread - 4096) / 2,
                                 fixture_random(seed, 1000000) / 1e6 * spread - (spread - 4096) / 2,
                                 (double)i / (double)(n - 1)};
    return n;
}

static double run_length(const struct clip_result *result, const struct clip_run *run)
{
    double length = 0;
    for (size_t i = run->start + 1; i < run->end; i++)
        length += hypot(result->points[i].x - result->points[i - 1].x,
                        result->points[i].y - result->points[i - 1].y);
    return length;
}

static void cuts_lines_like_geos(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct clip_result result = {0};
    OGRGeometryH tile = box();
    for (int round = 0; round < 1000; round++) {
        struct clip_vertex vertices[MAX_VERTICES];
        size_t n = random_vertices(&seed, vertices);
        OGRGeometryH line = OGR_G_CreateGeometry(wkbLineString);
        for (size_t i = 0; i < n; i++)
            OGR_G_AddPoint_2D(line, vertices[i].x, vertices[i].y);
        OGRGeometryH truth = OGR_G_Intersection(line, tile);
        clip_clear(&result);
        assert_int_equal(clip_line(vertices, n, &result), ATLAS_OK);
        double length = 0;
        for (size_t r = 0; r < result.n_runs; r++) {
            const struct clip_run *run = &result.runs[r];
            length += run_length(&result, run);
            assert_true(run->t0 <= run->t1);
            /* both ends lie where their t says on the line given */
            for (int end = 0; end < 2; end++) {
                double at = (end ? run->t1 : run->t0) * (double)(n - 1);
                size_t i = (size_t)fmin(at, (double)(n - 2));
                double s = at - (double)i;
                double x = vertices[i].x + s * (vertices[i + 1].x - vertices[i].x);
                double y = vertices[i].y + s * (vertices[i + 1].y - vertices[i].y);
                const struct mvt_point *p = &result.points[end ? run->end - 1 : run->start];
                assert_true(hypot(p->x - x, p->y - y) < 0.75);
            }
        }
        /* each vertex and each cut may move by half a unit each way */
        double slack = 1.5 * 2 * (double)n;
        if (fabs(length - OGR_G_Length(truth)) > slack)
            fail_msg("round %d: %.1f, GEOS finds %.1f", round, length, OGR_G_Length(truth));
        OGR_G_DestroyGeometry(truth);
        OGR_G_DestroyGeometry(line);
    }
    OGR_G_DestroyGeometry(tile);
    clip_close(&result);
}

/* A star around a point is a simple ring however its radii vary. */
static size_t random_star(uint64_t *seed, struct clip_vertex *vertices)
{
    size_t n = 3 + fixture_random(seed, MAX_VERTICES - 3);
    double x = fixture_random(seed, 8000) - 2000.0, y = fixture_random(seed, 8000) - 2000.0;
    double radius = fixture_random(seed, 2) ? 500 : 8000;
    for (size_t i = 0; i < n; i++) {
        double angle = 6.283185307179586 * (double)i / (double)n;
        double r = radius * (0.2 + fixture_random(seed, 1000) / 1000.0);
        vertices[i] = (struct clip_vertex){x + r * cos(angle), y + r * sin(angle), 0};
    }
    return n;
}

static double area(const struct clip_result *result, const struct clip_run *run)
{
    double twice = 0;
    for (size_t i = run->start; i < run->end; i++) {
        const struct mvt_point *a = &result->points[i];
        const struct mvt_point *b = &result->points[i + 1 < run->end ? i + 1 : run->start];
        twice += (double)a->x * b->y - (double)b->x * a->y;
    }
    return fabs(twice / 2);
}

static void cuts_rings_like_geos(void **state)
{
    (void)state;
    uint64_t seed = 2;
    struct clip_result result = {0};
    OGRGeometryH tile = box();
    for (int round = 0; round < 1000; round++) {
        struct clip_vertex vertices[MAX_VERTICES];
        size_t n = random_star(&seed, vertices);
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        for (size_t i = 0; i <= n; i++)
            OGR_G_AddPoint_2D(ring, vertices[i % n].x, vertices[i % n].y);
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        OGR_G_AddGeometryDirectly(polygon, ring);
        OGRGeometryH truth = OGR_G_Intersection(polygon, tile);
        clip_clear(&result);
        assert_int_equal(clip_ring(vertices, n, &result), ATLAS_OK);
        assert_in_range(result.n_runs, 0, 1);
        double found = result.n_runs ? area(&result, &result.runs[0]) : 0;
        double perimeter = OGR_G_Length(OGR_G_GetGeometryRef(polygon, 0));
        double slack = 0.75 * fmin(perimeter, 4 * 4224.0 * (double)n) + 2;
        if (fabs(found - OGR_G_Area(truth)) > slack)
            fail_msg("round %d: %.1f, GEOS finds %.1f", round, found, OGR_G_Area(truth));
        for (size_t i = 0; result.n_runs && i < result.runs[0].end; i++) {
            assert_in_range(result.points[i].x + CLIP_BUFFER, 0, MVT_EXTENT + 2 * CLIP_BUFFER);
            assert_in_range(result.points[i].y + CLIP_BUFFER, 0, MVT_EXTENT + 2 * CLIP_BUFFER);
        }
        OGR_G_DestroyGeometry(truth);
        OGR_G_DestroyGeometry(polygon);
    }
    OGR_G_DestroyGeometry(tile);
    clip_close(&result);
}

static void fills_the_tile_from_a_ring_around_it(void **state)
{
    (void)state;
    static const struct clip_vertex around[] = {
        {-1e6, -1e6, 0}, {1e6, -1e6, 0}, {1e6, 1e6, 0}, {-1e6, 1e6, 0}, {-1e6, -1e6, 0}};
    struct clip_result result = {0};
    assert_int_equal(clip_ring(around, 5, &result), ATLAS_OK);
    assert_int_equal(result.n_runs, 1);
    assert_true(area(&result, &result.runs[0]) == 4224.0 * 4224.0);
    clip_close(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_lines),
        cmocka_unit_test(cuts_lines_like_geos),
        cmocka_unit_test(cuts_rings_like_geos),
        cmocka_unit_test(fills_the_tile_from_a_ring_around_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
