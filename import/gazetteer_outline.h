/* Outlines: polygons on the sphere in degrees (WGS 84), for the areas of the gazetteer.
 *
 * A part is one polygon: an outer ring and its holes. Rings hold each vertex once (the first is
 * not repeated at the end); outer rings run anticlockwise, holes clockwise. Nothing crosses the
 * antimeridian: sources split there.
 */
#ifndef IMPORT_GAZETTEER_OUTLINE_H
#define IMPORT_GAZETTEER_OUTLINE_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outline_point {
    double lon_deg, lat_deg;
};

struct outline_ring {
    struct outline_point *points; /* owned */
    size_t n;
    size_t part; /* rings of one polygon share it; the outer ring comes first */
};

struct outline {
    struct outline_ring *rings; /* owned */
    size_t n, capacity;
    double west, south, east, north; /* of all rings; meaningless while n is 0 */
};

void outline_close(struct outline *outline);

/* Appends a copy of a ring as part `part`, turned so that outer rings run anticlockwise and holes
 * clockwise; repeated neighbours and a closing vertex are dropped; fewer than three vertices are
 * nothing. False without memory. */
bool outline_add_ring(struct outline *outline, const struct outline_point *points, size_t n,
                      size_t part, bool hole);

/* Twice the area on the plane of degrees, positive when anticlockwise. */
double outline_ring_signed(const struct outline_point *points, size_t n);

/* Area on the sphere in km², holes taken off. */
double outline_area_km2(const struct outline *outline);

/* True when the point lies in a polygon of the outline. */
bool outline_contains(const struct outline *outline, double lon_deg, double lat_deg);

/* A point that stands for the outline: the middle of its largest polygon when that lies inside,
 * else the middle of the longest stretch inside at that latitude. n must not be 0. */
struct outline_point outline_middle(const struct outline *outline);

/* The outline as WKB MULTIPOLYGON, little endian, rings closed; from malloc. NULL without memory
 * or when there is nothing. */
uint8_t *outline_wkb(const struct outline *outline, size_t *length);

#endif
