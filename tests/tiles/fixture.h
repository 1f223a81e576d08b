/* Small editions for tests: a database of made rows, written with the real schema as plain SQLite
 * (geometry columns are blobs in SpatiaLite's format), with something of everything: régions
 * overseas, a commune without EPCI, a syndicat, ends known as a country only or not at all,
 * parties without territory, several links a partnership, unknown years, hidden places.
 */
#ifndef TESTS_TILES_FIXTURE_H
#define TESTS_TILES_FIXTURE_H

#include "tiles/edition.h"

#include <stdint.h>

struct fixture {
    char folder[64]; /* temporary, removed by fixture_close() */
    char path[96];   /* the database */
    const struct edition *edition;
};

/* Writes a database of n partnerships (deterministic by seed) and loads it. Aborts the test with a
 * sentence when that fails. */
void fixture_open(struct fixture *fixture, unsigned n, uint64_t seed);
/* Writes it without loading. */
void fixture_write(struct fixture *fixture, unsigned n, uint64_t seed);
void fixture_close(struct fixture *fixture);

/* Group setup and teardown of cmocka: *state is an open fixture of 400 partnerships. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Next number of a sequence, from 0 to below - 1. */
uint32_t fixture_random(uint64_t *state, uint32_t below);

#endif
