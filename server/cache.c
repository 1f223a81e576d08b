#include "server/cache.h"

#include "server/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_BUCKETS 1024 /* a power of two */

struct entry {
    struct entry *in_bucket;     /* next with the same bucket */
    struct entry *newer, *older; /* by last use */
    struct answer *answer;
    uint64_t hash;
    size_t size;
    char key[];
};

struct cache_build {
    struct cache_build *next;
    struct cache_waiter *waiters;
    uint64_t hash;
    char key[];
};

struct cache {
    pthread_mutex_t lock;
    uint64_t seed;
    size_t max_bytes, n_buckets;
    struct entry **buckets;
    struct entry *newest, *oldest;
    struct cache_build *builds;
    struct cache_figures figures;
};

struct cache *cache_new(size_t max_bytes)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache) return NULL;
    cache->max_bytes = max_bytes;
    cache->n_buckets = FIRST_BUCKETS;
    cache->buckets = calloc(cache->n_buckets, sizeof *cache->buckets);
    if (!cache->buckets) {
        free(cache);
        return NULL;
    }
    pthread_mutex_init(&cache->lock, NULL);
    /* Nobody outside can aim at one bucket. */
    if (getrandom(&cache->seed, sizeof cache->seed, 0) < 0) cache->seed = (uintptr_t)cache;
    return cache;
}

void cache_free(struct cache *cache)
{
    if (!cache) return;
    cache_clear(cache);
    pthread_mutex_destroy(&cache->lock);
    free(cache->buckets);
    free(cache);
}

uint64_t cache_hash(const struct cache *cache, const char *key)
{
    return hash_text(cache->seed, key);
}

static struct entry **place_of(struct cache *cache, uint64_t hash, const char *key)
{
    struct entry **place = &cache->buckets[hash & (cache->n_buckets - 1)];
    while (*place && ((*place)->hash != hash || strcmp((*place)->key, key) != 0))
        place = &(*place)->in_bucket;
    return place;
}

static void unlink_use(struct cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static struct answer *get_locked(struct cache *cache, uint64_t hash, const char *key)
{
    struct entry *entry = *place_of(cache, hash, key);
    if (!entry) return NULL;
    if (cache->newest != entry) {
        unlink_use(cache, entry);
        link_newest(cache, entry);
    }
    return answer_get(entry->answer);
}

struct answer *cache_get(struct cache *cache, uint64_t hash, const char *key)
{
    pthread_mutex_lock(&cache->lock);
    struct answer *answer = get_locked(cache, hash, key);
    if (answer) cache->figures.hits++;
    pthread_mutex_unlock(&cache->lock);
    return answer;
}

static struct cache_build *new_build(struct cache *cache, uint64_t hash, const char *key)
{
    size_t length = strlen(key) + 1;
    struct cache_build *build = malloc(sizeof *build + length);
    if (!build) return NULL;
    build->hash = hash;
    build->waiters = NULL;
    memcpy(build->key, key, length);
    build->next = cache->builds;
    cache->builds = build;
    cache->figures.builds++;
    return build;
}

static void wait_for(struct cache_build *build, struct cache_waiter *waiter)
{
    waiter->answer = NULL;
    waiter->next = build->waiters;
    build->waiters = waiter;
}

enum cache_join cache_join(struct cache *cache, const char *key, struct cache_waiter *waiter,
                           struct cache_build **result)
{
    uint64_t hash = cache_hash(cache, key);
    enum cache_join joined = CACHE_WAIT;
    pthread_mutex_lock(&cache->lock);
    waiter->answer = get_locked(cache, hash, key);
    struct cache_build *build = cache->builds;
    while (build && (build->hash != hash || strcmp(build->key, key) != 0))
        build = build->next;
    if (waiter->answer) {
        joined = CACHE_READY;
        cache->figures.hits++;
    } else if (build) {
        wait_for(build, waiter);
        cache->figures.joined++;
    } else {
        cache->figures.misses++;
        *result = build = new_build(cache, hash, key);
        joined = build ? CACHE_BUILD : CACHE_FULL;
        if (build) wait_for(build, waiter);
    }
    pthread_mutex_unlock(&cache->lock);
    if (joined == CACHE_FULL) atlas_fail(&waiter->error, ATLAS_NO_MEMORY, "out of memory");
    return joined;
}

/* Entries to free once the lock is given back, for that may take long. */
static void remove_entry(struct cache *cache, struct entry *entry, struct entry **removed)
{
    *place_of(cache, entry->hash, entry->key) = entry->in_bucket;
    unlink_use(cache, entry);
    cache->figures.bytes -= entry->size;
    cache->figures.entries--;
    entry->older = *removed;
    *removed = entry;
}

static void free_removed(struct entry *entry)
{
    while (entry) {
        struct entry *next = entry->older;
        answer_release(entry->answer);
        free(entry);
        entry = next;
    }
}

/* Twice the buckets; without memory for them the chains grow longer, no more. */
static void grow(struct cache *cache)
{
    size_t n = 2 * cache->n_buckets;
    struct entry **buckets = calloc(n, sizeof *buckets);
    if (!buckets) return;
    free(cache->buckets);
    cache->buckets = buckets;
    cache->n_buckets = n;
    for (struct entry *entry = cache->newest; entry; entry = entry->older) {
        entry->in_bucket = buckets[entry->hash & (n - 1)];
        buckets[entry->hash & (n - 1)] = entry;
    }
}

/* Takes a hold of its own of answer. */
static void insert(struct cache *cache, uint64_t hash, const char *key, struct answer *answer,
                   struct entry **removed)
{
    size_t key_bytes = strlen(key) + 1;
    size_t size = sizeof(struct entry) + key_bytes + answer_size(answer);
    struct entry *entry = size > cache->max_bytes / 4 ? NULL : malloc(sizeof *entry + key_bytes);
    if (!entry) return;
    struct entry *there = *place_of(cache, hash, key);
    if (there) remove_entry(cache, there, removed);
    while (cache->oldest && cache->figures.bytes + size > cache->max_bytes) {
        remove_entry(cache, cache->oldest, removed);
        cache->figures.evicted++;
    }
    entry->answer = answer_get(answer);
    entry->hash = hash;
    entry->size = size;
    memcpy(entry->key, key, key_bytes);
    if (cache->figures.entries >= cache->n_buckets) grow(cache);
    struct entry **bucket = &cache->buckets[entry->hash & (cache->n_buckets - 1)];
    entry->in_bucket = *bucket;
    *bucket = entry;
    link_newest(cache, entry);
    cache->figures.bytes += size;
    cache->figures.entries++;
}

/* Under the lock: from now on nobody joins it. */
static void remove_build(struct cache *cache, struct cache_build *build)
{
    struct cache_build **at = &cache->builds;
    while (*at != build)
        at = &(*at)->next;
    *at = build->next;
    cache->figures.builds--;
}

/* Tells all who wait, and frees the build; answer: NULL after a failure. */
static void wake_all(struct cache_build *build, struct answer *answer,
                     const struct atlas_error *error)
{
    for (struct cache_waiter *waiter = build->waiters; waiter;) {
        struct cache_waiter *next = waiter->next; /* woken, it may be gone at once */
        waiter->answer = answer ? answer_get(answer) : NULL;
        if (!answer) waiter->error = *error;
        waiter->wake(waiter);
        waiter = next;
    }
    free(build);
}

bool cache_give_up(struct cache *cache, struct cache_build *build, const struct atlas_error *error)
{
    pthread_mutex_lock(&cache->lock);
    bool alone = !build->waiters->next;
    if (alone) remove_build(cache, build);
    pthread_mutex_unlock(&cache->lock);
    if (alone) wake_all(build, NULL, error);
    return alone;
}

void cache_finish(struct cache *cache, struct cache_build *build, struct answer *answer, bool keep,
                  const struct atlas_error *error)
{
    struct entry *removed = NULL;
    pthread_mutex_lock(&cache->lock);
    remove_build(cache, build);
    if (answer && keep) insert(cache, build->hash, build->key, answer, &removed);
    pthread_mutex_unlock(&cache->lock);
    wake_all(build, answer, error);
    answer_release(answer);
    free_removed(removed);
}

void cache_put(struct cache *cache, uint64_t hash, const char *key, struct answer *answer)
{
    struct entry *removed = NULL;
    pthread_mutex_lock(&cache->lock);
    cache->figures.misses++;
    insert(cache, hash, key, answer, &removed);
    pthread_mutex_unlock(&cache->lock);
    free_removed(removed);
}

void cache_clear(struct cache *cache)
{
    struct entry *removed = NULL;
    pthread_mutex_lock(&cache->lock);
    while (cache->oldest)
        remove_entry(cache, cache->oldest, &removed);
    pthread_mutex_unlock(&cache->lock);
    free_removed(removed);
}

void cache_figures(struct cache *cache, struct cache_figures *figures)
{
    pthread_mutex_lock(&cache->lock);
    *figures = cache->figures;
    pthread_mutex_unlock(&cache->lock);
}
