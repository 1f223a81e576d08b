/* Walking through all tiles of a zoom, and random selections: for the tests of tilesets. */
#ifndef TESTS_TILES_PYRAMID_H
#define TESTS_TILES_PYRAMID_H

#include "tests/tiles/fixture.h"
#include "tests/tiles/tile_reader.h"

#include "tiles/mvt_check.h"
#include "tiles/tileset.h"

#include <stdio.h>

/* One to three random terms out of what the fixture holds; now and then none. */
static inline void random_selection(const struct edition *edition, uint64_t *seed,
                                    struct selection *selection)
{
    static const char *const terms[][2] = {
        {"theme", "eau"},       {"theme", "services-essentiels"},
        {"theme", "education"}, {"year", "2015"},
        {"year", "1990..2020"}, {"kind", "jumelage"},
        {"kind", "none"},       {"status", "active"},
        {"gender", "1"},        {"country", "ML"},
        {"country", "FJ"},      {"french", "reg:84"},
        {"french", "dep:988"},  {"partner", "iso:ML-4"},
        {"undated", "include"}, {"authority", "com:38185"},
    };
    struct filter filter;
    struct atlas_error error;
    filter_init(&filter);
    for (uint32_t i = fixture_random(seed, 4); i > 0; i--) {
        uint32_t pick = fixture_random(seed, sizeof terms / sizeof *terms);
        /* A second year is refused; the first then stands. */
        (void)!filter_add(&filter, terms[pick][0], terms[pick][1], &error);
    }
    if (selection_make(edition, &filter, selection, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
}

static inline void everything(const struct edition *edition, struct selection *selection)
{
    struct filter filter;
    struct atlas_error error;
    filter_init(&filter);
    assert_int_equal(selection_make(edition, &filter, selection, &error), ATLAS_OK);
}

typedef void (*tile_visitor)(const struct read_tile *tile, struct tile_key key, void *context);

/* Builds one tile, checks it, and shows it to visit unless it is empty. */
static void visit_tile(enum tileset tileset, const struct selection *selection, struct tile_key key,
                       const struct tile_display *display, tile_visitor visit, void *context)
{
    struct bytes out = {0};
    struct atlas_error error;
    struct read_tile tile;
    assert_int_equal(tileset_tile(tileset, selection->edition, selection, key, display, &out),
                     ATLAS_OK);
    if (out.length) {
        if (mvt_check(out.data, out.length, NULL, &error) != ATLAS_OK)
            fail_msg("%s %u/%u/%u: %s", tileset_name(tileset), key.z, key.x, key.y, error.message);
        tile_read(out.data, out.length, &tile);
        visit(&tile, key, context);
        tile_read_close(&tile);
    }
    bytes_close(&out);
}

static inline void visit_zoom(enum tileset tileset, const struct selection *selection, uint8_t zoom,
                              const struct tile_display *display, tile_visitor visit, void *context)
{
    for (uint32_t y = 0; y < 1u << zoom; y++)
        for (uint32_t x = 0; x < 1u << zoom; x++)
            visit_tile(tileset, selection, (struct tile_key){zoom, x, y}, display, visit, context);
}

/* The same request of everything must give the same bytes. */
static inline void assert_same_bytes_twice(enum tileset tileset, const struct edition *edition,
                                           struct tile_key key)
{
    static const struct tile_display display;
    struct selection selection;
    struct bytes tiles[2] = {{0}, {0}};
    everything(edition, &selection);
    for (int i = 0; i < 2; i++)
        assert_int_equal(tileset_tile(tileset, edition, &selection, key, &display, &tiles[i]),
                         ATLAS_OK);
    assert_true(tiles[0].length > 0);
    assert_int_equal(tiles[0].length, tiles[1].length);
    assert_memory_equal(tiles[0].data, tiles[1].data, tiles[0].length);
    bytes_close(&tiles[0]);
    bytes_close(&tiles[1]);
    selection_close(&selection);
}

#endif
