/* Chosen links, partnerships or territories as a GeoJSON FeatureCollection (RFC 7946), written in
 * blocks so that a large answer streams.
 *
 * Beside `features` the collection has `total` (features), `placed` (links with both ends exact,
 * area or country; partnerships with at least one such link; territories with a point),
 * `undated_left_out`, `filter` (canonical text) and `edition`. A link is the great circle between
 * its ends, a partnership all of its chosen links, each a MultiLineString parted at the
 * antimeridian; what is not drawn has the geometry null. Links come by partnership, then id.
 */
#ifndef TILES_GEOJSON_H
#define TILES_GEOJSON_H

#include "tiles/feature.h"
#include "tiles/group.h"
#include "tiles/json.h"

struct geojson {
    const struct selection *selection; /* borrowed, as is all else below */
    enum feature_kind kind;
    const char *filter, *base_url;
    bool english;
    size_t partnership, link, row; /* where to go on */
    bool begun, ended;
    struct json json;
    struct feature feature;
    struct groups territories; /* FEATURE_TERRITORIES: the rows */
    struct bytes text;
};

/* Gets ready. filter: the canonical text of what was selected; base_url: see feature.h. Both and
 * the selection are borrowed until geojson_close(). */
enum atlas_status geojson_begin(struct geojson *geojson, const struct selection *selection,
                                enum feature_kind kind, const char *filter, const char *base_url,
                                bool english) ATLAS_MUST_CHECK;

/* Appends at least `block` bytes of the document, or what is left of it; *more tells whether
 * anything is left. The document is the blocks one after the other. */
enum atlas_status geojson_next(struct geojson *geojson, size_t block, struct bytes *out,
                               bool *more) ATLAS_MUST_CHECK;

/* Frees what it holds; {0} and NULL are harmless. */
void geojson_close(struct geojson *geojson);

#endif
