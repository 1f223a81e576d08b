/* import/report: what is said of rows. Plan: equal entries stand together with their lines; of very
 * many the first are listed and all are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/report.h"

#include <stdlib.h>
#include <string.h>

static struct pool *pool;
static struct report *report;

static int open_report(void **state)
{
    (void)state;
    pool = pool_new();
    report = pool ? report_new(pool) : NULL;
    return report ? 0 : -1;
}

static int close_report(void **state)
{
    (void)state;
    report_free(report);
    pool_free(pool);
    return 0;
}

/* True when the printed report holds the line. */
static bool prints(const char *line)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_print(report, out);
    fclose(out);
    bool found = strstr(text, line) != NULL;
    free(text);
    return found;
}

static void equal_entries_stand_together(void **state)
{
    (void)state;
    for (uint64_t line = 12; line > 2; line--)
        report_addf(report, REPORT_NOTE, "a.csv", line, "title", "mend it", "it is %s", "odd");
    report_add(report, REPORT_REJECTED, "a.csv", 2, NULL, "no", NULL);
    assert_int_equal(report_n(report, REPORT_NOTE), 10);
    assert_true(
        prints("  a.csv lines 3, 4, 5, 6, 7, 8, 9, 10 … (10 lines), column title: it is odd; "
               "mend it\n"));
    assert_true(prints("  a.csv line 2: no\n"));
    assert_false(prints("not listed"));
}

static void of_very_many_the_first_are_listed(void **state)
{
    (void)state;
    for (uint64_t line = 1; line <= 100007; line++)
        report_addf(report, REPORT_NOTE, NULL, line, NULL, NULL, "note %d", (int)line);
    assert_int_equal(report_n(report, REPORT_NOTE), 100007);
    assert_int_equal(report_unlisted(report, REPORT_NOTE), 7);
    assert_int_equal(report_unlisted(report, REPORT_REJECTED), 0);
    assert_true(prints("line 100000: note 100000\n"));
    assert_false(prints("note 100001"));
    assert_true(prints("and 7 more, which are counted but not listed\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(equal_entries_stand_together, open_report, close_report),
        cmocka_unit_test_setup_teardown(of_very_many_the_first_are_listed, open_report,
                                        close_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
