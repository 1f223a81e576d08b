/* The tilesets by name, and the one door to a vector tile: an edition, a selection and a key in,
 * encoded bytes out. Every tile is built afresh and depends on nothing else, so the same content
 * and request give the same bytes.
 */
#ifndef TILES_TILESET_H
#define TILES_TILESET_H

#include "geo/bytes.h"
#include "geo/mercator.h"
#include "tiles/selection.h"

enum tileset {
    TILESET_LINKS,
    TILESET_FLOWS,
    TILESET_PLACES,
    TILESET_DENSITY,
    TILESET_HEAT,
    TILESET_CHOROPLETH,
    TILESET_BASE,
    TILESET_COUNT
};

/* What an address may ask beside the filter; all zero is the default display. */
struct tile_display {
    int french_level, foreign_level; /* 1 + enum value; 0: by zoom */
    bool side_french;                /* density, choropleth: where the French authorities are */
    uint32_t top, min;               /* flows: only the `top` heaviest, only n >= min; 0: all */
    bool english;                    /* names to show: name_en */
};

struct tileset_field { /* for TileJSON vector_layers */
    const char *name;
    const char *type; /* "String", "Number", "Boolean" */
};

struct tileset_layer {
    const char *name; /* the MVT layer */
    const char *description_fr, *description_en;
    const struct tileset_field *fields; /* ends with name NULL */
};

/* "links" …; NULL outside the enum. False for an unknown name. */
const char *tileset_name(enum tileset tileset);
bool tileset_parse(const char *name, enum tileset *tileset);

/* The MVT layers of a tileset; *n of them. Static. heat has none: it is a picture. */
const struct tileset_layer *tileset_layers(enum tileset tileset, size_t *n);

/* Appends the layers of one tileset to out (layers of several tilesets may follow one another: a
 * tile is their concatenation). Appends nothing where the tile is empty. selection may be NULL for
 * TILESET_BASE only. ATLAS_INVALID: a key out of range; ATLAS_UNSUPPORTED: heat. */
enum atlas_status tileset_tile(enum tileset tileset, const struct edition *edition,
                               const struct selection *selection, struct tile_key key,
                               const struct tile_display *display,
                               struct bytes *out) ATLAS_MUST_CHECK;

#endif
