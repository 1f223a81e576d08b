/* server/cache: one build per key, bounded memory, the least recently used go first, failures are
 * told to all who wait and kept for nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct answer *make_answer(size_t size)
{
    struct bytes body = {0};
    memset(bytes_reserve(&body, size ? size : 1), 'x', size);
    body.length = size;
    const struct answer_parts parts = {.status = 200, .type = "text/plain"};
    struct answer *answer = answer_new(&parts, &body);
    assert_non_null(answer);
    return answer;
}

static void put(struct cache *cache, const char *key, size_t size)
{
    struct answer *answer = make_answer(size);
    cache_put(cache, cache_hash(cache, key), key, answer);
    answer_release(answer);
}

static bool has(struct cache *cache, const char *key)
{
    struct answer *answer = cache_get(cache, cache_hash(cache, key), key);
    answer_release(answer);
    return answer != NULL;
}

static void keeps_what_fits_and_drops_the_oldest(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    char key[16];
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "key %d", i);
        put(cache, key, 5000);
        assert_true(has(cache, "key 0")); /* used again and again, so it stays */
    }
    struct cache_figures figures;
    cache_figures(cache, &figures);
    assert_true(figures.bytes <= 100000);
    assert_true(figures.entries >= 10);
    assert_int_equal(figures.evicted, 100 - figures.entries);
    assert_true(has(cache, "key 99"));
    assert_false(has(cache, "key 1"));
    cache_clear(cache);
    cache_figures(cache, &figures);
    assert_int_equal(figures.bytes, 0);
    assert_int_equal(figures.entries, 0);
    assert_false(has(cache, "key 99"));
    cache_free(cache);
}

static void refuses_what_would_fill_it(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    put(cache, "small", 100);
    put(cache, "huge", 90000);
    assert_true(has(cache, "small"));
    assert_false(has(cache, "huge"));
    cache_free(cache);
    cache = cache_new(0);
    put(cache, "small", 100);
    assert_false(has(cache, "small"));
    cache_free(cache);
}

static void replaces_the_same_key(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    for (int i = 0; i < 50; i++)
        put(cache, "key", 1000);
    struct cache_figures figures;
    cache_figures(cache, &figures);
    assert_int_equal(figures.entries, 1);
    assert_true(figures.bytes < 5000);
    cache_free(cache);
}

static void many_keys_are_all_found(void **state)
{
    (void)state;
    struct cache *cache = cache_new((size_t)1 << 30);
    char key[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "tile/%d", i);
        put(cache, key, 10);
    }
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "tile/%d", i);
        assert_true(has(cache, key));
    }
    cache_free(cache);
}

static int woken;

static void count_wake(struct cache_waiter *waiter)
{
    (void)waiter;
    woken++;
}

static void all_who_ask_wait_for_one_build(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    struct cache_waiter waiters[5];
    struct cache_build *build = NULL, *none = NULL;
    woken = 0;
    for (int i = 0; i < 5; i++)
        waiters[i].wake = count_wake;
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    for (int i = 1; i < 5; i++)
        assert_int_equal(cache_join(cache, "key", &waiters[i], &none), CACHE_WAIT);
    assert_int_equal(woken, 0);
    cache_finish(cache, build, make_answer(100), true, NULL);
    assert_int_equal(woken, 5);
    for (int i = 0; i < 5; i++) {
        assert_ptr_equal(waiters[i].answer, waiters[0].answer);
        answer_release(waiters[i].answer);
    }
    assert_int_equal(cache_join(cache, "key", &waiters[0], &none), CACHE_READY);
    answer_release(waiters[0].answer);
    cache_free(cache);
}

static void a_failure_is_told_and_forgotten(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    struct cache_waiter waiters[2] = {{.wake = count_wake}, {.wake = count_wake}};
    struct cache_build *build = NULL, *none = NULL;
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    assert_int_equal(cache_join(cache, "key", &waiters[1], &none), CACHE_WAIT);
    struct atlas_error error;
    atlas_fail(&error, ATLAS_BUSY, "too busy");
    cache_finish(cache, build, NULL, true, &error);
    for (int i = 0; i < 2; i++) {
        assert_null(waiters[i].answer);
        assert_int_equal(waiters[i].error.status, ATLAS_BUSY);
        assert_string_equal(waiters[i].error.message, "too busy");
    }
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    cache_finish(cache, build, make_answer(10), false, NULL); /* a success not worth keeping */
    answer_release(waiters[0].answer);
    assert_false(has(cache, "key"));
    cache_free(cache);
}

/* --- many threads ------------------------------------------------------------------------- */

static struct cache *shared;
static _Atomic int builds, answers;

static void only_what_nobody_else_wants_is_given_up(void **state)
{
    (void)state;
    struct cache *cache = cache_new(100000);
    struct cache_waiter waiters[2] = {{.wake = count_wake}, {.wake = count_wake}};
    struct cache_build *build, *none = NULL;
    struct atlas_error error;
    atlas_fail(&error, ATLAS_CANCELLED, "gone");
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    assert_int_equal(cache_join(cache, "key", &waiters[1], &none), CACHE_WAIT);
    assert_false(cache_give_up(cache, build, &error));
    cache_finish(cache, build, make_answer(10), false, NULL);
    for (int i = 0; i < 2; i++) {
        assert_non_null(waiters[i].answer);
        answer_release(waiters[i].answer);
    }
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    assert_true(cache_give_up(cache, build, &error));
    assert_null(waiters[0].answer);
    assert_int_equal(waiters[0].error.status, ATLAS_CANCELLED);
    /* who comes now starts anew */
    assert_int_equal(cache_join(cache, "key", &waiters[0], &build), CACHE_BUILD);
    assert_true(cache_give_up(cache, build, &error));
    cache_free(cache);
}

struct thread_waiter {
    struct cache_waiter waiter;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool woken;
};

static void wake_thread(struct cache_waiter *waiter)
{
    struct thread_waiter *thread = (struct thread_waiter *)(void *)waiter;
    pthread_mutex_lock(&thread->lock);
    thread->woken = true;
    pthread_cond_signal(&thread->done);
    pthread_mutex_unlock(&thread->lock);
}

static void *ask_often(void *context)
{
    uint32_t chance = (uint32_t)(uintptr_t)context;
    struct thread_waiter thread = {.waiter = {.wake = wake_thread}};
    pthread_mutex_init(&thread.lock, NULL);
    pthread_cond_init(&thread.done, NULL);
    for (int i = 0; i < 3000; i++) {
        char key[16];
        chance = chance * 1664525 + 1013904223;
        snprintf(key, sizeof key, "%u", (chance >> 16) % 40);
        struct cache_build *build;
        thread.woken = false;
        enum cache_join joined = cache_join(shared, key, &thread.waiter, &build);
        if (joined == CACHE_BUILD) {
            atomic_fetch_add(&builds, 1);
            cache_finish(shared, build, make_answer(1000 + chance % 64), true, NULL);
        }
        pthread_mutex_lock(&thread.lock);
        while (joined != CACHE_READY && !thread.woken)
            pthread_cond_wait(&thread.done, &thread.lock);
        pthread_mutex_unlock(&thread.lock);
        if (thread.waiter.answer) atomic_fetch_add(&answers, 1);
        answer_release(thread.waiter.answer);
        if (i % 500 == 0) cache_clear(shared);
    }
    pthread_cond_destroy(&thread.done);
    pthread_mutex_destroy(&thread.lock);
    return NULL;
}

static void threads_share_it(void **state)
{
    (void)state;
    shared = cache_new(50000); /* too small for all 40: evictions while others wait */
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, (void *)(i + 1)), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(answers, 4 * 3000);
    assert_true(builds >= 40);
    struct cache_figures figures;
    cache_figures(shared, &figures);
    assert_int_equal(figures.builds, 0);
    assert_true(figures.bytes <= 50000);
    cache_free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits_and_drops_the_oldest),
        cmocka_unit_test(refuses_what_would_fill_it),
        cmocka_unit_test(replaces_the_same_key),
        cmocka_unit_test(many_keys_are_all_found),
        cmocka_unit_test(all_who_ask_wait_for_one_build),
        cmocka_unit_test(only_what_nobody_else_wants_is_given_up),
        cmocka_unit_test(a_failure_is_told_and_forgotten),
        cmocka_unit_test(threads_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
