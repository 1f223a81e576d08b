/* The table of values of a layer of a vector tile, each value once: for tiles/mvt alone, which says
 * what the bytes are. Nothing is allocated per value, and nothing cleared per layer. */
#ifndef TILES_MVT_VALUES_H
#define TILES_MVT_VALUES_H

#include "geo/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mvt_value_slot {
    uint64_t word;          /* the number, or the hash of the text */
    uint32_t layer;         /* the one it was filled in; any other: free */
    uint32_t index;         /* 1 + position in the table */
    uint32_t start, length; /* of a text found by its content: where it is in bytes */
    unsigned kind;          /* of value */
};

struct mvt_text_part {
    const char *text; /* need not end */
    size_t length;
};

/* A number that most layers have, found without a search. */
struct mvt_known_value {
    uint32_t layer, index; /* as in a slot */
};

enum { MVT_SMALL_NUMBERS = 256 }; /* 0 .. 255 */

/* Zeroed before first use. */
struct mvt_values {
    struct bytes bytes; /* the table as it stands in the layer */
    struct mvt_value_slot *slots;
    size_t room;            /* slots there are, a power of 2 ... */
    size_t n_slots, n_used; /* ... of these in play, a power of 2, and in use */
    struct mvt_known_value small[MVT_SMALL_NUMBERS]; /* whole numbers */
    struct mvt_known_value zero, one;                /* floats */
    size_t n;                                        /* values */
    uint32_t layer; /* how many were begun: so that the slots need no clearing */
    bool failed;    /* out of memory, or more than a layer can hold */
};

/* Forgets the values, keeps the memory. */
void mvt_values_clear(struct mvt_values *values);
void mvt_values_close(struct mvt_values *values); /* {0} is harmless */
/* Bytes of memory in use. */
size_t mvt_values_bytes(const struct mvt_values *values);

/* Before the first value: about so many will be looked up. The fewer, the nearer they are kept
 * together, and the quicker they are found. */
void mvt_values_expect(struct mvt_values *values, size_t n);

/* Each gives 1 + the position of a value in the table, where it is entered if it is new; 0 when out
 * of memory. */
uint32_t mvt_values_text(struct mvt_values *values, const char *text);
uint32_t mvt_values_uint(struct mvt_values *values, uint64_t number);
uint32_t mvt_values_sint(struct mvt_values *values, int64_t number);
uint32_t mvt_values_bool(struct mvt_values *values, bool value);
uint32_t mvt_values_float(struct mvt_values *values, float number);
uint32_t mvt_values_double(struct mvt_values *values, double number);
/* Without look-up, what is surely new: a text in parts, or a value that mvt_values_encode() made.
 * Each part, and the value, is read up to BLOCK_SLACK bytes beyond its end (tiles/block_copy). */
uint32_t mvt_values_new(struct mvt_values *values, const struct mvt_text_part *parts,
                        size_t n_parts);
uint32_t mvt_values_encoded(struct mvt_values *values, const uint8_t *encoded, size_t length);

/* Appends a text as it stands in a table; returns how many bytes that is. */
size_t mvt_values_encode(const char *text, struct bytes *out);

#endif
