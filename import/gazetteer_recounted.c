#include "import/gazetteer_areas.h"

#include "geo/outline.h"

#include <math.h>
#include <string.h>

#define SURE_KM 5.0 /* the world's outlines are drawn for 1:50 million */

static const struct {
    const char *counted, *lies_in;
} recounted[] = {{"MA", "EH"}, {"IL", "PS"}, {"RU", "UA"}};

/* The Golan, which no outline of our sources draws as Syrian: west, south, east, north, as in
 * data/recognition-areas.csv. */
static const double golan[][4] = {{35.65, 32.72, 35.95, 33.10},
                                  {35.68, 33.10, 35.95, 33.33},
                                  {35.628, 32.895, 35.65, 33.05},
                                  {35.61, 33.265, 35.635, 33.28}};

static const struct gazetteer_shape *find_area(const struct gazetteer *gazetteer,
                                               const char *country)
{
    for (size_t i = 0; i < gazetteer->n_areas; i++) {
        const char *code = gazetteer->areas[i].code;
        if (strncmp(code, "country:", 8) == 0 && strcmp(code + 8, country) == 0)
            return &gazetteer->areas[i];
    }
    return NULL;
}

static enum atlas_status recount(struct gazetteer *gazetteer, const char *counted,
                                 const char *lies_in, struct atlas_error *error)
{
    const struct gazetteer_shape *area = find_area(gazetteer, lies_in);
    size_t country = gazetteer_find_parts(gazetteer, "country:", lies_in);
    if (!area || country == GAZETTEER_NONE) return ATLAS_OK;
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *city = &gazetteer->territories[i];
        if ((city->kind != KIND_CITY && city->kind != KIND_DISTRICT) || isnan(city->lon_deg) ||
            strcmp(city->country_iso, counted) != 0)
            continue;
        struct outline_place place;
        if (outline_locate(area->wkb, area->length, city->lon_deg, city->lat_deg, &place) !=
            ATLAS_OK)
            return atlas_fail(error, ATLAS_CORRUPT, "the outline of country:%s cannot be read",
                              lies_in);
        if (!place.inside || place.edge_km < SURE_KM) continue;
        city->country_iso = gazetteer->territories[country].country_iso;
        city->parent_code = gazetteer->territories[country].code;
    }
    return ATLAS_OK;
}

static bool in_golan(const struct gazetteer_territory *city)
{
    for (size_t i = 0; i < sizeof golan / sizeof *golan; i++)
        if (city->lon_deg >= golan[i][0] && city->lat_deg >= golan[i][1] &&
            city->lon_deg <= golan[i][2] && city->lat_deg <= golan[i][3])
            return true;
    return false;
}

static void recount_golan(struct gazetteer *gazetteer)
{
    size_t unit = gazetteer_find(gazetteer, "iso:SY-QU");
    for (size_t i = 0; i < gazetteer->n_territories && unit != GAZETTEER_NONE; i++) {
        struct gazetteer_territory *city = &gazetteer->territories[i];
        bool place = city->kind == KIND_CITY || city->kind == KIND_DISTRICT;
        if (!place || strcmp(city->country_iso, "IL") != 0 || !in_golan(city)) continue;
        city->country_iso = gazetteer->territories[unit].country_iso;
        city->parent_code = gazetteer->territories[unit].code;
    }
}

enum atlas_status gazetteer_recount_cities(struct gazetteer *gazetteer, struct atlas_error *error)
{
    for (size_t i = 0; i < sizeof recounted / sizeof *recounted; i++) {
        enum atlas_status status =
            recount(gazetteer, recounted[i].counted, recounted[i].lies_in, error);
        if (status != ATLAS_OK) return status;
    }
    recount_golan(gazetteer);
    return ATLAS_OK;
}
