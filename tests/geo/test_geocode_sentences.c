/* geo/geocode on the real gazetteer, sentence by sentence of what a data manager is promised: codes
 * win, levels matter, special authorities are themselves, old names say through what they were
 * found, every decision is explained, precision is never overstated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/geo/world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FR SIDE_FRENCH
#define XX SIDE_FOREIGN

struct sentence {
    enum side side;
    const char *name, *type, *hint, *iso, *code;
    enum match_status status;
    const char *place;  /* its code; NULL: any */
    const char *via;    /* words in it; NULL: any; "": nothing */
    const char *reason; /* words in it; NULL: any */
};

static void check(const struct sentence *sentences, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sentence *s = &sentences[i];
        struct place_query query = {.side = s->side,
                                    .name = s->name,
                                    .type = s->type,
                                    .hint = s->hint,
                                    .country_iso = s->iso,
                                    .code = s->code};
        struct place_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        bool via = !s->via || (*s->via ? strstr(answer.via, s->via) != NULL : !answer.via[0]);
        if (answer.status != s->status || !via ||
            (s->place && strcmp(answer.place.code, s->place) != 0) ||
            (s->reason && !strstr(answer.reason, s->reason)))
            fail_msg("%s: %s %s via \"%s\" (%s)", s->name, match_status_text(answer.status),
                     answer.place.code, answer.via, answer.reason);
        assert_true(answer.reason[0] != '\0');
        bool exact = answer.place.precision == PRECISION_EXACT;
        assert_true(answer.status == MATCH_ACCEPTED || !exact);
    }
}

#define CHECK(sentences) check(sentences, sizeof(sentences) / sizeof *(sentences))

static void official_codes_win(void **state)
{
    (void)state;
    static const struct sentence sentences[] = {
        {FR, "Lyon", "commune", "", "FR", "38185", MATCH_ACCEPTED, "com:38185", NULL, "code"},
        {FR, "?", "", "", "FR", "200046977", MATCH_ACCEPTED, "epci:200046977", NULL, "code"},
        {FR, "FR-38", "departement", "", "FR", "", MATCH_ACCEPTED, "dep:38", NULL, "code"},
        {FR, "CG 35", "departement", "", "FR", "", MATCH_ACCEPTED, "dep:35", NULL, "code"},
        {XX, "?", "", "", "KH", "KH-17", MATCH_ACCEPTED, "iso:KH-17", NULL, "code"},
        {XX, "?", "", "", "ML", "2460596", MATCH_ACCEPTED, "gn:2460596", NULL, "code"},
        {FR, "Lyon", "commune", "", "FR", "38999", MATCH_NOT_FOUND, "", NULL, "no territory"},
    };
    CHECK(sentences);
}

static void old_names_and_codes_find_todays_place(void **state)
{
    (void)state;
    static const struct sentence sentences[] = {
        {FR, "Annecy-le-Vieux", "", "", "FR", "", MATCH_ACCEPTED, "com:74010", "Vieux", "via"},
        {FR, "74011", "", "", "FR", "", MATCH_ACCEPTED, "com:74010", NULL, "today Annecy"},
        {FR, "Bourgfelden", "", "", "FR", "", MATCH_ACCEPTED, "com:68297", "Bourgfelden", "via"},
        {FR, "68047", "", "", "FR", "", MATCH_ACCEPTED, "com:68297", NULL, "today Saint-Louis"},
        {FR, "Nods", "commune", "", "FR", "", MATCH_ACCEPTED, "com:25424", "Nods", "via"},
        {FR, "Hellemmes", "commune", "", "FR", "", MATCH_ACCEPTED, "com:59350", "Hellemmes", "via"},
        {FR, "Aquitaine", "region", "", "FR", "", MATCH_ACCEPTED, "reg:75", "Aquitaine", "via"},
        {FR, "Région Alsace", "", "", "FR", "", MATCH_ACCEPTED, NULL, "Alsace", "via"},
        {XX, "Yên Bai", "province", "", "VN", "", MATCH_ACCEPTED, "iso:VN-06", "Yên B",
         "today in iso:VN-02"},
        {FR, "Cherbourg-Octeville", "commune", "", "FR", "", MATCH_ACCEPTED, "com:50129", NULL,
         "via"},
        {FR, "85060", "", "", "FR", "", MATCH_ACCEPTED, "com:85194", NULL,
         "today Les Sables-d'Olonne"},
        {FR, "Nord-Pas-de-Calais", "region", "", "FR", "", MATCH_ACCEPTED, "reg:32", NULL, "via"},
        {XX, "Léopoldville", "city", "", "CD", "", MATCH_ACCEPTED, "gn:2314302", NULL, "via"},
        {XX, "Constantinople", "city", "", "TR", "", MATCH_ACCEPTED, "gn:745044", NULL, "via"},
        {XX, "Leningrad", "city", "", "RU", "", MATCH_ACCEPTED, NULL, "Leningrad", "via"},
        {XX, "Saint-Louis du Sénégal", "", "", "SN", "", MATCH_ACCEPTED, NULL, NULL, "country"},
    };
    CHECK(sentences);
}

static void special_authorities_are_themselves(void **state)
{
    (void)state;
    static const struct sentence sentences[] = {
        {FR, "Métropole de Lyon", "", "", "FR", "", MATCH_ACCEPTED, "epci:200046977", NULL, NULL},
        {FR, "Métropole de Lyon", "collectivité territoriale", "", "FR", "", MATCH_ACCEPTED,
         "epci:200046977", NULL, NULL},
        {FR, "Département du Rhône", "", "", "FR", "", MATCH_ACCEPTED, "dep:69", NULL, NULL},
        {FR, "Rhône", "departement", "", "FR", "", MATCH_ACCEPTED, "dep:69", NULL, NULL},
        {FR, "Collectivité européenne d'Alsace", "", "", "FR", "", MATCH_ACCEPTED, "dep:6AE", NULL,
         NULL},
        {FR, "Collectivité de Corse", "", "", "FR", "", MATCH_ACCEPTED, "reg:94", NULL, NULL},
        {FR, "Collectivité territoriale de Martinique", "", "", "FR", "", MATCH_ACCEPTED, "dep:972",
         NULL, NULL},
        {FR, "Région Guyane", "", "", "FR", "", MATCH_ACCEPTED, "dep:973", NULL, NULL},
        {FR, "Mayotte", "", "", "YT", "", MATCH_ACCEPTED, "dep:976", NULL, NULL},
        {FR, "Ville de Paris", "", "", "FR", "", MATCH_ACCEPTED, "com:75056", NULL, NULL},
        {FR, "Plaine Commune", "", "", "FR", "", MATCH_ACCEPTED, "epci:200057867", NULL, NULL},
        {FR, "Nouvelle-Calédonie", "", "", "NC", "", MATCH_ACCEPTED, "dep:988", NULL, NULL},
        {FR, "CeA", "", "", "FR", "", MATCH_ACCEPTED, "dep:6AE", NULL, NULL},
        {FR, "Conseil départemental du Haut-Rhin", "", "", "FR", "", MATCH_ACCEPTED, "dep:68", NULL,
         NULL},
        {FR, "Corse-du-Sud", "departement", "", "FR", "", MATCH_ACCEPTED, "dep:2A", NULL, NULL},
        {FR, "Grand-Orly Seine Bièvre", "ept", "", "FR", "", MATCH_ACCEPTED, "epci:200058014", NULL,
         NULL},
        {FR, "EPT Est Ensemble", "", "", "FR", "", MATCH_ACCEPTED, "epci:200057875", NULL, NULL},
        {FR, "Vallée Sud - Grand Paris", "", "", "FR", "", MATCH_ACCEPTED, "epci:200057966", NULL,
         NULL},
        {FR, "Métropole du Grand Paris", "", "", "FR", "", MATCH_ACCEPTED, "epci:200054781", NULL,
         NULL},
        {FR, "SIAAP", "syndicat", "", "FR", "", MATCH_ACCEPTED, NULL, "SIAAP", NULL},
        {FR, "PNR du Vercors", "", "", "FR", "", MATCH_ACCEPTED, NULL, NULL, "type word"},
        {FR, "Région Guadeloupe", "", "", "FR", "", MATCH_ACCEPTED, "reg:01", NULL, NULL},
        {FR, "Département de la Guadeloupe", "", "", "FR", "", MATCH_ACCEPTED, "dep:971", NULL,
         NULL},
        /* given as a partner abroad it is French all the same */
        {XX, "Nouméa", "city", "", "NC", "", MATCH_ACCEPTED, "com:98818", NULL, NULL},
        {XX, "La Réunion", "region", "", "RE", "", MATCH_ACCEPTED, NULL, NULL, NULL},
    };
    CHECK(sentences);
}

static void levels_are_kept_apart_and_said(void **state)
{
    (void)state;
    static const struct sentence sentences[] = {
        {XX, "Siem Reap", "province", "", "KH", "", MATCH_ACCEPTED, "iso:KH-17", NULL, NULL},
        {XX, "Province de Liège", "", "", "BE", "", MATCH_ACCEPTED, "iso:BE-WLG", NULL, NULL},
        {XX, "Liège", "city", "", "BE", "", MATCH_ACCEPTED, "gn:2792413", NULL, NULL},
        {XX, "Cercle de Kita", "", "", "ML", "", MATCH_ACCEPTED, NULL, NULL, "type word"},
        {XX, "Gouvernorat de Jendouba", "", "", "TN", "", MATCH_ACCEPTED, "iso:TN-32", NULL, NULL},
        {XX, "Jendouba", "city", "", "TN", "", MATCH_ACCEPTED, "gn:2470088", NULL, NULL},
        {XX, "Québec", "province", "", "CA", "", MATCH_ACCEPTED, "iso:CA-QC", NULL, NULL},
        {XX, "Québec", "city", "", "CA", "", MATCH_ACCEPTED, "gn:6325494", NULL, NULL},
        {XX, "Valence", "province", "", "ES", "", MATCH_ACCEPTED, "iso:ES-V", NULL, NULL},
        {XX, "Valence", "city", "", "ES", "", MATCH_ACCEPTED, "gn:2509954", NULL, NULL},
        {XX, "Department of Ouagadougou", "", "", "BF", "", MATCH_ACCEPTED, "gn:2357048", NULL,
         "so the city of that name"},
        {FR, "C.C. du Val de Drôme", "epci", "", "FR", "", MATCH_ACCEPTED, "epci:242600252", NULL,
         NULL},
        {FR, "Pays de Mormal (CC du)", "", "", "FR", "", MATCH_ACCEPTED, "epci:200043321", NULL,
         NULL},
        {XX, "Landkreis Esslingen", "", "", "DE", "", MATCH_ACCEPTED, NULL, NULL,
         "no such place of the kind asked for"},
        /* a part that no list has stands in its municipality, where one is said to be */
        {XX, "Sillery, Quebec City", "city", "", "CA", "", MATCH_ACCEPTED, "gn:6325494", NULL,
         "the municipality in which it is said to be"},
        {XX, "Zzz (Dakar)", "", "", "SN", "", MATCH_NOT_FOUND, NULL, NULL, "no such name"},
        {XX, "ONG Zzz (Dakar)", "", "", "SN", "", MATCH_NOT_FOUND, "", NULL, "no place"},
        {FR, "Vienne", "", "", "FR", "", MATCH_AMBIGUOUS, NULL, NULL, "runner-up"},
        {FR, "Vienne", "departement", "", "FR", "", MATCH_ACCEPTED, "dep:86", NULL, NULL},
        {FR, "Bretagne", "", "", "FR", "", MATCH_ACCEPTED, "reg:53", NULL, "runner-up Bretagne"},
    };
    CHECK(sentences);
}

static void homonyms_are_ranked_and_networks_have_no_place(void **state)
{
    (void)state;
    static const struct sentence sentences[] = {
        {FR, "Saint-Denis", "commune", "", "FR", "", MATCH_AMBIGUOUS, NULL, NULL, "margin 0.5"},
        {FR, "Saint-Denis", "commune", "974", "FR", "", MATCH_ACCEPTED, "com:97411", NULL, "hint"},
        {FR, "Pringy, Haute-Savooie", "commune", "", "FR", "", MATCH_ACCEPTED, "com:74010",
         "Pringy", "hint"},
        {FR, "Pringy, Zzzz", "commune", "", "FR", "", MATCH_AMBIGUOUS, NULL, NULL, "runner-up"},
        {XX, "Rochester", "city", "", "US", "", MATCH_AMBIGUOUS, "country:US", NULL, "runner-up"},
        {XX, "City of Rochester", "", "", "US", "", MATCH_AMBIGUOUS, NULL, NULL, "runner-up"},
        {XX, "Santa Cruz", "city", "", "", "", MATCH_AMBIGUOUS, NULL, NULL, "runner-up"},
        /* well known under many names; called after the unit around it */
        {XX, "Lexington", "city", "", "US", "", MATCH_ACCEPTED, "gn:4297983", NULL, "runner-up"},
        {XX, "Călărași", "city", "", "RO", "", MATCH_ACCEPTED, "gn:673150", NULL, "runner-up"},
        {XX, "Reddish", "city", "", "GB", "", MATCH_AMBIGUOUS, "country:GB", NULL, "unlike"},
        {FR, "Cités Unies France", "network", "", "FR", "", MATCH_NOT_FOUND, "", NULL, "no place"},
        {XX, "Association des maires du Togo", "", "", "TG", "", MATCH_NOT_FOUND, "", NULL,
         "no place"},
        {FR, "SIVOM de la Vallée", "syndicat", "", "FR", "", MATCH_AMBIGUOUS, "", NULL, "unlike"},
        {FR, "S.I.V.O.M. de la Vallée", "syndicat", "", "FR", "", MATCH_AMBIGUOUS, "", NULL,
         "unlike"},
        {FR, "Saint-Marie", "commune", "", "FR", "", MATCH_AMBIGUOUS, NULL, NULL, "Sainte-Marie"},
    };
    CHECK(sentences);
    struct place_query query = {.side = XX, .name = "Rochester", .country_iso = "US"};
    struct place_answer answer;
    struct atlas_error error;
    assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
    assert_true(answer.n_candidates > 3);
    for (size_t i = 1; i < answer.n_candidates; i++)
        assert_true(answer.candidates[i].score <= answer.candidates[i - 1].score);
}

/* Long, empty, mirrored and broken names are answered, and none takes long: each case is asked with
 * names that grow, whose work must not grow with their square. */
static void hostile_names_are_answered(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "a",
        "saint ",
        "-",
        "ville de ",
        "(",
        "/",
        "sur ",
        ("\xE2\x80\xAE"
         "bamako "),
        "\x01\x02",
        "\xFF",
        "é",
        "0",
        ",",
        "'",
        "d'",
        "am ",
    };
    static char name[20001];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t size = 60; size < sizeof name; size *= 3) {
            size_t n = strlen(parts[i]), length = 0;
            while (length + n < size) {
                memcpy(name + length, parts[i], n);
                length += n;
            }
            name[length] = '\0';
            for (int side = 0; side < 2; side++) {
                struct place_query query = {.side = side ? FR : XX,
                                            .name = name,
                                            .type = name,
                                            .hint = name,
                                            .country_iso = side ? "FR" : "DE"};
                struct place_answer answer;
                struct atlas_error error;
                assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
                assert_true(answer.reason[0] != '\0');
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_codes_win),
        cmocka_unit_test(old_names_and_codes_find_todays_place),
        cmocka_unit_test(special_authorities_are_themselves),
        cmocka_unit_test(levels_are_kept_apart_and_said),
        cmocka_unit_test(homonyms_are_ranked_and_networks_have_no_place),
        cmocka_unit_test(hostile_names_are_answered),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
