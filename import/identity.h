/* How a source's partnership is known again at its next import: by the source's own id or, where
 * the source has none, by what it says: kind, folded title and folded names of its parties, in
 * order. Years, status, money and all else may change; the partnership stays the same. Of several
 * that say the same, the first of one import is the first of the next, and so on.
 */
#ifndef IMPORT_IDENTITY_H
#define IMPORT_IDENTITY_H

#include "import/merge.h"

/* One text per partnership of the merger, in its order, kept in pool. NULL when out of memory. */
const char **identities_of(struct merger *merger, struct pool *pool);

#endif
