/* Selections that were made lately, remembered by edition and filter: the tiles of one view, its
 * counts and its legend ask for the same one. Thread-safe.
 */
#ifndef SERVER_SELECTIONS_H
#define SERVER_SELECTIONS_H

#include "tiles/selection.h"

struct selections;

#define SELECTIONS_KEPT 64

/* NULL when out of memory. */
struct selections *selections_new(void);
/* None may be held any more. NULL is harmless. */
void selections_free(struct selections *selections);

/* The selection of filter in edition, held for the caller; made now if it is not remembered. Fails
 * as selection_make(). The edition must stay held as long as the selection is. */
enum atlas_status selections_get(struct selections *selections, const struct edition *edition,
                                 const struct filter *filter, const struct selection **selection,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;
/* NULL is harmless. */
void selections_release(struct selections *selections, const struct selection *selection);

/* From now on remembers selections of this edition only (NULL: none), and forgets the others. */
void selections_serve(struct selections *selections, const struct edition *edition);

#endif
