/* The names of one country in memory, for what a sorted column of the file cannot answer: other
 * word order, other word ends, other transliterations, parts of long names, typing errors.
 *
 * Typing errors are found by the pigeonhole principle: a name cut into k + 1 pieces keeps at least
 * one piece whole through k errors, moved by at most k bytes. So each piece of each name is hashed
 * with its length and position, and a query looks up its own pieces at the few possible positions.
 * The index of pieces and sounds is made when first asked for.
 */
#ifndef GEO_GAZETTEER_INDEX_H
#define GEO_GAZETTEER_INDEX_H

#include "geo/gazetteer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gazetteer_index;

struct index_hit {
    int64_t territory_id;
    enum name_match how;
    enum name_kind name_kind;
    const char *name; /* as the source spells it; lives as long as the index */
};

/* A name to add; texts are copied. */
struct index_name {
    const char *folded, *name;
    int64_t territory_id;
    enum name_kind name_kind;
    enum territory_kind kind; /* of the territory */
    int64_t population;       /* of the territory; <= 0 where not known */
};

/* An empty index of a country, linked before `next`; NULL when out of memory. */
struct gazetteer_index *gazetteer_index_new(const char *country_iso, struct gazetteer_index *next);
void gazetteer_index_free(struct gazetteer_index *index); /* this one only; NULL is harmless */

/* Links an index before `next`. */
void gazetteer_index_link(struct gazetteer_index *index, struct gazetteer_index *next);
struct gazetteer_index *gazetteer_index_next(const struct gazetteer_index *index);
const char *gazetteer_index_country(const struct gazetteer_index *index);

/* Adds a name, then makes the index ready; no name may be added later. False: out of memory. */
bool gazetteer_index_add(struct gazetteer_index *index, const struct index_name *added);
bool gazetteer_index_finish(struct gazetteer_index *index);

/* Writes up to max names that are like `folded` in one of the ways (bits 1u << enum name_match),
 * each territory once, as best met. Only places of at least `inhabitants` count, 0 for all. */
size_t gazetteer_index_find(struct gazetteer_index *index, const char *folded, unsigned ways,
                            int64_t inhabitants, struct index_hit *hits, size_t max);

#endif
