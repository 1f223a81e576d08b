/* The gazetteer build: its readers on small sound and broken files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/country.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_csv.h"
#include "import/gazetteer_france.h"
#include "import/gazetteer_generic.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_mo.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_supplement.h"
#include "import/gazetteer_write.h"
#include "tests/import/gazetteer_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void cities_need_nineteen_columns_and_sound_numbers(void **state)
{
    (void)state;
    static const char good[] =
        "1\tTest\tTest\tProba,Essai\t12.5\t-1.5\tP\tPPLA\tML\t\t03\tx\t\t\t"
        "1000\t\t5\tAfrica/Bamako\t2023-01-01\n";
    struct geonames_set set;
    struct atlas_error error;
    assert_int_equal(geonames_open(put("cities", good), &set, &error), ATLAS_OK);
    assert_int_equal(set.n, 1);
    assert_string_equal(set.cities[0].admin1, "03");
    assert_true(set.cities[0].lat_deg == 12.5 && set.cities[0].population == 1000);
    geonames_close(&set);

    static const char settlement[] =
        "2\tAriel\tAriel\t\t32.1\t35.2\tP\tPPLA\tIL\t\tWE\t\t\t\t20540\t\t\t\t\n";
    assert_int_equal(geonames_open(put("cities", settlement), &set, &error), ATLAS_OK);
    assert_string_equal(set.cities[0].country, "PS");
    geonames_close(&set);

    static const char *const broken[] = {
        "1\tTest\tTest\t\t12.5\t-1.5\n",
        "1\tTest\tTest\t\t91\t-1.5\tP\tPPL\tML\t\t\t\t\t\t0\t\t\t\t\n",
        "1\tTest\tTest\t\tnan\t-1.5\tP\tPPL\tML\t\t\t\t\t\t0\t\t\t\t\n",
        "x\tTest\tTest\t\t12\t-1.5\tP\tPPL\tML\t\t\t\t\t\t0\t\t\t\t\n",
        "1\tTest\tTest\t\t12\t-1.5\tP\tPPL\tMali\t\t\t\t\t\t0\t\t\t\t\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char text[600];
        snprintf(text, sizeof text, "%s%s", good, broken[i]);
        assert_int_equal(geonames_open(put("cities", text), &set, &error), ATLAS_INVALID);
        assert_says(&error, "line 2");
    }
    assert_int_equal(geonames_open("/nowhere/cities", &set, &error), ATLAS_NOT_FOUND);
}

/* A catalogue with one message, in either byte order. */
static size_t make_catalogue(uint8_t *bytes, bool swapped)
{
    const uint32_t words[] = {0x950412de, 0, 1, 28, 36, 0, 44, 3, 44, 4, 48};
    memset(bytes, 0, 64);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < 4; k++)
            bytes[4 * i + (swapped ? 3 - k : k)] = (uint8_t)(words[i] >> (8 * k));
    memcpy(bytes + 44, "123", 4);
    memcpy(bytes + 48, "Alep", 5);
    return 53;
}

static void catalogues_are_read_in_both_byte_orders(void **state)
{
    (void)state;
    uint8_t bytes[64];
    for (int swapped = 0; swapped < 2; swapped++) {
        size_t n = make_catalogue(bytes, swapped);
        struct mo_catalogue catalogue;
        struct atlas_error error;
        assert_int_equal(mo_open(put_bytes("a.mo", bytes, n), &catalogue, &error), ATLAS_OK);
        assert_string_equal(mo_find(&catalogue, "123"), "Alep");
        assert_null(mo_find(&catalogue, "124"));
        assert_null(mo_find(&catalogue, ""));
        mo_close(&catalogue);
        for (size_t length = 0; length < n; length++) /* cut anywhere, it is refused */
            assert_int_equal(mo_open(put_bytes("a.mo", bytes, length), &catalogue, &error),
                             ATLAS_INVALID);
        for (size_t i = 8; i < 44; i++) { /* no offset leads outside the file */
            make_catalogue(bytes, swapped);
            bytes[i] ^= 0x7f;
            if (mo_open(put_bytes("a.mo", bytes, n), &catalogue, &error) == ATLAS_OK) {
                (void)mo_find(&catalogue, "123");
                mo_close(&catalogue);
            }
        }
    }
}

static void small_csv_files_name_what_is_wrong(void **state)
{
    (void)state;
    static const char *const needed[] = {"insee", "lon"};
    struct csv_file file;
    struct atlas_error error;
    const char *path = put("a.csv", "\xef\xbb\xbflon,nom,insee\n2.5,\"L'\"\"A\"\", B\",01001\n");
    assert_int_equal(csv_file_open(path, needed, 2, &file, &error), ATLAS_OK);
    assert_int_equal(file.n_rows, 1);
    assert_string_equal(csv_file_text(&file, 0, "nom"), "L'\"A\", B");
    assert_string_equal(csv_file_text(&file, 0, "absent"), "");
    double lon;
    assert_true(csv_file_degrees(&file, 0, "lon", 180, &lon) && lon == 2.5);
    assert_false(csv_file_degrees(&file, 0, "nom", 180, &lon));
    csv_file_close(&file);
    static const struct {
        const char *text, *says;
    } broken[] = {
        {"nom,insee\nA,1\n", "\"lon\""},
        {"lon,insee\n1,2,3\n", "as many fields"},
        {"lon,insee\n1\n", "as many fields"},
        {"lon,insee\n\"1,2\n", "quotes"},
        {"", "\"insee\""},
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        assert_int_equal(csv_file_open(put("a.csv", broken[i].text), needed, 2, &file, &error),
                         ATLAS_INVALID);
        assert_says(&error, broken[i].says);
    }
}

#define ETALAB "@etalab/decoupage-administratif/data/"

static void put_france(const char *communes)
{
    put(ETALAB "regions.json",
        "[{\"code\":\"84\",\"nom\":\"Auvergne-Rhône-Alpes\"},"
        "{\"code\":\"02\",\"nom\":\"Martinique\"}]");
    put(ETALAB "departements.json",
        "[{\"code\":\"38\",\"nom\":\"Isère\",\"region\":\"84\"},"
        "{\"code\":\"972\",\"nom\":\"Martinique\",\"region\":\"02\"}]");
    put(ETALAB "communes.json", communes);
    put(ETALAB "epci.json",
        "[{\"code\":\"200040715\",\"nom\":\"CA du Test (CAT)\",\"type\":\"CA\","
        "\"membres\":[{\"code\":\"38185\"},{\"code\":\"99999\"}]}]");
    put(ETALAB "ept.json", "[]");
    put("decoupage-administratif-2019/data/communes.json", "[]");
    put("decoupage-administratif-2020/data/communes.json", "[]");
}

static bool has_name(const struct gazetteer *gazetteer, const char *code, const char *folded)
{
    size_t index = gazetteer_find(gazetteer, code);
    for (size_t i = 0; i < gazetteer->n_names; i++)
        if (gazetteer->names[i].territory == index &&
            strcmp(gazetteer->names[i].folded, folded) == 0)
            return true;
    return false;
}

static void french_authorities_have_one_territory_each(void **state)
{
    (void)state;
    put_france(
        "[{\"code\":\"38185\",\"nom\":\"Grenoble\",\"type\":\"commune-actuelle\","
        "\"departement\":\"38\",\"siren\":\"213801855\",\"population\":10,"
        "\"codesPostaux\":[\"38000\"],\"anciensCodes\":[\"38999\"]},"
        "{\"code\":\"38001\",\"nom\":\"Ancienne\",\"type\":\"commune-deleguee\","
        "\"chefLieu\":\"38185\"}]");
    struct gazetteer gazetteer;
    struct atlas_error error;
    gazetteer_init(&gazetteer);
    assert_int_equal(gazetteer_add_france(&gazetteer, folder, &error), ATLAS_OK);
    const struct gazetteer_territory *rows = gazetteer.territories;
    size_t commune = gazetteer_find(&gazetteer, "com:38185");
    assert_string_equal(rows[commune].epci_code, "epci:200040715");
    assert_string_equal(rows[commune].parent_code, "dep:38");
    assert_string_equal(rows[gazetteer_find(&gazetteer, "epci:200040715")].parent_code, "dep:38");
    assert_string_equal(rows[gazetteer_find(&gazetteer, "epci:200040715")].name_fr,
                        "Communauté d'agglomération du Test (CAT)");
    assert_true(has_name(&gazetteer, "epci:200040715", "cat"));
    assert_true(has_name(&gazetteer, "com:38185", "ancienne"));
    static const char *const olds[] = {"com:38001", "com:38999"};
    for (size_t i = 0; i < 2; i++) {
        size_t old = gazetteer_find(&gazetteer, olds[i]);
        assert_string_equal(rows[old].replaced_by, "com:38185");
        assert_false(has_name(&gazetteer, olds[i], "ancienne"));
    }
    assert_string_equal(rows[gazetteer_find(&gazetteer, "reg:02")].replaced_by, "dep:972");
    assert_int_equal(rows[gazetteer_find(&gazetteer, "dep:972")].kind, KIND_COLLECTIVITE_UNIQUE);
    assert_true(has_name(&gazetteer, "reg:84", "rhone alpes"));
    assert_int_equal(rows[gazetteer_find(&gazetteer, "reg:84")].population, 10);
    gazetteer_close(&gazetteer);
}

static void broken_french_files_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *communes, *says;
    } broken[] = {
        {"[{\"code\":", "not sound JSON"},
        {"{}", "a list"},
        {"[{\"nom\":\"A\",\"type\":\"commune-actuelle\"}]", "no \"code\""},
        {"[{\"code\":\"38185\",\"nom\":\"A\",\"type\":\"commune-actuelle\"}]", "no departement"},
        {"[{\"code\":\"38001\",\"nom\":\"A\",\"type\":\"commune-deleguee\",\"chefLieu\":\"1\"}]",
         "which is not there"},
        {"[{\"code\":\"3 8\",\"nom\":\"A\",\"type\":\"commune-actuelle\",\"departement\":\"38\"}]",
         "com:3 8"},
        {"[]", "no member"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct gazetteer gazetteer;
        struct atlas_error error;
        put_france(broken[i].communes);
        gazetteer_init(&gazetteer);
        assert_int_equal(gazetteer_add_france(&gazetteer, folder, &error), ATLAS_INVALID);
        assert_says(&error, broken[i].says);
        gazetteer_close(&gazetteer);
    }
}

static void a_missing_source_is_named_and_nothing_is_written(void **state)
{
    (void)state;
    char output[100];
    snprintf(output, sizeof output, "%s/out.sqlite", folder);
    struct gazetteer_sources sources = {.outside = "/nowhere/outside",
                                        .cldr = "/nowhere/cldr",
                                        .iso_codes = "/nowhere/iso",
                                        .locale = "/nowhere/locale",
                                        .supplement = "/nowhere/supplement.csv"};
    struct atlas_error error;
    assert_int_equal(gazetteer_build(&sources, output, &error), ATLAS_NOT_FOUND);
    assert_says(&error, "/nowhere/outside");
    assert_int_not_equal(access(output, F_OK), 0);
}

static void supplement_rows_are_checked(void **state)
{
    (void)state;
#define HEADER                                                                                     \
    "code,kind,name,other_names,generic,country,parent,at,lon,lat,radius_km,precision,source\n"
    static const struct {
        const char *row, *says;
    } rows[] = {
        {",city,Ici,Là;Ailleurs,,ML,,,1,2,,exact,moi\n", NULL},
        {",city,Ici,,,ML,,country:ML,,,5,,moi\n", NULL},
        {"country:ML,old,,Soudan français,,,,,,,,,moi\n", NULL},
        {",city,Ici,,,ML,,,1,2,,exact,\n", "no source"},
        {",town,Ici,,,ML,,,1,2,,exact,moi\n", "kind"},
        {",city,Ici,,,XX,,,1,2,,exact,moi\n", "country"},
        {",city,Ici,,,ML,,,1,92,,exact,moi\n", "degrees"},
        {",city,Ici,,,ML,,,1,2,,rough,moi\n", "precision"},
        {",city,Ici,,,ML,,,1,2,,area,moi\n", "radius_km"},
        {",city,Ici,,,ML,,gn:1,,,5,,moi\n", "\"at\""},
        {"country:ML,city,,Soudan,,,,,,,,,moi\n", "alternate, old"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text, HEADER "%s", rows[i].row);
        struct gazetteer gazetteer;
        struct gazetteer_territory mali;
        struct atlas_error error;
        gazetteer_init(&gazetteer);
        gazetteer_territory_init(&mali, SIDE_FOREIGN, KIND_COUNTRY);
        mali.code = "country:ML";
        mali.name_fr = "Mali";
        mali.country_iso = "ML";
        mali.lon_deg = -4;
        mali.lat_deg = 17;
        gazetteer_add(&gazetteer, &mali);
        enum atlas_status status = gazetteer_add_supplement(&gazetteer, put("s.csv", text), &error);
        if (rows[i].says) {
            assert_int_equal(status, ATLAS_INVALID);
            assert_says(&error, "line 2");
            assert_says(&error, rows[i].says);
        } else {
            assert_int_equal(status, ATLAS_OK);
            assert_true(gazetteer.n_names > 0);
        }
        gazetteer_close(&gazetteer);
    }
}

static void generic_words_are_local_and_stripped(void **state)
{
    (void)state;
    assert_string_equal(generic_word("DZ", 1, "Province"), "wilaya");
    assert_string_equal(generic_word("ML", 2, NULL), "cercle");
    assert_string_equal(generic_word("BR", 1, "State"), "État");
    assert_null(generic_word("BR", 1, "Something else"));
    char name[] = "region de kayes", only[] = "province";
    generic_strip(name);
    generic_strip(only);
    assert_string_equal(name, "kayes");
    assert_string_equal(only, "province");
}

static void a_code_that_is_not_there_stops_the_build(void **state)
{
    (void)state;
    struct gazetteer gazetteer;
    struct gazetteer_territory row;
    struct atlas_error error;
    char path[100];
    snprintf(path, sizeof path, "%s/g.sqlite", folder);
    gazetteer_init(&gazetteer);
    gazetteer_territory_init(&row, SIDE_FOREIGN, KIND_CITY);
    row.code = "gn:1";
    row.name_fr = "Ici";
    row.parent_code = "iso:ML-1";
    gazetteer_add(&gazetteer, &row);
    assert_int_equal(gazetteer_write(&gazetteer, path, &error), ATLAS_INVALID);
    assert_says(&error, "iso:ML-1");
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(gazetteer_add(&gazetteer, &row), GAZETTEER_NONE); /* the code twice */
    assert_int_equal(gazetteer_status(&gazetteer, &error), ATLAS_INVALID);
    assert_says(&error, "gn:1");
    gazetteer_close(&gazetteer);
}

static void countries_are_found_by_either_code(void **state)
{
    (void)state;
    size_t n;
    const struct country *all = country_all(&n);
    assert_int_equal(n, 250);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(country_find(all[i].iso2), &all[i]);
        assert_ptr_equal(country_find(all[i].iso3), &all[i]);
        assert_non_null(continent_name(all[i].continent, "fr"));
        assert_true(i == 0 || strcmp(all[i - 1].iso2, all[i].iso2) < 0);
    }
    assert_string_equal(country_find("kh")->continent, "AS");
    assert_null(country_find("ZZ"));
    assert_null(country_find(NULL));
    assert_string_equal(country_french_overseas("NC"), "dep:988");
    assert_null(country_french_overseas("FR"));
    assert_string_equal(continent_name("AF", "en"), "Africa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cities_need_nineteen_columns_and_sound_numbers),
        cmocka_unit_test(catalogues_are_read_in_both_byte_orders),
        cmocka_unit_test(small_csv_files_name_what_is_wrong),
        cmocka_unit_test(french_authorities_have_one_territory_each),
        cmocka_unit_test(broken_french_files_are_named),
        cmocka_unit_test(a_missing_source_is_named_and_nothing_is_written),
        cmocka_unit_test(supplement_rows_are_checked),
        cmocka_unit_test(generic_words_are_local_and_stripped),
        cmocka_unit_test(a_code_that_is_not_there_stops_the_build),
        cmocka_unit_test(countries_are_found_by_either_code),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
