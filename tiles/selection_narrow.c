#include "tiles/edition_index.h"
#include "tiles/kept_memory.h"
#include "tiles/selection.h"

#include <stdlib.h>
#include <string.h>

/* Puts the chosen links of kept partnerships into the part; counts what is placed. placed: room for
 * a bit per partnership, zeroed. */
static void keep_links(const struct selection *selection, struct selection *part, uint64_t *placed)
{
    const struct edition *edition = selection->edition;
    for (size_t w = 0; w < edition->index->links.words; w++)
        for (uint64_t bits = selection->links[w]; bits; bits &= bits - 1) {
            size_t i = w * 64 + (size_t)__builtin_ctzll(bits);
            const struct edition_link *link = &edition->links[i];
            if (!selection_has_partnership(part, link->partnership)) continue;
            bitset_add(part->links, i);
            part->n_links++;
            part->n_placed_links += link->placed;
            part->n_drawn_links += link->drawn;
            if (link->placed) bitset_add(placed, link->partnership);
        }
    part->n_placed_partnerships = bitset_count(placed, edition->index->partnerships.words);
}

enum atlas_status selection_narrow(const struct selection *selection, const uint64_t *keep,
                                   struct selection *part)
{
    const struct edition *edition = selection->edition;
    size_t p_words = edition->index->partnerships.words, l_words = edition->index->links.words;
    struct selection made = *selection;
    uint64_t *placed = calloc(p_words + 1, sizeof *placed);
    made.partnerships = kept_memory_take((p_words + l_words + 1) * sizeof *made.partnerships);
    if (!made.partnerships || !placed) {
        kept_memory_give(made.partnerships);
        free(placed);
        return ATLAS_NO_MEMORY;
    }
    memset(made.partnerships, 0, (p_words + l_words) * sizeof *made.partnerships);
    made.links = made.partnerships + p_words; /* one block for both */
    made.n_links = made.n_placed_links = made.n_drawn_links = 0;
    for (size_t w = 0; w < p_words; w++)
        made.partnerships[w] = selection->partnerships[w] & keep[w];
    made.n_partnerships = bitset_count(made.partnerships, p_words);
    keep_links(selection, &made, placed);
    free(placed);
    *part = made;
    return ATLAS_OK;
}
