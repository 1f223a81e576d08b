/* Filling an answer. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_ANSWER_H
#define GEO_GEOCODE_ANSWER_H

#include "geo/gazetteer.h"
#include "geo/geocode.h"

/* An answer that says nothing yet: not found, no place. */
void answer_start(struct place_answer *answer);

/* Appends to the reason; what is too much is cut at a character. */
void answer_say(struct place_answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void answer_fill_place(const struct gazetteer_territory *territory, double score,
                       struct place *place);

/* Puts the coarser place that is sure, the territory with this code, no finer than area; or the
 * country. Nothing happens where the gazetteer lacks it or country_iso is "". */
enum atlas_status answer_coarsely(struct gazetteer *gazetteer, const char *code,
                                  struct place_answer *answer,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status answer_country(struct gazetteer *gazetteer, const char *country_iso,
                                 struct place_answer *answer,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
