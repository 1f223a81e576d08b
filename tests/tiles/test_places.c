/* tiles/places: each territory once, where it is, with its totals, and in the buffers beside it.
 * Plan: under random filters and at zooms 0 to 8 the n of each side add up to the placed links, as
 * tiles/group counts them; positions against the coordinates; in one tile, and seen from as many as
 * a mark around it touches. */
#include "tests/tiles/group_links.h"
#include "tests/tiles/pyramid.h"

#include "tiles/group.h"
#include "tiles/prepared.h"

#include <math.h>

struct seen {
    const struct edition *edition;
    double *n, *partnerships; /* per territory */
    unsigned *times;
    unsigned *marks; /* points of it in all tiles */
};

static void see(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct seen *seen = context;
    const struct read_layer *layer = tile_layer(tile, "places");
    assert_int_equal(tile->n_layers, 1);
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        const struct read_value *code = feature_value(feature, "code");
        char text[60] = "";
        assert_non_null(code);
        memcpy(text, code->text, code->text_length);
        uint32_t at = edition_find_territory(seen->edition, text);
        assert_true(at != EDITION_NONE);
        const struct edition_territory *t = &seen->edition->territories[at];
        assert_true(
            feature_text_is(feature, "side", t->side == SIDE_FRENCH ? "french" : "foreign"));
        assert_true(feature_text_is(feature, "name", t->name_fr));
        assert_true(
            feature_text_is(feature, "kind", territory_kind_text((enum territory_kind)t->kind)));
        bool inside = feature->points[0][0] >= 0 && feature->points[0][0] < MVT_EXTENT &&
                      feature->points[0][1] >= 0 && feature->points[0][1] < MVT_EXTENT;
        seen->times[at] += inside;
        seen->marks[at] += (unsigned)feature->n_points;
        seen->n[at] = feature_number(feature, "n");
        seen->partnerships[at] = feature_number(feature, "partnerships");
        double bounds[4];
        tile_bounds(key, bounds);
        double lon = bounds[0] + (bounds[2] - bounds[0]) * feature->points[0][0] / 4096;
        double off = fabs(lon - t->lon_deg);
        assert_true(fmin(off, fabs(off - 360)) <= (bounds[2] - bounds[0]) / 4096 + 1e-9);
        struct world_point w = mercator_forward(t->lon_deg, t->lat_deg);
        assert_true(fabs(ldexp(w.y_world, key.z) * 4096 - key.y * 4096.0 - feature->points[0][1]) <=
                    1);
    }
}

/* In how many tiles a mark of that size, in tile units, is seen. */
static unsigned marks_of(const struct edition_territory *t, uint8_t zoom, double size)
{
    struct world_point w = mercator_forward(t->lon_deg, t->lat_deg);
    double x = ldexp(w.x_world, zoom), y = ldexp(w.y_world, zoom), reach = size / MVT_EXTENT;
    double columns = floor(x + reach) - floor(x - reach) + 1;
    double first = fmax(floor(y - reach), 0), last = fmin(floor(y + reach), ldexp(1, zoom) - 1);
    return (unsigned)(columns * (last - first + 1));
}

static void check_side(const struct seen *seen, const struct selection *selection, enum side side,
                       int level, uint8_t zoom)
{
    const struct edition *edition = selection->edition;
    uint32_t *keys = malloc(edition->n_links * sizeof *keys);
    struct groups groups;
    double sum = 0;
    for (size_t i = 0; i < edition->n_links; i++)
        keys[i] = prepared_stand_in(
            edition, side == SIDE_FRENCH ? edition->links[i].french : edition->links[i].foreign,
            level);
    assert_int_equal(group_links(selection, keys, NULL, NULL, true, &groups), ATLAS_OK);
    for (size_t g = 0; g < groups.n; g++) {
        uint32_t at = groups.groups[g].key[0];
        assert_int_equal(seen->times[at], 1);
        assert_in_range(seen->marks[at], marks_of(&edition->territories[at], zoom, 62),
                        marks_of(&edition->territories[at], zoom, 66));
        assert_true(seen->n[at] == (double)groups.groups[g].totals.n);
        assert_true(seen->partnerships[at] == (double)groups.groups[g].totals.partnerships);
        sum += seen->n[at];
    }
    assert_true(sum == (double)selection->n_placed_links);
    size_t times = 0;
    for (size_t t = 0; t < edition->n_territories; t++)
        if (edition->territories[t].side == side) times += seen->times[t];
    assert_int_equal(times, groups.n);
    groups_close(&groups);
    free(keys);
}

static void every_place_once_with_its_totals(void **state)
{
    struct fixture *fixture = *state;
    const struct edition *edition = fixture->edition;
    static const int levels[9][2] = {
        {FRENCH_COUNTRY, FOREIGN_COUNTRY},    {FRENCH_COUNTRY, FOREIGN_COUNTRY},
        {FRENCH_COUNTRY, FOREIGN_COUNTRY},    {FRENCH_REGION, FOREIGN_COUNTRY},
        {FRENCH_REGION, FOREIGN_COUNTRY},     {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1},
        {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1}, {FRENCH_COMMUNE, FOREIGN_PLACE},
        {FRENCH_COMMUNE, FOREIGN_PLACE}};
    static const struct tile_display plain;
    uint64_t seed = 8;
    size_t links = 0;
    for (int round = 0; round < 27; round++) {
        struct selection selection;
        uint8_t zoom = (uint8_t)(round % 9);
        random_selection(edition, &seed, &selection);
        struct seen seen = {edition, calloc(edition->n_territories, sizeof(double)),
                            calloc(edition->n_territories, sizeof(double)),
                            calloc(edition->n_territories, sizeof(unsigned)),
                            calloc(edition->n_territories, sizeof(unsigned))};
        visit_zoom(TILESET_PLACES, &selection, zoom, &plain, see, &seen);
        check_side(&seen, &selection, SIDE_FRENCH, levels[zoom][0], zoom);
        check_side(&seen, &selection, SIDE_FOREIGN, levels[zoom][1], zoom);
        links += selection.n_placed_links;
        free(seen.n);
        free(seen.partnerships);
        free(seen.times);
        free(seen.marks);
        selection_close(&selection);
    }
    assert_true(links > 1000);
}

static void gives_the_same_bytes_twice(void **state)
{
    struct fixture *fixture = *state;
    assert_same_bytes_twice(TILESET_PLACES, fixture->edition, (struct tile_key){0, 0, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_once_with_its_totals),
        cmocka_unit_test(gives_the_same_bytes_twice),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
