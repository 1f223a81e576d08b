/* Loading an edition: counts against the file, hierarchy, years, hidden places, ids. */
#include "tests/tiles/fixture.h"
#include "tiles/edition_index.h"
#include "tiles/shapes.h"
#include "tiles/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static struct fixture fixture;

static int64_t ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(fixture.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void counts_are_those_of_the_file(void **state)
{
    (void)state;
    const struct edition *e = fixture.edition;
#define PUBLISHED " (SELECT id FROM partnership WHERE publication = 'published')"
    assert_int_equal(e->n_partnerships, ask("SELECT count(*) FROM" PUBLISHED));
    assert_int_equal(e->n_links,
                     ask("SELECT count(*) FROM link WHERE partnership_id IN" PUBLISHED));
    assert_int_equal(e->n_parties,
                     ask("SELECT count(*) FROM party WHERE partnership_id IN" PUBLISHED));
    assert_int_equal(
        e->n_partnership_themes,
        ask("SELECT count(*) FROM partnership_theme WHERE partnership_id IN" PUBLISHED));
    assert_int_equal(e->n_fundings,
                     ask("SELECT count(*) FROM funding WHERE partnership_id IN" PUBLISHED));
    for (size_t i = 0; i < vocabulary_size(VOCABULARY_NATURE); i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM funding WHERE nature = '%s' AND partnership_id IN" PUBLISHED,
                 vocabulary_word(VOCABULARY_NATURE, i)->key);
        assert_int_equal(e->natures >> i & 1, ask(sql) > 0);
    }
    assert_int_equal(e->not_published,
                     ask("SELECT count(*) FROM partnership WHERE publication <> 'published'"));
    assert_int_equal(e->number, 3);
    assert_string_equal(e->date, "2026-11-24");
    assert_true(e->made);
    assert_int_equal(e->n_areas, 9);
    assert_int_equal(e->shapes->n_areas, 9);
    const struct shape_part *ring = &e->shapes->parts[e->shapes->areas[0].first_part];
    assert_int_equal(ring->end - ring->first, 4); /* five points, the last of which is the first */
    assert_int_equal(e->n_borders, 1);
    assert_int_equal(e->shapes->n_borders, 1);
    const struct shape_part *line = &e->shapes->parts[e->shapes->borders[0].first_part];
    assert_int_equal(line->end - line->first, 2);
}

static const char *at(const char *code, int level)
{
    uint32_t territory = edition_find_territory(fixture.edition, code);
    assert_int_not_equal(territory, EDITION_NONE);
    return fixture.edition->territories[fixture.edition->territories[territory].at_level[level]]
        .code;
}

static void a_coarser_territory_stands_for_a_finer_one(void **state)
{
    (void)state;
    static const struct {
        const char *code, *levels[5];
    } french[] = {
        {"com:38185", {"country:FR", "reg:84", "dep:38", "epci:200040715", "com:38185"}},
        {"com:92050", {"country:FR", "reg:11", "dep:92", "com:92050", "com:92050"}},
        {"com:69123", {"country:FR", "reg:84", "dep:69", "siren:200046977", "com:69123"}},
        {"siren:200046977",
         {"country:FR", "reg:84", "siren:200046977", "siren:200046977", "siren:200046977"}},
        {"siren:253804710",
         {"country:FR", "reg:84", "dep:38", "siren:253804710", "siren:253804710"}},
        {"reg:84", {"country:FR", "reg:84", "reg:84", "reg:84", "reg:84"}},
        {"com:2A004", {"country:FR", "reg:94", "dep:2A", "com:2A004", "com:2A004"}},
        {"com:97105", {"reg:01", "reg:01", "dep:971", "com:97105", "com:97105"}},
        {"com:98818", {"dep:988", "dep:988", "dep:988", "com:98818", "com:98818"}},
    };
    for (size_t i = 0; i < sizeof french / sizeof *french; i++)
        for (int level = 0; level < 5; level++)
            assert_string_equal(at(french[i].code, level), french[i].levels[level]);
    assert_string_equal(at("gn:2451478", FOREIGN_COUNTRY), "country:ML");
    assert_string_equal(at("gn:2451478", FOREIGN_CONTINENT), "continent:AF");
    assert_string_equal(at("country:FJ", FOREIGN_CONTINENT), "continent:OC");
    assert_string_equal(at("local:abc1", FOREIGN_CONTINENT), "local:abc1");
    assert_string_equal(at("gn:2451478", FOREIGN_ADMIN1), "iso:ML-4");
    assert_string_equal(at("local:9f2c", FOREIGN_ADMIN1), "iso:ML-4");
    assert_string_equal(at("gn:2198148", FOREIGN_ADMIN1), "country:FJ");
    assert_string_equal(at("country:ML", FOREIGN_PLACE), "country:ML");
    assert_string_equal(at("local:abc1", FOREIGN_COUNTRY), "local:abc1");
}

static void lies_in_follows_parents_epci_and_country(void **state)
{
    (void)state;
    static const struct {
        const char *territory, *area;
        bool lies;
    } cases[] = {
        {"com:38185", "epci:200040715", true}, {"com:38185", "reg:84", true},
        {"com:38185", "country:FR", true},     {"com:38185", "com:38185", true},
        {"com:38185", "dep:69", false},        {"dep:38", "com:38185", false},
        {"com:98818", "country:FR", true},     {"gn:2451478", "iso:ML-4", true},
        {"gn:2451478", "country:SN", false},   {"local:abc1", "country:ML", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(
            edition_lies_in(fixture.edition,
                            edition_find_territory(fixture.edition, cases[i].territory),
                            edition_find_territory(fixture.edition, cases[i].area)),
            cases[i].lies);
}

static void years_follow_the_rule_of_each_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < fixture.edition->n_partnerships; i++) {
        const struct edition_partnership *p = &fixture.edition->partnerships[i];
        if (p->year_start == EDITION_NO_YEAR) continue;
        const char *kind = p->kind ? p->kind : "";
        assert_int_equal(p->lives_from, p->year_start);
        if (p->year_end != EDITION_NO_YEAR) {
            assert_int_equal(p->lives_to, p->year_end);
            assert_false(p->end_estimated);
        } else if (!strcmp(kind, "jumelage") || !strcmp(kind, "pacte-amitie") ||
                   !strcmp(kind, "accord-cadre")) {
            assert_int_equal(p->lives_to, INT16_MAX);
            assert_false(p->end_estimated);
        } else {
            int years = !strcmp(kind, "projet") || !strcmp(kind, "action") ? 2 : 0;
            assert_int_equal(p->lives_to, p->year_start + years);
            assert_true(p->end_estimated);
        }
    }
}

static void a_hidden_place_shows_nowhere(void **state)
{
    (void)state;
    const struct edition *e = fixture.edition;
    size_t hidden = 0;
    for (size_t i = 0; i < e->n_parties; i++) {
        const struct edition_party *party = &e->parties[i];
        enum precision shown = e->partnerships[party->partnership].published_precision;
        if (shown == PRECISION_EXACT || party->side == SIDE_FRENCH ||
            party->territory == EDITION_NONE)
            continue;
        const struct edition_territory *t = &e->territories[party->territory];
        hidden++;
        assert_int_equal(party->territory,
                         t->at_level[shown == PRECISION_AREA ? FOREIGN_ADMIN1 : FOREIGN_COUNTRY]);
    }
    assert_true(hidden > 0);
    for (size_t i = 0; i < e->n_links; i++)
        assert_true(e->links[i].foreign_precision >=
                    e->partnerships[e->links[i].partnership].published_precision);
}

/* What SQL says of places whose names could tell what is withheld, and of those they lie in. */
#define HIDDEN                                                                                     \
    "WITH RECURSIVE shown(id) AS ("                                                                \
    " SELECT territory_id FROM party JOIN partnership p ON p.id = partnership_id"                  \
    "  WHERE publication = 'published' AND territory_id IS NOT NULL),"                             \
    "above(code) AS ("                                                                             \
    " SELECT parent_code FROM territory WHERE id IN shown"                                         \
    " UNION SELECT t.parent_code FROM above JOIN territory t USING(code))"                         \
    "SELECT code, ((side <> 'french' AND kind NOT IN ('country', 'admin1'))"                       \
    " OR code LIKE 'local:%') AND id NOT IN shown"                                                 \
    " AND code NOT IN (SELECT code FROM above WHERE code IS NOT NULL) FROM territory"

static void places_of_unpublished_partnerships_alone_are_not_there(void **state)
{
    (void)state;
    static const char *const withhold =
        "UPDATE partnership SET publication = 'withheld' WHERE id IN (SELECT partnership_id FROM"
        " party JOIN territory t ON t.id = territory_id"
        " WHERE t.code IN ('gn:2198148', 'gn:2455290', 'com:38421', 'local:0fr0lost'))";
    struct fixture other;
    struct atlas_error error;
    sqlite3 *db;
    sqlite3_stmt *statement;
    fixture_write(&other, 300, 7);
    assert_int_equal(sqlite3_open(other.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, withhold, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(edition_load(other.path, &other.edition, &error), ATLAS_OK);
    assert_int_equal(sqlite3_prepare_v2(db, HIDDEN, -1, &statement, NULL), SQLITE_OK);
    size_t hidden = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *code = (const char *)sqlite3_column_text(statement, 0);
        bool is_hidden = sqlite3_column_int(statement, 1);
        hidden += is_hidden;
        uint32_t found = edition_find_territory(other.edition, code);
        assert_int_equal(found == EDITION_NONE, is_hidden);
        if (!is_hidden) assert_string_equal(other.edition->territories[found].code, code);
    }
    assert_int_equal(hidden, 3); /* Suva, Kayes, the lost one; but Saint-Martin-d'Hères stays */
    sqlite3_finalize(statement);
    sqlite3_close(db);
    fixture_close(&other);
}

static void links_are_sorted_so_that_flows_lie_together(void **state)
{
    (void)state;
    const struct edition *e = fixture.edition;
    for (size_t i = 1; i < e->n_links; i++) {
        const uint32_t *a = e->territories[e->links[i - 1].french].at_level;
        const uint32_t *b = e->territories[e->links[i].french].at_level;
        assert_true(a[FRENCH_REGION] <= b[FRENCH_REGION]);
    }
    for (size_t i = 0; i < e->n_partnerships; i++)
        for (size_t l = 0; l < e->partnerships[i].n_links; l++)
            assert_int_equal(e->links[e->links_of[e->partnerships[i].first_link + l]].partnership,
                             i);
}

static void ids_tell_what_became_of_them(void **state)
{
    (void)state;
    uint32_t index;
    uint64_t into = 0;
    const struct edition *e = fixture.edition;
    assert_int_equal(edition_find_partnership(e, e->partnerships[5].id, &index, &into),
                     EDITION_ID_LIVE);
    assert_int_equal(index, 5);
    assert_int_equal(edition_find_partnership(e, 900002, &index, &into), EDITION_ID_WITHDRAWN);
    assert_int_equal(edition_find_partnership(e, 2, &index, &into), EDITION_ID_NEVER);
    enum edition_id_state state_of_1 = edition_find_partnership(e, 1, &index, &into);
    enum edition_id_state merged =
        state_of_1 == EDITION_ID_LIVE ? EDITION_ID_MERGED : EDITION_ID_WITHDRAWN;
    assert_int_equal(edition_find_partnership(e, 900001, &index, &into), merged);
    assert_int_equal(edition_find_partnership(e, 900003, &index, &into), merged);
    if (merged == EDITION_ID_MERGED) assert_int_equal(into, 1);
}

static void names_are_sorted_and_complete(void **state)
{
    (void)state;
    const struct edition *e = fixture.edition;
    bool old = false, shown = false;
    for (size_t i = 0; i < e->n_names; i++) {
        if (i > 0) assert_true(strcmp(e->names[i - 1].folded, e->names[i].folded) <= 0);
        old = old || strcmp(e->names[i].folded, "gratianopolis") == 0;
        shown = shown || strcmp(e->names[i].folded, "saint martin d heres") == 0;
    }
    assert_true(old && shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_file),
        cmocka_unit_test(a_coarser_territory_stands_for_a_finer_one),
        cmocka_unit_test(lies_in_follows_parents_epci_and_country),
        cmocka_unit_test(years_follow_the_rule_of_each_kind),
        cmocka_unit_test(a_hidden_place_shows_nowhere),
        cmocka_unit_test(places_of_unpublished_partnerships_alone_are_not_there),
        cmocka_unit_test(links_are_sorted_so_that_flows_lie_together),
        cmocka_unit_test(ids_tell_what_became_of_them),
        cmocka_unit_test(names_are_sorted_and_complete),
    };
    fixture_open(&fixture, 200, 7);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
