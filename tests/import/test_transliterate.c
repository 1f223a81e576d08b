/* import/transliterate: other scripts in Latin letters; Latin as it is; cuts and hostile bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/name.h"
#include "import/transliterate.h"

#include <stdlib.h>
#include <string.h>

static void spells_other_scripts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"Кременчук", "kremencuk"},
        {"Αθήνα", "athena"},
        {"Երևան", "erevan"},
        {"თბილისი", "tbilisi"},
        {"Paris", "paris"},
        {"Thừa Thiên-Huế", "thua thien hue"},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char latin[200], folded[200];
        size_t n = transliterate(cases[i].text, latin, sizeof latin);
        assert_int_equal(n, strlen(latin));
        name_fold(latin, folded, sizeof folded);
        assert_string_equal(folded, cases[i].folded);
    }
}

static void survives_hostile_text(void **state)
{
    (void)state;
    char small[4];
    assert_int_equal(transliterate("ééé", small, sizeof small), 2);
    assert_string_equal(small, "é");
    assert_int_equal(transliterate("\xFF\xFE Ж", small, 0), 0);
    char *long_text = malloc(1000001);
    assert_non_null(long_text);
    for (size_t i = 0; i < 1000000; i += 2)
        memcpy(long_text + i, "Ж", 2);
    long_text[1000000] = '\0';
    char latin[100];
    assert_true(transliterate(long_text, latin, sizeof latin) < sizeof latin);
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_other_scripts),
        cmocka_unit_test(survives_hostile_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
