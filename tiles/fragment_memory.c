#include "tiles/fragment_memory.h"

#include "tiles/block_copy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A key may lie in any place of its set. */
enum { SETS = 512, WAYS = 8, PLACES = SETS * WAYS };

/* No tile takes more than this part of the memory. */
enum { LARGE_SHARE = 8 };

/* One block of memory: the arrays lie behind it. */
struct kept {
    struct fragments fragments; /* what callers hold a pointer to */
    atomic_uint holds;          /* one for the memory, one per caller */
    size_t bytes;
    uint64_t key;
};

struct fragment_memory {
    pthread_mutex_t lock;
    size_t bytes, max_bytes;
    size_t hand; /* the place that is looked at next for something unused */
    struct place {
        struct kept *kept;
        bool used; /* since the hand came by */
    } places[PLACES];
    uint32_t seen[PLACES]; /* marks of keys asked for, in the set of each the newest first */
};

struct fragment_memory *fragment_memory_new(size_t max_bytes)
{
    struct fragment_memory *memory = calloc(1, sizeof *memory);
    if (!memory) return NULL;
    memory->max_bytes = max_bytes;
    pthread_mutex_init(&memory->lock, NULL);
    return memory;
}

static struct kept *kept_of(const struct fragments *fragments)
{
    union {
        const struct fragments *in;
        struct kept *out;
    } kept = {.in = fragments};
    return kept.out;
}

void fragment_memory_release(const struct fragments *fragments)
{
    struct kept *kept = fragments ? kept_of(fragments) : NULL;
    if (kept && atomic_fetch_sub(&kept->holds, 1) == 1) free(kept);
}

void fragment_memory_free(struct fragment_memory *memory)
{
    if (!memory) return;
    for (size_t i = 0; i < PLACES; i++)
        if (memory->places[i].kept) fragment_memory_release(&memory->places[i].kept->fragments);
    pthread_mutex_destroy(&memory->lock);
    free(memory);
}

/* A number of its own for each key, and never 0. */
static uint64_t number_of(struct fragment_key key)
{
    uint64_t levels = (uint64_t)(key.french * 8 + key.foreign + 1);
    return levels << 57 ^ (uint64_t)key.tile.z << 52 ^ (uint64_t)key.tile.x << 26 ^ key.tile.y;
}

static uint64_t hash_of(uint64_t number)
{
    number = (number ^ number >> 31) * UINT64_C(0x9E3779B97F4A7C15);
    number = (number ^ number >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return number ^ number >> 32;
}

/* Under the lock: the place that holds a key, or NULL. */
static struct place *find(struct fragment_memory *memory, uint64_t number)
{
    struct place *set = &memory->places[hash_of(number) % SETS * WAYS];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].kept && set[i].kept->key == number) return &set[i];
    return NULL;
}

/* Where the mark of a key stands in its set; WAYS: nowhere. */
static size_t seen_at(const uint32_t *set, uint32_t mark)
{
    size_t at = 0;
    while (at < WAYS && set[at] != mark)
        at++;
    return at;
}

static uint32_t *seen_set(struct fragment_memory *memory, uint64_t hash, uint32_t *mark)
{
    *mark = (uint32_t)(hash >> 32) | 1;
    return &memory->seen[hash % SETS * WAYS];
}

/* Under the lock: notes that a key was asked for; true when it was before. */
static bool note_seen(struct fragment_memory *memory, uint64_t hash)
{
    uint32_t mark, *set = seen_set(memory, hash, &mark);
    size_t at = seen_at(set, mark);
    memmove(set + 1, set, (at < WAYS ? at : WAYS - 1) * sizeof *set);
    set[0] = mark;
    return at < WAYS;
}

enum fragments_known fragment_memory_look(struct fragment_memory *memory, struct fragment_key key,
                                          size_t *n_fragments)
{
    uint64_t number = number_of(key);
    uint32_t mark;
    pthread_mutex_lock(&memory->lock);
    const struct place *place = find(memory, number);
    const uint32_t *set = seen_set(memory, hash_of(number), &mark);
    bool seen = seen_at(set, mark) < WAYS;
    if (place) *n_fragments = place->kept->fragments.n;
    pthread_mutex_unlock(&memory->lock);
    return place ? FRAGMENTS_KEPT : seen ? FRAGMENTS_SEEN : FRAGMENTS_NEW;
}

const struct fragments *fragment_memory_get(struct fragment_memory *memory, struct fragment_key key,
                                            bool *again)
{
    uint64_t number = number_of(key);
    struct kept *kept = NULL;
    pthread_mutex_lock(&memory->lock);
    struct place *place = find(memory, number);
    *again = note_seen(memory, hash_of(number));
    if (place) {
        kept = place->kept;
        place->used = true;
        atomic_fetch_add(&kept->holds, 1);
    }
    pthread_mutex_unlock(&memory->lock);
    return kept ? &kept->fragments : NULL;
}

/* Copies n bytes to *at, which moves behind them. */
static void *copy(uint8_t **at, const void *from, size_t n)
{
    uint8_t *to = *at;
    if (n) memcpy(to, from, n);
    *at = to + n;
    return to;
}

static struct kept *make_kept(const struct fragments *of, uint64_t number)
{
    size_t fragments = of->n * sizeof *of->fragments, middles = of->n_middles * sizeof *of->middles;
    size_t bytes = sizeof(struct kept) + fragments + middles + of->geometry.length + BLOCK_SLACK;
    struct kept *kept = malloc(bytes);
    if (!kept) return NULL;
    uint8_t *at = (uint8_t *)(kept + 1);
    *kept = (struct kept){
        .fragments = {.n = of->n, .n_middles = of->n_middles}, .bytes = bytes, .key = number};
    atomic_init(&kept->holds, 1);
    kept->fragments.fragments = copy(&at, of->fragments, fragments);
    kept->fragments.middles = copy(&at, of->middles, middles);
    kept->fragments.geometry.data = copy(&at, of->geometry.data, of->geometry.length);
    kept->fragments.geometry.length = of->geometry.length;
    return kept;
}

static void drop(struct fragment_memory *memory, struct place *place)
{
    memory->bytes -= place->kept->bytes;
    fragment_memory_release(&place->kept->fragments);
    *place = (struct place){0};
}

/* Under the lock: what was not used since the hand last came by goes, until there is room. */
static void make_room(struct fragment_memory *memory, size_t bytes)
{
    while (memory->bytes + bytes > memory->max_bytes) {
        struct place *place = &memory->places[memory->hand++ % PLACES];
        if (place->kept && !place->used)
            drop(memory, place);
        else
            place->used = false;
    }
}

/* Under the lock: a place in the key's set, empty. */
static struct place *take_place(struct fragment_memory *memory, uint64_t number)
{
    struct place *set = &memory->places[hash_of(number) % SETS * WAYS];
    struct place *chosen = &set[0];
    for (size_t i = 0; i < WAYS && chosen->kept; i++)
        if (!set[i].kept || (chosen->used && !set[i].used)) chosen = &set[i];
    if (chosen->kept) drop(memory, chosen);
    return chosen;
}

void fragment_memory_keep(struct fragment_memory *memory, struct fragment_key key,
                          const struct fragments *fragments)
{
    uint64_t number = number_of(key);
    struct kept *kept = make_kept(fragments, number);
    if (!kept) return; /* then they are cut again */
    pthread_mutex_lock(&memory->lock);
    bool fits = kept->bytes <= memory->max_bytes / LARGE_SHARE;
    if (fits && !find(memory, number)) {
        make_room(memory, kept->bytes);
        *take_place(memory, number) = (struct place){kept, true};
        memory->bytes += kept->bytes;
        kept = NULL;
    }
    pthread_mutex_unlock(&memory->lock);
    free(kept);
}
