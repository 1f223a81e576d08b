/* Refusals in French: which parameter is at fault, told from the English sentence alone or not. */
#include "server/problem_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>

static void the_parameter_is_read_off_the_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *name;
    } cases[] = {
        {"Parameter 'classes': '99' is not allowed; allowed: 1 to 9.", "classes"},
        {"Parameter 'frame' stands without 'lon', 'lat' and 'zoom': it says all three.", "frame"},
        {"Parameter 'breaks' stands without 'classes' and 'method': it says both.", "breaks"},
        {"Parameter 'width': with 'height' and 'scale' the picture is too large or too small.",
         "width"},
        {"parameter theme: “a: 'b' c” is not a value of it; allowed: codes", "theme"},
        {"There is nothing at this address.", ""},
        {"Parameter 'without an end", ""},
        {"parameter ", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[PROBLEM_PARAMETER_SIZE];
        problem_words_parameter(cases[i].sentence, name);
        assert_string_equal(name, cases[i].name);
    }
}

static void a_page_says_what_a_programme_is_told(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Parameter 'classes': '99' is not allowed; allowed: 1 to 9.",
         "Le paramètre « classes » ne peut pas être « 99 » ; sont permis : 1 à 9."},
        {"Parameter 'top': '' is not allowed; allowed: 1 to 999999999.",
         "Le paramètre « top » ne peut pas être vide ; sont permis : 1 à 999999999."},
        {"There is nothing at this address.", "Il n’y a rien à cette adresse."},
        {"No form of ours.", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes french = {0};
        problem_words_french(cases[i][0], NULL, &french);
        bytes_append_byte(&french, '\0');
        assert_false(french.failed);
        assert_string_equal((const char *)french.data, cases[i][1]);
        bytes_close(&french);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameter_is_read_off_the_sentence),
        cmocka_unit_test(a_page_says_what_a_programme_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
