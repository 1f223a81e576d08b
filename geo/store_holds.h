/* What is published and what is not. What a row or a rule says of a partnership
 * (stated_publication) is overruled by the data manager's order (hold), which stays through later
 * imports. Lines are drawn in the database only for what is published. */
#ifndef GEO_STORE_HOLDS_H
#define GEO_STORE_HOLDS_H

#include "geo/store.h"

struct store_order {
    int64_t id;         /* of the partnership */
    bool publish;       /* else: withhold */
    const char *reason; /* why it is withheld: kept, never served */
    const char *until; /* YYYY-MM-DD, the day on which it may be shown again; NULL: until ordered */
    const char *today; /* YYYY-MM-DD */
};

/* Records an order, in place of an earlier one. before: at least 16 bytes, gets the publication
 * that counted until now; title: at least 200 bytes. An order to publish holds while the file says
 * what it says today: should it later say `withheld` where it does not now, that counts.
 * ATLAS_NOT_FOUND when there is no such partnership. */
enum atlas_status store_order(struct store *store, const struct store_order *order, char before[16],
                              char title[200], struct atlas_error *error) ATLAS_MUST_CHECK;

/* Called for each partnership whose time of being withheld is over. */
typedef void store_lapse_visit(int64_t id, const char *title, const char *until, void *context);

struct store_unpublished {
    uint64_t to_review, withheld;
};

/* Makes `publication` what files and orders say, ends the orders whose day has come (each is told
 * to lapsed, which may be NULL), draws the lines of what is published, removes all others and
 * counts what is not published. To call before publishing. */
enum atlas_status store_apply_holds(struct store *store, const char *today,
                                    store_lapse_visit *lapsed, void *context,
                                    struct store_unpublished *unpublished,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
