#include "geo/geocode_hints.h"

#include "geo/name.h"
#include "geo/place_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How near a foreign place must lie to the middle of a hinted area whose members are not known. */
static double reach_km(const struct gazetteer_territory *area)
{
    if (isfinite(area->radius_km) && area->radius_km > 0) return area->radius_km * 1.5 + 10;
    return area->kind == KIND_CITY || area->kind == KIND_DISTRICT ? 40 : 70;
}

static bool usable_area(const struct gazetteer_territory *territory, enum side side)
{
    switch (territory->kind) {
    case KIND_DEPARTEMENT:
    case KIND_REGION:
    case KIND_COLLECTIVITE_UNIQUE:
    case KIND_EPCI:
    case KIND_EPT:
        return true;
    case KIND_COMMUNE:
        return side == SIDE_FRENCH;
    case KIND_ADMIN1:
    case KIND_ADMIN2:
    case KIND_DISTRICT:
    case KIND_CITY:
        return side == SIDE_FOREIGN;
    default:
        return false;
    }
}

/* Wide areas before narrow ones: "Jura" is the département, not the commune. */
static int width(enum territory_kind kind)
{
    switch (kind) {
    case KIND_REGION:
    case KIND_ADMIN1:
    case KIND_COLLECTIVITE_UNIQUE:
    case KIND_DEPARTEMENT:
        return 3;
    case KIND_EPCI:
    case KIND_EPT:
    case KIND_ADMIN2:
        return 2;
    default:
        return 1;
    }
}

static void add_area(struct hint *hint, const struct gazetteer_territory *area)
{
    if (hint->n_areas && width(hint->areas[0].kind) > width(area->kind)) return;
    if (hint->n_areas && width(hint->areas[0].kind) < width(area->kind)) hint->n_areas = 0;
    if (hint->n_areas < HINT_MOST_AREAS) hint->areas[hint->n_areas++] = *area;
}

/* A French hint of digits: département, postal code or INSEE code. */
static enum atlas_status read_number(struct gazetteer *gazetteer, const char *text,
                                     struct hint *hint, bool *known, struct atlas_error *error)
{
    char code[64];
    *known = query_departement_code(text, code, sizeof code);
    if (!*known) return ATLAS_OK;
    struct gazetteer_territory area;
    enum atlas_status status = gazetteer_by_code(gazetteer, code, &area, error);
    if (status == ATLAS_OK) add_area(hint, &area);
    if (status != ATLAS_OK && status != ATLAS_NOT_FOUND) return status;
    if (strlen(text) != 5) return ATLAS_OK;
    status = gazetteer_postal(gazetteer, text, hint->communes, sizeof hint->communes - 12, error);
    size_t length = strlen(hint->communes);
    snprintf(hint->communes + length, sizeof hint->communes - length, "%scom:%s", length ? " " : "",
             text);
    return status;
}

/* Areas by name, in the query's country or, for countries, anywhere. */
static enum atlas_status read_name(struct gazetteer *gazetteer, struct parsed_query *parsed,
                                   const char *folded, struct hint *hint, struct atlas_error *error)
{
    char rest[PLACE_KEY_SIZE];
    struct place_type type = {0};
    bool stripped = place_type_strip(folded, rest, sizeof rest, &type);
    kind_set only = parsed->side == SIDE_FRENCH ? type.french : type.foreign;
    const char *forms[] = {folded, stripped ? rest : NULL};
    for (int i = 0; i < 2 && forms[i] && hint->n_areas == 0; i++) {
        struct gazetteer_matches matches = {0};
        enum atlas_status status =
            gazetteer_exact(gazetteer, forms[i],
                            parsed->country_iso[0] ? parsed->country_iso : NULL, &matches, error);
        if (status == ATLAS_OK && matches.count == 0 && parsed->country_iso[0])
            status =
                gazetteer_similar(gazetteer, forms[i], parsed->country_iso,
                                  1u << MATCHED_WORDS | 1u << MATCHED_SPACES, 0, &matches, error);
        if (status == ATLAS_OK && matches.count == 0 && parsed->country_iso[0])
            status = gazetteer_similar(gazetteer, forms[i], parsed->country_iso,
                                       1u << MATCHED_ONE_ERROR, 0, &matches, error);
        for (size_t m = 0; m < matches.count && status == ATLAS_OK; m++) {
            const struct gazetteer_territory *area = &matches.items[m].territory;
            bool asked = i == 0 || !only || only & KIND_BIT(area->kind);
            /* Of areas misspelt only the widest, whose lists are whole, are believed. */
            if (matches.items[m].how > MATCHED_SOUND && width(area->kind) < 3) continue;
            if (asked && usable_area(area, parsed->side)) add_area(hint, area);
        }
        gazetteer_matches_close(&matches);
        if (status != ATLAS_OK) return status;
    }
    return ATLAS_OK;
}

/* A hint that names a country: gives the country where the file does not. */
static enum atlas_status read_country_name(struct gazetteer *gazetteer, struct parsed_query *parsed,
                                           const char *folded, bool *known,
                                           struct atlas_error *error)
{
    struct gazetteer_matches matches = {0};
    *known = false;
    enum atlas_status status = gazetteer_exact(gazetteer, folded, NULL, &matches, error);
    for (size_t i = 0; i < matches.count && status == ATLAS_OK; i++) {
        const struct gazetteer_territory *territory = &matches.items[i].territory;
        if (territory->kind != KIND_COUNTRY) continue;
        bool same = strcmp(parsed->country_iso, territory->country_iso) == 0;
        if (parsed->country_iso[0] && !same) continue;
        snprintf(parsed->country_iso, sizeof parsed->country_iso, "%s", territory->country_iso);
        *known = true;
    }
    gazetteer_matches_close(&matches);
    return status;
}

enum atlas_status hint_country_behind(struct gazetteer *gazetteer, const char *folded,
                                      const char *country_iso, size_t *length, char found_iso[3],
                                      struct atlas_error *error)
{
    enum { MOST_WORDS = 4 };
    *length = 0;
    const char *tail = folded + strlen(folded);
    for (int words = 0; words < MOST_WORDS && *length == 0; words++) {
        while (tail > folded && tail[-1] == ' ')
            tail--;
        while (tail > folded && tail[-1] != ' ')
            tail--;
        if (tail == folded) break;
        struct parsed_query parsed = {.side = SIDE_FOREIGN};
        snprintf(parsed.country_iso, sizeof parsed.country_iso, "%s", country_iso);
        bool known = false;
        enum atlas_status status = read_country_name(gazetteer, &parsed, tail, &known, error);
        if (status != ATLAS_OK) return status;
        if (!known) continue;
        *length = (size_t)(tail - folded - 1);
        memcpy(found_iso, parsed.country_iso, 3);
    }
    for (size_t n = *length; n > 0 && *length == n;) {
        size_t start = n;
        while (start > 0 && folded[start - 1] != ' ')
            start--;
        bool empty = place_word_among(folded + start, n - start, place_prepositions) ||
                     place_word_among(folded + start, n - start, place_articles);
        if (empty)
            n = *length = start ? start - 1 : 0;
        else
            break;
    }
    return ATLAS_OK;
}

static enum atlas_status resolve_one(struct gazetteer *gazetteer, struct parsed_query *parsed,
                                     const struct query_hint *text, struct hints *hints,
                                     struct atlas_error *error)
{
    struct hint *hint = &hints->items[hints->count];
    memset(hint, 0, sizeof *hint);
    hint->of_name = text->of_name;
    hint->of_rule = text->of_rule;
    char folded[PLACE_KEY_SIZE];
    name_fold(text->text, folded, sizeof folded);
    if (!folded[0]) return ATLAS_OK;
    struct place_type type;
    if (place_type_parse(folded, &type)) {
        kind_set said = parsed->side == SIDE_FRENCH ? type.french : type.foreign;
        kind_set both = said & parsed->wanted;
        if (both || (said && !parsed->wanted)) parsed->wanted = both ? both : said;
        return ATLAS_OK;
    }
    bool known = false;
    enum atlas_status status = ATLAS_OK;
    if (parsed->side == SIDE_FRENCH)
        status = read_number(gazetteer, text->text, hint, &known, error);
    else
        status = read_country_name(gazetteer, parsed, folded, &known, error);
    if (status == ATLAS_OK && !known) status = read_name(gazetteer, parsed, folded, hint, error);
    if (status != ATLAS_OK) return status;
    if (hint->n_areas || hint->communes[0])
        hints->count++;
    else if (!known && !text->of_rule)
        hints->unknown++;
    return ATLAS_OK;
}

/* Hints lately resolved, each in the slot of its hash: a file says the same few over and over. */
enum { CACHE_SLOTS = 256 };
struct hint_cache {
    struct cached_hint {
        char text[PLACE_KEY_SIZE], country_iso[3];
        struct hint hint;
    } slots[CACHE_SLOTS];
    struct cached_country {
        char text[PLACE_KEY_SIZE], iso[3];
    } countries[CACHE_SLOTS];
};

struct hint_cache *hint_cache_new(void)
{
    return calloc(1, sizeof(struct hint_cache));
}

void hint_cache_free(struct hint_cache *cache)
{
    free(cache);
}

static size_t cache_number(const char *text, const char *country_iso)
{
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (const char *c = country_iso; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return (hash ^ hash >> 15) % CACHE_SLOTS;
}

static struct cached_hint *cache_slot(struct hint_cache *cache, const struct parsed_query *parsed,
                                      const char *text, bool *known)
{
    struct cached_hint *slot = &cache->slots[cache_number(text, parsed->country_iso)];
    *known = strcmp(slot->text, text) == 0 && strcmp(slot->country_iso, parsed->country_iso) == 0;
    return slot;
}

enum atlas_status hint_names_country(struct gazetteer *gazetteer, struct hint_cache *cache,
                                     const char *text, char iso[3], struct atlas_error *error)
{
    struct cached_country *slot = &cache->countries[cache_number(text, "")];
    memcpy(iso, slot->iso, sizeof slot->iso);
    if (strcmp(slot->text, text) == 0) return ATLAS_OK;
    char folded[PLACE_KEY_SIZE];
    name_fold(text, folded, sizeof folded);
    memset(iso, 0, 3);
    struct gazetteer_matches matches = {0};
    enum atlas_status status = gazetteer_exact(gazetteer, folded, NULL, &matches, error);
    for (size_t i = 0; i < matches.count && status == ATLAS_OK; i++) {
        const struct gazetteer_territory *territory = &matches.items[i].territory;
        const char *overseas = query_overseas_iso(territory->code);
        if (territory->kind == KIND_COUNTRY)
            memcpy(iso, territory->country_iso, 3);
        else if (overseas && !iso[0])
            memcpy(iso, overseas, 3);
    }
    gazetteer_matches_close(&matches);
    if (status != ATLAS_OK) return status;
    snprintf(slot->text, sizeof slot->text, "%s", text);
    memcpy(slot->iso, iso, sizeof slot->iso);
    return ATLAS_OK;
}

/* Resolves one hint, or takes what it was resolved to before. */
static enum atlas_status resolve_cached(struct gazetteer *gazetteer, struct hint_cache *cache,
                                        struct parsed_query *parsed, const struct query_hint *text,
                                        struct hints *hints, struct atlas_error *error)
{
    bool known;
    struct cached_hint *slot = cache_slot(cache, parsed, text->text, &known);
    if (known) {
        hints->items[hints->count] = slot->hint;
        hints->items[hints->count].of_rule = text->of_rule;
        hints->items[hints->count++].of_name = text->of_name;
        return ATLAS_OK;
    }
    size_t before = hints->count;
    char country_iso[3];
    memcpy(country_iso, parsed->country_iso, sizeof country_iso);
    enum atlas_status status = resolve_one(gazetteer, parsed, text, hints, error);
    if (status != ATLAS_OK || hints->count == before) return status;
    memcpy(slot->text, text->text, sizeof slot->text);
    memcpy(slot->country_iso, country_iso, sizeof slot->country_iso);
    slot->hint = hints->items[before];
    return ATLAS_OK;
}

enum atlas_status hints_resolve(struct gazetteer *gazetteer, struct hint_cache *cache,
                                struct parsed_query *parsed, struct hints *hints,
                                struct atlas_error *error)
{
    hints->count = hints->unknown = 0;
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < parsed->n_hints && status == ATLAS_OK; i++)
        status = resolve_cached(gazetteer, cache, parsed, &parsed->hints[i], hints, error);
    if (status == ATLAS_OK && parsed->overseas[0] && hints->count < QUERY_MOST_HINTS) {
        struct hint *hint = &hints->items[hints->count];
        memset(hint, 0, sizeof *hint);
        status = gazetteer_by_code(gazetteer, parsed->overseas, &hint->areas[0], error);
        if (status == ATLAS_OK) {
            hint->n_areas = 1;
            hints->count++;
        } else if (status == ATLAS_NOT_FOUND)
            status = ATLAS_OK;
    }
    return status;
}

static bool code_listed(const char *codes, const char *code)
{
    size_t n = strlen(code);
    for (const char *at = codes; (at = strstr(at, code)); at += n)
        if ((at == codes || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
    return false;
}

bool hint_contradicts(const struct hint *hint)
{
    if (hint->of_rule) return false;
    return !hint->of_name || hint->communes[0] || hint->n_areas == 0 ||
           width(hint->areas[0].kind) > 1;
}

/* What the two rows alone say, without looking anything up: 1 yes, 0 no, -1 they don't. */
static int agrees_at_sight(const struct gazetteer_territory *territory,
                           const struct gazetteer_territory *area)
{
    if (strcmp(territory->code, area->code) == 0 ||
        strcmp(territory->parent_code, area->code) == 0 ||
        strcmp(territory->epci_code, area->code) == 0)
        return 1;
    bool commune = territory->kind == KIND_COMMUNE && !area->replaced_by[0] &&
                   strncmp(territory->parent_code, "dep:", 4) == 0;
    return commune && area->kind == KIND_DEPARTEMENT ? 0 : -1;
}

enum atlas_status hint_agrees(struct gazetteer *gazetteer, const struct hint *hint,
                              const struct gazetteer_territory *territory, bool *agrees,
                              struct atlas_error *error)
{
    *agrees = code_listed(hint->communes, territory->code);
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < hint->n_areas && !*agrees && status == ATLAS_OK; i++) {
        const struct gazetteer_territory *area = &hint->areas[i];
        int at_sight = agrees_at_sight(territory, area);
        *agrees = at_sight == 1;
        if (at_sight >= 0) continue;
        status = gazetteer_inside(gazetteer, territory->code, area->code, agrees, error);
        bool wide = width(territory->kind) > width(area->kind) || territory->kind == KIND_REGION;
        if (status == ATLAS_OK && !*agrees &&
            wide) /* the région La Réunion holds its département */
            status = gazetteer_inside(gazetteer, area->code, territory->code, agrees, error);
        if (status != ATLAS_OK || *agrees || territory->side == SIDE_FRENCH) continue;
        /* Abroad only the first level of a place is known for sure, if that. */
        bool narrow = area->kind != KIND_ADMIN1 ||
                      strncmp(territory->parent_code, "country:", strlen("country:")) == 0;
        double km =
            distance_km(territory->lon_deg, territory->lat_deg, area->lon_deg, area->lat_deg);
        if (narrow && km <= reach_km(area)) *agrees = true;
    }
    return status;
}
