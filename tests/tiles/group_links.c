#include "tests/tiles/group_links.h"

#include "tiles/bitset.h"
#include "tiles/grouping.h"

enum atlas_status group_links(const struct selection *selection, const uint32_t *first,
                              const uint32_t *second, const char *nature, bool placed_only,
                              struct groups *groups)
{
    const struct edition *edition = selection->edition;
    struct grouping g = {0};
    size_t n = edition->n_partnerships;
    for (size_t i = bitset_next(selection->partnerships, 0, n); i < n;
         i = bitset_next(selection->partnerships, i + 1, n)) {
        const struct edition_partnership *p = &edition->partnerships[i];
        struct money_share share = grouping_share_of(edition, p, nature);
        for (size_t l = 0; l < p->n_links; l++) {
            uint32_t link = edition->links_of[p->first_link + l];
            if (!bitset_has(selection->links, link)) continue;
            if (placed_only && !edition->links[link].placed) continue;
            size_t at = grouping_find(&g, first[link], second ? second[link] : 0);
            if (at == SIZE_MAX) return grouping_finish(&g, false, groups);
            totals_add_link(&g.groups[at].totals, share);
            if (g.last_partnership[at] == i) continue;
            g.last_partnership[at] = (uint32_t)i;
            g.groups[at].totals.partnerships++;
        }
    }
    return grouping_finish(&g, true, groups);
}
