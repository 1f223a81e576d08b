#include "tiles/counts.h"

#include "tiles/answer.h"
#include "tiles/counts_series.h"
#include "tiles/edition_index.h"
#include "tiles/gender.h"
#include "tiles/vocabulary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The breakdowns, in the order of the answer. */
static const struct {
    const char *name;
    enum group_property property;
    enum vocabulary vocabulary; /* of the keys, or VOCABULARY_COUNT */
} breakdowns[] = {
    {"theme", GROUP_THEME, VOCABULARY_COUNT},
    {"year", GROUP_YEAR, VOCABULARY_COUNT},
    {"kind", GROUP_KIND, VOCABULARY_KIND},
    {"status", GROUP_STATUS, VOCABULARY_STATUS},
    {"mode", GROUP_MODE, VOCABULARY_MODE},
    {"gender", GROUP_GENDER, VOCABULARY_GENDER},
    {"country", GROUP_COUNTRY, VOCABULARY_COUNT},
    {"region", GROUP_REGION, VOCABULARY_COUNT},
    {"precision", GROUP_PRECISION, VOCABULARY_PRECISION},
};
enum { N_BREAKDOWNS = sizeof breakdowns / sizeof *breakdowns };

/* Breakdowns of the gender marker. */
static const struct {
    const char *name;
    enum group_property property;
    unsigned bit;
} marker_breakdowns[] = {
    {"gender-country", GROUP_COUNTRY, COUNTS_GENDER_COUNTRY},
    {"gender-region", GROUP_REGION, COUNTS_GENDER_REGION},
};
enum { N_MARKER_BREAKDOWNS = sizeof marker_breakdowns / sizeof *marker_breakdowns };

static enum atlas_status write_authorities(const struct selection *selection, struct json *json)
{
    return counts_write_top(selection, SIDE_FRENCH, json);
}

static enum atlas_status write_partners(const struct selection *selection, struct json *json)
{
    return counts_write_top(selection, SIDE_FOREIGN, json);
}

/* Those of tiles/counts_series. */
static const struct {
    const char *name;
    enum atlas_status (*write)(const struct selection *selection, struct json *json);
    unsigned bit;
} series[] = {
    {"theme-year", counts_write_theme_years, COUNTS_THEME_YEAR},
    {"authority", write_authorities, COUNTS_AUTHORITY},
    {"partner", write_partners, COUNTS_PARTNER},
};
enum { N_SERIES = sizeof series / sizeof *series };

/* The bit of a word of length bytes, or 0. */
static unsigned bit_of_word(const char *word, size_t length)
{
    for (size_t i = 0; i < N_BREAKDOWNS; i++)
        if (strlen(breakdowns[i].name) == length && strncmp(breakdowns[i].name, word, length) == 0)
            return 1U << breakdowns[i].property;
    for (size_t i = 0; i < N_MARKER_BREAKDOWNS; i++)
        if (strlen(marker_breakdowns[i].name) == length &&
            strncmp(marker_breakdowns[i].name, word, length) == 0)
            return marker_breakdowns[i].bit;
    for (size_t i = 0; i < N_SERIES; i++)
        if (strlen(series[i].name) == length && strncmp(series[i].name, word, length) == 0)
            return series[i].bit;
    return 0;
}

enum atlas_status counts_parse_by(const char *text, unsigned *by, struct atlas_error *error)
{
    unsigned found = 0;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, ",");
        unsigned bit = bit_of_word(at, length);
        if (!bit)
            return atlas_fail(error, ATLAS_INVALID,
                              "parameter by: “%.40s” is not a value of it; allowed: theme, year, "
                              "kind, status, mode, gender, country, region, precision, "
                              "gender-country, gender-region, theme-year, authority, partner",
                              at);
        found |= bit;
        at += length + (at[length] == ',');
    }
    *by = found;
    return ATLAS_OK;
}

/* What one group is called: the key that a filter takes, and labels. */
struct group_name {
    const char *key, *label_fr, *label_en;
    char text[12]; /* holds the key of a year */
};

static void name_none(enum group_property property, struct group_name *name)
{
    static const char *const french[] = {[GROUP_YEAR] = "Sans date", [GROUP_THEME] = "Sans thème"};
    static const char *const english[] = {[GROUP_YEAR] = "Undated", [GROUP_THEME] = "No theme"};
    bool special = property == GROUP_YEAR || property == GROUP_THEME;
    name->key = "none";
    name->label_fr = special ? french[property] : "Non renseigné";
    name->label_en = special ? english[property] : "Not stated";
}

static void name_area(const struct edition *edition, enum group_property property, uint32_t key,
                      struct group_name *name)
{
    if (key == EDITION_NONE) {
        name_none(property, name);
        return;
    }
    const struct edition_territory *t = &edition->territories[key];
    name->key = property == GROUP_COUNTRY ? t->country_iso : t->code;
    name->label_fr = t->name_fr;
    name->label_en = t->name_en;
}

static void name_group(const struct edition *edition, size_t breakdown, uint32_t key,
                       struct group_name *name)
{
    enum group_property property = breakdowns[breakdown].property;
    const struct vocabulary_word *word;
    if (key == EDITION_NONE) {
        name_none(property, name);
        return;
    }
    switch (property) {
    case GROUP_THEME:
        name->key = edition->themes[key].code;
        name->label_fr = edition->themes[key].label_fr;
        name->label_en = edition->themes[key].label_en;
        break;
    case GROUP_YEAR:
        snprintf(name->text, sizeof name->text, "%u", key);
        name->key = name->label_fr = name->label_en = name->text;
        break;
    case GROUP_COUNTRY:
    case GROUP_REGION:
        name_area(edition, property, key, name);
        break;
    default:
        word = vocabulary_word(breakdowns[breakdown].vocabulary, key);
        name->key = word ? word->key : "?";
        name->label_fr = word ? word->label_fr : "?";
        name->label_en = word ? word->label_en : "?";
        break;
    }
}

static int compare_falling(const void *a, const void *b)
{
    const struct group *left = a, *right = b;
    if (left->totals.n != right->totals.n) return left->totals.n > right->totals.n ? -1 : 1;
    if (left->totals.partnerships != right->totals.partnerships)
        return left->totals.partnerships > right->totals.partnerships ? -1 : 1;
    return (left->key[0] > right->key[0]) - (left->key[0] < right->key[0]);
}

/* amount_eur of a group, in cents; null where no link of it has a known amount. */
static void write_amount(struct json *json, const struct totals *totals)
{
    json_key(json, "amount_eur");
    if (totals->with_amount == 0)
        json_none(json);
    else
        json_number(json, totals->amount_eur, 2);
}

static enum atlas_status write_breakdown(struct json *json, const struct selection *selection,
                                         size_t breakdown, const char *nature)
{
    struct groups groups;
    enum group_property property = breakdowns[breakdown].property;
    enum atlas_status status = group_by_property(selection, property, nature, &groups);
    if (status) return status;
    if (groups.n && (property == GROUP_COUNTRY || property == GROUP_REGION))
        qsort(groups.groups, groups.n, sizeof *groups.groups, compare_falling);
    json_key(json, breakdowns[breakdown].name);
    json_array_begin(json);
    for (size_t i = 0; i < groups.n; i++) {
        const struct group *group = &groups.groups[i];
        struct group_name name;
        name_group(selection->edition, breakdown, group->key[0], &name);
        json_object_begin(json);
        json_key_text(json, "key", name.key);
        json_key_text(json, "label_fr", name.label_fr);
        json_key_text(json, "label_en", name.label_en);
        json_key_integer(json, "n", (int64_t)group->totals.n);
        json_key_integer(json, "partnerships", (int64_t)group->totals.partnerships);
        if (nature) write_amount(json, &group->totals);
        json_object_end(json);
    }
    json_array_end(json);
    groups_close(&groups);
    return ATLAS_OK;
}

static void write_marked(struct json *json, const char *key, const struct gender_row *row,
                         bool of_money)
{
    static const char *const markers[] = {"0", "1", "2"};
    json_key(json, key);
    json_object_begin(json);
    for (size_t i = 0; i < 3; i++) {
        json_key(json, markers[i]);
        if (of_money)
            json_number(json, row->marked[i].amount_eur, 2);
        else
            json_int(json, (int64_t)row->marked[i].partnerships);
    }
    json_object_end(json);
}

static void write_share(struct json *json, const char *key, double share)
{
    json_key(json, key);
    json_number(json, share, 4);
}

/* The numbers of one area, into an open object. */
static void write_gender_row(struct json *json, const struct gender_row *row, const char *nature)
{
    uint64_t examined = gender_examined(row);
    json_key_integer(json, "partnerships", (int64_t)row->all.partnerships);
    write_marked(json, "marked", row, false);
    json_key_integer(json, "estimated", (int64_t)row->estimated.partnerships);
    json_key_integer(json, "unknown", (int64_t)row->unknown.partnerships);
    json_key_integer(json, "examined", (int64_t)examined);
    write_share(json, "share", gender_share(row, false));
    write_share(json, "coverage", gender_coverage(row, false));
    json_key(json, "ranked");
    json_bool(json, examined >= GENDER_RANKED_FROM);
    if (!nature) return;
    write_amount(json, &row->all);
    write_marked(json, "marked_eur", row, true);
    write_share(json, "share_eur", gender_share(row, true));
    write_share(json, "coverage_eur", gender_coverage(row, true));
}

static enum atlas_status write_gender(struct json *json, const struct selection *selection,
                                      size_t breakdown, const char *nature,
                                      struct gender_row *total)
{
    struct gender_table table;
    enum group_property property = marker_breakdowns[breakdown].property;
    enum atlas_status status = gender_make(selection, property, nature, &table);
    if (status) return status;
    json_key(json, marker_breakdowns[breakdown].name);
    json_array_begin(json);
    for (size_t i = 0; i < table.n; i++) {
        struct group_name name;
        name_area(selection->edition, property, table.rows[i].key, &name);
        json_object_begin(json);
        json_key_text(json, "key", name.key);
        json_key_text(json, "label_fr", name.label_fr);
        json_key_text(json, "label_en", name.label_en);
        write_gender_row(json, &table.rows[i], nature);
        json_object_end(json);
    }
    json_array_end(json);
    *total = table.total;
    gender_close(&table);
    return ATLAS_OK;
}

/* `by`, and behind it `gender_total` where the marker is broken down. */
static enum atlas_status write_breakdowns(struct json *json, const struct selection *selection,
                                          unsigned by, const char *nature)
{
    struct gender_row total;
    bool has_total = false;
    enum atlas_status status = ATLAS_OK;
    json_key(json, "by");
    json_object_begin(json);
    for (size_t i = 0; status == ATLAS_OK && i < N_BREAKDOWNS; i++)
        if (by >> breakdowns[i].property & 1) status = write_breakdown(json, selection, i, nature);
    for (size_t i = 0; status == ATLAS_OK && i < N_MARKER_BREAKDOWNS; i++) {
        if (!(by & marker_breakdowns[i].bit)) continue;
        status = write_gender(json, selection, i, nature, &total);
        has_total = status == ATLAS_OK;
    }
    for (size_t i = 0; status == ATLAS_OK && i < N_SERIES; i++) {
        if (!(by & series[i].bit)) continue;
        json_key(json, series[i].name);
        status = series[i].write(selection, json);
    }
    json_object_end(json);
    if (!has_total) return status;
    json_key(json, "gender_total");
    json_object_begin(json);
    write_gender_row(json, &total, nature);
    json_object_end(json);
    return status;
}

static void write_totals(struct json *json, const struct selection *selection)
{
    json_key(json, "partnerships");
    json_object_begin(json);
    json_key_integer(json, "total", (int64_t)selection->n_partnerships);
    json_key_integer(json, "placed", (int64_t)selection->n_placed_partnerships);
    json_key_integer(json, "undated_left_out", (int64_t)selection->undated_left_out);
    json_key_integer(json, "not_published", (int64_t)selection->edition->not_published);
    json_object_end(json);
    json_key(json, "links");
    json_object_begin(json);
    json_key_integer(json, "total", (int64_t)selection->n_links);
    json_key_integer(json, "placed", (int64_t)selection->n_placed_links);
    json_key_integer(json, "drawn", (int64_t)selection->n_drawn_links);
    json_key_integer(json, "undated_left_out", (int64_t)selection->undated_links_left_out);
    json_object_end(json);
}

static enum atlas_status write_amounts(struct json *json, const struct selection *selection,
                                       const char *nature)
{
    struct totals totals = {0};
    enum atlas_status status = group_all(selection, nature, &totals);
    json_key_text(json, "nature", nature);
    write_amount(json, &totals);
    json_key(json, "amounts");
    json_array_begin(json);
    for (size_t i = 0; status == ATLAS_OK && i < vocabulary_size(VOCABULARY_NATURE); i++) {
        const struct vocabulary_word *word = vocabulary_word(VOCABULARY_NATURE, i);
        status = group_all(selection, word->key, &totals);
        if (totals.with_amount == 0) continue;
        json_object_begin(json);
        json_key_text(json, "nature", word->key);
        json_key_text(json, "label_fr", word->label_fr);
        json_key_text(json, "label_en", word->label_en);
        write_amount(json, &totals);
        json_key_integer(json, "links", (int64_t)totals.with_amount);
        json_object_end(json);
    }
    json_array_end(json);
    return status;
}

enum atlas_status counts_write(const struct selection *selection, const char *filter, unsigned by,
                               const char *nature, struct bytes *out)
{
    struct json json;
    struct distinct distinct;
    json_init(&json, out);
    enum atlas_status status = group_distinct(selection, &distinct);
    if (status) return status;
    json_object_begin(&json);
    answer_edition(&json, selection->edition);
    json_key_text(&json, "filter", filter);
    write_totals(&json, selection);
    json_key_integer(&json, "authorities", (int64_t)distinct.authorities);
    json_key_integer(&json, "partners", (int64_t)distinct.partners);
    json_key_integer(&json, "countries", (int64_t)distinct.countries);
    status = write_amounts(&json, selection, nature);
    if (status == ATLAS_OK) status = write_breakdowns(&json, selection, by, nature);
    json_key_text(
        &json, "note_fr",
        "Une fiche peut compter dans plusieurs lignes d’un détail : les nombres de fiches "
        "ne s’additionnent pas.");
    json_key_text(&json, "note_en",
                  "A partnership may count in several rows of a breakdown: numbers of partnerships "
                  "do not add up.");
    json_object_end(&json);
    return status ? status : bytes_status(out);
}
