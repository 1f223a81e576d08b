/* /style.json: a whole MapLibre style of this server's tiles, ready for any MapLibre map, light or
 * dark, in French or English. It names nothing from elsewhere: the glyphs are this server's, and
 * there is no sprite. It shows flows where single links would be a carpet and links where they are
 * legible (server/style_layers.h), so it depends on how many links the filter chooses.
 */
#ifndef SERVER_STYLE_H
#define SERVER_STYLE_H

#include "server/route.h"
#include "tiles/selection.h"

/* Appends the style for a selection, which is the route's filter bound. */
enum atlas_status style_write(const struct route *route, const struct selection *selection,
                              const char *base_url, struct bytes *out) ATLAS_MUST_CHECK;

#endif
