/* How a file is understood, for a person, before anything is imported. */
#ifndef IMPORT_EXPLAIN_H
#define IMPORT_EXPLAIN_H

#include "geo/status.h"
#include "import/dataset.h"

#include <stdio.h>

/* For each file plain lines: format, encoding, delimiter, rows; for each column the field it is
 * read as and why, how many cells are filled and what they look like; constants; the first rows;
 * then the names of all fields for a mapping. Nothing of columns about people is shown; e-mail
 * addresses and phone numbers are masked. mapping: path (import/mapping.h), NULL for none.
 * ATLAS_INVALID, after all that, when a column is missing without which a file cannot be imported;
 * else as dataset_open() and mapping_open(), the first failure when several files fail. */
enum atlas_status explain_files(FILE *out, const char *const *files, size_t n,
                                const struct dataset_options *options, const char *mapping,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
