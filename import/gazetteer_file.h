/* Whole text files for the gazetteer build. */
#ifndef IMPORT_GAZETTEER_FILE_H
#define IMPORT_GAZETTEER_FILE_H

#include "geo/status.h"

#include <stddef.h>

/* Reads a whole file (at most 1 GiB) and puts a NUL behind it. Free *data with free().
 * ATLAS_NOT_FOUND, ATLAS_IO, ATLAS_TOO_LARGE, ATLAS_NO_MEMORY. */
enum atlas_status gazetteer_file_read(const char *path, char **data, size_t *size,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

/* folder/name, from malloc; NULL without memory. */
char *gazetteer_file_path(const char *folder, const char *name);

/* Cuts the next line out of *text in place and moves on behind it; NULL at the end. A final CR
 * is dropped. */
char *gazetteer_next_line(char **text);

/* Splits line in place at each separator into at most n fields; the last one keeps the rest.
 * Returns how many there are. */
size_t gazetteer_split(char *line, char separator, char **fields, size_t n);

#endif
