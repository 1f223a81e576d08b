/* Links of an edition grouped once, so that counting those of a selection in a group is counting
 * bits: the links of a group are runs of positions in edition->links, which are sorted so that the
 * runs are few and long. The same groups and totals as tiles/group, without making them again for
 * each tile; a test holds the two equal.
 */
#ifndef TILES_LINK_TABLE_H
#define TILES_LINK_TABLE_H

#include "tiles/bitset.h"
#include "tiles/group.h"

struct link_run {
    uint32_t first, end; /* half open */
};

struct link_group {
    uint32_t key[2];
    uint32_t first_run; /* up to the next group's */
};

struct link_table {
    struct link_group *groups; /* owned; sorted by key[0], then key[1]; one more behind the last */
    struct link_run *runs;     /* owned */
    uint64_t *repeated;        /* owned; links whose partnership has another one in their group */
    size_t n_groups, n_runs;
};

/* Groups the links by first (and second; NULL: key[1] = 0), arrays of one key per link; a link with
 * EDITION_NONE as a key is in no group. Free with link_table_close(). */
enum atlas_status link_table_build(const struct edition *edition, const uint32_t *first,
                                   const uint32_t *second,
                                   struct link_table *table) ATLAS_MUST_CHECK;
void link_table_close(struct link_table *table);

/* Where the links of each group are one run: sorts the groups by their links instead of their keys.
 * False, and nothing done, where some group has several runs. */
bool link_table_sort_by_links(struct link_table *table);

/* Members of `links` (a set, e.g. selection->links) in a group. */
size_t link_table_count(const struct link_table *table, size_t group, const uint64_t *links);

/* Memory for counting distinct partnerships. Zeroed before first use, kept over groups and
 * editions; free with link_counter_close(). */
struct link_counter {
    uint32_t *stamps; /* owned; per partnership, the last count that met it */
    size_t n_stamps;
    uint32_t stamp;
};
void link_counter_close(struct link_counter *counter);

/* Money of links. */
struct link_amounts {
    double *eur;     /* owned; per link, its share of its partnership's money; any where unknown */
    uint64_t *known; /* owned; the links of which some is known */
};

/* False where a group surely has none of `links`: where it is one link, as most flows between
 * places are, and that is not among them. */
static inline bool link_table_may_have(const struct link_table *table, size_t group,
                                       const uint64_t *links)
{
    const struct link_group *of = &table->groups[group];
    const struct link_run *run = &table->runs[of->first_run];
    bool one_link = of[1].first_run == of->first_run + 1 && run->end == run->first + 1;
    return !one_link || bitset_has(links, run->first);
}

/* Totals of a group: n, partnerships and money. */
enum atlas_status link_table_totals(const struct link_table *table, size_t group,
                                    const struct selection *selection,
                                    const struct link_amounts *amounts,
                                    struct link_counter *counter,
                                    struct totals *totals) ATLAS_MUST_CHECK;

#endif
