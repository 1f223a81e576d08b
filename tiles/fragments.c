#include "tiles/fragments.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>

/* A step for t that a float holds exactly and about as long as a pixel, for an arc that spans half
 * the world: so at low zooms few values differ, and most are written once. */
static float rounded_t(double t, unsigned zoom)
{
    double steps = (double)(UINT32_C(1) << (8 + zoom < 23 ? 8 + zoom : 23));
    return (float)(round(t * steps) / steps);
}

static bool add_middle(const struct arcs *arcs, uint32_t arc, const struct tile_view *view,
                       struct fragments *fragments)
{
    struct mvt_point point;
    if (!arcs_middle(arcs, arc, view, &point)) return true;
    if (!ARRAY_RESERVE(fragments->middles, fragments->n_middles + 1, &fragments->middles_room))
        return false;
    fragments->middles[fragments->n_middles++] = (struct fragment_middle){arc, point};
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
    clip_clear(clipped);
    enum atlas_status status = arcs_clip(arcs, arc, view, scratch, clipped);
    if (status) return status;
    for (size_t i = 0; i < clipped->n_runs; i++) {
        const struct clip_run *run = &clipped->runs[i];
        if (!mvt_encode_line(clipped->points + run->start, run->end - run->start,
                             &fragments->geometry))
            continue;
        if (!ARRAY_RESERVE(fragments->fragments, fragments->n + 1, &fragments->room))
            return ATLAS_NO_MEMORY;
        fragments->fragments[fragments->n++] =
            (struct fragment){arc, (uint32_t)fragments->geometry.length,
                              rounded_t(run->t0, view->key.z), rounded_t(run->t1, view->key.z)};
    }
    if (fragments->n > before && !add_middle(arcs, arc, view, fragments)) return ATLAS_NO_MEMORY;
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
