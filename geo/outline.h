/* Where a point lies against an outline: inside or not, and how far from its edge.
 *
 * Outlines are the gazetteer's: WKB MULTIPOLYGON, little endian, degrees (EPSG:4326). Edges are
 * straight in longitude and latitude; distances are good to about one per cent up to 500 km. */
#ifndef GEO_OUTLINE_H
#define GEO_OUTLINE_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outline_place {
    bool inside;    /* an odd number of rings surrounds the point */
    double edge_km; /* to the nearest edge, inside or out; infinite for an empty outline */
};

/* ATLAS_CORRUPT where the bytes are no such geometry, or the point is not finite. */
enum atlas_status outline_locate(const uint8_t *wkb, size_t length, double lon_deg, double lat_deg,
                                 struct outline_place *place) ATLAS_MUST_CHECK;

#endif
