/* Ready answers by key: bounded in bytes, the least recently used go first, and one build per key,
 * however many ask. Thread-safe. Failures are never kept.
 */
#ifndef SERVER_CACHE_H
#define SERVER_CACHE_H

#include "geo/status.h"
#include "server/answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache;
struct cache_build; /* a key that somebody builds, and who waits for it */

/* Somebody who waits; owned by the caller and kept until wake() was called. */
struct cache_waiter {
    void (*wake)(struct cache_waiter *waiter); /* on the thread of cache_finish() */
    struct answer *answer;                     /* held for the waiter; NULL after a failure */
    struct atlas_error error;                  /* of a failure */
    struct cache_waiter *next;
};

struct cache_figures {
    uint64_t hits, misses, joined, evicted;
    size_t bytes, entries, builds;
};

/* NULL when out of memory. max_bytes 0 keeps nothing, but still builds each key once. */
struct cache *cache_new(size_t max_bytes);
/* No build may be under way. NULL is harmless. */
void cache_free(struct cache *cache);

/* What this cache knows a key by, for cache_get() and cache_put(); it stays as it is. */
uint64_t cache_hash(const struct cache *cache, const char *key);

/* The answer under key, held for the caller, or NULL. */
struct answer *cache_get(struct cache *cache, uint64_t hash, const char *key);

enum cache_join {
    CACHE_READY, /* it is there meanwhile: waiter->answer is set, wake() is not called */
    CACHE_BUILD, /* build it, then cache_finish(*build); the waiter is woken by that too */
    CACHE_WAIT,  /* somebody builds it: wake() comes */
    CACHE_FULL   /* out of memory: waiter->error is set, wake() is not called */
};
enum cache_join cache_join(struct cache *cache, const char *key, struct cache_waiter *waiter,
                           struct cache_build **build);

/* Ends a build: answer (its hold passes over) or NULL and *error. `keep`: put it into the cache.
 * Wakes all who wait and frees build. */
void cache_finish(struct cache *cache, struct cache_build *build, struct answer *answer, bool keep,
                  const struct atlas_error *error);

/* Ends a build that only its builder's waiter waits for: wakes it with *error and frees build.
 * False, and nothing happens, when others wait too: then it must be built. */
bool cache_give_up(struct cache *cache, struct cache_build *build, const struct atlas_error *error);

/* Keeps an answer that was built without the cache's knowledge; the hold stays the caller's. */
void cache_put(struct cache *cache, uint64_t hash, const char *key, struct answer *answer);

/* Drops all that is kept (an edition was replaced). */
void cache_clear(struct cache *cache);

void cache_figures(struct cache *cache, struct cache_figures *figures);

#endif
