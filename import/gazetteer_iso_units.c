#include "import/gazetteer_units.h"

#include "import/gazetteer_cldr.h"
#include "import/gazetteer_file.h"
#include "import/gazetteer_generic.h"
#include "import/gazetteer_json.h"
#include "import/gazetteer_mo.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ISO lists these below a country, though they have a country code of their own, or are counted
 * elsewhere: Kosovo. */
static const char *const left_out[] = {
    "CN-HK", "CN-MO", "CN-TW", "US-AS", "US-GU",  "US-MP",  "US-PR",  "US-UM",
    "US-VI", "NL-AW", "NL-CW", "NL-SX", "NL-BQ1", "NL-BQ2", "NL-BQ3", "FI-01",
    "NO-21", "NO-22", "RS-KM", "RS-25", "RS-26",  "RS-27",  "RS-28",  "RS-29",
};

/* ISO lists these under Morocco; they lie in Western Sahara, wholly or with their seat. */
static const char *const sahara[] = {"MA-11",  "MA-12",  "MA-AOU", "MA-BOD",
                                     "MA-LAA", "MA-OUD", "MA-ESM"};

bool unit_codes_reused(const char *country)
{
    return strncasecmp(country, "MA", 2) == 0 || strncasecmp(country, "IR", 2) == 0;
}

static bool in_list(const char *code, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], code) == 0) return true;
    return false;
}

/* The name without remarks: "Wales [Cymru GB-CYM]", "Laâyoune (EH)", "Busia (comté du Kenya)";
 * "gouvernorat de Gaza" begins large. A copy. */
static const char *clean_name(struct gazetteer *gazetteer, const char *name)
{
    size_t length = strcspn(name, "[(\xc2\xe2"); /* also "²" and "†", whose first bytes these are */
    if (name[length] && strncmp(name + length, "²", 2) != 0 &&
        strncmp(name + length, "†", 3) != 0 && name[length] != '[' && name[length] != '(')
        length = strlen(name);
    while (length && name[length - 1] == ' ')
        length--;
    if (!length) return gazetteer_text(gazetteer, name);
    return gazetteer_text_format(gazetteer, "%c%.*s", toupper((unsigned char)*name),
                                 (int)length - 1, name + 1);
}

struct iso_units {
    struct gazetteer *gazetteer;
    struct mo_catalogue french;
    struct atlas_error *error;
    const char *lang; /* of the CLDR file in hand */
};

static void add_unit(struct iso_units *units, const char *code, const char *name, const char *type,
                     const char *parent)
{
    struct gazetteer *gazetteer = units->gazetteer;
    char country[3] = {code[0], code[1], '\0'};
    if (in_list(code, sahara, sizeof sahara / sizeof *sahara)) memcpy(country, "EH", 3);
    if (strcmp(country, "FR") == 0 ||
        gazetteer_find_parts(gazetteer, "country:", country) == GAZETTEER_NONE ||
        in_list(code, left_out, sizeof left_out / sizeof *left_out))
        return;
    struct gazetteer_territory unit;
    gazetteer_territory_init(&unit, SIDE_FOREIGN, parent ? KIND_ADMIN2 : KIND_ADMIN1);
    const char *clean = clean_name(gazetteer, name), *french = mo_find(&units->french, name);
    unit.code = gazetteer_text_format(gazetteer, "iso:%s", code);
    unit.generic = generic_word(country, parent ? 2 : 1, type);
    unit.name_fr = french ? clean_name(gazetteer, french) : clean;
    unit.name_en = clean;
    unit.country_iso = country;
    unit.official = code;
    if (!parent)
        unit.parent_code = gazetteer_text_format(gazetteer, "country:%s", country);
    else if (strchr(parent, '-'))
        unit.parent_code = gazetteer_text_format(gazetteer, "iso:%s", parent);
    else
        unit.parent_code = gazetteer_text_format(gazetteer, "iso:%.2s-%s", code, parent);
    size_t index = gazetteer_add(gazetteer, &unit);
    gazetteer_add_name(gazetteer, index, clean, NULL, NAME_OFFICIAL);
    if (french)
        gazetteer_add_name(gazetteer, index, clean_name(gazetteer, french), "fr", NAME_FRENCH);
}

static enum atlas_status add_rows(struct iso_units *units, const char *folder)
{
    json_t *file;
    enum atlas_status status =
        gazetteer_json_load(folder, "iso_3166-2.json", JSON_OBJECT, &file, units->error);
    if (status != ATLAS_OK) return status;
    const json_t *list = json_object_get(file, "3166-2");
    for (size_t i = 0; status == ATLAS_OK && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *code, *name;
        status = gazetteer_json_need(entry, "code", "iso_3166-2.json", i + 1, &code, units->error);
        if (status == ATLAS_OK)
            status =
                gazetteer_json_need(entry, "name", "iso_3166-2.json", i + 1, &name, units->error);
        if (status == ATLAS_OK && strlen(code) > 3)
            add_unit(units, code, name, gazetteer_json_text(entry, "type"),
                     gazetteer_json_text(entry, "parent"));
    }
    if (status == ATLAS_OK && !json_array_size(list))
        status = atlas_fail(units->error, ATLAS_INVALID,
                            "%s/iso_3166-2.json has no list \"3166-2\"", folder);
    json_decref(file);
    return status;
}

/* A unit may hang on one that was left out, on another second-level one, or abroad: hang it on the
 * first level or the country. */
static void mend_parents(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *unit = &gazetteer->territories[i];
        if (unit->kind != KIND_ADMIN2 || strncmp(unit->code, "iso:", 4) != 0) continue;
        size_t up = gazetteer_find(gazetteer, unit->parent_code);
        if (up != GAZETTEER_NONE && gazetteer->territories[up].kind == KIND_ADMIN2)
            unit->parent_code = gazetteer->territories[up].parent_code;
        if (up == GAZETTEER_NONE ||
            strcmp(gazetteer->territories[up].country_iso, unit->country_iso) != 0)
            unit->parent_code = gazetteer_text_format(gazetteer, "country:%s", unit->country_iso);
    }
}

/* CLDR writes "fr35" for FR-35. Its names are the ones to show. */
static void read_name(void *context, const char *type, const char *alt, const char *population,
                      const char *text)
{
    struct iso_units *units = context;
    char code[16];
    (void)population;
    size_t length = strlen(type);
    if (alt || !text || length < 3 || length > 8) return;
    if (unit_codes_reused(type)) return; /* its names are those of the units before */
    snprintf(code, sizeof code, "%.2s-%s", type, type + 2);
    for (char *letter = code; *letter; letter++)
        *letter = (char)toupper((unsigned char)*letter);
    size_t index = gazetteer_find_parts(units->gazetteer, "iso:", code);
    if (index == GAZETTEER_NONE) return;
    struct gazetteer_territory *unit = &units->gazetteer->territories[index];
    bool french = strcmp(units->lang, "fr") == 0;
    const char *shown = clean_name(units->gazetteer, text);
    if (french)
        unit->name_fr = clean_name(units->gazetteer, generic_rest(shown, unit->generic));
    else
        unit->name_en = shown;
    gazetteer_add_name(units->gazetteer, index, clean_name(units->gazetteer, text), units->lang,
                       french ? NAME_FRENCH : NAME_ALTERNATE);
}

enum atlas_status gazetteer_add_iso_units(struct gazetteer *gazetteer,
                                          const struct gazetteer_sources *sources,
                                          struct atlas_error *error)
{
    struct iso_units units = {.gazetteer = gazetteer, .error = error};
    char *path = gazetteer_file_path(sources->locale, "fr/LC_MESSAGES/iso_3166-2.mo");
    enum atlas_status status = path ? mo_open(path, &units.french, error)
                                    : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    free(path);
    if (status != ATLAS_OK) return status;
    status = add_rows(&units, sources->iso_codes);
    mo_close(&units.french);
    mend_parents(gazetteer);
    static const char *const langs[][2] = {{"fr", "subdivisions/fr.xml"},
                                           {"en", "subdivisions/en.xml"}};
    for (size_t i = 0; status == ATLAS_OK && i < 2; i++) {
        units.lang = langs[i][0];
        status = cldr_each(sources->cldr, langs[i][1], "subdivision", read_name, &units, error);
    }
    return status == ATLAS_OK ? gazetteer_status(gazetteer, error) : status;
}
