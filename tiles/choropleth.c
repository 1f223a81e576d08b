#include "tiles/choropleth.h"

#include "tiles/vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_french(enum choropleth_level level)
{
    return level == CHOROPLETH_REGION || level == CHOROPLETH_DEPARTEMENT;
}

static enum choropleth_level level_of_zoom(bool side_french, uint8_t zoom)
{
    if (side_french) return zoom <= 5 ? CHOROPLETH_REGION : CHOROPLETH_DEPARTEMENT;
    return zoom <= 3 ? CHOROPLETH_COUNTRY : CHOROPLETH_ADMIN1;
}

enum choropleth_level choropleth_level_shown(const struct tile_display *display, uint8_t zoom)
{
    if (display->side_french && display->french_level == 1 + FRENCH_REGION)
        return CHOROPLETH_REGION;
    if (display->side_french && display->french_level == 1 + FRENCH_DEPARTEMENT)
        return CHOROPLETH_DEPARTEMENT;
    if (!display->side_french && display->foreign_level == 1 + FOREIGN_COUNTRY)
        return CHOROPLETH_COUNTRY;
    if (!display->side_french && display->foreign_level == 1 + FOREIGN_ADMIN1)
        return CHOROPLETH_ADMIN1;
    return level_of_zoom(display->side_french, zoom);
}

bool choropleth_is_of_level(const struct edition *edition, uint32_t index,
                            enum choropleth_level level)
{
    const struct edition_territory *territory = &edition->territories[index];
    bool single =
        territory->kind == KIND_COLLECTIVITE_UNIQUE &&
        (strncmp(territory->code, "dep:97", 6) == 0 || strncmp(territory->code, "dep:98", 6) == 0);
    switch (level) {
    case CHOROPLETH_COUNTRY:
        return territory->kind == KIND_COUNTRY && strcmp(territory->code, "country:FR") != 0;
    case CHOROPLETH_ADMIN1:
        return territory->kind == KIND_ADMIN1;
    case CHOROPLETH_REGION:
        return strncmp(territory->code, "reg:", 4) == 0 ||
               (single && territory->at_level[FRENCH_REGION] == index);
    case CHOROPLETH_DEPARTEMENT:
        return territory->kind == KIND_DEPARTEMENT || single;
    case CHOROPLETH_LEVEL_COUNT:
        break;
    }
    return false;
}

/* Per link, the territory that stands for its end at the level. */
static uint32_t *make_keys(const struct edition *edition, enum choropleth_level level)
{
    uint32_t *keys = malloc((edition->n_links + 1) * sizeof *keys);
    size_t at = level == CHOROPLETH_COUNTRY  ? FOREIGN_COUNTRY
                : level == CHOROPLETH_ADMIN1 ? FOREIGN_ADMIN1
                : level == CHOROPLETH_REGION ? (size_t)FRENCH_REGION
                                             : (size_t)FRENCH_DEPARTEMENT;
    for (size_t i = 0; keys && i < edition->n_links; i++) {
        uint32_t end = is_french(level) ? edition->links[i].french : edition->links[i].foreign;
        keys[i] = edition->territories[end].at_level[at];
    }
    return keys;
}

static uint32_t *make_ends(const struct edition *edition, enum choropleth_level level)
{
    uint32_t *ends = malloc((edition->n_links + 1) * sizeof *ends);
    for (size_t i = 0; ends && i < edition->n_links; i++)
        ends[i] = is_french(level) ? edition->links[i].french : edition->links[i].foreign;
    return ends;
}

/* Where each territory's value stands; SIZE_MAX for those without an area of the level. */
static size_t *make_values(const struct edition *edition, struct choropleth *choropleth)
{
    size_t *value_of = malloc((edition->n_territories + 1) * sizeof *value_of);
    choropleth->values = calloc(edition->n_areas + 1, sizeof *choropleth->values);
    if (!value_of || !choropleth->values) {
        free(value_of);
        return NULL;
    }
    memset(value_of, 0xFF, (edition->n_territories + 1) * sizeof *value_of);
    for (size_t i = 0; i < edition->n_areas; i++) {
        uint32_t territory = edition->areas[i].territory;
        if (territory == EDITION_NONE ||
            !choropleth_is_of_level(edition, territory, choropleth->level))
            continue;
        int64_t population = edition->territories[territory].population;
        value_of[territory] = choropleth->n_values;
        choropleth->values[choropleth->n_values++] = (struct choropleth_value){
            .area = (uint32_t)i,
            .territory = territory,
            .per_million = population > 0 ? 0 : NAN,
        };
    }
    return value_of;
}

static void take_totals(const struct edition *edition, const struct groups *groups,
                        const size_t *value_of, struct choropleth *choropleth)
{
    for (size_t i = 0; i < groups->n; i++) {
        const struct group *group = &groups->groups[i];
        size_t at = group->key[0] == EDITION_NONE ? SIZE_MAX : value_of[group->key[0]];
        if (at == SIZE_MAX) {
            choropleth->left_out += group->totals.n;
            continue;
        }
        struct choropleth_value *value = &choropleth->values[at];
        int64_t population = edition->territories[value->territory].population;
        value->n = group->totals.n;
        value->partnerships = group->totals.partnerships;
        value->with_amount = group->totals.with_amount;
        value->amount_eur = value->with_amount > 0 ? group->totals.amount_eur : NAN;
        if (population > 0) value->per_million = 1e6 * (double)value->n / (double)population;
        choropleth->n_links += value->n;
    }
}

static enum atlas_status fill_values(const struct selection *selection, const uint32_t *keys,
                                     const uint32_t *ends, const size_t *value_of, size_t nature,
                                     struct choropleth *choropleth)
{
    struct groups groups;
    enum atlas_status status = group_links(
        selection, keys, NULL, vocabulary_word(VOCABULARY_NATURE, nature)->key, false, &groups);
    if (status != ATLAS_OK) return status;
    take_totals(selection->edition, &groups, value_of, choropleth);
    groups_close(&groups);
    status = group_links(selection, keys, ends, NULL, false, &groups);
    if (status != ATLAS_OK) return status;
    for (size_t i = 0; i < groups.n; i++) {
        uint32_t key = groups.groups[i].key[0];
        if (key != EDITION_NONE && value_of[key] != SIZE_MAX)
            choropleth->values[value_of[key]].partners++;
    }
    groups_close(&groups);
    return ATLAS_OK;
}

enum atlas_status choropleth_make(const struct selection *selection, enum choropleth_level level,
                                  size_t nature, struct choropleth *choropleth)
{
    const struct edition *edition = selection->edition;
    struct choropleth made = {.level = level};
    uint32_t *keys = make_keys(edition, level), *ends = make_ends(edition, level);
    size_t *value_of = make_values(edition, &made);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (keys && ends && value_of)
        status = fill_values(selection, keys, ends, value_of, nature, &made);
    free(keys);
    free(ends);
    free(value_of);
    if (status == ATLAS_OK)
        *choropleth = made;
    else
        choropleth_close(&made);
    return status;
}

void choropleth_close(struct choropleth *choropleth)
{
    if (!choropleth) return;
    free(choropleth->values);
    *choropleth = (struct choropleth){0};
}
