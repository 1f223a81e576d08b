/* A strict reading of Mapbox Vector Tiles 2.1, for tests and for whoever doubts a tile. Common
 * readers are lenient, so that one of them opens a tile proves little. */
#ifndef TILES_MVT_CHECK_H
#define TILES_MVT_CHECK_H

#include "geo/status.h"

#include <stddef.h>
#include <stdint.h>

/* What a valid tile holds. */
struct mvt_census {
    size_t n_layers, n_features, n_points; /* n_points: vertices of all geometries */
};

/* Checks an uncompressed tile against the specification: the protocol buffer's well-formedness,
 * required fields, wire types, no field but the specified ones, distinct layer names, tags that
 * exist and don't repeat within a feature, geometry commands and counts, no repeated point in a
 * line, rings of three points with an area, exteriors first. An empty tile is valid. ATLAS_INVALID
 * with a sentence that names layer, feature and rule. census may be NULL. */
enum atlas_status mvt_check(const uint8_t *data, size_t length, struct mvt_census *census,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
