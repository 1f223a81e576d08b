/* Communes of the past: names and codes that today's list of communes no longer has, from the lists
 * of 2019 (the last one with every commune absorbed since 1943 and every code given up) and of
 * 2020.
 *
 * Each leads to today's commune: its code is a row with `replaced_by`, its name a name of today's
 * commune, of kind `old` where another commune took it in or it was renamed, `delegated` where it
 * was a delegated or associated commune.
 */
#ifndef IMPORT_GAZETTEER_PAST_COMMUNES_H
#define IMPORT_GAZETTEER_PAST_COMMUNES_H

#include "geo/status.h"
#include "import/gazetteer_model.h"

/* Adds them; today's communes must be there. outside: the folder of the pinned packages. An entry
 * whose successor is not known today is left out. ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID,
 * ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_add_past_communes(struct gazetteer *gazetteer, const char *outside,
                                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
