/* Threads that take turns: who runs what while somebody is at long work. */
#include "server/turns.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#define LANES 4

/* A lane whose work is a count of strokes, each of which may be long: then it waits for leave. */
struct lane {
    struct turns **turns;
    int fd;
    bool is_long, steps_aside;
    sem_t began, leave;
    atomic_bool at_work;
    _Atomic unsigned ran, left; /* times it was left to the thread at work */
    pthread_t by;
};

struct hall {
    struct turns *turns;
    struct lane lanes[LANES];
};

static bool run(void *context)
{
    struct lane *lane = context;
    uint64_t strokes;
    if (atomic_exchange(&lane->at_work, true)) {
        atomic_fetch_add(&lane->left, 1);
        return false;
    }
    if (read(lane->fd, &strokes, sizeof strokes) < 0) strokes = 0;
    lane->by = pthread_self();
    if (lane->steps_aside) turns_step_aside(*lane->turns);
    sem_post(&lane->began);
    if (lane->is_long) sem_wait(&lane->leave);
    atomic_fetch_add(&lane->ran, 1);
    atomic_store(&lane->at_work, false);
    return true;
}

static void open_hall(struct hall *hall, unsigned threads, unsigned leaders)
{
    struct turns_lane lanes[LANES];
    for (unsigned i = 0; i < LANES; i++) {
        struct lane *lane = &hall->lanes[i];
        *lane = (struct lane){.turns = &hall->turns, .fd = eventfd(0, EFD_NONBLOCK)};
        sem_init(&lane->began, 0, 0);
        sem_init(&lane->leave, 0, 0);
        lanes[i] = (struct turns_lane){.fd = lane->fd, .run = run, .context = lane};
    }
    hall->turns = turns_new(lanes, LANES, threads, leaders);
    assert_non_null(hall->turns);
}

static void close_hall(struct hall *hall)
{
    turns_stop(hall->turns);
    for (unsigned i = 0; i < LANES; i++) {
        close(hall->lanes[i].fd);
        sem_destroy(&hall->lanes[i].began);
        sem_destroy(&hall->lanes[i].leave);
    }
}

static void ask(struct lane *lane)
{
    uint64_t one = 1;
    assert_int_equal(write(lane->fd, &one, sizeof one), sizeof one);
}

static void wait_for_begin(struct lane *lane)
{
    assert_int_equal(sem_wait(&lane->began), 0);
}

/* One thread leads: it runs all lanes, while the others sleep. */
static void light_work_is_done_by_one_thread(void **state)
{
    (void)state;
    struct hall hall;
    open_hall(&hall, 3, 1);
    pthread_t first = 0;
    for (unsigned i = 0; i < 40; i++) {
        struct lane *lane = &hall.lanes[i % LANES];
        ask(lane);
        wait_for_begin(lane);
        if (i == 0) first = lane->by;
        assert_true(pthread_equal(lane->by, first));
    }
    close_hall(&hall);
    for (unsigned i = 0; i < LANES; i++)
        assert_int_equal(hall.lanes[i].ran, 40 / LANES);
}

/* While one is at long work and stepped aside, another runs the other lanes. */
static void others_go_on_beside_long_work(void **state)
{
    (void)state;
    struct hall hall;
    open_hall(&hall, 2, 1);
    hall.lanes[0].is_long = hall.lanes[0].steps_aside = true;
    ask(&hall.lanes[0]);
    wait_for_begin(&hall.lanes[0]);
    for (unsigned i = 0; i < 6; i++) {
        struct lane *lane = &hall.lanes[1 + i % 3];
        ask(lane);
        wait_for_begin(lane);
        assert_false(pthread_equal(lane->by, hall.lanes[0].by));
    }
    assert_int_equal(hall.lanes[0].ran, 0);
    sem_post(&hall.lanes[0].leave);
    close_hall(&hall);
    assert_int_equal(hall.lanes[0].ran, 1);
}

/* Opens a hall where one of two threads is at long work on a lane, which is asked for more. */
static struct lane *open_hall_at_work(struct hall *hall)
{
    open_hall(hall, 2, 2);
    struct lane *lane = &hall->lanes[2];
    lane->is_long = true;
    ask(lane);
    wait_for_begin(lane);
    ask(lane);
    return lane;
}

/* A lane is not run again before it was run to its end, be it asked or not. */
static void a_lane_at_work_waits_for_itself(void **state)
{
    (void)state;
    struct hall hall;
    struct lane *lane = open_hall_at_work(&hall);
    ask(&hall.lanes[3]); /* which the other thread answers, having seen both */
    wait_for_begin(&hall.lanes[3]);
    assert_int_equal(sem_trywait(&lane->began), -1);
    sem_post(&lane->leave);
    wait_for_begin(lane);
    sem_post(&lane->leave);
    close_hall(&hall);
    assert_int_equal(lane->ran, 2);
}

/* Woken, a lane runs though its fd says nothing. */
static void a_lane_can_be_woken(void **state)
{
    (void)state;
    struct hall hall;
    open_hall(&hall, 2, 1);
    for (unsigned i = 0; i < 5; i++) {
        turns_wake(hall.turns, 1);
        wait_for_begin(&hall.lanes[1]);
    }
    close_hall(&hall);
    assert_int_equal(hall.lanes[1].ran, 5);
    assert_int_equal(hall.lanes[0].ran, 0);
}

/* Woken while a thread is at long work on it, a lane whose fd is readable is left to that thread,
 * not looked at over and over. */
static void a_lane_is_left_to_whom_is_at_it(void **state)
{
    (void)state;
    struct hall hall;
    struct lane *lane = open_hall_at_work(&hall);
    turns_wake(hall.turns, 2);
    for (unsigned i = 0; i < 40; i++) { /* the other thread meanwhile */
        ask(&hall.lanes[3]);
        wait_for_begin(&hall.lanes[3]);
    }
    assert_true(lane->left <= 2); /* by its being woken, by its fd */
    assert_int_equal(lane->ran, 0);
    sem_post(&lane->leave);
    wait_for_begin(lane); /* what was left */
    sem_post(&lane->leave);
    close_hall(&hall);
    assert_int_equal(lane->ran, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(light_work_is_done_by_one_thread),
        cmocka_unit_test(others_go_on_beside_long_work),
        cmocka_unit_test(a_lane_at_work_waits_for_itself),
        cmocka_unit_test(a_lane_can_be_woken),
        cmocka_unit_test(a_lane_is_left_to_whom_is_at_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
