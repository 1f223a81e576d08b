/* Sources and what they hold: whose a partnership is, which other sources hold it too, whose word
 * each value is, and what becomes of a partnership that a source no longer holds.
 *
 * A partnership belongs to the source that brought it first. Another source that means the same
 * one (equal merge_key, compatible years, and no id of its own for it) adds what the first leaves
 * open; where both speak, the first one's word stays and the difference is told. */
#ifndef GEO_STORE_SOURCES_H
#define GEO_STORE_SOURCES_H

#include "geo/store_rows.h"

/* Id of the partnership of any other source that says the same; 0 when there is none. Years:
 * STORE_NO_YEAR where not said. */
enum atlas_status store_find_alike(struct store *store, const char *source, const char *merge_key,
                                   int year_start, int year_end, int64_t *id,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* Called for each field of which two sources say different things. */
struct store_contradiction {
    int64_t id;
    const char *field, *kept, *kept_source, *other; /* texts are valid until the visit returns */
};
typedef void store_contradiction_visit(const struct store_contradiction *contradiction,
                                       void *context);

/* Like store_partnership() for one that is there already (id from store_find_partnership() or
 * store_find_alike()), and maybe held by other sources, whose words it keeps as said above. */
enum atlas_status store_join_partnership(struct store *store,
                                         const struct store_partnership *partnership, int64_t id,
                                         store_contradiction_visit *visit, void *context,
                                         struct atlas_error *error) ATLAS_MUST_CHECK;

/* Called for each partnership that a source no longer holds; retired: nor does another. */
typedef void store_leave_visit(int64_t id, const char *title, bool retired, void *context);

/* Makes ids[0..n) the whole of what a source holds. What it held besides leaves: a partnership
 * that no other source holds is retired (its page answers 410, its id is kept for its return); one
 * that another holds becomes that one's. */
enum atlas_status store_replace_source(struct store *store, const char *source, const int64_t *ids,
                                       size_t n, store_leave_visit *visit, void *context,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* Called for each partnership of a pair of parties that several partnerships name, those of one
 * pair one after the other: perhaps the same one twice. A commune is taken for the EPCI that bears
 * its name, a town abroad and the unit around it that bears its name for one; who has no territory
 * is known by name. One that names only a country abroad is set beside all of that French authority
 * in that country. */
struct store_repeat {
    int64_t id;
    const char *french, *foreign; /* names of the places */
    const char *source, *external_id, *title, *kind;
    int year_start;
    bool first; /* of its pair */
};
typedef void store_repeat_visit(const struct store_repeat *repeat, void *context);
enum atlas_status store_each_repeat(struct store *store, store_repeat_visit *visit, void *context,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
