/* A filter in words: what a person reads on a picture. */
#include "server/filter_words.h"

#include "tests/tiles/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static struct fixture fixture;

static void a_filter_reads_as_words(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *name_2, *value_2;
        bool english;
        const char *words;
    } cases[] = {
        {"kind", "jumelage", NULL, NULL, false, "Jumelage"},
        {"kind", "jumelage", NULL, NULL, true, "Twinning"},
        {"kind", "none", NULL, NULL, false, "Non renseigné"},
        {"year", "2015..2020", NULL, NULL, false, "2015–2020"},
        {"year", "2015", "kind", "jumelage", true, "Twinning · 2015"},
        {"theme", "eau,energie,sante,sport", NULL, NULL, false, "eau, energie, sante, sport"},
        {"country", "AA,AB,AC,AD,AE,AF,AG,AH,AI,AJ,AK,AL,AM,AN", NULL, NULL, false,
         "AA, AB, AC, AD, AE, AF, AG, AH, AI, AJ, AK, AL +2"},
        {"year", "2015..2020", "time", "signed", false, "2015–2020 (début)"},
        {"year", "2019", "undated", "include", true, "2019 · undated included"},
        {"country", "ZZ", NULL, NULL, false, "ZZ"},
        {"gender", "2", "country", "ZZ", false, "L’égalité est l’objectif principal · ZZ"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter filter;
        struct bytes words = {0};
        filter_init(&filter);
        assert_int_equal(filter_add(&filter, cases[i].name, cases[i].value, NULL), ATLAS_OK);
        if (cases[i].name_2)
            assert_int_equal(filter_add(&filter, cases[i].name_2, cases[i].value_2, NULL),
                             ATLAS_OK);
        filter_write_words(fixture.edition, &filter, cases[i].english, &words);
        bytes_append_byte(&words, 0);
        assert_string_equal((const char *)words.data, cases[i].words);
        bytes_close(&words);
    }
}

static void everything_has_no_words(void **state)
{
    (void)state;
    struct filter filter;
    struct bytes words = {0};
    filter_init(&filter);
    filter_write_words(fixture.edition, &filter, false, &words);
    assert_int_equal(words.length, 0);
}

static void territories_have_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < fixture.edition->n_territories; i++) {
        const struct edition_territory *territory = &fixture.edition->territories[i];
        assert_string_equal(
            filter_value_label(fixture.edition, FILTER_FRENCH, territory->code, false),
            territory->name_fr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_reads_as_words),
        cmocka_unit_test(everything_has_no_words),
        cmocka_unit_test(territories_have_their_names),
    };
    fixture_open(&fixture, 40, 3);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
