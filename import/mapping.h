/* What a data manager says about the columns of a file: a small CSV with the columns `header` and
 * `field`, read as any other file (encoding, delimiter, workbook).
 *
 *     header,field
 *     Ville jumelle,foreign_name
 *     Observations,-
 *     ,kind=jumelage
 *
 * `header` is a header of the file (case, accents and punctuation don't matter), `field` a name of
 * field_name(), or `-` to leave the column out. Without a header `field=value` is a constant: what
 * is read where the file's own cell is empty or absent. A line of one cell that begins with '#' is
 * a comment.
 */
#ifndef IMPORT_MAPPING_H
#define IMPORT_MAPPING_H

#include "geo/status.h"
#include "import/columns.h"

#include <stddef.h>
#include <stdint.h>

struct mapping_entry {
    char *header, *key; /* NULL: a constant */
    char *value;        /* of a constant, else NULL */
    enum field field;
    uint64_t line;
};

struct mapping {
    char *path;
    struct mapping_entry *entries;
    size_t n;
};

/* Reads one. ATLAS_INVALID with path, line and what to do: another header, a field that there is
 * not (the nearest ones are named), a header or a field given twice, a constant that cannot be one;
 * else as dataset_open(). Close with mapping_close() ({0} and NULL are harmless). */
enum atlas_status mapping_open(const char *path, struct mapping *mapping,
                               struct atlas_error *error) ATLAS_MUST_CHECK;
void mapping_close(struct mapping *mapping);

/* How headers are compared: folded, or as it is where nothing of it is a letter or digit ("#").
 * False when it does not fit. */
bool mapping_key(const char *header, char *key, size_t size);

/* Writes up to three of n names that are most like the folded text: "a, b or c"; "" when none is
 * near. Returns list. */
const char *mapping_nearest(const char *folded, const char *const *names, size_t n, char *list,
                            size_t size);

#endif
