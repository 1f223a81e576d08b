/* Fuller names: a town may be meant by the beginning of its name ("Gemünden" for Gemünden am Main),
 * and what follows says where a place lies ("Lindenberg im Allgäu"). Inside of geo/geocode. */
#ifndef GEO_GEOCODE_NAMESAKES_H
#define GEO_GEOCODE_NAMESAKES_H

#include "geo/geocode_candidates.h"

/* Adds cities abroad whose name begins with the one asked for and goes on with where they lie, as
 * rivals of several homonyms of which the best is not far ahead. Sorted. */
enum atlas_status namesakes_add_fuller(struct gazetteer *gazetteer,
                                       const struct parsed_query *parsed, const char *country_iso,
                                       struct candidates *candidates,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* Of candidates that are met by the beginning of what is asked (MATCHED_HEAD) keeps those that lie
 * near another place whose name ends with the same region or river, and marks them `vouched_for`;
 * all of them when none does. */
enum atlas_status namesakes_keep_near(struct gazetteer *gazetteer,
                                      const struct parsed_query *parsed, const char *country_iso,
                                      struct candidates *candidates,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
