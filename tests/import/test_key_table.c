/* import/key_table: a number per text. Plan: many texts, each asked for again, keep their numbers
 * while the table grows; new ones begin at 0; the length counts, not a NUL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/key_table.h"

#include <stdio.h>
#include <string.h>

enum { TEXTS = 40000 };

static void each_text_keeps_its_number(void **state)
{
    (void)state;
    struct key_table *table = key_table_new();
    char text[40];
    for (uint32_t i = 0; i < TEXTS; i++) {
        int length = snprintf(text, sizeof text, "name %u", i * 7919u);
        uint32_t *number = key_table_at(table, text, (size_t)length);
        assert_non_null(number);
        assert_int_equal(*number, 0);
        *number = i + 1;
    }
    for (uint32_t i = TEXTS; i-- > 0;) {
        int length = snprintf(text, sizeof text, "name %u", i * 7919u);
        assert_int_equal(*key_table_at(table, text, (size_t)length), i + 1);
    }
    key_table_free(table);
}

static void bytes_count_not_texts(void **state)
{
    (void)state;
    struct key_table *table = key_table_new();
    *key_table_at(table, "a\0b", 3) = 1;
    *key_table_at(table, "a\0c", 3) = 2;
    *key_table_at(table, "", 0) = 3;
    assert_int_equal(*key_table_at(table, "a", 1), 0);
    assert_int_equal(*key_table_at(table, "a\0b", 3), 1);
    assert_int_equal(*key_table_at(table, "a\0c", 3), 2);
    assert_int_equal(*key_table_at(table, "", 0), 3);
    key_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_keeps_its_number),
        cmocka_unit_test(bytes_count_not_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
