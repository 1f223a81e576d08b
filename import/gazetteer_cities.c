#include "import/gazetteer_cities.h"

#include "geo/country.h"
#include "import/gazetteer_file.h"
#include "import/gazetteer_mo.h"

#include <stdlib.h>
#include <string.h>

struct labels { /* names to show, by GeoNames id */
    struct mo_catalogue french, english;
};

int gazetteer_feature_bonus(const char *feature)
{
    static const struct {
        const char *feature;
        int bonus;
    } bonuses[] = {{"PPLC", 2000},  {"PPLA", 1000}, {"PPLA2", 500},  {"PPLA3", 200},
                   {"PPLA4", 100},  {"PPLA5", 100}, {"PPLX", -1000}, {"PPLQ", -2000},
                   {"PPLH", -2000}, {"PPLW", -2000}};
    for (size_t i = 0; i < sizeof bonuses / sizeof *bonuses; i++)
        if (strcmp(bonuses[i].feature, feature) == 0) return bonuses[i].bonus;
    return 0;
}

/* Three capital letters alone are the code of an airport. */
static bool airport_code(const char *name)
{
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && !name[3];
}

/* True when a name is the first words of a longer one and no more. */
static bool only_beginning(const char *name, const char *full_folded)
{
    char folded[GAZETTEER_FOLD];
    if (!gazetteer_fold(name, folded)) return false;
    size_t length = strlen(folded);
    return strncmp(folded, full_folded, length) == 0 && full_folded[length] == ' ';
}

void gazetteer_add_alternates(struct gazetteer *gazetteer, size_t territory, char *alternates,
                              const char *full)
{
    char folded[GAZETTEER_FOLD];
    if (!full || !gazetteer_fold(full, folded)) folded[0] = '\0';
    char *rest = alternates;
    for (char *name; rest && (name = strsep(&rest, ","));)
        if (*name && !airport_code(name) && !only_beginning(name, folded))
            gazetteer_add_name(gazetteer, territory, name, NULL, NAME_ALTERNATE);
}

static void add_city(struct gazetteer *gazetteer, struct geonames_city *city,
                     const char *country_code, const char *french, const char *english)
{
    bool quarter = strcmp(city->feature, "PPLX") == 0;
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, SIDE_FOREIGN, quarter ? KIND_DISTRICT : KIND_CITY);
    row.code = gazetteer_text_format(gazetteer, "gn:%s", city->id);
    row.name_fr = french ? french : city->name;
    row.name_en = english ? english : city->name;
    row.country_iso = country_code + strlen("country:");
    row.parent_code = country_code;
    row.official = city->id;
    row.precision = PRECISION_EXACT;
    row.lon_deg = city->lon_deg;
    row.lat_deg = city->lat_deg;
    row.population = city->population > 0 ? city->population : -1;
    row.bonus = gazetteer_feature_bonus(city->feature);
    size_t index = gazetteer_add(gazetteer, &row);
    gazetteer_add_name(gazetteer, index, city->name, NULL, NAME_OFFICIAL);
    gazetteer_add_name(gazetteer, index, french, "fr", NAME_FRENCH);
    gazetteer_add_name(gazetteer, index, english, "en", NAME_ALTERNATE);
    gazetteer_add_name(gazetteer, index, city->ascii, NULL, NAME_ALTERNATE);
    gazetteer_add_alternates(gazetteer, index, city->alternates, NULL);
}

static enum atlas_status open_labels(const char *locale, struct labels *labels,
                                     struct atlas_error *error)
{
    char *french = gazetteer_file_path(locale, "fr/LC_MESSAGES/geonames.mo");
    char *english = gazetteer_file_path(locale, "en/LC_MESSAGES/geonames.mo");
    enum atlas_status status = french && english
                                   ? mo_open(french, &labels->french, error)
                                   : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    if (status == ATLAS_OK) {
        status = mo_open(english, &labels->english, error);
        if (status != ATLAS_OK) mo_close(&labels->french);
    }
    free(french);
    free(english);
    return status;
}

enum atlas_status gazetteer_add_cities(struct gazetteer *gazetteer,
                                       const struct gazetteer_sources *sources,
                                       struct geonames_set *set, struct atlas_error *error)
{
    struct labels labels;
    enum atlas_status status = open_labels(sources->locale, &labels, error);
    if (status != ATLAS_OK) return status;
    for (size_t i = 0; i < set->n; i++) {
        struct geonames_city *city = &set->cities[i];
        size_t country = gazetteer_find_parts(gazetteer, "country:", city->country);
        if (country == GAZETTEER_NONE || strcmp(city->country, "FR") == 0 ||
            country_french_overseas(city->country))
            continue;
        add_city(gazetteer, city, gazetteer->territories[country].code,
                 mo_find(&labels.french, city->id), mo_find(&labels.english, city->id));
    }
    mo_close(&labels.french);
    mo_close(&labels.english);
    return gazetteer_status(gazetteer, error);
}
