/* Puts a finished gazetteer into a SQLite file (geo/schema.h). */
#ifndef IMPORT_GAZETTEER_WRITE_H
#define IMPORT_GAZETTEER_WRITE_H

#include "geo/status.h"
#include "import/gazetteer_model.h"

/* Writes path: into path + ".new" beside it, synchronised and then renamed, so that path is
 * either what it was or whole. Rows are sorted by country, code and fold: the same gazetteer gives
 * the same content, whose hash is meta.build. ATLAS_INVALID when a parent, EPCI or replacement is a
 * code that isn't there; ATLAS_IO, ATLAS_FULL, ATLAS_NO_MEMORY. The gazetteer's names are sorted
 * in place. */
enum atlas_status gazetteer_write(struct gazetteer *gazetteer, const char *path,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
