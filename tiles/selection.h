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
};

/* Binds a filter to an edition and selects. ATLAS_INVALID: a theme code that the edition's tree
 * lacks (the sentence lists the top themes); a well-formed territory or country code that the
 * edition lacks selects nothing and is no error. Free with selection_close(). */
enum atlas_status selection_make(const struct edition *edition, const struct filter *filter,
                                 struct selection *selection,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* {0} and NULL are harmless. */
void selection_close(struct selection *selection);

static inline bool selection_has_link(const struct selection *selection, size_t link)
{
    return selection->links[link / 64] >> (link % 64) & 1;
}

static inline bool selection_has_partnership(const struct selection *selection, size_t partnership)
{
    return selection->partnerships[partnership / 64] >> (partnership % 64) & 1;
}

#endif
