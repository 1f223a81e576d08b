/* Answers of the data manager to doubtful places. They are kept in the database, come before the
 * geocoder in every later import, and can be listed and withdrawn.
 *
 * A question is what a file says of a party's place: side, name, kind, hint and country as written.
 * Its key is a hash of them, so that a file of answers in which they were edited is noticed.
 */
#ifndef IMPORT_DECISIONS_H
#define IMPORT_DECISIONS_H

#include "geo/store.h"
#include "import/answers.h"
#include "import/dataset.h"
#include "import/editions.h"
#include "import/places.h"

/* Takes the decisions of the store into answers. */
enum atlas_status decisions_load(struct store *store, struct answers *answers,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

struct decisions_file {
    const char *path;  /* CSV, XLSX or ODS: a review file (import/review.h) filled in */
    const char *today; /* YYYY-MM-DD */
    struct dataset_options dataset;
    FILE *log; /* each refused line with its reason */
};

/* Reads the answers and records them in the store, all or none. The column `decision` holds the
 * number of a candidate, the code of a territory, `none` (it has no place), `as-is` (as it is shown
 * now, and do not ask again) or `publish` (as it is shown now, though a rule holds it for review);
 * empty: not decided. *n: how many were recorded.
 *
 * ATLAS_INVALID when a line has a code that the gazetteer lacks, an edited question, another
 * gazetteer, or an answer that is none of these; or whatever dataset_open() says. */
enum atlas_status decisions_read(const struct decisions_file *file, struct store *store,
                                 struct places *places, size_t *n,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* Tasks of the command line. decisions_record() reads a file without importing: what it answers is
 * applied at the next import. gazetteer, recognition: as for places_new(). */
enum atlas_status decisions_record(const struct edition_task *task, struct decisions_file *file,
                                   const char *gazetteer, const char *recognition,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status decisions_list(const struct edition_task *task,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status decisions_withdraw(const struct edition_task *task, const char *key,
                                     struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
