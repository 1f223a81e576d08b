/* What a row adds to the partnership that it belongs to, field by field. */
#include "import/merge_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FUNDINGS = 10000, NO_PARTY = UINT16_MAX };

/* Of a partnership that was set aside meanwhile, equal texts may be other ones. */
static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void contradict(struct merger *merger, const struct import_partnership *into,
                       const struct import_partnership *row, const char *column, const char *first,
                       const char *other)
{
    report_addf(merger->setting.report, REPORT_CONTRADICTION, row->source, row->line, column, NULL,
                "'%.80s' where line %llu has '%.80s'%s%.40s", other, (unsigned long long)into->line,
                first, into->external_id ? ", id " : "",
                into->external_id ? into->external_id : "");
}

/* A row's party or amount that its partnership has no room for. */
static void too_many(struct merger *merger, const struct import_partnership *into,
                     const struct import_partnership *row, const char *what, int most)
{
    report_addf(merger->setting.report, REPORT_NOTE, row->source, row->line, NULL,
                "give rows that are another partnership another id",
                "the partnership of line %llu has %d %s already, the most there may be: what this "
                "row adds was left out",
                (unsigned long long)into->line, most, what);
}

/* Remembers that a value came from this later row. */
static void remember_origin(struct merger *merger, struct import_partnership *into,
                            const struct import_partnership *row, const char *field)
{
    if (into->line == row->line || into->n_origins == UINT16_MAX) return;
    into->origins =
        pool_grow(merger->setting.pool, into->origins, into->n_origins, sizeof *into->origins);
    if (into->origins) into->origins[into->n_origins++] = (struct import_origin){field, row->line};
}

static void merge_texts(struct merger *merger, struct import_partnership *into,
                        const struct import_partnership *row)
{
    const struct {
        const char **into;
        const char *row, *column;
    } texts[] = {
        {&into->title, row->title_made && !into->title_made ? into->title : row->title, "title"},
        {&into->description, row->description, "description"},
        {&into->kind, row->kind, "kind"},
        {&into->modes, row->modes, "modes"},
        {&into->status, row->status, "status"},
        {&into->status_date, row->status_date, "status_date"},
        {&into->signed_on, row->signed_on, "signed"},
        {&into->end_kind, row->end_kind, "end_kind"},
        {&into->gender_origin, row->gender_origin, "gender_origin"},
        {&into->call, row->call, "call"},
        {&into->sdg, row->sdg, "sdg"},
        {&into->dac, row->dac, "dac"},
        {&into->publication_reason, row->publication_reason, "publication_reason"},
        {&into->published_precision, row->published_precision, "published_precision"},
        {&into->source_doc, row->source_doc, "source_doc"},
        {&into->source_place, row->source_place, "source_place"},
        {&into->source_date, row->source_date, "source_date"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i].row || same_text(texts[i].row, *texts[i].into)) continue;
        /* Each row has a source and a reason of its own, and a made title is nobody's word. */
        bool own = !strncmp(texts[i].column, "source_", 7) ||
                   !strcmp(texts[i].column, "publication_reason");
        if (!*texts[i].into) {
            *texts[i].into = texts[i].row;
            remember_origin(merger, into, row, texts[i].column);
        } else if (!own && !(row->title_made && i == 0))
            contradict(merger, into, row, texts[i].column, *texts[i].into, texts[i].row);
    }
    if (strcmp(row->publication, "published") != 0 && !strcmp(into->publication, "published"))
        into->publication = row->publication; /* what one row holds back is held back */
}

/* Notes of several rows are all kept, each once. */
static void merge_note(struct merger *merger, struct import_partnership *into,
                       const struct import_partnership *row)
{
    if (!row->note || same_text(row->note, into->note)) return;
    if (!into->note) {
        into->note = row->note;
        remember_origin(merger, into, row, "note");
        return;
    }
    if (strstr(into->note, row->note)) return;
    char *joined = NULL;
    if (asprintf(&joined, "%s ; %s", into->note, row->note) < 0) return;
    into->note = pool_text(merger->setting.pool, joined);
    free(joined);
}

static void merge_number(struct merger *merger, struct import_partnership *into,
                         const struct import_partnership *row, const char *column, int none,
                         int16_t *value, int other)
{
    if (other == none || other == *value) return;
    if (*value == none) {
        *value = (int16_t)other;
        remember_origin(merger, into, row, column);
        return;
    }
    char first[12], second[12];
    snprintf(first, sizeof first, "%d", *value);
    snprintf(second, sizeof second, "%d", other);
    contradict(merger, into, row, column, first, second);
}

static void merge_numbers(struct merger *merger, struct import_partnership *into,
                          const struct import_partnership *row)
{
    merge_number(merger, into, row, "year_start", YEAR_NONE, &into->year_start, row->year_start);
    merge_number(merger, into, row, "year_end", YEAR_NONE, &into->year_end, row->year_end);
    int16_t marker = into->gender_marker;
    merge_number(merger, into, row, "gender_marker", -1, &marker, row->gender_marker);
    into->gender_marker = (int8_t)marker;
}

static const char *theme_field(struct pool *pool, const struct theme *theme)
{
    char field[80];
    snprintf(field, sizeof field, "theme:%s", theme->code);
    const char *kept = pool_text(pool, field);
    return kept ? kept : "theme";
}

static void merge_themes(struct merger *merger, struct import_partnership *into,
                         const struct import_partnership *row)
{
    for (size_t i = 0; i < row->n_themes; i++) {
        size_t at = 0;
        while (at < into->n_themes && into->themes[at] != row->themes[i])
            at++;
        if (at < into->n_themes) continue;
        const struct theme **themes =
            pool_grow(merger->setting.pool, into->themes, into->n_themes, sizeof(struct theme *));
        if (!themes) return;
        into->themes = themes;
        into->themes[into->n_themes++] = row->themes[i];
        remember_origin(merger, into, row, theme_field(merger->setting.pool, row->themes[i]));
    }
}

static void merge_fundings(struct merger *merger, struct import_partnership *into,
                           const struct import_partnership *row)
{
    for (size_t i = 0; i < row->n_fundings; i++) {
        const struct import_funding *funding = &row->fundings[i];
        size_t at = 0;
        /* The rows of a long file repeat what they say of the whole. */
        while (at < into->n_fundings && !(same_text(into->fundings[at].funder, funding->funder) &&
                                          same_text(into->fundings[at].nature, funding->nature) &&
                                          into->fundings[at].euros == funding->euros))
            at++;
        if (at < into->n_fundings) continue;
        if (into->n_fundings == MOST_FUNDINGS) {
            too_many(merger, into, row, "amounts", MOST_FUNDINGS);
            return;
        }
        struct import_funding *fundings = pool_grow(merger->setting.pool, into->fundings,
                                                    into->n_fundings, sizeof *into->fundings);
        if (!fundings) return;
        into->fundings = fundings;
        into->fundings[into->n_fundings++] = *funding;
    }
}

static bool same_party(const struct import_party *a, const struct import_party *b)
{
    return a->side == b->side && same_text(a->name, b->name) && same_text(a->type, b->type) &&
           same_text(a->code, b->code) && same_text(a->country, b->country) &&
           same_text(a->country_iso, b->country_iso) &&
           (!a->hint || !b->hint || same_text(a->hint, b->hint));
}

/* Position of the party in `into`, added if it is not there; NO_PARTY when there are too many. */
static uint16_t merge_party(struct merger *merger, struct import_partnership *into,
                            const struct import_partnership *row, const struct import_party *party)
{
    for (uint16_t i = 0; i < into->n_parties; i++) {
        struct import_party *there = &into->parties[i];
        if (!same_party(there, party)) continue;
        if (!same_text(there->role, party->role))
            contradict(merger, into, row,
                       party->side == SIDE_FRENCH ? "french_role" : "foreign_role", there->role,
                       party->role);
        return i;
    }
    if (into->n_parties >= MERGE_MOST_PARTIES) {
        too_many(merger, into, row, "parties", MERGE_MOST_PARTIES);
        return NO_PARTY;
    }
    struct import_party *parties =
        pool_grow(merger->setting.pool, into->parties, into->n_parties, sizeof *into->parties);
    if (!parties) return NO_PARTY;
    into->parties = parties;
    into->parties[into->n_parties] = *party;
    places_use(merger->setting.places, party->place);
    return into->n_parties++;
}

static void merge_parties(struct merger *merger, struct import_partnership *into,
                          const struct import_partnership *row)
{
    for (size_t i = 0; i < row->n_pairs; i++) {
        const struct import_pair *named = &row->pairs[i];
        struct import_pair pair = {merge_party(merger, into, row, &row->parties[named->french]),
                                   merge_party(merger, into, row, &row->parties[named->foreign])};
        size_t at = 0;
        while (at < into->n_pairs &&
               (into->pairs[at].french != pair.french || into->pairs[at].foreign != pair.foreign))
            at++;
        if (at < into->n_pairs || pair.french == NO_PARTY || pair.foreign == NO_PARTY) continue;
        if (into->n_pairs == UINT16_MAX) {
            too_many(merger, into, row, "pairs of parties", UINT16_MAX);
            return;
        }
        struct import_pair *pairs =
            pool_grow(merger->setting.pool, into->pairs, into->n_pairs, sizeof *into->pairs);
        if (!pairs) return;
        into->pairs = pairs;
        into->pairs[into->n_pairs++] = pair;
    }
    into->unpaired |= row->unpaired;
}

void merge_row(struct merger *merger, struct import_partnership *into,
               const struct import_partnership *row)
{
    merge_texts(merger, into, row);
    merge_note(merger, into, row);
    merge_numbers(merger, into, row);
    merge_themes(merger, into, row);
    merge_fundings(merger, into, row);
    merge_parties(merger, into, row);
    into->rows++;
}
