/* The tree of themes: codes, labels, parents, and finding a theme by what a file writes.
 *
 * A theme has one parent and may have a second one (`also`); a parent means itself and all below.
 * The tree is filled in by its owner (the importer, from share/themes.csv) and then only read.
 */
#ifndef GEO_THEME_H
#define GEO_THEME_H

#include "geo/status.h"

#include <stdbool.h>
#include <stddef.h>

struct theme {
    const char *code;   /* [a-z0-9-], unique */
    const char *parent; /* code, or NULL at the top */
    const char *also;   /* a second parent, or NULL */
    const char *label_fr, *label_en;
    const char *sdg;   /* goals, ';' joined, or NULL */
    const char *crs;   /* DAC/CRS codes or their beginnings (3 to 5 digits), ';' joined, or NULL */
    const char *guide; /* chapter of the CNCD's guide, or NULL */
};

struct theme_tree;

/* NULL when out of memory. Free with theme_tree_free() (NULL is harmless). */
struct theme_tree *theme_tree_new(void);
void theme_tree_free(struct theme_tree *tree);

/* Adds a theme at the end; texts are copied. ATLAS_INVALID: an empty or malformed code, one that
 * is there already, a label missing; ATLAS_NO_MEMORY. */
enum atlas_status theme_tree_add(struct theme_tree *tree, const struct theme *theme,
                                 struct atlas_error *error) ATLAS_MUST_CHECK;

/* To call once all are in: every parent must exist and no theme may lie under itself. Else
 * ATLAS_INVALID with a sentence. */
enum atlas_status theme_tree_check(const struct theme_tree *tree,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

size_t theme_tree_size(const struct theme_tree *tree);
/* The theme at a position 0 .. size - 1, in the order they were added. */
const struct theme *theme_tree_at(const struct theme_tree *tree, size_t position);

/* Finds a theme by its code, by a French or English label (folded: case, accents and punctuation
 * don't matter) or by a DAC/CRS code of 3 to 5 digits (the theme that names the longest beginning
 * of it). NULL when none fits, or text is NULL or empty. A label that two themes bear finds the
 * first. */
const struct theme *theme_tree_find(const struct theme_tree *tree, const char *text);

/* True when theme is ancestor or lies under it, through either parent. */
bool theme_tree_lies_under(const struct theme_tree *tree, const struct theme *theme,
                           const struct theme *ancestor);

#endif
