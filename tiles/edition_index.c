#include "tiles/edition_index.h"

#include "geo/array.h"
#include "tiles/edition_build.h"

#include <stdlib.h>
#include <string.h>

static const enum vocabulary plane_vocabularies[4] = {
    [PLANE_KIND] = VOCABULARY_KIND,
    [PLANE_MODE] = VOCABULARY_MODE,
    [PLANE_STATUS] = VOCABULARY_STATUS,
    [PLANE_GENDER] = VOCABULARY_GENDER,
};

static uint64_t *new_words(size_t words)
{
    return calloc(words ? words : 1, sizeof(uint64_t));
}

static bool make_table(struct set_table *table, size_t n, size_t words)
{
    table->n = n;
    table->bits = new_words(n * words);
    return table->bits != NULL;
}

static void plane_close(struct edition_plane *plane)
{
    free(plane->all);
    for (size_t i = 0; i < 4; i++)
        free(plane->words_of[i].bits);
    free(plane->themes.bits);
    struct year_sets *years[] = {&plane->from, &plane->to, &plane->signed_on};
    for (size_t i = 0; i < 3; i++) {
        free(years[i]->years);
        free(years[i]->sets.bits);
    }
    free(plane->undated);
    free(plane->unsigned_on);
    free(plane->placed);
    free(plane->drawn);
}

static void lists_close(struct territory_lists *lists)
{
    free(lists->starts);
    free(lists->items);
}

void edition_index_close(struct edition_index *index)
{
    plane_close(&index->partnerships);
    plane_close(&index->links);
    lists_close(&index->french_partnerships);
    lists_close(&index->foreign_partnerships);
    lists_close(&index->french_links);
    lists_close(&index->foreign_links);
    for (size_t i = 0; i < index->n_calls; i++) {
        free((char *)(uintptr_t)index->calls[i].slug);
        free(index->calls[i].partnerships);
    }
    free(index->calls);
    free(index->funded);
    free(index->title_rank);
    free(index->territory_rank);
    *index = (struct edition_index){0};
}

/* The bits of the words in a text; of none known, the last bit: none. */
static uint32_t bits_of_text(enum vocabulary vocabulary, const char *text)
{
    uint32_t bits = 0;
    for (const char *at = text; at && *at;) {
        char word[40];
        size_t length = strcspn(at, ";");
        if (length < sizeof word) {
            memcpy(word, at, length);
            word[length] = '\0';
            int found = vocabulary_find(vocabulary, word);
            if (found >= 0) bits |= (uint32_t)1 << found;
        }
        at += length + (at[length] == ';');
    }
    return bits ? bits : (uint32_t)1 << vocabulary_size(vocabulary);
}

/* What was read from texts lately. Few differ, and equal ones mostly are one (edition_keep()). */
struct word_memory {
    struct {
        const char *text; /* NULL: free */
        uint32_t bits;
    } read[4][64];
};

/* The sets of words that a partnership is in, as bits: of its words, or the last one: none. */
static uint32_t word_bits(const struct edition_partnership *p, int which,
                          struct word_memory *memory)
{
    enum vocabulary vocabulary = plane_vocabularies[which];
    uint32_t none = (uint32_t)1 << vocabulary_size(vocabulary);
    if (which == PLANE_GENDER)
        return p->gender_marker == EDITION_NO_MARKER ? none : (uint32_t)1 << p->gender_marker;
    const char *text = which == PLANE_KIND ? p->kind : which == PLANE_MODE ? p->modes : p->status;
    if (!text) return none;
    size_t at = ((uintptr_t)text >> 3 ^ (uintptr_t)text >> 9) % 64;
    if (memory->read[which][at].text != text) {
        memory->read[which][at].text = text;
        memory->read[which][at].bits = bits_of_text(vocabulary, text);
    }
    return memory->read[which][at].bits;
}

/* Marks in above[] the theme and all that it lies under, by either parent. */
static void mark_themes(const struct edition *edition, uint32_t theme, bool *above)
{
    if (theme == EDITION_NONE || above[theme]) return;
    above[theme] = true;
    mark_themes(edition, edition->themes[theme].parent, above);
    mark_themes(edition, edition->themes[theme].also, above);
}

/* For each theme, the themes that it counts under, itself among them: items[starts[t] ..
 * starts[t + 1]). */
struct themes_above {
    uint32_t *starts, *items; /* owned */
    size_t n, room;           /* of items */
};

static void themes_above_close(struct themes_above *above)
{
    free(above->starts);
    free(above->items);
}

static enum atlas_status themes_above_init(const struct edition *edition,
                                           struct themes_above *above)
{
    size_t n = edition->n_themes;
    *above = (struct themes_above){.starts = calloc(n + 1, sizeof *above->starts)};
    bool *marked = malloc(n + 1);
    enum atlas_status status = above->starts && marked ? ATLAS_OK : ATLAS_NO_MEMORY;
    for (uint32_t theme = 0; status == ATLAS_OK && theme < n; theme++) {
        memset(marked, 0, n);
        mark_themes(edition, theme, marked);
        if (!ARRAY_RESERVE(above->items, above->n + n, &above->room)) status = ATLAS_NO_MEMORY;
        for (uint32_t i = 0; status == ATLAS_OK && i < n; i++)
            if (marked[i]) above->items[above->n++] = i;
        above->starts[theme + 1] = (uint32_t)above->n;
    }
    free(marked);
    return status;
}

enum year_of { YEAR_FROM, YEAR_TO, YEAR_SIGNED };

static int16_t year_of(const struct edition_partnership *p, enum year_of which)
{
    if (which == YEAR_SIGNED) return p->signed_year;
    if (p->lives_from == EDITION_NO_YEAR) return EDITION_NO_YEAR;
    return which == YEAR_FROM ? p->lives_from : p->lives_to;
}

/* The different years of the partnerships, ascending. More than EDITION_MAX_YEAR_SETS: none. */
static enum atlas_status list_years(const struct edition *edition, enum year_of which,
                                    struct year_sets *years)
{
    uint64_t *seen = new_words(bitset_words(1 << 16));
    if (!seen) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < edition->n_partnerships; i++) {
        int16_t year = year_of(&edition->partnerships[i], which);
        if (year != EDITION_NO_YEAR) bitset_add(seen, (size_t)(year - INT16_MIN));
    }
    size_t n = bitset_count(seen, bitset_words(1 << 16));
    if (n > EDITION_MAX_YEAR_SETS) n = 0;
    years->sets.n = n;
    years->years = malloc((n ? n : 1) * sizeof *years->years);
    size_t at = 0;
    for (size_t i = 0; years->years && i < n; i++, at++) {
        at = bitset_next(seen, at, 1 << 16);
        years->years[i] = (int16_t)((int)at + INT16_MIN);
    }
    free(seen);
    return years->years ? ATLAS_OK : ATLAS_NO_MEMORY;
}

/* Position of a year in the list; it is there. */
static size_t find_year(const struct year_sets *years, int16_t year)
{
    size_t low = 0, high = years->sets.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (years->years[middle] < year)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum atlas_status make_year_sets(const struct edition *edition, enum year_of which,
                                        struct edition_plane *plane, const uint32_t *partnership_of)
{
    struct year_sets *years = which == YEAR_FROM ? &plane->from
                              : which == YEAR_TO ? &plane->to
                                                 : &plane->signed_on;
    enum atlas_status status = list_years(edition, which, years);
    if (status) return status;
    size_t words = plane->words;
    if (!make_table(&years->sets, years->sets.n, words)) return ATLAS_NO_MEMORY;
    if (years->sets.n == 0) return ATLAS_OK;
    for (size_t i = 0; i < plane->n; i++) {
        size_t p = partnership_of ? partnership_of[i] : i;
        int16_t year = year_of(&edition->partnerships[p], which);
        if (year != EDITION_NO_YEAR)
            bitset_add(years->sets.bits + find_year(years, year) * words, i);
    }
    for (size_t set = 1; set < years->sets.n; set++)
        for (size_t w = 0; w < words; w++)
            years->sets.bits[set * words + w] |= years->sets.bits[(set - 1) * words + w];
    return ATLAS_OK;
}

static bool make_sets(const struct edition *edition, struct edition_plane *plane)
{
    plane->words = bitset_words(plane->n);
    bool made = make_table(&plane->themes, edition->n_themes, plane->words);
    for (size_t i = 0; i < 4; i++)
        made = made && make_table(&plane->words_of[i], vocabulary_size(plane_vocabularies[i]) + 1,
                                  plane->words);
    uint64_t **sets[] = {&plane->all, &plane->undated, &plane->unsigned_on, &plane->placed,
                         &plane->drawn};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        *sets[i] = new_words(plane->words);
        made = made && *sets[i];
    }
    return made;
}

/* Puts row i, which has the properties of partnership p, into the sets of its plane. */
static void add_row(const struct edition *edition, struct edition_plane *plane, size_t i,
                    const struct edition_partnership *p, const struct themes_above *above,
                    struct word_memory *memory)
{
    bitset_add(plane->all, i);
    for (int which = 0; which < 4; which++)
        for (uint32_t bits = word_bits(p, which, memory), word = 0; bits; bits >>= 1, word++)
            if (bits & 1) bitset_add(plane->words_of[which].bits + word * plane->words, i);
    for (size_t t = 0; t < p->n_themes; t++) {
        uint32_t theme = edition->partnership_themes[p->first_theme + t];
        for (size_t a = above->starts[theme]; a < above->starts[theme + 1]; a++)
            bitset_add(plane->themes.bits + above->items[a] * plane->words, i);
    }
    if (p->lives_from == EDITION_NO_YEAR) bitset_add(plane->undated, i);
    if (p->signed_year == EDITION_NO_YEAR) bitset_add(plane->unsigned_on, i);
}

static enum atlas_status build_plane(const struct edition *edition, struct edition_plane *plane,
                                     const uint32_t *partnership_of)
{
    struct themes_above above;
    struct word_memory memory = {0};
    enum atlas_status status = themes_above_init(edition, &above);
    if (status == ATLAS_OK && !make_sets(edition, plane)) status = ATLAS_NO_MEMORY;
    for (size_t i = 0; status == ATLAS_OK && i < plane->n; i++)
        add_row(edition, plane, i, &edition->partnerships[partnership_of ? partnership_of[i] : i],
                &above, &memory);
    themes_above_close(&above);
    for (int which = YEAR_FROM; status == ATLAS_OK && which <= YEAR_SIGNED; which++)
        status = make_year_sets(edition, (enum year_of)which, plane, partnership_of);
    return status;
}

/* Marks links that are placed and drawn, or the partnerships that have such a link. */
static void mark_placed(const struct edition *edition, struct edition_plane *plane,
                        bool of_partnerships)
{
    for (size_t i = 0; i < edition->n_links; i++) {
        const struct edition_link *link = &edition->links[i];
        size_t row = of_partnerships ? link->partnership : i;
        if (link->placed) bitset_add(plane->placed, row);
        if (link->drawn) bitset_add(plane->drawn, row);
    }
}

static enum atlas_status build_partnership_plane(const struct edition *edition,
                                                 struct edition_plane *plane)
{
    plane->n = edition->n_partnerships;
    enum atlas_status status = build_plane(edition, plane, NULL);
    if (status == ATLAS_OK) mark_placed(edition, plane, true);
    return status;
}

static enum atlas_status build_link_plane(const struct edition *edition,
                                          struct edition_plane *plane)
{
    plane->n = edition->n_links;
    uint32_t *partnership_of = malloc((plane->n ? plane->n : 1) * sizeof *partnership_of);
    if (!partnership_of) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < edition->n_links; i++)
        partnership_of[i] = edition->links[i].partnership;
    enum atlas_status status = build_plane(edition, plane, partnership_of);
    if (status == ATLAS_OK) mark_placed(edition, plane, false);
    free(partnership_of);
    return status;
}

/* Turns counts per territory, stored one place further on, into starts; makes room for items. */
static bool finish_starts(struct territory_lists *lists, size_t n_territories, size_t item_size)
{
    for (size_t t = 0; t < n_territories; t++)
        lists->starts[t + 1] += lists->starts[t];
    lists->items = malloc((size_t)lists->starts[n_territories] * item_size + 1);
    return lists->items != NULL;
}

/* The areas that count for a party: of its territory, and its country. */
static size_t areas_of_party(const struct edition *edition, const struct edition_party *party,
                             uint32_t areas[EDITION_MAX_AREAS + 1])
{
    size_t n = 0;
    bool has_country = party->country == EDITION_NONE;
    if (party->territory != EDITION_NONE) n = edition_areas_of(edition, party->territory, areas);
    for (size_t i = 0; i < n; i++)
        has_country = has_country || areas[i] == party->country;
    if (!has_country) areas[n++] = party->country;
    return n;
}

/* Lists, for each area, the partnerships with a party of that side in it. Two passes: count,
 * then fill; last[] holds the partnership last entered for an area, so that each stands once. */
static enum atlas_status list_partnerships(const struct edition *edition, uint8_t side,
                                           struct territory_lists *lists)
{
    size_t n = edition->n_territories;
    uint32_t *last = malloc((n + 1) * sizeof *last), *next = calloc(n + 1, sizeof *next);
    lists->starts = calloc(n + 1, sizeof *lists->starts);
    enum atlas_status status = last && next && lists->starts ? ATLAS_OK : ATLAS_NO_MEMORY;
    for (int pass = 0; status == ATLAS_OK && pass < 2; pass++) {
        if (pass == 1 && !finish_starts(lists, n, sizeof *lists->items)) status = ATLAS_NO_MEMORY;
        if (pass == 1 && status == ATLAS_OK) memcpy(next, lists->starts, n * sizeof *next);
        for (size_t t = 0; t < n; t++)
            last[t] = EDITION_NONE;
        for (size_t i = 0; status == ATLAS_OK && i < edition->n_parties; i++) {
            const struct edition_party *party = &edition->parties[i];
            uint32_t areas[EDITION_MAX_AREAS + 1];
            size_t count = party->side == side ? areas_of_party(edition, party, areas) : 0;
            for (size_t a = 0; a < count; a++) {
                if (last[areas[a]] == party->partnership) continue;
                last[areas[a]] = party->partnership;
                if (pass == 0)
                    lists->starts[areas[a] + 1]++;
                else
                    lists->items[next[areas[a]]++] = party->partnership;
            }
        }
    }
    free(last);
    free(next);
    return status;
}

/* Lists, for each area, the runs of links of which one end lies in it. open[] holds the end of
 * the run last begun for an area: a link that follows it directly makes it longer. */
static enum atlas_status list_links(const struct edition *edition, uint8_t side,
                                    struct territory_lists *lists)
{
    size_t n = edition->n_territories;
    uint32_t *open = malloc((n + 1) * sizeof *open), *next = calloc(n + 1, sizeof *next);
    lists->starts = calloc(n + 1, sizeof *lists->starts);
    enum atlas_status status = open && next && lists->starts ? ATLAS_OK : ATLAS_NO_MEMORY;
    for (int pass = 0; status == ATLAS_OK && pass < 2; pass++) {
        if (pass == 1 && !finish_starts(lists, n, sizeof *lists->items)) status = ATLAS_NO_MEMORY;
        if (pass == 1 && status == ATLAS_OK) memcpy(next, lists->starts, n * sizeof *next);
        for (size_t t = 0; t < n; t++)
            open[t] = EDITION_NONE;
        for (uint32_t i = 0; status == ATLAS_OK && i < edition->n_links; i++) {
            const struct edition_link *link = &edition->links[i];
            uint32_t areas[EDITION_MAX_AREAS];
            size_t count = edition_areas_of(
                edition, side == SIDE_FRENCH ? link->french : link->foreign, areas);
            for (size_t a = 0; a < count; a++) {
                uint32_t area = areas[a];
                bool longer = open[area] == i;
                if (open[area] == i + 1) continue; /* named twice by a circle of parents */
                open[area] = i + 1;
                if (pass == 0)
                    lists->starts[area + 1] += longer ? 0 : 2;
                else if (longer)
                    lists->items[next[area] - 1] = i + 1;
                else {
                    lists->items[next[area]++] = i;
                    lists->items[next[area]++] = i + 1;
                }
            }
        }
    }
    free(open);
    free(next);
    return status;
}

const struct call_list *edition_index_call(const struct edition_index *index, const char *slug)
{
    for (size_t i = 0; i < index->n_calls; i++)
        if (strcmp(index->calls[i].slug, slug) == 0) return &index->calls[i];
    return NULL;
}

static void find_years(const struct edition *edition, struct edition_index *index)
{
    int last = atoi(edition->date);
    int first = last;
    for (size_t i = 0; i < edition->n_partnerships; i++) {
        int year = edition->partnerships[i].lives_from;
        if (year != EDITION_NO_YEAR && year < first) first = year;
    }
    index->first_year = (int16_t)first;
    index->last_year = (int16_t)last;
}

enum atlas_status edition_index_links(const struct edition *edition, struct edition_index *index)
{
    enum atlas_status status = build_link_plane(edition, &index->links);
    if (status == ATLAS_OK) status = list_links(edition, SIDE_FRENCH, &index->french_links);
    if (status == ATLAS_OK) status = list_links(edition, SIDE_FOREIGN, &index->foreign_links);
    return status == ATLAS_OK ? edition_rank_territories(edition, index) : status;
}

static enum atlas_status mark_funded(const struct edition *edition, struct edition_index *index)
{
    index->funded = new_words(index->partnerships.words);
    if (!index->funded) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < edition->n_partnerships; i++)
        if (edition->partnerships[i].n_fundings) bitset_add(index->funded, i);
    return ATLAS_OK;
}

enum atlas_status edition_index_partnerships(const struct edition *edition,
                                             struct edition_index *index)
{
    find_years(edition, index);
    enum atlas_status status = build_partnership_plane(edition, &index->partnerships);
    if (status == ATLAS_OK) status = mark_funded(edition, index);
    if (status == ATLAS_OK)
        status = list_partnerships(edition, SIDE_FRENCH, &index->french_partnerships);
    if (status == ATLAS_OK)
        status = list_partnerships(edition, SIDE_FOREIGN, &index->foreign_partnerships);
    if (status == ATLAS_OK) status = edition_list_calls(edition, index);
    return status == ATLAS_OK ? edition_rank_titles(edition, index) : status;
}
