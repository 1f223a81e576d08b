/* The real gazetteer, where it has been built ($PASSERELLE_BUILD/gazetteer.sqlite): what everybody
 * counts on. Skipped where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/outline.h"
#include "geo/schema.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *database;

static int open_file(void **state)
{
    (void)state;
    const char *build = getenv("PASSERELLE_BUILD");
    char path[4096];
    snprintf(path, sizeof path, "%s/gazetteer.sqlite", build ? build : "build");
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) return 0;
    sqlite3_close(database);
    database = NULL;
    return 0;
}

static int close_file(void **state)
{
    (void)state;
    return sqlite3_close(database);
}

static void need_file(void)
{
    if (!database) skip();
}

static sqlite3_stmt *query(const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    return statement;
}

static int64_t number(const char *sql)
{
    sqlite3_stmt *statement = query(sql);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void france_is_complete(void **state)
{
    (void)state;
    need_file();
    static const struct {
        const char *what;
        int64_t n;
    } counts[] = {
        {"kind='commune' AND replaced_by IS NULL AND generic IS NULL", 34969 - 2},
        {"generic='arrondissement municipal'", 45},
        {"kind='epci'", 1255},
        {"kind='ept'", 11},
        {"kind='region' AND replaced_by IS NULL", 18 - 3},
        {"code GLOB 'dep:97[1-46]' OR (code GLOB 'dep:[0-9][0-9]' AND code<>'dep:20')"
         " OR code IN ('dep:2A','dep:2B')",
         101},
        {"generic='parc naturel régional'", 58},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char sql[300];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM territory WHERE %s", counts[i].what);
        if (number(sql) != counts[i].n)
            fail_msg("%s: %lld, not %lld", counts[i].what, (long long)number(sql),
                     (long long)counts[i].n);
    }
    assert_int_equal(number("SELECT count(*) FROM territory t JOIN area a USING(code) WHERE"
                            " t.code GLOB 'dep:[0-9][0-9]' OR t.code GLOB 'dep:2[AB]'"
                            " OR t.code GLOB 'dep:97[1-46]'"),
                     101);
    assert_int_equal(number("SELECT count(*) FROM area WHERE code LIKE 'reg:%'"), 18);
    assert_true(number("SELECT count(*) FROM postal") > 35000);
}

static void every_code_named_is_there(void **state)
{
    (void)state;
    need_file();
    static const char *const columns[] = {"parent_code", "epci_code", "replaced_by"};
    for (size_t i = 0; i < 3; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM territory WHERE %s IS NOT NULL AND"
                 " %s NOT IN (SELECT code FROM territory)",
                 columns[i], columns[i]);
        assert_int_equal(number(sql), 0);
    }
    assert_int_equal(number("SELECT count(*) FROM area WHERE code NOT IN"
                            " (SELECT code FROM territory)"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM name WHERE territory_id NOT IN"
                            " (SELECT id FROM territory)"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM (SELECT 1 FROM name GROUP BY territory_id,"
                            " folded HAVING count(*)>1)"),
                     0);
}

static void every_chain_of_parents_ends_in_a_country(void **state)
{
    (void)state;
    need_file();
    assert_int_equal(
        number("WITH RECURSIVE up(code, parent, step) AS ("
               "  SELECT code, parent_code, 0 FROM territory"
               "  UNION ALL SELECT up.code, t.parent_code, step + 1"
               "  FROM up JOIN territory t ON t.code = up.parent WHERE step < 9)"
               "SELECT count(*) FROM (SELECT code FROM up WHERE parent IS NULL AND step < 9"
               "  GROUP BY code) "),
        number("SELECT count(*) FROM territory"));
    assert_int_equal(number("SELECT count(*) FROM territory WHERE parent_code IS NULL"
                            " AND kind <> 'country'"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory t JOIN territory p"
                            " ON p.code = t.parent_code WHERE t.country_iso <> p.country_iso"),
                     0);
}

static void places_say_how_well_they_are_known(void **state)
{
    (void)state;
    need_file();
    assert_int_equal(number("SELECT count(*) FROM territory WHERE (lon IS NULL) <> (lat IS NULL)"
                            " OR lon NOT BETWEEN -180 AND 180 OR lat NOT BETWEEN -90 AND 90"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory WHERE lon IS NULL AND precision IN"
                            " ('exact','area')"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory WHERE lon IS NOT NULL AND"
                            " precision = 'none'"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory WHERE precision = 'area' AND"
                            " (radius_km IS NULL OR radius_km <= 0)"),
                     0);
    /* Of today's communes only far islands without a seat have no point. */
    assert_in_range(number("SELECT count(*) FROM territory WHERE kind = 'commune' AND lon IS NULL"
                           " AND replaced_by IS NULL"),
                    0, 6);
}

static void known_authorities_are_themselves(void **state)
{
    (void)state;
    need_file();
    static const struct {
        const char *code, *kind, *name;
    } rows[] = {
        {"epci:200046977", "epci", "Métropole de Lyon"},
        {"dep:69", "departement", "Rhône"},
        {"com:69123", "commune", "Lyon"},
        {"dep:6AE", "collectivite-unique", "Collectivité européenne d'Alsace"},
        {"dep:988", "collectivite-unique", "Nouvelle-Calédonie"},
        {"reg:94", "region", "Corse"},
        {"country:CI", "country", "Côte d'Ivoire"},
        {"country:PS", "country", "Palestine"},
        {"iso:KH-17", "admin1", "Siem Reap"},
        {"iso:MA-05", "admin1", "Béni Mellal-Khénifra"},
        {"gn:693805", "city", "Simferopol"},
    };
    sqlite3_stmt *statement =
        query("SELECT kind, name_fr FROM territory WHERE code = ? AND replaced_by IS NULL");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sqlite3_bind_text(statement, 1, rows[i].code, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_ROW) fail_msg("%s is not there", rows[i].code);
        assert_string_equal((const char *)sqlite3_column_text(statement, 0), rows[i].kind);
        assert_string_equal((const char *)sqlite3_column_text(statement, 1), rows[i].name);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    /* No French territory overseas is a foreign country, and none of its towns a foreign city. */
    assert_int_equal(number("SELECT count(*) FROM territory WHERE country_iso IN"
                            " ('GP','MQ','GF','RE','YT','PM','BL','MF','TF','WF','PF','NC')"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory WHERE side = 'foreign' AND"
                            " country_iso = 'FR'"),
                     0);
    assert_int_equal(number("SELECT count(*) FROM territory WHERE country_iso = 'UA' AND"
                            " code IN ('gn:693805', 'gn:694423')"),
                     2);
}

/* A sample of the world's places lies in its own country, by the country's outline. */
static void places_lie_in_their_country(void **state)
{
    (void)state;
    need_file();
    sqlite3_stmt *statement = query(
        "SELECT t.code, t.lon, t.lat, a.geom FROM territory t"
        " JOIN area a ON a.code = 'country:' || t.country_iso"
        " WHERE t.side = 'foreign' AND t.precision = 'exact' AND t.id % 23 = 0");
    size_t n = 0, far_off = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        struct outline_place place;
        assert_int_equal(outline_locate(sqlite3_column_blob(statement, 3),
                                        (size_t)sqlite3_column_bytes(statement, 3),
                                        sqlite3_column_double(statement, 1),
                                        sqlite3_column_double(statement, 2), &place),
                         ATLAS_OK);
        n++;
        if (place.inside || place.edge_km <= 50) continue;
        far_off++;
        print_message("%s lies %.0f km outside its country\n",
                      (const char *)sqlite3_column_text(statement, 0), place.edge_km);
    }
    sqlite3_finalize(statement);
    assert_true(n > 5000);
    assert_in_range(far_off, 0, n / 500); /* far islands that the 1:50m map leaves out */
}

static uint32_t read_word(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The longest step in longitude within a WKB multi-polygon, and its area on the sphere. */
static void measure(const uint8_t *wkb, double *longest, double *area_km2)
{
    const uint8_t *at = wkb + 9;
    *longest = *area_km2 = 0;
    for (uint32_t parts = read_word(wkb + 5); parts--;) {
        uint32_t rings = read_word(at + 5);
        for (at += 9; rings--;) {
            uint32_t n = read_word(at);
            double last[2], here[2];
            at += 4;
            for (uint32_t i = 0; i < n; i++, at += 16) {
                memcpy(here, at, sizeof here);
                if (i) {
                    double step = here[0] - last[0];
                    *longest = fmax(*longest, fabs(step));
                    *area_km2 -= step * M_PI / 180 *
                                 (2 + sin(last[1] * M_PI / 180) + sin(here[1] * M_PI / 180)) / 2 *
                                 6371.0088 * 6371.0088;
                }
                memcpy(last, here, sizeof last);
            }
        }
    }
}

static void no_outline_crosses_the_antimeridian(void **state)
{
    (void)state;
    need_file();
    sqlite3_stmt *statement = query("SELECT code, geom FROM area");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        double longest, area_km2;
        measure(sqlite3_column_blob(statement, 1), &longest, &area_km2);
        if (longest > 180)
            fail_msg("%s has an edge of %.0f degrees",
                     (const char *)sqlite3_column_text(statement, 0), longest);
        assert_true(area_km2 > 0);
    }
    sqlite3_finalize(statement);
    static const struct {
        const char *code;
        double km2, tolerance;
    } areas[] = {/* published land areas, rounded */
                 {"country:RU", 17.0e6, 0.03}, {"country:FJ", 18300, 0.05},
                 {"country:ML", 1.24e6, 0.03}, {"country:UA", 603500, 0.03},
                 {"dep:38", 7431, 0.08},       {"reg:94", 8680, 0.08}};
    statement = query("SELECT geom FROM area WHERE code = ?");
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        double longest, area_km2;
        sqlite3_bind_text(statement, 1, areas[i].code, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        measure(sqlite3_column_blob(statement, 0), &longest, &area_km2);
        if (fabs(area_km2 / areas[i].km2 - 1) > areas[i].tolerance)
            fail_msg("%s: %.0f km2, not %.0f", areas[i].code, area_km2, areas[i].km2);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    assert_in_range(number("SELECT sum(length(geom)) FROM area"), 1000000, 12000000);
    assert_true(number("SELECT count(*) FROM border WHERE kind = 'disputed'") > 5);
}

static void the_file_says_what_it_is(void **state)
{
    (void)state;
    need_file();
    assert_int_equal(number("PRAGMA application_id"), GAZETTEER_APPLICATION_ID);
    assert_int_equal(number("PRAGMA user_version"), GAZETTEER_USER_VERSION);
    assert_int_equal(number("SELECT length(value) FROM meta WHERE key = 'build'"), 16);
    assert_true(number("SELECT count(*) FROM attribution WHERE licence <> ''") >= 5);
    assert_in_range(number("SELECT page_count * page_size FROM pragma_page_count,"
                           " pragma_page_size"),
                    1, 150000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(france_is_complete),
        cmocka_unit_test(every_code_named_is_there),
        cmocka_unit_test(every_chain_of_parents_ends_in_a_country),
        cmocka_unit_test(places_say_how_well_they_are_known),
        cmocka_unit_test(known_authorities_are_themselves),
        cmocka_unit_test(places_lie_in_their_country),
        cmocka_unit_test(no_outline_crosses_the_antimeridian),
        cmocka_unit_test(the_file_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, open_file, close_file);
}
