#include "tiles/selection_sets.h"

#include "tiles/vocabulary.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    enum filter_key key;
    int table;
    enum vocabulary vocabulary;
} word_terms[] = {
    {FILTER_KIND, PLANE_KIND, VOCABULARY_KIND},
    {FILTER_MODE, PLANE_MODE, VOCABULARY_MODE},
    {FILTER_STATUS, PLANE_STATUS, VOCABULARY_STATUS},
    {FILTER_GENDER, PLANE_GENDER, VOCABULARY_GENDER},
};

/* A large edition is gone through block by block, so that each is read from memory once. */
enum { BLOCK_WORDS = 1024 };

static const uint64_t nothing[BLOCK_WORDS];

/* What is at work on one plane. */
struct choosing {
    const struct filter *filter;
    const struct edition_plane *plane;
    const uint32_t *themes;
    const uint64_t *begun, *over, *undated; /* of the year; NULL: no row */
    uint64_t *scanned;                      /* owned; begun, where years have no sets */
};

/* A run of words of a plane, and what is at the same place of its sets. */
struct block {
    size_t n;
    uint64_t *chosen;                          /* where the rows go that are in all of: */
    const uint64_t *from, *term;               /* from may be chosen itself */
    const uint64_t *begun, *over, *undated_in; /* living: begun and not over, or undated_in */
    const uint64_t *undated_out;               /* counted as left out by the year */
    const uint64_t *placed, *drawn;
};

/* Adds a term to a block: a set of the plane, or the union of a few, whose places in a table list
 * gives; bits: of the table, at the block. */
static void add_term(struct block *block, const uint64_t *bits, size_t words, const uint32_t *list,
                     size_t n_list)
{
    uint64_t together[BLOCK_WORDS];
    const uint64_t *set = bits + list[0] * words;
    if (n_list == 1 && !block->term) { /* left to the last pass */
        block->term = set;
        return;
    }
    if (n_list > 1) {
        memcpy(together, set, block->n * sizeof *together);
        for (size_t s = 1; s < n_list; s++)
            for (size_t i = 0; i < block->n; i++)
                together[i] |= bits[list[s] * words + i];
        set = together;
    }
    for (size_t i = 0; i < block->n; i++)
        block->chosen[i] = block->from[i] & set[i];
    block->from = block->chosen;
}

/* Adds the themes and words of the filter to a block that begins at a word of the plane. */
static void add_terms(const struct choosing *choosing, size_t at, struct block *block)
{
    const struct filter *filter = choosing->filter;
    const struct edition_plane *plane = choosing->plane;
    size_t n_themes = filter->lists[FILTER_THEME].n;
    if (n_themes)
        add_term(block, plane->themes.bits + at, plane->words, choosing->themes, n_themes);
    for (size_t t = 0; t < sizeof word_terms / sizeof *word_terms; t++) {
        const struct filter_list *list = &filter->lists[word_terms[t].key];
        uint32_t sets[FILTER_MAX_VALUES];
        for (size_t i = 0; i < list->n; i++) {
            int word = vocabulary_find(word_terms[t].vocabulary, list->values[i]);
            sets[i] =
                (uint32_t)(word >= 0 ? (size_t)word : vocabulary_size(word_terms[t].vocabulary));
        }
        if (list->n)
            add_term(block, plane->words_of[word_terms[t].table].bits + at, plane->words, sets,
                     list->n);
    }
    if (!block->term) block->term = plane->all + at;
}

/* Keeps what lives in the span, and counts. */
static inline __attribute__((always_inline)) void keep_living(const struct block *block,
                                                              struct plane_totals *totals)
{
    size_t n = 0, placed = 0, drawn = 0, left_out = 0;
    for (size_t i = 0; i < block->n; i++) {
        uint64_t bits = block->from[i] & block->term[i];
        left_out += (size_t)__builtin_popcountll(bits & block->undated_out[i]);
        bits &= (block->begun[i] & ~block->over[i]) | block->undated_in[i];
        n += (size_t)__builtin_popcountll(bits);
        placed += (size_t)__builtin_popcountll(bits & block->placed[i]);
        drawn += (size_t)__builtin_popcountll(bits & block->drawn[i]);
        block->chosen[i] = bits;
    }
    totals->n += n;
    totals->placed += placed;
    totals->drawn += drawn;
    totals->undated_left_out += left_out;
}

BITSET_WITH_POPCNT static void keep_living_fast(const struct block *block,
                                                struct plane_totals *totals)
{
    keep_living(block, totals);
}

static void keep_living_plain(const struct block *block, struct plane_totals *totals)
{
    keep_living(block, totals);
}

/* The set of rows whose year is known and <= year, or NULL: none. */
static const uint64_t *years_until(const struct year_sets *years, size_t words, int year)
{
    size_t n = 0;
    while (n < years->sets.n && years->years[n] <= year)
        n++;
    return n ? years->sets.bits + (n - 1) * words : NULL;
}

static bool lives_in_span(const struct edition_partnership *p, const struct filter *filter)
{
    if (filter->time_signed)
        return p->signed_year >= filter->year_from && p->signed_year <= filter->year_to;
    return p->lives_from != EDITION_NO_YEAR && p->lives_from <= filter->year_to &&
           p->lives_to >= filter->year_from;
}

/* The rows that live in the span, row by row: for a file of too many different years. */
static enum atlas_status scan_years(const struct edition *edition, bool links,
                                    struct choosing *choosing)
{
    choosing->scanned = calloc(choosing->plane->words + 1, sizeof *choosing->scanned);
    if (!choosing->scanned) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < choosing->plane->n; i++) {
        size_t p = links ? edition->links[i].partnership : i;
        if (lives_in_span(&edition->partnerships[p], choosing->filter))
            bitset_add(choosing->scanned, i);
    }
    choosing->begun = choosing->scanned;
    return ATLAS_OK;
}

static enum atlas_status find_years(const struct edition *edition, bool links,
                                    struct choosing *choosing)
{
    const struct filter *filter = choosing->filter;
    const struct edition_plane *plane = choosing->plane;
    const struct year_sets *first = filter->time_signed ? &plane->signed_on : &plane->from;
    const struct year_sets *last = filter->time_signed ? &plane->signed_on : &plane->to;
    choosing->begun = plane->all;
    if (!filter->has_year) return ATLAS_OK;
    choosing->undated = filter->time_signed ? plane->unsigned_on : plane->undated;
    if (first->sets.n == 0 || last->sets.n == 0) return scan_years(edition, links, choosing);
    choosing->begun = years_until(first, plane->words, filter->year_to);
    choosing->over = years_until(last, plane->words, filter->year_from - 1);
    return ATLAS_OK;
}

enum atlas_status selection_sets_choose(const struct edition *edition, const struct filter *filter,
                                        const uint32_t *themes, bool links, bool narrowed,
                                        uint64_t *chosen, struct plane_totals *totals)
{
    const struct edition_plane *plane =
        links ? &edition->index->links : &edition->index->partnerships;
    struct choosing choosing = {.filter = filter, .plane = plane, .themes = themes};
    enum atlas_status status = find_years(edition, links, &choosing);
    if (status) return status;
    bool included = filter->undated_included, fast = bitset_has_popcnt();
    *totals = (struct plane_totals){0};
    for (size_t at = 0; at < plane->words; at += BLOCK_WORDS) {
        const uint64_t *undated = choosing.undated ? choosing.undated + at : nothing;
        struct block block = {
            .n = plane->words - at < BLOCK_WORDS ? plane->words - at : BLOCK_WORDS,
            .chosen = chosen + at,
            .from = narrowed ? chosen + at : plane->all + at,
            .begun = choosing.begun ? choosing.begun + at : nothing,
            .over = choosing.over ? choosing.over + at : nothing,
            .undated_in = included ? undated : nothing,
            .undated_out = included ? nothing : undated,
            .placed = plane->placed + at,
            .drawn = plane->drawn + at,
        };
        add_terms(&choosing, at, &block);
        (fast ? keep_living_fast : keep_living_plain)(&block, totals);
    }
    free(choosing.scanned);
    return ATLAS_OK;
}
