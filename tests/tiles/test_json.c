/* The JSON writer: exact text of a table of cases, and hostile text read back with jansson. */
#include "tests/tiles/fixture.h"
#include "tiles/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void numbers_are_short_and_honest(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {
        {0, 6, "0"},
        {-0.0, 6, "0"},
        {-0.0000001, 6, "0"},
        {1.5, 6, "1.5"},
        {2.35, 1, "2.4"},
        {-179.999999, 6, "-179.999999"},
        {100, 0, "100"},
        {100, 2, "100"},
        {1e15, 2, "1000000000000000"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {1234567.891, 2, "1234567.89"},
        {0.000001, 6, "0.000001"},
        {45.1822, 6, "45.1822"},
        {-0.5, 6, "-0.5"},
        {0.9999999, 6, "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes out = {0};
        struct json json;
        json_init(&json, &out);
        json_number(&json, cases[i].value, cases[i].decimals);
        bytes_append_byte(&out, '\0');
        assert_string_equal(out.data, cases[i].text);
        bytes_close(&out);
    }
}

/* The quick way against the library's, over the range of coordinates and a little more. */
static void numbers_are_those_of_printf(void **state)
{
    (void)state;
    uint64_t random = 12;
    for (int round = 0; round < 20000; round++) {
        double value = ((double)fixture_random(&random, 2000000000) - 1e9) / 997 *
                       (fixture_random(&random, 2) ? 1e-4 : 1);
        int decimals = (int)fixture_random(&random, 7);
        struct bytes out = {0};
        struct json json;
        json_init(&json, &out);
        json_number(&json, value, decimals);
        bytes_append_byte(&out, '\0');
        double read = strtod((const char *)out.data, NULL);
        double step = pow(10, -decimals);
        assert_true(fabs(read - value) <= step * 0.500001);
        assert_true(strlen((const char *)out.data) <= 20);
        bytes_close(&out);
    }
}

static void text_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cases[] = {
        {"", "\"\""},
        {"Đà Nẵng", "\"Đà Nẵng\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"</script>&", "\"\\u003c/script\\u003e\\u0026\""},
        {"a\nb\tc\x01\x7F", "\"a\\nb\\u0009c\\u0001\\u007f\""},
        {"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA", "\"\\u2028\\u2029\xE2\x80\xAA\""},
        {"\xC3", "\"\xEF\xBF\xBD\""},
        {"\xFF\xFE x", "\"\xEF\xBF\xBD\xEF\xBF\xBD x\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xF0\x9F\x8C\x8D", "\"\xF0\x9F\x8C\x8D\""},
        {NULL, "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes out = {0};
        struct json json;
        json_init(&json, &out);
        json_text(&json, cases[i].text);
        bytes_append_byte(&out, '\0');
        assert_string_equal(out.data, cases[i].written);
        bytes_close(&out);
    }
}

static void commas_stand_between_elements_only(void **state)
{
    (void)state;
    struct bytes out = {0};
    struct json json;
    json_init(&json, &out);
    json_object_begin(&json);
    json_key_text(&json, "a", "b");
    json_key(&json, "list");
    json_array_begin(&json);
    json_array_begin(&json);
    json_array_end(&json);
    json_int(&json, -5);
    json_object_begin(&json);
    json_object_end(&json);
    json_bool(&json, true);
    json_none(&json);
    json_array_end(&json);
    json_key_integer(&json, "n", INT64_MIN);
    json_object_end(&json);
    bytes_append_byte(&out, '\0');
    assert_string_equal(out.data,
                        "{\"a\":\"b\",\"list\":[[],-5,{},true,null],\"n\":-9223372036854775808}");
    bytes_close(&out);
}

static void too_deep_is_a_failure_and_no_overrun(void **state)
{
    (void)state;
    struct bytes out = {0};
    struct json json;
    json_init(&json, &out);
    for (int i = 0; i < JSON_MAX_DEPTH * 3; i++)
        json_array_begin(&json);
    assert_true(out.failed);
    bytes_close(&out);
}

static void random_bytes_are_always_valid_json(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int round = 0; round < 5000; round++) {
        char text[24];
        size_t length = fixture_random(&random, sizeof text);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + fixture_random(&random, 255));
        text[length] = '\0';
        struct bytes out = {0};
        struct json json;
        json_init(&json, &out);
        json_array_begin(&json);
        json_text(&json, text);
        json_array_end(&json);
        json_error_t error;
        json_t *read = json_loadb((const char *)out.data, out.length, 0, &error);
        assert_non_null(read);
        assert_int_equal(json_array_size(read), 1);
        assert_null(memchr(out.data, '<', out.length));
        json_decref(read);
        bytes_close(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_short_and_honest),
        cmocka_unit_test(numbers_are_those_of_printf),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(commas_stand_between_elements_only),
        cmocka_unit_test(too_deep_is_a_failure_and_no_overrun),
        cmocka_unit_test(random_bytes_are_always_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
