/* The chosen links of a selection grouped by keys, one after the other: what tiles/link_table and
 * all that is made of it are held to. */
#ifndef TESTS_TILES_GROUP_LINKS_H
#define TESTS_TILES_GROUP_LINKS_H

#include "tiles/group.h"

/* nature: as for group_all(). first, second: one key per edition link; second may be NULL (key[1] =
 * 0). placed_only: only links that are placed. Close with groups_close(). */
enum atlas_status group_links(const struct selection *selection, const uint32_t *first,
                              const uint32_t *second, const char *nature, bool placed_only,
                              struct groups *groups) ATLAS_MUST_CHECK;

#endif
