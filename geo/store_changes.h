/* What a working copy changes of the database as it is. */
#ifndef GEO_STORE_CHANGES_H
#define GEO_STORE_CHANGES_H

#include "geo/store.h"

enum store_change_kind { STORE_ADDED, STORE_CHANGED, STORE_LEFT };

struct store_change {
    enum store_change_kind kind;
    int64_t id;                 /* of the partnership */
    const char *title;          /* texts are valid until the visit returns */
    const char *field;          /* of a change: the column, or parties, links, themes, funding */
    const char *before, *after; /* NULL: nothing said */
};

struct store_changes {
    uint64_t added, changed, left, unchanged; /* partnerships */
};

typedef void store_change_visit(const struct store_change *change, void *context);

/* Visits the changes in the order of ids, those of one partnership one after the other, and counts
 * them. The working copy stays as it is. */
enum atlas_status store_each_change(struct store *store, store_change_visit *visit, void *context,
                                    struct store_changes *changes,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
