/* Outlines of the gazetteer: dissolving, simplifying and cutting against sums known beforehand,
 * and the readers of the files that hold them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/gazetteer_antimeridian.h"
#include "import/gazetteer_dissolve.h"
#include "import/gazetteer_natural_earth.h"
#include "import/gazetteer_outline.h"
#include "import/gazetteer_topojson.h"
#include "tests/import/gazetteer_folder.h"

#include <math.h>
#include <string.h>

/* A square from (x, y), `size` wide, as source outlines are: closed and clockwise or not. */
static void add_square(struct outline *outline, double x, double y, double size, size_t part,
                       bool hole, bool clockwise)
{
    struct outline_point points[] = {
        {x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}};
    if (clockwise) {
        points[1] = (struct outline_point){x, y + size};
        points[3] = (struct outline_point){x + size, y};
    }
    assert_true(outline_add_ring(outline, points, 5, part, hole));
}

static double plane_area(const struct outline *outline)
{
    double sum = 0;
    for (size_t i = 0; i < outline->n; i++)
        sum += outline_ring_signed(outline->rings[i].points, outline->rings[i].n) / 2;
    return sum;
}

static void neighbours_of_one_group_become_one_outline(void **state)
{
    (void)state;
    struct outline squares[9] = {0}, results[2] = {0};
    const struct outline *outlines[9];
    uint32_t groups[9];
    for (size_t i = 0; i < 9; i++) { /* a ring of eight around one of another group */
        add_square(&squares[i], (double)(i % 3), (double)(i / 3), 1, 0, false, i % 2);
        outlines[i] = &squares[i];
        groups[i] = i == 4;
    }
    struct atlas_error error;
    assert_int_equal(outline_dissolve(outlines, groups, 9, 0.01, results, 2, &error), ATLAS_OK);
    assert_int_equal(results[0].n, 2); /* outer and hole */
    assert_int_equal(results[1].n, 1);
    assert_true(fabs(plane_area(&results[0]) - 8) < 1e-9);
    assert_true(fabs(plane_area(&results[1]) - 1) < 1e-9);
    assert_true(outline_contains(&results[0], 0.5, 0.5));
    assert_false(outline_contains(&results[0], 1.5, 1.5));
    assert_true(outline_contains(&results[1], 1.5, 1.5));
    struct outline_point middle = outline_middle(&results[0]);
    assert_true(outline_contains(&results[0], middle.lon_deg, middle.lat_deg));
    for (size_t i = 0; i < 9; i++)
        outline_close(&squares[i]);
    outline_close(&results[0]);
    outline_close(&results[1]);
}

static bool has_vertex(const struct outline *outline, struct outline_point wanted)
{
    for (size_t r = 0; r < outline->n; r++)
        for (size_t i = 0; i < outline->rings[r].n; i++)
            if (outline->rings[r].points[i].lon_deg == wanted.lon_deg &&
                outline->rings[r].points[i].lat_deg == wanted.lat_deg)
                return true;
    return false;
}

/* Two neighbours with a jagged common line: after simplifying, what one keeps of it the other
 * keeps too, whatever the direction and the start of their rings. */
static void simplified_neighbours_keep_one_common_line(void **state)
{
    (void)state;
    enum { STEPS = 200 };
    struct outline_point line[STEPS + 1], ring[STEPS + 3];
    unsigned random = 12345;
    for (int i = 0; i <= STEPS; i++) {
        random = random * 1103515245 + 12345;
        line[i] = (struct outline_point){5 + (random >> 16 & 0xff) / 2000.0, 10.0 * i / STEPS};
    }
    struct outline west = {0}, east = {0}, results[2] = {0};
    memcpy(ring, line, sizeof line);
    ring[STEPS + 1] = (struct outline_point){0, 10};
    ring[STEPS + 2] = (struct outline_point){0, 0};
    assert_true(outline_add_ring(&west, ring, STEPS + 3, 0, false));
    for (int i = 0; i <= STEPS; i++) /* the other way, and from somewhere in the middle */
        ring[(i + 77) % (STEPS + 3)] = line[STEPS - i];
    ring[(STEPS + 1 + 77) % (STEPS + 3)] = (struct outline_point){10, 0};
    ring[(STEPS + 2 + 77) % (STEPS + 3)] = (struct outline_point){10, 10};
    assert_true(outline_add_ring(&east, ring, STEPS + 3, 0, false));
    const struct outline *outlines[] = {&west, &east};
    const uint32_t groups[] = {0, 1};
    struct atlas_error error;
    assert_int_equal(outline_dissolve(outlines, groups, 2, 0.05, results, 2, &error), ATLAS_OK);
    size_t shared = 0;
    for (size_t i = 0; i < results[0].rings[0].n; i++) {
        struct outline_point vertex = results[0].rings[0].points[i];
        if (vertex.lon_deg < 1) continue;
        assert_true(has_vertex(&results[1], vertex));
        shared++;
    }
    assert_in_range(shared, 2, STEPS / 2);
    assert_int_equal(results[1].rings[0].n, shared + 2);
    outline_close(&west);
    outline_close(&east);
    outline_close(&results[0]);
    outline_close(&results[1]);
}

static void rings_are_cut_at_the_antimeridian(void **state)
{
    (void)state;
    static const struct outline_point across[] = {{170, 0}, {-170, 0}, {-170, 10}, {170, 10}};
    static const struct outline_point around[] = {{-90, -70}, {0, -70}, {90, -70}, {180, -70}};
    static const struct outline_point plain[] = {{10, 0}, {20, 0}, {20, 10}, {10, 10}};
    const struct {
        const struct outline_point *points;
        double plane_area;
        size_t pieces;
    } rings[] = {{across, 200, 2}, {around, 360 * 20, 1}, {plain, 100, 1}};
    for (size_t i = 0; i < 3; i++) {
        struct outline outline = {0};
        assert_true(outline_add_ring_cut(&outline, rings[i].points, 4, 0, false));
        assert_true(outline.n >= rings[i].pieces);
        assert_true(fabs(plane_area(&outline) - rings[i].plane_area) < 1e-6);
        for (size_t r = 0; r < outline.n; r++)
            for (size_t k = 0, j = outline.rings[r].n - 1; k < outline.rings[r].n; j = k++) {
                assert_true(fabs(outline.rings[r].points[k].lon_deg) <= 180);
                assert_true(fabs(outline.rings[r].points[k].lon_deg -
                                 outline.rings[r].points[j].lon_deg) <= 180);
            }
        outline_close(&outline);
    }
}

static void broken_topologies_are_refused(void **state)
{
    (void)state;
#define TRANSFORM "\"transform\":{\"scale\":[1,1],\"translate\":[0,0]},"
    static const char *const broken[] = {
        "{}",
        "{" TRANSFORM "\"arcs\":[],\"objects\":{}}",
        "{" TRANSFORM
        "\"arcs\":[[[0,0],[1,0],[0,1],[-1,-1]]],\"objects\":{\"countries\":"
        "{\"geometries\":[{\"type\":\"Polygon\",\"properties\":{\"a3\":\"MLI\"},\"arcs\":[[7]]}]}}"
        "}",
        "{" TRANSFORM
        "\"arcs\":[[[0,0],[999,0]]],\"objects\":{\"countries\":{\"geometries\":"
        "[{\"type\":\"Polygon\",\"properties\":{\"a3\":\"MLI\"},\"arcs\":[[0]]}]}}}",
        "{" TRANSFORM
        "\"arcs\":[[[0,0],[1,0],[0,1],[-1,-1]]],\"objects\":{\"countries\":"
        "{\"geometries\":[{\"type\":\"Polygon\",\"arcs\":[[0]]}]}}}",
    };
    struct topojson_world world;
    struct atlas_error error;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        put("world.json", broken[i]);
        assert_int_equal(topojson_open(folder, "world.json", &world, &error), ATLAS_INVALID);
    }
    put("world.json", "{" TRANSFORM
                      "\"arcs\":[[[0,0],[1,0],[0,1],[-1,-1]]],\"objects\":"
                      "{\"countries\":{\"geometries\":[{\"type\":\"Polygon\",\"properties\":"
                      "{\"a3\":\"MLI\"},\"arcs\":[[-1]]}]}}}");
    assert_int_equal(topojson_open(folder, "world.json", &world, &error), ATLAS_OK);
    assert_int_equal(world.shapes[0].outline.n, 1);
    assert_true(fabs(plane_area(&world.shapes[0].outline) - 0.5) < 1e-9);
    topojson_close(&world);
}

static void natural_earth_needs_its_fields(void **state)
{
    (void)state;
    struct natural_earth earth;
    struct atlas_error error;
#define SQUARE "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}"
    const char *path = put("ne.json",
                           "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
                           "\"Feature\",\"properties\":{\"name\":\"Kayes\","
                           "\"iso_3166_2\":\"ML-1\",\"iso_a2\":\"ML\",\"name_alt\":"
                           "\"Khayes|Xaayi\",\"name_fr\":\"Kayes\"}," SQUARE "]}");
    assert_int_equal(natural_earth_open(path, &earth, &error), ATLAS_OK);
    assert_int_equal(earth.n, 1);
    assert_string_equal(earth.features[0].code, "ML-1");
    assert_string_equal(earth.features[0].names[2].name, "Khayes");
    assert_string_equal(earth.features[0].names[3].name, "Xaayi");
    assert_int_equal(earth.features[0].outline.n, 1);
    natural_earth_close(&earth);
    path = put("ne.json",
               "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
               "\"properties\":{\"nom\":\"Kayes\"}," SQUARE "]}");
    assert_int_equal(natural_earth_open(path, &earth, &error), ATLAS_INVALID);
    assert_says(&error, "iso_3166_2");
    path = put("ne.json", "{\"type\":\"FeatureCollection\",\"features\":[");
    assert_int_equal(natural_earth_open(path, &earth, &error), ATLAS_INVALID);
    assert_int_equal(natural_earth_open("/nowhere/ne.json", &earth, &error), ATLAS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_of_one_group_become_one_outline),
        cmocka_unit_test(simplified_neighbours_keep_one_common_line),
        cmocka_unit_test(rings_are_cut_at_the_antimeridian),
        cmocka_unit_test(broken_topologies_are_refused),
        cmocka_unit_test(natural_earth_needs_its_fields),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
