/* A growing run of bytes: whatever way a text is appended, and whatever room there was, it reads
 * the same; failures stick. */
#include "geo/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void assert_reads(struct bytes *bytes, size_t from, const char *text)
{
    assert_int_equal(bytes_status(bytes), ATLAS_OK);
    assert_int_equal(bytes->length, from + strlen(text));
    assert_memory_equal(bytes->data + from, text, strlen(text));
}

/* Every free room from none to more than the text needs. */
static void formats_into_any_room(void **state)
{
    (void)state;
    for (size_t before = 0; before < 300; before++) {
        struct bytes bytes = {0};
        for (size_t i = 0; i < before; i++)
            bytes_append_byte(&bytes, 'x');
        bytes_append_format(&bytes, "%s=%d", "année", 2019);
        assert_reads(&bytes, before, "année=2019");
        bytes_append_format(&bytes, "%s", "");
        bytes_append_text(&bytes, "&");
        assert_reads(&bytes, before, "année=2019&");
        bytes_close(&bytes);
    }
}

static void writes_numbers(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 7, 10, 99, 100, 2019, 4294967296, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[32];
        struct bytes bytes = {0};
        snprintf(text, sizeof text, "%" PRIu64, numbers[i]);
        bytes_append_number(&bytes, numbers[i]);
        assert_reads(&bytes, 0, text);
        bytes_close(&bytes);
    }
}

static void failures_stick(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    bytes_append_text(&bytes, "a");
    assert_null(bytes_reserve(&bytes, SIZE_MAX - 1));
    bytes_append_text(&bytes, "b");
    bytes_append_byte(&bytes, 'c');
    bytes_append_number(&bytes, 1);
    bytes_append_format(&bytes, "%d", 2);
    assert_int_equal(bytes_status(&bytes), ATLAS_NO_MEMORY);
    assert_int_equal(bytes.length, 1);
    bytes_clear(&bytes);
    bytes_append_text(&bytes, "d");
    assert_reads(&bytes, 0, "d");
    bytes_close(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_into_any_room),
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(failures_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
