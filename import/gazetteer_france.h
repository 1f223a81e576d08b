/* French authorities and areas: from @etalab/decoupage-administratif and, for what INSEE's codes
 * do not say, the tables of gazetteer_statuts.c.
 *
 * One authority, one territory. Where two codes stand for one authority, one row is the authority
 * and has the names; the other keeps its place in the chain of areas, has no names and points to
 * it by `replaced_by`:
 *   dep:75 -> com:75056 (Ville de Paris; also by name)   reg:02 reg:03 reg:06 -> dep:972 dep:973
 * dep:976 com:97701 com:97801 -> dep:977 dep:978      reg:975 … -> dep:975 …      dep:69M -> the
 * Métropole The same goes for codes of the past: merged, delegated and associated communes, old
 * régions.
 */
#ifndef IMPORT_GAZETTEER_FRANCE_H
#define IMPORT_GAZETTEER_FRANCE_H

#include "geo/status.h"
#include "import/gazetteer_model.h"

/* Adds every French territory, without points (gazetteer_points.h sets those). outside: the folder
 * of the pinned packages. ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_INVALID, ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_add_france(struct gazetteer *gazetteer, const char *outside,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* gazetteer_statuts.c: particular statuses, old régions, second codes, short and other names.
 * To be called once everything else of France is there. */
void gazetteer_add_statuts(struct gazetteer *gazetteer);

/* A row without names of its own that leads from an old INSEE code to today's commune (its code);
 * nothing where the code is there already. */
void gazetteer_add_old_code(struct gazetteer *gazetteer, const char *code, const char *name,
                            const char *today);

/* Gives today's commune (index) the name of one of the past; "Hellemmes-Lille" in Lille is also
 * called Hellemmes. */
void gazetteer_add_past_name(struct gazetteer *gazetteer, size_t today, const char *name,
                             enum gazetteer_name_kind kind);

#endif
