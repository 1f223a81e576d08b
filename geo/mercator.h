/* Web Mercator (EPSG:3857) and its tiles. World units: x_world, y_world in [0, 1], y down from
 * the north edge (85.0511° N), so tile (z, x, y) covers [x, x+1] / 2^z by [y, y+1] / 2^z. */
#ifndef GEO_MERCATOR_H
#define GEO_MERCATOR_H

#include <stdbool.h>
#include <stdint.h>

#define MERCATOR_MAX_ZOOM    22
#define MERCATOR_MAX_LAT_DEG 85.05112877980659
#define EARTH_RADIUS_M       6378137.0 /* of the sphere of EPSG:3857 */

struct tile_key {
    uint8_t z;
    uint32_t x, y;
};

struct world_point {
    double x_world, y_world;
};

/* True when z <= MERCATOR_MAX_ZOOM and x, y < 2^z. */
bool tile_key_valid(struct tile_key key);

/* lat_deg beyond MERCATOR_MAX_LAT_DEG is held at the edge. lon_deg may lie outside ±180: x_world
 * then lies outside [0, 1]. */
struct world_point mercator_forward(double lon_deg, double lat_deg);
void mercator_inverse(struct world_point point, double *lon_deg, double *lat_deg);

/* Distance of p from the chord a-b, ends included, in world units. */
double world_distance_to_chord(struct world_point p, struct world_point a, struct world_point b);

/* West, south, east, north of a tile in degrees. */
void tile_bounds(struct tile_key key, double bounds_deg[4]);

#endif
