/* The filter grammar: one for tiles, pictures, GeoJSON, CSV, counts, and later OGC and statistics.
 *
 * Three steps, each apart: parse (pure, from parameters to a value), canonical text (order, case
 * and repetition don't matter: equal filters give equal bytes, the key of every cache), and bind,
 * in tiles/selection.
 *
 *   theme=eau,energie  year=2019 | 2015..2020  time=active|signed  undated=include
 *   kind mode status call gender       any of; `none`: not said
 *   french authority   territory codes of the French side      (french: and all in it)
 *   country partner partner_is         the same abroad         (partner: and all in it)
 *   role               with authority and partner_is; alone it is refused by bind
 *
 * A call is named by its slug (geo/name): `call=AAP 2025 MEAE` is `call=aap-2025-meae`. Countries
 * may also be written `country:ML`. Canonical values need no escaping in an address.
 */
#ifndef TILES_FILTER_H
#define TILES_FILTER_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>

#define FILTER_MAX_VALUES 64   /* of one parameter */
#define FILTER_MAX_TEXT   2048 /* bytes of all values */

enum filter_key {
    FILTER_THEME,
    FILTER_KIND,
    FILTER_MODE,
    FILTER_STATUS,
    FILTER_CALL,
    FILTER_GENDER,
    FILTER_FRENCH,
    FILTER_AUTHORITY,
    FILTER_ROLE,
    FILTER_COUNTRY,
    FILTER_PARTNER,
    FILTER_PARTNER_IS,
    FILTER_LIST_COUNT /* the keys above hold lists */
};

struct filter_list {
    const char *values[FILTER_MAX_VALUES]; /* in the filter's own text, sorted, without repeats */
    size_t n;                              /* 0: the parameter was not given */
};

struct filter {
    struct filter_list lists[FILTER_LIST_COUNT];
    bool has_year;
    int year_from, year_to; /* inclusive, 1000..9999, from <= to */
    bool has_time;          /* time was given */
    bool time_signed;       /* time=signed; false: active */
    bool undated_included;  /* only meaningful with a year */
    char text[FILTER_MAX_TEXT + FILTER_MAX_VALUES * FILTER_LIST_COUNT]; /* holds the values */
    size_t text_length;
};

/* An empty filter: everything. */
void filter_init(struct filter *filter);

/* True when name is a parameter of the grammar. */
bool filter_knows(const char *name);

/* Adds one decoded parameter. The same parameter given twice adds to its list; year, time and
 * undated may be repeated only with the same value. ATLAS_INVALID with a sentence that names the
 * parameter and the allowed values (malformed or unknown vocabulary; theme codes are checked by
 * bind, which knows the tree); ATLAS_TOO_LARGE over the bounds above; ATLAS_NOT_FOUND when
 * filter_knows(name) is false. Empty value: ATLAS_INVALID. */
enum atlas_status filter_add(struct filter *filter, const char *name, const char *value,
                             struct atlas_error *error) ATLAS_MUST_CHECK;

/* The parameter's name, e.g. "partner_is"; static; NULL outside the enum. */
const char *filter_key_name(enum filter_key key);

/* Appends the canonical text, e.g. "theme=eau,energie&year=2015..2020"; "" for everything.
 * Parameters that change nothing (time or undated without year) are left out. */
void filter_canonical(const struct filter *filter, struct bytes *out);

#endif
