#include "import/gazetteer_unit_names.h"

#include "import/gazetteer_generic.h"

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

static size_t find_key(const struct unit_names *names, const char *country, const char *key)
{
    struct unit_name wanted = {.key = key, .unit = 0};
    if (strlen(country) != 2) return GAZETTEER_NONE;
    memcpy(wanted.country, country, 3);
    size_t low = 0, high = names->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&names->entries[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t found = GAZETTEER_NONE;
    for (; low < names->n; low++) {
        const struct unit_name *entry = &names->entries[low];
        if (strcmp(entry->country, country) != 0 || strcmp(entry->key, key) != 0) break;
        if (found != GAZETTEER_NONE && found != entry->unit) return GAZETTEER_NONE;
        found = entry->unit;
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
