#include "import/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 20, FIRST_SLOTS = 1 << 12 };

struct block {
    struct block *next;
    size_t used, size;
    max_align_t data[];
};

struct slot {
    const char *text; /* NULL: free */
    uint32_t hash;
    uint32_t length;
};

struct pool {
    struct block *blocks;
    struct slot *slots; /* open addressing, at most half full */
    size_t n_slots, n_texts;
    size_t bytes; /* carved out of the blocks */
    int failed;
};

struct pool *pool_new(void)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->n_slots = FIRST_SLOTS;
    pool->slots = calloc(pool->n_slots, sizeof *pool->slots);
    if (pool->slots) return pool;
    free(pool);
    return NULL;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void pool_free(struct pool *pool)
{
    if (!pool) return;
    free_blocks(pool->blocks);
    free(pool->slots);
    free(pool);
}

size_t pool_bytes(const struct pool *pool)
{
    return pool->bytes;
}

void pool_forget(struct pool *pool)
{
    struct block *kept = pool->blocks;
    if (kept) {
        free_blocks(kept->next);
        kept->next = NULL;
        kept->used = 0;
    }
    memset(pool->slots, 0, pool->n_slots * sizeof *pool->slots);
    pool->n_texts = pool->bytes = 0;
}

static void *carve(struct pool *pool, size_t size, size_t alignment)
{
    struct block *block = pool->blocks;
    size_t start = block ? (block->used + alignment - 1) / alignment * alignment : 0;
    if (!block || start > block->size || size > block->size - start) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = size > SIZE_MAX / 2 ? NULL : malloc(sizeof *block + room);
        if (!block) {
            pool->failed = 1;
            return NULL;
        }
        block->size = room;
        block->next = pool->blocks;
        pool->blocks = block;
        start = 0;
    }
    block->used = start + size;
    pool->bytes += size;
    return (char *)block->data + start;
}

void *pool_room(struct pool *pool, size_t size)
{
    void *room = carve(pool, size, sizeof(max_align_t));
    return room ? memset(room, 0, size) : NULL;
}

void *pool_grow(struct pool *pool, void *run, size_t count, size_t size)
{
    if (count & (count - 1)) return run; /* between two powers of two there is room */
    void *larger = pool_room(pool, (count ? 2 * count : 1) * size);
    if (larger && count) memcpy(larger, run, count * size);
    return larger;
}

static uint32_t hash_of(const char *text, size_t length)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash;
}

static int more_slots(struct pool *pool)
{
    size_t n = pool->n_slots * 2;
    struct slot *slots = calloc(n, sizeof *slots);
    if (!slots) return 0;
    for (size_t i = 0; i < pool->n_slots; i++) {
        if (!pool->slots[i].text) continue;
        size_t at = pool->slots[i].hash & (n - 1);
        while (slots[at].text)
            at = (at + 1) & (n - 1);
        slots[at] = pool->slots[i];
    }
    free(pool->slots);
    pool->slots = slots;
    pool->n_slots = n;
    return 1;
}

const char *pool_text_n(struct pool *pool, const char *text, size_t length)
{
    if (!text || !length) return NULL;
    if (length > UINT32_MAX || (pool->n_texts * 2 >= pool->n_slots && !more_slots(pool))) {
        pool->failed = 1;
        return NULL;
    }
    uint32_t hash = hash_of(text, length);
    size_t at = hash & (pool->n_slots - 1);
    for (; pool->slots[at].text; at = (at + 1) & (pool->n_slots - 1)) {
        const struct slot *slot = &pool->slots[at];
        if (slot->hash == hash && slot->length == length && !memcmp(slot->text, text, length))
            return slot->text;
    }
    char *copy = carve(pool, length + 1, 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    pool->slots[at] = (struct slot){copy, hash, (uint32_t)length};
    pool->n_texts++;
    return copy;
}

const char *pool_text(struct pool *pool, const char *text)
{
    return text ? pool_text_n(pool, text, strlen(text)) : NULL;
}

int pool_failed(const struct pool *pool)
{
    return pool->failed;
}
