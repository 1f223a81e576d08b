/* import/spill: what is set aside comes back. Plan: runs of many lengths, empty ones and ones
 * longer than what is written at once, read back in order, from the end, and between writes; a
 * folder that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/spill.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS = 400 };

/* The i-th run: its length and bytes follow from i alone. */
static void make_run(size_t i, struct bytes *run)
{
    size_t length = i % 7 == 0 ? 0 : i % 50 == 1 ? 400000 + i : i * i % 5000;
    bytes_clear(run);
    uint8_t *room = bytes_reserve(run, length + 1);
    assert_non_null(room);
    for (size_t at = 0; at < length; at++)
        room[at] = (uint8_t)(at * 31 + i);
    run->length = length;
}

static void check_run(struct spill *spill, size_t i, uint64_t where)
{
    struct bytes wanted = {0}, run = {0};
    struct atlas_error error;
    make_run(i, &wanted);
    assert_int_equal(spill_get(spill, where, &run, &error), ATLAS_OK);
    assert_int_equal(run.length, wanted.length);
    if (run.length) assert_memory_equal(run.data, wanted.data, run.length);
    bytes_close(&wanted);
    bytes_close(&run);
}

static void runs_come_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/spill-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct spill *spill = spill_new(folder);
    struct bytes run = {0};
    struct atlas_error error;
    uint64_t where[RUNS];
    assert_non_null(spill);
    for (size_t i = 0; i < RUNS; i++) {
        make_run(i, &run);
        assert_int_equal(spill_put(spill, &run, &where[i], &error), ATLAS_OK);
        check_run(spill, i, where[i]);
        check_run(spill, i / 2, where[i / 2]);
    }
    for (size_t i = 0; i < RUNS; i++)
        check_run(spill, i, where[i]);
    for (size_t i = RUNS; i-- > 0;)
        check_run(spill, i, where[i]);
    bytes_close(&run);
    assert_int_equal(rmdir(folder), 0); /* nothing in it has a name, even now */
    spill_free(spill);
}

static void a_folder_that_is_none_is_said(void **state)
{
    (void)state;
    struct spill *spill = spill_new("/tmp/no-such-folder-of-this-test");
    struct bytes run = {0};
    struct atlas_error error = {0};
    enum atlas_status status = ATLAS_OK;
    uint64_t where;
    make_run(51, &run);
    for (int i = 0; i < 2 && !status; i++)
        status = spill_put(spill, &run, &where, &error);
    assert_int_equal(status, ATLAS_IO);
    assert_non_null(strstr(error.message, "no-such-folder-of-this-test"));
    bytes_close(&run);
    spill_free(spill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_come_back),
        cmocka_unit_test(a_folder_that_is_none_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
