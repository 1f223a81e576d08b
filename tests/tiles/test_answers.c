/* Counts, facts and lists read back with jansson: whole, valid, and agreeing with the selection. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/random_filter.h"
#include "tiles/counts.h"
#include "tiles/facts.h"
#include "tiles/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/tiles/json_answer.h"

#include <stdlib.h>
#include <string.h>

static struct fixture fixture;

static int64_t number_at(const json_t *object, const char *outer, const char *inner)
{
    const json_t *value = json_object_get(outer ? json_object_get(object, outer) : object, inner);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void select_random(uint64_t *random, struct selection *selection)
{
    struct random_filter filter;
    random_filter_next(&filter, random);
    assert_int_equal(selection_make(fixture.edition, &filter.filter, selection, NULL), ATLAS_OK);
}

static void counts_are_those_of_the_selection(void **state)
{
    (void)state;
    unsigned by;
    struct atlas_error error;
    assert_int_equal(
        counts_parse_by("theme,year,kind,status,mode,gender,country,region,precision", &by, &error),
        ATLAS_OK);
    uint64_t random = 6;
    for (int round = 0; round < 60; round++) {
        struct selection selection;
        struct bytes out = {0};
        size_t at;
        const json_t *group;
        int64_t links = 0;
        select_random(&random, &selection);
        assert_int_equal(counts_write(&selection, "canonical", by, "attribue", &out), ATLAS_OK);
        json_t *counts = read_answer(&out);
        assert_int_equal(number_at(counts, "partnerships", "total"), selection.n_partnerships);
        assert_int_equal(number_at(counts, "partnerships", "placed"),
                         selection.n_placed_partnerships);
        assert_int_equal(number_at(counts, "links", "total"), selection.n_links);
        assert_int_equal(number_at(counts, "links", "drawn"), selection.n_drawn_links);
        assert_int_equal(number_at(counts, "edition", "number"), 3);
        const json_t *broken_down = json_object_get(counts, "by");
        assert_int_equal(json_object_size(broken_down), 9);
        json_array_foreach(json_object_get(broken_down, "kind"), at, group) links +=
            number_at(group, NULL, "n");
        assert_int_equal(links, selection.n_links);
        json_decref(counts);
        selection_close(&selection);
    }
}

static void breakdowns_are_named_and_others_refused(void **state)
{
    (void)state;
    unsigned by = 99;
    struct atlas_error error;
    assert_int_equal(counts_parse_by("", &by, &error), ATLAS_OK);
    assert_int_equal(by, 0);
    assert_int_equal(counts_parse_by("theme,theme", &by, &error), ATLAS_OK);
    assert_int_equal(by, 1U << GROUP_THEME);
    static const char *const bad[] = {"them", "themes", ",", "theme;year", "Theme"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(counts_parse_by(bad[i], &by, &error), ATLAS_INVALID);
        assert_non_null(strstr(error.message, "precision"));
    }
}

static void facts_of_every_partnership_are_whole(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < fixture.edition->n_partnerships; i++) {
        const struct edition_partnership *p = &fixture.edition->partnerships[i];
        struct bytes out = {0};
        assert_int_equal(facts_write(fixture.edition, i, "https://a.example", false, &out),
                         ATLAS_OK);
        json_t *facts = read_answer(&out);
        assert_int_equal(number_at(facts, NULL, "id"), p->id);
        assert_int_equal(json_array_size(json_object_get(facts, "parties")), p->n_parties);
        assert_int_equal(json_array_size(json_object_get(facts, "links")), p->n_links);
        assert_int_equal(json_array_size(json_object_get(facts, "themes")), p->n_themes);
        assert_int_equal(json_array_size(json_object_get(facts, "fundings")), p->n_fundings);
        assert_true(json_is_null(json_object_get(facts, "gender_marker")) ==
                    (p->gender_marker == EDITION_NO_MARKER));
        assert_true(json_is_null(json_object_get(facts, "kind")) == !p->kind);
        json_decref(facts);
    }
}

/* All pages of one order, one after the other: every chosen partnership once. */
static void pages_hold_each_row_once_in_order(void **state)
{
    (void)state;
    static const char *const sorts[] = {"title",    "-title", "year",    "-year", "country",
                                        "-country", "french", "-french", "id",    "-id"};
    uint64_t random = 8;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        struct selection selection;
        struct list_request request = {.per_page = 7};
        struct atlas_error error;
        select_random(&random, &selection);
        assert_int_equal(list_parse_sort(sorts[i], &request, &error), ATLAS_OK);
        char *seen = calloc(1000, 1); /* by id: 1 to 358 */
        size_t rows = 0;
        bool undated = false;
        for (request.page = 1; request.page < 100; request.page++) {
            struct bytes out = {0};
            size_t at;
            const json_t *row;
            assert_int_equal(list_write(&selection, &request, "x", "", &out), ATLAS_OK);
            json_t *list = read_answer(&out);
            assert_int_equal(number_at(list, NULL, "total"), selection.n_partnerships);
            assert_string_equal(json_string_value(json_object_get(list, "sort")), sorts[i]);
            json_array_foreach(json_object_get(list, "rows"), at, row)
            {
                int64_t id = number_at(row, NULL, "id");
                assert_false(seen[id]++);
                bool no_year = json_is_null(json_object_get(row, "year_start"));
                bool year = strstr(sorts[i], "year") != NULL;
                if (year && undated && !no_year) fail_msg("a dated row behind an undated one");
                uint32_t index;
                uint64_t into;
                (void)edition_find_partnership(fixture.edition, (uint64_t)id, &index, &into);
                undated = fixture.edition->partnerships[index].lives_from == EDITION_NO_YEAR;
                rows++;
            }
            json_decref(list);
        }
        assert_int_equal(rows, selection.n_partnerships);
        free(seen);
        selection_close(&selection);
    }
}

static void bad_pages_and_orders_are_refused(void **state)
{
    (void)state;
    struct list_request request = {.page = 1, .per_page = 10};
    struct atlas_error error;
    struct filter filter;
    struct selection selection;
    struct bytes out = {0};
    assert_int_equal(list_parse_sort("date", &request, &error), ATLAS_INVALID);
    assert_int_equal(list_parse_sort("--title", &request, &error), ATLAS_INVALID);
    assert_int_equal(list_parse_sort("", &request, &error), ATLAS_INVALID);
    filter_init(&filter);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, NULL), ATLAS_OK);
    static const size_t bad[][2] = {{0, 10}, {1, 0}, {1, LIST_MAX_PER_PAGE + 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        request.page = bad[i][0];
        request.per_page = bad[i][1];
        assert_int_equal(list_write(&selection, &request, "", "", &out), ATLAS_INVALID);
    }
    request = (struct list_request){.page = SIZE_MAX, .per_page = LIST_MAX_PER_PAGE};
    assert_int_equal(list_write(&selection, &request, "", "", &out), ATLAS_OK);
    json_t *list = read_answer(&out);
    assert_int_equal(json_array_size(json_object_get(list, "rows")), 0);
    json_decref(list);
    selection_close(&selection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_selection),
        cmocka_unit_test(breakdowns_are_named_and_others_refused),
        cmocka_unit_test(facts_of_every_partnership_are_whole),
        cmocka_unit_test(pages_hold_each_row_once_in_order),
        cmocka_unit_test(bad_pages_and_orders_are_refused),
    };
    fixture_open(&fixture, 120, 17);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
