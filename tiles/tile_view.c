#include "tiles/tile_view.h"

#include "tiles/clip.h"

#include <math.h>

struct fixed_point fixed_point_of(struct world_point place)
{
    double x = (place.x_world - floor(place.x_world)) * FIXED_WORLD;
    double y = fmin(fmax(place.y_world * FIXED_WORLD, 0), FIXED_WORLD - 1);
    return (struct fixed_point){(int32_t)fmin(x, FIXED_WORLD - 1), (int32_t)y};
}

struct mvt_point tile_view_point(const struct tile_view *view, struct fixed_point place)
{
    return (struct mvt_point){(int32_t)(place.x * view->scale + view->x_offset[VIEW_HERE]),
                              (int32_t)(place.y * view->scale + view->y_offset)};
}

size_t tile_view_marks(const struct tile_view *view, struct fixed_point place,
                       struct mvt_point points[VIEW_WORLDS])
{
    static const int worlds[VIEW_WORLDS] = {VIEW_HERE, VIEW_WEST, VIEW_EAST};
    size_t n = 0;
    if (place.y < view->y_min || place.y > view->y_max) return 0;
    for (int i = 0; i < VIEW_WORLDS; i++) {
        int world = worlds[i];
        if (place.x < view->x_min[world] || place.x > view->x_max[world]) continue;
        points[n++] =
            (struct mvt_point){(int32_t)floor(place.x * view->scale + view->x_offset[world]),
                               (int32_t)floor(place.y * view->scale + view->y_offset)};
    }
    return n;
}

void tile_view_init(struct tile_view *view, struct tile_key key)
{
    double units = ldexp(MVT_EXTENT, key.z);
    double tile = FIXED_WORLD * MVT_EXTENT / units;
    double buffer = tile * CLIP_BUFFER / MVT_EXTENT;
    *view = (struct tile_view){.key = key,
                               .scale = units / FIXED_WORLD,
                               .y_offset = -(double)key.y * MVT_EXTENT,
                               .y_min = (int64_t)floor(key.y * tile - buffer),
                               .y_max = (int64_t)ceil((key.y + 1.0) * tile + buffer)};
    for (int world = 0; world < VIEW_WORLDS; world++) {
        int turn = world - VIEW_HERE;
        double west = key.x * tile - turn * FIXED_WORLD;
        view->x_offset[world] = turn * units - (double)key.x * MVT_EXTENT;
        view->x_min[world] = (int64_t)floor(west - buffer);
        view->x_max[world] = (int64_t)ceil(west + tile + buffer);
    }
}
