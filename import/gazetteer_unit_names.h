/* Which unit of a country bears a name: for joining sources that share no codes. */
#ifndef IMPORT_GAZETTEER_UNIT_NAMES_H
#define IMPORT_GAZETTEER_UNIT_NAMES_H

#include "geo/territory.h"
#include "import/gazetteer_model.h"

#include <stddef.h>
#include <stdint.h>

struct unit_name {
    char country[3];
    const char *key; /* folded; as it is, and without generic words */
    uint32_t unit;
};

struct unit_names {
    struct unit_name *entries; /* sorted */
    size_t n;
};

/* Takes the names of every foreign territory of this kind; texts go into the gazetteer. An error
 * sticks to the gazetteer. Close with unit_names_close(), also after an error. */
void unit_names_init(struct unit_names *names, struct gazetteer *gazetteer,
                     enum territory_kind kind);
void unit_names_close(struct unit_names *names);

/* The one unit of the country with this name, compared as it is or else without generic words
 * ("Région de Kayes" is Kayes); GAZETTEER_NONE when there is none, or more than one. */
size_t unit_names_find(const struct unit_names *names, const char *country, const char *name);

/* Among those of this name that hang on the given territory, the one with most people. */
size_t unit_names_find_below(const struct unit_names *names, const struct gazetteer *gazetteer,
                             const char *country, const char *name, const char *parent_code);

#endif
