/* The page of equality: its numbers are those of SQL, a share never stands without its fraction,
 * and what was hardly examined has no rank. */
#include "server/pages.h"

#include "tests/tiles/oracle.h"
#include "tiles/gender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/server/site_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct site_fixture site;
static struct oracle *oracle;

static int open_site(void **state)
{
    (void)state;
    int failed = site_fixture_open(&site, 300, 23);
    oracle = oracle_open(site.fixture.path);
    return failed;
}

static int close_site(void **state)
{
    (void)state;
    oracle_close(oracle);
    site_fixture_close(&site);
    return 0;
}

/* The page as text; the caller frees it with bytes_close(). */
static struct bytes ask(const struct page_parameter *parameters, size_t n, int http_status)
{
    const struct page_request request = {.path = "/genre",
                                         .parameters = parameters,
                                         .n_parameters = n,
                                         .base_url = "https://atlas.example"};
    struct page_answer answer;
    assert_int_equal(pages_answer(site.pages, site.fixture.edition, &request, &answer, NULL),
                     ATLAS_OK);
    assert_int_equal(answer.http_status, http_status);
    bytes_append_byte(&answer.body, 0);
    assert_false(answer.body.failed);
    struct bytes text = answer.body;
    bytes_init(&answer.body);
    page_answer_close(&answer);
    return text;
}

static json_t *data_of(const struct bytes *page)
{
    const char *at = strstr((const char *)page->data, "id=\"gender-data\">");
    assert_non_null(at);
    at = strchr(at, '>') + 1;
    json_error_t error;
    json_t *data = json_loadb(at, (size_t)(strstr(at, "</script>") - at), 0, &error);
    assert_non_null(data);
    return data;
}

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Chosen partnerships with a party in a country that meet a condition. */
static int64_t in_country(const char *code, const char *condition)
{
    char sql[1200];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM p JOIN chosen_p c ON c.id = p.id WHERE (%s) AND EXISTS("
             "SELECT 1 FROM seen x WHERE x.partnership_id = p.id AND x.side = 'foreign' AND"
             " 'country:' || x.iso = '%s')",
             condition, code);
    return (int64_t)oracle_number(oracle, sql);
}

static void check_area(const json_t *area)
{
    static const char examined[] =
        "p.gender_marker IS NOT NULL AND coalesce(p.gender_origin, '') <> 'estimated'";
    const char *code = json_string_value(json_object_get(area, "code"));
    char condition[700];
    assert_int_equal(integer(area, "all"), in_country(code, "1"));
    assert_int_equal(integer(area, "examined"), in_country(code, examined));
    snprintf(condition, sizeof condition, "%s AND p.gender_marker > 0", examined);
    assert_int_equal(integer(area, "found"), in_country(code, condition));
    const json_t *share = json_object_get(area, "share");
    assert_int_equal(json_is_null(share), integer(area, "examined") < GENDER_RANKED_FROM);
    size_t theme;
    const json_t *count;
    json_array_foreach(json_object_get(area, "themes"), theme, count)
    {
        snprintf(condition, sizeof condition,
                 "EXISTS(SELECT 1 FROM partnership_theme t WHERE t.partnership_id = p.id AND"
                 " t.theme IN (SELECT '%s' UNION SELECT code FROM theme WHERE also = '%s'))",
                 gender_theme_codes[theme], gender_theme_codes[theme]);
        assert_int_equal(json_integer_value(count), in_country(code, condition));
    }
}

static void areas_are_those_of_sql(void **state)
{
    (void)state;
    static const struct {
        struct page_parameter parameter;
        struct oracle_filter filter;
    } cases[] = {
        {{"kind", ""}, {0}},
        {{"kind", "jumelage,projet"}, {.kind = "jumelage,projet"}},
        {{"theme", "genre-sante"}, {.theme = "genre-sante"}},
        {{"year", "2010..2020"}, {.year_from = 2010, .year_to = 2020}},
    };
    size_t unranked = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct oracle_totals totals;
        oracle_count(oracle, &cases[i].filter, &totals);
        struct bytes page = ask(&cases[i].parameter, 1, 200);
        json_t *data = data_of(&page);
        const json_t *countries = json_object_get(data, "countries"), *area;
        size_t at, ranked = 0;
        assert_true(json_array_size(countries) > 3);
        json_array_foreach(countries, at, area)
        {
            check_area(area);
            ranked += !json_is_null(json_object_get(area, "share"));
        }
        assert_true(ranked > 0 || i > 0);
        unranked += json_array_size(countries) - ranked;
        json_decref(data);
        bytes_close(&page);
    }
    assert_true(unranked > 0);
}

/* How often a word stands in the page. */
static size_t occurrences(const struct bytes *page, const char *word)
{
    size_t n = 0;
    for (const char *at = (const char *)page->data; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

static void what_was_hardly_examined_has_no_rank(void **state)
{
    (void)state;
    struct bytes page = ask(NULL, 0, 200);
    json_t *data = data_of(&page);
    static const char *const sides[] = {"countries", "regions"};
    size_t at, unranked = 0, rows = 0;
    const json_t *area;
    for (size_t i = 0; i < 2; i++)
        json_array_foreach(json_object_get(data, sides[i]), at, area)
        {
            rows++;
            unranked += json_is_null(json_object_get(area, "share"));
        }
    size_t dashes = occurrences(&page, "<tr><td>–</td>"), all = occurrences(&page, "<tr><td>");
    /* One row more, without an area, may stand in each table. */
    assert_true(dashes >= unranked && dashes <= unranked + 2);
    assert_true(all - dashes >= rows - unranked);
    json_decref(data);
    bytes_close(&page);
}

static void money_is_of_one_nature_and_unknown_is_not_zero(void **state)
{
    (void)state;
    struct page_parameter nature = {"nature", "attribue"}, wrong = {"nature", "beaucoup"};
    struct bytes page = ask(&nature, 1, 200);
    assert_true(occurrences(&page, "Montants") >= 2);
    assert_true(occurrences(&page, "\u00a0€") > 10);
    assert_true(occurrences(&page, "non renseigné") > 1);
    bytes_close(&page);
    page = ask(&wrong, 1, 400);
    assert_true(occurrences(&page, "prevu, attribue") == 1);
    bytes_close(&page);
}

static void without_any_marker_the_page_says_how_to_declare(void **state)
{
    (void)state;
    struct page_parameter gender = {"gender", "none"};
    struct bytes page = ask(&gender, 1, 200);
    assert_int_equal(occurrences(&page, "class=\"notice\""), 1);
    assert_true(occurrences(&page, "gender_marker") >= 1);
    assert_int_equal(occurrences(&page, "class=\"figures\""), 0);
    assert_int_equal(occurrences(&page, "picture.png?theme=genre-autonomisation,genre-droits"), 2);
    bytes_close(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_those_of_sql),
        cmocka_unit_test(what_was_hardly_examined_has_no_rank),
        cmocka_unit_test(money_is_of_one_nature_and_unknown_is_not_zero),
        cmocka_unit_test(without_any_marker_the_page_says_how_to_declare),
    };
    return cmocka_run_group_tests(tests, open_site, close_site);
}
