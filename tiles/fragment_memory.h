/* The fragments of tiles that are asked for again and again, kept within a bound: they are the same
 * under every filter, so a tile with a new filter need not cut its arcs again. A tile's fragments
 * are worth keeping from the second time on that it is asked for; so whoever asks for each tile
 * once, like an archive, takes nothing of it. When the bound is reached those unused for long go.
 * All may be called from several threads at once. */
#ifndef TILES_FRAGMENT_MEMORY_H
#define TILES_FRAGMENT_MEMORY_H

#include "tiles/fragments.h"

struct fragment_memory;

/* A memory of at most max_bytes, beside 80 KB of its own. NULL when out of memory. */
struct fragment_memory *fragment_memory_new(size_t max_bytes);
void fragment_memory_free(struct fragment_memory *memory); /* NULL is harmless */

struct fragment_key {
    uint8_t french, foreign; /* levels of the flows */
    struct tile_key tile;
};

enum fragments_known {
    FRAGMENTS_NEW,  /* not asked for lately */
    FRAGMENTS_SEEN, /* worth keeping */
    FRAGMENTS_KEPT
};

/* What is known of a tile. KEPT: *n_fragments. Nothing changes by it. */
enum fragments_known fragment_memory_look(struct fragment_memory *memory, struct fragment_key key,
                                          size_t *n_fragments);

/* The fragments of a tile, held until fragment_memory_release(); NULL: not kept. Notes that they
 * were asked for; *again: for the second time, so they are worth keeping. */
const struct fragments *fragment_memory_get(struct fragment_memory *memory, struct fragment_key key,
                                            bool *again);
void fragment_memory_release(const struct fragments *fragments); /* NULL is harmless */

/* Keeps a copy of all fragments of a tile, unless it would be a large share of the memory. */
void fragment_memory_keep(struct fragment_memory *memory, struct fragment_key key,
                          const struct fragments *fragments);

#endif
