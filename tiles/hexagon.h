/* A grid of hexagons that all cover the same ground.
 *
 * They are regular in the Lambert cylindrical equal-area projection of the authalic sphere with
 * 37.5 degrees as standard parallels (as EPSG:9834, method "Lambert Cylindrical Equal Area"),
 * points to the north. A whole number of columns goes round the earth, so the grid closes at the
 * antimeridian. Odd rows are shifted east by half a column.
 *
 * Equal ground: latitudes are turned into authalic ones by a series whose error is under a
 * millionth of a degree, so areas agree to a millionth; at the poles the outermost row is cut by
 * the map's edge. What is drawn in a tile is rounded to its units. Away from 37.5 degrees hexagons
 * look stretched: equal area has that price.
 */
#ifndef TILES_HEXAGON_H
#define TILES_HEXAGON_H

#include "geo/geodesic.h"

#include <stddef.h>
#include <stdint.h>

#define HEXAGON_SIZES   7 /* size s has HEXAGON_COLUMNS << s columns */
#define HEXAGON_COLUMNS 24

#define HEXAGON_PROJECTION "Lambert cylindrical equal-area, standard parallels 37.5°"

/* The size that a map of a zoom shows. */
static inline unsigned hexagon_size_at(unsigned zoom)
{
    return zoom < HEXAGON_SIZES ? zoom : HEXAGON_SIZES - 1;
}

/* A cell of a size: row counted from the equator's northwards (negative: south), column in
 * 0 .. columns - 1 eastwards from 180° W, packed into one number. */
uint32_t hexagon_cell(int32_t row, uint32_t column);
int32_t hexagon_row(uint32_t cell);
uint32_t hexagon_column(uint32_t cell);

/* The cell that a point lies in. size < HEXAGON_SIZES; lon_deg in [-180, 180]. */
uint32_t hexagon_at(unsigned size, struct lon_lat point);

/* The outline, open, clockwise from the north: n points, at most HEXAGON_MAX_RING. Slanting edges
 * of large cells are given in steps, for on other maps they are curves. Longitudes run on beyond
 * ±180 where the cell crosses the antimeridian; latitudes are held at the poles. */
#define HEXAGON_MAX_RING 34
size_t hexagon_ring(unsigned size, uint32_t cell, struct lon_lat ring[HEXAGON_MAX_RING]);

/* The middle. */
struct lon_lat hexagon_middle(unsigned size, uint32_t cell);

/* Square kilometres of every cell of a size. */
double hexagon_area_km2(unsigned size);

#endif
