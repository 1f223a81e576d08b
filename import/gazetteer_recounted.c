#include "import/gazetteer_areas.h"

#include "geo/outline.h"

#include <math.h>
#include <string.h>

#define SURE_KM 5.0 /* the world's outlines are drawn for 1:50 million */

static const struct {
    const char *counted, *lies_in;
} recounted[] = {{"MA", "EH"}, {"IL", "SY"}, {"RU", "UA"}};

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

enum atlas_status gazetteer_recount_cities(struct gazetteer *gazetteer, struct atlas_error *error)
{
    for (size_t i = 0; i < sizeof recounted / sizeof *recounted; i++) {
        enum atlas_status status =
            recount(gazetteer, recounted[i].counted, recounted[i].lies_in, error);
        if (status != ATLAS_OK) return status;
    }
    return ATLAS_OK;
}
