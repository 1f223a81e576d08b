/* The geocoder on the real gazetteer of the build folder: setup and teardown of a group of tests.
 * Include after cmocka.h. */
#ifndef TESTS_GEO_WORLD_H
#define TESTS_GEO_WORLD_H

#include "geo/geocode.h"

#include <stdio.h>
#include <stdlib.h>

static struct geocoder *geocoder;

static inline int open_world(void **state)
{
    (void)state;
    const char *build = getenv("PASSERELLE_BUILD");
    char path[4096];
    snprintf(path, sizeof path, "%s/gazetteer.sqlite", build ? build : "build");
    struct atlas_error error;
    enum atlas_status status = geocoder_new(path, "data/recognition.csv", &geocoder, &error);
    if (status != ATLAS_OK) fprintf(stderr, "%s\n", error.message);
    return status == ATLAS_OK ? 0 : -1;
}

static inline int close_world(void **state)
{
    (void)state;
    geocoder_free(geocoder);
    return 0;
}

#endif
