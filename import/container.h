/* ZIP-based files (XLSX, ODS), checked before anything unpacks them: a workbook of one megabyte can
 * unpack to gigabytes.
 *
 * The check reads the central directory, refuses what a spreadsheet never holds (encryption, more
 * than one volume, ZIP64, links, paths that climb, archives inside the archive, entries that share
 * bytes), then inflates every entry into nothing and counts, for a directory may lie about sizes.
 */
#ifndef IMPORT_CONTAINER_H
#define IMPORT_CONTAINER_H

#include "geo/status.h"
#include "import/formulas.h"

#include <stdbool.h>
#include <stdint.h>

struct container_limits {
    uint64_t unpacked_bytes; /* of all entries together */
    unsigned ratio;          /* unpacked / packed of the whole, judged above 1 MB unpacked */
    unsigned entries;
};

/* 512 MiB, 200, 1,000. */
extern const struct container_limits container_default_limits;

/* ATLAS_OK: sound and within the limits. ATLAS_IO: cannot be read. ATLAS_CORRUPT: not a whole ZIP.
 * ATLAS_UNSUPPORTED: holds something a spreadsheet never does. ATLAS_TOO_LARGE: over a limit; the
 * sentence names it. name: what sentences call the file. formulas: looks at the sheets of an XLSX
 * meanwhile; may be NULL. Uses little memory whatever the file claims. */
enum atlas_status container_check(const char *path, const char *name,
                                  const struct container_limits *limits, struct formulas *formulas,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
