/* Parts of the world by name, for pictures: France, which lies in five seas, does not fit one map.
 * Part of server/look.
 */
#ifndef SERVER_FRAME_H
#define SERVER_FRAME_H

#include <stdint.h>

#define FRAME_WORLD_PX 512.0 /* width of the world at zoom 0, in pixels of the design */

#define FRAME_NAMES                                                                                \
    "monde, europe, hexagone, antilles, guyane, reunion-mayotte, saint-pierre-et-miquelon, "       \
    "pacifique"

/* Number of the frame of this name, from 1; 0: there is none. */
uint32_t frame_find(const char *name);

/* Name of a frame; static. */
const char *frame_name(uint32_t frame);

/* Middle and zoom (as in tiles/picture.h) at which a picture of that many pixels of the design
 * shows all of a frame, clear of the picture's title, legend and sources where there is room for
 * that. */
void frame_view(uint32_t frame, double width_px, double height_px, double *lon_deg, double *lat_deg,
                double *zoom);

#endif
