/* Whether a name that is spelt otherwise than asked, or only in part, may be what was meant. Inside
 * of geo/geocode. */
#ifndef GEO_GEOCODE_SPELLING_H
#define GEO_GEOCODE_SPELLING_H

#include "geo/geocode_candidates.h"

/* Whether a typing error, another spelling or a part of the name is likelier than a place that the
 * gazetteer lacks. The lists of French authorities and of first-level units are whole; of foreign
 * villages most are missing, and a near name is usually another village. hinted: a hint fits the
 * candidate. True for names met exactly. */
bool spelling_is_credible(const struct parsed_query *parsed, const struct candidate *best,
                          bool hinted);

/* Whether a country's names are written in Latin letters by rule, so that another spelling is a
 * typing error and no transliteration. ISO 3166-1 code, "" for none. */
bool spelling_is_fixed(const char *country_iso);

#endif
