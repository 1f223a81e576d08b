/* What a small map of a working copy needs: outlines and places. */
#ifndef GEO_STORE_MAP_H
#define GEO_STORE_MAP_H

#include "geo/bytes.h"
#include "geo/store.h"
#include "geo/territory.h"

/* Appends the outlines of all countries as the data of one SVG path: degrees, x to the east, y to
 * the south, simplified to a third of a degree. */
enum atlas_status store_world_path(struct store *store, struct bytes *path,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* A place that published partnerships name. */
struct store_place {
    enum side side;
    enum precision precision; /* exact or area */
    double lon_deg, lat_deg;
    const char *name;      /* valid until the visit returns */
    uint64_t partnerships; /* published ones that name it */
};
typedef void store_place_visit(const struct store_place *place, void *context);

/* Visits the places, those most named first. Call store_apply_holds() before. */
enum atlas_status store_each_place(struct store *store, store_place_visit *visit, void *context,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
