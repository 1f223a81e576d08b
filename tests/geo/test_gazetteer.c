/* geo/gazetteer: what was prepared in the file says the same as its rows, whose oracle is SQL and
 * the indexes made anew; and a damaged file is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/gazetteer.h"
#include "tests/geo/gazetteer_fixture.h"

static const struct fixture_territory territories[] = {
    {"gn:1", "city", "San Juan", "AR", NULL, -31.5, -68.5, 100, NULL, NULL},
    {"gn:2", "city", "San Juan", "PH", NULL, 14.6, 121, 90000, NULL, NULL},
    {"com:1", "commune", "Saint-Jean-de-Maurienne", "FR", NULL, 45.2, 6.3, 8000, NULL,
     "alternate:San Juan"},
    {"gn:3", "city", "Weiden in der Oberpfalz", "DE", NULL, 49.6, 12.1, 42000, NULL,
     "short:Weiden;alternate:Vajda"},
    {"gn:4", "city", "San Juan", "AR", NULL, -30.1, -58.8, 70000, NULL, NULL},
    {"gn:5", "city", "Krementchouk", "UA", NULL, 49, 33.4, 217000, NULL, "alternate:Kremenchuk"},
    {"epci:1", "epci", "Montpellier Méditerranée Métropole", "FR", NULL, 43.6, 3.8, 490000, NULL,
     NULL},
    {"iso:FJ-X", "admin1", "Province du Grand Lac des Neiges", "FJ", NULL, 0, 0, -1, NULL, NULL},
    {"com:2", "commune", "Le Havre", "FR", NULL, 49.4, 0.1, 170000, NULL, NULL},
    {"gn:6", "city", "Beaune", "BE", NULL, 49.4, 0.1, -1, NULL, NULL},
};
enum { N = sizeof territories / sizeof *territories };

static char path[200];

static void change(const char *sql)
{
    sqlite3 *database;
    fixture_write(path, territories, N);
    if (sqlite3_open(path, &database) != SQLITE_OK) abort();
    fixture_run(database, sql);
    sqlite3_close(database);
}

static int name_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/passerelle-gazetteer-%ld.sqlite", (long)getpid());
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

/* Everything that is found for a name, as text. */
static void describe(struct gazetteer *gazetteer, const char *folded, const char *iso,
                     unsigned ways, char *text, size_t size)
{
    struct gazetteer_matches matches = {0};
    struct atlas_error error;
    enum atlas_status status =
        ways ? gazetteer_similar(gazetteer, folded, iso, ways, 0, &matches, &error)
             : gazetteer_exact(gazetteer, folded, iso, &matches, &error);
    assert_int_equal(status, ATLAS_OK);
    text[0] = '\0';
    for (size_t i = 0; i < matches.count; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s %s %d;",
                 matches.items[i].territory.code, matches.items[i].name, matches.items[i].how);
    gazetteer_matches_close(&matches);
}

static void exact_names_come_best_first(void **state)
{
    (void)state;
    static const struct {
        const char *folded, *iso, *expected;
    } cases[] = {
        {"san juan", "AR", "gn:4 San Juan 0;gn:1 San Juan 0;"},
        {"san juan", "PH", "gn:2 San Juan 0;"},
        {"san juan", "FR", "com:1 San Juan 0;"},
        {"san juan", "DE", ""},
        {"san juan", NULL, "gn:2 San Juan 0;gn:4 San Juan 0;com:1 San Juan 0;gn:1 San Juan 0;"},
        {"san", NULL, ""},
        {"", NULL, ""},
        {"weiden", "DE", "gn:3 Weiden 0;"},
    };
    struct gazetteer *gazetteer;
    struct atlas_error error;
    change("SELECT 1");
    assert_int_equal(gazetteer_new(path, &gazetteer, &error), ATLAS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char found[2000];
        describe(gazetteer, cases[i].folded, cases[i].iso, 0, found, sizeof found);
        assert_string_equal(found, cases[i].expected);
    }
    gazetteer_free(gazetteer);
}

/* Of a file whose indexes were made for other keys they are made anew, and find the same. */
static void prepared_is_as_made_anew(void **state)
{
    (void)state;
    static const char *const names[] = {"havre le",
                                        "hawre",
                                        "weiden oberpfalz",
                                        "weiden",
                                        "weidenx",
                                        "kremenchug",
                                        "montpellier",
                                        "san jaun",
                                        "mediterranee",
                                        "saint jean maurienne",
                                        "st jean",
                                        "lac neiges",
                                        "vajda",
                                        "krementchouk",
                                        "weiden am see",
                                        "maurienne st jean de"};
    static const char *const countries[] = {"FR", "DE", "UA", "AR", "FJ", "ZZ"};
    struct gazetteer *prepared, *anew;
    struct atlas_error error;
    change("SELECT 1");
    assert_int_equal(gazetteer_new(path, &prepared, &error), ATLAS_OK);
    change("UPDATE prepared SET image = x'0102030405060708' WHERE part = 'keys'");
    assert_int_equal(gazetteer_new(path, &anew, &error), ATLAS_OK);
    size_t found_any = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t c = 0; c < sizeof countries / sizeof *countries; c++)
            for (unsigned way = MATCHED_WORDS; way <= MATCHED_TAIL; way++) {
                char first[2000], second[2000];
                describe(prepared, names[i], countries[c], 1u << way, first, sizeof first);
                describe(anew, names[i], countries[c], 1u << way, second, sizeof second);
                assert_string_equal(first, second);
                found_any += *first != '\0';
            }
    assert_true(found_any >= 15);
    gazetteer_free(prepared);
    gazetteer_free(anew);
}

static void refuses_damage(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "DELETE FROM prepared",
        "DELETE FROM prepared WHERE part = 'folds'",
        "UPDATE prepared SET image = x'00' WHERE part = 'folds'",
        "UPDATE prepared SET image = substr(image, 1, 24) WHERE part = 'names'",
        "UPDATE prepared SET image = zeroblob(length(image)) WHERE part = 'spellings'",
        "UPDATE prepared SET image = x'' WHERE part = 'spellings'",
        "DELETE FROM prepared WHERE part = 'spellings'",
        ("UPDATE prepared SET image = (SELECT image FROM prepared WHERE part = 'names')"
         " WHERE part = 'spellings'"),
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct gazetteer *gazetteer = NULL;
        struct gazetteer_matches matches = {0};
        struct atlas_error error;
        change(damages[i]);
        enum atlas_status status = gazetteer_new(path, &gazetteer, &error);
        if (!status)
            status = gazetteer_similar(gazetteer, "hawre", "FR", 1u << MATCHED_ONE_ERROR, 0,
                                       &matches, &error);
        assert_int_equal(status, ATLAS_CORRUPT);
        assert_non_null(strstr(error.message, "passerelle-gazetteer"));
        gazetteer_matches_close(&matches);
        gazetteer_free(gazetteer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_names_come_best_first),
        cmocka_unit_test(prepared_is_as_made_anew),
        cmocka_unit_test(refuses_damage),
    };
    return cmocka_run_group_tests(tests, name_path, remove_file);
}
