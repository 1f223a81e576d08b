/* Workers: threads for what isn't ready, behind a bounded queue. They yield to the HTTP threads,
 * what takes long every 0.2 ms (server/pace), so that a slow build does not delay ready answers.
 */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include "geo/bytes.h"

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* One piece of work; owned by the caller until run() was called. */
struct job {
    void (*run)(struct job *job, bool cancelled); /* cancelled: only clean up, the programme ends */
    bool slow;          /* may take long (a picture, a whole file): leaves one worker free */
    bool goes_on;       /* the next part of something begun: taken even when the queue is full */
    struct bytes *room; /* memory that the worker keeps from job to job; set before run() */
    struct job *next;
};

/* n threads (1 to 64), max_queue jobs waiting. NULL when they can't be started. */
struct workers *workers_new(unsigned n, size_t max_queue);

/* Hands job over; false, and nothing happens, when the queue is full (goes_on: even then it is
 * taken) or the workers stop. */
bool workers_submit(struct workers *workers, struct job *job);

/* Jobs that wait, and jobs being done. */
void workers_figures(struct workers *workers, size_t *waiting, size_t *running);

/* Cancels what waits, finishes what runs, frees. NULL is harmless. */
void workers_stop(struct workers *workers);

#endif
