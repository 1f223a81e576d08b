#include "geo/country.h"
#include "import/record_internal.h"
#include "import/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_BYTES = 1000 };

struct record_reader *record_reader_new(const struct record_context *context)
{
    struct record_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->context = *context;
    for (int field = 0; field < FIELD_COUNT; field++) {
        size_t position = columns_of(context->columns, (enum field)field);
        reader->positions[field] = position < context->columns->n ? position : SIZE_MAX;
    }
    return reader;
}

void record_reader_free(struct record_reader *reader)
{
    if (!reader) return;
    bytes_close(&reader->text);
    bytes_close(&reader->repaired);
    bytes_close(&reader->masked);
    free(reader);
}

/* ---- fields ---- */

static void part_field(struct record_reader *reader, enum field field)
{
    bool joined = field == FIELD_FRENCH_HINT || field == FIELD_FOREIGN_HINT;
    const char *text = joined ? record_joined(reader, field) : record_text(reader, field);
    record_part(reader, text, ";|", &reader->parts[field]);
    if (joined && reader->parts[field].n > 1) { /* several columns say where: one hint */
        reader->parts[field].n = 1;
        reader->parts[field].texts[0] = text;
    }
}

/* The i-th of n values of a field: one value stands for all. */
static const char *value_at(const struct record_reader *reader, enum field field, size_t i)
{
    const struct values *values = &reader->parts[field];
    if (values->n == 1) return values->texts[0];
    return i < values->n ? values->texts[i] : NULL;
}

static void read_years(struct record_reader *reader, struct import_partnership *p)
{
    static const enum field fields[] = {FIELD_PERIOD, FIELD_YEAR_START, FIELD_YEAR_END,
                                        FIELD_SIGNED};
    p->year_start = p->year_end = YEAR_NONE;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *text = record_text(reader, fields[i]);
        if (!text) continue;
        struct years years;
        const char *problem = years_parse(text, &years);
        if (problem) {
            record_reject(
                reader, fields[i], text, problem,
                "write 2019, 2019-2023, depuis 2009 or 12/03/2019, or leave the cell empty");
            return;
        }
        if (years.approximate) record_note(reader, fields[i], text, "is approximate");
        int start = years.start, end = years.end;
        if (fields[i] == FIELD_SIGNED) {
            char year[8];
            snprintf(year, sizeof year, "%04d", start != YEAR_NONE ? start : end);
            p->signed_on =
                pool_text(reader->context.pool, *years.start_date ? years.start_date : year);
            continue;
        }
        if (fields[i] == FIELD_YEAR_END && end == YEAR_NONE) {
            end = start;
            start = YEAR_NONE;
        }
        if (start != YEAR_NONE) p->year_start = (int16_t)start;
        if (end != YEAR_NONE) p->year_end = (int16_t)end;
        if (years.open && !p->end_kind) p->end_kind = "open";
    }
    const char *end_text = record_text(reader, FIELD_YEAR_END);
    if (p->year_start != YEAR_NONE && p->year_end != YEAR_NONE && p->year_end < p->year_start)
        record_reject(reader, FIELD_YEAR_END, end_text ? end_text : "", "it ends before it starts",
                      "check both years");
}

/* One amount as a funding of the partnership; false when the row is rejected or memory is out. */
static bool add_amount(struct record_reader *reader, struct import_partnership *p, const char *text,
                       const char *funder, const char *nature)
{
    double euros;
    bool known;
    const char *problem = amount_parse(text, &euros, &known);
    if (problem)
        record_reject(reader, FIELD_AMOUNT, text, problem,
                      "write 1234.50 or 1 234,50 €, or leave the cell empty");
    if (problem || !known) return !problem;
    p->fundings = pool_grow(reader->context.pool, p->fundings, p->n_fundings, sizeof *p->fundings);
    if (!p->fundings) return false;
    const char *word = funder ? funder_word(funder) : NULL;
    p->fundings[p->n_fundings++] =
        (struct import_funding){word ? word : funder, nature, euros, YEAR_NONE, YEAR_NONE};
    return true;
}

/* What another column says beside the i-th of n amounts: one value stands for all, as many for
 * each, any other number for none. */
static const char *beside(const struct record_reader *reader, enum field field, size_t i, size_t n)
{
    size_t values = reader->parts[field].n;
    return values == 1 || values == n ? value_at(reader, field, i) : NULL;
}

/* Columns of amounts, each maybe with several: then as many funders and natures, or one for all.
 * What a header says of its own column goes before the columns of funder and nature. */
static void read_amounts(struct record_reader *reader, struct import_partnership *p)
{
    const struct columns *columns = reader->context.columns;
    part_field(reader, FIELD_AMOUNT_FUNDER);
    part_field(reader, FIELD_AMOUNT_NATURE);
    for (size_t i = 0; i < columns->n && i < reader->row->n_cells; i++) {
        const struct column *column = &columns->columns[i];
        if (column->field != FIELD_AMOUNT) continue;
        const struct dataset_cell *cell = &reader->row->cells[i];
        struct values amounts;
        record_part(reader, record_keep(reader, FIELD_AMOUNT, cell->text, cell->length), ";|",
                    &amounts);
        for (size_t j = 0; j < amounts.n; j++) {
            const char *said = beside(reader, FIELD_AMOUNT_NATURE, j, amounts.n);
            const char *nature = column->implied ? column->implied : amount_nature_word(said);
            if (said && !column->implied && !nature)
                record_note(reader, FIELD_AMOUNT_NATURE, said,
                            "is not in the vocabulary and was left out");
            const char *funder =
                column->funder ? column->funder : beside(reader, FIELD_AMOUNT_FUNDER, j, amounts.n);
            if (!add_amount(reader, p, amounts.texts[j], funder, nature)) return;
        }
    }
}

static bool has_theme(const struct import_partnership *p, const struct theme *theme)
{
    for (size_t i = 0; i < p->n_themes; i++)
        if (p->themes[i] == theme) return true;
    return false;
}

static bool add_theme(struct record_reader *reader, struct import_partnership *p, const char *text)
{
    const struct theme *theme = theme_tree_find(reader->context.themes, text);
    if (!theme) return false;
    if (has_theme(p, theme)) return true;
    const struct theme **themes =
        pool_grow(reader->context.pool, p->themes, p->n_themes, sizeof(struct theme *));
    if (!themes) return true;
    p->themes = themes;
    p->themes[p->n_themes++] = theme;
    return true;
}

static void read_themes(struct record_reader *reader, struct import_partnership *p)
{
    struct values values, pieces;
    record_part(reader, record_joined(reader, FIELD_THEMES), ";|", &values);
    for (size_t i = 0; i < values.n; i++) {
        if (add_theme(reader, p, values.texts[i])) continue;
        /* A label may hold a comma; only what is no label is parted there. */
        record_part(reader, values.texts[i], ",/", &pieces);
        for (size_t j = 0; j < pieces.n; j++)
            if (!add_theme(reader, p, pieces.texts[j]))
                record_note(reader, FIELD_THEMES, pieces.texts[j],
                            "is no known theme and was left out");
    }
}

static void read_gender(struct record_reader *reader, struct import_partnership *p)
{
    const char *marker = record_word(reader, FIELD_GENDER_MARKER, gender_word);
    p->gender_marker = marker ? (int8_t)(marker[0] - '0') : -1;
    p->gender_origin = record_word(reader, FIELD_GENDER_ORIGIN, gender_origin_word);
    if (p->gender_origin && !marker) p->gender_origin = NULL; /* the origin of nothing */
}

static void read_texts(struct record_reader *reader, struct import_partnership *p)
{
    p->external_id = record_text(reader, FIELD_ID);
    p->title = record_text(reader, FIELD_TITLE);
    p->description = record_text(reader, FIELD_DESCRIPTION);
    p->status_date = record_text(reader, FIELD_STATUS_DATE);
    p->call = record_joined(reader, FIELD_CALL);
    p->sdg = record_joined(reader, FIELD_SDG);
    p->dac = record_joined(reader, FIELD_DAC);
    p->source_doc = record_text(reader, FIELD_SOURCE_DOC);
    p->source_place = record_text(reader, FIELD_SOURCE_PLACE);
    p->source_date = record_text(reader, FIELD_SOURCE_DATE);
    p->note = record_joined(reader, FIELD_NOTE);
    p->publication_reason = record_text(reader, FIELD_PUBLICATION_REASON);
    p->kind = record_word(reader, FIELD_KIND, kind_word);
    p->modes = record_words(reader, FIELD_MODES, mode_word, record_text(reader, FIELD_MODES));
    p->status = record_word(reader, FIELD_STATUS, status_word);
    p->end_kind = record_word(reader, FIELD_END_KIND, end_kind_word);
    p->publication = record_word(reader, FIELD_PUBLICATION, publication_word);
    if (!p->publication)
        p->publication =
            record_cell(reader, FIELD_PUBLICATION) && record_cell(reader, FIELD_PUBLICATION)->length
                ? "to-review" /* not understood: rather held back */
                : "published";
    p->published_precision = record_word(reader, FIELD_PUBLISHED_PRECISION, precision_word);
    p->unpaired = (p->note && strstr(p->note, "parties-not-paired")) ||
                  truth_word(record_text(reader, FIELD_PAIRING)) == 0;
}

/* ---- parties ---- */

struct side_fields {
    enum side side;
    enum field name, type, hint, code, role, country, iso, lon, lat; /* FIELD_NONE: none here */
};

static const struct side_fields side_fields[] = {
    {SIDE_FRENCH, FIELD_FRENCH_NAME, FIELD_FRENCH_TYPE, FIELD_FRENCH_HINT, FIELD_FRENCH_CODE,
     FIELD_FRENCH_ROLE, FIELD_NONE, FIELD_NONE, FIELD_FRENCH_LON, FIELD_FRENCH_LAT},
    {SIDE_FOREIGN, FIELD_FOREIGN_NAME, FIELD_FOREIGN_TYPE, FIELD_FOREIGN_HINT, FIELD_FOREIGN_CODE,
     FIELD_FOREIGN_ROLE, FIELD_COUNTRY, FIELD_COUNTRY_ISO, FIELD_FOREIGN_LON, FIELD_FOREIGN_LAT},
};

static const char *implied_by(const struct record_reader *reader, enum field field)
{
    size_t position = reader->positions[field];
    return position == SIZE_MAX ? NULL : reader->context.columns->columns[position].implied;
}

static const char *read_role(struct record_reader *reader, const struct side_fields *fields,
                             size_t i)
{
    const char *text = value_at(reader, fields->role, i);
    const char *word = text ? role_word(text) : NULL;
    if (word) return word;
    if (text) record_note(reader, fields->role, text, "is no known role: taken as partenaire");
    const char *implied = implied_by(reader, fields->name);
    return implied && !strcmp(implied, "chef-de-file") ? "chef-de-file" : "partenaire";
}

/* The country of a foreign party: the ISO column wins, a name is left to the geocoder. */
static void read_country(struct record_reader *reader, const struct side_fields *fields, size_t i,
                         struct import_party *party)
{
    party->country = value_at(reader, fields->country, i);
    const char *iso = value_at(reader, fields->iso, i);
    /* Some files write the code into the only country column. */
    if (!iso && party->country && (strlen(party->country) == 2 || strlen(party->country) == 3))
        iso = party->country;
    if (!iso) return;
    const struct country *country = country_find(iso);
    if (country)
        party->country_iso = country->iso2;
    else if (country_french_overseas(iso))
        party->country_iso = pool_text(reader->context.pool, iso);
    else if (iso != party->country)
        record_note(reader, fields->iso, iso, "is no known country code and was left out");
}

/* A party's point. Several parties need as many points: one alone is nobody's. Latitudes beyond a
 * pole pass here, for they may be longitudes in the wrong column (import/points). */
static void read_coordinates(struct record_reader *reader, const struct side_fields *fields,
                             size_t i, size_t n, struct import_party *party)
{
    party->lon = party->lat = NAN;
    const struct values *lons = &reader->parts[fields->lon], *lats = &reader->parts[fields->lat];
    if (!lons->n && !lats->n) return;
    if (lons->n == lats->n && lons->n != n) return; /* count_parties() has noted it */
    const char *lon = i < lons->n ? lons->texts[i] : NULL,
               *lat = i < lats->n ? lats->texts[i] : NULL;
    static const char hint[] =
        "write degrees: 48.85 or 48,85, latitude within 90, longitude within 180, or leave both "
        "cells empty";
    double x = NAN, y = NAN;
    if (!lon || !degrees_parse(lon, 180, &x))
        record_reject(reader, fields->lon, lon ? lon : "", "it is no longitude", hint);
    else if (!lat || !degrees_parse(lat, fabs(x) <= 90 ? 180 : 90, &y))
        record_reject(reader, fields->lat, lat ? lat : "", "it is no latitude", hint);
    party->lon = x;
    party->lat = y;
}

static void read_party(struct record_reader *reader, const struct side_fields *fields, size_t i,
                       size_t n, struct import_party *party)
{
    party->side = (uint8_t)fields->side;
    party->place = PLACE_NONE;
    party->name = value_at(reader, fields->name, i);
    party->type = value_at(reader, fields->type, i);
    party->hint = value_at(reader, fields->hint, i);
    party->code = value_at(reader, fields->code, i);
    party->role = read_role(reader, fields, i);
    const char *implied = implied_by(reader, fields->name);
    if (!party->type && implied && strcmp(implied, "chef-de-file") != 0) party->type = implied;
    read_coordinates(reader, fields, i, n, party);
    if (fields->side != SIDE_FOREIGN) return;
    read_country(reader, fields, i, party);
    party->generic = value_at(reader, FIELD_FOREIGN_GENERIC, i);
    const char *status = value_at(reader, FIELD_PARTNER_STATUS, i);
    party->partner_status = status ? partner_status_word(status) : NULL;
    if (status && !party->partner_status)
        record_note(reader, FIELD_PARTNER_STATUS, status,
                    "is not in the vocabulary and was left out");
    if (!party->partner_status)
        party->partner_status = party->name || party->code ? "known" : "unknown";
}

static size_t count_parties(struct record_reader *reader, const struct side_fields *fields)
{
    const enum field all[] = {fields->name, fields->type, fields->hint,
                              fields->code, fields->role, fields->country,
                              fields->iso,  fields->lon,  fields->lat};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] != FIELD_NONE) part_field(reader, all[i]);
    if (fields->side == SIDE_FOREIGN) {
        part_field(reader, FIELD_FOREIGN_GENERIC);
        part_field(reader, FIELD_PARTNER_STATUS);
    }
    const enum field counted[] = {fields->name, fields->code, fields->country, fields->iso};
    size_t n = 0;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (counted[i] != FIELD_NONE && reader->parts[counted[i]].n > n)
            n = reader->parts[counted[i]].n;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t values = all[i] == FIELD_NONE ? 0 : reader->parts[all[i]].n;
        bool point = all[i] == fields->lon || all[i] == fields->lat;
        if (values > !point && values != n)
            record_note(reader, all[i], NULL,
                        "it holds another number of values than there are parties");
    }
    return n;
}

static void read_parties(struct record_reader *reader, struct import_partnership *p)
{
    uint16_t first_foreign = 0;
    for (size_t s = 0; s < 2; s++) {
        const struct side_fields *fields = &side_fields[s];
        size_t n = count_parties(reader, fields);
        if (!n && s == 0)
            record_reject(reader, fields->name, "", "there is no French authority",
                          "name it, or give its INSEE code or SIREN");
        if (!n && s == 1)
            record_reject(reader, fields->name, "", "there is neither a partner nor a country",
                          "name the partner, or at least its country");
        first_foreign = p->n_parties;
        for (size_t i = 0; i < n; i++) {
            p->parties =
                pool_grow(reader->context.pool, p->parties, p->n_parties, sizeof *p->parties);
            if (!p->parties) return;
            p->parties[p->n_parties] = (struct import_party){0};
            read_party(reader, fields, i, n, &p->parties[p->n_parties++]);
        }
    }
    for (uint16_t f = 0; f < first_foreign; f++)
        for (uint16_t a = first_foreign; a < p->n_parties; a++) {
            p->pairs = pool_grow(reader->context.pool, p->pairs, p->n_pairs, sizeof *p->pairs);
            if (!p->pairs) return;
            p->pairs[p->n_pairs++] = (struct import_pair){f, a};
        }
}

static void make_title(struct record_reader *reader, struct import_partnership *p)
{
    const char *names[2] = {NULL, NULL};
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct import_party *party = &p->parties[i];
        const char *name = party->name ? party->name : party->country ? party->country : NULL;
        if (!name) name = party->country_iso ? party->country_iso : party->code;
        if (!names[party->side]) names[party->side] = name;
    }
    char title[TITLE_BYTES];
    snprintf(title, sizeof title, "%.480s – %.480s", names[0] ? names[0] : "?",
             names[1] ? names[1] : "?");
    p->title = pool_text(reader->context.pool, title);
    p->title_made = 1;
}

/* ---- the row ---- */

/* Cells beyond the header, and cells missing at the end. */
static void check_width(struct record_reader *reader)
{
    const struct dataset_row *row = reader->row;
    size_t wanted = reader->context.columns->n, have = row->n_cells;
    while (have > wanted && !row->cells[have - 1].length)
        have--; /* empty cells at the end: what spreadsheets add */
    if (have == wanted || reader->rejected) return;
    reader->rejected = "";
    report_addf(reader->context.report, REPORT_REJECTED, reader->context.source, row->line, NULL,
                have > wanted ? "put a text that holds the separator in quotation marks"
                              : "give the missing cells, empty ones included",
                "it has %zu cells where the header has %zu", have, wanted);
}

enum atlas_status record_read(struct record_reader *reader, const struct dataset_row *row,
                              struct import_partnership *partnership, enum record_outcome *outcome,
                              bool *made)
{
    struct import_partnership *p = partnership;
    *p = (struct import_partnership){
        .source = reader->context.source, .line = row->line, .rows = 1, .gender_marker = -1};
    reader->row = row;
    reader->rejected = NULL;
    *outcome = RECORD_REJECTED;
    if (row->problem) {
        report_add(reader->context.report, REPORT_REJECTED, reader->context.source, row->line,
                   *row->column ? row->column : NULL, row->problem, "mend this row in the file");
        return ATLAS_OK;
    }
    check_width(reader);
    if (reader->rejected) return ATLAS_OK;
    if (row->note)
        report_add(reader->context.report, REPORT_NOTE, reader->context.source, row->line, NULL,
                   row->note, NULL);
    read_texts(reader, p);
    read_years(reader, p);
    read_amounts(reader, p);
    read_themes(reader, p);
    read_gender(reader, p);
    read_parties(reader, p);
    if (!p->title && !reader->rejected) make_title(reader, p);
    if (truth_word(record_text(reader, FIELD_MADE)) == 1) *made = true;
    if (pool_failed(reader->context.pool)) return ATLAS_NO_MEMORY;
    if (!reader->rejected) *outcome = RECORD_GOOD;
    return ATLAS_OK;
}
