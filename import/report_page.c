#include "import/report_page.h"

#include "geo/bytes.h"
#include "geo/store_map.h"
#include "import/french.h"
#include "import/report_words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <utf8proc.h>

enum { MOST_LINES = 200, MOST_PLACES = 1000 };

struct writing {
    const struct report_page *page;
    struct bytes out;
    bool names_only; /* the list under way is of names, in no language */
};

static void raw(struct writing *writing, const char *html)
{
    bytes_append(&writing->out, html, strlen(html));
}

static const char *word(const struct writing *writing, enum report_word which)
{
    return report_word(which, writing->page->english);
}

/* A text of a file or of ours, escaped; controls become blanks. */
static void text(struct writing *writing, const char *value)
{
    for (const char *at = value ? value : ""; *at;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &point);
        if (n < 1) {
            at++;
            continue;
        }
        bool control = point < 0x20 || point == 0x7F || (point >= 0x80 && point < 0xA0) ||
                       (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
        switch (*at) {
        case '<':
            raw(writing, "&lt;");
            break;
        case '>':
            raw(writing, "&gt;");
            break;
        case '&':
            raw(writing, "&amp;");
            break;
        case '"':
            raw(writing, "&quot;");
            break;
        default:
            if (control)
                raw(writing, " ");
            else
                bytes_append(&writing->out, at, (size_t)n);
        }
        at += n;
    }
}

/* A sentence of ours in the page's language, in an element of its own; where its French is not
 * known, it is marked as English. */
static void sentence(struct writing *writing, const char *value, const char *class)
{
    char french[1200];
    bool known = !writing->page->english && french_text(value, french, sizeof french);
    bytes_append_format(&writing->out, "<span%s%s%s%s><bdi>", class ? " class=\"" : "",
                        class ? class : "", class ? "\"" : "",
                        known || writing->page->english || writing->names_only ? ""
                                                                               : " lang=\"en\"");
    text(writing, known ? french : value);
    raw(writing, "</bdi></span>");
}

static void say(struct writing *writing, enum report_word which)
{
    text(writing, word(writing, which));
}

/* An element around a text of the file, whose direction stays its own. */
static void cell(struct writing *writing, const char *value)
{
    raw(writing, "<td><bdi>");
    text(writing, value);
    raw(writing, "</bdi></td>");
}

static void number_cell(struct writing *writing, enum report_word label, uint64_t number,
                        uint64_t whole, const char *class)
{
    raw(writing, "<tr><th scope=\"row\">");
    say(writing, label);
    bytes_append_format(&writing->out, "</th><td class=\"n\">%" PRIu64 "</td>", number);
    if (whole)
        bytes_append_format(&writing->out,
                            "<td class=\"bar\"><span class=\"%s\" style=\"width:%.1f%%\"></span>"
                            "</td>",
                            class, 100.0 * (double)number / (double)whole);
    raw(writing, "</tr>\n");
}

static void begin_table(struct writing *writing, enum report_word caption)
{
    raw(writing, "<table><caption>");
    say(writing, caption);
    raw(writing, "</caption>\n");
}

static void heading(struct writing *writing, enum report_word which, const char *id)
{
    bytes_append_format(&writing->out, "<h2 id=\"%s\">", id);
    say(writing, which);
    raw(writing, "</h2>\n");
}

/* ---- parts ---- */

static const char style[] =
    "<style>body{font:16px/1.5 system-ui,sans-serif;color:#161616;background:#fff;max-width:64rem;"
    "margin:0 auto;padding:1rem}h1{line-height:1.2;margin-bottom:0}h2{margin-top:2.5rem;border-top:"
    "2px solid #000091;padding-top:.5rem}table{border-collapse:collapse;margin:1rem 0;width:100%}"
    "caption{text-align:left;font-weight:700;padding:.3rem 0}th,td{text-align:left;vertical-align:"
    "top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd}thead th{border-bottom:2px solid "
    "#000091}.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:0 "
    "2rem}.counts th{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums;"
    "font-weight:700;white-space:nowrap;overflow-wrap:normal}.bar{width:35%;min-width:4rem}.bar "
    "span{display:block;height:1rem;min-width:"
    "1px}.good{background:#18753c}.some{background:#b34000}.bad{background:#ce0500}.other{"
    "background:#666}svg{width:100%;height:auto;background:#eef3f8;border:1px solid #ccc}.land{"
    "fill:#fff;stroke:#9aa;stroke-width:.15}.french{fill:#000091}.foreign{fill:#c9191e}.rough{"
    "fill-opacity:.15;stroke-width:.35}.french.rough{stroke:#000091}.foreign.rough{stroke:#c9191e}"
    ".quiet{color:#555}.code{font-family:monospace;white-space:nowrap}ol{margin:0;padding-left:"
    "1.2rem}li,td{overflow-wrap:anywhere}@media(max-width:40rem){table{display:block;"
    "overflow-x:auto}td{overflow-wrap:break-word}}@media "
    "print{h2{break-after:avoid}tr{break-inside:avoid}}"
    "</style>\n";

static void write_head(struct writing *writing)
{
    const struct report_page *page = writing->page;
    bytes_append_format(
        &writing->out,
        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n<title>",
        page->english ? "en" : "fr");
    say(writing, WORD_TITLE);
    raw(writing, " – ");
    text(writing, page->sources);
    raw(writing, "</title>\n");
    raw(writing, style);
    raw(writing, "</head>\n<body>\n<h1>");
    say(writing, WORD_TITLE);
    raw(writing, "</h1>\n<p class=\"quiet\"><bdi>");
    text(writing, page->sources);
    raw(writing, "</bdi> → <bdi>");
    text(writing, page->database);
    bytes_append_format(&writing->out, "</bdi>, %s</p>\n", page->date);
    if (page->dry_run) {
        raw(writing, "<p><strong>");
        say(writing, WORD_DRY_RUN);
        raw(writing, "</strong></p>\n");
    }
}

static void write_counts(struct writing *writing)
{
    const struct report_counts *c = report_counts(writing->page->report);
    const struct store_unpublished *u = &writing->page->unpublished;
    raw(writing, "<div class=\"counts\">\n");
    begin_table(writing, WORD_ROWS);
    number_cell(writing, WORD_IMPORTED, c->imported, c->rows, "good");
    number_cell(writing, WORD_MERGED, c->merged, c->rows, "other");
    number_cell(writing, WORD_REJECTED, c->rejected, c->rows, "bad");
    number_cell(writing, WORD_READ, c->rows, 0, NULL);
    raw(writing, "</table>\n");
    begin_table(writing, WORD_PARTIES);
    number_cell(writing, WORD_AT_PLACE, c->parties_located, c->parties, "good");
    number_cell(writing, WORD_COARSE, c->parties_coarse, c->parties, "some");
    number_cell(writing, WORD_NOT_FOUND, c->parties_unlocated, c->parties, "bad");
    number_cell(writing, WORD_NO_PLACE, c->parties_no_place, c->parties, "other");
    raw(writing, "</table>\n");
    begin_table(writing, WORD_PARTNERSHIPS);
    number_cell(writing, WORD_NEW, c->added, 0, NULL);
    number_cell(writing, WORD_KNOWN, c->updated, 0, NULL);
    number_cell(writing, WORD_JOINED, c->joined, 0, NULL);
    number_cell(writing, WORD_RETIRED, c->retired, 0, NULL);
    number_cell(writing, WORD_LINKS, c->links, 0, NULL);
    raw(writing, "</table>\n");
    begin_table(writing, WORD_PUBLICATION);
    number_cell(writing, WORD_TO_REVIEW, u->to_review, 0, NULL);
    number_cell(writing, WORD_WITHHELD, u->withheld, 0, NULL);
    raw(writing, "</table>\n</div>\n");
}

static void write_dot(const struct store_place *place, void *context)
{
    struct writing *writing = context;
    double radius = 0.6 + 0.5 * log10((double)place->partnerships);
    bytes_append_format(&writing->out,
                        "<circle class=\"%s%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>",
                        place->side == SIDE_FRENCH ? "french" : "foreign",
                        place->precision == PRECISION_AREA ? " rough" : "", place->lon_deg,
                        -place->lat_deg, radius);
    text(writing, place->name);
    bytes_append_format(&writing->out, " (%" PRIu64 ")</title></circle>\n", place->partnerships);
}

static enum atlas_status write_map(struct writing *writing, struct atlas_error *error)
{
    struct store *store = writing->page->store;
    if (!store) return ATLAS_OK;
    heading(writing, WORD_MAP, "map");
    raw(writing, "<svg viewBox=\"-180 -84 360 142\" role=\"img\" aria-label=\"");
    say(writing, WORD_MAP);
    raw(writing, "\"><path class=\"land\" d=\"");
    enum atlas_status status = store_world_path(store, &writing->out, error);
    raw(writing, "\"/>\n");
    if (!status) status = store_each_place(store, write_dot, writing, error);
    raw(writing, "</svg>\n<p class=\"quiet\">");
    say(writing, WORD_MAP_LEGEND);
    raw(writing, "</p>\n");
    return status;
}

static void write_group(const struct report_group *group, void *context)
{
    struct writing *writing = context;
    raw(writing, "<tr>");
    cell(writing, group->file);
    raw(writing, "<td>");
    for (size_t i = 0; i < group->n && i < MOST_LINES; i++)
        if (group->lines[i])
            bytes_append_format(&writing->out, "%s%" PRIu64, i ? ", " : "", group->lines[i]);
    if (group->n > MOST_LINES) bytes_append_format(&writing->out, " … (%zu)", group->n);
    raw(writing, "</td>");
    cell(writing, group->column);
    raw(writing, "<td>");
    sentence(writing, group->text, NULL);
    if (group->hint) {
        raw(writing, "<br>");
        sentence(writing, group->hint, "quiet");
    }
    raw(writing, "</td></tr>\n");
}

static enum atlas_status write_list(struct writing *writing, enum report_kind kind,
                                    enum report_word title, const char *id)
{
    if (!report_n(writing->page->report, kind)) return ATLAS_OK;
    heading(writing, title, id);
    raw(writing, "<table><thead><tr><th>");
    static const enum report_word heads[] = {WORD_FILE, WORD_LINES, WORD_COLUMN, WORD_REASON};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (i) raw(writing, "</th><th>");
        say(writing, heads[i]);
    }
    raw(writing, "</th></tr></thead><tbody>\n");
    writing->names_only = kind == REPORT_REPEAT;
    enum atlas_status status = report_each_group(writing->page->report, kind, write_group, writing);
    writing->names_only = false;
    raw(writing, "</tbody></table>\n");
    if (report_unlisted(writing->page->report, kind))
        bytes_append_format(&writing->out, "<p>+ %zu</p>\n",
                            report_unlisted(writing->page->report, kind));
    return status;
}

static enum atlas_status write_candidates(struct writing *writing, const struct located *located,
                                          struct atlas_error *error)
{
    raw(writing, "<td>");
    if (located->n_options) raw(writing, "<ol>");
    for (size_t i = 0; i < located->n_options && i < REVIEW_CANDIDATES; i++) {
        char label[300] = "";
        enum atlas_status status = places_label(writing->page->places, located->options[i].code,
                                                label, sizeof label, error);
        if (status && status != ATLAS_NOT_FOUND) return status;
        raw(writing, "<li>");
        sentence(writing, label, NULL);
        raw(writing, " <span class=\"code\">");
        text(writing, located->options[i].code);
        bytes_append_format(&writing->out, "</span> <span class=\"quiet\">%.2f</span></li>",
                            located->options[i].score);
    }
    raw(writing, located->n_options ? "</ol></td>" : "–</td>");
    return ATLAS_OK;
}

static enum atlas_status write_doubt(struct writing *writing, const struct review_item *item,
                                     struct atlas_error *error)
{
    const struct located *located = item->located;
    const struct import_party *asked = located->asked;
    const char *const said[] = {asked->type, asked->hint, question_country(asked)};
    raw(writing, "<tr><td><strong><bdi>");
    text(writing, question_name(asked));
    raw(writing, "</bdi></strong>");
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i]) {
            raw(writing, ", <bdi>");
            text(writing, said[i]);
            raw(writing, "</bdi>");
        }
    raw(writing, "</td>");
    cell(writing, item->ids ? item->ids : item->lines);
    raw(writing, "<td>");
    sentence(writing, located->reason, NULL);
    raw(writing, "</td>");
    enum atlas_status status = write_candidates(writing, located, error);
    raw(writing, "</tr>\n");
    return status;
}

static enum atlas_status write_doubts(struct writing *writing, struct atlas_error *error)
{
    const struct review *review = writing->page->review;
    enum atlas_status status = ATLAS_OK;
    if (!review->n) return ATLAS_OK;
    heading(writing, WORD_DOUBTS, "doubts");
    raw(writing, "<p>");
    say(writing, WORD_DOUBTS_HELP);
    raw(writing, "</p>\n<table><thead><tr><th>");
    static const enum report_word heads[] = {WORD_WRITTEN, WORD_WHERE, WORD_REASON,
                                             WORD_CANDIDATES};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        if (i) raw(writing, "</th><th>");
        say(writing, heads[i]);
    }
    raw(writing, "</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < review->n && i < MOST_PLACES && !status; i++)
        status = write_doubt(writing, &review->items[i], error);
    raw(writing, "</tbody></table>\n");
    if (review->n > MOST_PLACES)
        bytes_append_format(&writing->out, "<p>+ %zu</p>\n", review->n - MOST_PLACES);
    return status;
}

static enum atlas_status write_lists(struct writing *writing, struct atlas_error *error)
{
    static const struct {
        enum report_kind kind;
        enum report_word title;
        const char *id;
    } lists[] = {{REPORT_REPEAT, WORD_REPEATS, "repeats"},
                 {REPORT_CONTRADICTION, WORD_CONTRADICTIONS, "contradictions"},
                 {REPORT_RETIRED, WORD_LEFT, "left"},
                 {REPORT_NOTE, WORD_NOTES, "notes"}};
    enum atlas_status status = write_list(writing, REPORT_REJECTED, WORD_REJECTED_ROWS, "rejected");
    if (!status) status = write_doubts(writing, error);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !status; i++)
        status = write_list(writing, lists[i].kind, lists[i].title, lists[i].id);
    return status;
}

enum atlas_status report_page_write(const struct report_page *page, const char *path,
                                    struct atlas_error *error)
{
    struct writing writing = {.page = page};
    struct atlas_error inner = {0};
    write_head(&writing);
    write_counts(&writing);
    enum atlas_status status = write_map(&writing, &inner);
    if (!status) status = write_lists(&writing, &inner);
    raw(&writing, "</body>\n</html>\n");
    if (!status) status = bytes_status(&writing.out);
    if (status && !*inner.message) atlas_fail(&inner, status, "out of memory");
    if (!status) status = review_save(path, &writing.out, false, &inner);
    if (status && error) *error = inner;
    bytes_close(&writing.out);
    return status;
}
