/* Threads that take turns at event loops ("lanes"). A few of them lead: one that leads waits for a
 * lane with something to do and runs it; the others sleep until one that leads steps aside,
 * because what it is about to do takes long. So light work is done by few threads, in batches and
 * without waking anybody, and long work by as many as there are.
 */
#ifndef SERVER_TURNS_H
#define SERVER_TURNS_H

#include <stdbool.h>

struct turns;

struct turns_lane {
    int fd; /* readable: the lane has something to do */
    /* Does it; may be called while another thread's call lasts. False: nothing was done, for that
     * other call goes on to do it; until it returns, fd is not looked at. */
    bool (*run)(void *context);
    void *context;
};

/* Starts n_threads (1 to 64), of which n_leaders (1 to n_threads) lead at a time, over n_lanes
 * (1 to 64); lanes are copied. NULL, and errno, when they can't be started. */
struct turns *turns_new(const struct turns_lane *lanes, unsigned n_lanes, unsigned n_threads,
                        unsigned n_leaders);

/* From within run(), before something that takes a few dozen microseconds or more: lets another
 * thread lead meanwhile. Harmless when this one leads no more. */
void turns_step_aside(struct turns *turns);

/* Has lane number `lane` run soon though its fd may not be readable. Any thread. */
void turns_wake(struct turns *turns, unsigned lane);

/* Waits for what runs, ends the threads, frees. NULL is harmless. */
void turns_stop(struct turns *turns);

#endif
