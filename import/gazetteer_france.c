#include "import/gazetteer_france.h"

#include "import/gazetteer_json.h"
#include "import/gazetteer_past_communes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETALAB "@etalab/decoupage-administratif/data/"

struct france {
    struct gazetteer *gazetteer;
    const char *outside;
    struct atlas_error *error;
};

/* What each_entry calls for every object of a list. */
typedef enum atlas_status (*entry_reader)(struct france *france, const json_t *entry,
                                          const char *code, const char *name);

/* Loads a list of etalab's and hands over each object with its "code" and "nom". */
static enum atlas_status each_entry(struct france *france, const char *file, entry_reader reader)
{
    json_t *list;
    enum atlas_status status =
        gazetteer_json_load(france->outside, file, JSON_ARRAY, &list, france->error);
    if (status != ATLAS_OK) return status;
    for (size_t i = 0; status == ATLAS_OK && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *code, *name;
        status = gazetteer_json_need(entry, "code", file, i + 1, &code, france->error);
        if (status == ATLAS_OK)
            status = gazetteer_json_need(entry, "nom", file, i + 1, &name, france->error);
        if (status == ATLAS_OK) status = reader(france, entry, code, name);
        if (status == ATLAS_OK) status = gazetteer_status(france->gazetteer, france->error);
    }
    json_decref(list);
    return status;
}

/* True for the codes of overseas collectivities and Clipperton (975, 977 … 989). */
static bool is_com(const char *departement)
{
    return departement && (strncmp(departement, "98", 2) == 0 || strcmp(departement, "975") == 0 ||
                           strcmp(departement, "977") == 0 || strcmp(departement, "978") == 0);
}

/* Adds a French territory with its name. prefix: "com:" … */
static size_t add_french(struct france *france, struct gazetteer_territory *territory,
                         const char *prefix, const char *code, const char *name)
{
    territory->code = gazetteer_text_format(france->gazetteer, "%s%s", prefix, code);
    territory->name_fr = name;
    territory->country_iso = "FR";
    size_t index = gazetteer_add(france->gazetteer, territory);
    if (!territory->replaced_by)
        gazetteer_add_name(france->gazetteer, index, name, "fr", NAME_OFFICIAL);
    return index;
}

static enum atlas_status read_region(struct france *france, const json_t *entry, const char *code,
                                     const char *name)
{
    (void)entry;
    struct gazetteer_territory region;
    gazetteer_territory_init(&region, SIDE_FRENCH, KIND_REGION);
    region.parent_code = "country:FR";
    region.generic = "région";
    if (is_com(code)) region.replaced_by = gazetteer_text_format(france->gazetteer, "dep:%s", code);
    add_french(france, &region, "reg:", code, name);
    return ATLAS_OK;
}

static enum atlas_status read_departement(struct france *france, const json_t *entry,
                                          const char *code, const char *name)
{
    struct gazetteer_territory departement;
    gazetteer_territory_init(&departement, SIDE_FRENCH, KIND_DEPARTEMENT);
    departement.generic = "département";
    const char *region = gazetteer_json_text(entry, "region");
    departement.parent_code = region && !is_com(code)
                                  ? gazetteer_text_format(france->gazetteer, "reg:%s", region)
                                  : "country:FR";
    add_french(france, &departement, "dep:", code, name);
    return ATLAS_OK;
}

/* "Lyon 3e Arrondissement" is also written "Lyon 3e", "Lyon 3" and "3e arrondissement de Lyon". */
static void name_arrondissement(struct gazetteer *gazetteer, size_t index, const char *name)
{
    const char *word = strstr(name, " Arrondissement");
    const char *number = word ? memrchr(name, ' ', (size_t)(word - name)) : NULL;
    if (!number) return;
    int city = (int)(number - name), ordinal = (int)(word - number - 1);
    int digits = (int)strspn(number + 1, "0123456789");
    const char *forms[] = {
        gazetteer_text_format(gazetteer, "%.*s %.*s", city, name, ordinal, number + 1),
        gazetteer_text_format(gazetteer, "%.*s %.*s", city, name, digits, number + 1),
        gazetteer_text_format(gazetteer, "%.*s arrondissement de %.*s", ordinal, number + 1, city,
                              name),
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        gazetteer_add_name(gazetteer, index, forms[i], "fr", NAME_ALTERNATE);
}

void gazetteer_add_past_name(struct gazetteer *gazetteer, size_t today, const char *name,
                             enum gazetteer_name_kind kind)
{
    gazetteer_add_name(gazetteer, today, name, "fr", kind);
    const char *whole = gazetteer->territories[today].name_fr;
    size_t length = strlen(name), tail = strlen(whole);
    if (length <= tail + 4 || name[length - tail - 1] != '-' ||
        strcmp(name + length - tail, whole) != 0)
        return;
    const char *head = gazetteer_text_format(gazetteer, "%.*s", (int)(length - tail - 1), name);
    gazetteer_add_name(gazetteer, today, head, "fr", kind);
}

void gazetteer_add_old_code(struct gazetteer *gazetteer, const char *code, const char *name,
                            const char *today)
{
    if (gazetteer_find_parts(gazetteer, "com:", code) != GAZETTEER_NONE) return;
    struct gazetteer_territory old;
    gazetteer_territory_init(&old, SIDE_FRENCH, KIND_COMMUNE);
    old.code = gazetteer_text_format(gazetteer, "com:%s", code);
    old.name_fr = name;
    old.country_iso = "FR";
    old.replaced_by = today;
    old.parent_code = today;
    old.generic = "ancienne commune";
    (void)gazetteer_add(gazetteer, &old);
}

static enum atlas_status read_commune(struct france *france, const json_t *entry, const char *code,
                                      const char *name)
{
    const char *type = gazetteer_json_text(entry, "type");
    bool today = type && strcmp(type, "commune-actuelle") == 0;
    bool district = type && strcmp(type, "arrondissement-municipal") == 0;
    if (!today && !district) return ATLAS_OK; /* the second reading takes these */
    struct gazetteer *gazetteer = france->gazetteer;
    struct gazetteer_territory commune;
    gazetteer_territory_init(&commune, SIDE_FRENCH, KIND_COMMUNE);
    const char *parent = gazetteer_json_text(entry, today ? "departement" : "commune");
    if (!parent)
        return atlas_fail(france->error, ATLAS_INVALID, ETALAB "communes.json: %s (%s) has no %s",
                          code, name, today ? "departement" : "commune");
    commune.parent_code = gazetteer_text_format(gazetteer, "%s:%s", today ? "dep" : "com", parent);
    commune.generic = district ? "arrondissement municipal" : NULL;
    commune.official = gazetteer_json_text(entry, "siren");
    commune.population = gazetteer_json_integer(entry, "population", -1);
    if (strcmp(code, "97701") == 0 || strcmp(code, "97801") == 0)
        commune.replaced_by = gazetteer_text_format(gazetteer, "dep:%s", parent);
    size_t index = add_french(france, &commune, "com:", code, name);
    if (district) name_arrondissement(gazetteer, index, name);
    const json_t *postals = json_object_get(entry, "codesPostaux");
    for (size_t i = 0; today && i < json_array_size(postals); i++) {
        const char *postal = json_string_value(json_array_get(postals, i));
        if (postal) gazetteer_add_postal(gazetteer, index, postal);
    }
    return ATLAS_OK;
}

static enum atlas_status read_old_commune(struct france *france, const json_t *entry,
                                          const char *code, const char *name)
{
    struct gazetteer *gazetteer = france->gazetteer;
    const char *head = gazetteer_json_text(entry, "chefLieu");
    if (head) { /* delegated or associated: its name stands for today's commune */
        size_t today = gazetteer_find_parts(gazetteer, "com:", head);
        if (today == GAZETTEER_NONE)
            return atlas_fail(france->error, ATLAS_INVALID,
                              ETALAB "communes.json: %s (%s) belongs to %s, which is not there",
                              code, name, head);
        gazetteer_add_past_name(gazetteer, today, name, NAME_DELEGATED);
        gazetteer_add_old_code(gazetteer, code, name, gazetteer->territories[today].code);
        return ATLAS_OK;
    }
    const json_t *olds = json_object_get(entry, "anciensCodes");
    size_t today = gazetteer_find_parts(gazetteer, "com:", code);
    for (size_t i = 0; today != GAZETTEER_NONE && i < json_array_size(olds); i++) {
        const char *old = json_string_value(json_array_get(olds, i));
        if (old) gazetteer_add_old_code(gazetteer, old, name, gazetteer->territories[today].code);
    }
    return ATLAS_OK;
}

struct generic_word {
    const char *type, *prefix, *word;
};

static const struct generic_word generic_words[] = {
    {"CC", "CC ", "communauté de communes"},
    {"CA", "CA ", "communauté d'agglomération"},
    {"CU", "CU ", "communauté urbaine"},
    {"METRO", NULL, "métropole"},
    {"MET69", NULL, "métropole"},
    {"EPT", NULL, "établissement public territorial"},
};

static const struct generic_word *find_generic(const char *type)
{
    for (size_t i = 0; type && i < sizeof generic_words / sizeof *generic_words; i++)
        if (strcmp(generic_words[i].type, type) == 0) return &generic_words[i];
    return NULL;
}

/* "CA Territoire de la Côte Ouest (TCO)" is also known without the bracket and by what is in it. */
static void name_bracket(struct gazetteer *gazetteer, size_t index, const char *name)
{
    const char *open = strchr(name, '('), *end = open ? strchr(open, ')') : NULL;
    if (!end || open == name) return;
    size_t before = (size_t)(open - name), inside = (size_t)(end - open - 1);
    while (before && name[before - 1] == ' ')
        before--;
    gazetteer_add_name(gazetteer, index,
                       gazetteer_text_format(gazetteer, "%.*s", (int)before, name), "fr",
                       NAME_OFFICIAL);
    gazetteer_add_name(gazetteer, index,
                       gazetteer_text_format(gazetteer, "%.*s", (int)inside, open + 1), "fr",
                       NAME_SHORT);
}

/* Adds what is left of an EPCI's name without its kind, and without the article before that:
 * "CC du Bassin de Joinville" -> "Bassin de Joinville". */
static void name_epci(struct gazetteer *gazetteer, size_t index, const char *name,
                      const struct generic_word *generic)
{
    static const char *const articles[] = {"du ", "de la ", "de l'", "des ",
                                           "de ", "d'",     "Le ",   "La "};
    if (!generic || !generic->prefix) return;
    if (strncmp(name, generic->prefix, strlen(generic->prefix)) != 0) return;
    const char *rest = name + strlen(generic->prefix);
    gazetteer_add_name(gazetteer, index,
                       gazetteer_text_format(gazetteer, "%s %s", generic->word, rest), "fr",
                       NAME_OFFICIAL);
    gazetteer_add_name(gazetteer, index, rest, "fr", NAME_SHORT);
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
        if (strncmp(rest, articles[i], strlen(articles[i])) == 0) {
            gazetteer_add_name(gazetteer, index, rest + strlen(articles[i]), "fr", NAME_SHORT);
            return;
        }
}

/* The name to show: the kind written out. From the gazetteer's memory or name itself. */
static const char *full_epci_name(struct gazetteer *gazetteer, const char *name,
                                  const struct generic_word *generic)
{
    if (!generic || !generic->prefix ||
        strncmp(name, generic->prefix, strlen(generic->prefix)) != 0)
        return name;
    const char *rest = name + strlen(generic->prefix);
    const char *shown = gazetteer_text_format(gazetteer, "C%s %s", generic->word + 1, rest);
    return shown ? shown : name;
}

/* Index of the most populous member, whose département is the EPCI's; GAZETTEER_NONE when no
 * member is known. *population becomes the sum over the members. */
static size_t find_seat(const struct gazetteer *gazetteer, const json_t *members,
                        int64_t *population)
{
    size_t seat = GAZETTEER_NONE;
    *population = 0;
    for (size_t i = 0; i < json_array_size(members); i++) {
        const char *code = gazetteer_json_text(json_array_get(members, i), "code");
        size_t member = gazetteer_find_parts(gazetteer, "com:", code);
        if (member == GAZETTEER_NONE) continue;
        const struct gazetteer_territory *commune = &gazetteer->territories[member];
        *population += commune->population > 0 ? commune->population : 0;
        if (seat == GAZETTEER_NONE || commune->population > gazetteer->territories[seat].population)
            seat = member;
    }
    return seat;
}

static enum atlas_status read_epci(struct france *france, const json_t *entry, const char *code,
                                   const char *name)
{
    struct gazetteer *gazetteer = france->gazetteer;
    const json_t *members = json_object_get(entry, "membres");
    const struct generic_word *generic = find_generic(gazetteer_json_text(entry, "type"));
    bool ept = generic && strcmp(generic->type, "EPT") == 0;
    struct gazetteer_territory epci;
    gazetteer_territory_init(&epci, SIDE_FRENCH, ept ? KIND_EPT : KIND_EPCI);
    size_t seat = find_seat(gazetteer, members, &epci.population);
    if (seat == GAZETTEER_NONE)
        return atlas_fail(france->error, ATLAS_INVALID,
                          "EPCI %s (%s) has no member that communes.json knows", code, name);
    epci.parent_code = gazetteer->territories[seat].parent_code;
    epci.generic = generic ? generic->word : NULL;
    epci.official = code;
    size_t index =
        add_french(france, &epci, "epci:", code, full_epci_name(gazetteer, name, generic));
    gazetteer_add_name(gazetteer, index, name, "fr", NAME_OFFICIAL);
    name_epci(gazetteer, index, name, generic);
    name_bracket(gazetteer, index, name);
    for (size_t i = 0; index != GAZETTEER_NONE && i < json_array_size(members); i++) {
        const char *member_code = gazetteer_json_text(json_array_get(members, i), "code");
        size_t member = gazetteer_find_parts(gazetteer, "com:", member_code);
        if (member == GAZETTEER_NONE) continue;
        gazetteer_add_member(gazetteer, index, member);
        if (!ept) gazetteer->territories[member].epci_code = gazetteer->territories[index].code;
    }
    return ATLAS_OK;
}

/* Populations of départements and régions: the sum over their communes. */
static void sum_populations(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *commune = &gazetteer->territories[i];
        if (commune->kind != KIND_COMMUNE || commune->population < 0 || !commune->parent_code ||
            strncmp(commune->parent_code, "dep:", 4) != 0)
            continue;
        const char *above = commune->parent_code;
        for (size_t up; (up = gazetteer_find(gazetteer, above)) != GAZETTEER_NONE;) {
            struct gazetteer_territory *area = &gazetteer->territories[up];
            area->population = (area->population < 0 ? 0 : area->population) + commune->population;
            above = area->parent_code;
        }
    }
}

enum atlas_status gazetteer_add_france(struct gazetteer *gazetteer, const char *outside,
                                       struct atlas_error *error)
{
    struct france france = {.gazetteer = gazetteer, .outside = outside, .error = error};
    static const struct {
        const char *file;
        entry_reader reader;
    } steps[] = {
        {ETALAB "regions.json", read_region},   {ETALAB "departements.json", read_departement},
        {ETALAB "communes.json", read_commune}, {ETALAB "communes.json", read_old_commune},
        {ETALAB "epci.json", read_epci},        {ETALAB "ept.json", read_epci},
    };
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; status == ATLAS_OK && i < sizeof steps / sizeof *steps; i++)
        status = each_entry(&france, steps[i].file, steps[i].reader);
    if (status != ATLAS_OK) return status;
    status = gazetteer_add_past_communes(gazetteer, outside, error);
    if (status != ATLAS_OK) return status;
    sum_populations(gazetteer);
    gazetteer_add_statuts(gazetteer);
    return gazetteer_status(gazetteer, error);
}
