/* Arcs cut to one tile, as the bytes of their geometry there, ready to be copied into tiles: that
 * part of a tile of flows which no filter changes. */
#ifndef TILES_FRAGMENTS_H
#define TILES_FRAGMENTS_H

#include "tiles/arcs.h"

/* Twelve bytes, for many are kept. t0, t1: the share of the arc that it is, in 2^-23, rounded as
 * tiles have it. Its bytes in geometry, see fragment_length(), begin where those of the fragment
 * before end. */
struct fragment {
    uint32_t arc;
    uint32_t t0 : 24, length_low : 8;
    uint32_t t1 : 24, length_high : 8;
};

enum { FRAGMENT_T_BITS = 23, FRAGMENT_MOST_BYTES = UINT16_MAX };

/* Bytes of its geometry. */
static inline uint32_t fragment_length(const struct fragment *fragment)
{
    return fragment->length_low | (uint32_t)fragment->length_high << 8;
}

/* A t as tiles have it; exact. */
static inline float fragment_share(uint32_t t)
{
    return (float)t / (float)(UINT32_C(1) << FRAGMENT_T_BITS);
}

/* The middle of an arc, tile units, in the one tile that holds it. */
struct fragment_middle {
    uint32_t arc;
    int16_t x, y;
};

/* Zeroed before first use; kept and grown. */
struct fragments {
    struct fragment *fragments;      /* owned; ascending by arc */
    struct fragment_middle *middles; /* owned; likewise; of arcs that have a fragment */
    struct bytes geometry;           /* see mvt_encode_line(); BLOCK_SLACK bytes more behind */
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
