/* Random filters over the values of the fixture, for property tests. */
#ifndef TESTS_TILES_RANDOM_FILTER_H
#define TESTS_TILES_RANDOM_FILTER_H

#include "tests/tiles/oracle.h"
#include "tiles/filter.h"

#include <stdint.h>

struct random_filter {
    struct oracle_filter oracle;
    struct filter filter;
    char lists[12][200]; /* hold the values */
};

/* The next one of a sequence: each parameter with a chance of about a fifth. */
void random_filter_next(struct random_filter *random, uint64_t *state);

#endif
