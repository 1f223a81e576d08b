/* geo/geocode on the real gazetteer of the build folder: exonyms, levels, old names and points of
 * many countries, none of them from the gold files; what matters is that rules carry over. */
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

static double km_between(double lat_a, double lon_a, double lat_b, double lon_b)
{
    double degree = acos(-1) / 180;
    double c = sin(lat_a * degree) * sin(lat_b * degree) +
               cos(lat_a * degree) * cos(lat_b * degree) * cos((lon_a - lon_b) * degree);
    return 6371 * acos(fmin(1, c));
}

#define FR SIDE_FRENCH
#define XX SIDE_FOREIGN

static const struct {
    enum side side;
    const char *name, *type, *hint, *iso;
    double lat, lon, km;
} somewhere[] = {
    {XX, "Aix-la-Chapelle", "city", "", "DE", 50.776, 6.084, 8},
    {XX, "Ratisbonne", "city", "", "DE", 49.015, 12.096, 8},
    {XX, "Landeshauptstadt Dresde", "city", "", "DE", 51.05, 13.74, 10},
    {XX, "Land de Thuringe", "region", "", "DE", 50.9, 11.0, 60},
    {XX, "Basse-Saxe", "region", "", "DE", 52.8, 9.1, 60},
    {XX, "Préfecture de Shiga", "province", "", "JP", 35.2, 136.1, 30},
    {XX, "Voïvodie de Petite-Pologne", "region", "", "PL", 49.85, 20.3, 40},
    {XX, "Gmina Wieliczka", "", "", "PL", 49.99, 20.06, 8},
    {XX, "Municipality of Gjirokastër", "city", "", "AL", 40.08, 20.14, 8},
    {XX, "Gouvernorat de Sfax", "", "", "TN", 34.8, 10.3, 60},
    {XX, "Wilaya de Tizi Ouzou", "", "", "DZ", 36.7, 4.2, 40},
    {XX, "Saragosse", "city", "", "ES", 41.65, -0.88, 10},
    {XX, "Castille-et-León", "region", "", "ES", 41.8, -4.8, 60},
    {XX, "Thessalonique", "city", "", "GR", 40.64, 22.94, 10},
    {XX, "Kharkov", "city", "", "UA", 49.98, 36.25, 10},
    {XX, "Koutaïssi", "city", "", "GE", 42.27, 42.69, 8},
    {XX, "La Nouvelle-Orléans", "city", "", "US", 29.95, -90.07, 20},
    {XX, "Québec", "province", "", "CA", 53.7, -71.9, 300},
    {XX, "Québec", "city", "", "CA", 46.81, -71.21, 15},
    {XX, "Pernambouc", "state", "", "BR", -8.3, -38.0, 80},
    {XX, "Ouahigouya", "city", "Burkina Faso", "", 13.58, -2.42, 10},
    {XX, "Région de Saint-Louis", "", "", "SN", 16.2, -15.1, 60},
    {XX, "Canton", "city", "", "CN", 23.12, 113.25, 30},
    {XX, "Haïphong", "city", "", "VN", 20.86, 106.68, 15},
    {XX, "Pétion-Ville", "city", "", "HT", 18.51, -72.29, 8},
    {XX, "Naplouse", "city", "", "PS", 32.22, 35.25, 8},
    {XX, "Tavouch", "province", "", "AM", 40.9, 45.1, 40},
    {FR, "Conseil départemental du Val-de-Marne", "", "", "FR", 48.77, 2.47, 15},
    {FR, "Région Rhône-Alpes", "region", "", "FR", 45.5, 4.5, 60},
    {FR, "Eurométropole de Strasbourg", "epci", "", "FR", 48.58, 7.75, 15},
    {FR, "CC du Pays de Gex", "epci", "", "FR", 46.27, 6.05, 15},
    {FR, "Le Grand Chalon", "epci", "", "FR", 46.79, 4.84, 15},
    {FR, "SAINT DENIS", "commune", "93", "FR", 48.94, 2.35, 5},
    {FR, "Saint-Denis", "commune", "La Réunion", "FR", -20.88, 55.45, 8},
    {FR, "Ste-Foy-lès-Lyon", "commune", "", "FR", 45.73, 4.8, 5},
    {FR, "Vitry s/ Seine", "commune", "", "FR", 48.79, 2.4, 5},
    {FR, "Châlons-sur-Marne", "commune", "", "FR", 48.95, 4.37, 8},
    {FR, "Cherbourg-Octeville", "commune", "", "FR", 49.64, -1.62, 30},
    {FR, "38000 Grenoble", "commune", "", "FR", 45.18, 5.72, 5},
    {FR, "Romans-sur-Isere", "commune", "26", "FR", 45.05, 5.06, 6},
    {FR, "Bouguenai", "commune", "44", "FR", 47.18, -1.62, 6},
    {FR, "Paris 13e arrondissement", "commune", "", "FR", 48.83, 2.36, 6},
};

static void places_are_where_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof somewhere / sizeof *somewhere; i++) {
        struct place_query query = {.side = somewhere[i].side,
                                    .name = somewhere[i].name,
                                    .type = somewhere[i].type,
                                    .hint = somewhere[i].hint,
                                    .country_iso = somewhere[i].iso};
        struct place_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        double km = km_between(somewhere[i].lat, somewhere[i].lon, answer.place.lat_deg,
                               answer.place.lon_deg);
        if (answer.status != MATCH_ACCEPTED || !(km <= somewhere[i].km))
            fail_msg("%s: %s %s at %.2f, %.2f, %.0f km off (%s)", somewhere[i].name,
                     match_status_text(answer.status), answer.place.name, answer.place.lat_deg,
                     answer.place.lon_deg, km, answer.reason);
    }
}

/* Names that mean nothing sure there: accepted is wrong, whatever the place. */
static void doubtful_names_are_not_accepted(void **state)
{
    (void)state;
    static const struct {
        enum side side;
        const char *name, *type, *hint, *iso;
    } cases[] = {
        {FR, "Saint-Martin", "commune", "", "FR"},
        {FR, "Villeneuve", "commune", "", "FR"},
        {FR, "Aix", "commune", "", "FR"},
        {FR, "Mayenne", "", "", "FR"},
        {FR, "Saint-Aubin", "commune", "", "FR"},
        {FR, "Province Est", "region", "", "FR"},
        {FR, "Réseau Cap-Monde", "", "", "FR"},
        {FR, "Agence de l'eau", "other", "", "FR"},
        {FR, "Communauté de communes", "epci", "", "FR"},
        {XX, "Varsovie", "city", "", "CZ"},
        {XX, "Hanoï", "city", "", "TH"},
        {XX, "San José", "city", "", ""},
        {XX, "Springfield", "city", "", "US"},
        {XX, "Neustadt", "city", "", "DE"},
        {XX, "Diverses collectivités locales", "city", "", "SN"},
        {XX, "Association des communes du Togo", "federation", "", "TG"},
        {XX, "Université de Dakar", "other", "", "SN"},
        {XX, "Xyzzyville", "city", "", "CA"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place_query query = {.side = cases[i].side,
                                    .name = cases[i].name,
                                    .type = cases[i].type,
                                    .hint = cases[i].hint,
                                    .country_iso = cases[i].iso};
        struct place_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        if (answer.status == MATCH_ACCEPTED)
            fail_msg("%s: accepted as %s (%s)", cases[i].name, answer.place.name, answer.reason);
        assert_true(answer.place.precision != PRECISION_EXACT);
        assert_true(answer.reason[0] != '\0');
    }
}

static void claims_are_counted_where_they_belong(void **state)
{
    (void)state;
    static const struct {
        const char *name, *hint, *iso;
        int year;
        const char *counted;
        bool review;
    } cases[] = {
        {"Sébastopol", "", "RU", 2019, "UA", true},
        {"Yalta", "Crimée", "RU", 2016, "UA", true},
        {"Sébastopol", "", "UA", 2019, "UA", false},
        {"Stepanakert", "", "AM", 2015, "AZ", true},
        {"Hadrout", "Artsakh", "", 2014, "AZ", true},
        {"Tiraspol", "", "MD", 0, "MD", true},
        {"Soukhoumi", "", "GE", 0, "GE", true},
        {"Hargeisa", "Somaliland", "SO", 0, "SO", true},
        {"Dakhla", "", "MA", 2010, "EH", false},
        {"Jérusalem-Est", "", "IL", 2010, "PS", true},
        {"Ariel", "", "IL", 2010, "PS", true},
        {"Katzrin", "", "IL", 2010, "SY", true},
        {"Haïfa", "", "IL", 2010, "IL", false},
        {"Tel Aviv", "", "IL", 2010, "IL", false},
        {"Prizren", "", "RS", 2003, "XK", false},
        {"Belgrade", "", "RS", 2003, "RS", false},
        {"Taipei", "", "TW", 2003, "TW", false},
        {"Saint-Pétersbourg", "", "RU", 2019, "RU", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place_query query = {.side = XX,
                                    .name = cases[i].name,
                                    .type = "city",
                                    .hint = cases[i].hint,
                                    .country_iso = cases[i].iso,
                                    .year = cases[i].year};
        struct place_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode(geocoder, &query, &answer, &error), ATLAS_OK);
        if (strcmp(answer.place.country_iso, cases[i].counted) != 0 ||
            answer.review != cases[i].review)
            fail_msg("%s claimed as %s: %s, %s (%s)", cases[i].name, cases[i].iso,
                     answer.place.country_iso, answer.review ? "held" : "not held", answer.reason);
    }
}

static void points_are_checked_against_the_country(void **state)
{
    (void)state;
    static const struct {
        const char *iso;
        double lon, lat;
        enum point_verdict verdict;
    } cases[] = {
        {"ML", -8.0, 12.65, POINT_USED},
        {"ML", 12.65, -8.0, POINT_SWAPPED},
        {"ML", 2.35, 48.85, POINT_REFUSED},
        {"ML", 0, 0, POINT_REFUSED},
        {"ML", -30, 10, POINT_REFUSED},
        {"FR", 2.35, 48.85, POINT_USED},
        {"FR", 55.45, -20.88, POINT_USED},
        {"NC", 166.45, -22.27, POINT_USED},
        {"NC", 2.35, 48.85, POINT_REFUSED},
        {"VN", 105.84, 21.02, POINT_USED},
        {"VN", 21.02, 105.84, POINT_SWAPPED},
        {"", 500, 3, POINT_REFUSED},
        {"", 50, 3, POINT_USED},
        {"DE", 7.9, 48.5, POINT_USED},
        {"DE", 200, 91, POINT_REFUSED},
        {"PS", 34.45, 31.5, POINT_USED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double lon = cases[i].lon, lat = cases[i].lat;
        struct point_answer answer;
        struct atlas_error error;
        assert_int_equal(geocode_check_point(geocoder, cases[i].iso, &lon, &lat, &answer, &error),
                         ATLAS_OK);
        if (answer.verdict != cases[i].verdict)
            fail_msg("%s %g %g: %d (%s)", cases[i].iso, cases[i].lon, cases[i].lat,
                     (int)answer.verdict, answer.reason);
        if (answer.verdict == POINT_SWAPPED) assert_true(lon == cases[i].lat);
        if (answer.verdict != POINT_USED) assert_true(answer.reason[0] != '\0');
    }
    double nan_lon = NAN, lat = 3;
    struct point_answer answer;
    struct atlas_error error;
    assert_int_equal(geocode_check_point(geocoder, "ML", &nan_lon, &lat, &answer, &error),
                     ATLAS_OK);
    assert_int_equal(answer.verdict, POINT_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_where_they_are),
        cmocka_unit_test(doubtful_names_are_not_accepted),
        cmocka_unit_test(claims_are_counted_where_they_belong),
        cmocka_unit_test(points_are_checked_against_the_country),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
