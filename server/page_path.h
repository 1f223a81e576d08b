/* Which page a path asks for. Pure: nothing is looked up. */
#ifndef SERVER_PAGE_PATH_H
#define SERVER_PAGE_PATH_H

#include <stdbool.h>
#include <stdint.h>

enum page_kind {
    PAGE_ATLAS,
    PAGE_PARTNERSHIP,
    PAGE_TERRITORY,
    PAGE_GENDER,
    PAGE_EMBED,
    PAGE_BUILDER,
    PAGE_COMMUNE, /* find one's own, for the next */
    PAGE_COUNCIL  /* a sheet for the council of a French territory */
};

struct page_path {
    enum page_kind kind;
    bool english;     /* under /en */
    bool bare;        /* "/en", which moves to "/en/" */
    uint64_t id;      /* PAGE_PARTNERSHIP */
    const char *slug; /* what follows the id and its dash, or the code and its slash; "" for none;
                         part of the path */
    char code[64];    /* PAGE_TERRITORY, PAGE_COUNCIL */
};

/* Reads a decoded path. False, and *page untouched, where it is no page's: any other path,
 * an id that is not 1 to 15 digits, a code that is not well formed. */
bool page_path_parse(const char *path, struct page_path *page);

#endif
