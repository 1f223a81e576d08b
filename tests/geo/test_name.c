/* geo/name: one fold for all, addresses made of names, and typing errors counted.
 * Plan: tables of folds and slugs; cuts; hostile bytes; distances against a plain full-table
 * implementation over random words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/name.h"

#include <stdlib.h>
#include <string.h>

static void folds_names(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"L'Haÿ-les-Roses", "l hay les roses"},
        {"ŒUILLY", "oeuilly"},
        {"Đà Nẵng", "da nang"},
        {"Saint-Étienne", "saint etienne"},
        {"  Le  Havre\t", "le havre"},
        {"Łódź", "lodz"},
        {"Straße", "strasse"},
        {"STRAẞE", "strasse"},
        {"İzmir", "izmir"},
        {"Iğdır", "igdir"},
        {"Ærøskøbing", "aeroskobing"},
        {"Þórshöfn", "thorshofn"},
        {"Gəncə", "gence"},
        {"Ɓandiagara", "bandiagara"},
        {"ﬁn", "fin"},
        {"Ｐａｒｉｓ", "paris"},
        {"N’Zérékoré", "n zerekore"},
        {"Nukuʻalofa", "nuku alofa"},
        {"Mo\xC2\xADnt", "mont"},
        {"Paris 3e (75)", "paris 3e 75"},
        {"Москва", "москва"},
        {"東京", "東京"},
        {"e\xCC\x81t\xCC\x81", "et"},
        {"a\xFF\xC3z", "a z"},
        {"\xE2\x82", ""},
        {"--- ()", ""},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char folded[100];
        size_t n = name_fold(cases[i].text, folded, sizeof folded);
        assert_string_equal(folded, cases[i].folded);
        assert_int_equal(n, strlen(folded));
    }
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"Nœux-les-Mines", "Москва", "İstanbul", "ʼn Đ ß", "한국"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char once[100], twice[100];
        name_fold(texts[i], once, sizeof once);
        name_fold(once, twice, sizeof twice);
        assert_string_equal(once, twice);
    }
}

static void a_fold_is_cut_at_a_character(void **state)
{
    (void)state;
    const char *text = "Œ Œ дом";
    char whole[20];
    size_t needed = name_fold(text, whole, sizeof whole);
    assert_int_equal(needed, strlen("oe oe дом"));
    for (size_t size = 1; size <= needed; size++) {
        char cut[20];
        assert_int_equal(name_fold(text, cut, size), needed);
        assert_true(strlen(cut) < size);
        assert_memory_equal(cut, whole, strlen(cut));
        assert_true((cut[0] == '\0' || cut[strlen(cut) - 1] != ' '));
        assert_true((unsigned char)whole[strlen(cut)] < 0x80 ||
                    (unsigned char)whole[strlen(cut)] >= 0xC0);
    }
    assert_int_equal(name_fold(text, NULL, 0), needed);
}

static void makes_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *slug;
    } cases[] = {
        {"Coopération Isère – Tambacounda", 80, "cooperation-isere-tambacounda"},
        {"Paris / 東京 2024", 80, "paris-2024"},
        {"東京", 80, ""},
        {"", 80, ""},
        {NULL, 80, ""},
        {"un deux trois", 8, "un-deux"},
        {"un deux trois", 9, "un-deux"},
        {"anticonstitutionnellement", 5, "anti"},
        {"a", 1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char slug[80];
        assert_int_equal(name_slug(cases[i].text, slug, cases[i].size), strlen(cases[i].slug));
        assert_string_equal(slug, cases[i].slug);
    }
}

/* The whole table, without bands: slow, plain, and not the code under test. */
static unsigned plain_distance(const char *a, const char *b)
{
    static unsigned d[20][20];
    size_t n = strlen(a), m = strlen(b);
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            unsigned best = (unsigned)(i + j);
            if (i > 0 && d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (j > 0 && d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 0 && j > 0 && d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < best)
                best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

static void counts_edits_like_the_whole_table(void **state)
{
    (void)state;
    uint32_t seed = 12345;
    for (int round = 0; round < 20000; round++) {
        char words[2][16];
        for (int w = 0; w < 2; w++) {
            seed = seed * 1664525 + 1013904223;
            size_t n = (seed >> 16) % 12;
            for (size_t i = 0; i < n; i++) {
                seed = seed * 1664525 + 1013904223;
                words[w][i] = (char)('a' + (seed >> 16) % 3);
            }
            words[w][n] = '\0';
        }
        unsigned truth = plain_distance(words[0], words[1]);
        for (unsigned limit = 0; limit <= 4; limit++)
            assert_int_equal(name_distance(words[0], words[1], limit),
                             truth <= limit ? truth : limit + 1);
    }
    assert_int_equal(name_distance("guegharkunik", "gegharkunik", 2), 1);
    assert_int_equal(name_distance("paris", "pairs", 1), 1);
    assert_int_equal(name_distance("", "", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_names),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(a_fold_is_cut_at_a_character),
        cmocka_unit_test(makes_addresses),
        cmocka_unit_test(counts_edits_like_the_whole_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
