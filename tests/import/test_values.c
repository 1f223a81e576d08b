/* import/values: what cells mean. Plan: tables of wordings as spreadsheets hold them, beside what
 * they mean or why they mean nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/values.h"
#include "import/words.h"

#include <math.h>
#include <string.h>

static void years_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int start, end;
        const char *date;
        int open, approximate;
    } cases[] = {
        {"2019", 2019, YEAR_NONE, "", 0, 0},
        {" 2019 ", 2019, YEAR_NONE, "", 0, 0},
        {"2019.0", 2019, YEAR_NONE, "", 0, 0},
        {"2019-2023", 2019, 2023, "", 0, 0},
        {"2019 – 2023", 2019, 2023, "", 0, 0},
        {"2019/2023", 2019, 2023, "", 0, 0},
        {"de 2019 à 2023", 2019, 2023, "", 0, 0},
        {"depuis 2009", 2009, YEAR_NONE, "", 1, 0},
        {"since 2009", 2009, YEAR_NONE, "", 1, 0},
        {"depuis 1996, en cours", 1996, YEAR_NONE, "", 1, 0},
        {"jusqu'en 2020", YEAR_NONE, 2020, "", 0, 0},
        {"vers 1980", 1980, YEAR_NONE, "", 0, 1},
        {"12/03/2019", 2019, YEAR_NONE, "2019-03-12", 0, 0},
        {"2019-03-12", 2019, YEAR_NONE, "2019-03-12", 0, 0},
        {"2019-03-12T10:20:30Z", 2019, YEAR_NONE, "2019-03-12", 0, 0},
        {"2019-03-12 00:00:00", 2019, YEAR_NONE, "2019-03-12", 0, 0},
        {"29/02/2020", 2020, YEAR_NONE, "2020-02-29", 0, 0},
        {"01/01/2019 - 31/12/2021", 2019, 2021, "2019-01-01", 0, 0},
        {"mars 2019", 2019, YEAR_NONE, "", 0, 0},
        {"12 mars 2019", 2019, YEAR_NONE, "", 0, 0},
        {"1er février 2019", 2019, YEAR_NONE, "", 0, 0},
        {"03/2019", 2019, YEAR_NONE, "", 0, 0},
        {"de mars 2019 à juin 2023", 2019, 2023, "", 0, 0},
        {"836", YEAR_NONE, YEAR_NONE, NULL, 0, 0},
        {"0836", 836, YEAR_NONE, "", 0, 0},
        {"", YEAR_NONE, YEAR_NONE, "", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct years years;
        const char *problem = years_parse(cases[i].text, &years);
        if (!cases[i].date) {
            assert_non_null(problem);
            continue;
        }
        if (problem) fail_msg("%s: %s", cases[i].text, problem);
        if (years.start != cases[i].start || years.end != cases[i].end)
            fail_msg("%s: %d to %d", cases[i].text, years.start, years.end);
        assert_string_equal(years.start_date, cases[i].date);
        assert_int_equal(years.open, cases[i].open);
        assert_int_equal(years.approximate, cases[i].approximate);
    }
    struct years years;
    assert_null(years_parse(NULL, &years));
    assert_int_equal(years.start, YEAR_NONE);
}

static void years_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "0",         "9999",       "99999",      "NaN",
        "43831",     "20",         "2023-2019",  "30/02/2019",
        "2019-13-1", "29/02/2019", "2019-00-12", "00/00/2019",
        "bientôt",   "1/2/3",      "12345678",   "2019 2020 2021",
        "-",         "2019€",      "=2019+1",    "0000",
        "1e400",     "deux mille",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct years years;
        if (!years_parse(cases[i], &years))
            fail_msg("'%s' was read as %d to %d", cases[i], years.start, years.end);
    }
    char long_text[5000];
    memset(long_text, '1', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    struct years years;
    assert_non_null(years_parse(long_text, &years));
}

static void amounts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double euros;
    } cases[] = {
        {"1234", 1234},
        {"1234.50", 1234.5},
        {"1234,50", 1234.5},
        {"1 234,50 €", 1234.5},
        {"1\xC2\xA0"
         "234,50\xC2\xA0€",
         1234.5},
        {"1\xE2\x80\xAF"
         "234 euros",
         1234},
        {"1.234.567", 1234567},
        {"1,234,567", 1234567},
        {"1,234.50", 1234.5},
        {"1.234,50", 1234.5},
        {"EUR 1,234.50", 1234.5},
        {"€1234", 1234},
        {"8,5 M€", 8500000},
        {"12 k€", 12000},
        {"1,5 million d'euros", 1500000},
        {"2 millions", 2000000},
        {"0", 0},
        {"12.345", 12345},
        {"1'234", 1234},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double euros = -1;
        bool known;
        const char *problem = amount_parse(cases[i].text, &euros, &known);
        if (problem || !known) fail_msg("%s: %s", cases[i].text, problem ? problem : "not known");
        if (fabs(euros - cases[i].euros) > 1e-6) fail_msg("%s: %f", cases[i].text, euros);
    }
    static const char *const unknown[] = {"", "-", "n.c.", "NC", "non communiqué", "?", NULL};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        double euros;
        bool known;
        assert_null(amount_parse(unknown[i], &euros, &known));
        assert_false(known);
    }
}

static void amounts_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"beaucoup",    "-5",      "NaN",     "inf",   "1e999",
                                        "10 USD",      "$100",    "12,34,5", "1.2.3", "=SUM(A1)",
                                        "10000000 M€", "1 234 x", "0x10"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double euros = 0;
        bool known;
        if (!amount_parse(cases[i], &euros, &known))
            fail_msg("'%s' was read as %f (%d)", cases[i], euros, known);
    }
}

static void degrees_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double limit, degrees;
    } cases[] = {
        {"48.85", 90, 48.85}, {"48,85", 90, 48.85}, {" -2.5 ", 180, -2.5}, {"90", 90, 90},
        {"91", 90, NAN},      {"NaN", 90, NAN},     {"1e1", 90, NAN},      {"", 90, NAN},
        {"180.1", 180, NAN},  {"12N", 90, NAN},     {"--1", 90, NAN},      {NULL, 90, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double degrees = NAN;
        bool read = degrees_parse(cases[i].text, cases[i].limit, &degrees);
        assert_int_equal(read, !isnan(cases[i].degrees));
        if (read) assert_true(fabs(degrees - cases[i].degrees) < 1e-12);
    }
}

static void words_are_known_in_both_languages(void **state)
{
    (void)state;
    static const struct {
        const char *(*look_up)(const char *);
        const char *text, *word;
    } cases[] = {
        {kind_word, "Jumelage", "jumelage"},
        {kind_word, "Pacte d'amitié", "pacte-amitie"},
        {kind_word, "pacte-amitie", "pacte-amitie"},
        {kind_word, "Accord-cadre", "accord-cadre"},
        {kind_word, "PROJECT", "projet"},
        {kind_word, "mariage", NULL},
        {mode_word, "À rejoindre", "a-rejoindre"},
        {mode_word, "1 % eau", "1pc-eau"},
        {status_word, "En cours", "active"},
        {status_word, "terminée", "ended"},
        {status_word, "dormant", "dormant"},
        {role_word, "Chef de file", "chef-de-file"},
        {role_word, "funder", "financeur"},
        {partner_status_word, "État", "state"},
        {publication_word, "à vérifier", "to-review"},
        {publication_word, "non", "withheld"},
        {precision_word, "pays", "country"},
        {gender_word, "Significatif", "1"},
        {gender_word, "7", NULL},
        {gender_word, "", NULL},
        {gender_origin_word, "E-APD", "e-apd"},
        {amount_nature_word, "attribué", "attribue"},
        {end_kind_word, "fixed", "fixed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *word = cases[i].look_up(cases[i].text);
        if (!cases[i].word)
            assert_null(word);
        else if (!word || strcmp(word, cases[i].word) != 0)
            fail_msg("%s: %s", cases[i].text, word ? word : "unknown");
    }
    assert_int_equal(truth_word("Oui"), 1);
    assert_int_equal(truth_word("no"), 0);
    assert_int_equal(truth_word("peut-être"), -1);
    assert_int_equal(truth_word(NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_read),   cmocka_unit_test(years_that_are_none_are_refused),
        cmocka_unit_test(amounts_are_read), cmocka_unit_test(amounts_that_are_none_are_refused),
        cmocka_unit_test(degrees_are_read), cmocka_unit_test(words_are_known_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
