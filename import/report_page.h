/* The report of an import as one HTML page that a data manager can show a colleague: self-contained
 * (nothing is loaded, no script), with a small map, counts by outcome, rejected rows, doubtful
 * places with their candidates, repeats, contradictions and notes. Values of the file are escaped
 * and set apart in their direction; the sentences of the report are in English, all around them in
 * French or English. */
#ifndef IMPORT_REPORT_PAGE_H
#define IMPORT_REPORT_PAGE_H

#include "geo/store.h"
#include "geo/store_holds.h"
#include "import/report.h"
#include "import/review.h"

struct report_page {
    bool english;
    bool dry_run;
    const char *sources;  /* names of what was imported */
    const char *database; /* its name, for the title */
    const char *date;     /* YYYY-MM-DD */
    struct report *report;
    const struct review *review;
    struct places *places;
    struct store *store; /* NULL: nothing could be used, there is no map */
    struct store_unpublished unpublished;
};

/* Writes the page, whole or not at all. ATLAS_IO, ATLAS_FULL, ATLAS_NO_MEMORY with a sentence. */
enum atlas_status report_page_write(const struct report_page *page, const char *path,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
