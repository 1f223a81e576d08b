/* Copying what is mostly short, in blocks: of a tile's texts, tags and lines most are a few bytes
 * long, of ever another length, and memcpy() takes longer to branch by the length than to copy. */
#ifndef TILES_BLOCK_COPY_H
#define TILES_BLOCK_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK_BYTES = 16, BLOCK_SLACK = 2 * BLOCK_BYTES };

/* Copies n bytes between places that don't overlap. Both have BLOCK_SLACK bytes more behind, which
 * are read, whatever they are, and overwritten. */
static inline void block_copy(uint8_t *to, const uint8_t *from, size_t n)
{
    memcpy(to, from, BLOCK_BYTES);
    if (n > BLOCK_BYTES) memcpy(to + BLOCK_BYTES, from + BLOCK_BYTES, BLOCK_BYTES);
    if (n > BLOCK_SLACK) memcpy(to + BLOCK_SLACK, from + BLOCK_SLACK, n - BLOCK_SLACK);
}

#endif
