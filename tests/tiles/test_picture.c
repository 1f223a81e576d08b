/* tiles/picture over a made edition: a picture is made in every format, the same bytes twice, also
 * of nothing; areas have the colours of the legend; impossible ones are refused with a sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/pyramid.h"

#include "tiles/legend.h"
#include "tiles/picture.h"

#include <math.h>
#include <png.h>
#include <string.h>

static struct fixture fixture;

static void legend_for(const struct selection *selection, enum tileset tileset,
                       struct legend *legend)
{
    const struct legend_request request = {.tileset = tileset, .zoom = 2};
    struct atlas_error error;
    if (legend_make(selection, &request, legend, &error) != ATLAS_OK) fail_msg("%s", error.message);
}

static void make_picture(const struct selection *selection, enum tileset tileset,
                         enum picture_format format, struct bytes *out)
{
    struct legend legend;
    struct atlas_error error;
    const struct picture_request request = {.format = format,
                                            .width_px = 400,
                                            .scale = format == PICTURE_PNG ? 2 : 1,
                                            .height_px = 300,
                                            .lon_deg = 170,
                                            .lat_deg = 10,
                                            .zoom = 1.4,
                                            .tilesets = {tileset},
                                            .n_tilesets = 1,
                                            .subtitle = "eau, 2015–2020"};
    legend_for(selection, tileset, &legend);
    if (picture_make(selection, &legend, &request, out, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
}

static void pictures_in_every_format(void **state)
{
    (void)state;
    static const char *const starts[] = {"\x89PNG", "<?xml", "%PDF"};
    struct selection all, nothing;
    struct filter filter;
    struct atlas_error error;
    everything(fixture.edition, &all);
    filter_init(&filter);
    assert_int_equal(filter_add(&filter, "french", "com:99999", &error), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &filter, &nothing, &error), ATLAS_OK);
    for (enum tileset tileset = 0; tileset < TILESET_BASE; tileset++)
        for (enum picture_format format = PICTURE_PNG; format <= PICTURE_PDF; format++) {
            struct bytes once = {0}, twice = {0}, empty = {0};
            make_picture(&all, tileset, format, &once);
            make_picture(&all, tileset, format, &twice);
            make_picture(&nothing, tileset, format, &empty);
            assert_memory_equal(once.data, starts[format], strlen(starts[format]));
            assert_memory_equal(empty.data, starts[format], strlen(starts[format]));
            assert_int_equal(once.length, twice.length);
            assert_memory_equal(once.data, twice.data, once.length);
            bytes_close(&once);
            bytes_close(&twice);
            bytes_close(&empty);
        }
    selection_close(&all);
    selection_close(&nothing);
}

enum { WIDE = 800, HIGH = 600, LEGEND_RIGHT = 190 };

/* A map of areas, one of them under the title, one in the middle of the picture's width. */
static void read_area_picture(const struct selection *selection, bool dark, uint8_t *rgb)
{
    const struct legend_request wish = {.tileset = TILESET_CHOROPLETH, .zoom = 4, .dark = dark};
    const struct picture_request request = {.format = PICTURE_PNG,
                                            .width_px = WIDE,
                                            .height_px = HIGH,
                                            .scale = 1,
                                            .lon_deg = -6,
                                            .lat_deg = 19.5,
                                            .zoom = 4,
                                            .tilesets = {TILESET_CHOROPLETH},
                                            .n_tilesets = 1,
                                            .display = {.foreign_level = 1 + FOREIGN_COUNTRY},
                                            .dark = dark};
    struct legend legend;
    struct atlas_error error;
    struct bytes out = {0};
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_equal(legend_make(selection, &wish, &legend, &error), ATLAS_OK);
    assert_int_equal(picture_make(selection, &legend, &request, &out, &error), ATLAS_OK);
    assert_true(png_image_begin_read_from_memory(&image, out.data, out.length));
    assert_int_equal(image.width, WIDE);
    assert_int_equal(image.height, HIGH);
    image.format = PNG_FORMAT_RGB;
    assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
    bytes_close(&out);
}

/* What an area is painted in is in the legend, to the bit, and nothing shines through the title. */
static void colours_are_those_of_the_legend(void **state)
{
    (void)state;
    static uint8_t rgb[WIDE * HIGH * 3];
    struct selection all;
    everything(fixture.edition, &all);
    for (int dark = 0; dark < 2; dark++) {
        read_area_picture(&all, dark, rgb);
        const uint8_t *area = rgb + 3 * (380 * WIDE + WIDE / 2);
        const uint8_t *sea = rgb + 3 * (380 * WIDE + WIDE - 20);
        size_t swatch = 0, apart = 0;
        assert_memory_not_equal(area, sea, 3);
        for (int y = HIGH / 2; y < HIGH; y++)
            for (int x = 0; x < LEGEND_RIGHT; x++)
                swatch += memcmp(rgb + 3 * (y * WIDE + x), area, 3) == 0;
        assert_true(swatch > 150);
        for (int i = 0; i < 5 * WIDE; i++)
            apart += memcmp(rgb + 3 * i, rgb, 3) != 0;
        assert_int_equal(apart, 0);
    }
    selection_close(&all);
}

static void impossible_pictures_are_refused(void **state)
{
    (void)state;
    static const struct picture_request cases[] = {
        {.width_px = 100000, .height_px = 10000, .scale = 1},
        {.width_px = 10, .height_px = 300, .scale = 1},
        {.width_px = 300, .height_px = 300, .scale = 1, .zoom = 23},
        {.width_px = 300, .height_px = 300, .scale = 1, .zoom = NAN},
        {.width_px = 300, .height_px = 300, .scale = 1, .lat_deg = 90},
        {.width_px = 300, .height_px = 300, .scale = 1, .lon_deg = 181},
        {.width_px = 300, .height_px = 300, .scale = 0},
        {.width_px = 300, .height_px = 300, .scale = 5},
        {.width_px = 200, .height_px = 300, .scale = 4},
    };
    struct selection all;
    struct bytes out = {0};
    everything(fixture.edition, &all);
    struct legend legend;
    legend_for(&all, TILESET_LINKS, &legend);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct atlas_error error = {0};
        assert_int_equal(picture_make(&all, &legend, &cases[i], &out, &error), ATLAS_INVALID);
        assert_true(error.message[0] != '\0');
        assert_int_equal(out.length, 0);
    }
    selection_close(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_in_every_format),
        cmocka_unit_test(colours_are_those_of_the_legend),
        cmocka_unit_test(impossible_pictures_are_refused),
    };
    fixture_open(&fixture, 600, 5);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
