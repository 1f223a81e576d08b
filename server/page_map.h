/* The small map of a page: a picture of the server, so that it needs no script, and the same larger
 * for those who share the page's address. Known to server/page*.c only. */
#ifndef SERVER_PAGE_MAP_H
#define SERVER_PAGE_MAP_H

#include "server/page_build.h"

/* What is to be seen of the world. `(struct page_view){0}` is nothing. */
struct page_view {
    struct world_point points[64];
    size_t n;
};

/* A territory without a point, and more than fit, are passed over. */
void page_view_add(struct page_view *view, const struct edition_territory *territory);

/* Sets map_url, map_url_dark (of this server) and og_image (absolute): the links that the filter
 * chooses, with all points of the view in sight; the whole world where it has none. title: of the
 * picture; one that is longer than pictures take is left out. */
void page_set_map(struct page_build *build, const struct filter *filter,
                  const struct page_view *view, const char *title);

#endif
