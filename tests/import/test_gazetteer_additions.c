/* What the gazetteer takes from lists of the past and of stations: import/gazetteer_past_communes,
 * import/gazetteer_stations. */
#include "tests/import/gazetteer_folder.h"

#include "import/gazetteer_france.h"
#include "import/gazetteer_past_communes.h"
#include "import/gazetteer_stations.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(communes_of_the_past_lead_to_todays),
        cmocka_unit_test(stations_name_municipalities_that_are_no_town),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
