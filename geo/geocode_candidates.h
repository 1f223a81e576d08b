/* Candidates for a parsed query: collected from the gazetteer tier by tier, fitted to the kind
 * asked for, weighed. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_CANDIDATES_H
#define GEO_GEOCODE_CANDIDATES_H

#include "geo/gazetteer.h"
#include "geo/geocode_query.h"

/* How well a kind answers the kind asked for. */
enum fit {
    FIT_NONE,     /* no answer at all: not a candidate */
    FIT_STAND_IN, /* another level of the same name, where nothing else exists */
    FIT_NEAR,     /* the level beside it */
    FIT_ASKED,    /* what was asked for, or nothing was */
};

struct candidate {
    struct gazetteer_territory territory; /* today's, where an old name was met */
    enum name_match how;
    enum name_kind name_kind;
    char name[200];   /* the name that was met */
    bool vouched_for; /* what follows its name lies where it lies: geocode_namesakes.h */
    bool replaced;    /* met through a territory that another one replaced */
    enum fit fit;
    double weight; /* > 0; how likely it is meant, among candidates alike in fit and tier */
};

struct candidates {
    struct candidate *items; /* owned */
    size_t count, capacity;
};
void candidates_close(struct candidates *candidates);

/* How the kind of a territory answers `wanted` on its side. */
enum fit candidate_fit(kind_set wanted, enum side side, enum territory_kind kind);

/* Fills an empty list from the first tier that has anything in the country ("" for all of them):
 * the exact name, then the same words; spellings and parts of names; one error; two. Within a tier
 * only the best fit stays. Sorted best first. */
enum atlas_status candidates_collect(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                                     const char *country_iso, struct candidates *candidates,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds one territory of the gazetteer as met by a code or by a rule. */
enum atlas_status candidates_add(struct gazetteer *gazetteer, struct candidates *candidates,
                                 const struct gazetteer_match *match, kind_set wanted,
                                 const struct parsed_query *parsed,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* Adds others that are met and fit at least as well as the best; all of them when there is none. */
enum atlas_status candidates_merge(struct candidates *candidates, const struct candidates *others,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Weighs homonyms by how well known they are: places with many names, in many languages, are meant
 * more often than their size says. Sorts again. One that is far ahead anyhow is left so. */
enum atlas_status candidates_weigh_fame(struct gazetteer *gazetteer, struct candidates *candidates,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* Sorts by fit, then weight, then code (so that equal input gives equal answers). */
void candidates_sort(struct candidates *candidates);

/* Kilometres between two points on a sphere; NaN where a point is missing. */
double distance_km(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg);

#endif
