/* The order of tiles in a PMTiles archive: all tiles of the lower zooms, then the Hilbert curve of
 * the tile's own zoom, so that neighbours on the map mostly lie beside each other in the file. */
#ifndef TILES_TILE_ORDER_H
#define TILES_TILE_ORDER_H

#include "geo/mercator.h"

/* Number of the first tile of a zoom, 0..MERCATOR_MAX_ZOOM + 1: how many tiles all lower zooms
 * have. */
uint64_t tile_order_first(uint8_t zoom);

/* Number of a valid tile, and the tile of a number. */
uint64_t tile_order_id(struct tile_key key);
struct tile_key tile_order_key(uint64_t id);

#endif
