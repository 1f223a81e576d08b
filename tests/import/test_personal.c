/* import/personal: addresses and numbers of people are masked, other figures stay. The numbers here
 * are those that are set aside for fiction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/personal.h"

#include <stdlib.h>
#include <string.h>

static void people_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *masked;
        size_t found;
    } cases[] = {
        {"écrire à jean.dupont@example.org.", "écrire à [e-mail].", 1},
        {"<a_b+c@mairie-x.example.fr>", "<[e-mail]>", 1},
        {"a@example.org, b@example.org", "[e-mail], [e-mail]", 2},
        {"tél. 01 99 00 12 34", "tél. [tel]", 1},
        {"01.99.00.12.34", "[tel]", 1},
        {"0199001234", "[tel]", 1},
        {"06-39-98-12-34 ou", "[tel] ou", 1},
        {"+33 6 39 98 12 34", "[tel]", 1},
        {"+33 (0)6 39 98 12 34", "[tel]", 1},
        {"00226 25 00 00 00 après", "[tel] après", 1},
        {"+221 33 000 00 00", "[tel]", 1},
        /* what is no address and no number of a person */
        {"P0001 : 2019-2023, 8 500 000 €", "P0001 : 2019-2023, 8 500 000 €", 0},
        {"l. 5387-5392; l. 5547", "l. 5387-5392; l. 5547", 0},
        {"SIREN 200040715, INSEE 38185", "SIREN 200040715, INSEE 38185", 0},
        {"code 01004, 02004", "code 01004, 02004", 0},
        {"12/03/2019", "12/03/2019", 0},
        {"@mairie", "@mairie", 0},
        {"a@b", "a@b", 0},
        {"coût: +12 %", "coût: +12 %", 0},
        {"1 000 000 000 000", "1 000 000 000 000", 0},
        {"", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char masked[400];
        size_t found = personal_mask(cases[i].text, masked);
        assert_string_equal(masked, cases[i].masked);
        assert_int_equal(found, cases[i].found);
    }
}

/* The room asked for is enough for any text of these characters. */
static void never_writes_beyond_its_room(void **state)
{
    (void)state;
    static const char letters[] = "@.a0+ 1()-0é";
    srand(7);
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)rand() % 40;
        char *text = malloc(length + 1), *masked = malloc(2 * length + 1);
        for (size_t i = 0; i < length; i++)
            text[i] = letters[(size_t)rand() % (sizeof letters - 1)];
        text[length] = '\0';
        personal_mask(text, masked);
        assert_true(strlen(masked) <= 2 * length);
        free(text);
        free(masked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_masked),
        cmocka_unit_test(never_writes_beyond_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
