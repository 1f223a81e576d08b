/* The data manager's answers about doubtful places, kept in the database beside its content. */
#ifndef GEO_STORE_DECISIONS_H
#define GEO_STORE_DECISIONS_H

#include "geo/store.h"

/* Texts are never NULL but where said. */
struct store_decision {
    const char *key; /* of the question: see import/decisions.h */
    const char *side, *name, *kind, *hint, *country;
    const char *answer;       /* place, none, as-is, publish */
    const char *code, *label; /* of the place; NULL for another answer */
    const char *decided_on;   /* YYYY-MM-DD */
};

/* Valid until the visit returns; anything but ATLAS_OK ends it and is returned. */
typedef enum atlas_status store_decision_visit(const struct store_decision *decision,
                                               void *context);

/* Visits the decisions in the order of side and name. */
enum atlas_status store_each_decision(struct store *store, store_decision_visit *visit,
                                      void *context, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Records a decision, in place of an earlier one of the same key. */
enum atlas_status store_decide(struct store *store, const struct store_decision *decision,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Forgets a decision. ATLAS_NOT_FOUND when there is none of this key. */
enum atlas_status store_withdraw_decision(struct store *store, const char *key,
                                          struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
