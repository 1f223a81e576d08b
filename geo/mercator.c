#include "geo/mercator.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

bool tile_key_valid(struct tile_key key)
{
    return key.z <= MERCATOR_MAX_ZOOM && key.x >> key.z == 0 && key.y >> key.z == 0;
}

struct world_point mercator_forward(double lon_deg, double lat_deg)
{
    double lat = fmin(fmax(lat_deg, -MERCATOR_MAX_LAT_DEG), MERCATOR_MAX_LAT_DEG) * pi / 180;
    return (struct world_point){
        .x_world = lon_deg / 360 + 0.5,
        .y_world = 0.5 - asinh(tan(lat)) / (2 * pi),
    };
}

void mercator_inverse(struct world_point point, double *lon_deg, double *lat_deg)
{
    *lon_deg = (point.x_world - 0.5) * 360;
    *lat_deg = atan(sinh((0.5 - point.y_world) * 2 * pi)) * 180 / pi;
}

void tile_bounds(struct tile_key key, double bounds_deg[4])
{
    double size = ldexp(1, -key.z);
    mercator_inverse((struct world_point){key.x * size, (key.y + 1) * size}, &bounds_deg[0],
                     &bounds_deg[1]);
    mercator_inverse((struct world_point){(key.x + 1) * size, key.y * size}, &bounds_deg[2],
                     &bounds_deg[3]);
}

double world_distance_to_chord(struct world_point p, struct world_point a, struct world_point b)
{
    double dx = b.x_world - a.x_world, dy = b.y_world - a.y_world;
    double px = p.x_world - a.x_world, py = p.y_world - a.y_world;
    double length2 = dx * dx + dy * dy;
    double along = length2 > 0 ? fmin(fmax((px * dx + py * dy) / length2, 0), 1) : 0;
    return hypot(px - along * dx, py - along * dy);
}
