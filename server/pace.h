/* Pace: how long work gives way to ready answers.
 *
 * Of threads that want the same processor, Linux moves on from one to the next at its timer tick
 * only, 4 ms at 250 Hz, whatever their niceness and slices are. A thread that draws for a tenth of
 * a second would hold ready answers, and clients on this machine, up by whole ticks. So long work
 * stops by itself: after each 0.2 ms of processor time it sleeps as long, if anything was answered
 * meanwhile; else it goes on, once it let those go first who wait for its processor, and after 10
 * ms of work without an answer, at once. That is done by a timer and the handler of a signal to
 * this thread alone, which calls nothing but the kernel; the work itself, and the libraries that do
 * it, know nothing of it.
 */
#ifndef SERVER_PACE_H
#define SERVER_PACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Of one thread, which alone uses it. */
struct pace {
    timer_t timer;
    bool has_timer; /* without one, work is not paced */
    volatile sig_atomic_t at_work;
    bool is_batch;        /* so the scheduler was told, from the first stop on */
    uint64_t begun_ns;    /* of the thread's processor time: its last stop */
    uint64_t turn_ns;     /* of it, until the next */
    uint64_t answered;    /* pace_answered() calls seen by then */
    unsigned quiet_turns; /* of its last ones, in a row: nothing was answered in them */
};

/* Something ready was answered. Any thread; costs nanoseconds. */
void pace_answered(void);

/* For the calling thread; pace stays where it is until pace_close(). */
void pace_init(struct pace *pace);

/* Around a piece of work, on the thread of pace_init(); what is not known to be slow may go on for
 * 0.5 ms before it stops for the first time. System calls that the kernel never restarts (poll,
 * nanosleep, epoll_wait) may end early with EINTR in between. */
void pace_begin(struct pace *pace, bool slow);
void pace_end(struct pace *pace);

void pace_close(struct pace *pace);

#endif
