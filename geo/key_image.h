/* Tables made once and used often, as bytes that need no reading: arrays one behind the other, each
 * with its count, behind a head that says of what kind they are and whether they are whole.
 *
 * An image is for the kind of machine that made it (its byte order); on another one it opens as
 * damaged. */
#ifndef GEO_KEY_IMAGE_H
#define GEO_KEY_IMAGE_H

#include "geo/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins an image in empty `bytes`. kind: a number of the caller's, to change when what the arrays
 * mean changes. Then each array is put, in the order in which it will be taken; errors stick to
 * `bytes`. */
void key_image_begin(struct bytes *bytes, uint32_t kind);
void key_image_put(struct bytes *bytes, const void *items, size_t count, size_t size);
void key_image_end(struct bytes *bytes);

/* An image to take arrays from. */
struct key_image {
    const uint8_t *data; /* borrowed, aligned as malloc() does */
    size_t length, at;
};

/* False when data is no whole image of this kind. */
bool key_image_open(struct key_image *image, const void *data, size_t length, uint32_t kind);

/* The next array, in place; NULL when it is not all there. *count: of its items, each of size. */
const void *key_image_take(struct key_image *image, size_t size, size_t *count);

#endif
