/* import/merge: the same partnership again, and the links that come of it. Plan: rows of one id,
 * rows without ids that say the same or not, contradictions; links by pairs, roles and status. All
 * of it twice: with the partnerships in memory, and with each set aside between two rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/import/record_fixture.h"

static struct record_fixture fixture;
static size_t most_bytes;
static const char header[] =
    "id,title,kind,collectivité,french_role,partenaire,country_iso,"
    "foreign_role,partner_status,themes,year_start,amount_eur,note";

static int open_fixture(void **state)
{
    (void)state;
    record_fixture_open(&fixture, header, most_bytes);
    return 0;
}

static int close_fixture(void **state)
{
    (void)state;
    record_fixture_close(&fixture);
    return 0;
}

static void add_rows(const char *const *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        record_fixture_add(&fixture, i + 2, rows[i]);
}
#define ADD(...)                                                                                   \
    do {                                                                                           \
        static const char *const rows[] = {__VA_ARGS__};                                           \
        add_rows(rows, sizeof rows / sizeof *rows);                                                \
    } while (0)

/* The origins of a partnership as "field line …", in their order. */
static const char *origins_of(const struct import_partnership *p)
{
    static char text[500];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < p->n_origins; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d", i ? " " : "",
                                 p->origins[i].field, (int)p->origins[i].line);
    return text;
}

static void a_value_of_a_later_row_keeps_its_origin(void **state)
{
    (void)state;
    ADD("A,Titre,,Lyon,,Bamako,ML,,known,eau,,,", "A,Titre,,Lyon,,Bamako,ML,,known,eau,2019,,",
        "A,Autre,projet,Lyon,,Bamako,ML,,known,energie,2020,,suite");
    const struct import_partnership *p = record_fixture_at(&fixture, 0);
    assert_string_equal(p->title, "Titre");
    assert_int_equal(p->year_start, 2019);
    /* what the first row says, and what contradicts it, is nobody else's word */
    assert_string_equal(origins_of(p), "year_start 3 kind 4 note 4 theme:energie 4");
    assert_int_equal(report_n(fixture.report, REPORT_CONTRADICTION), 2); /* title, year */
}

static void rows_of_one_id_are_one_partnership(void **state)
{
    (void)state;
    ADD("A,Titre,projet,Lyon,chef-de-file,Bamako,ML,,known,eau,,1000,", /* */
        "B,Autre,,Grenoble,,Fès,MA,,known,,,,",                         /* between its rows */
        "A,Titre,,Grenoble,,Fès,MA,,known,energie,2019,1000,suite");
    assert_int_equal(merger_n(fixture.merger), 2);
    const struct import_partnership *p = record_fixture_at(&fixture, 0);
    assert_int_equal(p->n_parties, 4);
    assert_int_equal(p->n_themes, 2);
    assert_int_equal(p->year_start, 2019);
    assert_int_equal(p->n_fundings, 1); /* said of the whole in each row */
    assert_int_equal(p->rows, 2);
    assert_string_equal(p->note, "suite");
    assert_int_equal(report_n(fixture.report, REPORT_CONTRADICTION), 0);
    assert_string_equal(record_fixture_links(&fixture, 0),
                        "com:69123>gn:2460596 com:38185>gn:2548885");
}

static void contradictions_are_said_and_the_first_stays(void **state)
{
    (void)state;
    ADD("A,Titre,projet,Lyon,,Bamako,ML,,known,,2018,,",
        "A,Autre titre,action,Lyon,operateur,Bamako,ML,,known,,2019,,");
    const struct import_partnership *p = record_fixture_at(&fixture, 0);
    assert_string_equal(p->title, "Titre");
    assert_string_equal(p->kind, "projet");
    assert_int_equal(p->year_start, 2018);
    assert_string_equal(p->parties[0].role, "partenaire");
    assert_int_equal(report_n(fixture.report, REPORT_CONTRADICTION), 4);
}

static void rows_without_ids_go_together_when_they_say_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        bool merged;
    } cases[] = {
        {",Eau,projet,Lyon,,Bamako,ML,,known,eau,2019,,", false},
        {",EAU !,projet,Ville de Lyon,,BAMAKO,ML,,known,sante,,,", true}, /* the same, spelt anew */
        {",Eau,projet,Lyon,,Bamako,ML,,known,,2019,,", true},
        {",Eau,projet,Lyon,,Bamako,ML,,known,,2020,,", false}, /* another year */
        {",Eau,action,Lyon,,Bamako,ML,,known,,2019,,", false}, /* another kind */
        {",Santé,projet,Lyon,,Bamako,ML,,known,,2019,,", false},
        {",Eau,projet,Grenoble,,Bamako,ML,,known,,2019,,", false},
        /* known no better than its country: never the same */
        {",Eau,projet,Lyon,,,ML,,,,2019,,", false},
        {",Eau,projet,Lyon,,,ML,,,,2019,,", false},
        {",Eau,projet,Lyon,,Nulle-Part-du-Tout,ML,,known,,2019,,", false},
        {",Eau,projet,Lyon,,Nulle-Part-du-Tout,ML,,known,,2019,,", false},
        /* ids that differ are never the same */
        {"X,Eau,projet,Lyon,,Bamako,ML,,known,,2019,,", false},
        {"Y,Eau,projet,Lyon,,Bamako,ML,,known,,2019,,", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (record_fixture_add(&fixture, i + 2, cases[i].row) != cases[i].merged)
            fail_msg("%s", cases[i].row);
    assert_int_equal(record_fixture_at(&fixture, 0)->n_themes, 2);
    assert_int_equal(record_fixture_at(&fixture, 0)->rows, 3);
}

static void links_follow_roles_and_status(void **state)
{
    (void)state;
    static const struct {
        const char *row, *links;
    } cases[] = {
        {"1,,,Lyon,,Bamako,ML,,known,,,,", "com:69123>gn:2460596"},
        {"2,,,Lyon,chef-de-file,Bamako,ML,partenaire,state,,,,", "com:69123>gn:2460596"},
        {"3,,,Lyon,operateur,Bamako,ML,,known,,,,", ""},
        {"4,,,Lyon,soutien,Bamako,ML,,known,,,,", ""},
        {"5,,,Lyon,,Bamako,ML,beneficiaire,known,,,,", ""},
        {"6,,,Lyon,,Bamako,ML,,zone,,,,", ""},
        {"7,,,Lyon,,Bamako,ML,,unknown,,,,", ""},
        {"8,,,Lyon,,,ML,,,,,,", ""}, /* nobody is named */
        {"9,,,Lyon,,Nulle-Part-du-Tout,ML,,known,,,,", "com:69123>country:ML"},
        {"10,,,Lyon;Grenoble,,Fès;Tanger,MA,,known,,,,",
         "com:69123>gn:2548885 com:69123>gn:2528910 com:38185>gn:2548885 com:38185>gn:2528910"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        record_fixture_add(&fixture, i + 2, cases[i].row);
        if (strcmp(record_fixture_links(&fixture, i), cases[i].links) != 0)
            fail_msg("%s: %s", cases[i].row, record_fixture_links(&fixture, i));
    }
}

static void where_nothing_pairs_each_goes_with_each(void **state)
{
    (void)state;
    ADD("A,,,Lyon,,Fès,MA,,known,,,,parties-not-paired",
        "A,,,Grenoble,,Fès,MA,,known,,,,parties-not-paired",
        "A,,,Lyon,,Bamako,ML,,known,,,,parties-not-paired",
        "B,,,Lyon,,Fès,MA,,known,,,,", /* the same rows, paired */
        "B,,,Grenoble,,Fès,MA,,known,,,,", "B,,,Lyon,,Bamako,ML,,known,,,,");
    assert_string_equal(record_fixture_links(&fixture, 0),
                        "com:69123>gn:2548885 com:69123>gn:2460596 com:38185>gn:2548885 "
                        "com:38185>gn:2460596");
    assert_string_equal(record_fixture_links(&fixture, 1),
                        "com:69123>gn:2548885 com:38185>gn:2548885 com:69123>gn:2460596");
}

static void one_pair_of_territories_is_one_link(void **state)
{
    (void)state;
    ADD("A,,,Lyon,,Fès,MA,,known,,,,", "A,,,Ville de Lyon,,Fez,MA,,known,,,,",
        "A,,,Lyon,,FES,MA,,known,,,,");
    const char *links = record_fixture_links(&fixture, 0);
    assert_non_null(strstr(links, "com:69123>gn:2548885"));
    assert_null(strstr(strstr(links, "gn:2548885") + 1, "gn:2548885"));
}

/* A file may say that all its rows are one partnership. What does not fit is said, not lost. */
static void parties_of_one_partnership_are_bounded(void **state)
{
    (void)state;
    enum { MORE = 30 };
    char row[80];
    for (unsigned i = 0; i < MERGE_MOST_PARTIES + MORE; i++) {
        snprintf(row, sizeof row, "A,,,Lyon,,Lieu %u,ML,,unknown,,,,", i);
        record_fixture_add(&fixture, i + 2, row);
    }
    const struct import_partnership *p = record_fixture_at(&fixture, 0);
    assert_int_equal(p->n_parties, MERGE_MOST_PARTIES);
    assert_int_equal(p->n_pairs, MERGE_MOST_PARTIES - 1);
    assert_int_equal(p->rows, MERGE_MOST_PARTIES + MORE);
    assert_int_equal(report_n(fixture.report, REPORT_NOTE), MORE + 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(rows_of_one_id_are_one_partnership),
        TEST(a_value_of_a_later_row_keeps_its_origin),
        TEST(contradictions_are_said_and_the_first_stays),
        TEST(rows_without_ids_go_together_when_they_say_the_same),
        TEST(links_follow_roles_and_status),
        TEST(where_nothing_pairs_each_goes_with_each),
        TEST(one_pair_of_territories_is_one_link),
    };
    const struct CMUnitTest large[] = {TEST(parties_of_one_partnership_are_bounded)};
    most_bytes = SIZE_MAX;
    int failed = cmocka_run_group_tests_name("in memory", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("large", large, NULL, NULL);
    most_bytes = 0;
    return failed + cmocka_run_group_tests_name("set aside", tests, NULL, NULL);
}
