/* tiles/mvt, tiles/mvt_check: what is written is read back the same by a reader of the test's own,
 * and the checker agrees with the published fixtures.
 * Plan: every value type and geometry; equal values once; features in one go; degenerate geometry
 * dropped; winding; many values; the fixtures of @mapbox/mvt-fixtures; cut and flipped bytes never
 * crash. */
#include "tile_reader.h"

#include "tiles/block_copy.h"
#include "tiles/mvt.h"
#include "tiles/mvt_check.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>

static void assert_valid(const struct bytes *tile)
{
    struct atlas_error error;
    if (mvt_check(tile->data, tile->length, NULL, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
}

static void writes_every_kind_of_value(void **state)
{
    (void)state;
    static const char *const keys[] = {"text", "uint", "sint", "double", "float", "yes",
                                       "no",   "null", "nan",  "empty",  "whole", "broken"};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "values", keys, 12);
    mvt_feature_begin(&writer, MVT_POINT);
    mvt_feature_id(&writer, UINT64_C(1) << 53);
    assert_true(mvt_points(&writer, &(struct mvt_point){-64, 4160}, 1));
    mvt_tag_text(&writer, 0, "Hà Giang");
    mvt_tag_uint(&writer, 1, 300);
    mvt_tag_sint(&writer, 2, -1900);
    mvt_tag_double(&writer, 3, 0.1);
    mvt_tag_float(&writer, 4, 0.25f);
    mvt_tag_bool(&writer, 5, true);
    mvt_tag_bool(&writer, 6, false);
    mvt_tag_text(&writer, 7, NULL);
    mvt_tag_double(&writer, 8, NAN);
    mvt_tag_text(&writer, 9, "");
    mvt_tag_amount(&writer, 10, 1500000);
    mvt_tag_amount(&writer, 11, 1500000.5);
    assert_true(mvt_feature_end(&writer));
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    assert_valid(&out);

    struct read_tile tile;
    tile_read(out.data, out.length, &tile);
    assert_int_equal(tile.n_layers, 1);
    assert_string_equal(tile.layers[0].name, "values");
    assert_int_equal(tile.layers[0].version, 2);
    assert_int_equal(tile.layers[0].extent, 4096);
    const struct read_feature *feature = &tile.layers[0].features[0];
    assert_true(feature->has_id && feature->id == UINT64_C(1) << 53);
    assert_int_equal(feature->type, 1);
    assert_int_equal(feature->points[0][0], -64);
    assert_int_equal(feature->points[0][1], 4160);
    assert_int_equal(feature->n_tags, 10);
    assert_true(feature_text_is(feature, "text", "Hà Giang"));
    assert_true(feature_text_is(feature, "empty", ""));
    assert_true(feature_number(feature, "uint") == 300);
    assert_true(feature_number(feature, "sint") == -1900);
    assert_true(feature_number(feature, "double") == 0.1);
    assert_true(feature_number(feature, "float") == 0.25);
    assert_true(feature_number(feature, "yes") == 1);
    assert_true(feature_number(feature, "no") == 0);
    assert_int_equal(feature_value(feature, "whole")->type, 'u');
    assert_true(feature_number(feature, "whole") == 1500000);
    assert_true(feature_number(feature, "broken") == 1500000.5);
    assert_null(feature_value(feature, "null"));
    assert_null(feature_value(feature, "nan"));
    tile_read_close(&tile);
    bytes_close(&out);
    mvt_close(&writer);
    mvt_close(&writer);
}

static void writes_equal_values_once(void **state)
{
    (void)state;
    static const char *const keys[] = {"n", "kind"};
    struct mvt_writer writer;
    struct bytes few = {0}, many = {0};
    mvt_init(&writer);
    for (int round = 0; round < 2; round++) {
        mvt_layer_begin(&writer, "many", keys, 2);
        for (unsigned i = 0; i < 3000; i++) {
            mvt_feature_begin(&writer, MVT_POINT);
            mvt_points(&writer, &(struct mvt_point){(int32_t)i, 7}, 1);
            mvt_tag_uint(&writer, 0, round ? i : i % 7);
            mvt_tag_text(&writer, 1, i % 2 ? "accord-cadre" : "projet");
            mvt_feature_end(&writer);
        }
        assert_int_equal(mvt_layer_end(&writer, round ? &many : &few), ATLAS_OK);
    }
    assert_valid(&few);
    assert_valid(&many);
    size_t projects = 0;
    for (size_t i = 0; i + 6 <= many.length; i++)
        projects += memcmp(many.data + i, "projet", 6) == 0;
    assert_int_equal(projects, 1);
    assert_true(few.length < 3000 * 17);
    struct read_tile tile;
    tile_read(many.data, many.length, &tile);
    for (unsigned i = 0; i < 3000; i++) {
        const struct read_feature *feature = &tile.layers[0].features[i];
        assert_true(feature_number(feature, "n") == i);
        assert_true(feature_text_is(feature, "kind", i % 2 ? "accord-cadre" : "projet"));
    }
    tile_read_close(&tile);
    bytes_close(&few);
    bytes_close(&many);
    mvt_close(&writer);
}

/* Features in one go, some texts encoded beforehand or known to be new, are the very bytes that the
 * steps write: many, so that the table grows. */
static void writes_whole_features_as_by_steps(void **state)
{
    (void)state;
    static const char *const keys[] = {"id", "code", "name", "t", "unknown"};
    static const char codes[][4 + BLOCK_SLACK] = {"a:1", "b:2", "c:3"};
    static const char between[2 + BLOCK_SLACK] = ">?";
    static const char names[][9] = {"Valence", "Saintes", "Valence"};
    struct mvt_writer steps, whole;
    struct bytes stepwise = {0}, at_once = {0}, line = {0}, text = {0};
    uint32_t values[5] = {0}, entered[3];
    mvt_init(&steps);
    mvt_init(&whole);
    mvt_layer_begin(&steps, "flows", keys, 5);
    mvt_layer_begin(&whole, "flows", keys, 5);
    for (unsigned i = 0; i < 600; i++) {
        const struct mvt_point points[] = {{(int32_t)i, 7}, {4000, (int32_t)i}};
        char number[8 + BLOCK_SLACK], id[16];
        snprintf(number, 8, "%u", i);
        snprintf(id, sizeof id, "%.3s>%.7s", codes[i % 3], number);
        mvt_feature_begin(&steps, MVT_LINE);
        mvt_line(&steps, points, 2);
        mvt_tag_text(&steps, 0, id);
        mvt_tag_text(&steps, 1, codes[i % 3]);
        mvt_tag_text(&steps, 2, names[i % 3]);
        mvt_tag_float(&steps, 3, (float)(i % 200) / 8);
        mvt_feature_end(&steps);
        const struct mvt_text_part parts[] = {
            {codes[i % 3], 3}, {between, 1}, {number, strlen(number)}};
        values[0] = mvt_value_new_text(&whole, parts, 3);
        if (i < 3) {
            bytes_clear(&text);
            mvt_encode_text(codes[i], &text);
            bytes_reserve(&text, BLOCK_SLACK);
            entered[i] = mvt_value_encoded(&whole, text.data, text.length);
        }
        values[1] = entered[i % 3];
        values[2] = mvt_value_text(&whole, names[i % 3]);
        values[3] = mvt_value_float(&whole, (float)(i % 200) / 8);
        bytes_clear(&line);
        assert_true(mvt_encode_line(points, 2, &line));
        bytes_reserve(&line, BLOCK_SLACK);
        mvt_whole_feature(&whole, MVT_LINE, line.data, line.length, values, 5);
    }
    assert_int_equal(mvt_layer_end(&steps, &stepwise), ATLAS_OK);
    assert_int_equal(mvt_layer_end(&whole, &at_once), ATLAS_OK);
    assert_valid(&at_once);
    assert_int_equal(at_once.length, stepwise.length);
    assert_memory_equal(at_once.data, stepwise.data, stepwise.length);
    bytes_close(&stepwise);
    bytes_close(&at_once);
    bytes_close(&line);
    bytes_close(&text);
    mvt_close(&steps);
    mvt_close(&whole);
}

/* Equal bytes of content under two types must stay two values. */
static void keeps_types_apart(void **state)
{
    (void)state;
    static const char *const keys[] = {"a", "b", "c", "d"};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "types", keys, 4);
    mvt_feature_begin(&writer, MVT_POINT);
    mvt_points(&writer, &(struct mvt_point){1, 1}, 1);
    mvt_tag_uint(&writer, 0, 1);
    mvt_tag_sint(&writer, 1, -1);
    mvt_tag_bool(&writer, 2, true);
    mvt_tag_text(&writer, 3, "\x01");
    mvt_feature_end(&writer);
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    struct read_tile tile;
    tile_read(out.data, out.length, &tile);
    const struct read_feature *feature = &tile.layers[0].features[0];
    assert_int_equal(feature_value(feature, "a")->type, 'u');
    assert_int_equal(feature_value(feature, "b")->type, 's');
    assert_int_equal(feature_value(feature, "c")->type, 'b');
    assert_int_equal(feature_value(feature, "d")->type, 't');
    tile_read_close(&tile);
    bytes_close(&out);
    mvt_close(&writer);
}

static void drops_what_cannot_be_drawn(void **state)
{
    (void)state;
    static const struct mvt_point dot[] = {{5, 5}, {5, 5}, {5, 5}};
    static const struct mvt_point spike[] = {{0, 0}, {9, 0}, {0, 0}};
    static const struct mvt_point flat[] = {{0, 0}, {9, 0}, {20, 0}};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "none", NULL, 0);
    mvt_feature_begin(&writer, MVT_LINE);
    assert_false(mvt_line(&writer, dot, 3));
    assert_false(mvt_line(&writer, dot, 1));
    assert_false(mvt_line(&writer, dot, 0));
    assert_false(mvt_feature_end(&writer));
    mvt_feature_begin(&writer, MVT_POLYGON);
    assert_false(mvt_ring(&writer, dot, 3, true));
    assert_false(mvt_ring(&writer, spike, 3, true));
    assert_false(mvt_ring(&writer, flat, 3, true));
    assert_false(mvt_ring(&writer, flat, 0, true));
    assert_false(mvt_feature_end(&writer));
    mvt_feature_begin(&writer, MVT_POINT);
    assert_false(mvt_points(&writer, dot, 0));
    assert_false(mvt_feature_end(&writer));
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    assert_int_equal(out.length, 0);
    mvt_close(&writer);
}

static int64_t twice_area(const struct read_feature *feature, size_t path)
{
    int64_t sum = 0;
    size_t start = feature->path_starts[path], end = feature->path_starts[path + 1];
    for (size_t i = start; i < end; i++) {
        const int32_t *a = feature->points[i], *b = feature->points[i + 1 < end ? i + 1 : start];
        sum += (int64_t)a[0] * b[1] - (int64_t)b[0] * a[1];
    }
    return sum;
}

static void winds_rings_right(void **state)
{
    (void)state;
    static const struct mvt_point rings[][8] = {
        {{0, 0}, {10, 0}, {10, 10}, {0, 10}},
        {{0, 0}, {0, 10}, {10, 10}, {10, 0}},
        {{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
        {{0, 0}, {0, 0}, {0, 10}, {10, 10}, {10, 10}, {10, 0}, {0, 0}, {0, 0}},
    };
    static const size_t counts[] = {4, 4, 5, 8};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "rings", NULL, 0);
    mvt_feature_begin(&writer, MVT_POLYGON);
    for (size_t i = 0; i < 4; i++) {
        assert_true(mvt_ring(&writer, rings[i], counts[i], true));
        assert_true(mvt_ring(&writer, rings[i], counts[i], false));
    }
    assert_true(mvt_feature_end(&writer));
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    assert_valid(&out);
    struct read_tile tile;
    tile_read(out.data, out.length, &tile);
    assert_int_equal(tile.layers[0].features[0].n_paths, 8);
    for (size_t path = 0; path < 8; path++)
        assert_int_equal(twice_area(&tile.layers[0].features[0], path), path % 2 ? -200 : 200);
    tile_read_close(&tile);
    bytes_close(&out);
    mvt_close(&writer);
}

static void drops_repeated_points_of_lines(void **state)
{
    (void)state;
    static const struct mvt_point line[] = {{1, 1}, {1, 1}, {2, 1}, {2, 1}, {3, 9}, {3, 9}};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "lines", NULL, 0);
    mvt_feature_begin(&writer, MVT_LINE);
    assert_true(mvt_line(&writer, line, 6));
    assert_true(mvt_line(&writer, line + 1, 3));
    assert_true(mvt_feature_end(&writer));
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    assert_valid(&out);
    struct read_tile tile;
    tile_read(out.data, out.length, &tile);
    assert_int_equal(tile.layers[0].features[0].n_points, 5);
    assert_int_equal(tile.layers[0].features[0].path_starts[1], 3);
    tile_read_close(&tile);
    bytes_close(&out);
    mvt_close(&writer);
}

static size_t read_file(const char *path, uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t length = fread(data, 1, size, file);
    assert_true(length < size);
    fclose(file);
    return length;
}

static const char fixtures[] = "build/test-packages/node_modules/@mapbox/mvt-fixtures/fixtures";

/* Two of the 74 verdicts cannot be met: the tile of 016, valid, is byte for byte the one of 003,
 * invalid; and 057 calls a MoveTo valid that announces 536,870,911 points and gives one. */
static bool verdict_is_impossible(const char *name)
{
    return strcmp(name, "016") == 0 || strcmp(name, "057") == 0;
}

static void agrees_with_the_fixtures(void **state)
{
    (void)state;
    static uint8_t data[1 << 16], info[1 << 16];
    size_t n_valid = 0, n_invalid = 0;
    DIR *folder = opendir(fixtures);
    if (!folder) {
        print_message("%s is not there: ./dev test fetches it\n", fixtures);
        skip();
    }
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s/info.json", fixtures, entry->d_name);
        info[read_file(path, info, sizeof info)] = 0;
        snprintf(path, sizeof path, "%s/%s/tile.mvt", fixtures, entry->d_name);
        size_t length = read_file(path, data, sizeof data);
        const char *verdict = strstr((const char *)info, "\"v2\": ");
        assert_non_null(verdict);
        bool valid = strncmp(verdict + 6, "true", 4) == 0;
        *(valid ? &n_valid : &n_invalid) += 1;
        struct atlas_error error = {0};
        bool found = mvt_check(data, length, NULL, &error) == ATLAS_OK;
        if (found != valid && !verdict_is_impossible(entry->d_name))
            fail_msg("%s should be %s: %s", entry->d_name, valid ? "valid" : "invalid",
                     error.message);
    }
    closedir(folder);
    assert_int_equal(n_valid, 46);
    assert_int_equal(n_invalid, 28);
}

static void cut_and_flipped_tiles_do_no_harm(void **state)
{
    (void)state;
    static const char *const keys[] = {"name", "n"};
    static const struct mvt_point ring[] = {{0, 0}, {100, 0}, {100, 100}, {0, 100}};
    struct mvt_writer writer;
    struct bytes out = {0};
    mvt_init(&writer);
    mvt_layer_begin(&writer, "layer", keys, 2);
    for (unsigned i = 0; i < 3; i++) {
        mvt_feature_begin(&writer, MVT_POLYGON);
        mvt_ring(&writer, ring, 4, true);
        mvt_tag_text(&writer, 0, "Ségou");
        mvt_tag_uint(&writer, 1, i);
        mvt_feature_end(&writer);
    }
    assert_int_equal(mvt_layer_end(&writer, &out), ATLAS_OK);
    struct mvt_census census;
    struct atlas_error error;
    assert_int_equal(mvt_check(out.data, out.length, &census, &error), ATLAS_OK);
    assert_int_equal(census.n_features, 3);
    assert_int_equal(census.n_points, 12);
    for (size_t length = 1; length < out.length; length++)
        assert_int_equal(mvt_check(out.data, length, NULL, &error), ATLAS_INVALID);
    for (size_t at = 0; at < out.length; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            out.data[at] = (uint8_t)(out.data[at] ^ 1u << bit);
            enum atlas_status status = mvt_check(out.data, out.length, NULL, NULL);
            assert_true(status == ATLAS_OK || status == ATLAS_INVALID);
            out.data[at] = (uint8_t)(out.data[at] ^ 1u << bit);
        }
    assert_int_equal(mvt_check(NULL, 0, &census, NULL), ATLAS_OK);
    assert_int_equal(census.n_layers, 0);
    bytes_close(&out);
    mvt_close(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_kind_of_value),
        cmocka_unit_test(writes_equal_values_once),
        cmocka_unit_test(writes_whole_features_as_by_steps),
        cmocka_unit_test(keeps_types_apart),
        cmocka_unit_test(drops_what_cannot_be_drawn),
        cmocka_unit_test(winds_rings_right),
        cmocka_unit_test(drops_repeated_points_of_lines),
        cmocka_unit_test(agrees_with_the_fixtures),
        cmocka_unit_test(cut_and_flipped_tiles_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
