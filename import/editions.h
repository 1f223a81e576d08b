/* The care of a database's editions, as a data manager asks for it on the command line. */
#ifndef IMPORT_EDITIONS_H
#define IMPORT_EDITIONS_H

#include "geo/status.h"

#include <stdio.h>

/* Lists the editions, earliest first: number, date, content, partnerships, links, sources. */
enum atlas_status editions_list(const char *database, FILE *out,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
