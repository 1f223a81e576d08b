#include "tiles/selection.h"

#include "tiles/edition_index.h"
#include "tiles/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* What is at work while a selection is made. */
struct binding {
    const struct edition *edition;
    const struct filter *filter;
    struct atlas_error *error;
    uint32_t themes[FILTER_MAX_VALUES];
    uint64_t *scratch; /* as long as the longer plane */
};

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

static void set_or(uint64_t *restrict into, const uint64_t *restrict set, size_t words)
{
    for (size_t i = 0; i < words; i++)
        into[i] |= set[i];
}

static void set_and(uint64_t *restrict into, const uint64_t *restrict set, size_t words)
{
    for (size_t i = 0; i < words; i++)
        into[i] &= set[i];
}

static enum atlas_status refuse_theme(const struct edition *edition, const char *code,
                                      struct atlas_error *error)
{
    struct bytes allowed = {0};
    for (size_t i = 0; i < edition->n_themes; i++)
        if (edition->themes[i].parent == EDITION_NONE)
            bytes_append_format(&allowed, "%s%s", allowed.length ? ", " : "",
                                edition->themes[i].code);
    bytes_append_byte(&allowed, '\0');
    enum atlas_status status =
        atlas_fail(error, ATLAS_INVALID,
                   "parameter theme: “%.60s” is no theme of this atlas; allowed: %s and the themes "
                   "below them",
                   code, allowed.failed ? "the top themes" : (const char *)allowed.data);
    bytes_close(&allowed);
    return status;
}

static enum atlas_status bind_themes(struct binding *binding)
{
    const struct filter_list *codes = &binding->filter->lists[FILTER_THEME];
    for (size_t i = 0; i < codes->n; i++) {
        binding->themes[i] = edition_find_theme(binding->edition, codes->values[i]);
        if (binding->themes[i] == EDITION_NONE)
            return refuse_theme(binding->edition, codes->values[i], binding->error);
    }
    return ATLAS_OK;
}

static void bind_places(const struct binding *binding, enum filter_key key, const char *prefix,
                        struct place_term *term)
{
    const struct filter_list *codes = &binding->filter->lists[key];
    term->given = codes->n > 0;
    for (size_t i = 0; i < codes->n; i++) {
        char code[128];
        size_t prefix_length = strlen(prefix), length = strlen(codes->values[i]);
        if (prefix_length + length >= sizeof code) continue;
        memcpy(code, prefix, prefix_length);
        memcpy(code + prefix_length, codes->values[i], length + 1);
        uint32_t territory = edition_find_territory(binding->edition, code);
        if (territory != EDITION_NONE) term->territories[term->n++] = territory;
    }
}

static enum atlas_status bind(struct binding *binding, struct selection *selection)
{
    enum atlas_status status = bind_themes(binding);
    if (status) return status;
    bind_places(binding, FILTER_FRENCH, "", &selection->french);
    bind_places(binding, FILTER_AUTHORITY, "", &selection->authority);
    bind_places(binding, FILTER_COUNTRY, "country:", &selection->country);
    bind_places(binding, FILTER_PARTNER, "", &selection->partner);
    bind_places(binding, FILTER_PARTNER_IS, "", &selection->partner_is);
    const struct filter_list *roles = &binding->filter->lists[FILTER_ROLE];
    for (size_t i = 0; i < roles->n; i++)
        selection->roles |= (uint32_t)1 << vocabulary_find(VOCABULARY_ROLE, roles->values[i]);
    if (selection->roles && !selection->authority.given && !selection->partner_is.given)
        return atlas_fail(binding->error, ATLAS_INVALID,
                          "parameter role: it says in which role a legal person takes part, so it "
                          "needs authority= or partner_is= beside it");
    return ATLAS_OK;
}

/* chosen &= the union of the sets of a list parameter. */
static void keep_words(const struct binding *binding, const struct edition_plane *plane,
                       size_t term, uint64_t *chosen)
{
    const struct filter_list *list = &binding->filter->lists[word_terms[term].key];
    if (list->n == 0) return;
    memset(binding->scratch, 0, plane->words * sizeof *chosen);
    for (size_t i = 0; i < list->n; i++) {
        int word = vocabulary_find(word_terms[term].vocabulary, list->values[i]);
        size_t set = word >= 0 ? (size_t)word : vocabulary_size(word_terms[term].vocabulary);
        set_or(binding->scratch, plane->words_of[word_terms[term].table].bits + set * plane->words,
               plane->words);
    }
    set_and(chosen, binding->scratch, plane->words);
}

static void keep_themes(const struct binding *binding, const struct edition_plane *plane,
                        uint64_t *chosen)
{
    size_t n = binding->filter->lists[FILTER_THEME].n, words = plane->words;
    if (n == 1) set_and(chosen, plane->themes.bits + binding->themes[0] * words, words);
    if (n <= 1) return;
    memset(binding->scratch, 0, words * sizeof *chosen);
    for (size_t i = 0; i < n; i++)
        set_or(binding->scratch, plane->themes.bits + binding->themes[i] * words, words);
    set_and(chosen, binding->scratch, words);
}

static void keep_calls(const struct binding *binding, bool links, uint64_t *chosen, size_t words)
{
    const struct edition *edition = binding->edition;
    const struct filter_list *list = &binding->filter->lists[FILTER_CALL];
    if (list->n == 0) return;
    memset(binding->scratch, 0, words * sizeof *chosen);
    for (size_t i = 0; i < list->n; i++) {
        const char *slug = strcmp(list->values[i], "none") == 0 ? "" : list->values[i];
        const struct call_list *call = edition_index_call(edition->index, slug);
        for (size_t c = 0; call && c < call->n; c++) {
            const struct edition_partnership *p = &edition->partnerships[call->partnerships[c]];
            if (!links) bitset_add(binding->scratch, call->partnerships[c]);
            for (size_t l = 0; links && l < p->n_links; l++)
                bitset_add(binding->scratch, edition->links_of[p->first_link + l]);
        }
    }
    set_and(chosen, binding->scratch, words);
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

/* scratch = the rows that live in the span, row by row: for a file of too many different years. */
static void scan_years(const struct binding *binding, const struct edition_plane *plane, bool links)
{
    const struct edition *edition = binding->edition;
    memset(binding->scratch, 0, plane->words * sizeof *binding->scratch);
    for (size_t i = 0; i < plane->n; i++) {
        size_t p = links ? edition->links[i].partnership : i;
        if (lives_in_span(&edition->partnerships[p], binding->filter))
            bitset_add(binding->scratch, i);
    }
}

/* scratch = the rows that live, or were signed, in the span. */
static void find_years(const struct binding *binding, const struct edition_plane *plane, bool links)
{
    const struct filter *filter = binding->filter;
    const struct year_sets *first = filter->time_signed ? &plane->signed_on : &plane->from;
    const struct year_sets *last = filter->time_signed ? &plane->signed_on : &plane->to;
    if (first->sets.n == 0 || last->sets.n == 0) {
        scan_years(binding, plane, links);
        return;
    }
    const uint64_t *begun = years_until(first, plane->words, filter->year_to);
    const uint64_t *over = years_until(last, plane->words, filter->year_from - 1);
    uint64_t *restrict scratch = binding->scratch;
    if (!begun)
        memset(scratch, 0, plane->words * sizeof *scratch);
    else if (!over)
        memcpy(scratch, begun, plane->words * sizeof *scratch);
    for (size_t i = 0; begun && over && i < plane->words; i++)
        scratch[i] = begun[i] & ~over[i];
}

/* chosen &= the year; *left_out = those of chosen that have none, where they are not asked for. */
static void keep_years(const struct binding *binding, const struct edition_plane *plane, bool links,
                       uint64_t *chosen, size_t *left_out)
{
    const struct filter *filter = binding->filter;
    *left_out = 0;
    if (!filter->has_year) return;
    const uint64_t *undated = filter->time_signed ? plane->unsigned_on : plane->undated;
    find_years(binding, plane, links);
    if (filter->undated_included)
        set_or(binding->scratch, undated, plane->words);
    else
        *left_out = bitset_count_common(chosen, undated, plane->words);
    set_and(chosen, binding->scratch, plane->words);
}

/* Has the partnership a party that is this very territory, in one of the roles? */
static bool takes_part(const struct selection *selection, const struct edition_partnership *p,
                       uint32_t territory)
{
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &selection->edition->parties[p->first_party + i];
        if (party->territory != territory) continue;
        if (!selection->roles || selection->roles >> party->role_index & 1) return true;
    }
    return false;
}

/* chosen &= partnerships with a party in one of the areas; exact: a party that is the area. */
static void keep_partnerships(const struct binding *binding, const struct selection *selection,
                              const struct place_term *term, const struct territory_lists *lists,
                              bool exact, uint64_t *chosen)
{
    if (!term->given) return;
    const struct edition *edition = binding->edition;
    size_t words = edition->index->partnerships.words;
    memset(binding->scratch, 0, words * sizeof *chosen);
    for (size_t t = 0; t < term->n; t++) {
        uint32_t area = term->territories[t];
        for (size_t i = lists->starts[area]; i < lists->starts[area + 1]; i++) {
            uint32_t p = lists->items[i];
            if (!exact || takes_part(selection, &edition->partnerships[p], area))
                bitset_add(binding->scratch, p);
        }
    }
    set_and(chosen, binding->scratch, words);
}

/* chosen &= links with their end in one of the areas; exact: their end is the area. */
static void keep_links(const struct binding *binding, const struct selection *selection,
                       const struct place_term *term, const struct territory_lists *lists,
                       bool exact, uint64_t *chosen)
{
    if (!term->given) return;
    const struct edition *edition = binding->edition;
    size_t words = edition->index->links.words;
    memset(binding->scratch, 0, words * sizeof *chosen);
    for (size_t t = 0; t < term->n; t++) {
        uint32_t area = term->territories[t];
        for (size_t i = lists->starts[area]; i < lists->starts[area + 1]; i += 2) {
            if (!exact) {
                bitset_add_range(binding->scratch, lists->items[i], lists->items[i + 1]);
                continue;
            }
            for (uint32_t l = lists->items[i]; l < lists->items[i + 1]; l++) {
                const struct edition_link *link = &edition->links[l];
                if ((link->french == area || link->foreign == area) &&
                    takes_part(selection, &edition->partnerships[link->partnership], area))
                    bitset_add(binding->scratch, l);
            }
        }
    }
    set_and(chosen, binding->scratch, words);
}

static bool has_place_terms(const struct selection *s)
{
    return s->french.given || s->authority.given || s->country.given || s->partner.given ||
           s->partner_is.given;
}

/* Everything but the year. */
static void keep_but_years(const struct binding *binding, const struct selection *selection,
                           bool links, uint64_t *chosen)
{
    const struct edition_index *index = binding->edition->index;
    const struct edition_plane *plane = links ? &index->links : &index->partnerships;
    memcpy(chosen, plane->all, plane->words * sizeof *chosen);
    keep_themes(binding, plane, chosen);
    for (size_t i = 0; i < sizeof word_terms / sizeof *word_terms; i++)
        keep_words(binding, plane, i, chosen);
    keep_calls(binding, links, chosen, plane->words);
    if (!has_place_terms(selection)) return;
    const struct {
        const struct place_term *term;
        uint8_t side;
        bool exact;
    } terms[] = {
        {&selection->french, SIDE_FRENCH, false},     {&selection->authority, SIDE_FRENCH, true},
        {&selection->country, SIDE_FOREIGN, false},   {&selection->partner, SIDE_FOREIGN, false},
        {&selection->partner_is, SIDE_FOREIGN, true},
    };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        bool french = terms[i].side == SIDE_FRENCH;
        if (links)
            keep_links(binding, selection, terms[i].term,
                       french ? &index->french_links : &index->foreign_links, terms[i].exact,
                       chosen);
        else
            keep_partnerships(binding, selection, terms[i].term,
                              french ? &index->french_partnerships : &index->foreign_partnerships,
                              terms[i].exact, chosen);
    }
}

/* Counts partnerships with at least one chosen placed link. Where no term is about places the
 * links of a partnership are chosen all or none, and one AND tells it. */
static size_t count_placed_partnerships(const struct binding *binding,
                                        const struct selection *selection)
{
    const struct edition *edition = binding->edition;
    const struct edition_index *index = edition->index;
    size_t words = index->partnerships.words;
    if (!has_place_terms(selection))
        return bitset_count_common(selection->partnerships, index->partnerships.placed, words);
    memset(binding->scratch, 0, words * sizeof *binding->scratch);
    for (size_t i = 0; i < index->links.words; i++)
        for (uint64_t bits = selection->links[i] & index->links.placed[i]; bits; bits &= bits - 1)
            bitset_add(binding->scratch,
                       edition->links[i * 64 + (size_t)__builtin_ctzll(bits)].partnership);
    return bitset_count(binding->scratch, words);
}

static void select_all(const struct binding *binding, struct selection *s)
{
    const struct edition_index *index = binding->edition->index;
    size_t link_words = index->links.words;
    keep_but_years(binding, s, false, s->partnerships);
    keep_years(binding, &index->partnerships, false, s->partnerships, &s->undated_left_out);
    keep_but_years(binding, s, true, s->links);
    keep_years(binding, &index->links, true, s->links, &s->undated_links_left_out);
    s->n_partnerships = bitset_count(s->partnerships, index->partnerships.words);
    s->n_links = bitset_count(s->links, link_words);
    s->n_placed_links = bitset_count_common(s->links, index->links.placed, link_words);
    s->n_drawn_links = bitset_count_common(s->links, index->links.drawn, link_words);
    s->n_placed_partnerships = count_placed_partnerships(binding, s);
}

enum atlas_status selection_make(const struct edition *edition, const struct filter *filter,
                                 struct selection *selection, struct atlas_error *error)
{
    size_t p_words = edition->index->partnerships.words, l_words = edition->index->links.words;
    size_t longer = p_words > l_words ? p_words : l_words;
    struct binding binding = {.edition = edition, .filter = filter, .error = error};
    struct selection made = {.edition = edition};
    enum atlas_status status = bind(&binding, &made);
    if (status) return status;
    made.partnerships = malloc((p_words + l_words + 1) * sizeof *made.partnerships);
    binding.scratch = malloc((longer + 1) * sizeof *binding.scratch);
    if (!made.partnerships || !binding.scratch) {
        free(made.partnerships);
        free(binding.scratch);
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    made.links = made.partnerships + p_words; /* one block for both */
    select_all(&binding, &made);
    free(binding.scratch);
    *selection = made;
    return ATLAS_OK;
}

void selection_close(struct selection *selection)
{
    if (!selection) return;
    free(selection->partnerships);
    *selection = (struct selection){0};
}

static bool lies_in_any(const struct selection *selection, const struct edition_party *party,
                        const struct place_term *term)
{
    if (!term->given) return true;
    for (size_t i = 0; i < term->n; i++) {
        if (party->country == term->territories[i]) return true;
        if (party->territory != EDITION_NONE &&
            edition_lies_in(selection->edition, party->territory, term->territories[i]))
            return true;
    }
    return false;
}

static bool is_any(const struct selection *selection, const struct edition_party *party,
                   const struct place_term *term)
{
    if (!term->given) return true;
    if (selection->roles && !(selection->roles >> party->role_index & 1)) return false;
    for (size_t i = 0; i < term->n; i++)
        if (party->territory == term->territories[i]) return true;
    return false;
}

bool selection_has_party(const struct selection *selection, size_t party)
{
    const struct edition_party *p = &selection->edition->parties[party];
    if (!selection_has_partnership(selection, p->partnership)) return false;
    if (p->side == SIDE_FRENCH)
        return lies_in_any(selection, p, &selection->french) &&
               is_any(selection, p, &selection->authority);
    return lies_in_any(selection, p, &selection->country) &&
           lies_in_any(selection, p, &selection->partner) &&
           is_any(selection, p, &selection->partner_is);
}
