/* Territories of an edition: rows, codes, parents, and who stands for whom at each level. */
#include "geo/country.h"
#include "tiles/edition_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum atlas_status visit_territory(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_owner *owner = reading->owner;
    struct edition_territory *t = rows_add(&owner->territories, sizeof *t);
    int64_t *id = rows_add(&reading->ids, sizeof *id);
    const char **parent = rows_add(&reading->parents, sizeof *parent);
    const char **epci = rows_add(&reading->epcis, sizeof *epci);
    if (!t || !id || !parent || !epci) return ATLAS_NO_MEMORY;
    bool failed = false;
    *id = snapshot_integer(row, 0, INT64_MIN, INT64_MAX, 0);
    t->code = edition_keep_own(&owner->texts, snapshot_required_text(row, 1), &failed);
    const char *side = snapshot_required_text(row, 2);
    enum territory_kind kind = KIND_OTHER;
    enum precision precision = PRECISION_NONE;
    if (strcmp(side, "french") != 0 && strcmp(side, "foreign") != 0)
        return snapshot_refuse(row, "has a side that is neither french nor foreign");
    if (!territory_kind_parse(snapshot_required_text(row, 3), &kind))
        return snapshot_refuse(row, "has an unknown kind");
    t->generic = edition_keep(&owner->texts, snapshot_text(row, 4), &failed);
    t->name_fr = edition_keep_own(&owner->texts, snapshot_required_text(row, 5), &failed);
    const char *name_en = snapshot_required_text(row, 6);
    bool same = t->name_fr && strcmp(t->name_fr, name_en) == 0;
    t->name_en = same ? t->name_fr : edition_keep_own(&owner->texts, name_en, &failed);
    const char *iso = snapshot_text(row, 7);
    if (iso && *iso && (strlen(iso) != 2 || strspn(iso, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
        return snapshot_refuse(row, "has a country that is not two capital letters");
    if (iso) memcpy(t->country_iso, iso, strlen(iso));
    *parent = edition_keep(&owner->texts, snapshot_text(row, 8), &failed);
    *epci = edition_keep(&owner->texts, snapshot_text(row, 9), &failed);
    if (!precision_parse(snapshot_required_text(row, 10), &precision))
        return snapshot_refuse(row, "has an unknown precision");
    t->radius_km = (float)snapshot_real(row, 11);
    t->population = (int32_t)snapshot_integer(row, 12, 0, INT32_MAX, -1);
    t->lon_deg = snapshot_real(row, 13);
    t->lat_deg = snapshot_real(row, 14);
    if (fabs(t->lon_deg) > 180 || fabs(t->lat_deg) > 90)
        return snapshot_refuse(row, "lies outside the globe");
    t->side = strcmp(side, "french") == 0 ? SIDE_FRENCH : SIDE_FOREIGN;
    t->kind = (uint8_t)kind;
    t->precision = (uint8_t)precision;
    return failed ? ATLAS_NO_MEMORY : ATLAS_OK;
}

/* A point and a precision belong together: without the one there is not the other. */
static void settle_point(struct edition_territory *t)
{
    bool has_point = !isnan(t->lon_deg) && !isnan(t->lat_deg);
    if (!has_point || t->precision == PRECISION_NONE) {
        t->precision = PRECISION_NONE;
        t->lon_deg = t->lat_deg = NAN;
        t->world = (struct world_point){NAN, NAN};
        return;
    }
    t->world = mercator_forward(t->lon_deg, t->lat_deg);
}

/* Enters a code; false where it is there already. */
static bool enter_code(struct edition_owner *owner, uint32_t index)
{
    const struct edition_territory *territories = owner->territories.data;
    if (edition_find_territory(&owner->edition, territories[index].code) != EDITION_NONE)
        return false;
    size_t at = text_hash(territories[index].code) & (owner->n_code_slots - 1);
    while (owner->code_slots[at])
        at = (at + 1) & (owner->n_code_slots - 1);
    owner->code_slots[at] = index + 1;
    return true;
}

static enum atlas_status enter_codes(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    size_t slots = 1024; /* room for what is added here: countries, continents */
    while (slots < (owner->territories.n + 1024) * 2)
        slots *= 2;
    free(owner->code_slots);
    owner->code_slots = calloc(slots, sizeof *owner->code_slots);
    if (!owner->code_slots) return ATLAS_NO_MEMORY;
    owner->n_code_slots = slots;
    const struct edition_territory *territories = owner->territories.data;
    for (uint32_t i = 0; i < owner->territories.n; i++)
        if (!enter_code(owner, i))
            return atlas_fail(reading->error, ATLAS_CORRUPT,
                              "the database is damaged: two territories have the code %s; restore "
                              "it or import it again",
                              territories[i].code);
    return ATLAS_OK;
}

/* Adds a territory that the file lacks. Its texts are kept here. */
static enum atlas_status add_territory(struct edition_owner *owner,
                                       const struct edition_territory *wanted, uint32_t *index)
{
    bool failed = false;
    struct edition_territory *t = rows_add(&owner->territories, sizeof *t);
    if (!t) return ATLAS_NO_MEMORY;
    *t = *wanted;
    t->code = edition_keep(&owner->texts, wanted->code, &failed);
    t->name_fr = edition_keep(&owner->texts, wanted->name_fr, &failed);
    t->name_en = edition_keep(&owner->texts, wanted->name_en, &failed);
    t->radius_km = NAN;
    t->population = -1;
    t->parent = t->epci = t->country = EDITION_NONE;
    settle_point(t);
    *index = (uint32_t)(owner->territories.n - 1);
    if (failed) return ATLAS_NO_MEMORY;
    enter_code(owner, *index);
    return ATLAS_OK;
}

/* The territory country:XX; added, without a point, where the file lacks it. France, the hub of
 * the level FRENCH_COUNTRY, has one: the middle of the mainland. */
static enum atlas_status find_country(struct edition_owner *owner, const char *iso,
                                      uint32_t *country)
{
    char code[16] = "country:";
    memcpy(code + 8, iso, 3);
    *country = edition_find_territory(&owner->edition, code);
    if (*country != EDITION_NONE) return ATLAS_OK;
    bool france = strcmp(iso, "FR") == 0;
    struct edition_territory wanted = {
        .code = code,
        .name_fr = france ? "France" : iso,
        .name_en = france ? "France" : iso,
        .side = france ? SIDE_FRENCH : SIDE_FOREIGN,
        .kind = KIND_COUNTRY,
        .precision = france ? PRECISION_COUNTRY : PRECISION_NONE,
        .lon_deg = france ? 2.5 : NAN,
        .lat_deg = france ? 46.6 : NAN,
    };
    memcpy(wanted.country_iso, iso, 3);
    enum atlas_status status = add_territory(owner, &wanted, country);
    struct edition_territory *territories = owner->territories.data;
    if (status == ATLAS_OK) territories[*country].country = *country;
    return status;
}

/* Where a flow to a whole continent ends. */
static const struct {
    const char *code;
    double lon_deg, lat_deg;
} continents[] = {
    {"AF", 19, 6},   {"AN", 0, -80},   {"AS", 90, 38},   {"EU", 16, 51},
    {"NA", -99, 42}, {"OC", 140, -22}, {"SA", -59, -14},
};

/* The territory continent:XX of a country, added where it is new, or EDITION_NONE. */
static enum atlas_status find_continent(struct edition_owner *owner, const char *iso,
                                        uint32_t *index)
{
    const struct country *country = country_find(iso);
    *index = EDITION_NONE;
    for (size_t i = 0; country && i < sizeof continents / sizeof *continents; i++) {
        if (strcmp(country->continent, continents[i].code) != 0) continue;
        char code[16] = "continent:";
        memcpy(code + 10, continents[i].code, 3);
        *index = edition_find_territory(&owner->edition, code);
        if (*index != EDITION_NONE) return ATLAS_OK;
        struct edition_territory wanted = {
            .code = code,
            .name_fr = continent_name(continents[i].code, "fr"),
            .name_en = continent_name(continents[i].code, "en"),
            .side = SIDE_FOREIGN,
            .kind = KIND_OTHER,
            .precision = PRECISION_COUNTRY,
            .lon_deg = continents[i].lon_deg,
            .lat_deg = continents[i].lat_deg,
        };
        return add_territory(owner, &wanted, index);
    }
    return ATLAS_OK;
}

static enum atlas_status settle_parents(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    const char *const *parents = reading->parents.data, *const *epcis = reading->epcis.data;
    char last_iso[3] = "";
    uint32_t last_country = EDITION_NONE;
    for (uint32_t i = 0; i < owner->n_file_territories; i++) {
        struct edition_territory *t = (struct edition_territory *)owner->territories.data + i;
        settle_point(t);
        t->parent = edition_find_territory(&owner->edition, parents[i]);
        t->epci = edition_find_territory(&owner->edition, epcis[i]);
        if (t->parent == i) t->parent = EDITION_NONE;
        char iso[3];
        memcpy(iso, t->side == SIDE_FRENCH ? "FR" : t->country_iso, 3);
        if (strcmp(iso, last_iso) != 0) {
            memcpy(last_iso, iso, 3);
            last_country = EDITION_NONE;
            enum atlas_status status = *iso ? find_country(owner, iso, &last_country) : ATLAS_OK;
            if (status) return status;
            t = (struct edition_territory *)owner->territories.data + i; /* may have moved */
        }
        t->country = last_country;
    }
    return ATLAS_OK;
}

/* Countries that parties name, perhaps without a territory of their own in the file. */
static enum atlas_status add_named_countries(struct edition_reading *reading)
{
    enum atlas_status status = ATLAS_OK;
    for (int first = 0; first < 26; first++)
        for (int second = 0; status == ATLAS_OK && second < 26; second++) {
            const char iso[3] = {(char)('A' + first), (char)('A' + second), '\0'};
            uint32_t country;
            if (reading->countries[first][second])
                status = find_country(reading->owner, iso, &country);
        }
    return status;
}

/* How coarse a territory is on the ladder of its side's levels: the level number up to which it
 * stands for itself. */
static int own_level(const struct edition_territory *territories, uint32_t index)
{
    const struct edition_territory *t = &territories[index];
    switch ((enum territory_kind)t->kind) {
    case KIND_COUNTRY:
        return t->side == SIDE_FRENCH ? FRENCH_COUNTRY : FOREIGN_COUNTRY;
    case KIND_REGION:
        return FRENCH_REGION;
    case KIND_DEPARTEMENT:
        return FRENCH_DEPARTEMENT;
    case KIND_COLLECTIVITE_UNIQUE:
        return t->parent == EDITION_NONE || territories[t->parent].kind == KIND_COUNTRY
                   ? FRENCH_REGION
                   : FRENCH_DEPARTEMENT;
    case KIND_EPCI:
    case KIND_EPT:
    case KIND_SYNDICAT:
        return FRENCH_EPCI;
    case KIND_COMMUNE:
        return FRENCH_COMMUNE;
    case KIND_ADMIN1:
        return FOREIGN_ADMIN1;
    case KIND_CITY:
    case KIND_DISTRICT:
    case KIND_ADMIN2:
    case KIND_GROUPEMENT:
        return FOREIGN_PLACE;
    case KIND_OTHER:
    case KIND_COUNT:
        break;
    }
    return t->side == SIDE_FRENCH ? FRENCH_EPCI : FOREIGN_PLACE;
}

/* The first of a territory and its parents that is at least as coarse as level; where there is
 * none, the last of them. */
static uint32_t climb(const struct edition_territory *territories, uint32_t from, int level)
{
    uint32_t at = from;
    for (int step = 0; step < EDITION_MAX_AREAS && own_level(territories, at) > level; step++) {
        uint32_t parent = territories[at].parent;
        if (parent == EDITION_NONE || territories[parent].side != territories[from].side) break;
        at = parent;
    }
    return at;
}

/* Overseas by its topmost code: régions 01 to 06, départements and collectivities 97x, 98x. */
static bool is_overseas(const char *code)
{
    if (strncmp(code, "reg:0", 5) == 0) return true;
    if (strncmp(code, "dep:", 4) == 0 || strncmp(code, "com:", 4) == 0)
        return strncmp(code + 4, "97", 2) == 0 || strncmp(code + 4, "98", 2) == 0;
    return false;
}

static void settle_french(struct edition_territory *territories, uint32_t index)
{
    struct edition_territory *t = &territories[index];
    uint32_t region = climb(territories, index, FRENCH_REGION);
    bool overseas = is_overseas(t->code) || is_overseas(territories[region].code);
    t->at_level[FRENCH_COUNTRY] = overseas ? region : t->country;
    t->at_level[FRENCH_REGION] = region;
    t->at_level[FRENCH_DEPARTEMENT] = climb(territories, index, FRENCH_DEPARTEMENT);
    t->at_level[FRENCH_EPCI] = t->kind == KIND_COMMUNE && t->epci != EDITION_NONE ? t->epci : index;
    t->at_level[FRENCH_COMMUNE] = index;
}

static void settle_foreign(struct edition_territory *territories, uint32_t index)
{
    struct edition_territory *t = &territories[index];
    uint32_t country =
        t->country != EDITION_NONE ? t->country : climb(territories, index, FOREIGN_COUNTRY);
    uint32_t admin1 = climb(territories, index, FOREIGN_ADMIN1);
    /* A place whose first-level unit is not known stands for its country there. */
    if (own_level(territories, admin1) > FOREIGN_ADMIN1) admin1 = country;
    t->at_level[FOREIGN_CONTINENT] = country; /* until its continent is found */
    t->at_level[FOREIGN_COUNTRY] = country;
    t->at_level[FOREIGN_ADMIN1] = admin1;
    t->at_level[FOREIGN_PLACE] = index;
}

/* Gives each foreign territory its continent, one look per country. */
static enum atlas_status settle_continents(struct edition_owner *owner)
{
    size_t n = owner->territories.n;
    uint32_t *continent_of = malloc((n + 1) * sizeof *continent_of);
    if (!continent_of) return ATLAS_NO_MEMORY;
    enum atlas_status status = ATLAS_OK;
    for (uint32_t i = 0; status == ATLAS_OK && i < n; i++) {
        const struct edition_territory *t =
            (const struct edition_territory *)owner->territories.data + i;
        char iso[3];
        memcpy(iso, t->country_iso, sizeof iso);
        continent_of[i] = EDITION_NONE;
        if (t->country == i) status = find_continent(owner, iso, &continent_of[i]);
    }
    struct edition_territory *territories = owner->territories.data;
    for (size_t i = 0; status == ATLAS_OK && i < n; i++) {
        struct edition_territory *t = &territories[i];
        if (t->side != SIDE_FOREIGN || t->country == EDITION_NONE) continue;
        uint32_t continent = continent_of[t->country];
        if (continent != EDITION_NONE) t->at_level[FOREIGN_CONTINENT] = continent;
    }
    for (uint32_t i = (uint32_t)n; i < owner->territories.n; i++)
        for (size_t level = 0; level < FRENCH_LEVEL_COUNT; level++)
            territories[i].at_level[level] = i;
    free(continent_of);
    return status;
}

uint32_t edition_publishable(const struct edition *edition, uint32_t territory,
                             enum precision precision)
{
    const struct edition_territory *t = &edition->territories[territory];
    if (t->side == SIDE_FRENCH) return territory;
    if (precision == PRECISION_AREA) return t->at_level[FOREIGN_ADMIN1];
    if (precision == PRECISION_COUNTRY) return t->at_level[FOREIGN_COUNTRY];
    return territory;
}

uint32_t edition_territory_of_id(const struct edition_owner *owner, int64_t id)
{
    size_t low = 0, high = owner->n_file_territories;
    /* Ids mostly run without gaps: then the position is the distance from the first. */
    if (high > 0 && id >= owner->territory_ids[0]) {
        uint64_t guess = (uint64_t)id - (uint64_t)owner->territory_ids[0];
        if (guess < high && owner->territory_ids[guess] == id) return (uint32_t)guess;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (owner->territory_ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < owner->n_file_territories && owner->territory_ids[low] == id;
    return found ? (uint32_t)low : EDITION_NONE;
}

/* Reads the rows that may be shown, and enters their codes. */
static enum atlas_status read_rows(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    enum atlas_status status = snapshot_each(
        reading->snapshot, "territory",
        "SELECT id, code, side, kind, generic, name_fr, name_en, country_iso, parent_code,"
        " epci_code, precision, radius_km, population, lon, lat FROM territory"
        " ORDER BY id",
        visit_territory, reading, reading->error);
    if (status) return status;
    owner->territory_ids = reading->ids.data; /* handed over */
    reading->ids = (struct rows){0};
    owner->n_file_territories = owner->territories.n;
    status = enter_codes(reading);
    if (status == ATLAS_OK) status = edition_read_named(reading);
    return status == ATLAS_OK && reading->hidden.n > 0 ? enter_codes(reading) : status;
}

enum atlas_status edition_read_territories(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    enum atlas_status status = read_rows(reading);
    if (status == ATLAS_OK) status = settle_parents(reading);
    if (status == ATLAS_OK) status = add_named_countries(reading);
    if (status) return status;
    struct edition_territory *territories = owner->territories.data;
    for (uint32_t i = 0; i < owner->territories.n; i++)
        if (territories[i].side == SIDE_FRENCH)
            settle_french(territories, i);
        else
            settle_foreign(territories, i);
    status = settle_continents(owner);
    if (status) return status;
    owner->edition.territories = owner->territories.data;
    owner->edition.n_territories = owner->territories.n;
    return ATLAS_OK;
}
