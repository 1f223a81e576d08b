/* The search box: places and partnerships by the beginnings of words, however they are spelled.
 *
 * Every word of the question must begin a word of the name, both folded by geo/name. Old and
 * delegated names lead to today's territory and say so. The words of an edition are folded once,
 * when it is first searched or prepared, and forgotten with it. Thread-safe.
 */
#ifndef SERVER_SEARCH_H
#define SERVER_SEARCH_H

#include "geo/bytes.h"
#include "tiles/edition.h"

#include <stdbool.h>
#include <stdint.h>

struct search;

/* NULL when out of memory. */
struct search *search_new(void);
/* NULL is harmless. */
void search_free(struct search *search);

/* Folds the words of edition now, so that the first to ask need not wait, and forgets those of
 * other editions. */
void search_prepare(struct search *search, const struct edition *edition);

/* Appends the JSON answer for `question` (UTF-8, as typed), at most `limit` results, best first:
 * {"q", "results": [{"type": "territory", "code", "name", "kind", "country", "partnerships",
 *  "via", "lon", "lat", "url"} or {"type": "partnership", "id", "title", …, "url"}]}.
 * `via` is the name that matched where it is another than today's; else null. */
enum atlas_status search_write(struct search *search, const struct edition *edition,
                               const char *question, bool english, uint32_t limit,
                               const char *base_url, struct bytes *out) ATLAS_MUST_CHECK;

#endif
