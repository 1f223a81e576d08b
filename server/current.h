/* The current edition: loaded at start, watched on disk, swapped when a new one is published there.
 *
 * A watcher looks every second, and at once when asked. The new file is loaded beside the old
 * edition; requests under way finish on the one they hold. A file that can't be loaded changes
 * nothing, and is not tried again until it changes.
 */
#ifndef SERVER_CURRENT_H
#define SERVER_CURRENT_H

#include "geo/status.h"
#include "tiles/edition.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct current;

/* What /healthz and the metrics tell. */
struct current_health {
    time_t loaded_at;  /* of the edition being served */
    unsigned reloads;  /* editions taken over since the start */
    unsigned failures; /* files that could not be loaded */
    time_t failed_at;  /* of the last failure that still stands; 0: none */
    char failure[100]; /* what it was, without a path */
};

/* Loads path (borrowed: outlives this) and begins to watch it. swapped, if not NULL, is called on
 * the watcher's thread after each swap. Fails as edition_load() does. */
enum atlas_status current_open(const char *path, void (*swapped)(void *context), void *context,
                               struct current **current,
                               struct atlas_error *error) ATLAS_MUST_CHECK;
/* Stops watching and gives the edition back. NULL is harmless. */
void current_close(struct current *current);

/* A number that changes whenever the current edition does; any thread, without waiting. Read it
 * before current_edition() to know, later, whether what was made of that edition still stands. */
uint64_t current_generation(const struct current *current);

/* The current edition, held once for the caller (edition_release()). */
const struct edition *current_edition(struct current *current);

void current_health(struct current *current, struct current_health *health);

/* Look at the file now. Any thread. */
void current_look(struct current *current);

#endif
