#include "geo/theme.h"

#include "geo/array.h"
#include "geo/name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD_BYTES = 256 };

struct entry {
    struct theme theme; /* its texts are owned */
    char folded_fr[FOLD_BYTES], folded_en[FOLD_BYTES];
};

struct theme_tree {
    struct entry **entries; /* each on its own, so that pointers to themes stay */
    size_t n, capacity;
};

struct theme_tree *theme_tree_new(void)
{
    return calloc(1, sizeof(struct theme_tree));
}

/* The eight texts of a theme, in one place, so that copying and freeing can't forget one. */
enum { THEME_TEXTS = 8 };
static void texts_of(struct theme *theme, const char **texts[THEME_TEXTS])
{
    texts[0] = &theme->code;
    texts[1] = &theme->parent;
    texts[2] = &theme->also;
    texts[3] = &theme->label_fr;
    texts[4] = &theme->label_en;
    texts[5] = &theme->sdg;
    texts[6] = &theme->crs;
    texts[7] = &theme->guide;
}

static void entry_free(struct entry *entry)
{
    if (!entry) return;
    const char **texts[THEME_TEXTS];
    texts_of(&entry->theme, texts);
    for (size_t i = 0; i < THEME_TEXTS; i++)
        free((void *)(uintptr_t)*texts[i]);
    free(entry);
}

void theme_tree_free(struct theme_tree *tree)
{
    if (!tree) return;
    for (size_t i = 0; i < tree->n; i++)
        entry_free(tree->entries[i]);
    free(tree->entries);
    free(tree);
}

static const struct theme *by_code(const struct theme_tree *tree, const char *code)
{
    for (size_t i = 0; i < tree->n; i++)
        if (strcmp(tree->entries[i]->theme.code, code) == 0) return &tree->entries[i]->theme;
    return NULL;
}

static bool code_valid(const char *code)
{
    return code && *code && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(code);
}

static struct entry *copy_entry(const struct theme *theme)
{
    struct entry *entry = calloc(1, sizeof *entry);
    if (!entry) return NULL;
    struct theme given = *theme;
    const char **from[THEME_TEXTS], **to[THEME_TEXTS];
    texts_of(&given, from);
    texts_of(&entry->theme, to);
    for (size_t i = 0; i < THEME_TEXTS; i++) {
        if (!*from[i] || !**from[i]) continue;
        *to[i] = strdup(*from[i]);
        if (*to[i]) continue;
        entry_free(entry);
        return NULL;
    }
    name_fold(theme->label_fr, entry->folded_fr, sizeof entry->folded_fr);
    name_fold(theme->label_en, entry->folded_en, sizeof entry->folded_en);
    return entry;
}

enum atlas_status theme_tree_add(struct theme_tree *tree, const struct theme *theme,
                                 struct atlas_error *error)
{
    if (!code_valid(theme->code))
        return atlas_fail(error, ATLAS_INVALID,
                          "theme code '%s' is not made of a-z, 0-9 and '-' alone",
                          theme->code ? theme->code : "");
    if (by_code(tree, theme->code))
        return atlas_fail(error, ATLAS_INVALID, "theme '%s' is given twice", theme->code);
    if (!theme->label_fr || !*theme->label_fr || !theme->label_en || !*theme->label_en)
        return atlas_fail(error, ATLAS_INVALID, "theme '%s' needs a French and an English label",
                          theme->code);
    if (!ARRAY_RESERVE(tree->entries, tree->n + 1, &tree->capacity))
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    struct entry *entry = copy_entry(theme);
    if (!entry) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    tree->entries[tree->n++] = entry;
    return ATLAS_OK;
}

/* True when ancestor is found at or above theme within `depth` steps. */
static bool under(const struct theme_tree *tree, const struct theme *theme,
                  const struct theme *ancestor, unsigned depth)
{
    if (!theme || !depth) return false;
    if (theme == ancestor) return true;
    return (theme->parent && under(tree, by_code(tree, theme->parent), ancestor, depth - 1)) ||
           (theme->also && under(tree, by_code(tree, theme->also), ancestor, depth - 1));
}

enum { MAX_DEPTH = 12 };

enum atlas_status theme_tree_check(const struct theme_tree *tree, struct atlas_error *error)
{
    for (size_t i = 0; i < tree->n; i++) {
        const struct theme *theme = &tree->entries[i]->theme;
        const char *parents[] = {theme->parent, theme->also};
        for (size_t p = 0; p < 2; p++) {
            if (!parents[p]) continue;
            const struct theme *parent = by_code(tree, parents[p]);
            if (!parent)
                return atlas_fail(error, ATLAS_INVALID,
                                  "theme '%s' names the parent '%s', which does not exist",
                                  theme->code, parents[p]);
            if (under(tree, parent, theme, MAX_DEPTH))
                return atlas_fail(error, ATLAS_INVALID, "theme '%s' lies under itself",
                                  theme->code);
        }
    }
    return ATLAS_OK;
}

size_t theme_tree_size(const struct theme_tree *tree)
{
    return tree->n;
}

const struct theme *theme_tree_at(const struct theme_tree *tree, size_t position)
{
    return &tree->entries[position]->theme;
}

/* Length of the longest of the ';' joined codes that `code` begins with, or 0. */
static size_t longest_beginning(const char *codes, const char *code)
{
    size_t longest = 0;
    while (codes && *codes) {
        size_t length = strcspn(codes, ";");
        if (length > longest && strncmp(codes, code, length) == 0) longest = length;
        codes += length;
        codes += *codes == ';';
    }
    return longest;
}

static const struct theme *by_crs(const struct theme_tree *tree, const char *code)
{
    const struct theme *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < tree->n; i++) {
        size_t length = longest_beginning(tree->entries[i]->theme.crs, code);
        if (length <= longest) continue;
        longest = length;
        found = &tree->entries[i]->theme;
    }
    return found;
}

const struct theme *theme_tree_find(const struct theme_tree *tree, const char *text)
{
    if (!text || !*text) return NULL;
    const struct theme *found = by_code(tree, text);
    if (found) return found;
    size_t digits = strspn(text, "0123456789");
    if (text[digits] == '\0') return digits >= 3 && digits <= 5 ? by_crs(tree, text) : NULL;
    char folded[FOLD_BYTES];
    if (name_fold(text, folded, sizeof folded) >= sizeof folded || !*folded) return NULL;
    for (size_t i = 0; i < tree->n; i++)
        if (strcmp(tree->entries[i]->folded_fr, folded) == 0 ||
            strcmp(tree->entries[i]->folded_en, folded) == 0)
            return &tree->entries[i]->theme;
    /* "Ville-durable" and "VILLE DURABLE" mean the code as well. */
    for (char *c = folded; *c; c++)
        if (*c == ' ') *c = '-';
    return by_code(tree, folded);
}

bool theme_tree_lies_under(const struct theme_tree *tree, const struct theme *theme,
                           const struct theme *ancestor)
{
    return under(tree, theme, ancestor, MAX_DEPTH);
}
