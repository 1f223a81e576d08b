/* The names of the foreign cities that a gazetteer being built has already, to tell whether another
 * source's place is one of them. */
#ifndef IMPORT_GAZETTEER_KNOWN_NAMES_H
#define IMPORT_GAZETTEER_KNOWN_NAMES_H

#include "import/gazetteer_model.h"

#include <stdbool.h>

struct known_name {
    char country[3];
    const char *folded; /* borrowed from the gazetteer */
    uint32_t territory; /* index */
};

struct known_names {
    struct known_name *entries; /* sorted by country, name and territory */
    size_t n;
};

/* Lists the names of cities and districts as they are now; false: out of memory. */
bool known_names_open(const struct gazetteer *gazetteer, struct known_names *names);
void known_names_close(struct known_names *names);

/* Whether a place of the country bears this folded name within `within_km` of the point. */
bool known_names_near(const struct gazetteer *gazetteer, const struct known_names *names,
                      const char *country, const char *folded, double lon_deg, double lat_deg,
                      double within_km);

/* Kilometres between two points near each other (in the plane at that latitude). */
double known_names_km(double lon1_deg, double lat1_deg, double lon2_deg, double lat2_deg);

#endif
