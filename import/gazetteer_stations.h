/* German municipalities that GeoNames has no town of: many bear the name of none of their villages
 * ("Weinstadt", "Mühltal"). The railway's list of stations says in which municipality each lies.
 */
#ifndef IMPORT_GAZETTEER_STATIONS_H
#define IMPORT_GAZETTEER_STATIONS_H

#include "geo/status.h"
#include "import/gazetteer_model.h"

/* Adds the municipality of every station (package db-stations, address.city) whose name no German
 * place near it bears, as it is or before a bracket or slash: `local:`, the hash of
 * "DE|station|fold"; precision area, at the middle of its stations, with a radius that reaches them
 * and at least 5 km; parent: the unit of the nearest city. Names whose stations lie far apart are
 * several places and are left out. Cities must be there with their units. ATLAS_NOT_FOUND,
 * ATLAS_IO, ATLAS_INVALID, ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_add_station_towns(struct gazetteer *gazetteer, const char *outside,
                                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
