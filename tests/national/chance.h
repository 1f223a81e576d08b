/* Chance for made data: splitmix64, so that every machine draws the same from the same seed. */
#ifndef TESTS_NATIONAL_CHANCE_H
#define TESTS_NATIONAL_CHANCE_H

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state; /* the seed, to begin with */
};

double chance_unit(struct chance *chance);                /* in [0, 1) */
size_t chance_below(struct chance *chance, size_t limit); /* in [0, limit), limit > 0 */

/* Puts numbers into random order. */
void chance_shuffle(struct chance *chance, size_t *numbers, size_t count);

/* A text and how often it is drawn, relative to its neighbours in a table. */
struct share {
    const char *text;
    double share;
};

/* One of count > 0 texts, by their shares. */
const char *chance_draw(struct chance *chance, const struct share *shares, size_t count);

#define CHANCE_DRAW(chance, table) chance_draw((chance), (table), sizeof(table) / sizeof(table)[0])

#endif
