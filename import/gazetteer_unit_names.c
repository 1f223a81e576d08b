#include "import/gazetteer_unit_names.h"

#include "geo/array.h"
#include "import/gazetteer_generic.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct unit_name *x = a, *y = b;
    int order = strcmp(x->country, y->country);
    if (!order) order = strcmp(x->key, y->key);
    if (order) return order;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

void unit_names_init(struct unit_names *names, struct gazetteer *gazetteer,
                     enum territory_kind kind)
{
    *names =
        (struct unit_names){.entries = calloc(2 * gazetteer->n_names + 1, sizeof *names->entries)};
    if (!names->entries) {
        (void)atlas_fail(&gazetteer->error, ATLAS_NO_MEMORY, "not enough memory for unit names");
        return;
    }
    for (size_t i = 0; i < gazetteer->n_names; i++) {
        const struct gazetteer_name *name = &gazetteer->names[i];
        const struct gazetteer_territory *unit = &gazetteer->territories[name->territory];
        if (unit->kind != kind || unit->side != SIDE_FOREIGN || !unit->country_iso) continue;
        struct unit_name *entry = &names->entries[names->n++];
        memcpy(entry->country, unit->country_iso, 3);
        entry->key = name->folded;
        entry->unit = name->territory;
        char shorter[GAZETTEER_FOLD];
        memcpy(shorter, name->folded, strlen(name->folded) + 1);
        generic_strip(shorter);
        if (strcmp(shorter, name->folded) == 0) continue;
        names->entries[names->n] = *entry;
        names->entries[names->n].key = gazetteer_text(gazetteer, shorter);
        if (names->entries[names->n].key) names->n++;
    }
    qsort(names->entries, names->n, sizeof *names->entries, compare);
}

void unit_names_close(struct unit_names *names)
{
    free(names->entries);
    *names = (struct unit_names){0};
}

/* The first entry with this key, or the place where it would be. */
static size_t find_start(const struct unit_names *names, const char *country, const char *key)
{
    struct unit_name wanted = {.key = key, .unit = 0};
    memcpy(wanted.country, country, 3);
    return array_lower_bound(names->entries, names->n, sizeof wanted, compare, &wanted);
}

static bool matches(const struct unit_names *names, size_t i, const char *country, const char *key)
{
    return i < names->n && strcmp(names->entries[i].country, country) == 0 &&
           strcmp(names->entries[i].key, key) == 0;
}

static size_t find_key(const struct unit_names *names, const char *country, const char *key)
{
    size_t found = GAZETTEER_NONE;
    if (strlen(country) != 2) return GAZETTEER_NONE;
    for (size_t i = find_start(names, country, key); matches(names, i, country, key); i++) {
        if (found != GAZETTEER_NONE && found != names->entries[i].unit) return GAZETTEER_NONE;
        found = names->entries[i].unit;
    }
    return found;
}

size_t unit_names_find_below(const struct unit_names *names, const struct gazetteer *gazetteer,
                             const char *country, const char *name, const char *parent_code)
{
    char folded[GAZETTEER_FOLD];
    size_t found = GAZETTEER_NONE;
    if (!gazetteer_fold(name, folded) || strlen(country) != 2) return GAZETTEER_NONE;
    generic_strip(folded);
    for (size_t i = find_start(names, country, folded); matches(names, i, country, folded); i++) {
        const struct gazetteer_territory *row = &gazetteer->territories[names->entries[i].unit];
        if (!row->parent_code || strcmp(row->parent_code, parent_code) != 0) continue;
        if (found == GAZETTEER_NONE || row->population > gazetteer->territories[found].population)
            found = names->entries[i].unit;
    }
    return found;
}

size_t unit_names_find(const struct unit_names *names, const char *country, const char *name)
{
    char folded[GAZETTEER_FOLD];
    if (!gazetteer_fold(name, folded)) return GAZETTEER_NONE;
    size_t found = find_key(names, country, folded);
    if (found != GAZETTEER_NONE) return found;
    generic_strip(folded);
    return find_key(names, country, folded);
}
