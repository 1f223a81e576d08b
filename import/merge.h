/* The same partnership again: rows with one id make one partnership; rows without ids do when they
 * say the same of the same places. What one row leaves open another fills, and the line of that
 * row is kept as the value's origin; what they say differently is reported, and the first one's
 * word stays.
 *
 * However many rows there are, few are in memory: the others are set aside in a file. */
#ifndef IMPORT_MERGE_H
#define IMPORT_MERGE_H

#include "import/partnership.h"
#include "import/places.h"
#include "import/pool.h"
#include "import/report.h"

/* Of one partnership; what further rows add is left out and said. */
enum { MERGE_MOST_PARTIES = 2000 };

struct merger;

/* All but the folder's name borrowed, and alive as long as the merger. */
struct merger_setting {
    struct pool *pool;  /* of the rows and of the partnerships in memory; of nothing else, for it is
                           emptied from time to time */
    size_t most_bytes;  /* of that pool: when it holds more, partnerships are set aside on disk */
    const char *folder; /* where that is done */
    struct places *places;
    struct report *report; /* with another pool */
};

/* NULL when out of memory. Free with merger_free() (NULL is harmless). */
struct merger *merger_new(const struct merger_setting *setting);
void merger_free(struct merger *merger);

/* To call before each row is read into the pool: sets partnerships aside when there are many. What
 * the pool held is gone then. ATLAS_FULL, ATLAS_IO, ATLAS_NO_MEMORY with a sentence. */
enum atlas_status merger_make_room(struct merger *merger,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds a row whose parties have their places. *merged: it went into an earlier one. Rows with an
 * external id go by that and the source alone. Rows without go together when their source, kind,
 * folded title, places of both sides (each known more finely than its country) and years agree.
 * Tells the places that are used. Fails as merger_make_room(). */
enum atlas_status merger_add(struct merger *merger, const struct import_partnership *row,
                             bool *merged, struct atlas_error *error) ATLAS_MUST_CHECK;

size_t merger_n(const struct merger *merger);

/* The partnership at a position, in the order of their first rows; valid until the next call of
 * this, merger_make_room() or merger_add(). Fails as merger_make_room(). */
enum atlas_status merger_at(struct merger *merger, size_t position,
                            const struct import_partnership **partnership,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

/* What another row must say to be the same partnership: kind, folded title and places, as one text
 * in the rows' pool; NULL when nothing can be (a place is not known more finely than its country).
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
