/* import/progress: how far a step has come. Plan: nothing at once; after a while count, share, rate
 * and time left, on one line that goes away again; in a log nothing rewrites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/progress.h"

#include <stdlib.h>
#include <string.h>

static void pass_time(double seconds)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)(seconds * 1e9)}, NULL);
}

static void a_line_says_rate_and_time_left(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    struct progress progress;
    progress_begin(&progress, out, false, "reading");
    progress_show(&progress, 64, "rows", 0.1);
    fflush(out);
    assert_int_equal(size, 0); /* too early to say */
    pass_time(0.25);
    progress_show(&progress, 65, "rows", 0.1); /* the clock is looked at now and then only */
    fflush(out);
    assert_int_equal(size, 0);
    progress_show(&progress, 128, "rows", 0.5);
    fflush(out);
    assert_non_null(strstr(text, "\rreading: 128 rows, 50 %"));
    assert_non_null(strstr(text, "rows/s"));
    assert_non_null(strstr(text, "s left"));
    progress_end(&progress);
    fflush(out);
    assert_non_null(strstr(text, "\r\033[K"));
    fclose(out);
    free(text);
}

static void a_log_has_lines_now_and_then(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct progress progress;
    progress_begin(&progress, out, true, "writing");
    pass_time(0.25);
    progress_show(&progress, 128, "rows", 0.5); /* too early */
    progress.shown.tv_sec -= 6;
    progress_show(&progress, 192, "rows", 0.5);
    progress_end(&progress);
    fclose(out);
    assert_true(strncmp(text, "writing: 192 rows, 50 %", 23) == 0);
    assert_null(strchr(text, '\r'));
    assert_int_equal(text[size - 1], '\n');
    free(text);
    progress_begin(&progress, NULL, true, "writing");
    progress_show(&progress, 64, "rows", 1);
    progress_end(&progress);
}

static void a_step_without_measure_is_named(void **state)
{
    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        struct progress progress;
        progress_begin(&progress, out, lines, "publishing");
        progress_wait(&progress);
        progress_end(&progress);
        fclose(out);
        assert_string_equal(text, lines ? "publishing …\n" : "\r\033[Kpublishing …\r\r\033[K");
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_rate_and_time_left),
        cmocka_unit_test(a_log_has_lines_now_and_then),
        cmocka_unit_test(a_step_without_measure_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
