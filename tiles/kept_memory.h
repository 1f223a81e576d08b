/* Blocks of memory that come and go with every tile of a very large edition: sets of links, lists
 * of flows. The system takes longer to give and clear their pages than much of a tile takes, so a
 * few large ones, 4 MB in all, are kept for the next who asks. Small blocks are those of malloc().
 * May be used by several threads at once.
 */
#ifndef TILES_KEPT_MEMORY_H
#define TILES_KEPT_MEMORY_H

#include <stddef.h>

/* At least `size` bytes, aligned as by malloc(), of any content; NULL when out of memory. */
void *kept_memory_take(size_t size);
/* Gives a taken block back; NULL is harmless. */
void kept_memory_give(void *memory);

#endif
