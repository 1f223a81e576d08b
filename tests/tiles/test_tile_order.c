/* tiles/tile_order: the numbering of tiles, which decides where a reader looks for them.
 *
 * Oracle: the properties that the PMTiles specification gives: zooms follow one another, each zoom
 * is a Hilbert curve (neighbours in number are neighbours on the map), and its worked examples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiles/tile_order.h"

#include <stdlib.h>

enum { DEEPEST = 14 };

static void matches_the_examples(void **state)
{
    (void)state;
    static const struct {
        struct tile_key key;
        uint64_t id;
    } cases[] = {
        {{0, 0, 0}, 0}, {{1, 0, 0}, 1}, {{1, 0, 1}, 2},  {{1, 1, 1}, 3},
        {{1, 1, 0}, 4}, {{2, 0, 0}, 5}, {{2, 1, 3}, 11}, {{12, 3423, 1763}, 19078479},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(tile_order_id(cases[i].key), cases[i].id);
}

static void is_a_curve_without_gaps(void **state)
{
    (void)state;
    struct tile_key before = {0};
    for (uint64_t id = 0; id < 21845 + 65536; id++) { /* z0 to z8 */
        struct tile_key key = tile_order_key(id);
        assert_true(tile_key_valid(key));
        assert_int_equal(tile_order_id(key), id);
        if (key.z == before.z && id > 0) {
            int step = abs((int)key.x - (int)before.x) + abs((int)key.y - (int)before.y);
            assert_int_equal(step, 1);
        }
        before = key;
    }
}

static void holds_at_the_deepest_zoom(void **state)
{
    (void)state;
    const uint32_t last = (1u << DEEPEST) - 1;
    for (uint32_t x = 0; x <= last; x += 997)
        for (uint32_t y = 0; y <= last; y += 991) {
            struct tile_key back = tile_order_key(tile_order_id((struct tile_key){DEEPEST, x, y}));
            assert_int_equal(back.z, DEEPEST);
            assert_int_equal(back.x, x);
            assert_int_equal(back.y, y);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_examples),
        cmocka_unit_test(is_a_curve_without_gaps),
        cmocka_unit_test(holds_at_the_deepest_zoom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
