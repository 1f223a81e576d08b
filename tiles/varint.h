/* Numbers as protocol buffers write them: seven bits a byte, the lowest first. */
#ifndef TILES_VARINT_H
#define TILES_VARINT_H

#include <stddef.h>
#include <stdint.h>

enum { VARINT_MAX = 10 };

/* Writes at most VARINT_MAX bytes; returns how many. */
static inline size_t varint_put(uint8_t *at, uint64_t number)
{
    size_t n = 0;
    while (number >= 0x80) {
        at[n++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    at[n++] = (uint8_t)number;
    return n;
}

static inline size_t varint_length(uint64_t number)
{
    size_t n = 1;
    while (number >>= 7)
        n++;
    return n;
}

#endif
