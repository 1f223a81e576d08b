/* How a source's partnership is known again at its next import: by the source's own id or, where
 * the source has none, by what it says: kind, folded title and folded names of its parties, in
 * order. Years, status, money and all else may change; the partnership stays the same. Of several
 * that say the same, the first of one import is the first of the next, and so on.
 */
#ifndef IMPORT_IDENTITY_H
#define IMPORT_IDENTITY_H

#include "import/partnership.h"

struct identities;

/* NULL when out of memory. Free with identities_free() (NULL is harmless). */
struct identities *identities_new(void);
void identities_free(struct identities *identities);

/* Identity of the next partnership of an import, in the order of its first rows; valid until the
 * next call and as long as the partnership. NULL when out of memory. */
const char *identity_of(struct identities *identities, const struct import_partnership *p);

#endif
