/* A vector tile painted as a picture: who has no vector client sees the same features.
 *
 * Layers are painted in a fixed order (land, borders, choropleth, density, links, flows, places),
 * whatever their order in the tile; layers that nobody paints (labels) are passed over. Areas and
 * cells are opaque, of the very colours of their legend. Lines are a little transparent, so that
 * many together are darker than one. In tiles lines are painted by tiles/line_plane, in larger
 * pictures by Cairo, as all else is.
 */
#ifndef TILES_RASTER_H
#define TILES_RASTER_H

#include "geo/bytes.h"
#include "tiles/scale.h"

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

struct raster_look {
    bool dark;
    /* Classes of density and choropleth cells by a property of theirs; NULL: one class for all that
     * have some of it. */
    const struct scale *scale;
    const char *property; /* NULL: "n" */
    /* Heaviest n of flows and of places, to which widths and circles are scaled; 0: taken as 1. */
    double n_most, place_most;
    /* Links and flows as curves through their points, whose corners, within half a pixel of a tile,
     * would show when it is drawn larger. */
    bool smooth;
};

/* Colours for a legend: of a dot as it is seen on land, of lines where many lie together; both are
 * a little transparent on the map. */
struct colour raster_line_colour(bool dark);
struct colour raster_place_colour(bool dark);

/* Width of a flow and radius of a place, in pixels, by the square root of its n / the most (0 .. 1).
 * Where the heaviest flow, of `most` links, has few, it is narrower: a single link is never as wide
 * as hundreds elsewhere. */
double raster_line_px(double share, double most);
double raster_dot_px(double share);

/* Paints the layers of an uncompressed tile on context. One tile unit of the tile's extent is drawn
 * as `pixels / extent`, the tile's north-west corner at x, y of the context's user space. */
void raster_paint(const uint8_t *tile, size_t length, double pixels, const struct raster_look *look,
                  cairo_t *context);

/* The same, some of the layers only: those below lines, the lines (links, flows), those above. */
enum raster_stage { RASTER_BELOW, RASTER_LINES, RASTER_ABOVE, RASTER_STAGES };
void raster_paint_stage(const uint8_t *tile, size_t length, enum raster_stage stage, double pixels,
                        const struct raster_look *look, cairo_t *context);
/* True when the tile has a layer that this stage paints. */
bool raster_has_stage(const uint8_t *tile, size_t length, enum raster_stage stage);

/* How a line of a layer is drawn, in pixels of a tile of 256. False: the feature is no line, or the
 * layer none of lines. */
struct mvt_layer;
struct mvt_feature;
struct raster_line {
    double width_px, alpha; /* in raster_line_colour() */
};
bool raster_line_of(const struct mvt_layer *layer, const struct mvt_feature *feature,
                    const struct raster_look *look, struct raster_line *line);

/* Appends a square PNG of size_px (256 or 512) with the tile on transparent ground.
 * ATLAS_INVALID: another size; ATLAS_NO_MEMORY. */
enum atlas_status raster_tile(const uint8_t *tile, size_t length, uint32_t size_px,
                              const struct raster_look *look, struct bytes *out) ATLAS_MUST_CHECK;

#endif
