/* Names made of two places' names ("Rabat-Salé", "Korntal-Münchingen"): an agglomeration, a merged
 * municipality, an academy. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_PAIR_H
#define GEO_GEOCODE_PAIR_H

#include "geo/geocode_candidates.h"

/* The two places that a name with a hyphen or slash names, where they lie so near each other that
 * only one pair comes into question: *larger is the one to show, *apart_km their distance.
 * *found is false where there is no such pair. */
enum atlas_status pair_find(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                            struct candidate *larger, double *apart_km, bool *found,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
