/* Arcs cut to one tile, as the bytes of their geometry there, ready to be copied into tiles: that
 * part of a tile of flows which no filter changes. */
#ifndef TILES_FRAGMENTS_H
#define TILES_FRAGMENTS_H

#include "tiles/arcs.h"

struct fragment {
    uint32_t arc;
    uint32_t end; /* of its bytes in geometry, which begin where those of the one before end */
    float t0, t1; /* the share of the arc that it is, rounded as tiles have it */
};

/* The middle of an arc, tile units, in the one tile that holds it. */
struct fragment_middle {
    uint32_t arc;
    struct mvt_point point;
};

/* Zeroed before first use; kept and grown. */
struct fragments {
    struct fragment *fragments;      /* owned; ascending by arc */
    struct fragment_middle *middles; /* owned; likewise; of arcs that have a fragment */
    struct bytes geometry;           /* see mvt_encode_line() */
    size_t n, room, n_middles, middles_room;
};

/* Forgets what was cut, keeps the memory. */
void fragments_clear(struct fragments *fragments);

/* Cuts one more arc to the tile, of a higher number than those before. clipped, scratch: memory to
 * work in, kept and grown. */
enum atlas_status fragments_add(const struct arcs *arcs, uint32_t arc, const struct tile_view *view,
                                struct clip_result *clipped, struct clip_scratch *scratch,
                                struct fragments *fragments) ATLAS_MUST_CHECK;

/* Bytes of memory in use. */
size_t fragments_bytes(const struct fragments *fragments);

/* {0} and NULL are harmless. */
void fragments_close(struct fragments *fragments);

#endif
