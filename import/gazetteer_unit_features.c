#include "import/gazetteer_unit_features.h"

#include "geo/array.h"
#include "geo/country.h"
#include "import/gazetteer_areas.h"
#include "import/gazetteer_generic.h"
#include "import/gazetteer_unit_names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NEARLY_ALL 0.85

/* A folded name of a feature, to see which names two features of a country share: those (Natural
 * Earth's French name of two régions of Madagascar is Tamatave) say nothing. */
struct shared_name {
    char country[3];
    uint64_t hash;
    uint32_t feature;
};

struct joiner {
    struct gazetteer *gazetteer;
    const struct geonames_set *set;
    const struct natural_earth *earth;
    struct unit_map *map;
    struct unit_names first, second;
    struct shared_name *shared; /* sorted by country and hash */
    size_t n_shared;
    bool rest; /* the second round */
};

static int compare_shared(const void *a, const void *b)
{
    const struct shared_name *x = a, *y = b;
    int order = strcmp(x->country, y->country);
    if (order) return order;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return x->feature < y->feature ? -1 : x->feature > y->feature;
}

static uint64_t hash_name(const char *name)
{
    char folded[GAZETTEER_FOLD];
    return gazetteer_fold(name, folded) ? gazetteer_hash(GAZETTEER_HASH, folded) : 0;
}

static bool list_names(struct joiner *joiner)
{
    const struct natural_earth *earth = joiner->earth;
    joiner->shared = calloc(earth->n * NATURAL_EARTH_NAMES + 1, sizeof *joiner->shared);
    if (!joiner->shared) return false;
    for (size_t i = 0; i < earth->n; i++)
        for (size_t k = 0; k < earth->features[i].n_names; k++) {
            struct shared_name *name = &joiner->shared[joiner->n_shared++];
            memcpy(name->country, earth->features[i].country, 3);
            name->hash = hash_name(earth->features[i].names[k].name);
            name->feature = (uint32_t)i;
        }
    qsort(joiner->shared, joiner->n_shared, sizeof *joiner->shared, compare_shared);
    return true;
}

/* True when another feature of the country bears the name too. */
static bool name_shared(const struct joiner *joiner, size_t feature, const char *name)
{
    struct shared_name wanted = {.hash = hash_name(name), .feature = 0};
    memcpy(wanted.country, joiner->earth->features[feature].country, 3);
    for (size_t i = array_lower_bound(joiner->shared, joiner->n_shared, sizeof wanted,
                                      compare_shared, &wanted);
         i < joiner->n_shared; i++) {
        const struct shared_name *found = &joiner->shared[i];
        if (strcmp(found->country, wanted.country) != 0 || found->hash != wanted.hash) return false;
        if (found->feature != feature) return true;
    }
    return false;
}

/* The unit that one of the feature's own names names. */
static size_t find_by_names(const struct joiner *joiner, const struct unit_names *units,
                            size_t index)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    for (size_t k = 0; k < feature->n_names; k++) {
        if (name_shared(joiner, index, feature->names[k].name)) continue;
        size_t unit = unit_names_find(units, feature->country, feature->names[k].name);
        if (unit != GAZETTEER_NONE) return unit;
    }
    return GAZETTEER_NONE;
}

static bool bears_name_of(const struct joiner *joiner, const struct unit_names *units, size_t index,
                          size_t unit)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    for (size_t k = 0; k < feature->n_names; k++)
        if (unit_names_find(units, feature->country, feature->names[k].name) == unit) return true;
    return false;
}

static size_t count_code(const struct natural_earth *earth, const char *code)
{
    size_t n = 0;
    for (size_t i = 0; i < earth->n; i++)
        n += strcmp(earth->features[i].code, code) == 0;
    return n;
}

/* The unit to which nearly all cities inside the feature belong. */
static size_t find_by_cities(const struct joiner *joiner,
                             const struct natural_earth_feature *feature)
{
    size_t units[16], counts[16], n = 0, total = 0;
    for (size_t i = 0; i < joiner->set->n; i++) {
        const struct geonames_city *city = &joiner->set->cities[i];
        if (strcmp(city->country, feature->country) != 0 ||
            !outline_contains(&feature->outline, city->lon_deg, city->lat_deg))
            continue;
        size_t unit = unit_map_find(joiner->map, city->country, city->admin1), k = 0;
        while (k < n && units[k] != unit)
            k++;
        total++;
        if (k == n && n == sizeof units / sizeof *units) continue;
        if (k == n) {
            units[n] = unit;
            counts[n++] = 0;
        }
        counts[k]++;
    }
    for (size_t k = 0; k < n; k++)
        if (units[k] != GAZETTEER_NONE && (double)counts[k] >= NEARLY_ALL * (double)total)
            return units[k];
    return GAZETTEER_NONE;
}

static void add_names(const struct joiner *joiner, size_t territory, size_t index,
                      enum gazetteer_name_kind kind)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    for (size_t k = 0; k < feature->n_names; k++)
        if (k == 0 || !name_shared(joiner, index, feature->names[k].name))
            gazetteer_add_name(joiner->gazetteer, territory, feature->names[k].name,
                               feature->names[k].lang, kind);
}

/* The name to show in French. "orientale" alone is what is left of a name whose generic word was
 * cut off: no name. */
static const char *french_name(const struct joiner *joiner, size_t index)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    for (size_t k = 1; k < feature->n_names; k++)
        if (strcmp(feature->names[k].lang, "fr") == 0 && !islower(*feature->names[k].name) &&
            !name_shared(joiner, index, feature->names[k].name))
            return feature->names[k].name;
    return feature->names[0].name;
}

/* A feature without a row of its own gets one: below parent, or, without, of the past. */
static void add_own_row(struct joiner *joiner, size_t index, size_t parent)
{
    struct gazetteer *gazetteer = joiner->gazetteer;
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    char folded[GAZETTEER_FOLD];
    bool past = parent == GAZETTEER_NONE;
    if (!feature->n_names || !gazetteer_fold(feature->names[0].name, folded)) return;
    const char *above = past ? gazetteer_text_format(gazetteer, "country:%s", feature->country)
                             : gazetteer->territories[parent].code;
    uint64_t hash = gazetteer_hash(GAZETTEER_HASH, feature->country);
    hash = gazetteer_hash(gazetteer_hash(hash, "|"), past ? "" : above);
    hash = gazetteer_hash(gazetteer_hash(hash, "|"), folded);
    struct gazetteer_territory row;
    gazetteer_territory_init(&row, SIDE_FOREIGN, past ? KIND_ADMIN1 : KIND_ADMIN2);
    row.code = gazetteer_text_format(gazetteer, "local:%016" PRIx64, hash);
    if (gazetteer_find(gazetteer, row.code) != GAZETTEER_NONE) return; /* the same once more */
    row.name_en = feature->names[0].name;
    row.name_fr = french_name(joiner, index);
    row.country_iso = past ? feature->country : gazetteer->territories[parent].country_iso;
    row.parent_code = above;
    row.generic = generic_word(feature->country, past ? 1 : 2, feature->type);
    gazetteer_place_at(&row, &feature->outline);
    add_names(joiner, gazetteer_add(gazetteer, &row), index, past ? NAME_OLD : NAME_ALTERNATE);
}

/* A feature that ISO lists below a first-level unit, by code or by name. */
static void join_second(struct joiner *joiner, size_t index, size_t unit)
{
    struct gazetteer *gazetteer = joiner->gazetteer;
    size_t parent = gazetteer_find(gazetteer, gazetteer->territories[unit].parent_code);
    if (!bears_name_of(joiner, &joiner->second, index, unit))
        unit = find_by_names(joiner, &joiner->second, index);
    if (parent != GAZETTEER_NONE && gazetteer->territories[parent].kind == KIND_ADMIN1)
        joiner->map->assigned[index] = (uint32_t)parent;
    if (unit == GAZETTEER_NONE) {
        if (joiner->map->assigned[index] != UINT32_MAX) add_own_row(joiner, index, parent);
        return;
    }
    gazetteer_place_at(&gazetteer->territories[unit], &joiner->earth->features[index].outline);
    add_names(joiner, unit, index, NAME_ALTERNATE);
}

static void join_directly(struct joiner *joiner, size_t index, size_t unit)
{
    struct gazetteer_territory *row = &joiner->gazetteer->territories[unit];
    if (strncmp(row->code, "local:", 6) == 0) /* GeoNames' list is in English */
        row->name_fr = gazetteer_text(joiner->gazetteer, french_name(joiner, index));
    joiner->map->assigned[index] = (uint32_t)unit;
    add_names(joiner, unit, index, NAME_ALTERNATE);
}

/* A country of one outline is its own first-level unit. */
static bool is_country(const struct joiner *joiner, size_t index)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    size_t country = gazetteer_find_parts(joiner->gazetteer, "country:", feature->country);
    for (size_t i = 0; i < joiner->earth->n; i++)
        if (i != index && strcmp(joiner->earth->features[i].country, feature->country) == 0)
            return false;
    uint64_t hash = feature->n_names ? hash_name(feature->names[0].name) : 0;
    return hash == hash_name(joiner->gazetteer->territories[country].name_en) ||
           hash == hash_name(joiner->gazetteer->territories[country].name_fr);
}

static void join_feature(struct joiner *joiner, size_t index)
{
    struct gazetteer *gazetteer = joiner->gazetteer;
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    size_t coded = unit_codes_reused(feature->country)
                       ? GAZETTEER_NONE
                       : gazetteer_find_parts(gazetteer, "iso:", feature->code);
    if (coded != GAZETTEER_NONE && gazetteer->territories[coded].kind == KIND_ADMIN2) {
        join_second(joiner, index, coded);
        return;
    }
    if (coded != GAZETTEER_NONE && bears_name_of(joiner, &joiner->first, index, coded)) {
        join_directly(joiner, index, coded);
        return;
    }
    size_t named = find_by_names(joiner, &joiner->first, index);
    if (named != GAZETTEER_NONE) {
        join_directly(joiner, index, named);
        return;
    }
    if (!joiner->rest) return;
    if (is_country(joiner, index)) return;
    if (coded != GAZETTEER_NONE && count_code(joiner->earth, feature->code) == 1) {
        joiner->map->assigned[index] = (uint32_t)coded; /* its outline; its names may mislead */
        return;
    }
    size_t unit = find_by_cities(joiner, feature);
    if (unit == GAZETTEER_NONE) unit = coded;
    if (unit != GAZETTEER_NONE) joiner->map->assigned[index] = (uint32_t)unit;
    add_own_row(joiner, index, unit);
}

/* "FR-35" is dep:35, "FR-GP" and country "NC" are overseas. */
static bool join_french(struct joiner *joiner, size_t index)
{
    const struct natural_earth_feature *feature = &joiner->earth->features[index];
    const char *overseas = country_french_overseas(feature->country);
    size_t departement = GAZETTEER_NONE;
    if (!overseas && strncmp(feature->code, "FR-", 3) == 0) {
        overseas = country_french_overseas(feature->code + 3);
        departement = gazetteer_find_parts(joiner->gazetteer, "dep:", feature->code + 3);
    }
    if (overseas) departement = gazetteer_find(joiner->gazetteer, overseas);
    if (departement != GAZETTEER_NONE) joiner->map->assigned[index] = (uint32_t)departement;
    return overseas || strcmp(feature->country, "FR") == 0;
}

enum atlas_status gazetteer_assign_features(struct gazetteer *gazetteer,
                                            const struct geonames_set *set,
                                            const struct natural_earth *earth, struct unit_map *map,
                                            bool rest, struct atlas_error *error)
{
    struct joiner joiner = {
        .gazetteer = gazetteer, .set = set, .earth = earth, .map = map, .rest = rest};
    bool good = list_names(&joiner);
    unit_names_init(&joiner.first, gazetteer, KIND_ADMIN1);
    unit_names_init(&joiner.second, gazetteer, KIND_ADMIN2);
    for (size_t i = 0; good && i < earth->n; i++) {
        const char *country = earth->features[i].country;
        if (map->assigned[i] != UINT32_MAX) continue;
        if (!join_french(&joiner, i) &&
            gazetteer_find_parts(gazetteer, "country:", country) != GAZETTEER_NONE)
            join_feature(&joiner, i);
    }
    unit_names_close(&joiner.first);
    unit_names_close(&joiner.second);
    free(joiner.shared);
    if (!good) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for units");
    return gazetteer_status(gazetteer, error);
}
