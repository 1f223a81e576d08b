/* The decision: accepted, ambiguous or not found. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_DECIDE_H
#define GEO_GEOCODE_DECIDE_H

#include "geo/geocode_candidates.h"
#include "geo/recognition.h"

/* What a decision looks up and by which rules. */
struct decision {
    struct gazetteer *gazetteer;
    struct hint_cache *hint_cache;
    const struct recognition *recognition; /* NULL: no rules */
    char claimed_iso[3];                   /* the country that the file states, "" where none */
    int year;                              /* 0: not said */
};

/* Decides by name, kind, country and hint; fills a started answer. */
enum atlas_status decide_by_name(const struct decision *decision, struct parsed_query *parsed,
                                 struct place_answer *answer,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* Says that this party has no place: a network, an association, an agency. */
void decide_no_place(struct place_answer *answer);

/* Lists candidates, best first, in the answer; accepts one of them with a share of all weight. */
void decide_list_candidates(const struct candidates *candidates, struct place_answer *answer);
void decide_accept(const struct parsed_query *parsed, const struct candidate *best, double share,
                   struct place_answer *answer);

#endif
