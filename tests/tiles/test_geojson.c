/* GeoJSON and CSV read back: their totals are those of the oracle in SQL, their rows the same,
 * their geometry inside the world and at the right ends. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/random_filter.h"
#include "tiles/geojson.h"
#include "tiles/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/tiles/json_answer.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct bytes write_geojson(const struct selection *selection, enum feature_kind kind,
                                  size_t block)
{
    struct bytes out = {0};
    struct geojson geojson;
    bool more = true;
    assert_int_equal(geojson_begin(&geojson, selection, kind, "x", "https://a.example", false),
                     ATLAS_OK);
    while (more)
        assert_int_equal(geojson_next(&geojson, block, &out, &more), ATLAS_OK);
    geojson_close(&geojson);
    return out;
}

static struct bytes write_table(const struct selection *selection, enum feature_kind kind,
                                size_t block)
{
    struct bytes out = {0};
    struct table table;
    bool more = true;
    assert_int_equal(table_begin(&table, selection, kind, "https://a.example", false), ATLAS_OK);
    while (more)
        assert_int_equal(table_next(&table, block, &out, &more), ATLAS_OK);
    table_close(&table);
    return out;
}

static json_t *read_geojson(const struct selection *selection, enum feature_kind kind)
{
    struct bytes out = write_geojson(selection, kind, SIZE_MAX);
    return read_answer(&out);
}

static int64_t member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *property(const json_t *feature, const char *key)
{
    const json_t *value = json_object_get(json_object_get(feature, "properties"), key);
    assert_non_null(value);
    return json_is_null(value) ? NULL : json_string_value(value);
}

/* Every line: positions on the globe, no jump across the world, at most 6 decimals. */
static void check_lines(const json_t *geometry)
{
    size_t line_at, at;
    const json_t *line, *position;
    assert_string_equal(json_string_value(json_object_get(geometry, "type")), "MultiLineString");
    assert_true(json_array_size(json_object_get(geometry, "coordinates")) > 0);
    json_array_foreach(json_object_get(geometry, "coordinates"), line_at, line)
    {
        double before = NAN;
        assert_true(json_array_size(line) >= 2);
        json_array_foreach(line, at, position)
        {
            double lon = json_number_value(json_array_get(position, 0));
            double lat = json_number_value(json_array_get(position, 1));
            assert_int_equal(json_array_size(position), 2);
            assert_true(fabs(lon) <= 180 && fabs(lat) <= 90);
            if (!isnan(before)) assert_true(fabs(lon - before) <= 180);
            assert_true(fabs(lon * 1e6 - round(lon * 1e6)) < 1e-5);
            before = lon;
        }
    }
}

static bool is_drawn(const char *precision)
{
    return strcmp(precision, "exact") == 0 || strcmp(precision, "area") == 0;
}

static void check_links(const json_t *collection)
{
    size_t at, placed = 0;
    const json_t *feature;
    json_array_foreach(json_object_get(collection, "features"), at, feature)
    {
        const char *french = property(feature, "french_precision");
        const char *foreign = property(feature, "foreign_precision");
        const json_t *geometry = json_object_get(feature, "geometry");
        placed += strcmp(french, "none") != 0 && strcmp(foreign, "none") != 0;
        assert_int_equal(member(feature, "id"),
                         member(json_object_get(feature, "properties"), "id"));
        if (is_drawn(french) && is_drawn(foreign))
            check_lines(geometry);
        else
            assert_true(json_is_null(geometry));
    }
    assert_int_equal(placed, member(collection, "placed"));
}

static void check_collections(const struct selection *selection, const struct oracle_totals *totals)
{
    json_t *links = read_geojson(selection, FEATURE_LINKS);
    assert_int_equal(member(links, "total"), totals->links);
    assert_int_equal(json_array_size(json_object_get(links, "features")), totals->links);
    assert_int_equal(member(links, "placed"), totals->placed_links);
    assert_int_equal(member(links, "undated_left_out"), totals->undated_links_left_out);
    check_links(links);
    json_decref(links);
    json_t *partnerships = read_geojson(selection, FEATURE_PARTNERSHIPS);
    assert_int_equal(member(partnerships, "total"), totals->partnerships);
    assert_int_equal(json_array_size(json_object_get(partnerships, "features")),
                     totals->partnerships);
    assert_int_equal(member(partnerships, "placed"), totals->placed_partnerships);
    assert_int_equal(member(partnerships, "undated_left_out"), totals->undated_left_out);
    json_decref(partnerships);
}

/* One record of a CSV text into cells; returns what follows it. Strict: CRLF, doubled quotes. */
static char *read_record(char *at, char **cells, size_t *n)
{
    *n = 0;
    for (;;) {
        char *to = at, *cell = at;
        assert_true(*n < 32);
        if (*at == '"') {
            for (at++; *at != '"' || at[1] == '"'; *to++ = *at++) {
                assert_true(*at != '\0');
                if (*at == '"') at++;
            }
            at++;
        } else {
            size_t length = strcspn(at, ",\r\n\"");
            to = at += length;
        }
        char end = *at;
        assert_true(end == ',' || (end == '\r' && at[1] == '\n'));
        at += end == ',' ? 1 : 2;
        *to = '\0';
        cells[(*n)++] = cell;
        if (end == '\r') return at;
    }
}

/* The cell of a property equals its value in GeoJSON, but for the guard of formulas. */
static void check_cell(const json_t *value, const char *cell)
{
    if (json_is_null(value)) {
        assert_string_equal(cell, "");
    } else if (json_is_integer(value)) {
        assert_int_equal(json_integer_value(value), atoll(cell));
    } else if (json_is_real(value)) {
        assert_true(fabs(json_real_value(value) - atof(cell)) < 1e-6);
    } else if (json_is_array(value)) {
        char joined[2000] = "";
        size_t at;
        const json_t *item;
        json_array_foreach(value, at, item)
        {
            strcat(joined, at ? ";" : "");
            strcat(joined, json_string_value(item));
        }
        assert_string_equal(cell, joined);
    } else {
        bool formula = strchr("=+-@\t\r", *json_string_value(value)) != NULL;
        if (formula) assert_int_equal(*cell, '\'');
        assert_string_equal(cell + formula, json_string_value(value));
    }
}

static void check_table(const struct selection *selection, enum feature_kind kind)
{
    struct bytes out = write_table(selection, kind, SIZE_MAX);
    bytes_append_byte(&out, '\0');
    json_t *collection = read_geojson(selection, kind);
    const json_t *features = json_object_get(collection, "features"), *feature;
    char *head[32], *cells[32];
    size_t n_head, n, row;
    char *at = read_record((char *)out.data, head, &n_head);
    json_array_foreach(features, row, feature)
    {
        const json_t *properties = json_object_get(feature, "properties");
        at = read_record(at, cells, &n);
        assert_int_equal(n, n_head);
        for (size_t i = 0; i < n; i++) {
            const json_t *value = json_object_get(properties, head[i]);
            bool place = strcmp(head[i], "lon") == 0 || strcmp(head[i], "lat") == 0;
            if (!place) assert_non_null(value);
            if (value) check_cell(value, cells[i]);
        }
    }
    assert_string_equal(at, "");
    json_decref(collection);
    bytes_close(&out);
}

static void geojson_and_csv_agree_with_sql_under_random_filters(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 80, 21);
    struct oracle *oracle = oracle_open(fixture.path);
    uint64_t random = 9;
    for (int round = 0; round < 150; round++) {
        struct random_filter filter;
        struct oracle_totals totals;
        struct selection selection;
        random_filter_next(&filter, &random);
        oracle_count(oracle, &filter.oracle, &totals);
        assert_int_equal(selection_make(fixture.edition, &filter.filter, &selection, NULL),
                         ATLAS_OK);
        check_collections(&selection, &totals);
        for (int kind = FEATURE_LINKS; kind <= FEATURE_TERRITORIES; kind++)
            check_table(&selection, (enum feature_kind)kind);
        selection_close(&selection);
    }
    oracle_close(oracle);
    fixture_close(&fixture);
}

static void the_size_of_blocks_does_not_change_the_bytes(void **state)
{
    (void)state;
    struct fixture fixture;
    struct filter filter;
    struct selection selection;
    fixture_open(&fixture, 40, 2);
    filter_init(&filter);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, NULL), ATLAS_OK);
    for (int kind = FEATURE_LINKS; kind <= FEATURE_TERRITORIES; kind++)
        for (size_t block = 1; block < 10000; block *= 9) {
            struct bytes whole = write_geojson(&selection, (enum feature_kind)kind, SIZE_MAX);
            struct bytes parts = write_geojson(&selection, (enum feature_kind)kind, block);
            assert_int_equal(whole.length, parts.length);
            assert_memory_equal(whole.data, parts.data, whole.length);
            bytes_close(&whole);
            bytes_close(&parts);
            whole = write_table(&selection, (enum feature_kind)kind, SIZE_MAX);
            parts = write_table(&selection, (enum feature_kind)kind, block);
            assert_int_equal(whole.length, parts.length);
            assert_memory_equal(whole.data, parts.data, whole.length);
            bytes_close(&whole);
            bytes_close(&parts);
        }
    selection_close(&selection);
    fixture_close(&fixture);
}

static void links_over_the_antimeridian_are_parted_there(void **state)
{
    (void)state;
    struct fixture fixture;
    struct filter filter;
    struct selection selection;
    size_t parted = 0, at;
    fixture_open(&fixture, 400, 5);
    filter_init(&filter);
    assert_int_equal(filter_add(&filter, "french", "dep:988", NULL), ATLAS_OK);
    assert_int_equal(filter_add(&filter, "country", "US", NULL), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, NULL), ATLAS_OK);
    json_t *links = read_geojson(&selection, FEATURE_LINKS);
    const json_t *feature;
    json_array_foreach(json_object_get(links, "features"), at, feature)
    {
        const json_t *geometry = json_object_get(feature, "geometry");
        if (json_is_null(geometry)) continue;
        const json_t *lines = json_object_get(geometry, "coordinates");
        assert_int_equal(json_array_size(lines), 2);
        const json_t *first = json_array_get(lines, 0), *second = json_array_get(lines, 1);
        const json_t *end = json_array_get(first, json_array_size(first) - 1);
        const json_t *start = json_array_get(second, 0);
        assert_true(json_number_value(json_array_get(end, 0)) == 180);
        assert_true(json_number_value(json_array_get(start, 0)) == -180);
        assert_true(json_equal(json_array_get(end, 1), json_array_get(start, 1)));
        parted++;
    }
    assert_true(parted > 0);
    json_decref(links);
    selection_close(&selection);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geojson_and_csv_agree_with_sql_under_random_filters),
        cmocka_unit_test(the_size_of_blocks_does_not_change_the_bytes),
        cmocka_unit_test(links_over_the_antimeridian_are_parted_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
