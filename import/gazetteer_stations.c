#include "import/gazetteer_stations.h"

#include "import/gazetteer_json.h"
#include "import/gazetteer_known_names.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME       "db-stations/data.json"
#define SAME_TOWN_KM    20.0 /* a place of that name so near is the municipality */
#define LARGEST_TOWN_KM 12.0 /* from its middle to its farthest station */
#define SMALLEST_RADIUS 5.0
#define UNIT_KM         30.0 /* so near a city lies in the same unit, mostly */

struct station {
    const char *town, *folded; /* town lives in the JSON, folded in the gazetteer */
    double lon_deg, lat_deg;
};

static int compare(const void *a, const void *b)
{
    const struct station *x = a, *y = b;
    int order = strcmp(x->folded, y->folded);
    if (order) return order;
    if (x->lon_deg != y->lon_deg) return x->lon_deg < y->lon_deg ? -1 : 1;
    return x->lat_deg < y->lat_deg ? -1 : x->lat_deg > y->lat_deg;
}

static size_t read_stations(struct gazetteer *gazetteer, const json_t *list,
                            struct station *stations)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const json_t *location = json_object_get(entry, "location");
        const json_t *lon = json_object_get(location, "longitude");
        const json_t *lat = json_object_get(location, "latitude");
        const char *town = gazetteer_json_text(json_object_get(entry, "address"), "city");
        char folded[GAZETTEER_FOLD];
        if (!town || !json_is_number(lon) || !json_is_number(lat) || !gazetteer_fold(town, folded))
            continue;
        stations[n++] = (struct station){.town = town,
                                         .folded = gazetteer_text(gazetteer, folded),
                                         .lon_deg = json_number_value(lon),
                                         .lat_deg = json_number_value(lat)};
        if (!stations[n - 1].folded) return 0;
    }
    qsort(stations, n, sizeof *stations, compare);
    return n;
}

/* The code of the unit in which the city nearest to a point lies, or the country's. */
static const char *unit_at(const struct gazetteer *gazetteer, double lon_deg, double lat_deg)
{
    const char *unit = "country:DE";
    double nearest_km = UNIT_KM;
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *city = &gazetteer->territories[i];
        if (city->kind != KIND_CITY || strcmp(city->country_iso, "DE") != 0) continue;
        double km = known_names_km(lon_deg, lat_deg, city->lon_deg, city->lat_deg);
        if (km >= nearest_km) continue;
        nearest_km = km;
        unit = city->parent_code;
    }
    return unit;
}

/* "Oberursel (Taunus)", "Garding/ OT Sandwehle": the name before what only tells it from others. */
static bool known_by_head(const struct gazetteer *gazetteer, const struct known_names *names,
                          const char *town, double lon_deg, double lat_deg)
{
    char head[GAZETTEER_FOLD], folded[GAZETTEER_FOLD];
    const char *quarter = strstr(town, " OT ");
    size_t length = strcspn(town, "(/,");
    if (quarter && (size_t)(quarter - town) < length) length = (size_t)(quarter - town);
    if (!town[length] || length >= sizeof head) return false;
    memcpy(head, town, length);
    head[length] = '\0';
    return gazetteer_fold(head, folded) &&
           known_names_near(gazetteer, names, "DE", folded, lon_deg, lat_deg, SAME_TOWN_KM);
}

/* Adds the municipality of a run of stations, unless it is there. */
static void add_town(struct gazetteer *gazetteer, const struct known_names *names,
                     const struct station *run, size_t n)
{
    double lon_deg = 0, lat_deg = 0, far_km = 0;
    for (size_t i = 0; i < n; i++) {
        lon_deg += run[i].lon_deg / (double)n;
        lat_deg += run[i].lat_deg / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        far_km = fmax(far_km, known_names_km(lon_deg, lat_deg, run[i].lon_deg, run[i].lat_deg));
    if (far_km > LARGEST_TOWN_KM ||
        known_names_near(gazetteer, names, "DE", run->folded, lon_deg, lat_deg, SAME_TOWN_KM) ||
        known_by_head(gazetteer, names, run->town, lon_deg, lat_deg))
        return;
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, SIDE_FOREIGN, KIND_CITY);
    const char *key = gazetteer_text_format(gazetteer, "DE|station|%s", run->folded);
    row.code = gazetteer_text_format(gazetteer, "local:%016" PRIx64,
                                     gazetteer_hash(GAZETTEER_HASH, key ? key : ""));
    row.name_fr = run->town;
    row.country_iso = "DE";
    row.parent_code = unit_at(gazetteer, lon_deg, lat_deg);
    row.precision = PRECISION_AREA;
    row.lon_deg = lon_deg;
    row.lat_deg = lat_deg;
    row.radius_km = fmax(SMALLEST_RADIUS, far_km);
    gazetteer_add_name(gazetteer, gazetteer_add(gazetteer, &row), run->town, NULL, NAME_OFFICIAL);
}

enum atlas_status gazetteer_add_station_towns(struct gazetteer *gazetteer, const char *outside,
                                              struct atlas_error *error)
{
    json_t *list;
    enum atlas_status status = gazetteer_json_load(outside, FILE_NAME, JSON_ARRAY, &list, error);
    if (status != ATLAS_OK) return status;
    struct station *stations = calloc(json_array_size(list) + 1, sizeof *stations);
    struct known_names names = {0};
    if (stations && known_names_open(gazetteer, &names)) {
        size_t count = read_stations(gazetteer, list, stations);
        for (size_t start = 0, n; start < count; start += n) {
            for (n = 1; start + n < count &&
                        strcmp(stations[start].folded, stations[start + n].folded) == 0;
                 n++)
                continue;
            add_town(gazetteer, &names, &stations[start], n);
        }
        status = gazetteer_status(gazetteer, error);
    } else
        status = atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for stations");
    known_names_close(&names);
    free(stations);
    json_decref(list);
    return status;
}
