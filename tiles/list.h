/* The list beside the map: chosen partnerships, sorted and paged, as JSON.
 *
 * {"total","placed","undated_left_out","filter","edition","sort","page","pages","per_page",
 *  "rows":[{"id","title","url","french":[{"code","name","precision"}],
 *           "foreign":[{"code","name","precision","country","country_name"}],
 *           "themes":[…],"kind","status","year_start","year_end","gender_marker","placed"}]}
 */
#ifndef TILES_LIST_H
#define TILES_LIST_H

#include "geo/bytes.h"
#include "tiles/selection.h"

#define LIST_MAX_PER_PAGE 500

enum list_sort {
    LIST_TITLE,   /* by folded title */
    LIST_YEAR,    /* by the first year; undated last either way */
    LIST_COUNTRY, /* by name of the first partner's country; none last either way */
    LIST_FRENCH,  /* by name of the first French party; none last either way */
    LIST_ID
};

struct list_request {
    enum list_sort sort;
    bool falling;
    size_t page, per_page; /* from 1; 1 .. LIST_MAX_PER_PAGE */
    bool english;
    bool only_unplaced; /* those without a placed link, which no map shows */
};

/* Reads "title", "-year" … (a leading '-' is falling). ATLAS_INVALID names the allowed ones. */
enum atlas_status list_parse_sort(const char *text, struct list_request *request,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Reads "no"; false for anything else. */
bool list_parse_placed(const char *text, struct list_request *request);

/* The part of the selection that no map shows: chosen partnerships without a placed chosen link.
 * Free *part with selection_close(). ATLAS_NO_MEMORY. */
enum atlas_status list_unplaced(const struct selection *selection,
                                struct selection *part) ATLAS_MUST_CHECK;

/* Writes the indexes of the page's partnerships, in order, to rows (room for per_page of them); *n
 * of them. A page behind the last has none. ATLAS_INVALID: page or per_page out of range. */
enum atlas_status list_page(const struct selection *selection, const struct list_request *request,
                            uint32_t *rows, size_t *n) ATLAS_MUST_CHECK;

/* True when one of its chosen links is placed. */
bool list_is_placed(const struct selection *selection, uint32_t partnership);

/* Appends the page; with only_unplaced of list_unplaced(). A page behind the last has no rows.
 * filter: canonical text; base_url: see tiles/feature.h. Equal rows are in the order of their ids.
 */
enum atlas_status list_write(const struct selection *selection, const struct list_request *request,
                             const char *filter, const char *base_url,
                             struct bytes *out) ATLAS_MUST_CHECK;

#endif
