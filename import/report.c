#include "import/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct entry {
    const char *file, *column, *text, *hint;
    uint64_t line;
};

struct list {
    struct entry *entries;
    size_t n, capacity;
};

struct report {
    struct pool *pool;
    struct list lists[REPORT_KINDS];
    struct report_counts counts;
};

struct report *report_new(struct pool *pool)
{
    struct report *report = calloc(1, sizeof *report);
    if (report) report->pool = pool;
    return report;
}

void report_free(struct report *report)
{
    if (!report) return;
    for (size_t i = 0; i < REPORT_KINDS; i++)
        free(report->lists[i].entries);
    free(report);
}

struct report_counts *report_counts(struct report *report)
{
    return &report->counts;
}

void report_add(struct report *report, enum report_kind kind, const char *file, uint64_t line,
                const char *column, const char *text, const char *hint)
{
    struct list *list = &report->lists[kind];
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct entry *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries) return; /* the counts stay right; the pool's failure ends the run */
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->n++] =
        (struct entry){pool_text(report->pool, file), pool_text(report->pool, column),
                       pool_text(report->pool, text), pool_text(report->pool, hint), line};
}

/* Takes out what a cut in the middle of a character leaves. */
static void drop_broken(char *text)
{
    char *to = text;
    for (const char *from = text; *from;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)from, -1, &point);
        if (n < 1)
            from++;
        else
            for (utf8proc_ssize_t i = 0; i < n; i++)
                *to++ = *from++;
    }
    *to = '\0';
}

void report_addf(struct report *report, enum report_kind kind, const char *file, uint64_t line,
                 const char *column, const char *hint, const char *format, ...)
{
    char text[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    drop_broken(text);
    report_add(report, kind, file, line, column, text, hint);
}

size_t report_n(const struct report *report, enum report_kind kind)
{
    return report->lists[kind].n;
}

/* Same file, column, text and hint: pooled texts are equal when their pointers are. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const char *const as[] = {a->file, a->column, a->text, a->hint};
    const char *const bs[] = {b->file, b->column, b->text, b->hint};
    for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
        int order = as[i] == bs[i] ? 0 : strcmp(as[i] ? as[i] : "", bs[i] ? bs[i] : "");
        if (order) return order;
    }
    return (a->line > b->line) - (a->line < b->line);
}

static int compare_groups(const void *left, const void *right)
{
    const struct entry *a = *(const struct entry *const *)left;
    const struct entry *b = *(const struct entry *const *)right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return compare_entries(a, b);
}

static size_t group_length(const struct entry *entries, size_t n)
{
    size_t length = 1;
    while (length < n && entries[length].file == entries[0].file &&
           entries[length].column == entries[0].column && entries[length].text == entries[0].text &&
           entries[length].hint == entries[0].hint)
        length++;
    return length;
}

enum { LINES_SHOWN = 8 };

/* One group of equal entries on one line: "file line 12, 15 (9 rows), column x: text; hint". */
static void print_group(const struct entry *entries, size_t n, size_t shown, FILE *out)
{
    const struct entry *first = entries;
    fprintf(out, "  %s", first->file ? first->file : "");
    bool placed = first->file || first->line;
    for (size_t i = 0; i < n && i < shown; i++)
        if (entries[i].line)
            fprintf(out, "%s%" PRIu64, i ? ", " : n > 1 ? " lines " : " line ", entries[i].line);
    if (n > shown) fprintf(out, " … (%zu lines)", n);
    if (first->column) fprintf(out, ", column %s", first->column);
    fprintf(out, "%s%s", placed || first->column ? ": " : "", first->text ? first->text : "");
    if (first->hint) fprintf(out, "; %s", first->hint);
    fputc('\n', out);
}

/* shown: how many lines of the file a group names. */
static void print_list(const struct list *list, const char *title, size_t shown, FILE *out)
{
    if (!list->n) return;
    struct entry *sorted = malloc(list->n * sizeof *sorted);
    const struct entry **groups = malloc(list->n * sizeof(struct entry *));
    if (sorted && groups) {
        memcpy(sorted, list->entries, list->n * sizeof *sorted);
        qsort(sorted, list->n, sizeof *sorted, compare_entries);
        size_t n_groups = 0;
        for (size_t at = 0; at < list->n; at += group_length(sorted + at, list->n - at))
            groups[n_groups++] = sorted + at;
        qsort(groups, n_groups, sizeof(struct entry *), compare_groups);
        fprintf(out, "%s:\n", title);
        for (size_t i = 0; i < n_groups; i++)
            print_group(groups[i], group_length(groups[i], (size_t)(sorted + list->n - groups[i])),
                        shown, out);
    }
    free(sorted);
    free(groups);
}

void report_print(const struct report *report, FILE *out)
{
    static const char *const titles[REPORT_KINDS] = {
        [REPORT_REJECTED] = "Rejected rows",
        [REPORT_NOTE] = "Notes",
        [REPORT_CONTRADICTION] = "Contradictions (the first row's value was kept)",
        [REPORT_PLACE] = "Parties without the place they name",
        [REPORT_RETIRED] = "No longer held by their source",
        [REPORT_REPEAT] = "Probable repeats (the same two places; kept apart)",
    };
    static const enum report_kind order[REPORT_KINDS] = {REPORT_NOTE,    REPORT_CONTRADICTION,
                                                         REPORT_REPEAT,  REPORT_PLACE,
                                                         REPORT_RETIRED, REPORT_REJECTED};
    for (size_t i = 0; i < REPORT_KINDS; i++)
        print_list(&report->lists[order[i]], titles[order[i]],
                   order[i] == REPORT_REJECTED ? SIZE_MAX : LINES_SHOWN, out);
    const struct report_counts *c = &report->counts;
    fprintf(out,
            "Rows read: %" PRIu64 " = %" PRIu64 " imported + %" PRIu64 " merged + %" PRIu64
            " rejected\n",
            c->rows, c->imported, c->merged, c->rejected);
    fprintf(out,
            "Partnerships: %" PRIu64 " (%" PRIu64 " new, %" PRIu64 " already known, %" PRIu64
            " retired), links: %" PRIu64 "\n",
            c->partnerships, c->added, c->updated, c->retired, c->links);
    if (c->joined)
        fprintf(out, "Joined to a partnership of another source: %" PRIu64 "\n", c->joined);
    fprintf(out,
            "Parties: %" PRIu64 " = %" PRIu64 " at their place + %" PRIu64
            " known more coarsely + %" PRIu64 " not found + %" PRIu64 " without place by nature\n",
            c->parties, c->parties_located, c->parties_coarse, c->parties_unlocated,
            c->parties_no_place);
    if (c->contact_columns || c->masked)
        fprintf(out,
                "Personal data: %" PRIu64 " columns left out, %" PRIu64
                " addresses or numbers masked in texts\n",
                c->contact_columns, c->masked);
}
