/* A partnership as a run of bytes, for the time that it is set aside (import/spill). The bytes are
 * for the process that made them: themes and places stand in them as they are in memory. */
#ifndef IMPORT_PARTNERSHIP_PACK_H
#define IMPORT_PARTNERSHIP_PACK_H

#include "geo/bytes.h"
#include "import/partnership.h"
#include "import/pool.h"

/* Writes it over what *run holds; bytes_status() says whether there was memory. */
void partnership_pack(const struct import_partnership *partnership, struct bytes *run);

/* Reads it back; texts and runs live in pool. ATLAS_NO_MEMORY only. */
enum atlas_status partnership_unpack(const struct bytes *run, struct pool *pool,
                                     struct import_partnership *partnership) ATLAS_MUST_CHECK;

#endif
