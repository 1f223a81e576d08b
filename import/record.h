/* One row checked: from cells to a partnership with its parties. A bad cell rejects the row, with
 * column, reason and hint; a doubtful one is left out or mended, and noted. */
#ifndef IMPORT_RECORD_H
#define IMPORT_RECORD_H

#include "import/columns.h"
#include "import/partnership.h"
#include "import/pool.h"
#include "import/report.h"

struct record_reader;

/* What a row is read against; all borrowed and alive as long as the reader. */
struct record_context {
    struct pool *pool;
    const struct theme_tree *themes;
    const struct columns *columns;
    struct report *report;
    const char *source;
};

/* NULL when out of memory. Free with record_reader_free() (NULL is harmless). */
struct record_reader *record_reader_new(const struct record_context *context);
void record_reader_free(struct record_reader *reader);

enum record_outcome {
    RECORD_GOOD,
    RECORD_REJECTED, /* and said in the report */
};

/* Reads a row into *partnership (zeroed first). Notes and rejections go to the report. A row that
 * declares itself made sets *made. ATLAS_NO_MEMORY only. */
enum atlas_status record_read(struct record_reader *reader, const struct dataset_row *row,
                              struct import_partnership *partnership, enum record_outcome *outcome,
                              bool *made) ATLAS_MUST_CHECK;

#endif
