/* The current edition tells whoever prepares for it of every edition that is served: of the first,
 * too, or its first visitor would wait for what is prepared. */
#include "server/current.h"

#include "tests/tiles/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static struct fixture first, second;

static int open_fixtures(void **state)
{
    (void)state;
    fixture_open(&first, 200, 1);
    fixture_open(&second, 300, 2);
    return 0;
}

static int close_fixtures(void **state)
{
    (void)state;
    fixture_close(&first);
    fixture_close(&second);
    return 0;
}

/* What the watcher told, for the thread that waits for it. */
struct told {
    pthread_mutex_t lock;
    pthread_cond_t more;
    unsigned n;
    size_t n_links; /* of the edition told last */
};

static void tell(void *context, const struct edition *edition)
{
    struct told *told = context;
    pthread_mutex_lock(&told->lock);
    told->n++;
    told->n_links = edition->n_links;
    pthread_cond_signal(&told->more);
    pthread_mutex_unlock(&told->lock);
}

static void assert_told(struct told *told, unsigned n, const struct edition *edition)
{
    pthread_mutex_lock(&told->lock);
    while (told->n < n)
        pthread_cond_wait(&told->more, &told->lock);
    assert_int_equal(told->n, n);
    assert_int_equal(told->n_links, edition->n_links);
    pthread_mutex_unlock(&told->lock);
}

static void test_each_edition_is_told(void **state)
{
    (void)state;
    assert_int_not_equal(first.edition->n_links, second.edition->n_links);
    struct told told = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};
    struct current *current;
    struct atlas_error error;
    assert_int_equal(current_open(first.path, tell, &told, &current, &error), ATLAS_OK);
    assert_told(&told, 1, first.edition);
    assert_int_equal(rename(second.path, first.path), 0);
    current_look(current);
    assert_told(&told, 2, second.edition);
    const struct edition *served = current_edition(current);
    assert_int_equal(served->n_links, second.edition->n_links);
    edition_release(served);
    current_close(current);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_edition_is_told)};
    return cmocka_run_group_tests(tests, open_fixtures, close_fixtures);
}
