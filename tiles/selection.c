#include "tiles/selection.h"

#include "tiles/edition_index.h"
#include "tiles/kept_memory.h"
#include "tiles/selection_sets.h"
#include "tiles/vocabulary.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What is at work while a selection is made. */
struct binding {
    const struct edition *edition;
    const struct filter *filter;
    struct atlas_error *error;
    uint32_t themes[FILTER_MAX_VALUES];
    uint64_t *scratch; /* as long as the longer plane; NULL without scattered terms */
};

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
    term->n = 0;
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

/* Has the partnership a party that is this very territory, in one of the roles? */
static bool takes_part(const struct selection *selection, const struct edition_partnership *p,
                       uint32_t territory)
{
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &selection->edition->parties[p->first_party + i];
        if (party->territory != territory) continue;
        if (!selection->roles || selection->roles >> party->role & 1) return true;
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

bool selection_has_place_terms(const struct selection *selection)
{
    return selection->french.given || selection->authority.given || selection->country.given ||
           selection->partner.given || selection->partner_is.given;
}

static bool has_scattered_terms(const struct selection *s, const struct filter *filter)
{
    return selection_has_place_terms(s) || filter->lists[FILTER_CALL].n > 0;
}

/* The terms whose rows lie scattered: calls and places. */
static void keep_scattered(const struct binding *binding, const struct selection *selection,
                           bool links, uint64_t *chosen)
{
    const struct edition_index *index = binding->edition->index;
    keep_calls(binding, links, chosen, links ? index->links.words : index->partnerships.words);
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

static enum atlas_status select_plane(const struct binding *binding,
                                      const struct selection *selection, bool links,
                                      uint64_t *chosen, struct plane_totals *totals)
{
    const struct edition_index *index = binding->edition->index;
    const struct edition_plane *plane = links ? &index->links : &index->partnerships;
    if (binding->scratch) {
        memcpy(chosen, plane->all, plane->words * sizeof *chosen);
        keep_scattered(binding, selection, links, chosen);
    }
    return selection_sets_choose(binding->edition, binding->filter, binding->themes, links,
                                 binding->scratch, chosen, totals);
}

/* Partnerships with at least one chosen placed link. Where terms about places choose some links of
 * a partnership and not others, the links themselves have to be asked. */
static size_t count_placed_partnerships(const struct binding *binding,
                                        const struct selection *selection)
{
    const struct edition *edition = binding->edition;
    const struct edition_index *index = edition->index;
    size_t words = index->partnerships.words;
    memset(binding->scratch, 0, words * sizeof *binding->scratch);
    for (size_t i = 0; i < index->links.words; i++)
        for (uint64_t bits = selection->links[i] & index->links.placed[i]; bits; bits &= bits - 1)
            bitset_add(binding->scratch,
                       edition->links[i * 64 + (size_t)__builtin_ctzll(bits)].partnership);
    return bitset_count(binding->scratch, words);
}

static enum atlas_status select_all(const struct binding *binding, struct selection *s)
{
    struct plane_totals partnerships, links;
    enum atlas_status status = select_plane(binding, s, false, s->partnerships, &partnerships);
    if (status == ATLAS_OK) status = select_plane(binding, s, true, s->links, &links);
    if (status) return atlas_fail(binding->error, status, "out of memory");
    s->n_partnerships = partnerships.n;
    s->n_placed_partnerships = partnerships.placed;
    s->undated_left_out = partnerships.undated_left_out;
    s->n_links = links.n;
    s->n_placed_links = links.placed;
    s->n_drawn_links = links.drawn;
    s->undated_links_left_out = links.undated_left_out;
    if (selection_has_place_terms(s))
        s->n_placed_partnerships = count_placed_partnerships(binding, s);
    return ATLAS_OK;
}

enum atlas_status selection_make(const struct edition *edition, const struct filter *filter,
                                 struct selection *selection, struct atlas_error *error)
{
    size_t p_words = edition->index->partnerships.words, l_words = edition->index->links.words;
    size_t longer = p_words > l_words ? p_words : l_words;
    struct binding binding = {.edition = edition, .filter = filter, .error = error};
    memset(selection, 0, offsetof(struct selection, french)); /* bind() fills in the terms */
    selection->edition = edition;
    enum atlas_status status = bind(&binding, selection);
    if (status) return status;
    bool scattered = has_scattered_terms(selection, filter);
    selection->partnerships =
        kept_memory_take((p_words + l_words + 1) * sizeof *selection->partnerships);
    if (scattered) binding.scratch = malloc((longer + 1) * sizeof *binding.scratch);
    if (selection->partnerships && (!scattered || binding.scratch)) {
        selection->links = selection->partnerships + p_words; /* one block for both */
        status = select_all(&binding, selection);
    } else {
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    free(binding.scratch);
    if (status) selection_close(selection);
    return status;
}

void selection_close(struct selection *selection)
{
    if (!selection) return;
    kept_memory_give(selection->partnerships);
    selection->partnerships = selection->links = NULL;
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
    if (selection->roles && !(selection->roles >> party->role & 1)) return false;
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
