/* Groups by what the ends of links and parties are: country abroad, région, precision, territory.
 * Private to tiles/group and tiles/prepared.
 *
 * Without a term about places every party and link of a chosen partnership is chosen, so that which
 * partnerships a group can hold does not depend on the filter: they are listed once per edition,
 * and counting a group is looking for its list in a set. With such a term partnerships are visited
 * one by one.
 */
#ifndef TILES_GROUP_ENDS_H
#define TILES_GROUP_ENDS_H

#include "tiles/group.h"

/* Beside GROUP_COUNTRY, GROUP_REGION and GROUP_PRECISION; of group_territories(). */
enum { GROUP_END_TERRITORY = GROUP_PRECISION + 1, GROUP_LISTS };

/* Groups of GROUP_COUNTRY, GROUP_REGION, GROUP_PRECISION or GROUP_END_TERRITORY: as
 * group_by_property(). */
enum atlas_status group_by_ends(const struct selection *selection, unsigned property,
                                const char *nature, struct groups *groups) ATLAS_MUST_CHECK;

/* Which partnerships of an edition each group of a property holds. */
struct group_lists {
    uint32_t *keys;   /* owned; ascending */
    uint32_t *starts; /* owned; of the list of each key in items; one more behind the last */
    uint32_t *items;  /* owned; partnerships, ascending */
    size_t n;
};
/* {0} and NULL are harmless to close. */
enum atlas_status group_lists_make(const struct edition *edition, unsigned property,
                                   struct group_lists *lists) ATLAS_MUST_CHECK;
void group_lists_close(struct group_lists *lists);

#endif
