/* The series of /counts.json and the list of what has no place, against selections made by filters
 * that ask for the same. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/random_filter.h"
#include "tiles/counts_series.h"
#include "tiles/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/tiles/json_answer.h"

#include <stdio.h>
#include <string.h>

static struct fixture fixture;

static int64_t number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

/* Partnerships chosen by a filter with one or two terms more. */
static int64_t chosen_with(const struct filter *filter, const char *name, const char *value,
                           const char *year)
{
    static struct filter more; /* large */
    char query[FILTER_MAX_TEXT];
    struct bytes text = {0};
    struct selection selection;
    filter_canonical(filter, &text);
    bytes_append_byte(&text, '\0');
    assert_true(text.length < sizeof query);
    memcpy(query, text.data, text.length);
    bytes_close(&text);
    filter_init(&more);
    for (char *rest = query, *term; (term = strsep(&rest, "&"));) {
        char *known = strchr(term, '=');
        if (!known) continue;
        *known++ = '\0';
        assert_int_equal(filter_add(&more, term, known, NULL), ATLAS_OK);
    }
    assert_int_equal(filter_add(&more, name, value, NULL), ATLAS_OK);
    if (year) assert_int_equal(filter_add(&more, "year", year, NULL), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &more, &selection, NULL), ATLAS_OK);
    int64_t n = (int64_t)selection.n_partnerships;
    selection_close(&selection);
    return n;
}

static void themes_over_years_are_what_filters_choose(void **state)
{
    (void)state;
    uint64_t random = 41;
    static struct random_filter filter;
    int looked_at = 0;
    while (looked_at < 12) {
        random_filter_next(&filter, &random);
        if (filter.filter.has_year || filter.filter.lists[FILTER_THEME].n > 0) continue;
        looked_at++;
        struct selection selection;
        struct bytes out = {0};
        struct json json;
        assert_int_equal(selection_make(fixture.edition, &filter.filter, &selection, NULL),
                         ATLAS_OK);
        json_init(&json, &out);
        assert_int_equal(counts_write_theme_years(&selection, &json), ATLAS_OK);
        json_t *series = read_answer(&out);
        size_t at;
        const json_t *theme;
        int64_t before = INT64_MAX;
        json_array_foreach(series, at, theme)
        {
            const char *code = json_string_value(json_object_get(theme, "key")), *year;
            json_t *n;
            int64_t partnerships = number_of(theme, "partnerships");
            assert_true(partnerships > 0 && partnerships <= before);
            before = partnerships;
            assert_int_equal(partnerships, chosen_with(&filter.filter, "theme", code, NULL));
            json_object_foreach(json_object_get(theme, "years"), year, n) assert_int_equal(
                json_integer_value(n), chosen_with(&filter.filter, "theme", code, year));
        }
        json_decref(series);
        selection_close(&selection);
    }
}

static void the_first_of_each_side_are_what_filters_choose(void **state)
{
    (void)state;
    struct selection all;
    static struct filter everything;
    filter_init(&everything);
    assert_int_equal(selection_make(fixture.edition, &everything, &all, NULL), ATLAS_OK);
    static const struct {
        enum side side;
        const char *filter;
    } sides[] = {{SIDE_FRENCH, "authority"}, {SIDE_FOREIGN, "partner_is"}};
    for (size_t i = 0; i < 2; i++) {
        struct bytes out = {0};
        struct json json;
        size_t at;
        const json_t *row;
        int64_t before = INT64_MAX;
        json_init(&json, &out);
        assert_int_equal(counts_write_top(&all, sides[i].side, &json), ATLAS_OK);
        json_t *rows = read_answer(&out);
        assert_in_range(json_array_size(rows), 1, COUNTS_SERIES_MOST);
        json_array_foreach(rows, at, row)
        {
            const char *code = json_string_value(json_object_get(row, "key"));
            bool french = strcmp(json_string_value(json_object_get(row, "country")), "FR") == 0;
            int64_t partnerships = number_of(row, "partnerships");
            assert_int_equal(french, sides[i].side == SIDE_FRENCH);
            assert_true(strncmp(code, "country:", 8) != 0);
            assert_true(partnerships <= before);
            before = partnerships;
            assert_int_equal(partnerships, chosen_with(&everything, sides[i].filter, code, NULL));
        }
        json_decref(rows);
    }
    selection_close(&all);
}

static void what_has_no_place_is_the_rest(void **state)
{
    (void)state;
    uint64_t random = 77;
    static struct random_filter filter;
    for (int round = 0; round < 60; round++) {
        struct selection selection, rest;
        random_filter_next(&filter, &random);
        assert_int_equal(selection_make(fixture.edition, &filter.filter, &selection, NULL),
                         ATLAS_OK);
        assert_int_equal(list_unplaced(&selection, &rest), ATLAS_OK);
        assert_int_equal(rest.n_partnerships + selection.n_placed_partnerships,
                         selection.n_partnerships);
        assert_int_equal(rest.n_placed_partnerships + rest.n_placed_links, 0);
        for (size_t i = 0; i < fixture.edition->n_partnerships; i++)
            assert_true(!selection_has_partnership(&rest, i) ||
                        (selection_has_partnership(&selection, i) &&
                         !list_is_placed(&selection, (uint32_t)i)));
        selection_close(&rest);
        selection_close(&selection);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(themes_over_years_are_what_filters_choose),
        cmocka_unit_test(the_first_of_each_side_are_what_filters_choose),
        cmocka_unit_test(what_has_no_place_is_the_rest),
    };
    fixture_open(&fixture, 150, 29);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
