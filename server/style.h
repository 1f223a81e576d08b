/* /style.json: a whole MapLibre style of this server's tiles, ready for any MapLibre map. It names
 * nothing from elsewhere: no glyphs, no sprite. */
#ifndef SERVER_STYLE_H
#define SERVER_STYLE_H

#include "server/route.h"
#include "tiles/edition.h"

/* Appends the style of the base map with links, density and places under the route's filter. */
enum atlas_status style_write(const struct route *route, const struct edition *edition,
                              const char *base_url, struct bytes *out) ATLAS_MUST_CHECK;

#endif
