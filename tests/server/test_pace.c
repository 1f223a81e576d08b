/* Long work that gives way: it stops beside answers, only then, and comes out the same. */
#include "server/pace.h"
#include "server/workers.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORK_MS = 30, QUICK_MS = 1, HARDLY_ANY = 5 };

static double worked_ms(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (double)spent.tv_sec * 1e3 + (double)spent.tv_nsec / 1e6;
}

/* How often this thread went to sleep by itself so far. */
static long sleeps(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
    return usage.ru_nvcsw;
}

/* Works for a while; answers: something ready is answered all the time. Returns its sleeps. */
static long work(double ms, bool answers)
{
    long before = sleeps();
    double end_ms = worked_ms() + ms;
    while (worked_ms() < end_ms)
        if (answers) pace_answered();
    return sleeps() - before;
}

static void long_work_stops_beside_answers(void **state)
{
    (void)state;
    struct pace pace;
    pace_init(&pace);
    assert_true(pace.has_timer);
    pace_begin(&pace, true);
    long beside = work(WORK_MS, true), alone = work(WORK_MS, false);
    assert_int_equal(sched_getscheduler(0), SCHED_BATCH);
    pace_end(&pace);
    assert_int_equal(sched_getscheduler(0), SCHED_OTHER);
    long after = work(WORK_MS, true);
    pace_close(&pace);
    assert_in_range(beside, WORK_MS, 10 * WORK_MS); /* after 1 ms at the latest */
    assert_in_range(alone, 0, HARDLY_ANY);
    assert_in_range(after, 0, HARDLY_ANY);
}

/* Where nothing ready was answered for long, the next piece of work steps back behind nobody, until
 * something is. */
static void work_that_is_alone_goes_on(void **state)
{
    (void)state;
    struct pace pace;
    pace_init(&pace);
    pace_begin(&pace, true);
    work(WORK_MS, false);
    pace_end(&pace);
    pace_begin(&pace, true);
    work(WORK_MS, false);
    assert_int_equal(sched_getscheduler(0), SCHED_OTHER);
    long beside = work(WORK_MS, true);
    assert_int_equal(sched_getscheduler(0), SCHED_BATCH);
    assert_in_range(beside, WORK_MS, 10 * WORK_MS);
    pace_end(&pace);
    pace_close(&pace);
}

/* Sums that a disturbed register or errno would spoil. */
static double reckon(void)
{
    double sum = 0;
    for (unsigned i = 1; i < 400000; i++) {
        sum += sin(i) / sqrt(i);
        if (i % 64 == 0) pace_answered();
    }
    return sum;
}

static void work_comes_out_the_same(void **state)
{
    (void)state;
    double plain = reckon();
    struct pace pace;
    pace_init(&pace);
    for (int i = 0; i < 5; i++) {
        pace_begin(&pace, true);
        double paced = reckon();
        pace_end(&pace);
        assert_memory_equal(&paced, &plain, sizeof plain);
    }
    pace_close(&pace);
}

static void *write_late(void *context)
{
    const int *fd = context;
    usleep(20000);
    assert_int_equal(write(*fd, "late", 4), 4);
    return NULL;
}

/* Work that waits for a file, or a lock, waits on. */
static void waiting_is_not_broken_off(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_late, &ends[1]), 0);
    struct pace pace;
    char text[4];
    pace_init(&pace);
    pace_begin(&pace, true);
    assert_int_equal(read(ends[0], text, sizeof text), sizeof text);
    pace_end(&pace);
    pace_close(&pace);
    assert_memory_equal(text, "late", sizeof text);
    pthread_join(writer, NULL);
    close(ends[0]);
    close(ends[1]);
}

struct task {
    struct job job;
    double ms;
    long slept;
    sem_t done;
};

static void run_task(struct job *job, bool cancelled)
{
    struct task *task = (struct task *)(void *)job; /* its first member */
    task->slept = cancelled ? -1 : work(task->ms, true);
    sem_post(&task->done);
}

/* Of the workers' jobs those that take long are paced, be they known to or not; for a quick one
 * somebody waits. */
static void workers_pace_what_takes_long(void **state)
{
    (void)state;
    static const struct {
        bool slow;
        double ms;
        long least, most; /* sleeps */
    } cases[] = {
        {true, WORK_MS, WORK_MS, 10 * WORK_MS},
        {false, QUICK_MS, 0, HARDLY_ANY},
        {false, WORK_MS, WORK_MS, 10 * WORK_MS},
        {false, QUICK_MS, 0, HARDLY_ANY},
    };
    struct workers *workers = workers_new(1, 4);
    assert_non_null(workers);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task task = {.job = {.run = run_task, .slow = cases[i].slow}, .ms = cases[i].ms};
        sem_init(&task.done, 0, 0);
        assert_true(workers_submit(workers, &task.job));
        assert_int_equal(sem_wait(&task.done), 0);
        assert_in_range(task.slept, cases[i].least, cases[i].most);
        sem_destroy(&task.done);
    }
    workers_stop(workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_work_stops_beside_answers),
        cmocka_unit_test(work_that_is_alone_goes_on),
        cmocka_unit_test(work_comes_out_the_same),
        cmocka_unit_test(waiting_is_not_broken_off),
        cmocka_unit_test(workers_pace_what_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
