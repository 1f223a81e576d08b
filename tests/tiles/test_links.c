/* tiles/links: every drawn link of a selection is in the tiles, no other, where its ends are.
 * Plan: the set of ids at zooms 0 to 8 under random filters; ends against their coordinates;
 * properties against the edition, unknown ones absent; the cut at 4,400; GDAL reads the tiles. */
#include "tests/tiles/pyramid.h"

#include "tiles/bitset.h"
#include "tiles/prepared.h"

#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>

static const struct tile_display plain;

struct seen {
    const struct edition *edition;
    uint8_t *links;       /* by position: seen */
    uint8_t *french_ends; /* by position: a line begins at the French end */
};

static uint32_t position_of(const struct edition *edition, uint64_t id)
{
    for (uint32_t i = 0; i < edition->n_links; i++)
        if (edition->links[i].id == id) return i;
    fail();
    return 0;
}

static bool passes(const struct read_feature *feature, struct world_point place,
                   struct tile_key key)
{
    double x = ldexp(place.x_world, key.z) * 4096 - key.x * 4096.0;
    double y = ldexp(place.y_world, key.z) * 4096 - key.y * 4096.0;
    for (size_t i = 0; i < feature->n_points; i++)
        if (hypot(feature->points[i][0] - x, feature->points[i][1] - y) < 1) return true;
    return false;
}

static void see(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct seen *seen = context;
    const struct read_layer *layer = tile_layer(tile, "links");
    assert_non_null(layer);
    uint64_t last = 0;
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        assert_true(feature->has_id && feature->id > last);
        last = feature->id;
        assert_int_equal(feature->type, 2);
        assert_true(feature_number(feature, "id") == (double)feature->id);
        uint32_t at = position_of(seen->edition, feature->id);
        seen->links[at] = 1;
        if (passes(feature, seen->edition->territories[seen->edition->links[at].french].world, key))
            seen->french_ends[at] = 1;
    }
    const struct read_layer *counts = tile_layer(tile, "links_meta");
    assert_non_null(counts);
    assert_true(feature_number(&counts->features[0], "shown") == (double)layer->n_features);
}

static void all_drawn_links_are_there(void **state)
{
    struct fixture *fixture = *state;
    const struct edition *edition = fixture->edition;
    uint64_t seed = 3;
    size_t n_filters = 0, n_links = 0;
    for (int round = 0; round < 9; round++) {
        struct selection selection;
        random_selection(edition, &seed, &selection);
        struct seen seen = {edition, calloc(edition->n_links, 1), calloc(edition->n_links, 1)};
        uint8_t zoom = (uint8_t)(round % 9);
        visit_zoom(TILESET_LINKS, &selection, zoom, &plain, see, &seen);
        for (size_t i = 0; i < edition->n_links; i++) {
            bool wanted = selection_has_link(&selection, i) && edition->links[i].drawn;
            assert_int_equal(seen.links[i], wanted);
            assert_int_equal(seen.french_ends[i], wanted);
            n_links += wanted;
        }
        n_filters += selection.n_drawn_links > 0;
        free(seen.links);
        free(seen.french_ends);
        selection_close(&selection);
    }
    assert_true(n_filters >= 5 && n_links > 500);
}

static bool same_text(const struct read_feature *feature, const char *key, const char *text)
{
    if (!feature_text_is(feature, key, text)) print_message("%s is not %s\n", key, text);
    return feature_text_is(feature, key, text);
}

static void check_properties(const struct read_tile *tile, struct tile_key key, void *context)
{
    const struct edition *edition = context;
    const struct read_layer *layer = tile_layer(tile, "links");
    (void)key;
    size_t with_year = 0, without_kind = 0;
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        const struct edition_link *link = &edition->links[position_of(edition, feature->id)];
        const struct edition_partnership *p = &edition->partnerships[link->partnership];
        assert_true(feature_number(feature, "partnership") == (double)p->id);
        assert_true(same_text(feature, "title", p->title));
        assert_true(same_text(feature, "kind", p->kind));
        assert_true(same_text(feature, "status", p->status));
        assert_true(same_text(feature, "french_code", edition->territories[link->french].code));
        assert_true(
            same_text(feature, "foreign_name", edition->territories[link->foreign].name_fr));
        assert_true(same_text(feature, "foreign_precision",
                              precision_text((enum precision)link->foreign_precision)));
        if (p->year_start == EDITION_NO_YEAR)
            assert_null(feature_value(feature, "year_start"));
        else
            assert_true(feature_number(feature, "year_start") == p->year_start);
        if (p->gender_marker == EDITION_NO_MARKER)
            assert_null(feature_value(feature, "gender_marker"));
        else
            assert_true(feature_number(feature, "gender_marker") == p->gender_marker);
        char url[200];
        snprintf(url, sizeof url, "/partenariat/%llu", (unsigned long long)p->id);
        assert_true(same_text(feature, "url", url));
        with_year += p->year_start != EDITION_NO_YEAR;
        without_kind += p->kind == NULL;
    }
    assert_true(with_year > 0 && without_kind > 0);
}

static void properties_are_the_editions(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    everything(fixture->edition, &selection);
    visit_zoom(TILESET_LINKS, &selection, 0, &plain, check_properties,
               (void *)(uintptr_t)fixture->edition);
    assert_same_bytes_twice(TILESET_LINKS, selection.edition, (struct tile_key){2, 2, 1});
    selection_close(&selection);
}

static void shows_the_first_and_says_how_many(void **state)
{
    (void)state;
    struct fixture large;
    struct selection selection;
    fixture_open(&large, 9000, 77);
    everything(large.edition, &selection);
    assert_true(selection.n_drawn_links > 5000);
    struct bytes out = {0};
    struct read_tile tile;
    assert_int_equal(tileset_tile(TILESET_LINKS, large.edition, &selection,
                                  (struct tile_key){0, 0, 0}, &plain, &out),
                     ATLAS_OK);
    tile_read(out.data, out.length, &tile);
    const struct read_layer *layer = tile_layer(&tile, "links");
    const struct read_feature *counts = &tile_layer(&tile, "links_meta")->features[0];
    assert_int_equal(layer->n_features, 4400);
    assert_true(feature_number(counts, "shown") == 4400);
    assert_true(feature_number(counts, "total") == (double)selection.n_drawn_links);
    /* those of the smallest ids: as many drawn links are not above the last one shown */
    uint64_t last = layer->features[4399].id;
    size_t below = 0;
    for (size_t i = 0; i < large.edition->n_links; i++)
        below += large.edition->links[i].drawn && large.edition->links[i].id <= last;
    assert_int_equal(below, 4400);
    tile_read_close(&tile);
    bytes_close(&out);
    selection_close(&selection);
    fixture_close(&large);
}

/* GDAL counts features and finds the line where it should be on the map. */
static void gdal_reads_it(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    everything(fixture->edition, &selection);
    GDALAllRegister();
    static const struct tile_key keys[] = {{0, 0, 0}, {2, 2, 1}, {4, 8, 5}, {7, 65, 45}};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct bytes out = {0};
        struct read_tile tile;
        char path[80];
        assert_int_equal(
            tileset_tile(TILESET_LINKS, fixture->edition, &selection, keys[k], &plain, &out),
            ATLAS_OK);
        assert_true(out.length > 0);
        tile_read(out.data, out.length, &tile);
        snprintf(path, sizeof path, "/vsimem/%u/%u/%u.mvt", keys[k].z, keys[k].x, keys[k].y);
        VSIFCloseL(VSIFileFromMemBuffer(path, out.data, out.length, 0));
        snprintf(path, sizeof path, "MVT:/vsimem/%u/%u/%u.mvt", keys[k].z, keys[k].x, keys[k].y);
        GDALDatasetH dataset = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
        assert_non_null(dataset);
        OGRLayerH layer = GDALDatasetGetLayerByName(dataset, "links");
        assert_non_null(layer);
        assert_int_equal(OGR_L_GetFeatureCount(layer, 1), tile_layer(&tile, "links")->n_features);
        OGREnvelope extent;
        assert_int_equal(OGR_L_GetExtent(layer, &extent, 1), OGRERR_NONE);
        double half = 20037508.342789244, size = 2 * half / ldexp(1, keys[k].z);
        double slack = size * 65 / 4096;
        assert_true(extent.MinX >= -half + keys[k].x * size - slack);
        assert_true(extent.MaxX <= -half + (keys[k].x + 1) * size + slack);
        assert_true(extent.MaxY <= half - keys[k].y * size + slack);
        GDALClose(dataset);
        VSIUnlink(path + 4);
        tile_read_close(&tile);
        bytes_close(&out);
    }
    selection_close(&selection);
}

static void refuses_what_is_no_tile(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    struct bytes out = {0};
    everything(fixture->edition, &selection);
    static const struct tile_key bad[] = {{23, 0, 0}, {0, 1, 0}, {3, 0, 8}, {22, 1u << 22, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(
            tileset_tile(TILESET_LINKS, fixture->edition, &selection, bad[i], &plain, &out),
            ATLAS_INVALID);
    struct tile_display display = {.french_level = 6};
    struct tile_key key = {0, 0, 0};
    assert_int_equal(tileset_tile(TILESET_FLOWS, fixture->edition, &selection, key, &display, &out),
                     ATLAS_INVALID);
    assert_int_equal(tileset_tile(TILESET_LINKS, fixture->edition, NULL, key, &plain, &out),
                     ATLAS_INVALID);
    assert_int_equal(tileset_tile(TILESET_HEAT, fixture->edition, &selection, key, &plain, &out),
                     ATLAS_UNSUPPORTED);
    assert_int_equal(
        tileset_tile((enum tileset)99, fixture->edition, &selection, key, &plain, &out),
        ATLAS_INVALID);
    assert_int_equal(out.length, 0);
    selection_close(&selection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_drawn_links_are_there),
        cmocka_unit_test(properties_are_the_editions),
        cmocka_unit_test(shows_the_first_and_says_how_many),
        cmocka_unit_test(gdal_reads_it),
        cmocka_unit_test(refuses_what_is_no_tile),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
