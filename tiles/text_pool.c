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

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

uint64_t text_hash(const char *text)
{
    size_t length = strlen(text);
    uint64_t hash = length, word;
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, text, length);
    return mix(hash, word);
}

/* The slot that holds text, or the free one where it belongs. */
static struct text_slot *find_slot(struct text_slot *slots, size_t n_slots, const char *text,
                                   uint64_t hash)
{
    size_t at = hash & (n_slots - 1);
    while (slots[at].text && (slots[at].hash != hash || strcmp(slots[at].text, text) != 0))
        at = (at + 1) & (n_slots - 1);
    return &slots[at];
}

static int grow(struct text_pool *pool)
{
    size_t n_slots = pool->n_slots ? pool->n_slots * 2 : 1024;
    struct text_slot *slots = calloc(n_slots, sizeof *slots);
    if (!slots) return -1;
    for (size_t i = 0; i < pool->n_slots; i++) {
        const struct text_slot *slot = &pool->slots[i];
        if (slot->text) *find_slot(slots, n_slots, slot->text, slot->hash) = *slot;
    }
    free(pool->slots);
    pool->slots = slots;
    pool->n_slots = n_slots;
    return 0;
}

const char *text_pool_intern(struct text_pool *pool, const char *text)
{
    uint64_t hash = text_hash(text);
    const char **recent = &pool->recent[hash >> 58];
    if (*recent && strcmp(*recent, text) == 0) return *recent;
    if (pool->n_interned * 2 >= pool->n_slots && grow(pool) != 0) return NULL;
    struct text_slot *slot = find_slot(pool->slots, pool->n_slots, text, hash);
    if (!slot->text) {
        slot->text = text_pool_keep(pool, text);
        if (!slot->text) return NULL;
        slot->hash = hash;
        pool->n_interned++;
    }
    *recent = slot->text;
    return slot->text;
}
