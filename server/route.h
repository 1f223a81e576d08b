/* From a request target to what is asked for: a typed route, or the refusal. Pure: no edition, no
 * clock, no file; so it is tested by tables and fuzzed.
 *
 *   /tiles/{tilesets}.json                    ROUTE_TILEJSON
 *   /tiles/{tilesets}/{z}/{x}/{y}.mvt         ROUTE_TILE
 *   /tiles/{tilesets}/{z}/{x}/{y}.png         ROUTE_PICTURE_TILE, 256 pixels; @2x.png: 512
 *   /legend.json|png                          ROUTE_LEGEND   of `tileset` at `zoom`
 *   /picture.png|svg|pdf                      ROUTE_PICTURE  of `tilesets` around `lon`, `lat`
 *   /links|partnerships|territories.geojson   ROUTE_LINKS ROUTE_PARTNERSHIPS ROUTE_TERRITORIES,
 *     and .csv                                  with `csv` set
 *   /partnerships.json                        ROUTE_LIST     rows with page, per_page, sort
 *   /partenariat/{id}.json                    ROUTE_FACTS    all of one partnership
 *   /counts.json /search.json /style.json     ROUTE_COUNTS ROUTE_SEARCH ROUTE_STYLE
 *   /healthz                                  ROUTE_HEALTH
 *   /fonts/{names}/{first}-{last}.pbf         ROUTE_GLYPHS   its query is ignored
 *   /assets/{name}                            ROUTE_ASSET    its query is ignored
 *   /embed.js                                 ROUTE_COMPONENT  the web component; likewise
 *   /site/{name}                              ROUTE_SITE_FILE  of the operator; likewise
 *   what server/pages knows                   ROUTE_PAGE     its parameters are read there
 */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "geo/bytes.h"
#include "server/look.h"
#include "server/target.h"
#include "tiles/filter.h"
#include "tiles/list.h"
#include "tiles/tileset.h"

#include <stdint.h>

enum route_kind {
    ROUTE_TILEJSON,
    ROUTE_TILE,
    ROUTE_PICTURE_TILE,
    ROUTE_LEGEND,
    ROUTE_PICTURE,
    ROUTE_LINKS,
    ROUTE_PARTNERSHIPS,
    ROUTE_TERRITORIES,
    ROUTE_LIST,
    ROUTE_FACTS,
    ROUTE_COUNTS,
    ROUTE_SEARCH,
    ROUTE_STYLE,
    ROUTE_HEALTH,
    ROUTE_GLYPHS,
    ROUTE_ASSET,
    ROUTE_COMPONENT,
    ROUTE_SITE_FILE,
    ROUTE_PAGE,
    ROUTE_KIND_COUNT
};

enum route_format { ROUTE_JSON, ROUTE_PNG, ROUTE_SVG, ROUTE_PDF }; /* of legends and pictures */

#define ROUTE_SEARCH_BYTES     200 /* of q */
#define ROUTE_SEARCH_DEFAULT   10  /* hits, and at most: */
#define ROUTE_SEARCH_MAX       50
#define ROUTE_PER_PAGE_DEFAULT 20
#define ROUTE_PAGE_NUMBER_MAX  1000000
#define ROUTE_VERSION_BYTES    80 /* of `v` */

struct route {
    enum route_kind kind;
    bool csv; /* ROUTE_LINKS, _PARTNERSHIPS, _TERRITORIES: CSV, else GeoJSON */
    bool english;
    enum route_format format;
    enum tileset tilesets[TILESET_COUNT]; /* in their own order, without repeats */
    size_t n_tilesets;
    struct tile_key key;
    struct tile_display display;
    struct look look; /* ROUTE_PICTURE_TILE, _LEGEND, _PICTURE */
    struct filter filter;
    unsigned by;                           /* ROUTE_COUNTS: bit 1 << enum group_property */
    char nature[16];                       /* of money; "" for none */
    uint64_t id;                           /* ROUTE_FACTS */
    uint32_t first_code;                   /* ROUTE_GLYPHS: a multiple of GLYPHS_RANGE */
    const char *name;                      /* ROUTE_ASSET, _SITE_FILE; lives in target; else "" */
    char q[ROUTE_SEARCH_BYTES + 1];        /* ROUTE_SEARCH: as typed */
    uint32_t limit;                        /* ROUTE_SEARCH */
    struct list_request list;              /* ROUTE_LIST */
    char version[ROUTE_VERSION_BYTES + 1]; /* `v` as given, or "" */
    struct target target;
};

/* Why a request was refused, in a form to translate. */
struct route_refusal {
    char parameter[64]; /* the name of the parameter at fault, or "" */
    struct atlas_error error;
};

/* Reads raw, the target as sent. On failure *refusal says why: ATLAS_INVALID (400),
 * ATLAS_TOO_LARGE (414), ATLAS_NOT_FOUND (404). *route must not move afterwards: it points into
 * itself. */
enum atlas_status route_parse(const char *raw, struct route *route,
                              struct route_refusal *refusal) ATLAS_MUST_CHECK;

/* Reads "links,places" into the route's tilesets; false for an unknown or missing one. */
bool route_read_tilesets(struct route *route, const char *names, size_t length);

/* Appends the canonical text of the route: equal routes give equal text, whatever order, case or
 * repetition they came with; `v` is not part of it. What key of a cache and an ETag stand on. */
void route_canonical(const struct route *route, struct bytes *out);

/* Appends the filter and display parameters as a canonical query without '?', "" for none:
 * what TileJSON and style hand on to their tiles. */
void route_query(const struct route *route, struct bytes *out);

/* A word for the metrics: "tile", "counts" … Static. */
const char *route_kind_text(enum route_kind kind);

#endif
