/* Where the doubtful places of an import stand: in which rows, in which partnerships, how often.
 * Doubtful are places that were not settled, and those that a rule of recognition.csv holds for
 * review, unless the data manager has answered. */
#ifndef IMPORT_STANDINGS_H
#define IMPORT_STANDINGS_H

#include "import/answers.h"
#include "import/partnership.h"
#include "import/places.h"
#include "import/pool.h"

struct standings;

/* Texts are kept in pool; both borrowed. NULL when out of memory. Free with standings_free() (NULL
 * is harmless). */
struct standings *standings_new(const struct places *places, struct pool *pool);
void standings_free(struct standings *standings);

/* Takes note of a row that was kept, whose parties have their places. */
enum atlas_status standings_take_row(struct standings *standings,
                                     const struct import_partnership *row) ATLAS_MUST_CHECK;

/* Counts the parties of a partnership, all its rows together. */
void standings_count(struct standings *standings, const struct import_partnership *partnership);

/* One doubtful place. */
struct review_item {
    const struct located *located;
    char key[QUESTION_KEY_BYTES];
    const char *ids, *lines; /* of the rows where it stands, parted by ' '; cut with … */
    size_t times;            /* parties that ask it */
};

/* Lists them, the most frequent first, a question that was asked under several years or roles once.
 * Free *items with free(). ATLAS_NO_MEMORY only. */
enum atlas_status standings_list(const struct standings *standings, struct review_item **items,
                                 size_t *n) ATLAS_MUST_CHECK;

#endif
