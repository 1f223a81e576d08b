/* The names of one country, for what their folds alone cannot answer: other word order, other word
 * ends, other transliterations, parts of long names, typing errors.
 *
 * An index is two images (geo/key_image), made beforehand by geo/gazetteer_index_build and looked
 * up in place: the names with their keys, and, needed more rarely, their spellings.
 *
 * Typing errors are found by the pigeonhole principle: a name cut into k + 1 pieces keeps at least
 * one piece whole through k errors, moved by at most k bytes. So each piece of each name is hashed
 * with its length and position, and a query looks up its own pieces at the few possible positions.
 */
#ifndef GEO_GAZETTEER_INDEX_H
#define GEO_GAZETTEER_INDEX_H

#include "geo/bytes.h"
#include "geo/gazetteer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gazetteer_index;

struct index_hit {
    int64_t territory_id;
    unsigned ordinal; /* of the name among those of its territory, in the order of their folds */
    enum name_match how;
    enum name_kind name_kind;
};

/* An index of a country, without names and linked before `next`; NULL when out of memory. */
struct gazetteer_index *gazetteer_index_new(const char *country_iso, struct gazetteer_index *next);
void gazetteer_index_free(struct gazetteer_index *index); /* this one only; NULL is harmless */

struct gazetteer_index *gazetteer_index_next(const struct gazetteer_index *index);
const char *gazetteer_index_country(const struct gazetteer_index *index);

/* Gives it an image, which is its own from then on even after a failure. False when it is no sound
 * image of that part (or, of the spellings, when out of memory). */
bool gazetteer_index_take_names(struct gazetteer_index *index, struct bytes *image);
bool gazetteer_index_take_spellings(struct gazetteer_index *index, struct bytes *image);

/* True when these ways (bits 1u << enum name_match) need the spellings and it has none yet. */
bool gazetteer_index_lacks_spellings(const struct gazetteer_index *index, unsigned ways);

/* Writes up to max names that are like `folded` in one of the ways (bits 1u << enum name_match, but
 * not MATCHED_EXACTLY), each territory once, as best met. Only places of at least `inhabitants`
 * count, 0 for all. */
size_t gazetteer_index_find(struct gazetteer_index *index, const char *folded, unsigned ways,
                            int64_t inhabitants, struct index_hit *hits, size_t max);

#endif
