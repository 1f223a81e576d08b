/* tiles/fragment_memory: what is kept comes back the same, within the bound.
 * Plan: nothing is worth keeping before it is asked for twice; copies are whole; several
 * hundred asked for in turn are all known the second time; far more tiles than fit are kept and
 * asked for in a random order; what is held stays while others push it out; a tile that would be a
 * large share is not kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/fixture.h"

#include "tiles/fragment_memory.h"

#include <stdlib.h>
#include <string.h>

enum { BOUND = 1 << 16, TILES = 5000 };

/* Fragments that tell of which tile they are. */
static void make(struct fragments *fragments, uint32_t of, size_t n)
{
    fragments_close(fragments);
    fragments->fragments = calloc(n, sizeof *fragments->fragments);
    fragments->middles = calloc(1, sizeof *fragments->middles);
    fragments->n = fragments->room = n;
    fragments->n_middles = fragments->middles_room = 1;
    for (size_t i = 0; i < n; i++) {
        fragments->fragments[i] = (struct fragment){of + (uint32_t)i, 0, 4, 1 << 23, 0};
        bytes_append(&fragments->geometry, &of, sizeof of);
    }
    fragments->middles[0] = (struct fragment_middle){of, (int16_t)of, 7};
}

static void assert_is_of(const struct fragments *fragments, uint32_t of)
{
    uint32_t last;
    size_t n = of % 9 + 1;
    assert_int_equal(fragments->n, n);
    assert_int_equal(fragments->n_middles, 1);
    assert_int_equal(fragments->geometry.length, 4 * n);
    assert_int_equal(fragments->fragments[n - 1].arc, of + n - 1);
    assert_int_equal(fragments->middles[0].x, of);
    memcpy(&last, fragments->geometry.data + 4 * (n - 1), sizeof last);
    assert_int_equal(last, of);
}

static struct fragment_key key_of(uint32_t of)
{
    return (struct fragment_key){(uint8_t)(of % 5), (uint8_t)(of % 4), {12, of % 64, of / 64}};
}

static void keeps_what_is_asked_for_again(void **state)
{
    (void)state;
    struct fragment_memory *memory = fragment_memory_new(BOUND);
    struct fragments made = {0};
    const struct fragment_key key = key_of(3);
    size_t n = 0;
    bool again;
    assert_int_equal(fragment_memory_look(memory, key, &n), FRAGMENTS_NEW);
    assert_null(fragment_memory_get(memory, key, &again));
    assert_false(again);
    assert_int_equal(fragment_memory_look(memory, key, &n), FRAGMENTS_SEEN);
    assert_null(fragment_memory_get(memory, key, &again));
    assert_true(again);
    make(&made, 3, 4);
    fragment_memory_keep(memory, key, &made);
    fragment_memory_keep(memory, key, &made); /* as two threads may */
    assert_int_equal(fragment_memory_look(memory, key, &n), FRAGMENTS_KEPT);
    assert_int_equal(n, 4);
    const struct fragments *kept = fragment_memory_get(memory, key, &again);
    assert_non_null(kept);
    assert_is_of(kept, 3);
    make(&made, 4, BOUND / 8 / sizeof *made.fragments + 1);
    fragment_memory_keep(memory, key_of(4), &made);
    assert_null(fragment_memory_get(memory, key_of(4), &again));
    fragments_close(&made);
    fragment_memory_free(memory);
    assert_is_of(kept, 3); /* held */
    fragment_memory_release(kept);
    fragment_memory_release(NULL);
    fragment_memory_free(NULL);
}

/* A visitor's map, or a bench, that asks for the same tiles in the same order: none is a stranger
 * for ever because another one took its place among those seen. */
static void knows_all_tiles_asked_for_in_turn(void **state)
{
    (void)state;
    struct fragment_memory *memory = fragment_memory_new(BOUND);
    for (int round = 0; round < 3; round++)
        for (uint32_t of = 0; of < 600; of++) {
            bool again;
            assert_null(fragment_memory_get(memory, key_of(of), &again));
            assert_int_equal(again, round > 0);
        }
    fragment_memory_free(memory);
}

static void forgets_what_does_not_fit(void **state)
{
    (void)state;
    struct fragment_memory *memory = fragment_memory_new(BOUND);
    struct fragments made = {0};
    uint64_t seed = 8;
    bool again;
    const struct fragments *held = NULL;
    size_t found = 0, bytes = 0;
    for (uint32_t i = 0; i < 4 * TILES; i++) {
        uint32_t of = i % 3 ? fixture_random(&seed, TILES) : fixture_random(&seed, 20);
        const struct fragments *kept = fragment_memory_get(memory, key_of(of), &again);
        if (kept) {
            assert_is_of(kept, of);
            found += of < 20;
            if (held)
                fragment_memory_release(kept);
            else
                held = kept;
        } else {
            make(&made, of, of % 9 + 1);
            fragment_memory_keep(memory, key_of(of), &made);
        }
    }
    /* A third of all asks was for twenty tiles: they stay. */
    assert_in_range(found, 4 * TILES / 3 / 2, 4 * TILES);
    for (uint32_t of = 0; of < TILES; of++) {
        size_t n = 0;
        if (fragment_memory_look(memory, key_of(of), &n) != FRAGMENTS_KEPT) continue;
        bytes += n * (sizeof(struct fragment) + 4) + sizeof(struct fragment_middle);
    }
    assert_in_range(bytes, BOUND / 8, BOUND);
    assert_non_null(held);
    fragment_memory_free(memory);
    assert_is_of(held, held->fragments[0].arc);
    fragment_memory_release(held);
    fragments_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_asked_for_again),
        cmocka_unit_test(knows_all_tiles_asked_for_in_turn),
        cmocka_unit_test(forgets_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
