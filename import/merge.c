#include "import/merge.h"

#include "geo/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 4000, FIRST_SLOTS = 1 << 12 };

struct slot {
    const char *key; /* pooled; NULL: free */
    uint32_t position;
};

struct merger {
    struct pool *pool;
    const struct places *places;
    struct report *report;
    struct import_partnership *partnerships;
    size_t n, capacity;
    struct slot *slots; /* open addressing, at most half full; by the pooled key's address */
    size_t n_slots, n_keys;
};

struct merger *merger_new(struct pool *pool, const struct places *places, struct report *report)
{
    struct merger *merger = calloc(1, sizeof *merger);
    if (!merger) return NULL;
    *merger =
        (struct merger){.pool = pool, .places = places, .report = report, .n_slots = FIRST_SLOTS};
    merger->slots = calloc(merger->n_slots, sizeof *merger->slots);
    if (merger->slots) return merger;
    free(merger);
    return NULL;
}

void merger_free(struct merger *merger)
{
    if (!merger) return;
    free(merger->partnerships);
    free(merger->slots);
    free(merger);
}

size_t merger_n(const struct merger *merger)
{
    return merger->n;
}

struct import_partnership *merger_at(struct merger *merger, size_t position)
{
    return &merger->partnerships[position];
}

static size_t slot_of(const struct slot *slots, size_t n, const char *key)
{
    size_t at = ((uintptr_t)key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (n - 1);
    while (slots[at].key && slots[at].key != key)
        at = (at + 1) & (n - 1);
    return at;
}

static bool make_room(struct merger *merger)
{
    if (merger->n == merger->capacity) {
        size_t capacity = merger->capacity ? 2 * merger->capacity : 256;
        struct import_partnership *partnerships =
            realloc(merger->partnerships, capacity * sizeof *partnerships);
        if (!partnerships) return false;
        merger->partnerships = partnerships;
        merger->capacity = capacity;
    }
    if (merger->n_keys * 2 < merger->n_slots) return true;
    size_t n = 2 * merger->n_slots;
    struct slot *slots = calloc(n, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < merger->n_slots; i++)
        if (merger->slots[i].key) slots[slot_of(slots, n, merger->slots[i].key)] = merger->slots[i];
    free(merger->slots);
    merger->slots = slots;
    merger->n_slots = n;
    return true;
}

/* ---- which is the same ---- */

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Codes of the places, sorted, or false when one is known no better than its country. */
static bool place_codes(const struct merger *merger, const struct import_partnership *p, char *key,
                        size_t size, size_t *used)
{
    const char *codes[64];
    size_t n = 0;
    if (p->n_parties > 64) return false;
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct located *located = places_at(merger->places, p->parties[i].place);
        if (!located->code || located->precision >= PRECISION_COUNTRY || located->coarse)
            return false;
        codes[n++] = located->code;
    }
    qsort(codes, n, sizeof *codes, compare_texts);
    for (size_t i = 0; i < n && *used < size; i++)
        *used += (size_t)snprintf(key + *used, size - *used, "\x1F%s", codes[i]);
    return *used < size;
}

const char *merge_key(struct merger *merger, const struct import_partnership *partnership)
{
    const struct import_partnership *p = partnership;
    char key[KEY_BYTES], title[1000];
    /* A title made of the names says nothing beyond them. */
    name_fold(p->title_made ? "" : p->title, title, sizeof title);
    int n = snprintf(key, sizeof key, "%s\x1F%s", p->kind ? p->kind : "", title);
    size_t used = n > 0 ? (size_t)n : 0;
    if (used >= sizeof key || !place_codes(merger, p, key, sizeof key, &used)) return NULL;
    return pool_text(merger->pool, key);
}

/* What makes two rows the same, or NULL when this one is like no other. */
static const char *key_of(struct merger *merger, const struct import_partnership *p)
{
    char key[KEY_BYTES];
    int n;
    if (p->external_id) {
        n = snprintf(key, sizeof key, "id\x1F%s\x1F%s", p->source, p->external_id);
        return n < (int)sizeof key ? pool_text(merger->pool, key) : NULL;
    }
    const char *same = merge_key(merger, p);
    n = snprintf(key, sizeof key, "same\x1F%s\x1F%s", p->source, same ? same : "");
    return same && n < (int)sizeof key ? pool_text(merger->pool, key) : NULL;
}

static bool years_agree(int a, int b)
{
    return a == YEAR_NONE || b == YEAR_NONE || a == b;
}

/* ---- field by field ---- */

static void contradict(struct merger *merger, const struct import_partnership *into,
                       const struct import_partnership *row, const char *column, const char *first,
                       const char *other)
{
    report_addf(merger->report, REPORT_CONTRADICTION, row->source, row->line, column, NULL,
                "'%.80s' where line %llu has '%.80s'%s%.40s", other, (unsigned long long)into->line,
                first, into->external_id ? ", id " : "",
                into->external_id ? into->external_id : "");
}

/* Remembers that a value came from this later row. */
static void remember_origin(struct merger *merger, struct import_partnership *into,
                            const struct import_partnership *row, const char *field)
{
    if (into->line == row->line || into->n_origins == UINT16_MAX) return;
    into->origins = pool_grow(merger->pool, into->origins, into->n_origins, sizeof *into->origins);
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
        if (!texts[i].row || texts[i].row == *texts[i].into) continue;
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
    if (!row->note || row->note == into->note) return;
    if (!into->note) {
        into->note = row->note;
        remember_origin(merger, into, row, "note");
        return;
    }
    if (strstr(into->note, row->note)) return;
    char *joined = NULL;
    if (asprintf(&joined, "%s ; %s", into->note, row->note) < 0) return;
    into->note = pool_text(merger->pool, joined);
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
            pool_grow(merger->pool, into->themes, into->n_themes, sizeof(struct theme *));
        if (!themes) return;
        into->themes = themes;
        into->themes[into->n_themes++] = row->themes[i];
        remember_origin(merger, into, row, theme_field(merger->pool, row->themes[i]));
    }
}

static void merge_fundings(struct merger *merger, struct import_partnership *into,
                           const struct import_partnership *row)
{
    for (size_t i = 0; i < row->n_fundings; i++) {
        const struct import_funding *funding = &row->fundings[i];
        size_t at = 0;
        /* The rows of a long file repeat what they say of the whole. */
        while (at < into->n_fundings && !(into->fundings[at].funder == funding->funder &&
                                          into->fundings[at].nature == funding->nature &&
                                          into->fundings[at].euros == funding->euros))
            at++;
        if (at < into->n_fundings) continue;
        into->fundings =
            pool_grow(merger->pool, into->fundings, into->n_fundings, sizeof *into->fundings);
        if (!into->fundings) return;
        into->fundings[into->n_fundings++] = *funding;
    }
}

static bool same_party(const struct import_party *a, const struct import_party *b)
{
    return a->side == b->side && a->name == b->name && a->type == b->type && a->code == b->code &&
           a->country == b->country && a->country_iso == b->country_iso &&
           (a->hint == b->hint || !a->hint || !b->hint);
}

/* Position of the party in `into`, added if it is not there. */
static uint16_t merge_party(struct merger *merger, struct import_partnership *into,
                            const struct import_partnership *row, const struct import_party *party)
{
    for (uint16_t i = 0; i < into->n_parties; i++) {
        struct import_party *there = &into->parties[i];
        if (!same_party(there, party)) continue;
        if (there->role != party->role && strcmp(there->role, party->role) != 0)
            contradict(merger, into, row,
                       party->side == SIDE_FRENCH ? "french_role" : "foreign_role", there->role,
                       party->role);
        return i;
    }
    if (into->n_parties == UINT16_MAX) return 0;
    into->parties = pool_grow(merger->pool, into->parties, into->n_parties, sizeof *into->parties);
    if (!into->parties) return 0;
    into->parties[into->n_parties] = *party;
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
        if (at < into->n_pairs || into->n_pairs == UINT16_MAX || !into->parties) continue;
        into->pairs = pool_grow(merger->pool, into->pairs, into->n_pairs, sizeof *into->pairs);
        if (!into->pairs) return;
        into->pairs[into->n_pairs++] = pair;
    }
    into->unpaired |= row->unpaired;
}

enum atlas_status merger_add(struct merger *merger, const struct import_partnership *row,
                             bool *merged)
{
    *merged = false;
    if (!make_room(merger)) return ATLAS_NO_MEMORY;
    const char *key = key_of(merger, row);
    size_t slot = key ? slot_of(merger->slots, merger->n_slots, key) : 0;
    if (key && merger->slots[slot].key) {
        struct import_partnership *into = &merger->partnerships[merger->slots[slot].position];
        *merged = row->external_id || (years_agree(into->year_start, row->year_start) &&
                                       years_agree(into->year_end, row->year_end));
        if (*merged) {
            merge_texts(merger, into, row);
            merge_note(merger, into, row);
            merge_numbers(merger, into, row);
            merge_themes(merger, into, row);
            merge_fundings(merger, into, row);
            merge_parties(merger, into, row);
            into->rows++;
            return pool_failed(merger->pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
        }
    } else if (key) {
        merger->slots[slot] = (struct slot){key, (uint32_t)merger->n};
        merger->n_keys++;
    }
    merger->partnerships[merger->n++] = *row;
    return pool_failed(merger->pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
}

/* ---- links ---- */

static bool makes_links(const struct import_party *party, const struct places *places)
{
    const struct located *located = places_at(places, party->place);
    if (!located->code) return false;
    if (strcmp(party->role, "partenaire") != 0 && strcmp(party->role, "chef-de-file") != 0)
        return false;
    return party->side == SIDE_FRENCH || !strcmp(party->partner_status, "known") ||
           !strcmp(party->partner_status, "state");
}

size_t merge_links(const struct import_partnership *partnership, const struct places *places,
                   struct import_link *links, size_t capacity)
{
    const struct import_partnership *p = partnership;
    size_t n = 0, n_pairs = p->unpaired ? (size_t)p->n_parties * p->n_parties : p->n_pairs;
    for (size_t i = 0; i < n_pairs; i++) {
        struct import_link link;
        if (p->unpaired)
            link = (struct import_link){(uint16_t)(i / p->n_parties), (uint16_t)(i % p->n_parties)};
        else
            link = (struct import_link){p->pairs[i].french, p->pairs[i].foreign};
        const struct import_party *french = &p->parties[link.french];
        const struct import_party *foreign = &p->parties[link.foreign];
        if (french->side != SIDE_FRENCH || foreign->side != SIDE_FOREIGN) continue;
        if (!makes_links(french, places) || !makes_links(foreign, places)) continue;
        const char *french_code = places_at(places, french->place)->code;
        const char *foreign_code = places_at(places, foreign->place)->code;
        size_t at = 0;
        while (at < n && at < capacity &&
               (places_at(places, p->parties[links[at].french].place)->code != french_code ||
                places_at(places, p->parties[links[at].foreign].place)->code != foreign_code))
            at++;
        if (at < n) continue;
        if (n < capacity) links[n] = link;
        n++;
    }
    return n;
}
