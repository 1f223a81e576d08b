/* The gender marker by country and région against SQL: what is examined, estimated and unknown. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/random_filter.h"
#include "tiles/counts.h"
#include "tiles/gender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct fixture fixture;
static struct oracle *oracle;

/* Random filters without terms about places: then a partnership counts in the countries of all of
 * its parties. */
static void select_random(uint64_t *random, struct selection *selection)
{
    struct random_filter filter;
    struct oracle_totals totals;
    do
        random_filter_next(&filter, random);
    while (filter.oracle.french || filter.oracle.authority || filter.oracle.country ||
           filter.oracle.partner || filter.oracle.partner_is);
    oracle_count(oracle, &filter.oracle, &totals);
    assert_int_equal(selection_make(fixture.edition, &filter.filter, selection, NULL), ATLAS_OK);
}

static uint64_t count(const char *iso, const char *condition)
{
    char sql[1000], of_country[300] = "1";
    if (iso)
        snprintf(of_country, sizeof of_country,
                 "EXISTS(SELECT 1 FROM seen x WHERE x.partnership_id = p.id AND"
                 " x.side = 'foreign' AND coalesce(x.iso, '') = '%s')",
                 iso);
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM p JOIN chosen_p c ON c.id = p.id WHERE %s AND %s", of_country,
             condition);
    return (uint64_t)oracle_number(oracle, sql);
}

static void check_row(const struct gender_row *row, const char *iso)
{
    assert_int_equal(row->all.partnerships, count(iso, "1"));
    assert_int_equal(row->unknown.partnerships, count(iso, "p.gender_marker IS NULL"));
    assert_int_equal(row->estimated.partnerships, count(iso, "p.gender_origin = 'estimated'"));
    for (int marker = 0; marker < 3; marker++) {
        char condition[100];
        snprintf(condition, sizeof condition,
                 "p.gender_marker = %d AND p.gender_origin <> 'estimated'", marker);
        assert_int_equal(row->marked[marker].partnerships, count(iso, condition));
    }
    uint64_t examined = gender_examined(row);
    assert_int_equal(examined + row->unknown.partnerships + row->estimated.partnerships,
                     row->all.partnerships);
    if (examined == 0) {
        assert_true(isnan(gender_share(row, false)));
        return;
    }
    double found = (double)(row->marked[1].partnerships + row->marked[2].partnerships);
    assert_true(fabs(gender_share(row, false) - found / (double)examined) < 1e-12);
    assert_true(gender_coverage(row, false) <= 1);
}

static void rows_are_those_of_sql(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int round = 0; round < 30; round++) {
        struct selection selection;
        struct gender_table table;
        select_random(&random, &selection);
        assert_int_equal(gender_make(&selection, GROUP_COUNTRY, "attribue", &table), ATLAS_OK);
        check_row(&table.total, NULL);
        for (size_t i = 0; i < table.n; i++) {
            uint32_t key = table.rows[i].key;
            check_row(&table.rows[i],
                      key == EDITION_NONE ? "" : fixture.edition->territories[key].country_iso);
        }
        gender_close(&table);
        gender_close(&table);
        selection_close(&selection);
    }
}

static void the_answer_says_what_is_too_little_to_rank(void **state)
{
    (void)state;
    unsigned by;
    struct filter filter;
    struct selection selection;
    struct bytes out = {0};
    json_error_t error;
    size_t at, ranked = 0, unranked = 0;
    const json_t *row;
    assert_int_equal(counts_parse_by("gender-region,gender-country", &by, NULL), ATLAS_OK);
    filter_init(&filter);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, NULL), ATLAS_OK);
    assert_int_equal(counts_write(&selection, "", by, NULL, &out), ATLAS_OK);
    json_t *counts = json_loadb((const char *)out.data, out.length, 0, &error);
    assert_non_null(counts);
    json_array_foreach(json_object_get(json_object_get(counts, "by"), "gender-region"), at, row)
    {
        int64_t examined = json_integer_value(json_object_get(row, "examined"));
        bool said = json_is_true(json_object_get(row, "ranked"));
        assert_int_equal(said, examined >= GENDER_RANKED_FROM);
        assert_true(examined > 0 || json_is_null(json_object_get(row, "share")));
        ranked += said;
        unranked += !said;
    }
    assert_true(ranked > 0 && unranked > 0);
    assert_non_null(json_object_get(counts, "gender_total"));
    json_decref(counts);
    bytes_close(&out);
    selection_close(&selection);
}

/* A part of a selection has the numbers of the whole where the whole is kept, none of nothing. */
static void narrowing_keeps_what_is_kept(void **state)
{
    (void)state;
    uint64_t random = 5, keep[16] = {0};
    for (size_t i = 0; i < 16; i++)
        keep[i] = ~(uint64_t)0;
    for (int round = 0; round < 30; round++) {
        struct selection selection, all, none;
        static const uint64_t nothing[16];
        select_random(&random, &selection);
        assert_int_equal(selection_narrow(&selection, keep, &all), ATLAS_OK);
        assert_int_equal(selection_narrow(&selection, nothing, &none), ATLAS_OK);
        assert_int_equal(all.n_partnerships, selection.n_partnerships);
        assert_int_equal(all.n_links, selection.n_links);
        assert_int_equal(all.n_placed_links, selection.n_placed_links);
        assert_int_equal(all.n_drawn_links, selection.n_drawn_links);
        assert_int_equal(all.n_placed_partnerships, selection.n_placed_partnerships);
        assert_int_equal(none.n_partnerships + none.n_links, 0);
        selection_close(&all);
        selection_close(&none);
        selection_close(&selection);
    }
}

/* The parts by theme hold what SQL finds under each code, and the last one each of them once. */
static void theme_parts_are_those_of_sql(void **state)
{
    (void)state;
    uint64_t random = 8;
    for (int round = 0; round < 20; round++) {
        struct selection selection, part;
        char sql[700];
        size_t sum = 0;
        select_random(&random, &selection);
        for (size_t theme = 0; theme < GENDER_THEMES; theme++) {
            snprintf(sql, sizeof sql,
                     "WITH RECURSIVE below(code) AS (VALUES('%s') UNION SELECT t.code FROM theme t,"
                     " below b WHERE t.parent = b.code OR t.also = b.code)"
                     "SELECT count(DISTINCT x.partnership_id) FROM partnership_theme x"
                     " JOIN chosen_p c ON c.id = x.partnership_id WHERE x.theme IN below",
                     gender_theme_codes[theme]);
            assert_int_equal(gender_theme_part(&selection, theme, &part), ATLAS_OK);
            assert_int_equal(part.n_partnerships, oracle_number(oracle, sql));
            sum += part.n_partnerships;
            selection_close(&part);
        }
        assert_int_equal(gender_theme_part(&selection, GENDER_THEMES, &part), ATLAS_OK);
        assert_true(part.n_partnerships <= sum);
        assert_true(part.n_partnerships * GENDER_THEMES >= sum);
        selection_close(&part);
        selection_close(&selection);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_sql),
        cmocka_unit_test(the_answer_says_what_is_too_little_to_rank),
        cmocka_unit_test(narrowing_keeps_what_is_kept),
        cmocka_unit_test(theme_parts_are_those_of_sql),
    };
    fixture_open(&fixture, 200, 41);
    oracle = oracle_open(fixture.path);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    oracle_close(oracle);
    fixture_close(&fixture);
    return failed;
}
