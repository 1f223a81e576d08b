/* Cells of a workbook that hold a formula but not what it comes to: a programme that writes
 * workbooks without computing them (a script, mostly) leaves them so. They are read as empty, which
 * must be said. Found in the XML of XLSX sheets as it comes out of the ZIP, without a parser: only
 * tags are looked at. */
#ifndef IMPORT_FORMULAS_H
#define IMPORT_FORMULAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORMULAS_TAG_BYTES = 128 };

/* Zeroed to begin with. */
struct formulas {
    uint64_t hollow;              /* cells with a formula and no result */
    char tag[FORMULAS_TAG_BYTES]; /* the tag under way, cut; without < */
    size_t length;
    bool in_tag;
    /* of the cell under way */
    bool formula, value, text;
    bool in_value;
};

/* Looks at the next bytes of a sheet. */
void formulas_look(struct formulas *formulas, const uint8_t *bytes, size_t n);

#endif
