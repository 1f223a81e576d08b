/* The same partnership again: rows with one id make one partnership; rows without ids do when they
 * say the same of the same places. What one row leaves open another fills, and the line of that
 * row is kept as the value's origin; what they say differently is reported, and the first one's
 * word stays. */
#ifndef IMPORT_MERGE_H
#define IMPORT_MERGE_H

#include "import/partnership.h"
#include "import/places.h"
#include "import/pool.h"
#include "import/report.h"

struct merger;

/* All borrowed. NULL when out of memory. Free with merger_free() (NULL is harmless). */
struct merger *merger_new(struct pool *pool, const struct places *places, struct report *report);
void merger_free(struct merger *merger);

/* Adds a row whose parties have their places. *merged: it went into an earlier one. Rows with an
 * external id go by that and the source alone. Rows without go together when their source, kind,
 * folded title, places of both sides (each known more finely than its country) and years agree.
 * ATLAS_NO_MEMORY only. */
enum atlas_status merger_add(struct merger *merger, const struct import_partnership *row,
                             bool *merged) ATLAS_MUST_CHECK;

size_t merger_n(const struct merger *merger);
/* In the order of their first rows. */
struct import_partnership *merger_at(struct merger *merger, size_t position);

/* What another row must say to be the same partnership: kind, folded title and places, as one text
 * kept in the pool; NULL when nothing can be (a place is not known more finely than its country).
 */
const char *merge_key(struct merger *merger, const struct import_partnership *partnership);

struct import_link {
    uint16_t french, foreign; /* positions in parties */
};

/* The links of a partnership: of its parties that make links (see DESIGN), those that its rows
 * pair, each pair of territories once; where the file says that nothing pairs them, each with
 * each. Writes up to capacity; returns how many there are. */
size_t merge_links(const struct import_partnership *partnership, const struct places *places,
                   struct import_link *links, size_t capacity);

#endif
