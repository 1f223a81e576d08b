/* What the gazetteer takes from lists of the past and of stations: import/gazetteer_past_communes,
 * import/gazetteer_stations; and how countries are called, by what Debian has of CLDR and ISO 3166.
 */
#include "tests/import/gazetteer_folder.h"

#include "geo/country.h"
#include "import/gazetteer_france.h"
#include "import/gazetteer_past_communes.h"
#include "import/gazetteer_stations.h"
#include "import/gazetteer_world.h"

#include <math.h>

static size_t add(struct gazetteer *gazetteer, enum side side, enum territory_kind kind,
                  const char *code, const char *name, const char *country, const char *parent)
{
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, side, kind);
    row.code = code;
    row.name_fr = name;
    row.country_iso = country;
    row.parent_code = parent;
    size_t index = gazetteer_add(gazetteer, &row);
    gazetteer_add_name(gazetteer, index, name, NULL, NAME_OFFICIAL);
    return index;
}

static const struct gazetteer_name *find_name(const struct gazetteer *gazetteer, const char *code,
                                              const char *folded)
{
    size_t index = gazetteer_find(gazetteer, code);
    for (size_t i = 0; i < gazetteer->n_names; i++)
        if (gazetteer->names[i].territory == index &&
            strcmp(gazetteer->names[i].folded, folded) == 0)
            return &gazetteer->names[i];
    return NULL;
}

static void communes_of_the_past_lead_to_todays(void **state)
{
    (void)state;
    put("decoupage-administratif-2020/data/communes.json",
        "[{\"code\":\"25424\",\"nom\":\"Nods\",\"type\":\"commune-deleguee\","
        "\"chefLieu\":\"25424\"}]");
    put("decoupage-administratif-2019/data/communes.json",
        "[{\"code\":\"68047\",\"nom\":\"Bourgfelden\",\"type\":\"commune-absorbee\","
        "\"communeAbsorbante\":\"68297\"},"
        "{\"code\":\"01132\",\"nom\":\"Crépieux\",\"type\":\"ancien-code\","
        "\"nouveauCode\":\"68047\"}," /* through a merger since */
        "{\"code\":\"68297\",\"nom\":\"Saint-Louis-d'Autrefois\",\"type\":\"commune-actuelle\"},"
        "{\"code\":\"99999\",\"nom\":\"Nulle Part\",\"type\":\"commune-absorbee\","
        "\"communeAbsorbante\":\"99998\"},"
        "{\"code\":\"51385\",\"nom\":\"Moronvilliers\",\"type\":\"commune-perimee\"}]");
    struct gazetteer gazetteer;
    struct atlas_error error;
    gazetteer_init(&gazetteer);
    add(&gazetteer, SIDE_FRENCH, KIND_COMMUNE, "com:25424", "Les Premiers Sapins", "FR", NULL);
    add(&gazetteer, SIDE_FRENCH, KIND_COMMUNE, "com:68297", "Saint-Louis", "FR", NULL);
    assert_int_equal(gazetteer_add_past_communes(&gazetteer, folder, &error), ATLAS_OK);
    static const struct {
        const char *today, *folded;
        enum gazetteer_name_kind kind;
        const char *old_code; /* NULL: it has none of its own */
    } cases[] = {
        {"com:25424", "nods", NAME_DELEGATED, NULL},
        {"com:68297", "bourgfelden", NAME_OLD, "com:68047"},
        {"com:68297", "crepieux", NAME_OLD, "com:01132"},
        {"com:68297", "saint louis d autrefois", NAME_OLD, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct gazetteer_name *name = find_name(&gazetteer, cases[i].today, cases[i].folded);
        assert_non_null(name);
        assert_int_equal(name->kind, cases[i].kind);
        if (!cases[i].old_code) continue;
        size_t old = gazetteer_find(&gazetteer, cases[i].old_code);
        assert_string_equal(gazetteer.territories[old].replaced_by, cases[i].today);
    }
    assert_int_equal(gazetteer_find(&gazetteer, "com:99999"), GAZETTEER_NONE);
    assert_int_equal(gazetteer_find(&gazetteer, "com:51385"), GAZETTEER_NONE);
    gazetteer_close(&gazetteer);
}

#define STATION(town, lat, lon)                                                                    \
    "{\"address\":{\"city\":\"" town "\"},\"location\":{\"latitude\":" lat ",\"longitude\":" lon   \
    "}}"

static void stations_name_municipalities_that_are_no_town(void **state)
{
    (void)state;
    put("db-stations/data.json",
        "[" STATION("Weinstadt", "48.81", "9.36") "," STATION("Weinstadt", "48.80", "9.38") ","
        STATION("Kernstadt", "48.82", "9.30") "," /* a town that is there */
        STATION("Kernstadt (Rems)", "48.82", "9.30") ","
        STATION("Neudorf", "48.0", "9.0") "," STATION("Neudorf", "53.0", "9.0") ","
        "{\"address\":{\"city\":\"Ohneort\"}},{\"location\":{\"latitude\":1,\"longitude\":2}}]");
    struct gazetteer gazetteer;
    struct atlas_error error;
    gazetteer_init(&gazetteer);
    add(&gazetteer, SIDE_FOREIGN, KIND_COUNTRY, "country:DE", "Allemagne", "DE", NULL);
    size_t town = add(&gazetteer, SIDE_FOREIGN, KIND_CITY, "gn:1", "Kernstadt", "DE", "iso:DE-BW");
    gazetteer.territories[town].lon_deg = 9.3;
    gazetteer.territories[town].lat_deg = 48.82;
    size_t before = gazetteer.n_territories;
    assert_int_equal(gazetteer_add_station_towns(&gazetteer, folder, &error), ATLAS_OK);
    assert_int_equal(gazetteer.n_territories, before + 1);
    const struct gazetteer_territory *added = &gazetteer.territories[before];
    assert_string_equal(added->name_fr, "Weinstadt");
    assert_string_equal(added->parent_code, "iso:DE-BW");
    assert_int_equal(added->precision, PRECISION_AREA);
    assert_true(fabs(added->lat_deg - 48.805) < 1e-9 && fabs(added->lon_deg - 9.37) < 1e-9);
    assert_true(added->radius_km >= 5 && strncmp(added->code, "local:", 6) == 0);
    gazetteer_close(&gazetteer);
    put("db-stations/data.json", "{}");
    gazetteer_init(&gazetteer);
    assert_int_equal(gazetteer_add_station_towns(&gazetteer, folder, &error), ATLAS_INVALID);
    assert_says(&error, "db-stations");
    gazetteer_close(&gazetteer);
}

/* i18n-iso-countries with nothing but codes for names, but for what is said here. */
static void put_country_names(const char *file, const char *iso, const char *names)
{
    char text[8000] = "{\"countries\": {";
    size_t n, length = strlen(text);
    const struct country *all = country_all(&n);
    for (size_t i = 0; i < n; i++)
        length += (size_t)snprintf(
            text + length, sizeof text - length,
            strcmp(all[i].iso2, iso) == 0 ? "%s\"%s\": %s" : "%s\"%s\": \"%s\"", i ? ", " : "",
            all[i].iso2, strcmp(all[i].iso2, iso) == 0 ? names : all[i].iso2);
    snprintf(text + length, sizeof text - length, "}}");
    put(file, text);
}

static void countries_are_called_as_people_say(void **state)
{
    (void)state;
    put_country_names("i18n-iso-countries/langs/fr.json", "MD", "[\"Moldavie\", \"Moldova (fr)\"]");
    put_country_names("i18n-iso-countries/langs/en.json", "MD", "\"Moldova, Republic of\"");
    struct gazetteer gazetteer;
    gazetteer_init(&gazetteer);
    struct gazetteer_sources sources = {.outside = folder,
                                        .cldr = "/usr/share/unicode/cldr/common",
                                        .iso_codes = "/usr/share/iso-codes/json",
                                        .locale = "/usr/share/locale"};
    struct atlas_error error;
    if (gazetteer_add_countries(&gazetteer, &sources, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
    static const struct {
        const char *code, *en, *also; /* also: the fold of another name that finds it */
    } rows[] = {
        {"country:MD", "Moldova", "moldova republic of"},
        {"country:TZ", "Tanzania", "tanzania united republic of"},
        {"country:VN", "Vietnam", "viet nam"},
        {"country:LA", "Laos", "lao people s democratic republic"},
        {"country:SY", "Syria", "syrian arab republic"},
        {"country:CI", "Côte d'Ivoire", "ivory coast"},
        {"country:CD", "Democratic Republic of the Congo", "congo kinshasa"},
        {"country:CG", "Republic of the Congo", "congo brazzaville"},
        {"country:BA", "Bosnia and Herzegovina", "bosnia"},
        {"country:LC", "Saint Lucia", "sainte lucie"},
        {"country:VC", "Saint Vincent and the Grenadines", "st vincent grenadines"},
        {"country:ST", "São Tomé and Príncipe", "sao tome et principe"},
        {"country:RU", "Russia", "russian federation"},
        {"country:US", "United States", "united states of america"},
        {"country:TR", "Türkiye", "turkey"},
        {"country:MM", "Myanmar", "myanmar burma"},
        {"country:PS", "Palestine", "palestinian territories"},
        {"country:HK", "Hong Kong", "hong kong sar china"},
        {"country:TW", "Taiwan", "taiwan province of china"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t index = gazetteer_find(&gazetteer, rows[i].code);
        assert_string_equal(gazetteer.territories[index].name_en, rows[i].en);
        if (!find_name(&gazetteer, rows[i].code, rows[i].also))
            fail_msg("%s: %s", rows[i].code, rows[i].also);
    }
    /* None is turned round for sorting, cut short or spelled with signs. */
    for (size_t i = 0; i < gazetteer.n_territories; i++) {
        const char *name = gazetteer.territories[i].name_en;
        if (strpbrk(name, ",&()[]") && strcmp(gazetteer.territories[i].code, "country:CC") != 0)
            fail_msg("%s", name);
        assert_null(strstr(name, "\u2019"));
        assert_null(strstr(name, "St. "));
    }
    assert_string_equal(gazetteer.territories[gazetteer_find(&gazetteer, "country:MD")].name_fr,
                        "Moldavie");
    gazetteer_close(&gazetteer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(communes_of_the_past_lead_to_todays),
        cmocka_unit_test(stations_name_municipalities_that_are_no_town),
        cmocka_unit_test(countries_are_called_as_people_say),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
