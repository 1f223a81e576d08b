/* Numbers of a selection broken down, as bars that need no script. Known to server/page*.c only. */
#ifndef SERVER_PAGE_BREAKDOWN_H
#define SERVER_PAGE_BREAKDOWN_H

#include "server/page_build.h"

#include "tiles/group.h"

/* Appends the `most` largest groups of a property to the list `key`: {label, url, partnerships,
 * width}, url being the atlas under filter and this group, width 0 to 100 of the largest. property:
 * GROUP_THEME, GROUP_COUNTRY or GROUP_REGION; what is not said is left out. */
enum atlas_status page_add_breakdown(struct page_build *build, const char *key,
                                     const struct selection *selection, const struct filter *filter,
                                     enum group_property property, size_t most) ATLAS_MUST_CHECK;

/* Sets the list `years`: {year, partnerships, x, y, height} of a drawing 60 units high, 10 wide per
 * year, and years_width, years_from, years_to. Nothing where no year is known. */
enum atlas_status page_add_year_columns(struct page_build *build,
                                        const struct selection *selection) ATLAS_MUST_CHECK;

#endif
