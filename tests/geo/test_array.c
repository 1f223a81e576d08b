/* geo/array: arrays that grow, and the search in sorted ones. Plan: what was put in one by one is
 * all there, for elements of several sizes; growing moves an array rarely; a wish that no memory
 * can have is refused, and then array and room are as they were; the search finds what counting
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/array.h"

#include <stdlib.h>

enum { MANY = 100000 };

static void keeps_what_was_added(void **state)
{
    (void)state;
    struct wide {
        size_t number;
        char rest[93];
    } *wide = NULL;
    uint8_t *bytes = NULL;
    size_t wide_room = 0, bytes_room = 0, moves = 0;
    for (size_t i = 0; i < MANY; i++) {
        moves += wide_room == i;
        assert_true(ARRAY_RESERVE(wide, i + 1, &wide_room));
        assert_true(ARRAY_RESERVE(bytes, i + 1, &bytes_room));
        wide[i].number = i;
        bytes[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(wide[i].number, i);
        assert_int_equal(bytes[i], (uint8_t)i);
    }
    assert_in_range(moves, 1, 17); /* 2^17 > MANY */
    free(wide);
    free(bytes);
}

static void has_room_for_what_is_needed(void **state)
{
    (void)state;
    static const size_t needed[] = {0, 1, 2, 15, 16, 17, 40, 40, 1000, 3, 1001, 70000};
    uint32_t *items = NULL;
    size_t room = 0;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        size_t before = room;
        assert_true(ARRAY_RESERVE(items, needed[i], &room));
        assert_true(room >= needed[i]);
        assert_true(needed[i] > before ? room >= 2 * before : room == before);
        if (needed[i]) items[needed[i] - 1] = UINT32_MAX; /* asan looks whether it is ours */
    }
    free(items);
}

static void refuses_what_no_memory_can_have(void **state)
{
    (void)state;
    uint64_t *items = NULL;
    size_t room = 0;
    assert_true(ARRAY_RESERVE(items, 1, &room));
    items[0] = 42;
    static const size_t needed[] = {SIZE_MAX, SIZE_MAX / sizeof *items + 2,
                                    PTRDIFF_MAX / sizeof *items + 1};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        uint64_t *const where = items;
        size_t before = room;
        assert_false(ARRAY_RESERVE(items, needed[i], &room));
        assert_ptr_equal(items, where);
        assert_int_equal(room, before);
        assert_int_equal(items[0], 42);
    }
    free(items);
}

static int compare_numbers(const void *item, const void *wanted)
{
    int a = *(const int *)item, b = *(const int *)wanted;
    return (a > b) - (a < b);
}

static void finds_the_first_not_before(void **state)
{
    (void)state;
    static const int sorted[] = {-7, 0, 0, 0, 3, 5, 5, 9};
    for (size_t n = 0; n <= sizeof sorted / sizeof *sorted; n++)
        for (int wanted = -9; wanted <= 10; wanted++) {
            size_t before = 0;
            while (before < n && sorted[before] < wanted)
                before++;
            assert_int_equal(array_lower_bound(sorted, n, sizeof *sorted, compare_numbers, &wanted),
                             before);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_added),
        cmocka_unit_test(has_room_for_what_is_needed),
        cmocka_unit_test(refuses_what_no_memory_can_have),
        cmocka_unit_test(finds_the_first_not_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
