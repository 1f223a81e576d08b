/* geo/geocode on a small made gazetteer: one table of cases per rule, then codes, memory of
 * answers, hostile input, and gazetteer files that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/geocode.h"
#include "tests/geo/gazetteer_fixture.h"

#include <math.h>
#include <sys/stat.h>

static const struct fixture_territory territories[] = {
    {"country:FR", "country", "France", "FR", NULL, 46.6, 2.4, 67000000, NULL, NULL},
    {"reg:27", "region", "Bourgogne-Franche-Comté", "FR", "country:FR", 47.2, 4.8, -1, NULL, NULL},
    {"reg:84", "region", "Auvergne-Rhône-Alpes", "FR", "country:FR", 45.5, 4.5, -1, NULL, NULL},
    {"dep:39", "departement", "Jura", "FR", "reg:27", 46.7, 5.7, 259000, NULL, NULL},
    {"dep:21", "departement", "Côte-d'Or", "FR", "reg:27", 47.4, 4.8, 534000, NULL, NULL},
    {"dep:69", "departement", "Rhône", "FR", "reg:84", 45.9, 4.6, 1870000, NULL, NULL},
    {"dep:74", "departement", "Haute-Savoie", "FR", "reg:84", 46.0, 6.4, 830000, NULL, NULL},
    {"dep:988", "collectivite-unique", "Nouvelle-Calédonie", "FR", "country:FR", -21.3, 165.5,
     270000, NULL, NULL},
    {"com:39476", "commune", "Saint-Aubin", "FR", "dep:39", 47.03, 5.33, 1700, NULL, NULL},
    {"com:21541", "commune", "Saint-Aubin", "FR", "dep:21", 46.95, 4.71, 250, NULL, NULL},
    {"com:69123", "commune", "Lyon", "FR", "dep:69", 45.75, 4.85, 520000, NULL, NULL},
    {"com:69266", "commune", "Villeurbanne", "FR", "dep:69", 45.77, 4.88, 150000, NULL, NULL},
    {"com:74010", "commune", "Annecy", "FR", "dep:74", 45.91, 6.13, 128000, NULL, NULL},
    {"com:74011", "commune", "Annecy-le-Vieux", "FR", "dep:74", 45.92, 6.14, -1, "com:74010", NULL},
    {"com:98818", "commune", "Nouméa", "FR", "dep:988", -22.27, 166.45, 94000, NULL, NULL},
    {"com:76351", "commune", "Le Havre", "FR", "country:FR", 49.49, 0.11, 170000, NULL, NULL},
    {"com:67377", "commune", "Plaine", "FR", "country:FR", 48.42, 7.15, 1000, NULL, NULL},
    {"com:25212", "commune", "École-Valentin", "FR", "country:FR", 47.27, 5.98, 2500, NULL, NULL},
    {"com:95218", "commune", "Éragny-sur-Oise", "FR", "country:FR", 49.02, 2.09, 17000, NULL, NULL},
    {"com:60211", "commune", "Éragny-sur-Epte", "FR", "country:FR", 49.32, 1.78, 600, NULL, NULL},
    {"epci:200046977", "epci", "Métropole de Lyon", "FR", "dep:69", 45.75, 4.85, 1400000, NULL,
     NULL},
    {"epci:200067254", "epci", "Communauté d'agglomération Pau Béarn Pyrénées", "FR", "country:FR",
     43.3, -0.37, 160000, NULL, NULL},
    {"epci:243400017", "epci", "Montpellier Méditerranée Métropole", "FR", "country:FR", 43.6, 3.87,
     490000, NULL, NULL},
    {"epci:200059228", "epci", "Grand Paris Sud Seine Essonne Sénart", "FR", "country:FR", 48.62,
     2.43, 350000, NULL, NULL},
    {"epci:200057867", "ept", "Plaine Commune", "FR", "country:FR", 48.93, 2.36, 430000, NULL,
     NULL},
    {"country:ML", "country", "Mali", "ML", NULL, 17.3, -3.5, 20000000, NULL, NULL},
    {"iso:ML-1", "admin1", "Kayes", "ML", "country:ML", 14.0, -10.0, -1, NULL, NULL},
    {"gn:2455518", "city", "Kayes", "ML", "iso:ML-1", 14.45, -11.44, 127000, NULL, NULL},
    {"gn:2460596", "city", "Bamako", "ML", "country:ML", 12.65, -8.0, 1297000, NULL, NULL},
    {"gn:2449067", "city", "Tombouctou", "ML", "country:ML", 16.77, -3.01, 32000, NULL,
     "alternate:Timbuktu"},
    {"country:MA", "country", "Maroc", "MA", NULL, 31.9, -6.3, 37000000, NULL, NULL},
    {"gn:2538475", "city", "Rabat", "MA", "country:MA", 34.01, -6.83, 1655000, NULL, NULL},
    {"gn:2537763", "city", "Salé", "MA", "country:MA", 34.04, -6.82, 903000, NULL, NULL},
    {"country:EH", "country", "Sahara occidental", "EH", NULL, 24.5, -13.5, -1, NULL, NULL},
    {"gn:2462881", "city", "Laâyoune", "EH", "country:EH", 27.14, -13.19, 196000, NULL, NULL},
    {"country:UA", "country", "Ukraine", "UA", NULL, 49, 31, 44000000, NULL, NULL},
    {"iso:UA-43", "admin1", "Crimée", "UA", "country:UA", 45.3, 34.2, -1, NULL, NULL},
    {"gn:693805", "city", "Simferopol", "UA", "iso:UA-43", 44.96, 34.11, 336000, NULL, NULL},
    {"gn:704147", "city", "Kremenchuk", "UA", "country:UA", 49.06, 33.4, 217000, NULL, NULL},
    {"country:RU", "country", "Russie", "RU", NULL, 61, 97, 144000000, NULL, NULL},
    {"country:DE", "country", "Allemagne", "DE", NULL, 51.1, 10.4, 83000000, NULL, NULL},
    {"gn:1", "city", "Fürth", "DE", "country:DE", 49.48, 10.99, 30000, NULL, NULL},
    {"gn:2", "city", "Furth", "DE", "country:DE", 48.6, 12.0, 15000, NULL, NULL},
    {"gn:3", "city", "Weyher", "DE", "country:DE", 49.27, 8.09, 600, NULL, NULL},
    {"gn:4", "city", "Weissach", "DE", "country:DE", 48.85, 8.93, 7000, NULL, NULL},
    {"country:PL", "country", "Pologne", "PL", NULL, 52, 19, 38000000, NULL, NULL},
    {"gn:5", "city", "Cracovie", "PL", "country:PL", 50.06, 19.94, 770000, NULL, NULL},
    {"country:CZ", "country", "Tchéquie", "CZ", NULL, 50, 15, 10000000, NULL, NULL},
};

static char gazetteer_path[200];
static struct geocoder *geocoder;

static int open_all(void **state)
{
    (void)state;
    snprintf(gazetteer_path, sizeof gazetteer_path, "/tmp/passerelle-geocode-%ld.sqlite",
             (long)getpid());
    fixture_write(gazetteer_path, territories, sizeof territories / sizeof *territories);
    struct atlas_error error;
    enum atlas_status status =
        geocoder_new(gazetteer_path, "data/recognition.csv", &geocoder, &error);
    if (status != ATLAS_OK) fprintf(stderr, "%s\n", error.message);
    return status == ATLAS_OK ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    geocoder_free(geocoder);
    unlink(gazetteer_path);
    return 0;
}

struct geocode_case {
    enum side side;
    const char *name, *type, *hint, *iso;
    enum match_status status;
    const char *code;   /* of the place, also the coarser one */
    const char *reason; /* words that the reason has, or NULL */
};

static struct place_answer ask(const struct geocode_case *c)
{
    struct place_query query = {
        .side = c->side, .name = c->name, .type = c->type, .hint = c->hint, .country_iso = c->iso};
    struct place_answer answer;
    struct atlas_error error;
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    return answer;
}

static void check(const struct geocode_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct place_answer answer = ask(&cases[i]);
        if (answer.status != cases[i].status || strcmp(answer.place.code, cases[i].code) != 0 ||
            (cases[i].reason && !strstr(answer.reason, cases[i].reason)))
            fail_msg("%s [%s; %s; %s]: %s %s (%s)", cases[i].name, cases[i].type, cases[i].hint,
                     cases[i].iso, match_status_text(answer.status), answer.place.code,
                     answer.reason);
    }
}
#define CHECK(cases) check(cases, sizeof cases / sizeof *cases)
#define FR           SIDE_FRENCH
#define XX           SIDE_FOREIGN
#define YES          MATCH_ACCEPTED
#define DOUBT        MATCH_AMBIGUOUS
#define NO           MATCH_NOT_FOUND

static void codes_win(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {FR, "69123", "", "", "FR", YES, "com:69123", "official code"},
        {FR, "74011", "", "", "FR", YES, "com:74010", "today Annecy"},
        {FR, "99999", "", "", "FR", NO, "", "no territory has the code"},
        {FR, "200046977", "epci", "", "", YES, "epci:200046977", NULL},
        {FR, "39", "departement", "", "", YES, "dep:39", NULL},
        {XX, "ML-1", "", "", "ML", YES, "iso:ML-1", NULL},
        {FR, "com:69123", "", "", "", YES, "com:69123", NULL},
    };
    CHECK(cases);
}

static void hints_part_homonyms(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {FR, "Saint-Aubin", "commune", "Jura", "FR", YES, "com:39476", "hint"},
        {FR, "Saint-Aubin", "commune", "39", "FR", YES, "com:39476", NULL},
        {FR, "St Aubin", "commune", "21", "FR", YES, "com:21541", NULL},
        {FR, "Saint-Aubin (Côte-d'Or)", "commune", "", "FR", YES, "com:21541", NULL},
        {FR, "Saint-Aubin", "commune", "Rhône", "FR", DOUBT, "reg:27", "hint fits no place"},
        {FR, "Lyon", "commune", "Jura", "FR", DOUBT, "dep:69", "hint fits no place"},
        {XX, "Kayes", "city", "région de Kayes", "ML", YES, "gn:2455518", NULL},
        {XX, "Trougoumbé", "city", "région de Kayes", "ML", NO, "iso:ML-1", "no such name"},
        {XX, "Bamako (Mali)", "city", "", "", YES, "gn:2460596", NULL},
    };
    CHECK(cases);
}

static void levels_matter(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {XX, "Kayes", "region", "", "ML", YES, "iso:ML-1", NULL},
        {XX, "Kayes", "city", "", "ML", YES, "gn:2455518", NULL},
        {XX, "Région de Kayes", "", "", "ML", YES, "iso:ML-1", "type word"},
        {XX, "Bamako", "province", "", "ML", YES, "gn:2460596", "no such place of the kind"},
        {FR, "Lyon", "epci", "", "FR", YES, "epci:200046977", NULL},
        {FR, "Lyon", "commune", "", "FR", YES, "com:69123", NULL},
        {FR, "Métropole de Lyon", "epci", "", "FR", YES, "epci:200046977", NULL},
        {FR, "Rhône", "departement", "", "FR", YES, "dep:69", NULL},
        {FR, "Plaine Commune", "epci", "", "FR", YES, "epci:200057867", NULL},
        {FR, "Rhône", "syndicat", "", "FR", NO, "", NULL},
    };
    CHECK(cases);
    struct place_answer answer = ask(&cases[3]);
    assert_int_equal(answer.place.precision, PRECISION_AREA); /* not overstated */
    assert_true(answer.place.radius_km >= 30);
}

static void type_words_and_articles_in_both_orders(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {FR, "HAVRE (LE)", "commune", "", "FR", YES, "com:76351", NULL},
        {FR, "Ville du Havre", "", "", "FR", YES, "com:76351", NULL},
        {FR, "Havre", "commune", "", "FR", YES, "com:76351", NULL},
        {FR, "CA Pau Béarn Pyrénées", "epci", "", "FR", YES, "epci:200067254", NULL},
        {FR, "Montpellier Métropole Méditerranée", "epci", "", "FR", YES, "epci:243400017", NULL},
        {FR, "Grand Paris Sud", "epci", "", "FR", YES, "epci:200059228", "part of a long name"},
        {FR, "Éragny", "commune", "", "FR", YES, "com:95218", "part of a long name"},
        {XX, "Kayes Region", "", "", "ML", YES, "iso:ML-1", NULL},
        {XX, "Commune urbaine de Kayes", "", "", "ML", YES, "gn:2455518", NULL},
    };
    CHECK(cases);
}

static void spellings_and_typing_errors(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {XX, "Timbuktu", "city", "", "ML", YES, "gn:2449067", "via Timbuktu"},
        {XX, "Krementchouk", "city", "", "UA", YES, "gn:704147", "transliteration"},
        {FR, "Villeurbane", "commune", "", "FR", YES, "com:69266", NULL},
        {FR, "villeubranne", "commune", "", "FR", YES, "com:69266", "one typing error"},
        {XX, "Fürth", "city", "", "DE", YES, "gn:1", NULL},
        {XX, "FURTH", "city", "", "DE", DOUBT, "country:DE", "margin"},
        {XX, "Weyhe", "city", "", "DE", DOUBT, "country:DE", "too unlike"},
        /* A name that may be another one altogether is not put into that one's région. */
        {XX, "Kayez", "city", "", "ML", DOUBT, "country:ML", "too unlike"},
        {XX, "Weissach im Tal", "city", "", "DE", DOUBT, "country:DE", "beginning of the name"},
        {XX, "Cracovie", "city", "", "CZ", NO, "country:CZ", NULL},
        {XX, "Rabat-Salé", "city", "", "MA", YES, "gn:2538475", "two neighbours"},
    };
    CHECK(cases);
}

static void old_names_and_what_is_no_place(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {FR, "Annecy-le-Vieux", "commune", "", "FR", YES, "com:74010", "today Annecy"},
        {FR, "École-Valentin", "commune", "", "FR", YES, "com:25212", NULL},
        {FR, "École nationale des Mali", "", "", "FR", NO, "", "has no place"},
        {FR, "Lyon", "network", "", "FR", NO, "", "has no place"},
        {XX, "Association des municipalités du Mali (AMM)", "federation", "", "ML", NO, "",
         "has no place"},
        {XX, "Plusieurs communes maliennes", "other", "", "ML", NO, "country:ML", NULL},
        {XX, "Ville partenaire", "city", "", "ML", NO, "country:ML", NULL},
        {XX, "", "city", "", "ML", NO, "country:ML", NULL},
    };
    CHECK(cases);
    assert_false(ask(&cases[4]).locatable);
    assert_string_equal(ask(&cases[0]).via, "Annecy-le-Vieux");
}

static void overseas_codes_are_french(void **state)
{
    (void)state;
    static const struct geocode_case cases[] = {
        {XX, "Nouméa", "city", "", "NC", YES, "com:98818", NULL},
        {FR, "Nouméa", "commune", "", "NC", YES, "com:98818", NULL},
        {FR, "Nouvelle-Calédonie", "overseas", "", "FR", YES, "dep:988", NULL},
    };
    CHECK(cases);
    assert_int_equal(ask(&cases[0]).place.side, SIDE_FRENCH);
}

static void recognition_takes_place_claim_and_year(void **state)
{
    (void)state;
    struct place_query query = {
        .side = XX, .name = "Simferopol", .type = "city", .country_iso = "RU", .year = 2019};
    struct place_answer answer;
    struct atlas_error error;
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    assert_int_equal(answer.status, MATCH_ACCEPTED);
    assert_string_equal(answer.place.country_iso, "UA");
    assert_true(answer.review);
    query.country_iso = "UA";
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    assert_int_equal(answer.status, MATCH_ACCEPTED);
    assert_false(answer.review);
    query.country_iso = "RU";
    query.year = 2005; /* before: simply a wrong country */
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    assert_int_equal(answer.status, MATCH_NOT_FOUND);
    query = (struct place_query){.side = XX, .name = "Laâyoune", .country_iso = "MA"};
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    assert_string_equal(answer.place.country_iso, "EH");
    assert_false(answer.review);
}

static void equal_questions_get_equal_answers(void **state)
{
    (void)state;
    const struct geocode_case c = {FR, "Saint-Aubin", "commune", "", "FR", DOUBT, "", NULL};
    struct place_answer first = ask(&c), second = ask(&c);
    assert_int_equal(first.status, second.status);
    assert_string_equal(first.reason, second.reason);
    assert_int_equal(first.n_candidates, second.n_candidates);
    for (size_t i = 0; i < first.n_candidates; i++)
        assert_string_equal(first.candidates[i].code, second.candidates[i].code);
}

static void hostile_questions_get_an_answer(void **state)
{
    (void)state;
    char *huge = malloc((1 << 20) + 1);
    assert_non_null(huge);
    memset(huge, 'a', 1 << 20);
    huge[1 << 20] = '\0';
    const char *const texts[] = {huge,
                                 "\x01\x02\x1b[31m",
                                 "((((((",
                                 ")",
                                 "-",
                                 "\xff\xfe",
                                 "a,b,c,d,e,f,g,h,i,j,k,l",
                                 "/",
                                 "%s%n",
                                 "ville de",
                                 "'; DROP TABLE name; --",
                                 "de la du des",
                                 "(",
                                 "Lyon (",
                                 NULL};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct place_query query = {.side = i % 2 ? FR : XX,
                                    .name = texts[i],
                                    .type = texts[(i + 1) % 15],
                                    .hint = texts[(i + 2) % 15],
                                    .country_iso = texts[(i + 3) % 15],
                                    .code = texts[(i + 4) % 15]};
        struct place_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        assert_true(strlen(answer.reason) < sizeof answer.reason);
        query.country_iso = "FR";
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    }
    free(huge);
}

static void refuses_what_is_no_gazetteer(void **state)
{
    (void)state;
    struct geocoder *opened = NULL;
    struct atlas_error error;
    char path[220];
    assert_int_equal(geocoder_new("/nowhere/at-all.sqlite", NULL, &opened, &error),
                     ATLAS_NOT_FOUND);
    assert_non_null(strstr(error.message, "passerelle-gazetteer"));
    assert_int_equal(geocoder_new("/tmp", NULL, &opened, &error), ATLAS_IO);
    assert_int_equal(geocoder_new("CMakeLists.txt", NULL, &opened, &error), ATLAS_WRONG_SCHEMA);
    snprintf(path, sizeof path, "%s.other", gazetteer_path);
    sqlite3 *database;
    unlink(path);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    fixture_run(database, "CREATE TABLE t(x)");
    sqlite3_close(database);
    assert_int_equal(geocoder_new(path, NULL, &opened, &error), ATLAS_WRONG_SCHEMA);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    fixture_run(database, "PRAGMA application_id = 0x50534C47; PRAGMA user_version = 99");
    sqlite3_close(database);
    assert_int_equal(geocoder_new(path, NULL, &opened, &error), ATLAS_WRONG_SCHEMA);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    fixture_run(database, "PRAGMA user_version = 1"); /* before names were prepared */
    sqlite3_close(database);
    assert_int_equal(geocoder_new(path, NULL, &opened, &error), ATLAS_WRONG_SCHEMA);
    assert_non_null(strstr(error.message, "build it anew"));
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    fixture_run(database, "PRAGMA user_version = 2");
    sqlite3_close(database);
    assert_int_equal(geocoder_new(path, NULL, &opened, &error), ATLAS_CORRUPT);
    unlink(path);
    snprintf(path, sizeof path, "%s-journal", gazetteer_path);
    FILE *journal = fopen(path, "w");
    fputs("half written", journal);
    fclose(journal);
    assert_int_equal(geocoder_new(gazetteer_path, NULL, &opened, &error), ATLAS_LOCKED);
    unlink(path);
    assert_int_equal(geocoder_new(gazetteer_path, "CMakeLists.txt", &opened, &error),
                     ATLAS_INVALID);
    assert_null(opened);
}

static void finds_by_code(void **state)
{
    (void)state;
    struct place place;
    struct atlas_error error;
    assert_int_equal(geocode_by_code(geocoder, "dep:39", &place, &error), ATLAS_OK);
    assert_string_equal(place.name, "Jura");
    assert_int_equal(geocode_by_code(geocoder, "dep:00", &place, &error), ATLAS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_win),
        cmocka_unit_test(hints_part_homonyms),
        cmocka_unit_test(levels_matter),
        cmocka_unit_test(type_words_and_articles_in_both_orders),
        cmocka_unit_test(spellings_and_typing_errors),
        cmocka_unit_test(old_names_and_what_is_no_place),
        cmocka_unit_test(overseas_codes_are_french),
        cmocka_unit_test(recognition_takes_place_claim_and_year),
        cmocka_unit_test(equal_questions_get_equal_answers),
        cmocka_unit_test(hostile_questions_get_an_answer),
        cmocka_unit_test(refuses_what_is_no_gazetteer),
        cmocka_unit_test(finds_by_code),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
