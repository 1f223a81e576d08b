/* The review file: each doubtful place of an import once, with its candidates and a column to fill
 * in. CSV (RFC 4180, UTF-8); a text that a spreadsheet would take for a formula gets a ' before it.
 * import/decisions.h reads it back. */
#ifndef IMPORT_REVIEW_H
#define IMPORT_REVIEW_H

#include "geo/bytes.h"
#include "import/answers.h"
#include "import/places.h"
#include "import/standings.h"

enum { REVIEW_CANDIDATES = 5 };

/* In the order of the file; the candidates, each with code, label and score, stand behind. */
enum review_column {
    REVIEW_DECISION,
    REVIEW_NAME,
    REVIEW_KIND,
    REVIEW_COUNTRY,
    REVIEW_HINT,
    REVIEW_SIDE,
    REVIEW_STATUS,
    REVIEW_REASON,
    REVIEW_SHOWN_AS,
    REVIEW_IDS,
    REVIEW_LINES,
    REVIEW_TIMES,
    REVIEW_KEY,
    REVIEW_GAZETTEER,
    REVIEW_MARGIN,
    REVIEW_FIRST_CANDIDATE,
    REVIEW_COLUMNS = REVIEW_FIRST_CANDIDATE + 3 * REVIEW_CANDIDATES
};

/* Name of a column in the header; static. */
const char *review_column_name(enum review_column column);

/* The column with the code of a candidate, from 1. */
enum review_column review_candidate_code(int candidate);

/* A cell's text without the ' that guards it. */
const char *review_unguarded(const char *text);

struct review {
    struct review_item *items; /* import/standings: most frequent first */
    size_t n;
};

/* Writes the file, whole or not at all. english: the language of its reasons, else French. One that
 * is there keeps its name with a ~ behind it, for somebody may have filled it in. */
enum atlas_status review_write(const struct review *review, struct places *places, bool english,
                               const char *path, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Writes a text to a file, whole or not at all. keep_old: a file that is there keeps its name with
 * a ~ behind it. ATLAS_IO or ATLAS_FULL with a sentence. */
enum atlas_status review_save(const char *path, const struct bytes *text, bool keep_old,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
