/* import/standings: where doubtful places stand. Plan: rows of one partnership and of several, the
 * same question under two roles, more rows than are named, what is not doubtful. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/standings.h"
#include "tests/import/record_fixture.h"

static struct record_fixture fixture;
static struct standings *standings;

static int open_fixture(void **state)
{
    (void)state;
    record_fixture_open(&fixture, "id,collectivité,partenaire,country_iso,foreign_role", SIZE_MAX);
    standings = standings_new(fixture.places, fixture.pool);
    return standings ? 0 : -1;
}

static int close_fixture(void **state)
{
    (void)state;
    standings_free(standings);
    record_fixture_close(&fixture);
    return 0;
}

static void take(uint64_t line, const char *text)
{
    struct import_partnership row;
    struct atlas_error error;
    bool merged;
    assert_int_equal(record_fixture_read(&fixture, line, text, &row), RECORD_GOOD);
    for (size_t i = 0; i < row.n_parties; i++)
        assert_int_equal(places_find(fixture.places, &row.parties[i], 0, line, &error), ATLAS_OK);
    assert_int_equal(merger_add(fixture.merger, &row, &merged, &error), ATLAS_OK);
    assert_int_equal(standings_take_row(standings, &row), ATLAS_OK);
}

/* The list as "name ids: lines (times)", one a line. */
static const char *list(void)
{
    static char text[4000];
    struct review_item *items;
    size_t n, used = 0;
    for (size_t i = 0; i < merger_n(fixture.merger); i++)
        standings_count(standings, record_fixture_at(&fixture, i));
    assert_int_equal(standings_list(standings, &items, &n), ATLAS_OK);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s: %s (%zu)",
                                 i ? "\n" : "", items[i].located->asked->name, items[i].ids,
                                 items[i].lines, items[i].times);
    free(items);
    return text;
}

static void all_rows_are_named(void **state)
{
    (void)state;
    take(2, "A,Lyon,Bamako,ML,");
    take(3, "A,Lyon,Perdue,ML,"); /* not in the first row of its partnership */
    take(4, "A,Grenoble,Perdue,ML,");
    take(5, "B,Grenoble,Perdue,ML,operateur"); /* the same question, though it makes no link */
    take(6, "C,Grenoble,Jamais Vue,ML,");
    assert_string_equal(list(), "Perdue A B: 3 4 5 (2)\nJamais Vue C: 6 (1)");
}

static void many_rows_are_cut(void **state)
{
    (void)state;
    char row[80], wanted[400] = "Perdue";
    size_t used = strlen(wanted);
    for (unsigned i = 0; i < 50; i++) {
        snprintf(row, sizeof row, "X%u,Lyon,Perdue,ML,", i);
        take(i + 2, row);
    }
    for (unsigned i = 0; i < 20; i++)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, " X%u", i);
    used += (size_t)snprintf(wanted + used, sizeof wanted - used, " …:");
    for (unsigned i = 0; i < 20; i++)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, " %u", i + 2);
    snprintf(wanted + used, sizeof wanted - used, " … (50)");
    assert_string_equal(list(), wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_rows_are_named, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(many_rows_are_cut, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
