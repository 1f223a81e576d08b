/* data/supplement.csv: names that no source has, and places that no source has.
 *
 * Columns (UTF-8, comma, in any order):
 *   code         a territory that is there: the row adds names, and a point if it has one; or a new
 *                code; or empty: a new `local:` one, the hash of "country|supplement|kind|fold"
 *   kind         of a new territory: a word of territory_kind_text(); of a known one: what the
 *                other names are: alternate, old, short, french
 *   name         the name to show of a new territory; may be empty for a known one
 *   other_names  further names, ';' between
 *   generic, country, parent (a code; empty: the country). Of a known first-level unit: the one
 * that took it in, with "ancienne …" as
 *                its local word, by which geo/geocode knows it at           codes, ';'
 * between, whose middle is where it lies (precision area), instead of lon, lat     degrees
 *   radius_km    how far it may lie from there; precision: exact, area
 *   source       who says so; never empty
 */
#ifndef IMPORT_GAZETTEER_SUPPLEMENT_H
#define IMPORT_GAZETTEER_SUPPLEMENT_H

#include "geo/status.h"
#include "import/gazetteer_model.h"

/* Adds the rows of the file. ATLAS_NOT_FOUND, ATLAS_INVALID (line and reason), ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_add_supplement(struct gazetteer *gazetteer, const char *path,
                                           struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
