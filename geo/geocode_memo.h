/* Answers already given, remembered within a bound. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_MEMO_H
#define GEO_GEOCODE_MEMO_H

#include "geo/geocode.h"

struct geocode_memo;

struct geocode_memo *geocode_memo_new(void); /* NULL when out of memory */
void geocode_memo_free(struct geocode_memo *memo);

/* Copies the remembered answer to an equal query; false when there is none. */
bool geocode_memo_get(struct geocode_memo *memo, const struct place_query *query,
                      struct place_answer *answer);

/* Remembers an answer. When the bound is met everything is forgotten first; when memory is short
 * nothing is remembered: a memo is never needed. */
void geocode_memo_put(struct geocode_memo *memo, const struct place_query *query,
                      const struct place_answer *answer);

#endif
