/* Joins Natural Earth's outlines to the first-level units: how, gazetteer_units.h says. */
#ifndef IMPORT_GAZETTEER_UNIT_FEATURES_H
#define IMPORT_GAZETTEER_UNIT_FEATURES_H

#include "geo/status.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_natural_earth.h"
#include "import/gazetteer_units.h"

#include <stdbool.h>

/* Fills map->assigned, UINT32_MAX before, and adds the features' names to the units they are.
 * French features are assigned to their département. First without `rest`: what code and name
 * decide. With it, once the map knows every GeoNames code: what is left goes by the cities, and
 * what still belongs nowhere gets territories of its own (below a unit, or of the past).
 * ATLAS_NO_MEMORY, or an error that stuck to the gazetteer. */
enum atlas_status gazetteer_assign_features(struct gazetteer *gazetteer,
                                            const struct geonames_set *set,
                                            const struct natural_earth *earth, struct unit_map *map,
                                            bool rest, struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
