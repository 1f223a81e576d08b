/* Nothing gets lost between the answers: over 500 random filters the numbers of tiles, GeoJSON,
 * counts and SQL are equal.
 * Plan: for each filter, SQL over the same database says how many links there are and how many are
 * placed; the n of distinct flow_id over all tiles of a zoom (0 to 8 in turn, the close ones more
 * seldom; levels by zoom or at random), the n of places on either side, the features of
 * /links.geojson and /partnerships.geojson and their `total` and `placed`, and /counts.json say the
 * same. */
#include "tests/tiles/pyramid.h"
#include "tests/tiles/random_filter.h"

#include "tiles/counts.h"
#include "tiles/geojson.h"
#include "tiles/mvt.h"
#include "tiles/tile_build.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { FILTERS = 500, FLOWS_MOST = 4000 };

struct sums {
    char *ids[FLOWS_MOST]; /* of the flows that were counted */
    size_t n_ids;
    double flows, places[2];
};

static bool is_new(struct sums *sums, const struct read_value *id)
{
    for (size_t i = 0; i < sums->n_ids; i++)
        if (strlen(sums->ids[i]) == id->text_length &&
            memcmp(sums->ids[i], id->text, id->text_length) == 0)
            return false;
    assert_true(sums->n_ids < FLOWS_MOST);
    sums->ids[sums->n_ids++] = strndup(id->text, id->text_length);
    return true;
}

static void add_flows(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct sums *sums = context;
    (void)key;
    assert_null(tile_layer(tile, "flows_meta")); /* nothing is held back */
    const struct read_layer *layer = tile_layer(tile, "flows");
    for (size_t i = 0; layer && i < layer->n_features; i++)
        if (is_new(sums, feature_value(&layer->features[i], "flow_id")))
            sums->flows += feature_number(&layer->features[i], "n");
}

static void add_places(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct sums *sums = context;
    (void)key;
    const struct read_layer *layer = tile_layer(tile, "places");
    for (size_t i = 0; layer && i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        /* What lies in the buffer is counted by the tile beside. */
        if (feature->points[0][0] < 0 || feature->points[0][0] >= MVT_EXTENT ||
            feature->points[0][1] < 0 || feature->points[0][1] >= MVT_EXTENT)
            continue;
        sums->places[feature_text_is(feature, "side", "foreign")] += feature_number(feature, "n");
    }
}

/* A zoom by way of the tiles above that are not empty, so that oceans cost nothing. The levels are
 * those of the zoom all the way down. */
struct descent {
    enum tileset tileset;
    const struct selection *selection;
    uint8_t zoom;
    struct tile_display way, display; /* on the way, and of the zoom */
    tile_visitor visit;
    struct sums *sums;
};

static void go_down(const struct read_tile *tile, struct tile_key key, void *context)
{
    const struct descent *descent = context;
    if (key.z == descent->zoom) {
        descent->visit(tile, key, descent->sums);
        return;
    }
    const struct tile_display *display =
        key.z + 1 == descent->zoom ? &descent->display : &descent->way;
    for (uint32_t child = 0; child < 4; child++) {
        const struct tile_key below = {key.z + 1, 2 * key.x + child % 2, 2 * key.y + child / 2};
        visit_tile(descent->tileset, descent->selection, below, display, go_down, context);
    }
}

static void check_tiles(const struct selection *selection, uint8_t zoom, uint64_t *random,
                        int64_t placed)
{
    struct sums sums = {.n_ids = 0};
    struct descent descent = {.selection = selection, .zoom = zoom, .sums = &sums};
    if (fixture_random(random, 2)) {
        descent.display.french_level = 1 + (int)fixture_random(random, FRENCH_LEVEL_COUNT);
        descent.display.foreign_level = 1 + (int)fixture_random(random, FOREIGN_LEVEL_COUNT);
    }
    const struct tile_build at = {.key = {.z = zoom}, .display = descent.display};
    descent.way.french_level = 1 + (int)tile_french_level(&at);
    descent.way.foreign_level = 1 + (int)tile_foreign_level(&at);
    const struct tile_key world = {0, 0, 0};
    for (int i = 0; i < 2; i++) {
        descent.tileset = i ? TILESET_PLACES : TILESET_FLOWS;
        descent.visit = i ? add_places : add_flows;
        visit_tile(descent.tileset, selection, world, zoom ? &descent.way : &descent.display,
                   go_down, &descent);
    }
    assert_true(sums.flows == (double)placed);
    assert_true(sums.places[0] == (double)placed);
    assert_true(sums.places[1] == (double)placed);
    for (size_t i = 0; i < sums.n_ids; i++)
        free(sums.ids[i]);
}

static json_t *read_json(const struct bytes *text)
{
    json_error_t error;
    json_t *document = json_loadb((const char *)text->data, text->length, 0, &error);
    if (!document) fail_msg("%s", error.text);
    return document;
}

static int64_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void check_geojson(const struct selection *selection, enum feature_kind kind, int64_t total,
                          int64_t placed, int64_t undated)
{
    struct geojson geojson;
    struct bytes text = {0};
    bool more = true;
    assert_int_equal(geojson_begin(&geojson, selection, kind, "", "", false), ATLAS_OK);
    while (more)
        assert_int_equal(geojson_next(&geojson, 4096, &text, &more), ATLAS_OK);
    geojson_close(&geojson);
    json_t *document = read_json(&text);
    assert_int_equal(json_array_size(json_object_get(document, "features")), total);
    assert_int_equal(number(document, "total"), total);
    assert_int_equal(number(document, "placed"), placed);
    assert_int_equal(number(document, "undated_left_out"), undated);
    json_decref(document);
    bytes_close(&text);
}

static void check_counts(const struct selection *selection, const struct oracle_totals *totals)
{
    struct bytes text = {0};
    assert_int_equal(counts_write(selection, "", 0, NULL, &text), ATLAS_OK);
    json_t *document = read_json(&text);
    const json_t *links = json_object_get(document, "links");
    const json_t *partnerships = json_object_get(document, "partnerships");
    assert_int_equal(number(links, "total"), totals->links);
    assert_int_equal(number(links, "placed"), totals->placed_links);
    assert_int_equal(number(links, "drawn"), totals->drawn_links);
    assert_int_equal(number(links, "undated_left_out"), totals->undated_links_left_out);
    assert_int_equal(number(partnerships, "total"), totals->partnerships);
    assert_int_equal(number(partnerships, "placed"), totals->placed_partnerships);
    assert_int_equal(number(partnerships, "undated_left_out"), totals->undated_left_out);
    json_decref(document);
    bytes_close(&text);
}

static void every_answer_has_the_same_totals(void **state)
{
    (void)state;
    struct fixture fixture;
    uint64_t random = 2026;
    size_t with_links = 0;
    fixture_open(&fixture, 250, 9);
    struct oracle *oracle = oracle_open(fixture.path);
    for (int round = 0; round < FILTERS; round++) {
        struct random_filter filter;
        struct oracle_totals totals;
        struct selection selection;
        struct atlas_error error;
        random_filter_next(&filter, &random);
        oracle_count(oracle, &filter.oracle, &totals);
        if (selection_make(fixture.edition, &filter.filter, &selection, &error))
            fail_msg("%s", error.message);
        check_tiles(&selection, (uint8_t)(round % 16 ? round % 6 : 6 + round / 16 % 3), &random,
                    totals.placed_links);
        check_geojson(&selection, FEATURE_LINKS, totals.links, totals.placed_links,
                      totals.undated_links_left_out);
        check_geojson(&selection, FEATURE_PARTNERSHIPS, totals.partnerships,
                      totals.placed_partnerships, totals.undated_left_out);
        check_counts(&selection, &totals);
        with_links += totals.placed_links > 0;
        selection_close(&selection);
    }
    assert_true(with_links > FILTERS / 5);
    oracle_close(oracle);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_answer_has_the_same_totals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
