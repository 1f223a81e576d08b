/* geo/geocode_namesakes: what a fuller name says, on a small made gazetteer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/geocode.h"
#include "geo/place_keys.h"
#include "tests/geo/gazetteer_fixture.h"

static const struct fixture_territory territories[] = {
    {"country:DE", "country", "Allemagne", "DE", NULL, 51.1, 10.4, 83000000, NULL, NULL},
    /* two homonyms, of which one would dominate but for the towns that are short for it */
    {"gn:1", "city", "Gemünden", "DE", "country:DE", 49.9, 7.5, 3000, NULL, NULL},
    {"gn:2", "city", "Gemünden", "DE", "country:DE", 51.0, 9.0, 500, NULL, NULL},
    {"gn:3", "city", "Gemünden am Main", "DE", "country:DE", 50.05, 9.7, 10000, NULL, NULL},
    {"gn:4", "city", "Brühl", "DE", "country:DE", 50.8, 6.9, 44000, NULL, NULL},
    {"gn:5", "city", "Brühl", "DE", "country:DE", 49.4, 8.5, 14000, NULL, NULL},
    /* a region's places */
    {"gn:6", "city", "Lindenberg", "DE", "country:DE", 47.60, 9.89, -1, NULL, NULL},
    {"gn:7", "city", "Lindenberg", "DE", "country:DE", 52.6, 13.5, 2500, NULL, NULL},
    {"gn:8", "city", "Wangen im Allgäu", "DE", "country:DE", 47.68, 9.83, 27000, NULL, NULL},
    {"gn:9", "city", "Weissach", "DE", "country:DE", 48.84, 8.93, 7000, NULL, NULL},
    {"gn:10", "city", "Allmersbach im Tal", "DE", "country:DE", 48.9, 9.47, 4900, NULL, NULL},
};

static void fuller_names_are_rivals_and_regions_vouch(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum match_status status;
        const char *code; /* of the place, where accepted */
        const char *reason;
    } cases[] = {
        {"Gemünden", MATCH_AMBIGUOUS, NULL, "Gemünden"},
        {"Brühl", MATCH_ACCEPTED, "gn:4", "margin 0.76"},
        {"Lindenberg im Allgäu", MATCH_ACCEPTED, "gn:6", "neighbours named alike"},
        {"Lindenberg am Harz", MATCH_AMBIGUOUS, NULL, "beginning of the name"},
        {"Weissach im Tal", MATCH_AMBIGUOUS, NULL, "beginning of the name"},
    };
    char path[100];
    snprintf(path, sizeof path, "/tmp/passerelle-namesakes-%ld.sqlite", (long)getpid());
    fixture_write(path, territories, sizeof territories / sizeof *territories);
    struct geocoder *geocoder;
    struct atlas_error error;
    assert_int_equal(geocoder_new(path, NULL, &geocoder, &error), ATLAS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place_query query = {
            .side = SIDE_FOREIGN, .name = cases[i].name, .type = "city", .country_iso = "DE"};
        struct place_answer answer;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        if (answer.status != cases[i].status || !strstr(answer.reason, cases[i].reason) ||
            (cases[i].code && strcmp(cases[i].code, answer.place.code) != 0))
            fail_msg("%s: %s %s (%s)", cases[i].name, match_status_text(answer.status),
                     answer.place.code, answer.reason);
    }
    geocoder_free(geocoder);
    unlink(path);
}

static void heads_and_tails(void **state)
{
    (void)state;
    static const struct {
        const char *folded, *head, *tail;
    } cases[] = {
        {"weiden in der oberpfalz", "weiden", "oberpfalz"},
        {"isny im allgau", "isny", "allgau"},
        {"frankfurt", "", ""},
        {"am see", "", ""},
        {"aue im", "", ""},
        {"newcastle upon tyne", "newcastle", "tyne"},
        {"usti nad labem", "usti", "labem"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char key[PLACE_KEY_SIZE];
        place_key_head(cases[i].folded, key, sizeof key);
        assert_string_equal(key, cases[i].head);
        place_key_tail(cases[i].folded, key, sizeof key);
        assert_string_equal(key, cases[i].tail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuller_names_are_rivals_and_regions_vouch),
        cmocka_unit_test(heads_and_tails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
