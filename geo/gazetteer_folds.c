#include "geo/gazetteer_folds.h"

#include <string.h>

enum { FOLDS_KIND = 3 };

/* The upper half is of the fold, the lower one the country itself. */
static uint64_t key_of(const char *folded, const char *country_iso)
{
    uint64_t country = 0;
    for (int i = 0; i < 2 && country_iso[i]; i++)
        country = country << 8 | (unsigned char)country_iso[i];
    return (key_of_text(0, folded, strlen(folded)) & ~(uint64_t)UINT16_MAX) | country;
}

bool gazetteer_folds_add(struct key_list *list, const char *folded, const char *country_iso,
                         uint32_t territory_id)
{
    return key_list_add(list, key_of(folded, country_iso), territory_id);
}

bool gazetteer_folds_put(struct key_list *list, struct bytes *image)
{
    key_image_begin(image, FOLDS_KIND);
    key_list_put(list, image);
    key_image_end(image);
    return !image->failed;
}

bool gazetteer_folds_open(const struct bytes *image, struct sorted_keys *folds)
{
    struct key_image opened;
    return key_image_open(&opened, image->data, image->length, FOLDS_KIND) &&
           sorted_keys_take(&opened, folds);
}

struct key_run gazetteer_folds_find(const struct sorted_keys *folds, const char *folded,
                                    const char *country_iso)
{
    uint64_t key = key_of(folded, country_iso ? country_iso : "");
    return country_iso ? sorted_keys_find(folds, key) : sorted_keys_find_high(folds, key);
}
