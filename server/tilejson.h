/* TileJSON 3.0 of one or several tilesets under a filter. */
#ifndef SERVER_TILEJSON_H
#define SERVER_TILEJSON_H

#include "server/route.h"
#include "tiles/selection.h"

/* The deepest zoom that has content of its own; maps magnify beyond it. */
#define TILEJSON_MAX_ZOOM 12

/* `v` of this edition and build: "content.build", hexadecimal. */
#define TILEJSON_VERSION_BYTES 32
void tilejson_version(const struct edition *edition, char version[TILEJSON_VERSION_BYTES]);

/* True when `given` (of an address) names this content: at least 8 digits of its content hash,
 * and, if it has a '.', this build. */
bool tilejson_version_is_current(const struct edition *edition, const char *given);

/* Appends the document. selection: of the route's filter; it gives bounds and totals. */
enum atlas_status tilejson_write(const struct route *route, const struct selection *selection,
                                 const char *base_url, struct bytes *out) ATLAS_MUST_CHECK;

/* Appends the attributions of an edition as plain text: "A · B". */
void tilejson_attribution(const struct edition *edition, struct bytes *out);

/* Appends the address template of the tiles of a route's tilesets. */
void tilejson_template(const struct route *route, const struct edition *edition,
                       const char *base_url, struct bytes *out);

#endif
