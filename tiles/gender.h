/* The gender marker by country or by région: what was examined and what was found.
 *
 * Shares are (1 + 2) / (0 + 1 + 2) and always stand beside their coverage (0 + 1 + 2) / all: a
 * missing marker is neither 0 nor left out in silence. Markers that somebody estimated (origin
 * `estimated`) are counted apart and are in no share. Every number comes from tiles/group over
 * parts of one selection.
 */
#ifndef TILES_GENDER_H
#define TILES_GENDER_H

#include "tiles/group.h"

#define GENDER_RANKED_FROM 5 /* fewer examined than this are not to be ranked */

struct gender_row {
    uint32_t key; /* territory of a country or région; EDITION_NONE: not known */
    struct totals all, marked[3], estimated, unknown;
};

struct gender_table {
    struct gender_row total; /* its key means nothing */
    struct gender_row *rows; /* owned; by falling number of all partnerships */
    size_t n;
};

/* property: GROUP_COUNTRY or GROUP_REGION. nature: of money, or NULL: no amounts. Free with
 * gender_close(). */
enum atlas_status gender_make(const struct selection *selection, enum group_property property,
                              const char *nature, struct gender_table *table) ATLAS_MUST_CHECK;
void gender_close(struct gender_table *table);

/* Partnerships examined: markers 0, 1 and 2 that were not estimated. */
uint64_t gender_examined(const struct gender_row *row);

/* (1 + 2) / (0 + 1 + 2) and (0 + 1 + 2) / all, by partnerships or, of_money, by amount; NaN where
 * the divisor is 0. */
double gender_share(const struct gender_row *row, bool of_money);
double gender_coverage(const struct gender_row *row, bool of_money);

/* The four themes of the map, as codes of data/themes.csv. A partnership may bear several of them:
 * their numbers overlap. */
#define GENDER_THEMES 4
extern const char *const gender_theme_codes[GENDER_THEMES];

/* The part of a selection that bears the theme of that index, or something below it; of index
 * GENDER_THEMES: at least one of the four. Empty where the edition's tree lacks them. Free *part
 * with selection_close(). */
enum atlas_status gender_theme_part(const struct selection *selection, size_t theme,
                                    struct selection *part) ATLAS_MUST_CHECK;

#endif
