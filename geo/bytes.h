/* A growing run of bytes: what every writer (tiles, JSON, CSV, SQL dumps) appends to.
 *
 * Errors stick: after an allocation fails, every further append does nothing and `failed` stays
 * true, so a writer checks once, at its end, with bytes_status().
 */
#ifndef GEO_BYTES_H
#define GEO_BYTES_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    uint8_t *data;   /* owned; NULL while nothing was appended */
    size_t length;   /* bytes in use */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an allocation failed; the content is not to be used */
};

/* An empty run. `(struct bytes){0}` is the same. */
void bytes_init(struct bytes *bytes);

/* Frees the content and leaves an empty run. NULL and a second call are harmless. */
void bytes_close(struct bytes *bytes);

/* Keeps the memory, forgets the content and any failure. */
void bytes_clear(struct bytes *bytes);

/* bytes_reserve() where the memory does not suffice; called by it alone. */
uint8_t *bytes_grow(struct bytes *bytes, size_t more);

/* Makes room for `more` further bytes and returns where they start, or NULL when out of memory.
 * The caller fills them and adds what it wrote to `length`. */
static inline uint8_t *bytes_reserve(struct bytes *bytes, size_t more)
{
    if (bytes->failed || !bytes->data || bytes->capacity - bytes->length < more)
        return bytes_grow(bytes, more);
    return bytes->data + bytes->length;
}

/* These are here, not in the .c, because writers call them for every few bytes. */
static inline void bytes_append(struct bytes *bytes, const void *data, size_t length)
{
    uint8_t *room = length ? bytes_reserve(bytes, length) : NULL;
    if (!room) return;
    memcpy(room, data, length);
    bytes->length += length;
}

static inline void bytes_append_byte(struct bytes *bytes, uint8_t byte)
{
    uint8_t *room = bytes_reserve(bytes, 1);
    if (!room) return;
    *room = byte;
    bytes->length++;
}

static inline void bytes_append_text(struct bytes *bytes, const char *text)
{
    bytes_append(bytes, text, strlen(text));
}

/* A whole number in decimal digits. */
void bytes_append_number(struct bytes *bytes, uint64_t number);
/* The low `size` bytes of a number, the lowest first (1 to 8); a double as IEEE 754 binary64, the
 * lowest byte first. */
void bytes_append_little_endian(struct bytes *bytes, uint64_t number, unsigned size);
void bytes_append_double(struct bytes *bytes, double number);
void bytes_append_format(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ATLAS_OK, or ATLAS_NO_MEMORY after a failed append. */
enum atlas_status bytes_status(const struct bytes *bytes);

#endif
