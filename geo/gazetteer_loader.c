#include "geo/gazetteer_loader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COUNTRIES = 320, NAMES_BEFORE = 4 };

enum state { SEEN, WAITING, LOADING, READY, TAKEN };

struct country {
    char iso[3];
    enum state state;
    unsigned names;
    struct gazetteer_index *index; /* of a READY one; NULL: it could not be read */
};

struct gazetteer_loader {
    gazetteer_load *load;
    void *context;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t ready;
    struct country countries[MOST_COUNTRIES];
    size_t n;
    pthread_t thread;
    bool busy, joinable; /* the thread is at work; it was begun and not joined */
};

struct gazetteer_loader *gazetteer_loader_new(gazetteer_load *load, void *context)
{
    struct gazetteer_loader *loader = calloc(1, sizeof *loader);
    if (!loader) return NULL;
    loader->load = load;
    loader->context = context;
    pthread_mutex_init(&loader->mutex, NULL);
    pthread_cond_init(&loader->ready, NULL);
    return loader;
}

void gazetteer_loader_free(struct gazetteer_loader *loader)
{
    if (!loader) return;
    pthread_mutex_lock(&loader->mutex);
    for (size_t i = 0; i < loader->n; i++)
        if (loader->countries[i].state == WAITING) loader->countries[i].state = TAKEN;
    pthread_mutex_unlock(&loader->mutex);
    gazetteer_loader_settle(loader);
    for (size_t i = 0; i < loader->n; i++)
        gazetteer_index_free(loader->countries[i].index);
    pthread_mutex_destroy(&loader->mutex);
    pthread_cond_destroy(&loader->ready);
    free(loader);
}

/* The country's entry, a new one if need be; NULL when there is no room. */
static struct country *find(struct gazetteer_loader *loader, const char *country_iso)
{
    for (size_t i = 0; i < loader->n; i++)
        if (strcmp(loader->countries[i].iso, country_iso) == 0) return &loader->countries[i];
    if (loader->n == MOST_COUNTRIES) return NULL;
    struct country *country = &loader->countries[loader->n++];
    memcpy(country->iso, country_iso, strnlen(country_iso, 2));
    return country;
}

static struct country *next_waiting(struct gazetteer_loader *loader)
{
    for (size_t i = 0; i < loader->n; i++)
        if (loader->countries[i].state == WAITING) return &loader->countries[i];
    return NULL;
}

static void *read_waiting(void *argument)
{
    struct gazetteer_loader *loader = argument;
    struct country *country;
    pthread_mutex_lock(&loader->mutex);
    while ((country = next_waiting(loader))) {
        country->state = LOADING;
        pthread_mutex_unlock(&loader->mutex);
        struct gazetteer_index *index = loader->load(loader->context, country->iso);
        pthread_mutex_lock(&loader->mutex);
        country->index = index;
        country->state = READY;
        pthread_cond_broadcast(&loader->ready);
    }
    loader->busy = false;
    pthread_mutex_unlock(&loader->mutex);
    return NULL;
}

/* With the mutex held. A thread that was at its end may still be there: it is joined first. */
static void begin(struct gazetteer_loader *loader)
{
    if (loader->busy) return;
    if (loader->joinable) pthread_join(loader->thread, NULL);
    loader->busy = true;
    loader->joinable = pthread_create(&loader->thread, NULL, read_waiting, loader) == 0;
    loader->busy = loader->joinable;
}

void gazetteer_loader_saw(struct gazetteer_loader *loader, const char *country_iso)
{
    pthread_mutex_lock(&loader->mutex);
    struct country *country = find(loader, country_iso);
    if (country && country->state == SEEN && ++country->names >= NAMES_BEFORE) {
        country->state = WAITING;
        begin(loader);
    }
    pthread_mutex_unlock(&loader->mutex);
}

struct gazetteer_index *gazetteer_loader_take(struct gazetteer_loader *loader,
                                              const char *country_iso)
{
    struct gazetteer_index *index = NULL;
    pthread_mutex_lock(&loader->mutex);
    struct country *country = find(loader, country_iso);
    while (country && country->state == LOADING)
        pthread_cond_wait(&loader->ready, &loader->mutex);
    if (country) {
        index = country->index;
        country->index = NULL;
        country->state = TAKEN;
    }
    pthread_mutex_unlock(&loader->mutex);
    return index;
}

void gazetteer_loader_settle(struct gazetteer_loader *loader)
{
    pthread_mutex_lock(&loader->mutex);
    bool joinable = loader->joinable;
    loader->joinable = false;
    pthread_mutex_unlock(&loader->mutex);
    if (joinable) pthread_join(loader->thread, NULL);
}
