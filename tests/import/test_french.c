/* import/french: what the geocoder says of all names of the tests' gold files, and what rows are
 * noted and rejected for, is known in French; what is not known stays as it is, whole and cut where
 * asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/french.h"
#include "tests/geo/world.h"

#include <string.h>

static void sentences_are_put_into_french(void **state)
{
    (void)state;
    static const struct {
        const char *english, *french;
    } cases[] = {
        {"exact name and type word, hint; runner-up Gao (gn:2457161), margin 0.64",
         "nom exact et mot de type, indice ; le suivant : Gao (gn:2457161), part du premier 0.64"},
        {"exact name; no other such place; via Annecy-le-Vieux, today Annecy",
         "nom exact ; aucun autre lieu de ce nom ; par le nom Annecy-le-Vieux, aujourd’hui Annecy"},
        {"no such place of the kind asked for, so the admin1 of that name",
         "aucun lieu de ce nom au niveau demandé, donc celui-ci : 1er niveau"},
        {"exact name; no other such place; Golan: counted under SY, held for review",
         "nom exact ; aucun autre lieu de ce nom ; Golan : compté sous SY, retenu pour relecture"},
        {"'1899; or so': it is no year", "« 1899; or so » : pas une année"},
        {"'x' where line 12 has 'y', id P7", "« x » où la ligne 12 a « y », identifiant P7"},
        {"Fès (city, Fès-Meknès, Maroc)", "Fès (ville, Fès-Meknès, Maroc)"},
        {"its point was left out: it lies 940 km outside ML, in the sea or in another country",
         "son point a été écarté : il est à 940 km hors de ML, en mer ou dans un autre pays"},
        {"", ""},
        {NULL, ""},
    };
    char french[600];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(french_text(cases[i].english, french, sizeof french));
        assert_string_equal(french, cases[i].french);
    }
}

static void what_is_not_known_stays_whole(void **state)
{
    (void)state;
    char french[80], little[12];
    assert_false(french_text("exact name; blue moon; no other such place", french, sizeof french));
    assert_string_equal(french, "nom exact ; blue moon ; aucun autre lieu de ce nom");
    french_text("same letters", little, sizeof little); /* "mêmes lettres" */
    assert_string_equal(little, "mêmes lett");
    french_text("'é'; 'é'; 'é'; 'é'", little, sizeof little);
    assert_true(strlen(little) < sizeof little);
}

/* Texts made of the marks' own words are answered, and in no time to speak of. */
static void hostile_texts_are_answered(void **state)
{
    (void)state;
    static const char *const parts[] = {
        ", today x", "' where line ' has '", "; ",  "held for review: ",
        "(city, ",   ": counted under ",     "\xFF"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char english[900] = "", french[300];
        while (strlen(english) + strlen(parts[i]) < sizeof english)
            strcat(english, parts[i]);
        french_text(english, french, sizeof french);
        assert_true(strlen(french) < sizeof french);
    }
}

static void every_decision_is_known(void **state)
{
    (void)state;
    static const char *const files[] = {"tests/gold/gold-desk.csv", "tests/gold/gold-hard.csv",
                                        "tests/gold/gold-places.csv"};
    size_t asked = 0;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        FILE *file = fopen(files[f], "r");
        assert_non_null(file);
        char line[1000];
        while (fgets(line, sizeof line, file)) {
            char *rest = line, *cells[5] = {NULL};
            if (strchr(line, '"')) continue; /* a comma in it: the others are enough */
            for (size_t i = 0; i < 5 && rest; i++)
                cells[i] = strsep(&rest, ",");
            if (!cells[4]) continue;
            struct place_query query = {.side = *cells[0] == 'f' ? SIDE_FRENCH : SIDE_FOREIGN,
                                        .name = cells[1],
                                        .type = cells[2],
                                        .hint = cells[3],
                                        .country_iso = cells[4]};
            struct place_answer answer;
            struct atlas_error error;
            assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
            char french[1200];
            if (!french_text(answer.reason, french, sizeof french))
                fail_msg("not in French: %s", answer.reason);
            asked++;
        }
        fclose(file);
    }
    assert_true(asked > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_put_into_french),
        cmocka_unit_test(what_is_not_known_stays_whole),
        cmocka_unit_test(hostile_texts_are_answered),
        cmocka_unit_test(every_decision_is_known),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
