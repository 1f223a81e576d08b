/* geo/sorted_keys and geo/key_image: what is put is found again, in order and nothing else, and a
 * damaged image is never opened. The oracle is a plain search through the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/sorted_keys.h"

#include <stdlib.h>
#include <string.h>

enum { KIND = 7, MOST = 70000 };

static uint64_t keys[MOST];

/* Makes a table of n entries whose keys are few, many, or all at one end. */
static void make(struct bytes *image, size_t n, uint64_t mask, uint64_t offset)
{
    struct key_list list = {0};
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        keys[i] = ((state & mask) + offset) & 0xFFFFFFFFFFFFu;
        assert_true(key_list_add(&list, keys[i], (uint32_t)i));
    }
    key_image_begin(image, KIND);
    key_list_put(&list, image);
    key_image_end(image);
    key_list_close(&list);
    assert_int_equal(bytes_status(image), ATLAS_OK);
}

static void check_run(const struct sorted_keys *table, struct key_run run, uint64_t key,
                      uint64_t mask, size_t n)
{
    size_t expected = 0, sum = 0, expected_sum = 0;
    for (size_t i = 0; i < n; i++)
        if ((keys[i] & mask) == (key & mask)) {
            expected++;
            expected_sum += i;
        }
    assert_int_equal(run.end - run.first, expected);
    for (size_t i = run.first; i < run.end; i++) {
        sum += table->numbers[i];
        bool same = i > run.first && keys[table->numbers[i]] == keys[table->numbers[i - 1]];
        if (same) assert_true(table->numbers[i] > table->numbers[i - 1]); /* as they were added */
    }
    assert_int_equal(sum, expected_sum);
}

static void finds_what_was_added(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        uint64_t mask, offset;
    } cases[] = {{0, 0, 0},
                 {1, ~0u, 5},
                 {5, 0, 0xFFFFFFFFFFFF},
                 {2000, 0xFF, 0},                 /* many of each key, at the lower end */
                 {2000, 0x7FFFF, 0xFFFFFFF80000}, /* … the upper end */
                 {MOST, ~(uint64_t)0, 0},         /* more than one digit of the sort */
                 {3000, 0xF000F000F, 0x100010001}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct bytes bytes = {0};
        struct key_image image;
        struct sorted_keys table;
        make(&bytes, cases[c].n, cases[c].mask, cases[c].offset);
        assert_true(key_image_open(&image, bytes.data, bytes.length, KIND));
        assert_true(sorted_keys_take(&image, &table));
        assert_int_equal(table.count, cases[c].n);
        for (size_t i = 0; i < 300; i++) {
            uint64_t key = i < 280 && cases[c].n ? keys[i * 251 % cases[c].n] : i * 0x3FFFFFFFFFF;
            if (i % 3 == 1) key ^= 1;
            key &= 0xFFFFFFFFFFFF;
            check_run(&table, sorted_keys_find(&table, key), key, ~(uint64_t)0, cases[c].n);
            check_run(&table, sorted_keys_find_high(&table, key), key, ~(uint64_t)0xFFFF,
                      cases[c].n);
        }
        bytes_close(&bytes);
    }
}

static void refuses_damage(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    struct key_image image;
    make(&bytes, 50, ~(uint64_t)0, 0);
    assert_false(key_image_open(&image, bytes.data, bytes.length, KIND + 1));
    for (size_t length = 0; length < bytes.length; length++)
        assert_false(key_image_open(&image, bytes.data, length, KIND));
    for (size_t i = 0; i < bytes.length; i++) {
        bytes.data[i] ^= 0x10;
        assert_false(key_image_open(&image, bytes.data, bytes.length, KIND));
        bytes.data[i] ^= 0x10;
    }
    assert_true(key_image_open(&image, bytes.data, bytes.length, KIND));
    bytes_close(&bytes);
}

/* A sound sum over counts that promise more than is there. */
static void takes_no_more_than_there_is(void **state)
{
    (void)state;
    static const uint64_t counts[] = {9, UINT64_MAX, UINT64_MAX / 4, (uint64_t)1 << 62};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct bytes bytes = {0};
        struct key_image image;
        size_t n;
        key_image_begin(&bytes, KIND);
        bytes_append(&bytes, &counts[i], sizeof counts[i]);
        bytes_append(&bytes, "01234567012345670123456701234567", 32);
        key_image_end(&bytes);
        assert_true(key_image_open(&image, bytes.data, bytes.length, KIND));
        assert_null(key_image_take(&image, 4, &n));
        bytes_close(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_added),
        cmocka_unit_test(refuses_damage),
        cmocka_unit_test(takes_no_more_than_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
