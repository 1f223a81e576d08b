/* Points that a file brings along, checked against the outline of the country it states. Inside of
 * geo/geocode, which offers it as geocode_check_point(). */
#ifndef GEO_GEOCODE_POINT_H
#define GEO_GEOCODE_POINT_H

#include "geo/gazetteer.h"
#include "geo/geocode.h"

enum atlas_status point_check(struct gazetteer *gazetteer, const char *country_iso, double *lon_deg,
                              double *lat_deg, struct point_answer *answer,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
