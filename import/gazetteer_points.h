/* Points of the French territories, whose official lists hold none.
 *
 * A commune is exact where GeoNames has a place of its name with its INSEE code, or, where GeoNames
 * writes no INSEE code (overseas), of its name in its département. Else it is the mean of the
 * located communes that share a postal code with it, weighted by population; else of its EPCI;
 * else of its département: precision area, radius_km 1.2 times how far those lie from the mean, at
 * least 12. EPCI, départements and régions are the weighted mean of their communes, with a radius
 * that reaches the farthest. A file of the deployment makes communes exact.
 */
#ifndef IMPORT_GAZETTEER_POINTS_H
#define IMPORT_GAZETTEER_POINTS_H

#include "geo/status.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"

/* Sets points and gives the communes that GeoNames knows their other names. set: its alternates
 * are cut up. communes_csv: path of insee,nom,lon,lat, or NULL. ATLAS_NOT_FOUND, ATLAS_INVALID
 * (line and reason), ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_set_french_points(struct gazetteer *gazetteer, struct geonames_set *set,
                                              const char *communes_csv,
                                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* Gives foreign units without a point the mean of the cities that hang on them, weighted by
 * population, else the point of what they hang on: precision area. Every parent_code must be set.
 */
enum atlas_status gazetteer_set_unit_points(struct gazetteer *gazetteer,
                                            struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
