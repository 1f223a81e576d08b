#include "import/gazetteer_areas.h"

#include "import/gazetteer_dissolve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is too fine to see up to zoom 6, where a pixel is 0.02 degrees. */
#define UNIT_TOLERANCE_DEG 0.012

void gazetteer_place_at(struct gazetteer_territory *territory, const struct outline *outline)
{
    if (!outline->n) return;
    struct outline_point middle = outline_middle(outline);
    territory->lon_deg = middle.lon_deg;
    territory->lat_deg = middle.lat_deg;
    if (territory->precision == PRECISION_NONE) territory->precision = PRECISION_EXACT;
    territory->radius_km = sqrt(fmax(0, outline_area_km2(outline)) / M_PI);
}

void gazetteer_take_area(struct gazetteer *gazetteer, size_t territory,
                         const struct outline *outline)
{
    if (territory >= gazetteer->n_territories || !outline->n) return;
    gazetteer_place_at(&gazetteer->territories[territory], outline);
    size_t length;
    uint8_t *wkb = outline_wkb(outline, &length);
    if (wkb)
        gazetteer_add_area(gazetteer, gazetteer->territories[territory].code, wkb, length);
    else
        (void)atlas_fail(&gazetteer->error, ATLAS_NO_MEMORY, "not enough memory for outlines");
}

/* A choice of features, each with the territory whose area it is part of. */
struct grouping {
    const struct outline **outlines;
    uint32_t *groups;  /* numbers into territories */
    uint32_t *numbers; /* by territory: its number, or UINT32_MAX */
    size_t *territories;
    size_t n, n_groups;
};

static void grouping_close(struct grouping *grouping)
{
    free(grouping->outlines);
    free(grouping->groups);
    free(grouping->numbers);
    free(grouping->territories);
}

static bool grouping_init(struct grouping *grouping, size_t features, size_t territories)
{
    *grouping =
        (struct grouping){.outlines = calloc(features + 1, sizeof *grouping->outlines),
                          .groups = calloc(features + 1, sizeof *grouping->groups),
                          .numbers = malloc((territories + 1) * sizeof *grouping->numbers),
                          .territories = calloc(features + 1, sizeof *grouping->territories)};
    if (!grouping->outlines || !grouping->groups || !grouping->numbers || !grouping->territories)
        return false;
    memset(grouping->numbers, 0xff, (territories + 1) * sizeof *grouping->numbers);
    return true;
}

static void grouping_add(struct grouping *grouping, const struct outline *outline, size_t territory)
{
    uint32_t *number = &grouping->numbers[territory];
    if (*number == UINT32_MAX) {
        *number = (uint32_t)grouping->n_groups;
        grouping->territories[grouping->n_groups++] = territory;
    }
    grouping->outlines[grouping->n] = outline;
    grouping->groups[grouping->n++] = *number;
}

static enum atlas_status take_groups(struct gazetteer *gazetteer, const struct grouping *grouping,
                                     struct atlas_error *error)
{
    struct outline *results = calloc(grouping->n_groups + 1, sizeof *results);
    if (!results) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for outlines");
    enum atlas_status status =
        outline_dissolve(grouping->outlines, grouping->groups, grouping->n, UNIT_TOLERANCE_DEG,
                         results, grouping->n_groups, error);
    for (size_t i = 0; i < grouping->n_groups; i++) {
        if (status == ATLAS_OK)
            gazetteer_take_area(gazetteer, grouping->territories[i], &results[i]);
        outline_close(&results[i]);
    }
    free(results);
    return status;
}

/* Which territory a feature is part of, in one round of dissolving; GAZETTEER_NONE for none. */
typedef size_t (*area_chooser)(const struct gazetteer *gazetteer, size_t assigned);

static size_t choose_itself(const struct gazetteer *gazetteer, size_t assigned)
{
    (void)gazetteer;
    return assigned;
}

static size_t choose_region(const struct gazetteer *gazetteer, size_t assigned)
{
    const struct gazetteer_territory *unit = &gazetteer->territories[assigned];
    size_t parent = gazetteer_find(gazetteer, unit->parent_code);
    return parent != GAZETTEER_NONE && gazetteer->territories[parent].kind == KIND_REGION
               ? parent
               : GAZETTEER_NONE;
}

static size_t choose_alsace(const struct gazetteer *gazetteer, size_t assigned)
{
    const char *code = gazetteer->territories[assigned].code;
    return strcmp(code, "dep:67") == 0 || strcmp(code, "dep:68") == 0
               ? gazetteer_find(gazetteer, "dep:6AE")
               : GAZETTEER_NONE;
}

static enum atlas_status take_round(struct gazetteer *gazetteer, const struct natural_earth *earth,
                                    const struct unit_map *map, area_chooser choose,
                                    struct atlas_error *error)
{
    struct grouping grouping;
    enum atlas_status status =
        grouping_init(&grouping, earth->n, gazetteer->n_territories)
            ? ATLAS_OK
            : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for outlines");
    for (size_t i = 0; status == ATLAS_OK && i < earth->n; i++) {
        if (map->assigned[i] == UINT32_MAX) continue;
        size_t territory = choose(gazetteer, map->assigned[i]);
        if (territory != GAZETTEER_NONE)
            grouping_add(&grouping, &earth->features[i].outline, territory);
    }
    if (status == ATLAS_OK) status = take_groups(gazetteer, &grouping, error);
    grouping_close(&grouping);
    return status;
}

enum atlas_status gazetteer_add_unit_areas(struct gazetteer *gazetteer,
                                           const struct natural_earth *earth,
                                           const struct unit_map *map, struct atlas_error *error)
{
    static const area_chooser rounds[] = {choose_itself, choose_region, choose_alsace};
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; status == ATLAS_OK && i < sizeof rounds / sizeof *rounds; i++)
        status = take_round(gazetteer, earth, map, rounds[i], error);
    return status == ATLAS_OK ? gazetteer_status(gazetteer, error) : status;
}
