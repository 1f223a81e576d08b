/* The data manager's answers in memory, by question: what comes before the geocoder. Questions and
 * keys: import/decisions.h. */
#ifndef IMPORT_ANSWERS_H
#define IMPORT_ANSWERS_H

#include "geo/status.h"
#include "import/partnership.h"
#include "import/pool.h"

#include <stdbool.h>

enum { QUESTION_KEY_BYTES = 17 };

enum answer_kind {
    ANSWER_PLACE,  /* it is this territory */
    ANSWER_NONE,   /* it has no place: named, never drawn */
    ANSWER_AS_IS,  /* as the geocoder has it; do not ask again */
    ANSWER_PUBLISH /* likewise, and published though a rule holds it for review */
};

/* "place", "none", "as-is", "publish"; static. */
const char *answer_text(enum answer_kind kind);

struct answer {
    char key[QUESTION_KEY_BYTES];
    enum answer_kind kind;
    const char *code;       /* ANSWER_PLACE */
    const char *decided_on; /* YYYY-MM-DD */
};

/* The key of a party's question: 16 hex digits of a hash over side, name, kind, hint and country,
 * and a NUL. ATLAS_NO_MEMORY only. */
enum atlas_status question_key(const struct import_party *party,
                               char key[QUESTION_KEY_BYTES]) ATLAS_MUST_CHECK;

/* What a question shows as its name and its country; may be NULL. */
const char *question_name(const struct import_party *party);
const char *question_country(const struct import_party *party);

struct answers;

/* NULL when out of memory. Texts are kept in pool. Free with answers_free() (NULL is harmless). */
struct answers *answers_new(struct pool *pool);
void answers_free(struct answers *answers);

/* Adds an answer, in place of an earlier one of the same key. ATLAS_NO_MEMORY, or ATLAS_INVALID for
 * a word that is no answer. */
enum atlas_status answers_add(struct answers *answers, const char *key, const char *kind,
                              const char *code, const char *decided_on) ATLAS_MUST_CHECK;

/* The answer to a party's question, or NULL. */
const struct answer *answers_find(struct answers *answers, const struct import_party *party);

#endif
