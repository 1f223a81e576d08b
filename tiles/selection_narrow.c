#include "tiles/edition_index.h"
#include "tiles/kept_memory.h"
#include "tiles/selection.h"

#include <stdlib.h>
#include <string.h>

/* Puts the chosen links of a kept partnership into the part; counts what is placed. */
static void keep_links(const struct selection *selection, const struct edition_partnership *p,
                       struct selection *part)
{
    const struct edition *edition = selection->edition;
    bool placed = false;
    for (size_t l = 0; l < p->n_links; l++) {
        uint32_t link = edition->links_of[p->first_link + l];
        if (!selection_has_link(selection, link)) continue;
        bitset_add(part->links, link);
        part->n_links++;
        part->n_placed_links += edition->links[link].placed;
        part->n_drawn_links += edition->links[link].drawn;
        placed = placed || edition->links[link].placed;
    }
    part->n_placed_partnerships += placed;
}

enum atlas_status selection_narrow(const struct selection *selection, const uint64_t *keep,
                                   struct selection *part)
{
    const struct edition *edition = selection->edition;
    size_t p_words = edition->index->partnerships.words, l_words = edition->index->links.words;
    struct selection made = *selection;
    made.partnerships = kept_memory_take((p_words + l_words + 1) * sizeof *made.partnerships);
    if (!made.partnerships) return ATLAS_NO_MEMORY;
    memset(made.partnerships, 0, (p_words + l_words) * sizeof *made.partnerships);
    made.links = made.partnerships + p_words; /* one block for both */
    made.n_partnerships = made.n_links = made.n_placed_links = made.n_drawn_links = 0;
    made.n_placed_partnerships = 0;
    for (size_t w = 0; w < p_words; w++) {
        made.partnerships[w] = selection->partnerships[w] & keep[w];
        for (uint64_t bits = made.partnerships[w]; bits; bits &= bits - 1) {
            size_t i = w * 64 + (size_t)__builtin_ctzll(bits);
            made.n_partnerships++;
            keep_links(selection, &edition->partnerships[i], &made);
        }
    }
    *part = made;
    return ATLAS_OK;
}
