/* Countries of the world: names, population. */
#ifndef IMPORT_GAZETTEER_WORLD_H
#define IMPORT_GAZETTEER_WORLD_H

#include "geo/status.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_model.h"

/* Adds `country:XX` for every country of geo/country except the French territories overseas, with
 * its names in French and English (i18n-iso-countries, CLDR, iso-codes) and its population (CLDR),
 * without a point. ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID, ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_add_countries(struct gazetteer *gazetteer,
                                          const struct gazetteer_sources *sources,
                                          struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
