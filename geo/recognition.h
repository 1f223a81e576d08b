/* Which State a place is counted under: the rules of data/recognition.csv, applied to place,
 * claimed country and year together, never to the place alone. Inside of geo/geocode.
 *
 * data/recognition.csv: area, claimed_as (ISO code; empty: whatever is claimed), from, to (years),
 * counted_under, label_fr, rule (ok, relabel, review), basis.
 * data/recognition-areas.csv, beside it: what an area is, one fact a row:
 *   name          a wording by which it is known, where the rule's claim is made
 *   name-always   a wording that calls the rule whatever is claimed
 *   name-claimed  a wording that does so under one of the rule's claims, under the country that it
 *                 is counted under, or where no country is said
 *   code          a territory that is it or lies in it
 *   box           west, south, east and north, degrees, of a part of it
 *   claim         a further country as which its places are claimed
 *   doubt         a territory that lies in it with a part: held for review, counted as claimed
 */
#ifndef GEO_RECOGNITION_H
#define GEO_RECOGNITION_H

#include "geo/gazetteer.h"
#include "geo/geocode.h"

enum recognition_action { RECOGNITION_OK, RECOGNITION_RELABEL, RECOGNITION_REVIEW };

enum { RECOGNITION_MOST_FACTS = 24, RECOGNITION_MOST_RULES = 64, RECOGNITION_MOST_BOXES = 8 };

/* Under which claims a wording calls its rule: see name, name-always and name-claimed above. */
enum wording_scope { WORDING_OF_RULE, WORDING_ALWAYS, WORDING_CLAIMED };

struct recognition_rule {
    char area[160];
    char claimed_as[3]; /* "" for any */
    int from, to;       /* years; 0 where open */
    char counted_under[3];
    char label[80];
    enum recognition_action action;
    bool by_wording; /* its area is named by wordings in « »: codes alone do not call it */
    char names[RECOGNITION_MOST_FACTS][80]; /* folded */
    enum wording_scope scopes[RECOGNITION_MOST_FACTS];
    char codes[RECOGNITION_MOST_FACTS][40];
    char doubts[4][40];
    char claims[4][3];                       /* claimed_as and further ones */
    double boxes[RECOGNITION_MOST_BOXES][4]; /* west, south, east, north, degrees */
    size_t n_names, n_codes, n_doubts, n_claims, n_boxes;
};

struct recognition {
    struct recognition_rule rules[RECOGNITION_MOST_RULES];
    size_t count;
};

/* Reads the rules and, if it is there, the file of areas beside them. ATLAS_INVALID with line and
 * reason. Free with recognition_free() (NULL is harmless). */
enum atlas_status recognition_new(const char *csv_path, struct recognition **recognition,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;
void recognition_free(struct recognition *recognition);

/* The rule whose wording stands in one of these folded texts (NULL ends them), for this claim and
 * year (0: not said), or NULL. */
const struct recognition_rule *recognition_by_wording(const struct recognition *recognition,
                                                      const char *const *folded_texts,
                                                      const char *claimed_iso, int year);

/* Whether one of the rule's wordings stands in a folded text. */
bool recognition_is_named(const struct recognition_rule *rule, const char *folded);

/* Whether a territory lies in the rule's area with a part only: it is not counted elsewhere. */
bool recognition_doubts(const struct recognition_rule *rule, const char *code);

/* The next rule, from *cursor on (0 to begin), by which places of another country may be claimed
 * as claimed_iso, or NULL. */
const struct recognition_rule *recognition_next_claim(const struct recognition *recognition,
                                                      const char *claimed_iso, int year,
                                                      size_t *cursor);

/* The rule under which a found place falls, or NULL: the strictest that fits. */
enum atlas_status recognition_of_place(const struct recognition *recognition,
                                       struct gazetteer *gazetteer, const struct place *place,
                                       const char *claimed_iso, int year,
                                       const struct recognition_rule **rule,
                                       struct atlas_error *error) ATLAS_MUST_CHECK;

/* Whether a territory lies in the area of a rule. */
enum atlas_status recognition_inside(const struct recognition_rule *rule,
                                     struct gazetteer *gazetteer, const char *code, bool *inside,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
