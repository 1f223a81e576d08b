/* Texts that live as long as an edition: many small ones in few blocks, repeated ones once. */
#ifndef TILES_TEXT_POOL_H
#define TILES_TEXT_POOL_H

#include <stddef.h>
#include <stdint.h>

struct text_block;

struct text_slot {
    const char *text; /* NULL: free */
    uint64_t hash;
};

struct text_pool {
    struct text_block *blocks; /* owned */
    struct text_slot *slots;   /* owned; hash table of the interned */
    size_t n_slots, n_interned;
    const char *recent[64]; /* by hash: the words of a vocabulary are found without the table */
    uint64_t bytes;         /* held in blocks */
};

/* `(struct text_pool){0}` is an empty pool. */
void text_pool_close(struct text_pool *pool);

/* A copy of text, or NULL when out of memory. */
const char *text_pool_keep(struct text_pool *pool, const char *text);

/* The same pointer for equal texts, or NULL when out of memory. */
const char *text_pool_intern(struct text_pool *pool, const char *text);

/* Frees what only interning needs; texts stay. Call when no more will be interned. */
void text_pool_seal(struct text_pool *pool);

/* A hash of text for open addressing. */
uint64_t text_hash(const char *text);

#endif
