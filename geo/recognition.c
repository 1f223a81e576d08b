#include "geo/recognition.h"

#include "geo/name.h"
#include "geo/territory.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 8, CELL_SIZE = 400, MOST_FILE = 1 << 20 };

/* Reads a small CSV file row by row. */
struct reading {
    const char *path;
    struct recognition *recognition;
    char cells[MOST_CELLS][CELL_SIZE];
    size_t n_cells;
    unsigned long row;
    enum atlas_status (*take_row)(struct reading *);
    enum atlas_status status;
    struct atlas_error *error;
};

static void on_cell(void *cell, size_t length, void *context)
{
    struct reading *reading = context;
    if (reading->n_cells < MOST_CELLS)
        snprintf(reading->cells[reading->n_cells], CELL_SIZE, "%.*s",
                 (int)(length < CELL_SIZE ? length : CELL_SIZE - 1),
                 cell ? (const char *)cell : "");
    reading->n_cells++;
}

static void on_row(int end, void *context)
{
    (void)end;
    struct reading *reading = context;
    reading->row++;
    if (reading->status == ATLAS_OK && reading->row > 1)
        reading->status = reading->take_row(reading);
    reading->n_cells = 0;
}

static enum atlas_status read_file(struct reading *reading)
{
    FILE *file = fopen(reading->path, "rb");
    if (!file)
        return atlas_fail(reading->error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO,
                          "cannot read the recognition rules %s: %s", reading->path,
                          strerror(errno));
    char *text = malloc(MOST_FILE);
    size_t n = text ? fread(text, 1, MOST_FILE, file) : 0;
    fclose(file);
    if (!text) return atlas_fail(reading->error, ATLAS_NO_MEMORY, "out of memory");
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    bool sound = csv_parse(&parser, text, n, on_cell, on_row, reading) == n &&
                 csv_fini(&parser, on_cell, on_row, reading) == 0;
    csv_free(&parser);
    free(text);
    if (reading->status != ATLAS_OK) return reading->status;
    if (!sound || reading->row < 2 || n == MOST_FILE)
        return atlas_fail(reading->error, ATLAS_INVALID,
                          "%s: row %lu: not a CSV file of recognition rules", reading->path,
                          reading->row + 1);
    return ATLAS_OK;
}

static enum atlas_status bad_row(struct reading *reading, const char *what)
{
    return atlas_fail(reading->error, ATLAS_INVALID, "%s: row %lu: %s", reading->path, reading->row,
                      what);
}

static bool read_iso(const char *text, char iso[3])
{
    if (!text[0]) return true;
    if (strlen(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z')
        return false;
    memcpy(iso, text, 3);
    return true;
}

static bool read_year(const char *text, int *year)
{
    *year = 0;
    if (!text[0]) return true;
    char *end;
    long value = strtol(text, &end, 10);
    if (*end || value < 1000 || value > 9999) return false;
    *year = (int)value;
    return true;
}

static enum atlas_status take_rule(struct reading *reading)
{
    static const char *const actions[] = {"ok", "relabel", "review"};
    struct recognition *recognition = reading->recognition;
    if (reading->n_cells < 7)
        return bad_row(reading,
                       "area, claimed_as, from, to, counted_under, label_fr, rule and "
                       "basis are needed");
    if (recognition->count == RECOGNITION_MOST_RULES) return bad_row(reading, "too many rules");
    struct recognition_rule *rule = &recognition->rules[recognition->count];
    *rule = (struct recognition_rule){0};
    snprintf(rule->area, sizeof rule->area, "%.*s", (int)sizeof rule->area - 1, reading->cells[0]);
    snprintf(rule->label, sizeof rule->label, "%.*s", (int)sizeof rule->label - 1,
             reading->cells[5]);
    if (!read_iso(reading->cells[1], rule->claimed_as) || !reading->cells[4][0] ||
        !read_iso(reading->cells[4], rule->counted_under))
        return bad_row(reading, "claimed_as and counted_under are ISO codes of two capitals");
    if (!read_year(reading->cells[2], &rule->from) || !read_year(reading->cells[3], &rule->to))
        return bad_row(reading, "from and to are years of four digits, or empty");
    size_t action = 0;
    while (action < 3 && strcmp(actions[action], reading->cells[6]) != 0)
        action++;
    if (action == 3) return bad_row(reading, "the rule is ok, relabel or review");
    rule->action = (enum recognition_action)action;
    rule->by_wording = strstr(rule->area, "«") != NULL;
    if (rule->claimed_as[0]) memcpy(rule->claims[rule->n_claims++], rule->claimed_as, 3);
    recognition->count++;
    return ATLAS_OK;
}

static bool read_box(const char *text, double box[4])
{
    char *end;
    for (int i = 0; i < 4; i++) {
        box[i] = strtod(text, &end);
        if (end == text || !(box[i] >= -180 && box[i] <= 180)) return false;
        text = end;
    }
    return !*text && box[0] < box[2] && box[1] < box[3];
}

/* Checks one fact and adds it to a rule. */
static enum atlas_status add_fact(struct reading *reading, struct recognition_rule *rule)
{
    static const struct {
        const char *what;
        enum wording_scope scope;
    } wordings[] = {{"name", WORDING_OF_RULE},
                    {"name-always", WORDING_ALWAYS},
                    {"name-claimed", WORDING_CLAIMED}};
    const char *what = reading->cells[1], *value = reading->cells[2];
    if (rule->n_names == RECOGNITION_MOST_FACTS || rule->n_codes == RECOGNITION_MOST_FACTS ||
        rule->n_claims == sizeof rule->claims / sizeof *rule->claims ||
        rule->n_doubts == sizeof rule->doubts / sizeof *rule->doubts ||
        rule->n_boxes == RECOGNITION_MOST_BOXES)
        return bad_row(reading, "too many facts about one area");
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (strcmp(what, wordings[i].what) == 0) {
            rule->scopes[rule->n_names] = wordings[i].scope;
            name_fold(value, rule->names[rule->n_names++], sizeof rule->names[0]);
            return ATLAS_OK;
        }
    bool doubt = strcmp(what, "doubt") == 0;
    if (doubt || strcmp(what, "code") == 0) {
        if (!territory_code_valid(value) || strlen(value) >= sizeof rule->codes[0])
            return bad_row(reading, "the value is no territory code");
        char *code = doubt ? rule->doubts[rule->n_doubts++] : rule->codes[rule->n_codes++];
        snprintf(code, sizeof rule->codes[0], "%.39s", value);
    } else if (strcmp(what, "claim") == 0) {
        if (!value[0] || !read_iso(value, rule->claims[rule->n_claims++]))
            return bad_row(reading, "a claim is an ISO code of two capitals");
    } else if (strcmp(what, "box") == 0) {
        if (!read_box(value, rule->boxes[rule->n_boxes++]))
            return bad_row(reading, "a box is west, south, east and north in degrees");
    } else
        return bad_row(reading,
                       "what is name, name-always, name-claimed, code, doubt, claim or box");
    return ATLAS_OK;
}

static enum atlas_status take_fact(struct reading *reading)
{
    if (reading->n_cells < 3) return bad_row(reading, "area, what and value are needed");
    for (size_t i = 0; i < reading->recognition->count; i++) {
        struct recognition_rule *rule = &reading->recognition->rules[i];
        if (strcmp(rule->area, reading->cells[0]) == 0) return add_fact(reading, rule);
    }
    return bad_row(reading, "no rule of recognition.csv has this area");
}

/* "…/recognition.csv" -> "…/recognition-areas.csv". */
static bool areas_path(const char *csv_path, char *path, size_t size)
{
    const char *ending = strrchr(csv_path, '.');
    const char *slash = strrchr(csv_path, '/');
    if (!ending || (slash && ending < slash)) ending = csv_path + strlen(csv_path);
    int n = snprintf(path, size, "%.*s-areas.csv", (int)(ending - csv_path), csv_path);
    return n > 0 && (size_t)n < size;
}

enum atlas_status recognition_new(const char *csv_path, struct recognition **recognition,
                                  struct atlas_error *error)
{
    struct recognition *made = calloc(1, sizeof *made);
    struct reading *reading = calloc(1, sizeof *reading);
    char beside[4096];
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (made && reading) {
        *reading = (struct reading){
            .path = csv_path, .recognition = made, .take_row = take_rule, .error = error};
        status = read_file(reading);
    } else
        atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (status == ATLAS_OK && areas_path(csv_path, beside, sizeof beside)) {
        *reading = (struct reading){
            .path = beside, .recognition = made, .take_row = take_fact, .error = error};
        status = read_file(reading);
        if (status == ATLAS_NOT_FOUND) status = ATLAS_OK;
    }
    free(reading);
    if (status != ATLAS_OK) {
        free(made);
        return status;
    }
    *recognition = made;
    return ATLAS_OK;
}

void recognition_free(struct recognition *recognition)
{
    free(recognition);
}

static bool in_time(const struct recognition_rule *rule, int year)
{
    return year == 0 || ((!rule->from || year >= rule->from) && (!rule->to || year <= rule->to));
}

static bool claimed(const struct recognition_rule *rule, const char *claimed_iso)
{
    for (size_t i = 0; i < rule->n_claims; i++)
        if (strcmp(rule->claims[i], claimed_iso) == 0) return true;
    return false;
}

/* Whether the words of `name` stand together in `text`. */
static bool holds_words(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = text; n > 0 && (at = strstr(at, name)); at++)
        if ((at == text || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
    return false;
}

bool recognition_is_named(const struct recognition_rule *rule, const char *folded)
{
    for (size_t i = 0; i < rule->n_names; i++)
        if (holds_words(folded, rule->names[i])) return true;
    return false;
}

bool recognition_doubts(const struct recognition_rule *rule, const char *code)
{
    for (size_t i = 0; i < rule->n_doubts; i++)
        if (strcmp(rule->doubts[i], code) == 0) return true;
    return false;
}

/* Whether a wording calls its rule under this claim. */
static bool in_scope(const struct recognition_rule *rule, enum wording_scope scope,
                     const char *claimed_iso)
{
    switch (scope) {
    case WORDING_ALWAYS:
        return true;
    case WORDING_CLAIMED:
        return !claimed_iso[0] || claimed(rule, claimed_iso) ||
               strcmp(rule->counted_under, claimed_iso) == 0;
    default:
        return !rule->claimed_as[0] || claimed(rule, claimed_iso);
    }
}

const struct recognition_rule *recognition_by_wording(const struct recognition *recognition,
                                                      const char *const *folded_texts,
                                                      const char *claimed_iso, int year)
{
    for (size_t r = 0; recognition && r < recognition->count; r++) {
        const struct recognition_rule *rule = &recognition->rules[r];
        if (!in_time(rule, year)) continue;
        for (size_t i = 0; i < rule->n_names; i++)
            for (const char *const *text = folded_texts; *text; text++)
                if (in_scope(rule, rule->scopes[i], claimed_iso) &&
                    holds_words(*text, rule->names[i]))
                    return rule;
    }
    return NULL;
}

const struct recognition_rule *recognition_next_claim(const struct recognition *recognition,
                                                      const char *claimed_iso, int year,
                                                      size_t *cursor)
{
    while (recognition && *cursor < recognition->count) {
        const struct recognition_rule *rule = &recognition->rules[(*cursor)++];
        if (in_time(rule, year) && claimed(rule, claimed_iso) && rule->n_codes > 0 &&
            strcmp(rule->counted_under, claimed_iso) != 0)
            return rule;
    }
    return NULL;
}

enum atlas_status recognition_inside(const struct recognition_rule *rule,
                                     struct gazetteer *gazetteer, const char *code, bool *inside,
                                     struct atlas_error *error)
{
    *inside = false;
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < rule->n_codes && !*inside && status == ATLAS_OK; i++)
        status = gazetteer_inside(gazetteer, code, rule->codes[i], inside, error);
    return status;
}

static bool in_box(const struct recognition_rule *rule, const struct place *place)
{
    for (size_t i = 0; i < rule->n_boxes; i++) {
        const double *box = rule->boxes[i];
        if (place->lon_deg >= box[0] && place->lat_deg >= box[1] && place->lon_deg <= box[2] &&
            place->lat_deg <= box[3])
            return true;
    }
    return false;
}

enum atlas_status recognition_of_place(const struct recognition *recognition,
                                       struct gazetteer *gazetteer, const struct place *place,
                                       const char *claimed_iso, int year,
                                       const struct recognition_rule **rule,
                                       struct atlas_error *error)
{
    *rule = NULL;
    for (size_t r = 0; recognition && r < recognition->count; r++) {
        const struct recognition_rule *candidate = &recognition->rules[r];
        bool any = !candidate->claimed_as[0] && !candidate->by_wording;
        bool counted = strcmp(candidate->counted_under, place->country_iso) == 0;
        if (!in_time(candidate, year) || (!any && !claimed(candidate, claimed_iso))) continue;
        bool inside =
            (counted || claimed(candidate, place->country_iso)) && in_box(candidate, place);
        enum atlas_status status = ATLAS_OK;
        if (!inside) inside = recognition_doubts(candidate, place->code);
        if (!inside && counted)
            status = recognition_inside(candidate, gazetteer, place->code, &inside, error);
        if (status != ATLAS_OK) return status;
        if (inside && (!*rule || candidate->action > (*rule)->action)) *rule = candidate;
    }
    return ATLAS_OK;
}
