/* Runs of bytes set aside on the disk while nobody needs them: a file without a name, which the
 * system takes away with the process, however that ends. */
#ifndef IMPORT_SPILL_H
#define IMPORT_SPILL_H

#include "geo/bytes.h"

struct spill;

/* folder: where the file is to be, copied; nothing is made there before the first put. NULL when
 * out of memory. Free with spill_free() (NULL is harmless). */
struct spill *spill_new(const char *folder);
void spill_free(struct spill *spill);

/* Sets a run aside. *where: for spill_get(). ATLAS_FULL, ATLAS_IO with a sentence. */
enum atlas_status spill_put(struct spill *spill, const struct bytes *run, uint64_t *where,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

/* Reads a run back, over what *run holds. ATLAS_IO, ATLAS_NO_MEMORY with a sentence. */
enum atlas_status spill_get(struct spill *spill, uint64_t where, struct bytes *run,
                            struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
