/* Coordinates that a file gives a party: when they are used, and what they decide. */
#ifndef IMPORT_POINTS_H
#define IMPORT_POINTS_H

#include "geo/geocode.h"
#include "import/partnership.h"

struct point_decision {
    bool given;      /* the row has coordinates; all else is empty without */
    bool used;       /* lon_deg, lat_deg are the place's own point */
    bool impossible; /* none on earth: the row is to be rejected */
    bool chosen;     /* the point told a candidate from its namesakes: answer->place is it now */
    double lon_deg, lat_deg;
    char note[300]; /* what was put right or left out and why, for the row; "" for nothing */
};

/* Decides about a party's point once the geocoder answered. It must lie in the country that the
 * answer, or else the row, states, with 50 km of tolerance; latitude and longitude that are
 * exchanged are put right. Then
 *   - near a candidate (50 km, or the candidate's radius) it settles which one is meant: *answer
 *     becomes accepted;
 *   - for a municipality or smaller it becomes its point; a région, province or country keeps its
 *     own;
 *   - where no place was settled it is the point of the place named;
 *   - far from the only place found it is left out.
 * A network has no place, and a point without a name is nobody's: left out, and noted. */
enum atlas_status points_decide(struct geocoder *geocoder, const struct import_party *party,
                                struct place_answer *answer, struct point_decision *decision,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
