#include "geo/geocode_point.h"

#include "geo/geocode_query.h"
#include "geo/outline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double tolerance_km = 50;

/* Kilometres from the point to one outline, 0 inside; *known: the gazetteer has it. */
static enum atlas_status distance_to(struct gazetteer *gazetteer, const char *code, double lon_deg,
                                     double lat_deg, double *km, bool *known,
                                     struct atlas_error *error)
{
    const uint8_t *wkb;
    size_t length;
    enum atlas_status status = gazetteer_outline(gazetteer, code, &wkb, &length, error);
    *known = status == ATLAS_OK;
    if (status == ATLAS_NOT_FOUND) return ATLAS_OK;
    if (status != ATLAS_OK) return status;
    struct outline_place place;
    if (outline_locate(wkb, length, lon_deg, lat_deg, &place) != ATLAS_OK)
        return atlas_fail(error, ATLAS_CORRUPT, "the outline of %s in the gazetteer is damaged",
                          code);
    *km = place.inside ? 0 : place.edge_km;
    return ATLAS_OK;
}

/* Kilometres to the nearest part of a country; France is its mainland and each overseas
 * territory. NaN where no outline is known. */
static enum atlas_status distance_to_country(struct gazetteer *gazetteer, const char *country_iso,
                                             double lon_deg, double lat_deg, double *km,
                                             struct atlas_error *error)
{
    *km = NAN;
    const char *overseas = query_overseas_code(country_iso);
    bool france = strcmp(country_iso, "FR") == 0;
    char code[16];
    snprintf(code, sizeof code, "country:%.2s", country_iso);
    size_t n = 0;
    for (const char *next = overseas ? overseas : code; next;
         next = france ? query_overseas_at(n++) : NULL) {
        double part_km = NAN;
        bool known = false;
        enum atlas_status status =
            distance_to(gazetteer, next, lon_deg, lat_deg, &part_km, &known, error);
        if (status != ATLAS_OK) return status;
        if (known) *km = isnan(*km) ? part_km : fmin(*km, part_km);
        if (*km <= tolerance_km) break;
    }
    return ATLAS_OK;
}

static bool on_earth(double lon_deg, double lat_deg)
{
    return isfinite(lon_deg) && isfinite(lat_deg) && fabs(lon_deg) <= 180 && fabs(lat_deg) <= 90;
}

static void refuse(struct point_answer *answer, const char *why)
{
    answer->verdict = POINT_REFUSED;
    snprintf(answer->reason, sizeof answer->reason, "%s", why);
}

enum atlas_status point_check(struct gazetteer *gazetteer, const char *country_iso, double *lon_deg,
                              double *lat_deg, struct point_answer *answer,
                              struct atlas_error *error)
{
    *answer = (struct point_answer){.verdict = POINT_USED};
    double lon = *lon_deg, lat = *lat_deg, km = INFINITY, swapped_km = INFINITY;
    enum atlas_status status = ATLAS_OK;
    if (on_earth(lon, lat) && lon == 0 && lat == 0) {
        refuse(answer, "0, 0 is the point of an empty cell");
        return ATLAS_OK;
    }
    if (!country_iso || !country_iso[0]) {
        if (!on_earth(lon, lat)) refuse(answer, "latitude or longitude is none on earth");
        return ATLAS_OK;
    }
    if (on_earth(lon, lat))
        status = distance_to_country(gazetteer, country_iso, lon, lat, &km, error);
    if (status != ATLAS_OK || isnan(km) || km <= tolerance_km) {
        if (isnan(km))
            snprintf(answer->reason, sizeof answer->reason,
                     "the gazetteer has no outline of %.2s to check it with", country_iso);
        return status;
    }
    if (on_earth(lat, lon))
        status = distance_to_country(gazetteer, country_iso, lat, lon, &swapped_km, error);
    if (status != ATLAS_OK) return status;
    if (swapped_km <= tolerance_km) {
        *lon_deg = lat;
        *lat_deg = lon;
        answer->verdict = POINT_SWAPPED;
        snprintf(answer->reason, sizeof answer->reason,
                 "latitude and longitude were swapped: put right, it lies in %.2s", country_iso);
    } else if (!on_earth(lon, lat))
        refuse(answer, "latitude or longitude is none on earth");
    else {
        answer->verdict = POINT_REFUSED;
        snprintf(answer->reason, sizeof answer->reason,
                 "it lies %.0f km outside %.2s, in the sea or in another country", km, country_iso);
    }
    return ATLAS_OK;
}
