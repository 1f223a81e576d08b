/* Who works with whom in a made data set. */
#ifndef TESTS_NATIONAL_PAIRING_H
#define TESTS_NATIONAL_PAIRING_H

#include "tests/national/places.h"

struct pairing {
    size_t *group;            /* partnership of each row, rising from 0 */
    size_t *french, *foreign; /* index into the places, for each row */
    size_t rows, groups;
};

/* Pairs rows > 0 times. Every place takes part at least once, as long as there are rows. */
void pairing_open(struct pairing *pairing, size_t rows, const struct places *french,
                  const struct places *foreign, struct chance *chance);
void pairing_close(struct pairing *pairing);

#endif
