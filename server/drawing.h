/* What the atlas draws itself: picture tiles, legends, whole pictures. */
#ifndef SERVER_DRAWING_H
#define SERVER_DRAWING_H

#include "server/route.h"
#include "server/selections.h"
#include "tiles/selection.h"

/* Appends the answer of ROUTE_PICTURE_TILE, ROUTE_LEGEND or ROUTE_PICTURE. selection: of the
 * route's filter. shown: gets what a tile says of links it holds back, see server/shown.h. Fails
 * with a sentence: ATLAS_INVALID, ATLAS_NO_MEMORY. */
enum atlas_status drawing_write(const struct route *route, struct selections *selections,
                                const struct selection *selection, struct bytes *out,
                                struct bytes *shown, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Content-Type of it. */
const char *drawing_type(const struct route *route);

#endif
