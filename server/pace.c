#include "server/pace.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/select.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id /* the C library names it since 2.38 */
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define PACE_SIGNAL SIGRTMIN

enum {
    SECOND_NS = 1000000000,
    WORK_NS = 200000,  /* adds so much to the wait of an answer, at most */
    PAUSE_NS = 200000, /* beside a stream of answers, work has half of one processor */
    QUICK_NS = 500000, /* what is to be quick is left alone so long */
    HARDLY_NS = 50000, /* of work left that are not worth another timer */
    ALONE_TURNS = 50   /* without an answer, until work takes itself to be alone */
};

static _Atomic uint64_t n_answered;

void pace_answered(void)
{
    atomic_fetch_add_explicit(&n_answered, 1, memory_order_relaxed);
}

static uint64_t worked_ns(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (uint64_t)spent.tv_sec * SECOND_NS + (uint64_t)spent.tv_nsec;
}

/* 0: not at all. */
static void call_after(struct pace *pace, uint64_t ns)
{
    const struct itimerspec once = {.it_value.tv_nsec = (long)ns};
    timer_settime(pace->timer, 0, &once, NULL);
}

static void use_policy(int policy)
{
    (void)sched_setscheduler(0, policy, &(struct sched_param){0}); /* of this thread alone */
}

/* For a moment: as long as it worked, if anything was answered since it last stopped. As a batch,
 * it doesn't take the processor away from another when it wakes up. Where nothing ready was asked
 * for in a while, others are work like itself, and to step back behind them would cost it a whole
 * tick of the scheduler each time: tiles of 5 ms took 40. */
static void stop_for_others(struct pace *pace)
{
    uint64_t answered = atomic_load_explicit(&n_answered, memory_order_relaxed);
    bool quiet = answered == pace->answered;
    pace->quiet_turns = quiet ? pace->quiet_turns + 1 : 0;
    if (pace->quiet_turns > ALONE_TURNS) {
        pace->quiet_turns = ALONE_TURNS;
        pace->begun_ns = worked_ns();
        return;
    }
    if (!pace->is_batch) use_policy(SCHED_BATCH);
    pace->is_batch = true;
    if (quiet)
        sched_yield();
    else
        pselect(0, NULL, NULL, NULL, &(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    pace->answered = answered;
    pace->begun_ns = worked_ns();
}

/* The timer counts all time, for the kernel's timers of processor time are as coarse as its tick;
 * so what others had of it is worked now. Calls nothing but the kernel. */
static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    struct pace *pace = info->si_value.sival_ptr;
    if (!pace->at_work) return;
    int error = errno; /* of the work */
    uint64_t spent_ns = worked_ns() - pace->begun_ns;
    bool soon = spent_ns + HARDLY_NS < pace->turn_ns;
    if (soon) {
        call_after(pace, pace->turn_ns - spent_ns);
    } else {
        stop_for_others(pace);
        pace->turn_ns = WORK_NS;
        call_after(pace, WORK_NS);
    }
    errno = error;
}

void pace_init(struct pace *pace)
{
    *pace = (struct pace){0};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    struct sigevent event = {
        .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = PACE_SIGNAL, .sigev_value.sival_ptr = pace};
    event.sigev_notify_thread_id = gettid();
    pace->has_timer = sigaction(PACE_SIGNAL, &action, NULL) == 0 &&
                      timer_create(CLOCK_MONOTONIC, &event, &pace->timer) == 0;
}

void pace_begin(struct pace *pace, bool slow)
{
    if (!pace->has_timer) return;
    pace->begun_ns = worked_ns();
    pace->turn_ns = slow ? WORK_NS : QUICK_NS;
    pace->at_work = true;
    call_after(pace, pace->turn_ns);
}

void pace_end(struct pace *pace)
{
    if (!pace->has_timer) return;
    pace->at_work = false;
    call_after(pace, 0);
    if (pace->is_batch) use_policy(SCHED_OTHER);
    pace->is_batch = false;
}

void pace_close(struct pace *pace)
{
    if (pace->has_timer) timer_delete(pace->timer);
}
