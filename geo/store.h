/* Writing the atlas database (SpatiaLite), and publishing it.
 *
 * An edition is written into a working copy beside the database (D.import) and takes the
 * database's place by a rename, whole or not at all. So a writer killed at any moment leaves the
 * old edition as it was, and readers that hold the old file finish with it. Earlier editions are
 * kept as whole files in D.editions/.
 *
 * Rows are written through geo/store_rows.h.
 */
#ifndef GEO_STORE_H
#define GEO_STORE_H

#include "geo/digest.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* Opens a database for writing, or a new one where there is none.
 *
 * Takes the lock D.lock, waiting up to wait_s seconds for another import, and keeps it until
 * store_close(). Lets SQLite recover what an interrupted writer left in D; keeps other writers out
 * of D meanwhile. Then copies D to D.import, or makes a new one there.
 *
 * ATLAS_LOCKED: another import (its process is named), or a writer at work in D, or a journal that
 * stays. ATLAS_WRONG_SCHEMA, ATLAS_CORRUPT, ATLAS_NOT_FOUND (no such folder), ATLAS_IO, ATLAS_FULL,
 * ATLAS_NO_MEMORY; always with a sentence. Free with store_close(). */
enum atlas_status store_open(const char *path, double wait_s, struct store **store,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* True when there was no database. */
bool store_is_new(const struct store *store);

/* Number of the edition that D holds; 0 when new. */
uint32_t store_edition(const struct store *store);

/* Earlier editions that stay in D.editions/ if nobody says else. */
#define STORE_KEPT_EDITIONS 20

/* What is said of an edition when it is published. */
struct store_publication {
    const char *gazetteer;  /* name of the gazetteer build used; NULL: that of the old edition */
    const char *date;       /* YYYY-MM-DD */
    const char *cause;      /* what was done, for a person; may be NULL */
    uint32_t restored_from; /* 0, or the number of the edition whose content this is */
    unsigned keep;          /* so many earlier editions stay, the newest; 0: STORE_KEPT_EDITIONS */
};

struct store_published {
    uint32_t number;   /* of the edition that D holds now */
    bool changed;      /* false: the content is that of the old edition, which stays */
    bool kept_changed; /* what is kept beside the content changed: it was written all the same,
                          under the old number where that is all */
    char content_hash[DIGEST_HEX_SIZE];
};

/* Publishes the working copy unless it is what D holds. On failure D is as it was. */
enum atlas_status store_publish(struct store *store, const struct store_publication *how,
                                struct store_published *published,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* The content hash of the working copy as it stands. */
enum atlas_status store_hash(struct store *store, char hash[DIGEST_HEX_SIZE],
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* Gives up what was not published, and the lock. NULL is harmless. */
void store_close(struct store *store);

#endif
