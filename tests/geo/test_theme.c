/* geo/theme: the tree of themes. Plan: a small tree for the rules; the project's own file for what
 * a data manager writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/theme.h"
#include "import/vocabulary.h"

#include <string.h>

static enum atlas_status add(struct theme_tree *tree, const char *code, const char *parent,
                             const char *also, const char *crs)
{
    struct theme theme = {.code = code,
                          .parent = parent,
                          .also = also,
                          .crs = crs,
                          .label_fr = "Libellé",
                          .label_en = "Label"};
    return theme_tree_add(tree, &theme, NULL);
}

static void malformed_themes_are_refused(void **state)
{
    (void)state;
    struct theme_tree *tree = theme_tree_new();
    assert_int_equal(add(tree, "eau", NULL, NULL, NULL), ATLAS_OK);
    assert_int_equal(add(tree, "eau", NULL, NULL, NULL), ATLAS_INVALID);
    assert_int_equal(add(tree, "", NULL, NULL, NULL), ATLAS_INVALID);
    assert_int_equal(add(tree, "Eau Potable", NULL, NULL, NULL), ATLAS_INVALID);
    assert_int_equal(add(tree, NULL, NULL, NULL, NULL), ATLAS_INVALID);
    struct theme nameless = {.code = "x", .label_fr = "", .label_en = "X"};
    assert_int_equal(theme_tree_add(tree, &nameless, NULL), ATLAS_INVALID);
    assert_int_equal(theme_tree_size(tree), 1);
    assert_int_equal(theme_tree_check(tree, NULL), ATLAS_OK);
    assert_int_equal(add(tree, "pompes", "eaux", NULL, NULL), ATLAS_OK);
    struct atlas_error error;
    assert_int_equal(theme_tree_check(tree, &error), ATLAS_INVALID);
    assert_non_null(strstr(error.message, "eaux"));
    theme_tree_free(tree);
    theme_tree_free(NULL);
}

static void circles_are_refused(void **state)
{
    (void)state;
    struct theme_tree *tree = theme_tree_new();
    assert_int_equal(add(tree, "a", "c", NULL, NULL), ATLAS_OK);
    assert_int_equal(add(tree, "b", "a", NULL, NULL), ATLAS_OK);
    assert_int_equal(add(tree, "c", NULL, "b", NULL), ATLAS_OK);
    struct atlas_error error;
    assert_int_equal(theme_tree_check(tree, &error), ATLAS_INVALID);
    assert_non_null(strstr(error.message, "under itself"));
    theme_tree_free(tree);
}

static void the_longest_dac_code_wins(void **state)
{
    (void)state;
    struct theme_tree *tree = theme_tree_new();
    assert_int_equal(add(tree, "eau", NULL, NULL, "140"), ATLAS_OK);
    assert_int_equal(add(tree, "dechets", NULL, NULL, "12;14050"), ATLAS_OK);
    static const struct {
        const char *text, *code;
    } cases[] = {{"140", "eau"},       {"14010", "eau"}, {"14050", "dechets"},
                 {"12110", "dechets"}, {"999", NULL},    {"14", NULL},
                 {"140500", NULL},     {"", NULL},       {"14050x", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct theme *theme = theme_tree_find(tree, cases[i].text);
        if (!cases[i].code)
            assert_null(theme);
        else
            assert_string_equal(theme->code, cases[i].code);
    }
    assert_null(theme_tree_find(tree, NULL));
    theme_tree_free(tree);
}

static void the_projects_tree_finds_what_people_write(void **state)
{
    (void)state;
    struct theme_tree *tree;
    struct atlas_error error = {0};
    if (vocabulary_themes("data/themes.csv", &tree, &error)) fail_msg("%s", error.message);
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"eau", "eau"},
        {"Eau et assainissement", "eau"},
        {"EAU ET ASSAINISSEMENT", "eau"},
        {"Water and sanitation", "eau"},
        {"Ville durable", "ville-durable"},
        {"ville durable", "ville-durable"},
        {"genre autonomisation", "genre-autonomisation"},
        {"Économie sociale et solidaire, commerce équitable, microfinance", "ess"},
        {"14050", "dechets"},
        {"licornes", NULL},
        {"...", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct theme *theme = theme_tree_find(tree, cases[i].text);
        if (!cases[i].code)
            assert_null(theme);
        else if (!theme || strcmp(theme->code, cases[i].code) != 0)
            fail_msg("%s: %s", cases[i].text, theme ? theme->code : "not found");
    }
    /* every theme is found by its code and both labels, and lies under its parents */
    for (size_t i = 0; i < theme_tree_size(tree); i++) {
        const struct theme *theme = theme_tree_at(tree, i);
        assert_ptr_equal(theme_tree_find(tree, theme->code), theme);
        assert_ptr_equal(theme_tree_find(tree, theme->label_fr), theme);
        assert_true(theme_tree_lies_under(tree, theme, theme));
        if (theme->parent)
            assert_true(theme_tree_lies_under(tree, theme, theme_tree_find(tree, theme->parent)));
        if (theme->also)
            assert_true(theme_tree_lies_under(tree, theme, theme_tree_find(tree, theme->also)));
    }
    assert_false(theme_tree_lies_under(tree, theme_tree_find(tree, "economie"),
                                       theme_tree_find(tree, "ess")));
    theme_tree_free(tree);
}

static void a_bad_file_is_named(void **state)
{
    (void)state;
    struct theme_tree *tree;
    struct atlas_error error = {0};
    assert_int_not_equal(vocabulary_themes("data/no-such-themes.csv", &tree, &error), ATLAS_OK);
    assert_non_null(strstr(error.message, "no-such-themes.csv"));
    assert_int_not_equal(vocabulary_themes("data/recognition.csv", &tree, &error), ATLAS_OK);
    assert_non_null(strstr(error.message, "recognition.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_themes_are_refused),
        cmocka_unit_test(circles_are_refused),
        cmocka_unit_test(the_longest_dac_code_wins),
        cmocka_unit_test(the_projects_tree_finds_what_people_write),
        cmocka_unit_test(a_bad_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
