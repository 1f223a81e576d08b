/* geo/store: an edition written beside the old one and put in its place. Plan: a small gazetteer;
 * what is published is read back with plain SQLite; the same content is no new edition; ids stay;
 * what must not be touched is refused and left as it was. Kills are in tests/import.test.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/store_rows.h"
#include "tests/geo/gazetteer_fixture.h"

#include <math.h>
#include <sys/stat.h>

static const struct fixture_territory territories[] = {
    {"country:FR", "country", "France", "FR", NULL, 46.6, 2.4, 68000000, NULL, NULL},
    {"dep:38", "departement", "Isère", "FR", "country:FR", 45.2, 5.7, 1270000, NULL, NULL},
    {"com:38185", "commune", "Grenoble", "FR", "dep:38", 45.18, 5.72, 158000, NULL, NULL},
    {"com:38999", "commune", "Vieux-Bourg", "FR", "dep:38", 45.3, 5.8, -1, "com:38185", NULL},
    {"country:FJ", "country", "Fidji", "FJ", NULL, -17.8, 178.0, 900000, NULL, NULL},
    {"iso:FJ-C", "admin1", "Central", "FJ", "country:FJ", -17.9, 178.3, -1, NULL, NULL},
    {"local:district", "admin2", "Rewa", "FJ", "iso:FJ-C", -18.1, 178.5, -1, NULL, NULL},
    {"gn:2198148", "city", "Suva", "FJ", "local:district", -18.14, 178.44, 77000, NULL,
     "alternate:Souva"},
    {"gn:4032402", "city", "Apia", "WS", NULL, -13.83, -171.77, 40000, NULL, NULL},
};

static char folder[] = "/tmp/store-XXXXXX";
static char gazetteer[60], database[60], other[60];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(gazetteer, sizeof gazetteer, "%s/g.sqlite", folder);
    snprintf(database, sizeof database, "%s/atlas.sqlite", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    fixture_write(gazetteer, territories, sizeof territories / sizeof *territories);
    sqlite3 *db;
    if (sqlite3_open(gazetteer, &db)) return -1;
    fixture_run(db,
                "INSERT OR REPLACE INTO meta VALUES('build', 'test-1');"
                "INSERT INTO attribution VALUES(1, 'source', 'text', 'licence', NULL)");
    sqlite3_close(db);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int remove_database(void **state)
{
    (void)state;
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s' '%s'.*  '%s'-* '%s'", database, database,
             database, other);
    return system(command);
}

/* One value of the database as text. */
static const char *value(const char *path, const char *sql)
{
    static char text[200];
    sqlite3 *db;
    sqlite3_stmt *statement = NULL;
    snprintf(text, sizeof text, "nothing");
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) ||
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

#define GOOD(call)                                                                                 \
    do {                                                                                           \
        if (call) fail_msg("%s", error.message);                                                   \
    } while (0)

/* Writes one partnership of Grenoble with the place of this code, and publishes. */
static struct store_published publish(const char *foreign_code, const char *title)
{
    struct atlas_error error = {0};
    struct store *store;
    char build[80];
    struct store_end french, foreign;
    GOOD(store_open(database, 0, &store, &error));
    GOOD(store_gazetteer(store, gazetteer, build, sizeof build, &error));
    GOOD(store_source(store, "test", "00", "2026-01-01T00:00:00Z", false, &error));
    GOOD(store_take_territories(store, &foreign_code, 1, &error));
    GOOD(store_territory(store, "com:38185", &french, &error));
    GOOD(store_territory(store, foreign_code, &foreign, &error));
    struct store_party parties[] = {{.side = SIDE_FRENCH,
                                     .role = "partenaire",
                                     .as_written = "Grenoble",
                                     .territory = french.id,
                                     .score = 1},
                                    {.side = SIDE_FOREIGN,
                                     .role = "partenaire",
                                     .partner_status = "known",
                                     .as_written = "x",
                                     .territory = foreign.id,
                                     .score = NAN}};
    struct store_link link = {french, foreign};
    struct store_partnership p = {.source = "test",
                                  .external_id = "P1",
                                  .identity = "P1",
                                  .title = title,
                                  .publication = "published",
                                  .year_start = 2019,
                                  .year_end = STORE_NO_YEAR,
                                  .gender_marker = -1,
                                  .parties = parties,
                                  .n_parties = 2,
                                  .links = &link,
                                  .n_links = 1};
    int64_t id = 0;
    GOOD(store_find_partnership(store, "test", "P1", &id, &error));
    GOOD(store_partnership(store, &p, &id, &error));
    GOOD(store_sweep(store, &error));
    struct store_published published;
    struct store_publication how = {.gazetteer = build, .date = "2026-01-01"};
    GOOD(store_publish(store, &how, &published, &error));
    store_close(store);
    return published;
}

static void a_first_edition_holds_all(void **state)
{
    (void)state;
    struct store_published published = publish("gn:2198148", "Titre");
    assert_true(published.changed);
    assert_int_equal(published.number, 1);
    assert_int_equal(strlen(published.content_hash), 64);
    assert_string_equal(value(database, "SELECT content_hash FROM edition"),
                        published.content_hash);
    assert_string_equal(value(database, "PRAGMA application_id"), "1347636289");
    assert_string_equal(value(database, "PRAGMA journal_mode"), "delete");
    assert_string_equal(value(database, "PRAGMA integrity_check"), "ok");
    /* French authorities of today, countries and first-level units; the place in use and what it
     * lies in; not the delegated commune, nor the city that nobody names */
    assert_string_equal(
        value(database,
              "SELECT group_concat(code, ' ') FROM"
              " (SELECT code FROM territory ORDER BY code)"),
        "com:38185 country:FJ country:FR dep:38 gn:2198148 iso:FJ-C local:district");
    assert_string_equal(value(database,
                              "SELECT t.code FROM name n JOIN territory t ON"
                              " t.id = n.territory_id WHERE n.folded = 'vieux bourg'"),
                        "com:38185");
    assert_string_equal(value(database, "SELECT count(*) FROM name WHERE folded = 'souva'"), "1");
    /* unknown is NULL */
    assert_string_equal(value(database,
                              "SELECT year_end IS NULL AND gender_marker IS NULL AND"
                              " kind IS NULL FROM partnership"),
                        "1");
    assert_string_equal(value(database, "SELECT count(*) FROM idx_link_geom"), "1");
    assert_string_equal(value(database, "SELECT count(*) FROM idx_territory_geom"), "7");
}

static void the_same_content_is_no_new_edition(void **state)
{
    (void)state;
    publish("gn:2198148", "Titre");
    struct stat before, after;
    assert_int_equal(stat(database, &before), 0);
    struct store_published again = publish("gn:2198148", "Titre");
    assert_false(again.changed);
    assert_int_equal(again.number, 1);
    assert_int_equal(stat(database, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void ids_stay_and_come_back(void **state)
{
    (void)state;
    struct store_published first = publish("gn:2198148", "Titre");
    assert_int_equal(publish("gn:4032402", "Titre").number, 2);
    assert_string_equal(value(database,
                              "SELECT count(*) FROM territory WHERE code IN"
                              " ('gn:2198148', 'local:district')"),
                        "0");
    assert_string_equal(value(database, "SELECT id FROM partnership"), "1");
    assert_string_equal(value(database, "SELECT id FROM link"), "2");
    struct store_published back = publish("gn:2198148", "Titre");
    assert_int_equal(back.number, 3);
    assert_string_equal(back.content_hash, first.content_hash);
    assert_string_equal(value(database, "SELECT id FROM link"), "1");
    /* earlier editions are kept whole */
    char kept[100];
    snprintf(kept, sizeof kept, "%s.editions/000002.sqlite", database);
    assert_string_equal(value(kept, "SELECT number FROM edition"), "2");
    assert_string_equal(value(kept, "PRAGMA integrity_check"), "ok");
}

static void every_change_changes_the_hash(void **state)
{
    (void)state;
    struct store_published a = publish("gn:2198148", "Titre");
    struct store_published b = publish("gn:2198148", "Titre ");
    assert_string_not_equal(a.content_hash, b.content_hash);
    assert_int_equal(b.number, 2);
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    struct atlas_error error = {0};
    struct store *first, *second = NULL;
    GOOD(store_open(database, 0, &first, &error));
    assert_int_equal(store_open(database, 0.2, &second, &error), ATLAS_LOCKED);
    char process[40];
    snprintf(process, sizeof process, "process %ld", (long)getpid());
    assert_non_null(strstr(error.message, process));
    store_close(first);
    GOOD(store_open(database, 0, &second, &error));
    store_close(second);
    store_close(NULL);
    assert_int_not_equal(access(database, F_OK), 0); /* given up: nothing is there */
}

static void a_writer_at_work_is_left_alone(void **state)
{
    (void)state;
    publish("gn:2198148", "Titre");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    fixture_run(db, "BEGIN IMMEDIATE");
    struct atlas_error error = {0};
    struct store *store;
    assert_int_equal(store_open(database, 0, &store, &error), ATLAS_LOCKED);
    assert_non_null(strstr(error.message, "atlas.sqlite"));
    fixture_run(db, "ROLLBACK");
    /* and the other way round: no writer comes in between */
    GOOD(store_open(database, 0, &store, &error));
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_BUSY);
    store_close(store);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void write_other(const void *data, size_t length)
{
    FILE *file = fopen(other, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    fclose(file);
}

static void other_files_are_refused_and_untouched(void **state)
{
    (void)state;
    struct atlas_error error = {0};
    struct store *store;
    char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 7);
    write_other(noise, sizeof noise);
    assert_int_equal(store_open(other, 0, &store, &error), ATLAS_WRONG_SCHEMA);
    assert_non_null(strstr(error.message, other));
    struct stat about;
    assert_int_equal(stat(other, &about), 0);
    assert_int_equal(about.st_size, sizeof noise);
    /* a gazetteer is a database, but no atlas */
    assert_int_equal(store_open(gazetteer, 0, &store, &error), ATLAS_WRONG_SCHEMA);
    assert_non_null(strstr(error.message, "no atlas"));
    assert_int_equal(store_open(folder, 0, &store, &error), ATLAS_WRONG_SCHEMA);
    snprintf(noise, sizeof noise, "%s/nowhere/atlas.sqlite", folder);
    assert_int_equal(store_open(noise, 0, &store, &error), ATLAS_NOT_FOUND);
    /* an atlas is no gazetteer */
    publish("gn:2198148", "Titre");
    char build[80], second[100];
    snprintf(second, sizeof second, "%s/second.sqlite", folder);
    GOOD(store_open(second, 0, &store, &error));
    assert_int_equal(store_gazetteer(store, database, build, sizeof build, &error),
                     ATLAS_WRONG_SCHEMA);
    store_close(store);
    unlink(second);
}

static void a_link_over_the_antimeridian_is_two_lines(void **state)
{
    (void)state;
    publish("gn:4032402", "Titre");
    /* MULTILINESTRING blobs hold their parts' count behind the 43 bytes of SpatiaLite's head */
    const char *parts = value(database, "SELECT hex(substr(geom, 44, 4)) FROM link");
    assert_true(strcmp(parts, "01000000") == 0 || strcmp(parts, "02000000") == 0);
    assert_string_equal(value(database,
                              "SELECT min(xmin) >= -180 AND max(xmax) <= 180"
                              " FROM idx_link_geom"),
                        "1");
}

static void places_without_official_code_have_their_own(void **state)
{
    (void)state;
    struct atlas_error error = {0};
    struct store *store;
    char build[80];
    struct store_end end, again;
    GOOD(store_open(database, 0, &store, &error));
    GOOD(store_gazetteer(store, gazetteer, build, sizeof build, &error));
    struct store_local local = {.code = "local:0123456789abcdef",
                                .name = "Nulle part",
                                .country_iso = "FJ",
                                .parent_code = "country:FJ",
                                .side = SIDE_FOREIGN,
                                .kind = KIND_CITY,
                                .precision = PRECISION_NONE,
                                .radius_km = NAN,
                                .lon_deg = NAN,
                                .lat_deg = NAN};
    GOOD(store_local_territory(store, &local, &end, &error));
    GOOD(store_local_territory(store, &local, &again, &error));
    assert_true(end.id > 0 && end.id == again.id && isnan(end.lon_deg));
    assert_int_equal(store_territory(store, "gn:1", &end, &error), ATLAS_NOT_FOUND);
    store_close(store);
}

/* An index that does not hold its table's rows: readers would miss what is there. */
static void a_damaged_copy_is_not_published(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "UPDATE sqlite_master SET sql = 'CREATE INDEX name_folded ON name(name)'"
        " WHERE name = 'name_folded'",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX territory_parent ON territory(slug)'"
        " WHERE name = 'territory_parent'",
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name ="
        " 'funding') WHERE name = 'retired'",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        publish("gn:2198148", "Titre");
        sqlite3 *db;
        if (sqlite3_open(database, &db)) abort();
        fixture_run(db, "PRAGMA writable_schema = ON");
        fixture_run(db, damages[i]);
        sqlite3_close(db);
        struct atlas_error error = {0};
        struct store *store;
        struct store_published published;
        struct store_publication how = {.date = "2026-01-01"};
        GOOD(store_open(database, 0, &store, &error));
        GOOD(store_source(store, "test", "00", "2026-01-01T00:00:00Z", true, &error));
        assert_int_equal(store_publish(store, &how, &published, &error), ATLAS_CORRUPT);
        assert_non_null(strstr(error.message, "damaged"));
        store_close(store);
        assert_string_equal(value(database, "SELECT number FROM edition"), "1");
        assert_string_equal(value(database, "SELECT made FROM source"), "0");
        remove_database(NULL);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, remove_database)
    const struct CMUnitTest tests[] = {
        TEST(a_first_edition_holds_all),
        TEST(the_same_content_is_no_new_edition),
        TEST(ids_stay_and_come_back),
        TEST(every_change_changes_the_hash),
        TEST(one_writer_at_a_time),
        TEST(a_writer_at_work_is_left_alone),
        TEST(other_files_are_refused_and_untouched),
        TEST(a_link_over_the_antimeridian_is_two_lines),
        TEST(places_without_official_code_have_their_own),
        TEST(a_damaged_copy_is_not_published),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
