#include "server/workers.h"

#include "server/pace.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

#define MAX_WORKERS 64
#define NICENESS    1 /* behind the HTTP threads, but not for long: pace stops what is slow */

struct queue {
    struct job *first, **last;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct queue quick, slow;
    size_t waiting, max_queue, running, running_slow;
    bool stopping;
    unsigned n;
    pthread_t threads[MAX_WORKERS];
};

static void append(struct queue *queue, struct job *job)
{
    job->next = NULL;
    *queue->last = job;
    queue->last = &job->next;
}

static struct job *take_first(struct queue *queue)
{
    struct job *job = queue->first;
    if (!job) return NULL;
    queue->first = job->next;
    if (!queue->first) queue->last = &queue->first;
    return job;
}

/* The next job that this moment allows, or NULL. One worker, where there are two, is kept for
 * quick jobs. */
static struct job *take(struct workers *workers)
{
    struct job *job = take_first(&workers->quick);
    if (!job && (workers->n == 1 || workers->running_slow + 1 < workers->n))
        job = take_first(&workers->slow);
    if (job) workers->waiting--;
    return job;
}

static void *work(void *context)
{
    struct workers *workers = context;
    /* On Linux, of this thread alone. Without the right to, it runs at par. */
    (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    struct bytes room = {0};
    struct pace pace;
    pace_init(&pace);
    pthread_mutex_lock(&workers->lock);
    while (!workers->stopping) {
        struct job *job = take(workers);
        if (!job) {
            pthread_cond_wait(&workers->wake, &workers->lock);
            continue;
        }
        bool slow = job->slow; /* the job may be gone once it ran */
        workers->running++;
        workers->running_slow += slow;
        pthread_mutex_unlock(&workers->lock);
        job->room = &room;
        pace_begin(&pace, slow);
        job->run(job, false);
        pace_end(&pace);
        pthread_mutex_lock(&workers->lock);
        workers->running--;
        workers->running_slow -= slow;
        if (slow) pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    pace_close(&pace);
    bytes_close(&room);
    return NULL;
}

struct workers *workers_new(unsigned n, size_t max_queue)
{
    struct workers *workers = calloc(1, sizeof *workers);
    if (!workers) return NULL;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    workers->quick.last = &workers->quick.first;
    workers->slow.last = &workers->slow.first;
    workers->max_queue = max_queue;
    for (unsigned i = 0; i < n && i < MAX_WORKERS; i++) {
        if (pthread_create(&workers->threads[i], NULL, work, workers) != 0) break;
        pthread_mutex_lock(&workers->lock);
        workers->n++;
        pthread_mutex_unlock(&workers->lock);
    }
    if (workers->n > 0) return workers;
    workers_stop(workers);
    return NULL;
}

bool workers_submit(struct workers *workers, struct job *job)
{
    pthread_mutex_lock(&workers->lock);
    bool room = workers->waiting < workers->max_queue || job->goes_on;
    bool taken = room && !workers->stopping;
    if (taken) {
        append(job->slow ? &workers->slow : &workers->quick, job);
        workers->waiting++;
        pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    return taken;
}

void workers_figures(struct workers *workers, size_t *waiting, size_t *running)
{
    pthread_mutex_lock(&workers->lock);
    *waiting = workers->waiting;
    *running = workers->running;
    pthread_mutex_unlock(&workers->lock);
}

void workers_stop(struct workers *workers)
{
    if (!workers) return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
    for (unsigned i = 0; i < workers->n; i++)
        pthread_join(workers->threads[i], NULL);
    struct job *job;
    while ((job = take_first(&workers->quick)) || (job = take_first(&workers->slow)))
        job->run(job, true);
    pthread_cond_destroy(&workers->wake);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
