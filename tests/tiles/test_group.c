/* The aggregator against SQL and against slow counts, under random filters. */
#include "tests/tiles/fixture.h"
#include "tests/tiles/group_links.h"
#include "tests/tiles/random_filter.h"
#include "tiles/bitset.h"
#include "tiles/edition_index.h"
#include "tiles/group.h"
#include "tiles/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture fixture;
static struct oracle *oracle;

#define SELECTED_LINKS  "l JOIN chosen_l c ON c.id = l.id JOIN p ON p.id = l.partnership_id"
#define SELECTED_PEOPLE "p JOIN chosen_p c ON c.id = p.id"
/* The money of one nature of each link's partnership, shared over all its links. */
#define SHARE                                                                                      \
    "(SELECT sum(amount_eur) FROM funding f WHERE f.partnership_id = p.id AND nature = '%s')"      \
    " / (SELECT count(*) FROM link k WHERE k.partnership_id = p.id)"

/* Every group has the numbers that SQL gives for the same term, and the groups of all values
 * that SQL knows are there. */
static void check_group(const struct totals *totals, const char *term)
{
    char whole[3000], share[400];
    snprintf(whole, sizeof whole, "SELECT count(*) FROM " SELECTED_LINKS " WHERE %s", term);
    double links = oracle_number(oracle, whole);
    snprintf(whole, sizeof whole, "SELECT count(*) FROM " SELECTED_PEOPLE " WHERE %s", term);
    double partnerships = oracle_number(oracle, whole);
    assert_int_equal(totals->n, (int64_t)links);
    assert_int_equal(totals->partnerships, (int64_t)partnerships);
    snprintf(share, sizeof share, SHARE, "attribue");
    snprintf(whole, sizeof whole, "SELECT coalesce(sum(%s), 0) FROM " SELECTED_LINKS " WHERE %s",
             share, term);
    assert_true(fabs(totals->amount_eur - oracle_number(oracle, whole)) < 0.01);
    snprintf(whole, sizeof whole, "SELECT count(%s) FROM " SELECTED_LINKS " WHERE %s", share, term);
    assert_int_equal(totals->with_amount, (int64_t)oracle_number(oracle, whole));
}

/* The SQL condition that a group's key stands for. */
static void write_term(enum group_property property, uint32_t key, char *term, size_t size)
{
    static const struct {
        const char *column;
        enum vocabulary vocabulary;
    } columns[] = {
        [GROUP_KIND] = {"p.kind", VOCABULARY_KIND},
        [GROUP_STATUS] = {"p.status", VOCABULARY_STATUS},
        [GROUP_MODE] = {"p.modes", VOCABULARY_MODE},
        [GROUP_GENDER] = {"p.gender_marker", VOCABULARY_GENDER},
    };
    if (property == GROUP_THEME && key == EDITION_NONE)
        snprintf(term, size, "p.id NOT IN (SELECT partnership_id FROM in_theme)");
    else if (property == GROUP_THEME)
        snprintf(term, size, "p.id IN (SELECT partnership_id FROM in_theme WHERE theme = '%s')",
                 fixture.edition->themes[key].code);
    else if (property == GROUP_YEAR && key == EDITION_NONE)
        snprintf(term, size, "p.lf IS NULL");
    else if (property == GROUP_YEAR)
        snprintf(term, size, "p.lf <= %u AND p.lt >= %u", key, key);
    else if (key == EDITION_NONE)
        snprintf(term, size, "%s IS NULL", columns[property].column);
    else
        snprintf(term, size, "';' || %s || ';' LIKE '%%;%s;%%'", columns[property].column,
                 vocabulary_word(columns[property].vocabulary, key)->key);
}

static void select_random(uint64_t *random, struct selection *selection)
{
    struct random_filter filter;
    struct oracle_totals totals;
    random_filter_next(&filter, random);
    oracle_count(oracle, &filter.oracle, &totals);
    assert_int_equal(selection_make(fixture.edition, &filter.filter, selection, NULL), ATLAS_OK);
}

static void groups_by_property_are_those_of_sql(void **state)
{
    (void)state;
    static const enum group_property properties[] = {GROUP_THEME,  GROUP_YEAR, GROUP_KIND,
                                                     GROUP_STATUS, GROUP_MODE, GROUP_GENDER};
    uint64_t random = 1;
    for (int round = 0; round < 40; round++) {
        struct selection selection;
        select_random(&random, &selection);
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
            struct groups groups;
            assert_int_equal(group_by_property(&selection, properties[i], "attribue", &groups),
                             ATLAS_OK);
            for (size_t g = 0; g < groups.n; g++) {
                char term[200];
                if (properties[i] == GROUP_YEAR && g % 5) continue; /* a sample is enough */
                write_term(properties[i], groups.groups[g].key[0], term, sizeof term);
                check_group(&groups.groups[g].totals, term);
                if (g > 0) assert_true(groups.groups[g - 1].key[0] < groups.groups[g].key[0]);
            }
            groups_close(&groups);
        }
        selection_close(&selection);
    }
}

/* The groups of a property hold all links, and all money that is known. */
static void add_up(const struct selection *selection, enum group_property property)
{
    struct groups groups;
    struct totals sums = {0}, all;
    assert_int_equal(group_by_property(selection, property, "attribue", &groups), ATLAS_OK);
    assert_int_equal(group_all(selection, "attribue", &all), ATLAS_OK);
    for (size_t i = 0; i < groups.n; i++) {
        sums.n += groups.groups[i].totals.n;
        sums.amount_eur += groups.groups[i].totals.amount_eur;
        sums.with_amount += groups.groups[i].totals.with_amount;
        if (property == GROUP_PRECISION && groups.groups[i].key[0] != PRECISION_NONE)
            sums.partnerships += groups.groups[i].totals.partnerships;
    }
    assert_int_equal(sums.n, selection->n_links);
    assert_int_equal(sums.with_amount, all.with_amount);
    assert_true(fabs(sums.amount_eur - all.amount_eur) < 0.01);
    if (property == GROUP_PRECISION)
        assert_int_equal(sums.partnerships, selection->n_placed_partnerships);
    groups_close(&groups);
}

static void countries_are_those_of_sql_and_ends_add_up(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int round = 0; round < 60; round++) {
        struct selection selection;
        struct groups groups;
        select_random(&random, &selection);
        add_up(&selection, GROUP_PRECISION);
        add_up(&selection, GROUP_REGION);
        add_up(&selection, GROUP_COUNTRY);
        assert_int_equal(group_by_property(&selection, GROUP_COUNTRY, "attribue", &groups),
                         ATLAS_OK);
        for (size_t i = 0; i < groups.n; i++) {
            uint32_t key = groups.groups[i].key[0];
            char sql[900];
            static const char from[] =
                " FROM l JOIN chosen_l c ON c.id = l.id JOIN p ON p.id = l.partnership_id JOIN"
                " territory t ON t.code = l.foreign_code WHERE coalesce(t.country_iso, '') = ";
            const char *iso =
                key == EDITION_NONE ? "" : fixture.edition->territories[key].country_iso;
            snprintf(sql, sizeof sql, "SELECT count(*)%s'%s'", from, iso);
            assert_int_equal(groups.groups[i].totals.n, (int64_t)oracle_number(oracle, sql));
            snprintf(sql, sizeof sql, "SELECT coalesce(sum(" SHARE "), 0)%s'%s'", "attribue", from,
                     iso);
            assert_true(fabs(groups.groups[i].totals.amount_eur - oracle_number(oracle, sql)) <
                        0.01);
        }
        groups_close(&groups);
        selection_close(&selection);
    }
}

/* Slow count of the distinct partnerships of one pair of keys. */
static uint64_t count_slowly(const struct selection *s, const uint32_t *first,
                             const uint32_t *second, const struct group *group)
{
    uint64_t seen[64] = {0}, n = 0;
    for (size_t i = 0; i < s->edition->n_links; i++) {
        if (!selection_has_link(s, i) || first[i] != group->key[0] || second[i] != group->key[1])
            continue;
        n++;
        bitset_add(seen, s->edition->links[i].partnership);
    }
    assert_int_equal(n, group->totals.n);
    return bitset_count(seen, 64);
}

static void groups_of_links_add_up_and_partnerships_are_distinct(void **state)
{
    (void)state;
    const struct edition *e = fixture.edition;
    uint32_t *first = malloc(e->n_links * sizeof *first),
             *second = malloc(e->n_links * sizeof *second);
    for (size_t i = 0; i < e->n_links; i++) {
        first[i] = e->territories[e->links[i].french].at_level[FRENCH_REGION];
        second[i] = e->territories[e->links[i].foreign].at_level[FOREIGN_COUNTRY];
    }
    uint64_t random = 3;
    for (int round = 0; round < 100; round++) {
        struct selection selection;
        struct groups all, placed;
        struct totals totals;
        uint64_t n = 0, n_placed = 0;
        double amount = 0;
        select_random(&random, &selection);
        assert_int_equal(group_links(&selection, first, second, "verse", false, &all), ATLAS_OK);
        assert_int_equal(group_links(&selection, first, second, NULL, true, &placed), ATLAS_OK);
        assert_int_equal(group_all(&selection, "verse", &totals), ATLAS_OK);
        for (size_t i = 0; i < all.n; i++) {
            n += all.groups[i].totals.n;
            amount += all.groups[i].totals.amount_eur;
            assert_int_equal(all.groups[i].totals.partnerships,
                             count_slowly(&selection, first, second, &all.groups[i]));
        }
        for (size_t i = 0; i < placed.n; i++)
            n_placed += placed.groups[i].totals.n;
        assert_int_equal(n, selection.n_links);
        assert_int_equal(n, totals.n);
        assert_int_equal(n_placed, selection.n_placed_links);
        assert_int_equal(totals.partnerships, selection.n_partnerships);
        assert_true(fabs(amount - totals.amount_eur) < 0.01);
        groups_close(&all);
        groups_close(&placed);
        selection_close(&selection);
    }
    free(first);
    free(second);
}

/* The chosen partnerships with a chosen party or link's end at a territory, or in a country or
 * région where area is set. */
static uint64_t count_at(const struct selection *selection, uint32_t key, bool area, bool french)
{
    const struct edition *e = selection->edition;
    uint64_t n = 0;
    for (size_t i = 0; i < e->n_partnerships; i++) {
        const struct edition_partnership *p = &e->partnerships[i];
        bool met = false;
        if (!selection_has_partnership(selection, i)) continue;
        for (size_t k = p->first_party; k < p->first_party + p->n_parties; k++) {
            const struct edition_party *party = &e->parties[k];
            uint32_t at = party->territory;
            if (area && !french) at = party->country;
            if (area && french && at != EDITION_NONE)
                at = e->territories[at].at_level[FRENCH_REGION];
            met = met || (at == key && selection_has_party(selection, k) &&
                          (!area || (party->side == SIDE_FRENCH) == french));
        }
        for (size_t l = 0; l < p->n_links; l++) {
            const struct edition_link *link = &e->links[e->links_of[p->first_link + l]];
            const struct edition_territory *end =
                &e->territories[french ? link->french : link->foreign];
            uint32_t at = french ? end->at_level[FRENCH_REGION] : end->country;
            met = met || (selection_has_link(selection, e->links_of[p->first_link + l]) &&
                          (area ? at == key : link->french == key || link->foreign == key));
        }
        n += met;
    }
    return n;
}

/* Groups hold the partnerships that a walk over all finds, whether a filter says something of
 * places or not. */
static void groups_by_ends_hold_distinct_partnerships(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int round = 0; round < 24; round++) {
        struct selection selection;
        struct groups countries, regions, territories;
        select_random(&random, &selection);
        assert_int_equal(group_by_property(&selection, GROUP_COUNTRY, NULL, &countries), ATLAS_OK);
        assert_int_equal(group_by_property(&selection, GROUP_REGION, NULL, &regions), ATLAS_OK);
        assert_int_equal(group_territories(&selection, &territories), ATLAS_OK);
        for (size_t i = 0; i < countries.n; i++)
            assert_int_equal(countries.groups[i].totals.partnerships,
                             count_at(&selection, countries.groups[i].key[0], true, false));
        for (size_t i = 0; i < regions.n; i++)
            assert_int_equal(regions.groups[i].totals.partnerships,
                             count_at(&selection, regions.groups[i].key[0], true, true));
        for (size_t i = round % 7; i < territories.n; i += 7)
            assert_int_equal(territories.groups[i].totals.partnerships,
                             count_at(&selection, territories.groups[i].key[0], false, false));
        groups_close(&countries);
        groups_close(&regions);
        groups_close(&territories);
        selection_close(&selection);
    }
}

static void territories_have_a_chosen_link_or_party(void **state)
{
    (void)state;
    uint64_t random = 4;
    for (int round = 0; round < 60; round++) {
        struct selection selection;
        struct groups groups;
        struct distinct distinct;
        uint64_t ends = 0;
        select_random(&random, &selection);
        assert_int_equal(group_territories(&selection, &groups), ATLAS_OK);
        assert_int_equal(group_distinct(&selection, &distinct), ATLAS_OK);
        for (size_t i = 0; i < groups.n; i++) {
            char sql[500];
            const char *code = fixture.edition->territories[groups.groups[i].key[0]].code;
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM l JOIN chosen_l c ON c.id = l.id"
                     " WHERE french = '%s' OR foreign_code = '%s'",
                     code, code);
            assert_int_equal(groups.groups[i].totals.n, (int64_t)oracle_number(oracle, sql));
            assert_true(groups.groups[i].totals.partnerships > 0);
            ends += groups.groups[i].totals.n;
        }
        assert_int_equal(ends, 2 * selection.n_links);
        assert_true(distinct.authorities + distinct.partners <= groups.n);
        assert_true(selection.n_links == 0 || (distinct.authorities && distinct.partners));
        groups_close(&groups);
        selection_close(&selection);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_by_property_are_those_of_sql),
        cmocka_unit_test(countries_are_those_of_sql_and_ends_add_up),
        cmocka_unit_test(groups_of_links_add_up_and_partnerships_are_distinct),
        cmocka_unit_test(groups_by_ends_hold_distinct_partnerships),
        cmocka_unit_test(territories_have_a_chosen_link_or_party),
    };
    fixture_open(&fixture, 150, 31);
    oracle = oracle_open(fixture.path);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    oracle_close(oracle);
    fixture_close(&fixture);
    return failed;
}
