/* Cities of the world outside France: GeoNames cities500 with all its names. */
#ifndef IMPORT_GAZETTEER_CITIES_H
#define IMPORT_GAZETTEER_CITIES_H

#include "geo/status.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"

/* Adds `gn:ID` for every city whose country is in the gazetteer; the label of libgeonames-common
 * says which of its names is French and which English. Cities of French ISO codes are left to
 * gazetteer_points.h. set: its alternates are cut up. */
enum atlas_status gazetteer_add_cities(struct gazetteer *gazetteer,
                                       const struct gazetteer_sources *sources,
                                       struct geonames_set *set,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds each name of a comma-separated list. Left out: letters that only code an airport ("EUN"),
 * and mere beginnings of `full` ("Moulins" for Moulins-lès-Metz), which mean another place; full
 * may be NULL. The list is cut up. */
void gazetteer_add_alternates(struct gazetteer *gazetteer, size_t territory, char *alternates,
                              const char *full);

/* The bonus that gazetteer_build.h lists for a GeoNames feature code. */
int gazetteer_feature_bonus(const char *feature);

#endif
