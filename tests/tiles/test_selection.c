/* Selections against an oracle in SQL over the same database, for many random filters. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/random_filter.h"
#include "tiles/bitset.h"
#include "tiles/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_totals(const struct selection *s, const struct oracle_totals *totals)
{
    assert_int_equal(s->n_partnerships, totals->partnerships);
    assert_int_equal(s->n_links, totals->links);
    assert_int_equal(s->n_placed_links, totals->placed_links);
    assert_int_equal(s->n_drawn_links, totals->drawn_links);
    assert_int_equal(s->n_placed_partnerships, totals->placed_partnerships);
    assert_int_equal(s->undated_left_out, totals->undated_left_out);
    assert_int_equal(s->undated_links_left_out, totals->undated_links_left_out);
}

/* A chosen link has a chosen partnership, and the bits are as many as is said. */
static void check_bits(const struct selection *s)
{
    const struct edition *e = s->edition;
    size_t n = 0;
    for (size_t i = 0; i < e->n_links; i++) {
        if (!selection_has_link(s, i)) continue;
        n++;
        assert_true(selection_has_partnership(s, e->links[i].partnership));
    }
    assert_int_equal(n, s->n_links);
    assert_int_equal(bitset_count(s->partnerships, bitset_words(e->n_partnerships)),
                     s->n_partnerships);
}

static void every_total_is_that_of_sql(void **state)
{
    (void)state;
    static const unsigned sizes[] = {1, 40, 64, 300};
    size_t nothing = 0, something = 0;
    for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
        struct fixture fixture;
        fixture_open(&fixture, sizes[size], 100 + size);
        struct oracle *oracle = oracle_open(fixture.path);
        uint64_t random = size;
        for (int round = 0; round < 400; round++) {
            struct random_filter filter;
            struct oracle_totals totals;
            struct selection selection;
            struct atlas_error error;
            random_filter_next(&filter, &random);
            oracle_count(oracle, &filter.oracle, &totals);
            if (selection_make(fixture.edition, &filter.filter, &selection, &error))
                fail_msg("%s", error.message);
            struct bytes text = {0};
            filter_canonical(&filter.filter, &text);
            if (selection.n_links != (size_t)totals.links ||
                selection.n_partnerships != (size_t)totals.partnerships)
                print_message("filter %.*s\n", (int)text.length, (const char *)text.data);
            bytes_close(&text);
            check_totals(&selection, &totals);
            check_bits(&selection);
            nothing += selection.n_partnerships == 0;
            something += selection.n_links > 0;
            selection_close(&selection);
        }
        oracle_close(oracle);
        fixture_close(&fixture);
    }
    assert_true(nothing > 50 && something > 300); /* the filters are neither too wide nor narrow */
}

static void an_empty_filter_selects_everything(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 50, 3);
    struct filter filter;
    struct selection selection;
    struct atlas_error error;
    filter_init(&filter);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, &error), ATLAS_OK);
    assert_int_equal(selection.n_links, fixture.edition->n_links);
    assert_int_equal(selection.n_partnerships, fixture.edition->n_partnerships);
    for (size_t i = 0; i < fixture.edition->n_parties; i++)
        assert_true(selection_has_party(&selection, i));
    selection_close(&selection);
    selection_close(&selection);
    fixture_close(&fixture);
}

static void what_the_edition_does_not_know_is_told_apart(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 50, 3);
    static const struct {
        const char *name, *value, *says;
    } refused[] = {{"theme", "no-such-theme", "services-essentiels, jeunesse"},
                   {"role", "partenaire", "authority"}};
    struct filter filter;
    struct selection selection;
    struct atlas_error error;
    for (size_t i = 0; i < 2; i++) {
        filter_init(&filter);
        assert_int_equal(filter_add(&filter, refused[i].name, refused[i].value, &error), ATLAS_OK);
        assert_int_equal(selection_make(fixture.edition, &filter, &selection, &error),
                         ATLAS_INVALID);
        assert_non_null(strstr(error.message, refused[i].says));
    }
    filter_init(&filter);
    assert_int_equal(filter_add(&filter, "partner", "gn:999", &error), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &filter, &selection, &error), ATLAS_OK);
    assert_int_equal(selection.n_partnerships, 0);
    assert_int_equal(selection.n_links, 0);
    selection_close(&selection);
    fixture_close(&fixture);
}

static void counts_of_bits_match_a_slow_count(void **state)
{
    (void)state;
    uint64_t random = 5, words[5] = {0};
    for (int i = 0; i < 120; i++)
        bitset_add(words, fixture_random(&random, 320));
    for (size_t from = 0; from <= 320; from += 7)
        for (size_t to = 0; to <= 320; to += 5) {
            size_t slow = 0;
            uint64_t range[5] = {0};
            for (size_t i = from; i < to; i++)
                slow += bitset_has(words, i);
            assert_int_equal(bitset_count_range(words, from, to), slow);
            bitset_add_range(range, from, to);
            assert_int_equal(bitset_count(range, 5), to > from ? to - from : 0);
            assert_int_equal(bitset_count_common(range, words, 5), slow);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_total_is_that_of_sql),
        cmocka_unit_test(an_empty_filter_selects_everything),
        cmocka_unit_test(what_the_edition_does_not_know_is_told_apart),
        cmocka_unit_test(counts_of_bits_match_a_slow_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
