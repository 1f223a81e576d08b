/* Heat: where links end, smoothed by a Gaussian kernel on the sphere, as links per 1,000 km².
 *
 * The bandwidth is a distance on the ground, so a hot spot in Norway and one at the equator spread
 * over as many kilometres, whatever Mercator makes of them; distances are great-circle ones, so
 * the field runs on over tile borders and the antimeridian. At distance d a place with n links
 * gives n / (2 pi s^2) exp(-d^2 / 2 s^2), s the bandwidth, up to 4.5 s (which holds 99.99 %).
 * Places nearer to each other than a sixth of s may be taken together, at their centre.
 * Places known only by country are left out and counted: nothing is drawn more precisely than it
 * is known.
 */
#ifndef TILES_HEAT_H
#define TILES_HEAT_H

#include "geo/bytes.h"
#include "geo/mercator.h"
#include "tiles/selection.h"

struct heat_point {
    double unit[3]; /* on the unit sphere */
    double lon_deg, lat_deg, n;
};

struct heat_field {
    struct heat_point *points; /* owned */
    size_t n_points;
    double bandwidth_km;
    double peak;     /* about the highest value anywhere, links per 1,000 km²; 0 without a point */
    double n;        /* links in the field */
    double left_out; /* links whose end is known by country or not at all */
};

/* 600 km at zooms 0 and 1, then half of it at each further zoom, down to 10 km. */
double heat_bandwidth_km(uint8_t zoom);

/* The field of a selection's ends abroad, or of its French ends. Free with heat_field_close(). */
enum atlas_status heat_field_make(const struct selection *selection, bool side_french,
                                  double bandwidth_km, struct heat_field *field) ATLAS_MUST_CHECK;
void heat_field_close(struct heat_field *field); /* {0} and NULL are harmless */

/* How many links such a field holds: its n, without making it. */
enum atlas_status heat_count_links(const struct selection *selection, bool side_french,
                                   uint64_t *n) ATLAS_MUST_CHECK;

/* The value at one point, links per 1,000 km². */
double heat_at(const struct heat_field *field, double lon_deg, double lat_deg);

/* Appends a square PNG of size_px (256 or 512). Colours run with the square root of value / most
 * (most > 0: the field's own peak, or another's to compare with), transparent at 0.
 * ATLAS_INVALID: a bad key or size. */
enum atlas_status heat_tile(const struct heat_field *field, struct tile_key key, uint32_t size_px,
                            double most, bool dark, struct bytes *out) ATLAS_MUST_CHECK;

#endif
