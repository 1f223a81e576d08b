/* What a filter chooses in an edition: partnerships and links.
 *
 * A partnership is chosen when it meets every term; a term about a place is met when one of its
 * parties meets it. A link is chosen when its partnership is chosen and its own ends meet the
 * terms about places: under country=MA a partnership with Fès and Dakar counts its link to Fès and
 * not the one to Dakar. So n, hexagons, flows and rows under a filter hold just what was asked.
 */
#ifndef TILES_SELECTION_H
#define TILES_SELECTION_H

#include "tiles/edition.h"
#include "tiles/filter.h"

/* The terms about places, bound: territories of this edition. */
struct place_term {
    bool given;
    size_t n;
    uint32_t territories[FILTER_MAX_VALUES];
};

struct selection {
    const struct edition *edition; /* borrowed: outlives the selection */
    uint64_t *partnerships;        /* bit i: edition->partnerships[i] is chosen */
    uint64_t *links;               /* bit i: edition->links[i] is chosen */
    size_t n_partnerships, n_links;
    size_t n_placed_links;        /* chosen links that are placed */
    size_t n_drawn_links;         /* chosen links that may be drawn as a line */
    size_t n_placed_partnerships; /* chosen partnerships with at least one placed link */
    size_t undated_left_out;      /* partnerships that meet all but the year, for they have none */
    size_t undated_links_left_out;
    uint32_t roles; /* bit per word of VOCABULARY_ROLE; 0: any */
    /* For selection_has_party(). */
    struct place_term french, authority, country, partner, partner_is;
};

/* Binds a filter to an edition and selects. ATLAS_INVALID: a theme code that the edition's tree
 * lacks (the sentence lists the top themes), or `role` without `authority` or `partner_is`; a
 * well-formed territory or country code that the edition lacks selects nothing and is no error.
 * Free with selection_close(), which after a failure is not needed and does no harm. */
enum atlas_status selection_make(const struct edition *edition, const struct filter *filter,
                                 struct selection *selection,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* The part of a selection that lies in keep, a set of partnerships (bit per partnership of the
 * edition): those partnerships and their chosen links. What the year left out stays as it was.
 * Free *part with selection_close(); it needs nothing of selection afterwards. */
enum atlas_status selection_narrow(const struct selection *selection, const uint64_t *keep,
                                   struct selection *part) ATLAS_MUST_CHECK;

/* {0} and NULL are harmless. */
void selection_close(struct selection *selection);

/* True when the filter says something of places: then links and parties of a chosen partnership may
 * be left out, and without it all of them are chosen. */
bool selection_has_place_terms(const struct selection *selection);

/* True when the partnership of this party is chosen and the party meets the terms about places of
 * its side: under country=MA the party of Fès, not the one of Dakar. */
bool selection_has_party(const struct selection *selection, size_t party);

static inline bool selection_has_link(const struct selection *selection, size_t link)
{
    return selection->links[link / 64] >> (link % 64) & 1;
}

static inline bool selection_has_partnership(const struct selection *selection, size_t partnership)
{
    return selection->partnerships[partnership / 64] >> (partnership % 64) & 1;
}

#endif
