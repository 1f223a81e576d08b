/* The choices of a form. Known to server/page*.c only. */
#ifndef SERVER_PAGE_OPTIONS_H
#define SERVER_PAGE_OPTIONS_H

#include "server/page_build.h"

#include "tiles/group.h"

/* Appends {value, label, chosen} to a list of the page; list: a literal. */
void page_add_option(struct page_build *build, const char *list, const char *value,
                     const char *label, bool chosen);

/* True where the reader's filter has this value alone under a key. */
bool page_is_chosen(const struct page_build *build, enum filter_key key, const char *value);

/* Appends the countries (GROUP_COUNTRY, list "countries") or régions (GROUP_REGION, "regions") that
 * a selection has partnerships in, by name. */
enum atlas_status page_add_area_options(struct page_build *build, const struct selection *all,
                                        enum group_property property) ATLAS_MUST_CHECK;

#endif
