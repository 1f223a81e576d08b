/* Every row accounted for: what was read, what became of it, and why. */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "geo/status.h"
#include "import/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum report_kind {
    REPORT_REJECTED,      /* the row is not in the atlas */
    REPORT_NOTE,          /* the row is in, something in it was left out or mended */
    REPORT_CONTRADICTION, /* rows of one partnership say different things; the first was kept */
    REPORT_PLACE,         /* a party without the place it names */
    REPORT_RETIRED,       /* a partnership that its source no longer holds */
    REPORT_REPEAT,        /* probable repeats: other ids, same parties */
    REPORT_KINDS
};

struct report;

/* Counts of one file or of the whole run. rows = imported + merged + rejected. */
struct report_counts {
    uint64_t rows, imported, merged, rejected;
    uint64_t partnerships, links, parties;
    uint64_t parties_located, parties_coarse, parties_unlocated, parties_no_place;
    uint64_t added, updated, joined, retired;
    uint64_t contact_columns, masked;
};

/* NULL when out of memory. Texts are kept in pool, which must outlive it. Free with report_free()
 * (NULL is harmless). */
struct report *report_new(struct pool *pool);
void report_free(struct report *report);

struct report_counts *report_counts(struct report *report);

/* Adds an entry. file: the file's name; line 0: of the file as a whole. column and hint may be
 * NULL. Equal entries of several lines are shown together. */
void report_add(struct report *report, enum report_kind kind, const char *file, uint64_t line,
                const char *column, const char *text, const char *hint);

/* Adds an entry whose text is made of a format. */
void report_addf(struct report *report, enum report_kind kind, const char *file, uint64_t line,
                 const char *column, const char *hint, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* Entries of a kind; and how many of them are not listed, for only the first 100,000 are kept
 * (rejected rows: the first 1,000,000). */
size_t report_n(const struct report *report, enum report_kind kind);
size_t report_unlisted(const struct report *report, enum report_kind kind);

/* Equal entries of several lines. Valid until the visit returns. */
struct report_group {
    const char *file, *column, *text, *hint; /* NULL where there is none */
    const uint64_t *lines;                   /* ascending; 0: none */
    size_t n;
};
typedef void report_group_visit(const struct report_group *group, void *context);

/* Visits the groups of a kind in the order of their first lines. ATLAS_NO_MEMORY only. */
enum atlas_status report_each_group(const struct report *report, enum report_kind kind,
                                    report_group_visit *visit, void *context) ATLAS_MUST_CHECK;

/* Plain lines: the entries, kind by kind, then the counts. */
void report_print(const struct report *report, FILE *out);

#endif
