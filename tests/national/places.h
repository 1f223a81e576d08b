/* The authorities and partners of a made data set: read from the gazetteer, weighed, chosen. */
#ifndef TESTS_NATIONAL_PLACES_H
#define TESTS_NATIONAL_PLACES_H

#include "tests/national/chance.h"

#include <sqlite3.h>
#include <stddef.h>

struct place {
    char *name, *kind, *hint, *generic, *country, *iso; /* never NULL; owned by its list */
    double x, y, z; /* unit vector of its point; all 0 without one */
    double people;  /* 0 where unknown */
    double weight;  /* how often it is drawn */
};

struct places {
    struct place *items;
    size_t count, capacity;
    double *reach; /* running sums of the weights, for drawing */
};

/* Prints a sentence and ends the programme with exit code 1. */
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Returns memory, or ends the programme where it is NULL. */
void *need(void *memory);

/* French authorities with their weights: at most `limit` of them, drawn from the whole gazetteer.
 * scale: 1 for national size; how many more regions, EPCI … may take part. *places is {0}. */
void places_open_french(struct places *places, sqlite3 *gazetteer, size_t limit, double scale,
                        struct chance *chance);

/* The same for partners abroad, of at most country_limit countries. */
void places_open_foreign(struct places *places, sqlite3 *gazetteer, size_t limit,
                         size_t country_limit, struct chance *chance);
void places_close(struct places *places);

/* The index of a place, by weight. */
size_t places_draw(const struct places *places, struct chance *chance);

/* Puts a point on the unit sphere (degrees), and the straight distance between two. */
void place_locate(struct place *place, double lon, double lat);
double place_chord(const struct place *a, const struct place *b);

#endif
