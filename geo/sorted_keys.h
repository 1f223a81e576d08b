/* A table from hashed texts to numbers, sorted: made once, looked up in place.
 *
 * A key is 48 bits of a hash; a number stands under as many keys, and a key has as many numbers, as
 * were added. What is found under a text's key was most likely added under that very text; where
 * it has to be sure, the caller compares the texts. */
#ifndef GEO_SORTED_KEYS_H
#define GEO_SORTED_KEYS_H

#include "geo/key_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text's key of 48 bits. seed tells kinds of keys apart. */
uint64_t key_of_text(uint64_t seed, const char *text, size_t length);

/* ---- to make one ---- */

struct key_list { /* {0} is empty */
    struct key_entry {
        uint64_t key;
        uint32_t number;
    } * entries; /* owned */
    size_t count, capacity;
};
void key_list_close(struct key_list *list);

/* False when out of memory. */
bool key_list_add(struct key_list *list, uint64_t key, uint32_t number);

/* Sorts the list by key, numbers of one key in the order in which they were added, and puts it into
 * an image. */
void key_list_put(struct key_list *list, struct bytes *image);

/* ---- to look up ---- */

struct sorted_keys { /* {0} is empty */
    const uint32_t *high, *numbers;
    const uint16_t *low;
    size_t count;
};

/* Takes a table out of an image, in whose bytes it lies. False when it is not all there. */
bool sorted_keys_take(struct key_image *image, struct sorted_keys *table);

/* The entries of a key, or of all keys whose upper 32 bits are those of it: table->numbers[first]
 * to [end - 1]. */
struct key_run {
    size_t first, end;
};
struct key_run sorted_keys_find(const struct sorted_keys *table, uint64_t key);
struct key_run sorted_keys_find_high(const struct sorted_keys *table, uint64_t key);

#endif
