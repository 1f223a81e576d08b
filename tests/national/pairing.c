#include "tests/national/pairing.h"

#include <stdbool.h>
#include <stdlib.h>

/* Fills a list with every place once and then with draws by weight, in random order. */
static size_t *deal(const struct places *places, size_t count, struct chance *chance)
{
    size_t *dealt = need(calloc(count + 1, sizeof *dealt));
    for (size_t i = 0; i < count; i++)
        dealt[i] = i < places->count ? i : places_draw(places, chance);
    chance_shuffle(chance, dealt, count);
    return dealt;
}

/* Exchanges partners of two rows where that brings both pairs nearer together: authorities work
 * more with their neighbours, and those overseas nearly always do. */
static void draw_nearer(struct pairing *pairing, const struct places *french,
                        const struct places *foreign, struct chance *chance)
{
    const double far_from_paris = 0.3; /* of the sphere's radius: overseas */
    struct place paris = {0};
    place_locate(&paris, 2.35, 48.85);
    for (size_t row = 0; row < pairing->rows; row++) {
        const struct place *here = &french->items[pairing->french[row]];
        int tries = place_chord(here, &paris) > far_from_paris ? 40 : 1;
        for (int i = 0; i < tries; i++) {
            size_t other = chance_below(chance, pairing->rows), mine = pairing->foreign[row];
            const struct place *there = &french->items[pairing->french[other]];
            const struct place *a = &foreign->items[mine];
            const struct place *b = &foreign->items[pairing->foreign[other]];
            if (place_chord(here, b) + place_chord(there, a) <
                place_chord(here, a) + place_chord(there, b)) {
                pairing->foreign[row] = pairing->foreign[other];
                pairing->foreign[other] = mine;
            }
        }
    }
}

static bool repeated_in_group(const struct pairing *pairing, size_t row)
{
    for (size_t i = row; i > 0 && pairing->group[i - 1] == pairing->group[row]; i--) {
        if (pairing->foreign[i - 1] == pairing->foreign[row]) return true;
    }
    return false;
}

/* A partnership that names one partner twice would have fewer links than rows. */
static void part_twins(struct pairing *pairing, struct chance *chance)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t row = 0; row < pairing->rows; row++) {
            if (!repeated_in_group(pairing, row)) continue;
            size_t other = chance_below(chance, pairing->rows), mine = pairing->foreign[row];
            pairing->foreign[row] = pairing->foreign[other];
            pairing->foreign[other] = mine;
            changed = pairing->rows > 100;
        }
    }
}

/* Most partnerships have one row; some three in a hundred have two to five partners, of the same
 * authority. */
static void group_rows(struct pairing *pairing, struct chance *chance)
{
    for (size_t row = 0; row < pairing->rows; pairing->groups++) {
        size_t size = chance_unit(chance) < 0.03 ? 2 + chance_below(chance, 4) : 1;
        for (size_t i = 0; i < size && row < pairing->rows; i++)
            pairing->group[row++] = pairing->groups;
    }
}

void pairing_open(struct pairing *pairing, size_t rows, const struct places *french,
                  const struct places *foreign, struct chance *chance)
{
    *pairing = (struct pairing){.rows = rows,
                                .group = need(calloc(rows + 1, sizeof(size_t))),
                                .french = need(calloc(rows + 1, sizeof(size_t)))};
    group_rows(pairing, chance);
    size_t *leaders = deal(french, pairing->groups, chance);
    for (size_t row = 0; row < rows; row++)
        pairing->french[row] = leaders[pairing->group[row]];
    free(leaders);
    pairing->foreign = deal(foreign, rows, chance);
    draw_nearer(pairing, french, foreign, chance);
    part_twins(pairing, chance);
}

void pairing_close(struct pairing *pairing)
{
    free(pairing->group);
    free(pairing->french);
    free(pairing->foreign);
}
