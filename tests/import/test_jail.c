/* import/jail: what a reader of somebody's file can do, and what becomes of it when it goes wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/jail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int write_hello(void *argument, int output)
{
    const char *text = argument;
    return write(output, text, strlen(text)) == (ssize_t)strlen(text) ? 7 : 8;
}

static int use_network(void *argument, int output)
{
    (void)argument, (void)output;
    return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? 0 : 1;
}

static int run_programme(void *argument, int output)
{
    (void)argument, (void)output;
    execl("/bin/true", "true", (char *)NULL);
    return errno == EPERM ? 0 : 1;
}

static int eat_memory(void *argument, int output)
{
    (void)argument, (void)output;
    for (int i = 0; i < 400; i++) {
        volatile char *block = malloc(1 << 20);
        if (!block) abort();
        for (int j = 0; j < 1 << 20; j += 512)
            block[j] = 1;
        usleep(1000);
    }
    return 0;
}

static int compute_for_ever(void *argument, int output)
{
    (void)output;
    for (volatile unsigned *n = argument;; (*n)++)
        continue;
    return 0;
}

static int crash(void *argument, int output)
{
    (void)argument, (void)output;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return 0;
}

static enum atlas_status run(struct jail_limits limits, jail_work work, void *argument,
                             int *exit_code, struct atlas_error *error)
{
    struct jail jail;
    assert_int_equal(jail_start(&limits, work, argument, &jail, error), ATLAS_OK);
    return jail_finish(&jail, "file.xlsx", exit_code, error);
}

static void hands_over_what_it_writes(void **state)
{
    (void)state;
    struct jail jail;
    struct atlas_error error;
    char text[] = "bonjour", got[16] = "";
    assert_int_equal(jail_start(&jail_default_limits, write_hello, text, &jail, &error), ATLAS_OK);
    assert_int_equal(read(jail.output, got, sizeof got), 7);
    assert_string_equal(got, text);
    int exit_code = 0;
    assert_int_equal(jail_finish(&jail, "x", &exit_code, &error), ATLAS_OK);
    assert_int_equal(exit_code, 7);
    jail_kill(&jail); /* harmless */
}

static void has_no_network_and_no_programmes(void **state)
{
    (void)state;
    struct atlas_error error;
    int exit_code = -1;
    assert_int_equal(run(jail_default_limits, use_network, NULL, &exit_code, &error), ATLAS_OK);
    assert_int_equal(exit_code, 0);
    assert_int_equal(run(jail_default_limits, run_programme, NULL, &exit_code, &error), ATLAS_OK);
    assert_int_equal(exit_code, 0);
}

static void limits_end_it_with_a_sentence(void **state)
{
    (void)state;
    struct atlas_error error;
    struct jail_limits small = {.memory_bytes = 100 << 20, .cpu_seconds = 60};
    enum atlas_status status = run(small, eat_memory, NULL, NULL, &error);
    assert_true(status == ATLAS_TOO_LARGE || status == ATLAS_CORRUPT);
    assert_non_null(strstr(error.message, "100 MB"));
    assert_non_null(strstr(error.message, "file.xlsx"));

    unsigned n = 0;
    struct jail_limits brief = {.cpu_seconds = 1};
    assert_int_equal(run(brief, compute_for_ever, &n, NULL, &error), ATLAS_TOO_LARGE);
    assert_non_null(strstr(error.message, "1 s"));

    assert_int_equal(run(jail_default_limits, crash, NULL, NULL, &error), ATLAS_CORRUPT);
    assert_non_null(strstr(error.message, "crashed"));
}

static void can_be_killed(void **state)
{
    (void)state;
    unsigned n = 0;
    struct jail jail;
    struct atlas_error error;
    assert_int_equal(jail_start(&jail_default_limits, compute_for_ever, &n, &jail, &error),
                     ATLAS_OK);
    pid_t child = jail.child;
    jail_kill(&jail);
    assert_int_equal(jail.child, 0);
    assert_int_equal(kill(child, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_over_what_it_writes),
        cmocka_unit_test(has_no_network_and_no_programmes),
        cmocka_unit_test(limits_end_it_with_a_sentence),
        cmocka_unit_test(can_be_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
