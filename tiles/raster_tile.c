/* A tile as a PNG: lines by tiles/line_plane, all else by Cairo. */
#include "geo/array.h"
#include "tiles/line_plane.h"
#include "tiles/mvt_read.h"
#include "tiles/png.h"
#include "tiles/raster.h"

#include <pthread.h>
#include <stdlib.h>

/* What painting takes, kept for the thread's next tile. */
struct paint_box {
    struct line_plane plane;
    struct line_point *points; /* owned; of the part of a line at hand */
    size_t n_points, room;
    bool failed;             /* out of memory */
    double scale;            /* pixels per unit of the tile */
    double px;               /* pixels per pixel of a tile of 256 */
    struct raster_line line; /* how the feature at hand is drawn */
};

static pthread_key_t kept_box;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;

static void free_box(void *of)
{
    struct paint_box *box = of;
    line_plane_close(&box->plane);
    free(box->points);
    free(box);
}

static void make_key(void)
{
    if (pthread_key_create(&kept_box, free_box) != 0) abort();
}

/* NULL when out of memory. */
static struct paint_box *box_of_thread(void)
{
    pthread_once(&kept_once, make_key);
    struct paint_box *box = pthread_getspecific(kept_box);
    if (box) return box;
    box = calloc(1, sizeof *box);
    if (!box || pthread_setspecific(kept_box, box) == 0) return box;
    free(box);
    return NULL;
}

static void add_point(void *pointer, int32_t x, int32_t y)
{
    struct paint_box *box = pointer;
    if (!ARRAY_RESERVE(box->points, box->n_points + 1, &box->room)) {
        box->failed = true;
        return;
    }
    box->points[box->n_points++] = (struct line_point){x * box->scale, y * box->scale};
}

/* Paints the part at hand, if any: nothing joins it to the next. */
static void paint_part(struct paint_box *box)
{
    if (box->n_points > 0)
        line_plane_paint(&box->plane, box->points, box->n_points, box->line.width_px * box->px,
                         box->line.alpha);
    box->n_points = 0;
}

static void begin_part(void *pointer, int32_t x, int32_t y)
{
    paint_part(pointer);
    add_point(pointer, x, y);
}

static void paint_feature(struct paint_box *box, const struct mvt_layer *layer,
                          const struct mvt_feature *feature, const struct raster_look *look)
{
    const struct mvt_pen pen = {box, begin_part, add_point, NULL};
    if (!raster_line_of(layer, feature, look, &box->line)) return;
    mvt_read_geometry(feature, &pen);
    paint_part(box);
}

/* The lines of a tile; NULL when out of memory. */
static const uint8_t *paint_lines(struct paint_box *box, const uint8_t *tile, size_t length,
                                  uint32_t size_px, const struct raster_look *look)
{
    struct mvt_layer layer = {0};
    box->failed = false;
    box->px = size_px / 256.0;
    if (line_plane_begin(&box->plane, size_px)) return NULL;
    for (const uint8_t *at = tile; length && mvt_read_layer(&at, tile + length, &layer);) {
        box->scale = (double)size_px / layer.extent;
        for (struct mvt_feature feature = {0}; mvt_read_feature(&layer, &feature);)
            paint_feature(box, &layer, &feature, look);
    }
    mvt_layer_close(&layer);
    return box->failed ? NULL : line_plane_finish(&box->plane);
}

/* One channel of ink over another. */
static uint32_t over(uint32_t ink, uint32_t ground, uint32_t alpha)
{
    return (ink * alpha + ground * (255 - alpha) + 127) / 255;
}

/* Lays the lines over what Cairo has painted. */
static void lay_over(cairo_surface_t *surface, const uint8_t *alphas, struct colour colour)
{
    cairo_surface_flush(surface);
    size_t size = (size_t)cairo_image_surface_get_width(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    for (size_t y = 0; y < size; y++) {
        uint32_t *row = (uint32_t *)(void *)(pixels + y * stride);
        for (size_t x = 0; x < size; x++) {
            uint32_t alpha = alphas[y * size + x], c = row[x];
            if (alpha == 0) continue;
            row[x] =
                over(255, c >> 24, alpha) << 24 | over(colour.red, c >> 16 & 0xFF, alpha) << 16 |
                over(colour.green, c >> 8 & 0xFF, alpha) << 8 | over(colour.blue, c & 0xFF, alpha);
        }
    }
    cairo_surface_mark_dirty(surface);
}

/* Everything but the lines by Cairo, the lines between; lines NULL: them too. */
static enum atlas_status paint_all(const uint8_t *tile, size_t length, uint32_t size_px,
                                   const struct raster_look *look, const uint8_t *lines,
                                   struct bytes *out)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)size_px, (int)size_px);
    cairo_t *context = cairo_create(surface);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (cairo_status(context) == CAIRO_STATUS_SUCCESS) {
        /* On a picture of twice the pixels everything is drawn twice as large, lines too. */
        cairo_scale(context, size_px / 256.0, size_px / 256.0);
        raster_paint_stage(tile, length, RASTER_BELOW, 256, look, context);
        if (lines)
            lay_over(surface, lines, raster_line_colour(look->dark));
        else
            raster_paint_stage(tile, length, RASTER_LINES, 256, look, context);
        raster_paint_stage(tile, length, RASTER_ABOVE, 256, look, context);
        cairo_surface_flush(surface);
    }
    if (cairo_status(context) == CAIRO_STATUS_SUCCESS)
        status = png_append(cairo_image_surface_get_data(surface), size_px, size_px,
                            (size_t)cairo_image_surface_get_stride(surface), NULL, 0, out);
    cairo_destroy(context);
    cairo_surface_destroy(surface);
    return status;
}

enum atlas_status raster_tile(const uint8_t *tile, size_t length, uint32_t size_px,
                              const struct raster_look *look, struct bytes *out)
{
    if (size_px != 256 && size_px != 512) return ATLAS_INVALID;
    if (look->smooth) return paint_all(tile, length, size_px, look, NULL, out);
    struct paint_box *box = box_of_thread();
    const uint8_t *lines = box ? paint_lines(box, tile, length, size_px, look) : NULL;
    if (!lines) return ATLAS_NO_MEMORY;
    if (raster_has_stage(tile, length, RASTER_BELOW) ||
        raster_has_stage(tile, length, RASTER_ABOVE))
        return paint_all(tile, length, size_px, look, lines, out);
    return png_append_ink(lines, size_px, raster_line_colour(look->dark), out);
}
