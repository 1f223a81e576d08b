/* Links on their way into a new database: their lines are traced by a second thread while the first
 * writes other rows, and they are inserted in the order in which they came. Inside of geo/store. */
#ifndef GEO_STORE_LINES_H
#define GEO_STORE_LINES_H

#include "geo/store_internal.h"

/* Adds a link of a partnership; it is in the table after store_lines_flush() at the latest. */
enum atlas_status store_lines_add(struct store *store, int64_t partnership_id,
                                  const struct store_link *link, double weight,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Inserts all that were added: before the table is read. Harmless when there are none. */
enum atlas_status store_lines_flush(struct store *store,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* Forgets what was not inserted. */
void store_lines_free(struct store_lines *lines);

#endif
