/* What is made once, with the gazetteer, so that opening it costs nothing: the table `prepared`
 * (geo/schema.h), whose images geo/gazetteer looks names up in.
 *
 *   part 'folds', country ''   territories by folded name (geo/gazetteer_folds)
 *   part 'names' and 'spellings' of each country (geo/gazetteer_index)
 *   part 'keys', country ''    the number by which a programme sees that it makes keys otherwise
 *
 * A programme that does makes the countries' images for itself, from the same rows. */
#ifndef GEO_GAZETTEER_PREPARE_H
#define GEO_GAZETTEER_PREPARE_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <sqlite3.h>

/* Fills the table from the rows of territory and name, which are all there. */
enum atlas_status gazetteer_prepare(sqlite3 *database, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Makes the two images of a country from its rows, into empty `names` and `spellings`, the
 * caller's. An SQLite result code. */
int gazetteer_prepare_country(sqlite3 *database, const char *country_iso, struct bytes *names,
                              struct bytes *spellings);

/* Reads an image into `image`, empty before, the caller's. SQLITE_DONE where there is none. */
int gazetteer_read_prepared(sqlite3 *database, const char *country_iso, const char *part,
                            struct bytes *image);

#endif
