/* The part of a filter that ready-made sets answer, for tiles/selection: themes, words of a
 * vocabulary, and the year. Each such term is one set of rows or a union of a few, whatever the
 * size of the edition, so choosing is one pass over the words of a plane. */
#ifndef TILES_SELECTION_SETS_H
#define TILES_SELECTION_SETS_H

#include "tiles/edition_index.h"
#include "tiles/filter.h"

struct plane_totals {
    size_t n, placed, drawn; /* chosen rows; of these, placed and drawn */
    size_t undated_left_out; /* rows that meet all but the year, for they have none */
};

/* Chooses those rows of a plane that meet the filter's themes, words and year, and counts them.
 * links: of the links, else of the partnerships. themes: the filter's, as indexes. narrowed: chosen
 * holds the rows to choose from, else it is only written: as many words as the plane has.
 * ATLAS_NO_MEMORY: chosen is then of no use. */
enum atlas_status selection_sets_choose(const struct edition *edition, const struct filter *filter,
                                        const uint32_t *themes, bool links, bool narrowed,
                                        uint64_t *chosen,
                                        struct plane_totals *totals) ATLAS_MUST_CHECK;

#endif
