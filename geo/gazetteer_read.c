/* What was prepared in the file, into memory; what was prepared for other keys is made anew. */
#include "geo/gazetteer_folds.h"
#include "geo/gazetteer_internal.h"
#include "geo/gazetteer_prepare.h"
#include "geo/place_keys.h"

#include <string.h>

enum atlas_status gazetteer_read_folds(struct gazetteer *gazetteer, struct atlas_error *error)
{
    struct bytes keys = {0};
    const uint64_t ours = place_keys_fingerprint();
    int code = gazetteer_read_prepared(gazetteer->database, "", "keys", &keys);
    gazetteer->keys_agree =
        code == SQLITE_OK && keys.length == sizeof ours && !memcmp(keys.data, &ours, sizeof ours);
    bytes_close(&keys);
    if (code == SQLITE_OK)
        code = gazetteer_read_prepared(gazetteer->database, "", "folds", &gazetteer->folds_image);
    if (code == SQLITE_OK && !gazetteer_folds_open(&gazetteer->folds_image, &gazetteer->folds))
        code = SQLITE_CORRUPT;
    if (code == SQLITE_OK) return ATLAS_OK;
    return gazetteer_failed(gazetteer, code == SQLITE_DONE ? SQLITE_CORRUPT : code, error);
}

/* Adds a country's index at the head of the list: as prepared, else made of its rows, then with its
 * spellings. */
static int add_index(struct gazetteer *gazetteer, const char *country_iso,
                     struct gazetteer_index **index)
{
    struct bytes names = {0}, spellings = {0};
    int code = SQLITE_DONE;
    if (gazetteer->keys_agree)
        code = gazetteer_read_prepared(gazetteer->database, country_iso, "names", &names);
    if (code == SQLITE_DONE)
        code = gazetteer_prepare_country(gazetteer->database, country_iso, &names, &spellings);
    *index = code == SQLITE_OK ? gazetteer_index_new(country_iso, gazetteer->indexes) : NULL;
    if (code == SQLITE_OK && !*index) code = SQLITE_NOMEM;
    if (code == SQLITE_OK && !gazetteer_index_take_names(*index, &names)) code = SQLITE_CORRUPT;
    if (code == SQLITE_OK && spellings.length &&
        !gazetteer_index_take_spellings(*index, &spellings))
        code = SQLITE_NOMEM;
    if (code == SQLITE_OK)
        gazetteer->indexes = *index;
    else
        gazetteer_index_free(*index);
    bytes_close(&names);
    bytes_close(&spellings);
    return code;
}

static int add_spellings(struct gazetteer *gazetteer, struct gazetteer_index *index)
{
    struct bytes image = {0};
    int code = gazetteer_read_prepared(gazetteer->database, gazetteer_index_country(index),
                                       "spellings", &image);
    if (code == SQLITE_OK && !gazetteer_index_take_spellings(index, &image)) code = SQLITE_CORRUPT;
    bytes_close(&image);
    return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

enum atlas_status gazetteer_read_index(struct gazetteer *gazetteer, const char *country_iso,
                                       unsigned ways, struct gazetteer_index **index,
                                       struct atlas_error *error)
{
    int code = SQLITE_OK;
    *index = gazetteer->indexes;
    while (*index && strcmp(gazetteer_index_country(*index), country_iso) != 0)
        *index = gazetteer_index_next(*index);
    if (!*index) code = add_index(gazetteer, country_iso, index);
    if (code == SQLITE_OK && gazetteer_index_lacks_spellings(*index, ways))
        code = add_spellings(gazetteer, *index);
    return code == SQLITE_OK ? ATLAS_OK : gazetteer_failed(gazetteer, code, error);
}
