#include "server/turns.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_THREADS 64

struct place {
    struct turns_lane lane;
    int wake_fd; /* each write to it wakes; never read */
};

struct turns {
    int epoll_fd, stop_fd;
    sem_t lead; /* how many more may lead */
    unsigned n_threads, n_lanes;
    pthread_t threads[MAX_THREADS];
    struct place places[];
};

static _Thread_local bool leads;

static bool watch(struct turns *turns, int operation, int fd, uint32_t events, struct place *place)
{
    struct epoll_event event = {.events = events, .data.ptr = place};
    return fd >= 0 && epoll_ctl(turns->epoll_fd, operation, fd, &event) == 0;
}

/* Once noticed, not again until it was run, by whomever: what is left to a thread at long work
 * stays readable meanwhile, and would be noticed over and over. */
static bool watch_lane(struct turns *turns, int operation, struct place *place)
{
    return watch(turns, operation, place->lane.fd, EPOLLIN | EPOLLONESHOT, place);
}

static void *take_turns(void *context)
{
    struct turns *turns = context;
    for (;;) {
        while (!leads)
            leads = sem_wait(&turns->lead) == 0;
        /* One at a time: a second one would wait behind the first, while another thread is free. */
        struct epoll_event event;
        if (epoll_wait(turns->epoll_fd, &event, 1, -1) != 1) continue;
        struct place *place = event.data.ptr;
        if (!place) break;
        if (place->lane.run(place->lane.context) && !watch_lane(turns, EPOLL_CTL_MOD, place))
            abort(); /* clients would wait for ever */
    }
    turns_step_aside(turns);
    return NULL;
}

static bool add_lane(struct turns *turns, const struct turns_lane *lane)
{
    struct place *place = &turns->places[turns->n_lanes++];
    place->lane = *lane;
    place->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return watch_lane(turns, EPOLL_CTL_ADD, place) &&
           watch(turns, EPOLL_CTL_ADD, place->wake_fd, EPOLLIN | EPOLLET, place);
}

struct turns *turns_new(const struct turns_lane *lanes, unsigned n_lanes, unsigned n_threads,
                        unsigned n_leaders)
{
    struct turns *turns = calloc(1, sizeof *turns + n_lanes * sizeof turns->places[0]);
    if (!turns) return NULL;
    turns->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    turns->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sem_init(&turns->lead, 0, n_leaders);
    bool started = watch(turns, EPOLL_CTL_ADD, turns->stop_fd, EPOLLIN, NULL);
    for (unsigned i = 0; i < n_lanes && started; i++)
        started = add_lane(turns, &lanes[i]);
    for (unsigned i = 0; i < n_threads && started; i++) {
        errno = pthread_create(&turns->threads[i], NULL, take_turns, turns);
        started = errno == 0;
        turns->n_threads += started;
    }
    if (started) return turns;
    int why = errno;
    turns_stop(turns);
    errno = why;
    return NULL;
}

static void add_one(int fd)
{
    uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

void turns_wake(struct turns *turns, unsigned lane)
{
    add_one(turns->places[lane].wake_fd);
}

void turns_step_aside(struct turns *turns)
{
    if (!leads) return;
    leads = false;
    sem_post(&turns->lead);
}

static void close_if_open(int fd)
{
    if (fd >= 0) close(fd);
}

void turns_stop(struct turns *turns)
{
    if (!turns) return;
    add_one(turns->stop_fd); /* which no thread reads: all see it */
    for (unsigned i = 0; i < turns->n_threads; i++)
        pthread_join(turns->threads[i], NULL);
    for (unsigned i = 0; i < turns->n_lanes; i++)
        close_if_open(turns->places[i].wake_fd);
    close_if_open(turns->stop_fd);
    close_if_open(turns->epoll_fd);
    sem_destroy(&turns->lead);
    free(turns);
}
