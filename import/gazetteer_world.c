#include "import/gazetteer_world.h"

#include "geo/country.h"
#include "import/gazetteer_cldr.h"
#include "import/gazetteer_file.h"
#include "import/gazetteer_json.h"
#include "import/gazetteer_mo.h"

#include <stdlib.h>
#include <string.h>

#define COUNTRY_BONUS 3000

/* Names to show where the sources' own are long, dated or unlike what French partners write. French
 * ones otherwise come from i18n-iso-countries, English ones from CLDR (english_spelling()). */
static const struct {
    const char *iso, *fr, *en;
} shown_names[] = {
    {"AE", "Émirats arabes unis", NULL},
    {"AX", "Îles Åland", NULL},
    {"BN", "Brunei", NULL},
    {"CD", "République démocratique du Congo", "Democratic Republic of the Congo"},
    {"CF", "République centrafricaine", NULL},
    {"CG", "République du Congo", "Republic of the Congo"},
    {"CI", "Côte d'Ivoire", NULL},
    {"CZ", "Tchéquie", NULL},
    {"DO", "République dominicaine", NULL},
    {"HK", NULL, "Hong Kong"},
    {"IO", "Territoire britannique de l'océan Indien", NULL},
    {"LR", "Liberia", NULL},
    {"MM", "Birmanie", "Myanmar"},
    {"MO", NULL, "Macao"},
    {"NG", "Nigeria", NULL},
    {"PS", "Palestine", "Palestine"},
    {"SA", "Arabie saoudite", NULL},
    {"SJ", "Svalbard et Jan Mayen", NULL},
    {"SZ", "Eswatini", NULL},
    {"TR", "Turquie", "Türkiye"},
    {"TZ", "Tanzanie", NULL},
    {"US", "États-Unis", NULL},
    {"VA", "Vatican", NULL},
    {"VC", NULL, "Saint Vincent and the Grenadines"},
    {"VG", "Îles Vierges britanniques", NULL},
    {"VI", "Îles Vierges américaines", NULL},
};

static const char *shown_name(const char *iso, const char *lang)
{
    for (size_t i = 0; i < sizeof shown_names / sizeof *shown_names; i++)
        if (strcmp(shown_names[i].iso, iso) == 0)
            return strcmp(lang, "fr") == 0 ? shown_names[i].fr : shown_names[i].en;
    return NULL;
}

struct world {
    struct gazetteer *gazetteer;
    const struct gazetteer_sources *sources;
    struct atlas_error *error;
    const char *lang; /* of the file in hand */
};

/* A name that i18n-iso-countries gives is a text or a list of texts. */
static const char *first_name(const json_t *names)
{
    return json_string_value(json_is_array(names) ? json_array_get(names, 0) : names);
}

static void add_names(struct gazetteer *gazetteer, size_t index, const json_t *names,
                      const char *lang)
{
    gazetteer_add_name(gazetteer, index, json_string_value(names), lang, NAME_ALTERNATE);
    for (size_t i = 0; i < json_array_size(names); i++)
        gazetteer_add_name(gazetteer, index, json_string_value(json_array_get(names, i)), lang,
                           NAME_ALTERNATE);
}

static enum atlas_status add_country(struct world *world, const char *iso, const json_t *fr,
                                     const json_t *en)
{
    struct gazetteer_territory country;
    bool france = strcmp(iso, "FR") == 0;
    gazetteer_territory_init(&country, france ? SIDE_FRENCH : SIDE_FOREIGN, KIND_COUNTRY);
    country.code = gazetteer_text_format(world->gazetteer, "country:%s", iso);
    country.country_iso = iso;
    country.precision = PRECISION_COUNTRY;
    country.bonus = COUNTRY_BONUS;
    country.name_fr = shown_name(iso, "fr");
    if (!country.name_fr) country.name_fr = first_name(json_object_get(fr, iso));
    country.name_en = shown_name(iso, "en");
    if (!country.name_en) country.name_en = first_name(json_object_get(en, iso));
    if (!country.name_fr)
        return atlas_fail(world->error, ATLAS_INVALID,
                          "i18n-iso-countries/langs/fr.json has no name for %s", iso);
    size_t index = gazetteer_add(world->gazetteer, &country);
    gazetteer_add_name(world->gazetteer, index, country.name_fr, "fr", NAME_OFFICIAL);
    gazetteer_add_name(world->gazetteer, index, country.name_en, "en", NAME_ALTERNATE);
    add_names(world->gazetteer, index, json_object_get(fr, iso), "fr");
    add_names(world->gazetteer, index, json_object_get(en, iso), "en");
    return ATLAS_OK;
}

static enum atlas_status add_rows(struct world *world)
{
    json_t *fr = NULL, *en = NULL;
    enum atlas_status status =
        gazetteer_json_load(world->sources->outside, "i18n-iso-countries/langs/fr.json",
                            JSON_OBJECT, &fr, world->error);
    if (status == ATLAS_OK)
        status = gazetteer_json_load(world->sources->outside, "i18n-iso-countries/langs/en.json",
                                     JSON_OBJECT, &en, world->error);
    size_t n;
    const struct country *countries = country_all(&n);
    for (size_t i = 0; status == ATLAS_OK && i < n; i++)
        if (!country_french_overseas(countries[i].iso2))
            status = add_country(world, countries[i].iso2, json_object_get(fr, "countries"),
                                 json_object_get(en, "countries"));
    json_decref(fr);
    json_decref(en);
    return status;
}

/* A CLDR name as running text has it: "St. Kitts & Nevis" -> "Saint Kitts and Nevis", and the
 * apostrophe that keyboards have. */
static const char *english_spelling(struct gazetteer *gazetteer, const char *name)
{
    static const struct {
        const char *sign, *spelled;
    } signs[] = {{"St. ", "Saint "}, {"&", "and"}, {"\u2019", "'"}};
    char text[200];
    size_t n = 0;
    while (*name && n + sizeof "Saint " < sizeof text) {
        size_t i = 0;
        while (i < sizeof signs / sizeof *signs &&
               strncmp(name, signs[i].sign, strlen(signs[i].sign)) != 0)
            i++;
        bool found = i < sizeof signs / sizeof *signs;
        size_t length = found ? strlen(signs[i].spelled) : 1;
        memcpy(text + n, found ? signs[i].spelled : name, length);
        n += length;
        name += found ? strlen(signs[i].sign) : 1;
    }
    return gazetteer_text_format(gazetteer, "%.*s", (int)n, text);
}

/* CLDR's first name of a country is the one people say ("Moldova"), where ISO's are made for
 * sorting ("Moldova, Republic of"); its alternates ("UK") are only for finding. */
static void read_cldr_name(void *context, const char *type, const char *alt, const char *population,
                           const char *text)
{
    struct world *world = context;
    (void)population;
    size_t index = gazetteer_find_parts(world->gazetteer, "country:", type);
    if (index == GAZETTEER_NONE || !text) return;
    gazetteer_add_name(world->gazetteer, index, text, world->lang, NAME_ALTERNATE);
    if (alt || strcmp(world->lang, "en") != 0 || shown_name(type, "en")) return;
    struct gazetteer_territory *country = &world->gazetteer->territories[index];
    country->name_en = english_spelling(world->gazetteer, text);
    gazetteer_add_name(world->gazetteer, index, country->name_en, "en", NAME_ALTERNATE);
}

static void read_cldr_population(void *context, const char *type, const char *alt,
                                 const char *population, const char *text)
{
    struct world *world = context;
    (void)alt;
    (void)text;
    size_t index = gazetteer_find_parts(world->gazetteer, "country:", type);
    if (index == GAZETTEER_NONE || !population) return;
    long long people = strtoll(population, NULL, 10);
    if (people > 0) world->gazetteer->territories[index].population = people;
}

/* iso-codes: names of ISO 3166-1 in English and, by its catalogue, in French. */
static enum atlas_status read_iso_names(struct world *world, const struct mo_catalogue *french)
{
    static const char *const keys[] = {"name", "official_name", "common_name"};
    json_t *file;
    enum atlas_status status = gazetteer_json_load(world->sources->iso_codes, "iso_3166-1.json",
                                                   JSON_OBJECT, &file, world->error);
    if (status != ATLAS_OK) return status;
    const json_t *list = json_object_get(file, "3166-1");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        size_t index = gazetteer_find_parts(world->gazetteer,
                                            "country:", gazetteer_json_text(entry, "alpha_2"));
        if (index == GAZETTEER_NONE) continue;
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const char *name = gazetteer_json_text(entry, keys[k]);
            if (!name) continue;
            gazetteer_add_name(world->gazetteer, index, name, "en", NAME_ALTERNATE);
            gazetteer_add_name(world->gazetteer, index, mo_find(french, name), "fr",
                               NAME_ALTERNATE);
        }
        gazetteer_add_name(world->gazetteer, index, gazetteer_json_text(entry, "alpha_3"), NULL,
                           NAME_ALTERNATE);
    }
    json_decref(file);
    return ATLAS_OK;
}

static enum atlas_status add_iso_names(struct world *world)
{
    struct mo_catalogue french;
    char *path = gazetteer_file_path(world->sources->locale, "fr/LC_MESSAGES/iso_3166-1.mo");
    if (!path) return atlas_fail(world->error, ATLAS_NO_MEMORY, "not enough memory");
    enum atlas_status status = mo_open(path, &french, world->error);
    free(path);
    if (status != ATLAS_OK) return status;
    status = read_iso_names(world, &french);
    mo_close(&french);
    return status;
}

enum atlas_status gazetteer_add_countries(struct gazetteer *gazetteer,
                                          const struct gazetteer_sources *sources,
                                          struct atlas_error *error)
{
    struct world world = {.gazetteer = gazetteer, .sources = sources, .error = error};
    enum atlas_status status = add_rows(&world);
    world.lang = "fr";
    if (status == ATLAS_OK)
        status =
            cldr_each(sources->cldr, "main/fr.xml", "territory", read_cldr_name, &world, error);
    world.lang = "en";
    if (status == ATLAS_OK)
        status =
            cldr_each(sources->cldr, "main/en.xml", "territory", read_cldr_name, &world, error);
    if (status == ATLAS_OK)
        status = cldr_each(sources->cldr, "supplemental/supplementalData.xml", "territory",
                           read_cldr_population, &world, error);
    if (status == ATLAS_OK) status = add_iso_names(&world);
    if (status != ATLAS_OK) return status;
    return gazetteer_status(gazetteer, error);
}
