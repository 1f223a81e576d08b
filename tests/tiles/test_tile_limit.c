/* The bound of a tile's bytes: what would be larger shows less and says so.
 * Plan: tiles of the finest levels, allowed ever smaller shares of what they take without a bound:
 * they fit, show something, nothing but the heaviest (flows, places) or the first (links), and
 * their counts are those of what they show; tilesets share one tile only where it is too small. */
#include "tests/tiles/pyramid.h"

#include <libdeflate.h>

static size_t gzip_bytes(const struct bytes *bytes)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(1);
    size_t room = libdeflate_gzip_compress_bound(compressor, bytes->length);
    void *packed = malloc(room);
    size_t n = libdeflate_gzip_compress(compressor, bytes->data, bytes->length, packed, room);
    free(packed);
    libdeflate_free_compressor(compressor);
    assert_true(n > 0);
    return n;
}

struct built {
    struct bytes bytes;
    struct read_tile tile;
    struct tile_counts counts;
    const struct read_layer *layer;
};

static void build(enum tileset tileset, const struct selection *selection, size_t max_bytes,
                  struct built *built)
{
    const struct tile_display display = {.french_level = 1 + FRENCH_COMMUNE,
                                         .foreign_level = 1 + FOREIGN_PLACE,
                                         .max_bytes = max_bytes};
    *built = (struct built){0};
    assert_int_equal(tileset_tile_counted(tileset, selection->edition, selection,
                                          (struct tile_key){0, 0, 0}, &display, &built->bytes,
                                          &built->counts),
                     ATLAS_OK);
    tile_read(built->bytes.data, built->bytes.length, &built->tile);
    built->layer = tile_layer(&built->tile, tileset_name(tileset));
    assert_non_null(built->layer);
}

static void close_built(struct built *built)
{
    tile_read_close(&built->tile);
    bytes_close(&built->bytes);
}

/* What counts count: links for flows (each once, however many fragments), else features. */
static double shown_in(enum tileset tileset, const struct read_layer *layer)
{
    double links = 0;
    const struct read_value *last = NULL;
    if (tileset != TILESET_FLOWS) return (double)layer->n_features;
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_value *id = feature_value(&layer->features[i], "flow_id");
        bool same = last && last->text_length == id->text_length &&
                    memcmp(last->text, id->text, id->text_length) == 0;
        if (!same) links += feature_number(&layer->features[i], "n");
        last = id;
    }
    return links;
}

static double least(const struct read_layer *layer, const char *key)
{
    double found = feature_number(&layer->features[0], key);
    for (size_t i = 1; i < layer->n_features; i++) {
        double number = feature_number(&layer->features[i], key);
        found = number < found ? number : found;
    }
    return found;
}

/* How many features have more of key than `number`. */
static size_t above(const struct read_layer *layer, const char *key, double number)
{
    size_t n = 0;
    for (size_t i = 0; i < layer->n_features; i++)
        n += feature_number(&layer->features[i], key) > number;
    return n;
}

static void fits_and_says_what_it_shows(void **state)
{
    (void)state;
    static const enum tileset tilesets[] = {TILESET_FLOWS, TILESET_LINKS, TILESET_PLACES};
    struct fixture fixture;
    struct selection selection;
    fixture_open(&fixture, 3000, 41);
    everything(fixture.edition, &selection);
    for (size_t t = 0; t < sizeof tilesets / sizeof *tilesets; t++) {
        struct built whole, part;
        build(tilesets[t], &selection, 0, &whole);
        size_t all = gzip_bytes(&whole.bytes);
        assert_false(whole.counts.said);
        for (size_t share = 2; share <= 32 && all / share > 500; share *= 2) {
            build(tilesets[t], &selection, all / share, &part);
            size_t taken = gzip_bytes(&part.bytes);
            if (taken > all / share || taken < all / share / 3)
                fail_msg("%s: %zu bytes where %zu are allowed", tileset_name(tilesets[t]), taken,
                         all / share);
            char meta[32];
            snprintf(meta, sizeof meta, "%s_meta", tileset_name(tilesets[t]));
            const struct read_layer *said = tile_layer(&part.tile, meta);
            assert_non_null(said);
            assert_true(part.counts.said);
            double shown = feature_number(&said->features[0], "shown");
            assert_true(shown == (double)part.counts.shown);
            assert_true(shown == shown_in(tilesets[t], part.layer));
            assert_true(feature_number(&said->features[0], "total") ==
                        shown_in(tilesets[t], whole.layer));
            /* Nothing heavier than the lightest one shown is left out. */
            if (tilesets[t] != TILESET_LINKS) {
                double lightest = least(part.layer, "n");
                assert_int_equal(above(part.layer, "n", lightest),
                                 above(whole.layer, "n", lightest));
            }
            close_built(&part);
        }
        close_built(&whole);
    }
    selection_close(&selection);
    fixture_close(&fixture);
}

static void build_both(const struct selection *selection, size_t max_bytes, size_t *packed,
                       struct tile_counts *counts)
{
    static const enum tileset both[] = {TILESET_FLOWS, TILESET_PLACES};
    const struct tile_display display = {.french_level = 1 + FRENCH_COMMUNE,
                                         .foreign_level = 1 + FOREIGN_PLACE,
                                         .max_bytes = max_bytes};
    struct bytes bytes = {0};
    assert_int_equal(tileset_tiles(both, 2, selection->edition, selection,
                                   (struct tile_key){0, 0, 0}, &display, &bytes, counts),
                     ATLAS_OK);
    *packed = gzip_bytes(&bytes);
    bytes_close(&bytes);
}

/* Flows take more than half of the two together, and yet nothing is held back of them while there
 * is room for both. */
static void tilesets_share_a_tile(void **state)
{
    (void)state;
    struct fixture fixture;
    struct selection selection;
    struct built flows;
    struct tile_counts counts[2];
    size_t all, part;
    fixture_open(&fixture, 3000, 41);
    everything(fixture.edition, &selection);
    build(TILESET_FLOWS, &selection, 0, &flows);
    build_both(&selection, 0, &all, counts);
    assert_true(gzip_bytes(&flows.bytes) > all / 2);
    build_both(&selection, all, &part, counts);
    assert_int_equal(part, all);
    assert_false(counts[0].said || counts[1].said);
    build_both(&selection, all / 3, &part, counts);
    assert_true(part <= all / 3);
    assert_true(counts[0].said && counts[0].shown < counts[0].total);
    close_built(&flows);
    selection_close(&selection);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_and_says_what_it_shows),
        cmocka_unit_test(tilesets_share_a_tile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
