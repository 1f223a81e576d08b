#include "import/report.h"

#include "geo/array.h"

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
    size_t unlisted; /* further ones, which are only counted */
};

/* So many are kept to be listed: a file of millions may have something to be said of each row. */
static size_t most_listed(enum report_kind kind)
{
    return kind == REPORT_REJECTED ? 1000000 : 100000;
}

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
    if (list->n == most_listed(kind)) {
        list->unlisted++;
        return;
    }
    /* After a failure the counts stay right; the pool's failure ends the run. */
    if (!ARRAY_RESERVE(list->entries, list->n + 1, &list->capacity)) return;
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
    return report->lists[kind].n + report->lists[kind].unlisted;
}

size_t report_unlisted(const struct report *report, enum report_kind kind)
{
    return report->lists[kind].unlisted;
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

/* Entries of a list, equal ones beside each other, and where each run of them begins. */
struct grouping {
    struct entry *sorted;
    const struct entry **groups;
    uint64_t *lines;
    size_t n_groups;
};

static bool grouping_open(const struct list *list, struct grouping *grouping)
{
    *grouping = (struct grouping){malloc((list->n + 1) * sizeof *grouping->sorted),
                                  malloc((list->n + 1) * sizeof(struct entry *)),
                                  malloc((list->n + 1) * sizeof *grouping->lines), 0};
    if (!grouping->sorted || !grouping->groups || !grouping->lines) return false;
    if (!list->n) return true;
    memcpy(grouping->sorted, list->entries, list->n * sizeof *grouping->sorted);
    qsort(grouping->sorted, list->n, sizeof *grouping->sorted, compare_entries);
    for (size_t at = 0; at < list->n; at += group_length(grouping->sorted + at, list->n - at))
        grouping->groups[grouping->n_groups++] = grouping->sorted + at;
    qsort(grouping->groups, grouping->n_groups, sizeof(struct entry *), compare_groups);
    return true;
}

static void grouping_close(struct grouping *grouping)
{
    free(grouping->sorted);
    free(grouping->groups);
    free(grouping->lines);
}

enum atlas_status report_each_group(const struct report *report, enum report_kind kind,
                                    report_group_visit *visit, void *context)
{
    const struct list *list = &report->lists[kind];
    struct grouping grouping;
    bool good = grouping_open(list, &grouping);
    for (size_t i = 0; good && i < grouping.n_groups; i++) {
        const struct entry *first = grouping.groups[i];
        struct report_group group = {first->file, first->column,  first->text,
                                     first->hint, grouping.lines, 0};
        group.n = group_length(first, (size_t)(grouping.sorted + list->n - first));
        for (size_t line = 0; line < group.n; line++)
            grouping.lines[line] = first[line].line;
        visit(&group, context);
    }
    grouping_close(&grouping);
    return good ? ATLAS_OK : ATLAS_NO_MEMORY;
}

struct printing {
    FILE *out;
    size_t shown; /* how many lines of the file a group names */
};

/* One group on one line: "file line 12, 15 (9 rows), column x: text; hint". */
static void print_group(const struct report_group *group, void *context)
{
    const struct printing *printing = context;
    FILE *out = printing->out;
    bool placed = group->file || group->column || group->lines[0];
    fprintf(out, "  %s", group->file ? group->file : "");
    for (size_t i = 0; i < group->n && i < printing->shown; i++)
        if (group->lines[i])
            fprintf(out, "%s%" PRIu64,
                    i              ? ", "
                    : group->n > 1 ? " lines "
                                   : " line ",
                    group->lines[i]);
    if (group->n > printing->shown) fprintf(out, " … (%zu lines)", group->n);
    if (group->column) fprintf(out, ", column %s", group->column);
    fprintf(out, "%s%s", placed ? ": " : "", group->text ? group->text : "");
    if (group->hint) fprintf(out, "; %s", group->hint);
    fputc('\n', out);
}

static void print_list(const struct report *report, enum report_kind kind, const char *title,
                       FILE *out)
{
    struct printing printing = {out, kind == REPORT_REJECTED ? SIZE_MAX : LINES_SHOWN};
    if (!report_n(report, kind)) return;
    fprintf(out, "%s:\n", title);
    if (report_each_group(report, kind, print_group, &printing))
        fprintf(out, "  %zu entries; not enough memory to sort them\n", report_n(report, kind));
    if (report_unlisted(report, kind))
        fprintf(out, "  and %zu more, which are counted but not listed\n",
                report_unlisted(report, kind));
}

void report_print(const struct report *report, FILE *out)
{
    static const char *const titles[REPORT_KINDS] = {
        [REPORT_REJECTED] = "Rejected rows",
        [REPORT_NOTE] = "Notes",
        [REPORT_CONTRADICTION] = "Contradictions (the first row's value was kept)",
        [REPORT_PLACE] = "Parties without the place they name",
        [REPORT_RETIRED] = "No longer held by their source",
        [REPORT_REPEAT] = "Probable repeats (the same two parties; kept apart)",
    };
    static const enum report_kind order[REPORT_KINDS] = {REPORT_NOTE,    REPORT_CONTRADICTION,
                                                         REPORT_REPEAT,  REPORT_PLACE,
                                                         REPORT_RETIRED, REPORT_REJECTED};
    for (size_t i = 0; i < REPORT_KINDS; i++)
        print_list(report, order[i], titles[order[i]], out);
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
