/* geo/status: a message for a person is whole UTF-8, on one line, however long the input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/status.h"

#include <string.h>

static void every_code_has_a_text(void **state)
{
    (void)state;
    for (int code = ATLAS_OK; code <= ATLAS_CANCELLED; code++)
        assert_string_not_equal(atlas_status_text((enum atlas_status)code), "unknown status");
    assert_string_equal(atlas_status_text((enum atlas_status)999), "unknown status");
}

static void fails_with_a_sentence(void **state)
{
    (void)state;
    struct atlas_error error;
    assert_int_equal(atlas_fail(&error, ATLAS_INVALID, "line %d:\tbad\nyear", 3), ATLAS_INVALID);
    assert_int_equal(error.status, ATLAS_INVALID);
    assert_string_equal(error.message, "line 3: bad year");
    assert_int_equal(atlas_fail(NULL, ATLAS_IO, "nobody listens"), ATLAS_IO);
}

static void cuts_long_texts_between_characters(void **state)
{
    (void)state;
    struct atlas_error error;
    char text[2 * sizeof error.message];
    for (size_t shift = 0; shift < 2; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 2 < sizeof text; i += 2)
            memcpy(text + i, "é", 3);
        atlas_fail(&error, ATLAS_INVALID, "%s", text);
        size_t length = strlen(error.message);
        assert_true(length >= sizeof error.message - 2);
        assert_int_equal((length - shift) % 2, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text),
        cmocka_unit_test(fails_with_a_sentence),
        cmocka_unit_test(cuts_long_texts_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
