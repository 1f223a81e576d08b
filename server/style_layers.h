/* The layers of /style.json: what is drawn of the sources base, density, flows, links and places,
 * in which order, from which zoom and in which colours (those of the pages, server/web/base.css;
 * hexagons in those of their legend).
 *
 * Widths and sizes go by classes of n, a layer with a plain filter each: every client that reads a
 * style understands that, QGIS too, the classes mean the same at every zoom and under every filter,
 * and each layer's metadata holds a title that a legend can show.
 */
#ifndef SERVER_STYLE_LAYERS_H
#define SERVER_STYLE_LAYERS_H

#include "geo/bytes.h"
#include "tiles/hexagon.h"
#include "tiles/scale.h"

#include <stdbool.h>
#include <stdint.h>

#define STYLE_LINKS_NEVER UINT32_MAX

struct style_look {
    bool dark, english;
    /* The zoom from which links are drawn one by one and no longer as flows; 0: at all zooms, and
     * flows are there to be switched on; STYLE_LINKS_NEVER: links are there to be switched on. */
    uint32_t links_from_zoom;
    struct scale hexagons[HEXAGON_SIZES]; /* those of the legends of the hexagons of each size */
};

/* Appends them as JSON objects with commas between them. */
void style_layers_write(const struct style_look *look, struct bytes *out);

#endif
