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
    PAGE_BUILDER
};

struct page_path {
    enum page_kind kind;
    bool english;     /* under /en */
    bool bare;        /* "/en", which moves to "/en/" */
    uint64_t id;      /* PAGE_PARTNERSHIP */
    const char *slug; /* what follows the id and its dash, "" for none; part of the path */
    const char *code; /* PAGE_TERRITORY; part of the path */
};

/* Reads a decoded path. False, and *page untouched, where it is no page's: any other path,
 * an id that is not 1 to 15 digits, a code that is not well formed. */
bool page_path_parse(const char *path, struct page_path *page);

#endif
