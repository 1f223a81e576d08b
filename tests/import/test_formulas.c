/* import/formulas: cells whose formula has no result. Plan: cells as Excel, LibreOffice, openpyxl
 * and others write them; the same in pieces of one byte; what is no sheet at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/formulas.h"

#include <string.h>

static const struct {
    const char *xml;
    uint64_t hollow;
} cases[] = {
    {"<c r=\"A1\"><v>5</v></c>", 0},
    {"<c r=\"A1\"><f>1+1</f><v>2</v></c>", 0},
    {"<c r=\"A1\"><f>1+1</f></c>", 1},
    {"<c r=\"A1\"><f>1+1</f><v></v></c>", 1},
    {"<c r=\"A1\"><f>1+1</f><v/></c>", 1},
    {"<c r=\"A1\"><f>1+1</f><v /></c><c r=\"A2\"><v>1</v></c>", 1},
    {"<c r=\"A1\" t=\"str\"><f>IF(B1,\"\",\"\")</f><v></v></c>", 0}, /* an empty text */
    {"<c r=\"A1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>", 0},
    {"<x:c r=\"A1\"><x:f>1+1</x:f></x:c><x:c><x:f>A1</x:f><x:v>1</x:v></x:c>", 1},
    {"<c r=\"A1\"><f t=\"shared\" si=\"0\"/></c>", 1},
    {"<c r=\"A1\"/><c r=\"A2\"/>", 0},
    {"<cols><col min=\"1\"/></cols><c><f>1</f><v>1</v></c>", 0},
    {"<<<>>></c></c><f", 0},
    {"", 0},
};

static void hollow_formulas_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct formulas whole = {0}, pieces = {0};
        const uint8_t *xml = (const uint8_t *)cases[i].xml;
        formulas_look(&whole, xml, strlen(cases[i].xml));
        for (size_t at = 0; at < strlen(cases[i].xml); at++)
            formulas_look(&pieces, xml + at, 1);
        if (whole.hollow != cases[i].hollow || pieces.hollow != cases[i].hollow)
            fail_msg("%s: %d, in pieces %d", cases[i].xml, (int)whole.hollow, (int)pieces.hollow);
    }
}

static void a_long_tag_is_no_harm(void **state)
{
    (void)state;
    struct formulas formulas = {0};
    uint8_t block[1000];
    memset(block, '<', 1);
    memset(block + 1, 'c', sizeof block - 1);
    for (int i = 0; i < 100; i++)
        formulas_look(&formulas, block, sizeof block);
    formulas_look(&formulas, (const uint8_t *)"><c><f>1</f></c>", 16);
    assert_int_equal(formulas.hollow, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hollow_formulas_are_counted),
        cmocka_unit_test(a_long_tag_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
