/* Groups under way: private to tiles/group*.c. Partnerships are visited one after the other, so
 * each group remembers the last one it counted and counts none twice.
 */
#ifndef TILES_GROUPING_H
#define TILES_GROUPING_H

#include "tiles/group.h"

/* {0} has none. */
struct grouping {
    struct group *groups;       /* owned; in the order they were met */
    uint32_t *last_partnership; /* owned; as long as groups */
    size_t n, groups_room, last_room;
    uint32_t *slots; /* owned; a hash table of positions + 1 */
    size_t n_slots;  /* a power of two */
    /* Where set, each group's partnerships are noted too: in items from next[group] on. Borrowed.
     */
    uint32_t *items, *next;
};
void grouping_close(struct grouping *grouping);

/* Position of the group of two keys, new or known; SIZE_MAX when out of memory. */
size_t grouping_find(struct grouping *grouping, uint32_t first, uint32_t second);

/* Counts a partnership in a group, once. False when out of memory. */
bool grouping_count_partnership(struct grouping *grouping, uint32_t key, uint32_t partnership);

/* Puts the groups in the order of their keys; none can be found or counted afterwards. */
void grouping_sort(struct grouping *grouping);

/* Hands the groups over in the order of their keys and closes the rest; made false: closes all,
 * ATLAS_NO_MEMORY. */
enum atlas_status grouping_finish(struct grouping *grouping, bool made,
                                  struct groups *groups) ATLAS_MUST_CHECK;

/* The money of a partnership that falls to each of its links. */
struct money_share {
    double amount_eur;
    bool known;
};
struct money_share grouping_share_of(const struct edition *edition,
                                     const struct edition_partnership *p, const char *nature);

void totals_add_link(struct totals *totals, struct money_share share);

/* The smallest chosen partnership >= from that has money of some nature, or edition->n_partnerships
 * where there is none. */
size_t grouping_next_funded(const struct selection *selection, size_t from);

/* Chosen links of a partnership. */
size_t grouping_chosen_links(const struct selection *selection,
                             const struct edition_partnership *p);

#endif
