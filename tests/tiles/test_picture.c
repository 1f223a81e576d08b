/* tiles/picture over a made edition: a picture is made in every format, the same bytes twice, also
 * of nothing; impossible ones are refused with a sentence.
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
        cmocka_unit_test(impossible_pictures_are_refused),
    };
    fixture_open(&fixture, 600, 5);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
