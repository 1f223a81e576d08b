#include "import/review.h"

#include "geo/bytes.h"
#include "import/french.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[REVIEW_COLUMNS] = {
    [REVIEW_DECISION] = "decision",
    [REVIEW_NAME] = "name",
    [REVIEW_KIND] = "kind",
    [REVIEW_COUNTRY] = "country",
    [REVIEW_HINT] = "hint",
    [REVIEW_SIDE] = "side",
    [REVIEW_STATUS] = "status",
    [REVIEW_REASON] = "reason",
    [REVIEW_SHOWN_AS] = "shown_as",
    [REVIEW_IDS] = "ids",
    [REVIEW_LINES] = "lines",
    [REVIEW_TIMES] = "times",
    [REVIEW_KEY] = "key",
    [REVIEW_GAZETTEER] = "gazetteer",
    [REVIEW_MARGIN] = "margin",
    [REVIEW_FIRST_CANDIDATE] = "candidate_1",
    "candidate_1_label",
    "candidate_1_score",
    "candidate_2",
    "candidate_2_label",
    "candidate_2_score",
    "candidate_3",
    "candidate_3_label",
    "candidate_3_score",
    "candidate_4",
    "candidate_4_label",
    "candidate_4_score",
    "candidate_5",
    "candidate_5_label",
    "candidate_5_score",
};

const char *review_column_name(enum review_column column)
{
    return names[column];
}

enum review_column review_candidate_code(int candidate)
{
    return (enum review_column)(REVIEW_FIRST_CANDIDATE + 3 * (candidate - 1));
}

static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text);
}

const char *review_unguarded(const char *text)
{
    return *text == '\'' && is_formula(text + 1) ? text + 1 : text;
}

/* ---- writing ---- */

static void write_cell(struct bytes *out, const char *text)
{
    if (!text) text = "";
    if (is_formula(text)) {
        bytes_append_format(out, "\"'");
    } else if (!strpbrk(text, ",\"\r\n")) {
        bytes_append(out, text, strlen(text));
        return;
    } else
        bytes_append_byte(out, '"');
    for (; *text; text++) {
        if (*text == '"') bytes_append_byte(out, '"');
        bytes_append_byte(out, (uint8_t)*text);
    }
    bytes_append_byte(out, '"');
}

static void write_number(struct bytes *out, double number)
{
    if (!isnan(number)) bytes_append_format(out, "%.2f", number);
}

/* The places that may be meant, best first, each with code, label and score. */
static enum atlas_status write_candidates(struct bytes *out, const struct located *located,
                                          struct places *places, struct atlas_error *error)
{
    for (size_t i = 0; i < REVIEW_CANDIDATES; i++) {
        char label[300] = "";
        if (i < located->n_options) {
            enum atlas_status status =
                places_label(places, located->options[i].code, label, sizeof label, error);
            if (status && status != ATLAS_NOT_FOUND) return status;
        }
        bytes_append_byte(out, ',');
        write_cell(out, i < located->n_options ? located->options[i].code : NULL);
        bytes_append_byte(out, ',');
        write_cell(out, label);
        bytes_append_byte(out, ',');
        if (i < located->n_options) write_number(out, located->options[i].score);
    }
    return ATLAS_OK;
}

/* Why a place is doubtful and what it is shown as, in the language of the file. */
struct explanation {
    char reason[1200], shown[400];
};

static void explain(struct explanation *explanation, const char *reason, const char *shown,
                    bool english)
{
    if (english) {
        snprintf(explanation->reason, sizeof explanation->reason, "%s", reason ? reason : "");
        snprintf(explanation->shown, sizeof explanation->shown, "%s", shown);
        return;
    }
    french_text(reason, explanation->reason, sizeof explanation->reason);
    french_text(shown, explanation->shown, sizeof explanation->shown);
}

static enum atlas_status write_item(struct bytes *out, const struct review_item *item,
                                    struct places *places, bool english, struct atlas_error *error)
{
    const struct located *located = item->located;
    const struct import_party *asked = located->asked;
    char shown[300] = "", times[24];
    snprintf(times, sizeof times, "%zu", item->times);
    if (located->code && strncmp(located->code, "local:", 6) != 0) {
        enum atlas_status status = places_label(places, located->code, shown, sizeof shown, error);
        if (status && status != ATLAS_NOT_FOUND) return status;
    }
    if (!*shown)
        snprintf(shown, sizeof shown, "%s",
                 located->precision == PRECISION_AREA ? "a place in the area of its hint"
                                                      : "named, not drawn");
    struct explanation explanation;
    explain(&explanation, located->reason, shown, english);
    const char *const texts[REVIEW_MARGIN] = {
        [REVIEW_NAME] = question_name(asked),
        [REVIEW_KIND] = asked->type,
        [REVIEW_COUNTRY] = question_country(asked),
        [REVIEW_HINT] = asked->hint,
        [REVIEW_SIDE] = asked->side == SIDE_FRENCH ? "french" : "foreign",
        [REVIEW_STATUS] = located->review ? "held for review" : located->match_status,
        [REVIEW_REASON] = explanation.reason,
        [REVIEW_SHOWN_AS] = explanation.shown,
        [REVIEW_IDS] = item->ids,
        [REVIEW_LINES] = item->lines,
        [REVIEW_TIMES] = times,
        [REVIEW_KEY] = item->key,
        [REVIEW_GAZETTEER] = places_gazetteer(places),
    };
    for (int i = 0; i < REVIEW_MARGIN; i++) {
        if (i) bytes_append_byte(out, ',');
        write_cell(out, texts[i]);
    }
    bytes_append_byte(out, ',');
    if (located->n_options > 1)
        write_number(out, located->options[0].score - located->options[1].score);
    enum atlas_status status = write_candidates(out, located, places, error);
    bytes_append(out, "\r\n", 2);
    return status;
}

enum atlas_status review_save(const char *path, const struct bytes *text, bool keep_old,
                              struct atlas_error *error)
{
    char *part = NULL, *old = NULL;
    enum atlas_status status = ATLAS_OK;
    if (asprintf(&part, "%s.part", path) < 0) part = NULL;
    if (asprintf(&old, "%s~", path) < 0) old = NULL;
    FILE *file = part && old ? fopen(part, "wb") : NULL;
    bool good = file && fwrite(text->data, 1, text->length, file) == text->length;
    if (file && fclose(file) != 0) good = false;
    if (good && keep_old && rename(path, old) != 0 && errno != ENOENT) good = false;
    if (good && rename(part, path) != 0) good = false;
    if (!good)
        status = atlas_fail(error, errno == ENOSPC ? ATLAS_FULL : ATLAS_IO, "cannot write %s: %s",
                            path, strerror(errno));
    if (!good && part) remove(part);
    free(part);
    free(old);
    return status;
}

enum atlas_status review_write(const struct review *review, struct places *places, bool english,
                               const char *path, struct atlas_error *error)
{
    struct bytes text = {0};
    enum atlas_status status = ATLAS_OK;
    for (int i = 0; i < REVIEW_COLUMNS; i++)
        bytes_append_format(&text, "%s%s", i ? "," : "", names[i]);
    bytes_append(&text, "\r\n", 2);
    for (size_t i = 0; i < review->n && !status; i++)
        status = write_item(&text, &review->items[i], places, english, error);
    if (!status && bytes_status(&text))
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!status) status = review_save(path, &text, true, error);
    bytes_close(&text);
    return status;
}
