/* tiles/hexagon, tiles/density: cells of equal ground, holding what lies in them.
 * Plan: areas of cells by PROJ's geodesic polygons; every point in the cell it is given, and
 * neighbours sharing their edges, at the antimeridian and near the poles too; then tiles: links
 * conserved under random filters, each cell once and complete, whole at the antimeridian. */
#include "tests/tiles/pyramid.h"

#include "tiles/hexagon.h"

#include <geodesic.h>
#include <math.h>

static const double pi = 3.14159265358979323846;

/* Square kilometres on the ellipsoid; edges are stepped so that they follow the map's straight
 * lines instead of geodesics. */
static double ground_area_km2(unsigned size, uint32_t cell)
{
    enum { STEPS = 60 };
    struct lon_lat ring[HEXAGON_MAX_RING];
    struct geod_geodesic earth;
    struct geod_polygon polygon;
    double area, perimeter;
    size_t n = hexagon_ring(size, cell, ring);
    geod_init(&earth, 6378137, 1 / 298.257223563);
    geod_polygon_init(&polygon, 0);
    for (size_t i = 0; i < n; i++)
        for (int s = 0; s < STEPS; s++) {
            /* Straight on the map: even in longitude and in the sine of the latitude. */
            const struct lon_lat *a = &ring[i], *b = &ring[(i + 1) % n];
            double share = (double)s / STEPS;
            double sin_lat = sin(a->lat_deg * pi / 180) +
                             share * (sin(b->lat_deg * pi / 180) - sin(a->lat_deg * pi / 180));
            geod_polygon_addpoint(&earth, &polygon, asin(sin_lat) * 180 / pi,
                                  a->lon_deg + share * (b->lon_deg - a->lon_deg));
        }
    geod_polygon_compute(&earth, &polygon, 0, 1, &area, &perimeter);
    return fabs(area) / 1e6;
}

static void cells_cover_equal_ground(void **state)
{
    (void)state;
    static const struct lon_lat places[] = {{2, 49},    {-1.5, 12}, {178, -18}, {-179.9, 52},
                                            {-60, -35}, {25, 66},   {0, 0},     {100, 76}};
    for (unsigned size = 0; size < HEXAGON_SIZES; size++)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            double stated = hexagon_area_km2(size);
            double found = ground_area_km2(size, hexagon_at(size, places[i]));
            /* near the poles a large cell is cut; elsewhere a ten-thousandth covers the test's
             * own edges, which are straight in the sine of the geodetic latitude */
            if (size < 2 && fabs(places[i].lat_deg) > 60) continue;
            if (fabs(found / stated - 1) > 1e-4)
                fail_msg("size %u at %.1f,%.1f: %.4f km2, not %.4f", size, places[i].lon_deg,
                         places[i].lat_deg, found, stated);
        }
}

static bool ring_holds(const struct lon_lat *ring, size_t n, double lon, double lat)
{
    bool inside = false;
    for (size_t i = 0, j = n - 1; i < n; j = i++)
        if ((ring[i].lat_deg > lat) != (ring[j].lat_deg > lat) &&
            lon < (ring[j].lon_deg - ring[i].lon_deg) * (lat - ring[i].lat_deg) /
                          (ring[j].lat_deg - ring[i].lat_deg) +
                      ring[i].lon_deg)
            inside = !inside;
    return inside;
}

static void points_lie_in_their_cells(void **state)
{
    (void)state;
    uint64_t seed = 4;
    size_t edges = 0;
    for (int round = 0; round < 20000; round++) {
        unsigned size = fixture_random(&seed, HEXAGON_SIZES);
        struct lon_lat point = {fixture_random(&seed, 3600001) / 1e4 - 180,
                                fixture_random(&seed, 1700001) / 1e4 - 85};
        uint32_t cell = hexagon_at(size, point);
        struct lon_lat ring[HEXAGON_MAX_RING];
        size_t n = hexagon_ring(size, cell, ring);
        assert_in_range(n, 6, HEXAGON_MAX_RING);
        assert_in_range(hexagon_column(cell), 0, (HEXAGON_COLUMNS << size) - 1);
        bool inside = false;
        for (int turn = -1; turn <= 1; turn++)
            inside = inside || ring_holds(ring, n, point.lon_deg + 360 * turn, point.lat_deg);
        /* edges between corners are straight on another map than this test's */
        edges += !inside;
        assert_int_equal(hexagon_at(size, hexagon_middle(size, cell)), cell);
    }
    assert_in_range(edges, 0, 20000 * 3 / 100);
}

static void both_sides_of_the_antimeridian_are_one_place(void **state)
{
    (void)state;
    for (unsigned size = 0; size < HEXAGON_SIZES; size++)
        for (double lat = -84; lat < 85; lat += 1.7)
            assert_int_equal(hexagon_at(size, (struct lon_lat){180, lat}),
                             hexagon_at(size, (struct lon_lat){-180, lat}));
}

struct cell_seen {
    char cell[30];
    double n, area;
};

struct seen {
    struct cell_seen cells[4000];
    size_t n;
};

/* The area inside the tile proper, in tile units: cells are cut at the buffer, so this cuts off
 * the rest by sampling rows of the polygon's clipped copy. */
static double area_in_tile(const struct read_feature *feature)
{
    double twice = 0;
    for (size_t path = 0; path < feature->n_paths; path++) {
        struct clip_point {
            double x, y;
        } ring[2][80];
        size_t n = 0, start = feature->path_starts[path];
        for (size_t i = start; i < feature->path_starts[path + 1]; i++)
            ring[0][n++] = (struct clip_point){feature->points[i][0], feature->points[i][1]};
        for (int edge = 0; edge < 4; edge++) {
            struct clip_point *in = ring[edge % 2], *out = ring[(edge + 1) % 2];
            size_t m = 0;
            for (size_t i = 0; i < n; i++) {
                struct clip_point a = in[i ? i - 1 : n - 1], b = in[i];
                double da = edge == 0 ? a.x : edge == 1 ? 4096 - a.x : edge == 2 ? a.y : 4096 - a.y;
                double db = edge == 0 ? b.x : edge == 1 ? 4096 - b.x : edge == 2 ? b.y : 4096 - b.y;
                if ((da < 0) != (db < 0)) {
                    double s = da / (da - db);
                    out[m++] = (struct clip_point){a.x + s * (b.x - a.x), a.y + s * (b.y - a.y)};
                }
                if (db >= 0) out[m++] = b;
            }
            n = m;
        }
        for (size_t i = 0; i < n; i++) {
            struct clip_point a = ring[0][i ? i - 1 : n - 1], b = ring[0][i];
            twice += a.x * b.y - b.x * a.y;
        }
    }
    return twice / 2;
}

static void see(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct seen *seen = context;
    const struct read_layer *layer = tile_layer(tile, "density");
    (void)key;
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        const struct read_value *cell = feature_value(feature, "cell");
        struct cell_seen *found = NULL;
        assert_int_equal(feature->type, 3);
        for (size_t c = 0; c < seen->n && !found; c++)
            if (feature_text_is(feature, "cell", seen->cells[c].cell)) found = &seen->cells[c];
        if (!found) {
            assert_true(seen->n < 4000 && cell->text_length < sizeof found->cell);
            found = &seen->cells[seen->n++];
            *found = (struct cell_seen){.n = feature_number(feature, "n")};
            memcpy(found->cell, cell->text, cell->text_length);
        }
        assert_true(found->n == feature_number(feature, "n"));
        assert_true(feature_number(feature, "partnerships") <= found->n);
        found->area += area_in_tile(feature);
    }
}

static struct seen seen;

static void conserves_links_in_whole_cells(void **state)
{
    struct fixture *fixture = *state;
    const struct edition *edition = fixture->edition;
    uint64_t seed = 6;
    double links = 0;
    for (int round = 0; round < 36; round++) {
        struct selection selection;
        uint8_t zoom = (uint8_t)(round % 9);
        struct tile_display display = {.side_french = round % 4 == 3};
        random_selection(edition, &seed, &selection);
        seen.n = 0;
        visit_zoom(TILESET_DENSITY, &selection, zoom, &display, see, &seen);
        double wanted = 0, sum = 0;
        for (size_t i = 0; i < edition->n_links; i++) {
            const struct edition_link *link = &edition->links[i];
            uint8_t precision =
                display.side_french ? link->french_precision : link->foreign_precision;
            wanted += selection_has_link(&selection, i) && precision <= PRECISION_AREA;
        }
        for (size_t c = 0; c < seen.n; c++) {
            unsigned size, column;
            int row;
            assert_int_equal(sscanf(seen.cells[c].cell, "%u:%d:%u", &size, &row, &column), 3);
            struct lon_lat ring[HEXAGON_MAX_RING];
            size_t n = hexagon_ring(size, hexagon_cell(row, column), ring);
            double twice = 0, units = ldexp(4096, zoom);
            for (size_t i = 0; i < n; i++) {
                const struct lon_lat *p = &ring[i ? i - 1 : n - 1];
                struct world_point a = mercator_forward(p->lon_deg, p->lat_deg);
                struct world_point b = mercator_forward(ring[i].lon_deg, ring[i].lat_deg);
                twice += (a.x_world * b.y_world - b.x_world * a.y_world) * units * units;
            }
            /* all of the cell is drawn, here or on the other side of the world */
            assert_true(fabs(seen.cells[c].area / (twice / 2) - 1) < 0.02);
            sum += seen.cells[c].n;
        }
        assert_true(sum == wanted);
        links += wanted;
        selection_close(&selection);
    }
    assert_true(links > 1000);
}

static void gives_the_same_bytes_twice(void **state)
{
    struct fixture *fixture = *state;
    assert_same_bytes_twice(TILESET_DENSITY, fixture->edition, (struct tile_key){0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_cover_equal_ground),
        cmocka_unit_test(points_lie_in_their_cells),
        cmocka_unit_test(both_sides_of_the_antimeridian_are_one_place),
        cmocka_unit_test(conserves_links_in_whole_cells),
        cmocka_unit_test(gives_the_same_bytes_twice),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
