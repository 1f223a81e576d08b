#include "import/gazetteer_past_communes.h"

#include "import/gazetteer_france.h"
#include "import/gazetteer_json.h"

#include <string.h>

/* How a list of the past says what became of a commune. */
static const struct {
    const char *type, *successor; /* successor NULL: the commune itself, perhaps renamed */
    enum gazetteer_name_kind kind;
} fates[] = {
    {"commune-absorbee", "communeAbsorbante", NAME_OLD},
    {"ancien-code", "nouveauCode", NAME_OLD},
    {"commune-actuelle", NULL, NAME_OLD},
    {"commune-deleguee", "chefLieu", NAME_DELEGATED},
    {"commune-associee", "chefLieu", NAME_DELEGATED},
};

/* Today's commune behind a code: the one that replaced it, through every merger since. */
static size_t find_today(const struct gazetteer *gazetteer, const char *code)
{
    size_t index = gazetteer_find_parts(gazetteer, "com:", code);
    for (int step = 0; step < 4 && index != GAZETTEER_NONE; step++) {
        const char *next = gazetteer->territories[index].replaced_by;
        if (!next) return index;
        index = gazetteer_find(gazetteer, next);
    }
    return GAZETTEER_NONE;
}

static void add_past(struct gazetteer *gazetteer, const json_t *entry, const char *code,
                     const char *name)
{
    const char *type = gazetteer_json_text(entry, "type");
    for (size_t i = 0; type && i < sizeof fates / sizeof *fates; i++) {
        if (strcmp(type, fates[i].type) != 0) continue;
        const char *successor =
            fates[i].successor ? gazetteer_json_text(entry, fates[i].successor) : code;
        size_t today = find_today(gazetteer, code);
        if (today == GAZETTEER_NONE && successor) today = find_today(gazetteer, successor);
        if (today == GAZETTEER_NONE) return;
        const struct gazetteer_territory *commune = &gazetteer->territories[today];
        bool same = strcmp(commune->name_fr, name) == 0;
        if (!same) gazetteer_add_past_name(gazetteer, today, name, fates[i].kind);
        gazetteer_add_old_code(gazetteer, code, name, commune->code);
        return;
    }
}

static enum atlas_status read_list(struct gazetteer *gazetteer, const char *outside,
                                   const char *file, struct atlas_error *error)
{
    json_t *list;
    enum atlas_status status = gazetteer_json_load(outside, file, JSON_ARRAY, &list, error);
    if (status != ATLAS_OK) return status;
    for (size_t i = 0; status == ATLAS_OK && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const char *code, *name;
        status = gazetteer_json_need(entry, "code", file, i + 1, &code, error);
        if (status == ATLAS_OK)
            status = gazetteer_json_need(entry, "nom", file, i + 1, &name, error);
        if (status == ATLAS_OK) add_past(gazetteer, entry, code, name);
    }
    json_decref(list);
    return status == ATLAS_OK ? gazetteer_status(gazetteer, error) : status;
}

enum atlas_status gazetteer_add_past_communes(struct gazetteer *gazetteer, const char *outside,
                                              struct atlas_error *error)
{
    enum atlas_status status =
        read_list(gazetteer, outside, "decoupage-administratif-2020/data/communes.json", error);
    if (status == ATLAS_OK)
        status =
            read_list(gazetteer, outside, "decoupage-administratif-2019/data/communes.json", error);
    return status;
}
