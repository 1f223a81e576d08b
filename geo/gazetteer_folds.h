/* Which territories bear a folded name, in one country or in all: the most frequent question,
 * answered by one table of all names' folds, an image like the indexes of countries. It gives
 * numbers of territories, a few of which may bear another name: the caller, who reads the territory
 * and its name anyway, leaves those out. */
#ifndef GEO_GAZETTEER_FOLDS_H
#define GEO_GAZETTEER_FOLDS_H

#include "geo/sorted_keys.h"

/* Adds a name to a list to be put into the image, best place first. country_iso: "" where it has
 * none. False when out of memory. */
bool gazetteer_folds_add(struct key_list *list, const char *folded, const char *country_iso,
                         uint32_t territory_id);

/* Makes the image; `image` is empty before, and the caller's. False when out of memory. */
bool gazetteer_folds_put(struct key_list *list, struct bytes *image);

/* Opens an image that stays the caller's. False when it is not whole. */
bool gazetteer_folds_open(const struct bytes *image, struct sorted_keys *folds);

/* The places with this fold: folds->numbers[first] to [end - 1], by country, and in one country
 * best first. country_iso NULL: in all. */
struct key_run gazetteer_folds_find(const struct sorted_keys *folds, const char *folded,
                                    const char *country_iso);

#endif
