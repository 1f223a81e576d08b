/* Geometries as SpatiaLite stores them, read without SpatiaLite. */
#ifndef GEO_GEOMETRY_BLOB_H
#define GEO_GEOMETRY_BLOB_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stddef.h>
#include <stdint.h>

enum geometry_shape { GEOMETRY_MULTI_LINE = 5, GEOMETRY_MULTI_POLYGON = 6 };

/* Appends to wkb the little-endian WKB of a SpatiaLite blob that holds a MULTILINESTRING or
 * MULTIPOLYGON (shape says which) in EPSG:4326, without Z or M, and not compressed. ATLAS_CORRUPT
 * for anything else: another shape, a count that the blob cannot hold, a coordinate that is not
 * finite or lies outside the globe, bytes left over. wkb may then hold part of it. */
enum atlas_status geometry_blob_to_wkb(const uint8_t *blob, size_t length,
                                       enum geometry_shape shape,
                                       struct bytes *wkb) ATLAS_MUST_CHECK;

#endif
