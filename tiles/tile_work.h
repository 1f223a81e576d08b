/* What a tile will cost, before it is built: so that whoever has little time builds the cheap ones
 * and leaves the others to somebody else.
 */
#ifndef TILES_TILE_WORK_H
#define TILES_TILE_WORK_H

#include "tiles/tileset.h"

/* About how many features the tile will have to draw, other work counted as so many; one takes
 * about a microsecond with its share of the compression. An estimate from a sample: a wrong one
 * costs time, nothing else. SIZE_MAX when something would first have to be made for the whole
 * edition (the arcs of a zoom), and for choropleth, base and heat, which are never cheap. Takes a
 * few microseconds, makes nothing and waits for nobody. The arguments are those of tileset_tile().
 */
size_t tile_work(enum tileset tileset, const struct edition *edition,
                 const struct selection *selection, struct tile_key key,
                 const struct tile_display *display);

#endif
