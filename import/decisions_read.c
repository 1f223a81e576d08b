/* A review file that was filled in, line by line. It comes from outside like any other. */
#include "import/decisions.h"

#include "geo/store_decisions.h"
#include "import/review.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
    const struct decisions_file *file;
    struct store *store;
    struct places *places;
    const struct dataset_row *row;
    int positions[REVIEW_COLUMNS]; /* -1: the file lacks it */
    size_t recorded, refused;
};

static const char *cell(const struct reading *reading, enum review_column column)
{
    int at = reading->positions[column];
    if (at < 0 || (size_t)at >= reading->row->n_cells) return "";
    const char *text = reading->row->cells[at].text;
    return review_unguarded(text);
}

static void refuse(struct reading *reading, const char *what, const char *value)
{
    reading->refused++;
    fprintf(reading->file->log, "%s line %" PRIu64 ": %s%s%.80s%s\n", reading->file->path,
            reading->row->line, what, *value ? ": '" : "", value, *value ? "'" : "");
}

/* False, said why, when the question is not the one that was asked here. */
static bool check_question(struct reading *reading, enum atlas_status *status)
{
    char key[QUESTION_KEY_BYTES];
    const char *side = cell(reading, REVIEW_SIDE);
    struct import_party party = {.name = cell(reading, REVIEW_NAME),
                                 .type = cell(reading, REVIEW_KIND),
                                 .hint = cell(reading, REVIEW_HINT),
                                 .country_iso = cell(reading, REVIEW_COUNTRY),
                                 .side = strcmp(side, "french") == 0 ? SIDE_FRENCH : SIDE_FOREIGN};
    *status = question_key(&party, key);
    if (*status) return false;
    if (strcmp(key, cell(reading, REVIEW_KEY)) != 0) {
        refuse(reading,
               "side, name, kind, hint, country or key were changed; leave them as the review file "
               "has them, and only fill in `decision`",
               party.name);
        return false;
    }
    if (strcmp(cell(reading, REVIEW_GAZETTEER), places_gazetteer(reading->places)) == 0)
        return true;
    refuse(reading,
           "these candidates are of another gazetteer than the one in use; write the review file "
           "again with --review and carry the answers over",
           cell(reading, REVIEW_GAZETTEER));
    return false;
}

/* The number of a candidate, or 0. */
static int candidate_number(const char *answer)
{
    return answer[0] >= '1' && answer[0] <= '0' + REVIEW_CANDIDATES && !answer[1] ? answer[0] - '0'
                                                                                  : 0;
}

static const char *word_of(const char *answer)
{
    static const struct {
        const char *written;
        enum answer_kind kind;
    } words[] = {{"none", ANSWER_NONE},      {"aucun", ANSWER_NONE},
                 {"as-is", ANSWER_AS_IS},    {"as is", ANSWER_AS_IS},
                 {"tel quel", ANSWER_AS_IS}, {"publish", ANSWER_PUBLISH},
                 {"publier", ANSWER_PUBLISH}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(answer, words[i].written)) return answer_text(words[i].kind);
    return NULL;
}

/* A copy without blanks at its ends, at most size - 1 bytes. */
static void trim(const char *text, char *out, size_t size)
{
    while (isspace((unsigned char)*text))
        text++;
    snprintf(out, size, "%s", text);
    for (size_t n = strlen(out); n && isspace((unsigned char)out[n - 1]);)
        out[--n] = '\0';
}

static enum atlas_status take_answer(struct reading *reading, const char *answer,
                                     struct atlas_error *error)
{
    enum atlas_status status;
    char label[200] = "";
    if (!check_question(reading, &status)) return status;
    const char *word = word_of(answer), *code = NULL;
    if (!word) {
        int number = candidate_number(answer);
        code = number ? cell(reading, review_candidate_code(number)) : answer;
        if (!*code) {
            refuse(reading, "there is no candidate of this number", answer);
            return ATLAS_OK;
        }
        status = places_label(reading->places, code, label, sizeof label, error);
        if (status == ATLAS_NOT_FOUND) {
            refuse(
                reading,
                "neither the number of a candidate, nor a code of the gazetteer, nor none, as-is "
                "or publish",
                answer);
            return ATLAS_OK;
        }
        if (status) return status;
    }
    const struct store_decision decision = {.key = cell(reading, REVIEW_KEY),
                                            .side = cell(reading, REVIEW_SIDE),
                                            .name = cell(reading, REVIEW_NAME),
                                            .kind = cell(reading, REVIEW_KIND),
                                            .hint = cell(reading, REVIEW_HINT),
                                            .country = cell(reading, REVIEW_COUNTRY),
                                            .answer = word ? word : answer_text(ANSWER_PLACE),
                                            .code = code,
                                            .label = word ? NULL : label,
                                            .decided_on = reading->file->today};
    reading->recorded++;
    return store_decide(reading->store, &decision, error);
}

/* What makes a question and its answer; without the rest a file may be cut down to them. */
static bool is_needed(enum review_column column)
{
    return column <= REVIEW_SIDE || column == REVIEW_KEY || column == REVIEW_GAZETTEER;
}

static enum atlas_status find_columns(struct reading *reading, const struct dataset_row *header,
                                      struct atlas_error *error)
{
    for (int column = 0; column < REVIEW_COLUMNS; column++) {
        const char *name = review_column_name((enum review_column)column);
        reading->positions[column] = -1;
        for (size_t i = 0; i < header->n_cells; i++)
            if (!strcasecmp(header->cells[i].text, name)) reading->positions[column] = (int)i;
        if (reading->positions[column] < 0 && is_needed((enum review_column)column))
            return atlas_fail(
                error, ATLAS_INVALID,
                "%s has no column '%s': it is no review file; write one with --review",
                reading->file->path, name);
    }
    return ATLAS_OK;
}

static enum atlas_status read_rows(struct reading *reading, struct dataset *dataset,
                                   struct atlas_error *error)
{
    enum atlas_status status;
    while (!(status = dataset_next(dataset, &reading->row, error)) && reading->row) {
        char answer[120];
        if (reading->row->problem) {
            refuse(reading, reading->row->problem, "");
            continue;
        }
        trim(cell(reading, REVIEW_DECISION), answer, sizeof answer);
        if (*answer) status = take_answer(reading, answer, error);
        if (status) return status;
    }
    return status;
}

enum atlas_status decisions_read(const struct decisions_file *file, struct store *store,
                                 struct places *places, size_t *n, struct atlas_error *error)
{
    struct reading reading = {.file = file, .store = store, .places = places};
    struct dataset *dataset = NULL;
    enum atlas_status status = dataset_open(file->path, &file->dataset, &dataset, error);
    if (status) return status;
    status = find_columns(&reading, dataset_header(dataset), error);
    if (!status) status = read_rows(&reading, dataset, error);
    dataset_close(dataset);
    *n = reading.recorded;
    if (status || !reading.refused) return status;
    return atlas_fail(error, ATLAS_INVALID,
                      "%zu lines of %s cannot be used (said above); nothing was recorded",
                      reading.refused, file->path);
}
