/* The tree of themes from share/themes.csv. */
#ifndef IMPORT_VOCABULARY_H
#define IMPORT_VOCABULARY_H

#include "geo/theme.h"

/* Reads and checks the file. ATLAS_NOT_FOUND, ATLAS_INVALID …, with a sentence that names it. Free
 * with theme_tree_free(). */
enum atlas_status vocabulary_themes(const char *path, struct theme_tree **themes,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
