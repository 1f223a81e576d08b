#include "server/current.h"

#include "tiles/prepared.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one state of a file from another. */
struct file_state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

struct current {
    const char *path;
    void (*swapped)(void *context);
    void *context;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t watcher;
    atomic_bool stopping;
    bool look;
    const struct edition *edition;
    _Atomic uint64_t generation; /* of edition */
    struct file_state seen;      /* the file last tried */
    struct current_health health;
};

static struct file_state state_of(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0) return (struct file_state){0};
    return (struct file_state){file.st_dev, file.st_ino, file.st_size, file.st_mtim};
}

static bool same_state(const struct file_state *a, const struct file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec;
}

static void remember_failure(struct current *current, const struct atlas_error *error)
{
    struct current_health *health = &current->health;
    health->failures++;
    health->failed_at = time(NULL);
    /* Strangers read it: what is wrong, but not where the file lies. The log has the sentence. */
    snprintf(health->failure, sizeof health->failure, "the new file cannot be read: %s",
             atlas_status_text(error->status));
    fprintf(stderr,
            "passerelle-serve: the edition in use stays, for the new file can't be read: "
            "%s\n",
            error->message);
}

/* What tiles need is made before they are asked for; what making took besides goes back. */
static void prepare(const struct current *current, const struct edition *edition)
{
    prepared_warm(edition, &current->stopping);
    malloc_trim(0);
}

/* Loads what is on disk and puts it in place of what is served. */
static void take_over(struct current *current, struct file_state state)
{
    const struct edition *loaded = NULL;
    struct atlas_error error;
    enum atlas_status status = edition_load(current->path, &loaded, &error);
    if (status == ATLAS_OK) prepare(current, loaded);
    pthread_mutex_lock(&current->lock);
    current->seen = state;
    const struct edition *old = NULL;
    if (status) {
        remember_failure(current, &error);
    } else {
        old = current->edition;
        current->edition = loaded;
        atomic_fetch_add(&current->generation, 1);
        current->health.failed_at = 0;
        current->health.failure[0] = '\0';
        current->health.loaded_at = time(NULL);
        current->health.reloads++;
    }
    pthread_mutex_unlock(&current->lock);
    if (status) return;
    fprintf(stderr, "passerelle-serve: edition %u of %s is now served\n", loaded->number,
            loaded->date);
    edition_release(old);
    if (current->swapped) current->swapped(current->context);
}

static void *watch(void *context)
{
    struct current *current = context;
    prepare(current, current->edition); /* nobody but this thread swaps it */
    pthread_mutex_lock(&current->lock);
    while (!current->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        if (!current->look) pthread_cond_timedwait(&current->wake, &current->lock, &until);
        bool asked = current->look;
        current->look = false;
        if (current->stopping) break;
        struct file_state seen = current->seen;
        pthread_mutex_unlock(&current->lock);
        struct file_state now = state_of(current->path);
        /* A file that is gone for a moment is no news; renaming never leaves a gap. */
        if (now.inode && (!same_state(&now, &seen) || (asked && current->health.failed_at)))
            take_over(current, now);
        pthread_mutex_lock(&current->lock);
    }
    pthread_mutex_unlock(&current->lock);
    return NULL;
}

enum atlas_status current_open(const char *path, void (*swapped)(void *context), void *context,
                               struct current **result, struct atlas_error *error)
{
    struct current *current = calloc(1, sizeof *current);
    if (!current) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    current->path = path;
    current->swapped = swapped;
    current->context = context;
    current->seen = state_of(path);
    enum atlas_status status = edition_load(path, &current->edition, error);
    if (status) {
        free(current);
        return status;
    }
    current->health.loaded_at = time(NULL);
    pthread_mutex_init(&current->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&current->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&current->watcher, NULL, watch, current) != 0) {
        edition_release(current->edition);
        free(current);
        return atlas_fail(error, ATLAS_NO_MEMORY, "cannot start a thread");
    }
    *result = current;
    return ATLAS_OK;
}

void current_close(struct current *current)
{
    if (!current) return;
    pthread_mutex_lock(&current->lock);
    current->stopping = true;
    pthread_cond_signal(&current->wake);
    pthread_mutex_unlock(&current->lock);
    pthread_join(current->watcher, NULL);
    edition_release(current->edition);
    pthread_cond_destroy(&current->wake);
    pthread_mutex_destroy(&current->lock);
    free(current);
}

uint64_t current_generation(const struct current *current)
{
    return atomic_load_explicit(&current->generation, memory_order_acquire);
}

const struct edition *current_edition(struct current *current)
{
    pthread_mutex_lock(&current->lock);
    const struct edition *edition = edition_get(current->edition);
    pthread_mutex_unlock(&current->lock);
    return edition;
}

void current_health(struct current *current, struct current_health *health)
{
    pthread_mutex_lock(&current->lock);
    *health = current->health;
    pthread_mutex_unlock(&current->lock);
}

void current_look(struct current *current)
{
    pthread_mutex_lock(&current->lock);
    current->look = true;
    pthread_cond_signal(&current->wake);
    pthread_mutex_unlock(&current->lock);
}
