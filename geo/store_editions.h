/* The editions of a database D: the one that it holds, and the earlier ones, whole files in
 * D.editions/ under their numbers. */
#ifndef GEO_STORE_EDITIONS_H
#define GEO_STORE_EDITIONS_H

#include "geo/digest.h"
#include "geo/status.h"
#include "geo/store.h"

#include <stdbool.h>
#include <stdint.h>

struct store_edition {
    uint32_t number;
    bool current;  /* it is what D holds */
    char date[16]; /* YYYY-MM-DD, of publication */
    char hash[DIGEST_HEX_SIZE];
    uint32_t restored_from; /* 0, or the edition whose content it is */
    char cause[300];        /* what was done to make it; "" where that is not known */
    char sources[400];      /* names, parted by ", "; cut with "…" where there are many */
    uint64_t partnerships, published, links;
    const char *unreadable; /* why the rest is empty: damaged, or of another version; or NULL */
};

/* Called for each edition; anything but ATLAS_OK ends the visit and is what
 * store_each_edition() returns. The edition is valid until it returns. */
typedef enum atlas_status store_edition_visit(const struct store_edition *edition, void *context);

/* Visits the editions, earliest first, the one that D holds last. Takes no lock: each file is read
 * as it is. ATLAS_NOT_FOUND when there is no D; whatever else forbids to read D; never because an
 * earlier edition cannot be read. */
enum atlas_status store_each_edition(const char *database, store_edition_visit *visit,
                                     void *context, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Makes the working copy what edition `number` holds, to be published under a new number. What an
 * earlier edition cannot know stays as it is: ids given since are never given again, partnerships
 * withheld since stay withheld (call store_apply_holds()), decisions taken since are kept.
 * ATLAS_NOT_FOUND when that edition is not kept; ATLAS_INVALID when it is the one that D holds;
 * ATLAS_WRONG_SCHEMA, ATLAS_CORRUPT. */
enum atlas_status store_restore(struct store *store, uint32_t number,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
