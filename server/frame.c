#include "server/frame.h"

#include "geo/mercator.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define FILLED    0.92  /* of what is free, the rest is margin */
#define BAND_PX   34.0  /* of title above, of sources below */
#define SCALE_PX  36.0  /* the scale bar's, above the sources */
#define LEGEND_PX 190.0 /* the legend's width, on the left */
#define NARROW_PX 560.0 /* below, the legend may cover the map */

static const struct {
    const char *name;
    double west_deg, south_deg, east_deg, north_deg; /* east above 180: over the antimeridian */
} frames[] = {
    {"monde", -180, -58, 180, 76},
    {"europe", -25, 34, 45, 71},
    {"hexagone", -5.2, 41.3, 9.6, 51.1},
    {"antilles", -63.2, 14.3, -60.7, 18.2}, /* Saint-Martin to Martinique */
    {"guyane", -54.7, 2.1, -51.6, 5.8},
    {"reunion-mayotte", 44.9, -21.5, 55.9, -12.6},
    {"saint-pierre-et-miquelon", -56.5, 46.7, -56.1, 47.2},
    {"pacifique", 163.5, -28, 225.5, -7.8}, /* Nouvelle-Calédonie to the Marquises and Gambier */
};

uint32_t frame_find(const char *name)
{
    for (uint32_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (strcmp(frames[i].name, name) == 0) return i + 1;
    return 0;
}

const char *frame_name(uint32_t frame)
{
    return frames[frame - 1].name;
}

void frame_view(uint32_t frame, double width_px, double height_px, double *lon_deg, double *lat_deg,
                double *zoom)
{
    double west = frames[frame - 1].west_deg, east = frames[frame - 1].east_deg;
    double north = mercator_forward(0, frames[frame - 1].north_deg).y_world;
    double south = mercator_forward(0, frames[frame - 1].south_deg).y_world;
    double left_px = width_px < NARROW_PX ? 0 : LEGEND_PX;
    double below_px = BAND_PX + SCALE_PX;
    double free_px = fmax(1, height_px - BAND_PX - below_px);
    double across = FILLED * (width_px - left_px) / FRAME_WORLD_PX / ((east - west) / 360);
    double down = FILLED * free_px / FRAME_WORLD_PX / (south - north);
    *zoom = fmax(0, log2(fmin(across, down)));
    /* The picture's middle is not that of the free part. */
    double world_px = FRAME_WORLD_PX * exp2(*zoom);
    double x_world = (west + east) / 720 + 0.5 - left_px / 2 / world_px;
    double y_world = (north + south) / 2 + (below_px - BAND_PX) / 2 / world_px;
    mercator_inverse((struct world_point){x_world - floor(x_world), fmin(1, fmax(0, y_world))},
                     lon_deg, lat_deg);
}
