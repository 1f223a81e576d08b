/* tiles/heat: a field over the sphere, drawn tile by tile.
 *
 * Plan: 1 the field holds as many links as its places have, wherever they lie; 2 every pixel of
 * every tile has the colour of the field at its middle, computed directly: at the antimeridian, at
 * high latitude, on both sides of each border; 3 the bandwidth is one on the ground; 4 the field of
 * a selection is the sum over its links, computed here one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/json_answer.h"
#include "tests/tiles/pyramid.h"

#include "tiles/heat.h"
#include "tiles/legend.h"
#include "tiles/scale.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>

enum { STEPS = 64, N_PLACES = 9 };

static const double places[N_PLACES][3] = {
    {2.35, 48.85, 3},  {2.4, 48.7, 1},   {-179.9, -13.3, 2}, {178.4, -18.1, 5}, {25.3, 71.0, 1},
    {-70.9, -53.2, 4}, {179.5, 68.9, 2}, {0.0, 0.0, 1},      {15.6, 78.2, 2},
};

static struct heat_field make_field(double bandwidth_km, struct heat_point points[N_PLACES])
{
    for (int i = 0; i < N_PLACES; i++) {
        double lon = places[i][0] * M_PI / 180, lat = places[i][1] * M_PI / 180;
        points[i] = (struct heat_point){
            .unit = {cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)},
            .lon_deg = places[i][0],
            .lat_deg = places[i][1],
            .n = places[i][2],
        };
    }
    return (struct heat_field){
        .points = points, .n_points = N_PLACES, .bandwidth_km = bandwidth_km};
}

static void holds_as_many_links_as_its_places(void **state)
{
    (void)state;
    const double bandwidths_km[] = {600, 150};
    for (int b = 0; b < 2; b++) {
        struct heat_point points[N_PLACES];
        struct heat_field field = make_field(bandwidths_km[b], points);
        double step_deg = bandwidths_km[b] / 111 / 4, total = 0, expected = 0;
        for (double lat = -90 + step_deg / 2; lat < 90; lat += step_deg) {
            double ring = cos(lat * M_PI / 180);
            double columns = fmax(8, ceil(360 / step_deg * ring)), width = 360 / columns;
            double area_km2 = step_deg * width * ring * 111.195 * 111.195;
            for (double lon = -180 + width / 2; lon < 180; lon += width)
                total += heat_at(&field, lon, lat) / 1000 * area_km2;
        }
        for (int i = 0; i < N_PLACES; i++)
            expected += places[i][2];
        assert_true(fabs(total - expected) < 0.01 * expected);
    }
}

/* Step of the ramp that a pixel has: heat.h's colours, searched backwards. */
static int step_of(const uint8_t *rgba)
{
    int best = 0;
    double least = INFINITY;
    for (int i = 0; i < STEPS; i++) {
        struct colour c = scale_colour((size_t)i, STEPS, false);
        double alpha = round(255 * 0.88 * fmin(1, i * 4.0 / (STEPS - 1)));
        double off =
            fabs(alpha - rgba[3]) +
            (rgba[3] ? (abs(c.red - rgba[0]) + abs(c.green - rgba[1]) + abs(c.blue - rgba[2])) *
                           alpha / 255
                     : 0);
        if (off < least) {
            least = off;
            best = i;
        }
    }
    return best;
}

static uint8_t rgba[256 * 256 * 4];

/* Makes a tile and reads its pixels. */
static void paint_tile(const struct heat_field *field, struct tile_key key, double most)
{
    struct bytes out = {0};
    assert_int_equal(heat_tile(field, key, 256, most, false, &out), ATLAS_OK);
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, out.data, out.length));
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
    bytes_close(&out);
}

static double heat_of_pixel(const struct heat_field *field, struct tile_key key, int x, int y)
{
    double lon, lat, size = ldexp(1, -key.z);
    struct world_point point = {(key.x + (x + 0.5) / 256) * size, (key.y + (y + 0.5) / 256) * size};
    mercator_inverse(point, &lon, &lat);
    return heat_at(field, lon, lat);
}

static void expect_tile(const struct heat_field *field, struct tile_key key)
{
    const double most = 0.004;
    paint_tile(field, key, most);
    for (int y = 0; y < 256; y += y % 253 ? 6 : 1) /* every border pixel, some within */
        for (int x = 0; x < 256; x += x % 253 ? 7 : 1) {
            double share = sqrt(fmin(1, heat_of_pixel(field, key, x, y) / most));
            int step = step_of(&rgba[(y * 256 + x) * 4]);
            if (fabs(step - share * (STEPS - 1)) > 2.5)
                fail_msg("%d/%u/%u pixel %d, %d: step %d, field %.2f", key.z, key.x, key.y, x, y,
                         step, share * (STEPS - 1));
        }
}

static void every_pixel_shows_the_field(void **state)
{
    (void)state;
    struct heat_point points[N_PLACES];
    for (uint8_t z = 0; z <= 3; z++) {
        struct heat_field field = make_field(heat_bandwidth_km(z), points);
        for (uint32_t x = 0; x < 1u << z; x++)
            for (uint32_t y = 0; y < 1u << z; y++)
                expect_tile(&field, (struct tile_key){z, x, y});
    }
}

static void the_bandwidth_is_on_the_ground(void **state)
{
    (void)state;
    struct heat_point points[N_PLACES];
    struct heat_field field = make_field(40, points);
    /* 40 km north of each lonely place the field is exp(-1/2) of what it is there. */
    for (int i = 2; i < N_PLACES; i++) {
        double there = heat_at(&field, places[i][0], places[i][1]);
        double north = heat_at(&field, places[i][0], places[i][1] + 40 / 111.195);
        assert_true(fabs(north / there - exp(-0.5)) < 1e-3);
    }
    assert_true(heat_bandwidth_km(0) == 600 && heat_bandwidth_km(3) == 150);
    assert_true(heat_bandwidth_km(22) == 10);
}

static void refuses_impossible_tiles(void **state)
{
    (void)state;
    struct heat_field field = {0};
    struct bytes out = {0};
    assert_int_equal(heat_tile(&field, (struct tile_key){1, 2, 0}, 256, 1, false, &out),
                     ATLAS_INVALID);
    assert_int_equal(heat_tile(&field, (struct tile_key){1, 0, 0}, 300, 1, false, &out),
                     ATLAS_INVALID);
    assert_int_equal(heat_tile(&field, (struct tile_key){1, 0, 0}, 256, 0, false, &out), ATLAS_OK);
    bytes_close(&out);
}

/* The field at a point, link by link. */
static double heat_by_loop(const struct selection *selection, double bandwidth_km, double lon_deg,
                           double lat_deg, uint64_t *n)
{
    const struct edition *edition = selection->edition;
    double sum = 0, rad = M_PI / 180, s2 = bandwidth_km * bandwidth_km;
    *n = 0;
    for (size_t i = 0; i < edition->n_links; i++) {
        const struct edition_territory *end = &edition->territories[edition->links[i].foreign];
        if (!selection_has_link(selection, i) || end->precision > PRECISION_AREA ||
            isnan(end->lon_deg))
            continue;
        double up = sin((end->lat_deg - lat_deg) * rad / 2);
        double along = sin((end->lon_deg - lon_deg) * rad / 2);
        double a = up * up + cos(end->lat_deg * rad) * cos(lat_deg * rad) * along * along;
        double km = 2 * 6371.0088 * asin(sqrt(fmin(1, a)));
        ++*n;
        if (km <= 4.5 * bandwidth_km) sum += 1000 / (2 * M_PI * s2) * exp(-km * km / (2 * s2));
    }
    return sum;
}

/* Places that are near each other may be one point of the field; it has the same values. */
static void heat_is_the_sum_of_its_links(void **state)
{
    (void)state;
    const double bandwidths_km[] = {600, 75, 10};
    uint64_t seed = 23, n, n_counted;
    struct fixture fixture;
    struct selection selection;
    fixture_open(&fixture, 600, 5);
    const struct edition *edition = fixture.edition;
    random_selection(edition, &seed, &selection);
    for (size_t b = 0; b < 3; b++) {
        struct heat_field field;
        assert_int_equal(heat_field_make(&selection, false, bandwidths_km[b], &field), ATLAS_OK);
        for (size_t i = 0; i < 40 && i < edition->n_links; i++) {
            const struct edition_territory *at = &edition->territories[edition->links[i].foreign];
            if (isnan(at->lon_deg)) continue;
            double lon = at->lon_deg - 0.3, lat = at->lat_deg / 1.01;
            double expected = heat_by_loop(&selection, bandwidths_km[b], lon, lat, &n);
            assert_true(fabs(heat_at(&field, lon, lat) - expected) <= 0.007 * field.peak);
            assert_int_equal(n, llround(field.n));
        }
        assert_int_equal(heat_count_links(&selection, false, &n_counted), ATLAS_OK);
        assert_int_equal(n_counted, llround(field.n));
        assert_true(b < 2 || field.peak > 0);
        heat_field_close(&field);
    }
    selection_close(&selection);
    fixture_close(&fixture);
}

/* A pixel's colour, as the legend has it for a value: between those of its steps. */
static double legend_colour(const json_t *ramp, double value, int channel)
{
    double before = 0, from = 0;
    size_t i;
    const json_t *step;
    json_array_foreach(ramp, i, step)
    {
        double at = sqrt(json_number_value(json_object_get(step, "value")));
        unsigned colour;
        assert_int_equal(
            sscanf(json_string_value(json_object_get(step, "colour")), "#%6x", &colour), 1);
        double to = colour >> (16 - 8 * channel) & 0xFF;
        if (sqrt(value) <= at)
            return i ? from + (to - from) * (sqrt(value) - before) / (at - before) : to;
        before = at;
        from = to;
    }
    return from;
}

static void the_legend_has_the_colours_of_the_field(void **state)
{
    (void)state;
    const struct tile_key key = {0, 0, 0};
    struct fixture fixture;
    struct selection selection;
    struct legend legend;
    struct heat_field field;
    struct bytes text = {0};
    struct json json;
    fixture_open(&fixture, 600, 5);
    everything(fixture.edition, &selection);
    const struct legend_request request = {.tileset = TILESET_HEAT, .zoom = key.z};
    assert_int_equal(legend_make(&selection, &request, &legend, NULL), ATLAS_OK);
    json_init(&json, &text);
    legend_write_json(&legend, &json);
    json_t *read = read_answer(&text);
    assert_int_equal(heat_field_make(&selection, false, legend.bandwidth_km, &field), ATLAS_OK);
    paint_tile(&field, key, legend.peak);
    size_t n = 0;
    for (int y = 0; y < 256; y += 5)
        for (int x = 0; x < 256; x += 5) {
            const uint8_t *pixel = &rgba[(y * 256 + x) * 4];
            double value = heat_of_pixel(&field, key, x, y);
            for (int c = 0; pixel[3] > 100 && c < 3; c++) {
                double wanted = legend_colour(json_object_get(read, "ramp"), value, c);
                if (fabs(wanted - pixel[c]) > 9)
                    fail_msg("pixel %d, %d, channel %d: %d, %.0f in the legend", x, y, c, pixel[c],
                             wanted);
                n++;
            }
        }
    assert_true(n > 100);
    json_decref(read);
    heat_field_close(&field);
    selection_close(&selection);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_many_links_as_its_places),
        cmocka_unit_test(every_pixel_shows_the_field),
        cmocka_unit_test(the_bandwidth_is_on_the_ground),
        cmocka_unit_test(heat_is_the_sum_of_its_links),
        cmocka_unit_test(the_legend_has_the_colours_of_the_field),
        cmocka_unit_test(refuses_impossible_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
