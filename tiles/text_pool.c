#include "tiles/text_pool.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 18 };

struct text_block {
    struct text_block *next;
    size_t used, size;
    char text[];
};

void text_pool_close(struct text_pool *pool)
{
    while (pool->blocks) {
        struct text_block *next = pool->blocks->next;
        free(pool->blocks);
        pool->blocks = next;
    }
    free(pool->slots);
    *pool = (struct text_pool){0};
}

void text_pool_seal(struct text_pool *pool)
{
    free(pool->slots);
    pool->slots = NULL;
    pool->n_slots = pool->n_interned = 0;
}

const char *text_pool_keep(struct text_pool *pool, const char *text)
{
    size_t size = strlen(text) + 1;
    struct text_block *block = pool->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = malloc(sizeof *block + room);
        if (!block) return NULL;
        *block = (struct text_block){.next = pool->blocks, .size = room};
        pool->blocks = block;
        pool->bytes += room;
    }
    char *kept = block->text + block->used;
    memcpy(kept, text, size);
    block->used += size;
    return kept;
}

uint64_t text_hash(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, then mixed: its low bits alone are poor */
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

/* The slot that holds text, or the free one where it belongs. */
static const char **find_slot(const char **slots, size_t n_slots, const char *text)
{
    size_t at = text_hash(text) & (n_slots - 1);
    while (slots[at] && strcmp(slots[at], text) != 0)
        at = (at + 1) & (n_slots - 1);
    return &slots[at];
}

static int grow(struct text_pool *pool)
{
    size_t n_slots = pool->n_slots ? pool->n_slots * 2 : 1024;
    const char **slots = calloc(n_slots, sizeof *slots);
    if (!slots) return -1;
    for (size_t i = 0; i < pool->n_slots; i++)
        if (pool->slots[i]) *find_slot(slots, n_slots, pool->slots[i]) = pool->slots[i];
    free(pool->slots);
    pool->slots = slots;
    pool->n_slots = n_slots;
    return 0;
}

const char *text_pool_intern(struct text_pool *pool, const char *text)
{
    if (pool->n_interned * 2 >= pool->n_slots && grow(pool) != 0) return NULL;
    const char **slot = find_slot(pool->slots, pool->n_slots, text);
    if (!*slot) {
        *slot = text_pool_keep(pool, text);
        if (*slot) pool->n_interned++;
    }
    return *slot;
}
