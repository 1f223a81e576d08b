/* First-level units of the world (ISO 3166-2, top level) and those below that ISO lists too.
 *
 * ISO 3166-2 of iso-codes says which units there are. Natural Earth gives outlines and names in
 * many languages, GeoNames the codes by which cities know their unit; both are a few years older
 * or younger than ISO in many countries. So:
 *   - a GeoNames code belongs to the unit of its name; else to the one in whose outlines its
 *     cities lie, when no other code does; else it is a unit of its own (Madagascar's régions,
 *     the West Bank): `local:` + hash of "country|admin1|GeoNames code"
 *   - a Natural Earth outline belongs to the unit of its code (the top one above it) when their
 *     names agree or it is the only one, else to the unit of its name, else to the one to which
 *     nearly all cities in it belong. It stays findable as a unit below that: `iso:` where ISO
 *     lists it, else `local:` + hash of "country|unit|folded name". What belongs nowhere today
 *     (Katanga, Souss-Massa-Drâa) is a first-level unit of the past: `local:`, names of kind old
 */
#ifndef IMPORT_GAZETTEER_UNITS_H
#define IMPORT_GAZETTEER_UNITS_H

#include "geo/status.h"
#include "import/gazetteer_build.h"
#include "import/gazetteer_geonames.h"
#include "import/gazetteer_model.h"
#include "import/gazetteer_natural_earth.h"

#include <stdbool.h>

/* A GeoNames code "XX.code" of a first-level unit, and its territory. */
struct unit_code {
    char key[40];
    uint32_t unit;
};

struct unit_map {
    struct unit_code *codes; /* sorted by key */
    size_t n;
    uint32_t *assigned; /* by Natural Earth feature: its first-level unit (or French département),
                           UINT32_MAX for none */
};

void unit_map_close(struct unit_map *map);

/* The first-level unit of a GeoNames code, or GAZETTEER_NONE. */
size_t unit_map_find(const struct unit_map *map, const char *country, const char *admin1);

/* Adds the units and gives every city (already added) its parent. Fills *map, to be closed with
 * unit_map_close() after success. */
enum atlas_status gazetteer_add_units(struct gazetteer *gazetteer,
                                      const struct gazetteer_sources *sources,
                                      const struct geonames_set *set,
                                      const struct natural_earth *earth, struct unit_map *map,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

/* True for a country ("MA", "ma14" …) that gave its codes to other units when it changed them:
 * CLDR and Natural Earth still mean the old ones, so only names can join them. */
bool unit_codes_reused(const char *country);

/* gazetteer_iso_units.c: the rows of ISO 3166-2 with their names in French and English. */
enum atlas_status gazetteer_add_iso_units(struct gazetteer *gazetteer,
                                          const struct gazetteer_sources *sources,
                                          struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
