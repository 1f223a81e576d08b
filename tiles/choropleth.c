#include "tiles/choropleth.h"

#include "tiles/bitset.h"
#include "tiles/prepared.h"

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

static int level_of_edition(enum choropleth_level level)
{
    switch (level) {
    case CHOROPLETH_COUNTRY:
        return FOREIGN_COUNTRY;
    case CHOROPLETH_ADMIN1:
        return FOREIGN_ADMIN1;
    case CHOROPLETH_REGION:
        return FRENCH_REGION;
    default:
        return FRENCH_DEPARTEMENT;
    }
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

static void take_totals(const struct edition_territory *territory, const struct totals *totals,
                        struct choropleth_value *value)
{
    value->n = totals->n;
    value->partnerships = totals->partnerships;
    value->with_amount = totals->with_amount;
    value->amount_eur = totals->with_amount > 0 ? totals->amount_eur : NAN;
    if (territory->population > 0)
        value->per_million = 1e6 * (double)value->n / (double)territory->population;
}

static enum atlas_status fill_totals(const struct selection *selection, size_t nature,
                                     const size_t *value_of, struct piece_hold *hold,
                                     struct choropleth *choropleth)
{
    const struct edition *edition = selection->edition;
    const struct link_table *table;
    const struct link_amounts *amounts;
    struct link_counter counter = {0};
    enum side side = is_french(choropleth->level) ? SIDE_FRENCH : SIDE_FOREIGN;
    enum atlas_status status =
        prepared_areas(edition, side, level_of_edition(choropleth->level), hold, &table);
    if (status == ATLAS_OK) status = prepared_amounts(edition, nature, hold, &amounts);
    if (status) return status;
    for (size_t i = 0; i < table->n_groups && status == ATLAS_OK; i++) {
        uint32_t territory = table->groups[i].key[0];
        size_t at = value_of[territory];
        struct totals totals;
        if (at == SIZE_MAX) continue;
        status = link_table_totals(table, i, selection, amounts, &counter, &totals);
        if (status || totals.n == 0) continue;
        take_totals(&edition->territories[territory], &totals, &choropleth->values[at]);
        choropleth->n_links += totals.n;
    }
    link_counter_close(&counter);
    choropleth->left_out = selection->n_links - choropleth->n_links;
    return status;
}

/* Different ends of links in each area. */
static enum atlas_status count_partners(const struct selection *selection, const size_t *value_of,
                                        struct choropleth *choropleth)
{
    const struct edition *edition = selection->edition;
    size_t n = edition->n_links, n_territories = edition->n_territories;
    uint64_t *seen = calloc(bitset_words(n_territories) + 1, sizeof *seen);
    if (!seen) return ATLAS_NO_MEMORY;
    bool french = is_french(choropleth->level);
    for (size_t i = bitset_next(selection->links, 0, n); i < n;
         i = bitset_next(selection->links, i + 1, n))
        bitset_add(seen, french ? edition->links[i].french : edition->links[i].foreign);
    int level = level_of_edition(choropleth->level);
    for (size_t end = bitset_next(seen, 0, n_territories); end < n_territories;
         end = bitset_next(seen, end + 1, n_territories)) {
        uint32_t area = edition->territories[end].at_level[level];
        if (area != EDITION_NONE && value_of[area] != SIZE_MAX)
            choropleth->values[value_of[area]].partners++;
    }
    free(seen);
    return ATLAS_OK;
}

enum atlas_status choropleth_make(const struct selection *selection, enum choropleth_level level,
                                  size_t nature, struct choropleth *choropleth)
{
    const struct edition *edition = selection->edition;
    struct choropleth made = {.level = level};
    struct piece_hold hold = {0};
    size_t *value_of = make_values(edition, &made);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (value_of) status = fill_totals(selection, nature, value_of, &hold, &made);
    if (status == ATLAS_OK) status = count_partners(selection, value_of, &made);
    piece_hold_end(&hold);
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
