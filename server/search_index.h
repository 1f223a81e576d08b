/* The words of an edition, folded into one text, and the search through it. */
#ifndef SERVER_SEARCH_INDEX_H
#define SERVER_SEARCH_INDEX_H

#include "geo/status.h"
#include "tiles/edition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct search_index; /* counted; never changed once made; holds its edition */

/* NULL when out of memory. */
struct search_index *search_index_new(const struct edition *edition);
struct search_index *search_index_get(struct search_index *index);
/* NULL is harmless. */
void search_index_release(struct search_index *index);
/* False for NULL. */
bool search_index_is_of(const struct search_index *index, const struct edition *edition);

struct search_hit {
    uint32_t target; /* index of the edition's territories or partnerships */
    bool is_partnership;
    uint32_t partnerships; /* of a territory: those it is a party of */
    const char *via;       /* the other name that matched, or NULL; the edition's */
};

struct search_hits {
    struct search_hit *hits; /* owned; best first, each target once */
    size_t n;
    size_t total; /* matches before the limit, each target once */
};

/* Finds question (UTF-8) as words. A question without a letter or digit finds nothing. */
enum atlas_status search_index_find(const struct search_index *index, const char *question,
                                    bool english, size_t limit,
                                    struct search_hits *hits) ATLAS_MUST_CHECK;
void search_hits_close(struct search_hits *hits);

#endif
