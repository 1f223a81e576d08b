#include "tiles/fragments.h"

#include "geo/array.h"
#include "tiles/block_copy.h"

#include <math.h>
#include <stdlib.h>

/* How many steps of t an arc has at a zoom: a power of 2, which a float holds exactly, and each
 * about as long as a pixel. So few values differ, and most are written once. */
static double t_steps(const struct arcs *arcs, uint32_t arc, unsigned zoom)
{
    enum { PIXEL_BITS = 8, CELL_BITS = 15 }; /* of a tile; of arc_box */
    const struct arc_box *box = &arcs->boxes[arc];
    uint32_t cells = (uint32_t)(box->x_max - box->x_min) + (uint32_t)(box->y_max - box->y_min);
    unsigned bits = PIXEL_BITS + zoom;
    for (uint32_t span = cells + 1; span < UINT32_C(1) << CELL_BITS && bits > 4; span *= 2)
        bits--;
    return (double)(UINT32_C(1) << (bits < FRAGMENT_T_BITS ? bits : FRAGMENT_T_BITS));
}

static uint32_t rounded_t(double t, double steps)
{
    return (uint32_t)(round(t * steps) / steps * (UINT32_C(1) << FRAGMENT_T_BITS));
}

static bool add_middle(const struct arcs *arcs, uint32_t arc, const struct tile_view *view,
                       struct fragments *fragments)
{
    struct mvt_point point;
    if (!arcs_middle(arcs, arc, view, &point)) return true;
    if (!ARRAY_RESERVE(fragments->middles, fragments->n_middles + 1, &fragments->middles_room))
        return false;
    fragments->middles[fragments->n_middles++] =
        (struct fragment_middle){arc, (int16_t)point.x, (int16_t)point.y};
    return true;
}

void fragments_clear(struct fragments *fragments)
{
    fragments->n = fragments->n_middles = 0;
    bytes_clear(&fragments->geometry);
}

enum atlas_status fragments_add(const struct arcs *arcs, uint32_t arc, const struct tile_view *view,
                                struct clip_result *clipped, struct clip_scratch *scratch,
                                struct fragments *fragments)
{
    size_t before = fragments->n;
    double steps = t_steps(arcs, arc, view->key.z);
    clip_clear(clipped);
    enum atlas_status status = arcs_clip(arcs, arc, view, scratch, clipped);
    if (status) return status;
    for (size_t i = 0; i < clipped->n_runs; i++) {
        const struct clip_run *run = &clipped->runs[i];
        size_t start = fragments->geometry.length;
        if (!mvt_encode_line(clipped->points + run->start, run->end - run->start,
                             &fragments->geometry))
            continue;
        size_t length = fragments->geometry.length - start;
        if (length > FRAGMENT_MOST_BYTES) return ATLAS_TOO_LARGE; /* no curve bends so often */
        if (!ARRAY_RESERVE(fragments->fragments, fragments->n + 1, &fragments->room))
            return ATLAS_NO_MEMORY;
        fragments->fragments[fragments->n++] =
            (struct fragment){.arc = arc,
                              .t0 = rounded_t(run->t0, steps) & 0xFFFFFF,
                              .length_low = length & 0xFF,
                              .t1 = rounded_t(run->t1, steps) & 0xFFFFFF,
                              .length_high = (length >> 8) & 0xFF};
    }
    if (fragments->n > before && !add_middle(arcs, arc, view, fragments)) return ATLAS_NO_MEMORY;
    bytes_reserve(&fragments->geometry, BLOCK_SLACK);
    return bytes_status(&fragments->geometry);
}

size_t fragments_bytes(const struct fragments *fragments)
{
    return fragments->room * sizeof *fragments->fragments +
           fragments->middles_room * sizeof *fragments->middles + fragments->geometry.capacity;
}

void fragments_close(struct fragments *fragments)
{
    if (!fragments) return;
    free(fragments->fragments);
    free(fragments->middles);
    bytes_close(&fragments->geometry);
    *fragments = (struct fragments){0};
}
