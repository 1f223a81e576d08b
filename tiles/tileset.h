/* The tilesets by name, and the one door to a vector tile: an edition, a selection and a key in,
 * encoded bytes out. Every tile depends on nothing else, so the same content and request give the
 * same bytes.
 *
 *   links       an arc per drawn link, at most 4,400 a tile in the order of ids
 *   flows       links grouped by territories, an arc each with the whole n; labels in their middles
 *   places      the territories at both ends of flows, a point each
 *   density     hexagons of equal ground area at the places of one side
 *   choropleth  countries, first-level units, régions or départements with their totals
 *   base        land, borders, labels; the same for every selection
 *
 * Levels of flows and places by zoom: 0-2 country and country, 3-4 région and country, 5-6
 * département and first-level unit, from 7 the parties themselves. A territory coarser than the
 * level stays itself, one without a point is stood for by the next finer one that has.
 *
 * Lines and polygons reach 64 units of 4096 into the buffer and are drawn on both sides of the
 * antimeridian, and so are the points of places; a label is in exactly one tile of a zoom.
 * `amount_eur` is money of one nature, granted (`attribue`) unless the display asks for another;
 * absent where none is known. Layers `links_meta` and, where something is
 * held back, `flows_meta` hold one point in the middle of the tile with `shown` and `total`: links
 * of the tile, and of the whole map. A map shows at most so many flows as flow_choice_most() says
 * (tiles/flow_choice.h), the heaviest. No tile takes more than TILE_MAX_BYTES at gzip 1: what would
 * is built with fewer flows, links or places, and says so; places in a layer `places_meta`.
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
    size_t max_bytes;                /* at gzip 1, of what is built; 0: TILE_MAX_BYTES */
    int nature;                      /* of money: 1 + index in VOCABULARY_NATURE; 0: granted */
    bool bare;                       /* for a picture: links with their lines alone, flows with n */
    bool fine;                       /* for one that is enlarged: outlines to the tile unit */
};

/* The nature of money that a display shows: an index of VOCABULARY_NATURE. */
size_t tile_display_nature(const struct tile_display *display);

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

#define TILE_MAX_BYTES 490000 /* under 500 KB with all around it */

/* What a tile says of links that it does not show: of the whole map for flows, of the tile for
 * links; and of places, of the tile. */
struct tile_counts {
    bool said; /* `top` or `min` was asked, or something is held back */
    uint64_t shown, total;
};

/* Appends the layers of one tileset to out (layers of several tilesets may follow one another: a
 * tile is their concatenation). Appends nothing where the tile is empty. selection may be NULL for
 * TILESET_BASE only. ATLAS_INVALID: a key out of range; ATLAS_UNSUPPORTED: heat. */
enum atlas_status tileset_tile(enum tileset tileset, const struct edition *edition,
                               const struct selection *selection, struct tile_key key,
                               const struct tile_display *display,
                               struct bytes *out) ATLAS_MUST_CHECK;

/* The same, and *counts, which are also there for an empty tile. */
enum atlas_status tileset_tile_counted(enum tileset tileset, const struct edition *edition,
                                       const struct selection *selection, struct tile_key key,
                                       const struct tile_display *display, struct bytes *out,
                                       struct tile_counts *counts) ATLAS_MUST_CHECK;

/* A tile of n different tilesets, one after another; counts: n of them. All is shown where together
 * they fit into display->max_bytes; else what filters make large shares what the others leave, in
 * equal parts. Errors as above; out is then as it was. */
enum atlas_status tileset_tiles(const enum tileset *asked, size_t n, const struct edition *edition,
                                const struct selection *selection, struct tile_key key,
                                const struct tile_display *display, struct bytes *out,
                                struct tile_counts *counts) ATLAS_MUST_CHECK;

#endif
