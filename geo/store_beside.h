/* What publishing does in a second thread. Inside of geo/store. */
#ifndef GEO_STORE_BESIDE_H
#define GEO_STORE_BESIDE_H

#include "geo/store.h"

#include <pthread.h>
#include <sqlite3.h>

struct store_beside {
    const char *path; /* of the working copy */
    sqlite3 *reader;
    char hash[DIGEST_HEX_SIZE]; /* once it has ended */
    pthread_t thread;
    bool running;
    enum atlas_status status;
    struct atlas_error error;
};

/* Begins to hash what is committed to the working copy. Until its end the copy may be written to,
 * not committed. */
enum atlas_status store_beside_hash(struct store *store, struct store_beside *beside,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* Waits for the end; its failure. {0} and a second call are harmless. */
enum atlas_status store_beside_end(struct store_beside *beside,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
