#include "tiles/picture.h"

#include "tiles/heat.h"
#include "tiles/picture_frame.h"
#include "tiles/picture_labels.h"
#include "tiles/png.h"
#include "tiles/raster.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double tile_px = 512; /* at a whole zoom: the world is 512 pixels wide at zoom 0 */

enum {
    DOT_CLEARANCE = 13, /* units that a name stands above a place that is drawn */
    LAST_WIDE_ZOOM = 4  /* to which the scale differs much over a picture */
};

/* A picture under way. */
struct picture {
    const struct selection *selection;
    const struct legend *legend;
    const struct picture_request *request;
    cairo_t *context;
    double width, height;        /* in units: a pixel of a picture of scale 1 */
    uint8_t z;                   /* of the tiles */
    double tile_size;            /* of one, in units */
    double left, top;            /* world position of the corner, in tiles of z */
    struct tile_display display; /* of the tiles */
    struct labels *labels;
    struct heat_field heat;
    struct bytes tile;
    struct picture_frame frame;
};

static enum atlas_status check_request(const struct picture_request *request,
                                       struct atlas_error *error)
{
    uint64_t pixels = (uint64_t)request->width_px * request->height_px;
    if (request->width_px < PICTURE_MIN_PX || request->height_px < PICTURE_MIN_PX ||
        pixels > PICTURE_MAX_PIXELS)
        return atlas_fail(error, ATLAS_INVALID,
                          "a picture is at least %d pixels wide and high and at most %d in all",
                          PICTURE_MIN_PX, PICTURE_MAX_PIXELS);
    if (request->scale < 1 || request->scale > PICTURE_MAX_SCALE ||
        request->width_px < PICTURE_MIN_PX * request->scale ||
        request->height_px < PICTURE_MIN_PX * request->scale)
        return atlas_fail(error, ATLAS_INVALID,
                          "scale is 1 to %d, and at most a %dth of width and height",
                          PICTURE_MAX_SCALE, PICTURE_MIN_PX);
    if (!(request->zoom >= 0 && request->zoom <= MERCATOR_MAX_ZOOM))
        return atlas_fail(error, ATLAS_INVALID, "zoom is 0 to %d", MERCATOR_MAX_ZOOM);
    if (!(fabs(request->lon_deg) <= 180 && fabs(request->lat_deg) <= MERCATOR_MAX_LAT_DEG))
        return atlas_fail(error, ATLAS_INVALID,
                          "the middle lies within 180 degrees of longitude and 85.05 of latitude");
    return ATLAS_OK;
}

static void use_colour(cairo_t *context, struct colour colour, double alpha)
{
    cairo_set_source_rgba(context, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0,
                          alpha);
}

static struct colour ground_colour(bool dark)
{
    return dark ? (struct colour){24, 27, 32} : (struct colour){213, 226, 234};
}

static void place_view(struct picture *picture)
{
    const struct picture_request *request = picture->request;
    picture->width = (double)request->width_px / request->scale;
    picture->height = (double)request->height_px / request->scale;
    picture->z = (uint8_t)floor(request->zoom);
    picture->tile_size = round(tile_px * exp2(request->zoom - picture->z));
    struct world_point middle = mercator_forward(request->lon_deg, request->lat_deg);
    double side = ldexp(1, picture->z);
    picture->left = middle.x_world * side - picture->width / 2 / picture->tile_size;
    picture->top = middle.y_world * side - picture->height / 2 / picture->tile_size;
    /* What is drawn larger than the tiles' pixels, or may be on paper, would show their steps. */
    picture->display = request->display;
    picture->display.fine =
        request->format != PICTURE_PNG || picture->tile_size * request->scale > tile_px;
}

struct png_source {
    const struct bytes *png;
    size_t at;
};

static cairo_status_t read_png(void *closure, unsigned char *data, unsigned length)
{
    struct png_source *source = closure;
    if (length > source->png->length - source->at) return CAIRO_STATUS_READ_ERROR;
    memcpy(data, source->png->data + source->at, length);
    source->at += length;
    return CAIRO_STATUS_SUCCESS;
}

static enum atlas_status paint_heat(struct picture *picture, struct tile_key key)
{
    struct bytes png = {0};
    enum atlas_status status =
        heat_tile(&picture->heat, key, 512, picture->legend->peak, picture->request->dark, &png);
    if (status == ATLAS_OK) {
        struct png_source source = {&png, 0};
        cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_png, &source);
        cairo_save(picture->context);
        cairo_scale(picture->context, picture->tile_size / 512, picture->tile_size / 512);
        cairo_set_source_surface(picture->context, image, 0, 0);
        /* Without it the edges would fade out, and tiles would show seams. */
        cairo_pattern_set_extend(cairo_get_source(picture->context), CAIRO_EXTEND_PAD);
        cairo_rectangle(picture->context, 0, 0, 512, 512);
        cairo_fill(picture->context);
        cairo_restore(picture->context);
        cairo_surface_destroy(image);
    }
    bytes_close(&png);
    return status;
}

/* Paints one tileset of one tile, whose north-west corner is the context's 0, 0. */
static enum atlas_status paint_tileset(struct picture *picture, enum tileset tileset,
                                       struct tile_key key)
{
    const struct raster_look look = {
        .dark = picture->request->dark,
        .scale = picture->legend->scale.n_classes ? &picture->legend->scale : NULL,
        .n_most = picture->legend->n_most,
        .place_most = picture->legend->place_most,
        .property = legend_property(picture->legend),
        .smooth = true,
    };
    if (tileset == TILESET_HEAT) return paint_heat(picture, key);
    bytes_clear(&picture->tile);
    enum atlas_status status =
        tileset_tile(tileset, picture->selection->edition, picture->selection, key,
                     &picture->display, &picture->tile);
    if (status) return status;
    cairo_rectangle(picture->context, 0, 0, picture->tile_size, picture->tile_size);
    cairo_clip(picture->context);
    raster_paint(picture->tile.data, picture->tile.length, picture->tile_size, &look,
                 picture->context);
    return ATLAS_OK;
}

static enum atlas_status each_tile(struct picture *picture, enum tileset tileset)
{
    int64_t side = INT64_C(1) << picture->z;
    double right = picture->left + picture->width / picture->tile_size;
    double bottom = picture->top + picture->height / picture->tile_size;
    /* On whole pixels, or the seams of the tiles would show. */
    double left_px = round(picture->left * picture->tile_size),
           top_px = round(picture->top * picture->tile_size);
    for (int64_t y = (int64_t)floor(picture->top); (double)y < bottom; y++)
        for (int64_t x = (int64_t)floor(picture->left); (double)x < right; x++) {
            if (y < 0 || y >= side) continue;
            struct tile_key key = {picture->z, (uint32_t)(((x % side) + side) % side), (uint32_t)y};
            double px = (double)x * picture->tile_size - left_px;
            double py = (double)y * picture->tile_size - top_px;
            cairo_save(picture->context);
            cairo_translate(picture->context, px, py);
            enum atlas_status status = paint_tileset(picture, tileset, key);
            cairo_restore(picture->context);
            if (status == ATLAS_OK && tileset == TILESET_BASE)
                status = labels_take(picture->labels, picture->tile.data, picture->tile.length, px,
                                     py, picture->tile_size);
            if (status) return status;
        }
    return ATLAS_OK;
}

static bool has_tileset(const struct picture_request *request, enum tileset tileset)
{
    for (size_t i = 0; i < request->n_tilesets; i++)
        if (request->tilesets[i] == tileset) return true;
    return false;
}

static enum atlas_status paint_map(struct picture *picture)
{
    const struct picture_request *request = picture->request;
    use_colour(picture->context, ground_colour(request->dark), 1);
    cairo_paint(picture->context);
    enum atlas_status status = each_tile(picture, TILESET_BASE);
    /* Areas below lines, lines below dots: nothing is hidden. */
    static const enum tileset order[] = {TILESET_CHOROPLETH, TILESET_DENSITY, TILESET_HEAT,
                                         TILESET_LINKS,      TILESET_FLOWS,   TILESET_PLACES};
    for (size_t i = 0; i < sizeof order / sizeof *order && status == ATLAS_OK; i++)
        if (has_tileset(request, order[i])) status = each_tile(picture, order[i]);
    if (status) return status;
    labels_draw(picture->labels, picture->context, request->dark,
                has_tileset(request, TILESET_PLACES) ? DOT_CLEARANCE : 0);
    return ATLAS_OK;
}

static enum atlas_status lay_frame(struct picture *picture)
{
    const struct picture_request *request = picture->request;
    struct picture_frame *frame = &picture->frame;
    double m_per_unit = 2 * M_PI * EARTH_RADIUS_M * cos(request->lat_deg * M_PI / 180) /
                        (picture->tile_size * ldexp(1, picture->z));
    enum atlas_status status = frame_lay(
        picture->legend, picture->width, picture->height, request->title, request->subtitle,
        m_per_unit, request->lat_deg, picture->z <= LAST_WIDE_ZOOM, picture->context, frame);
    const struct frame_box *const boxes[] = {&frame->title_box, &frame->legend_box, &frame->bar_box,
                                             &frame->source_box};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes && status == ATLAS_OK; i++)
        status = labels_keep_clear(picture->labels, boxes[i]->left, boxes[i]->top, boxes[i]->width,
                                   boxes[i]->height);
    return status;
}

static enum atlas_status paint_all(struct picture *picture)
{
    cairo_scale(picture->context, picture->request->scale, picture->request->scale);
    enum atlas_status status = lay_frame(picture);
    if (status == ATLAS_OK) status = paint_map(picture);
    if (status == ATLAS_OK) frame_paint(&picture->frame, picture->context);
    return status;
}

static cairo_status_t append_bytes(void *closure, const unsigned char *data, unsigned length)
{
    struct bytes *out = closure;
    bytes_append(out, data, length);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *make_surface(const struct picture_request *request, struct bytes *out)
{
    if (request->format == PICTURE_SVG) {
        cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
            append_bytes, out, request->width_px, request->height_px);
        cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
        return surface;
    }
    if (request->format == PICTURE_PDF) {
        cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
            append_bytes, out, request->width_px, request->height_px);
        /* Without a fixed date the same content would not give the same bytes. */
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                       "2000-01-01T00:00:00Z");
        return surface;
    }
    return cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)request->width_px,
                                      (int)request->height_px);
}

/* Cairo numbers images by how many surfaces the process has made. Numbers the ids that begin with
 * `word` by their order in the picture instead, so that the same content gives the same bytes. */
static void append_renumbered(const struct bytes *svg, const char *word, struct bytes *out)
{
    unsigned long known[256];
    size_t n_known = 0;
    const char *at = (const char *)svg->data, *end = at + svg->length, *found;
    while ((found = memmem(at, (size_t)(end - at), word, strlen(word)))) {
        bool is_id = found > (const char *)svg->data && (found[-1] == '"' || found[-1] == '#');
        const char *digits = found + strlen(word);
        unsigned long number = 0;
        bytes_append(out, at, (size_t)(digits - at));
        for (at = digits; is_id && at < end && *at >= '0' && *at <= '9'; at++)
            number = number * 10 + (unsigned long)(*at - '0');
        if (at == digits) continue;
        size_t i = 0;
        while (i < n_known && known[i] != number)
            i++;
        if (i == n_known && n_known < sizeof known / sizeof *known) known[n_known++] = number;
        bytes_append_format(out, "%zu", i);
    }
    bytes_append(out, at, (size_t)(end - at));
}

static enum atlas_status finish_surface(const struct picture *picture, cairo_surface_t *surface,
                                        struct bytes *drawn, struct bytes *out)
{
    const struct picture_request *request = picture->request;
    char edition[64];
    snprintf(edition, sizeof edition, "Passerelle, edition %u, %s",
             picture->selection->edition->number, picture->selection->edition->date);
    const struct png_text note = {"Source", edition};
    cairo_surface_flush(surface);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) return ATLAS_NO_MEMORY;
    if (request->format == PICTURE_PNG)
        return png_append(cairo_image_surface_get_data(surface), request->width_px,
                          request->height_px, (size_t)cairo_image_surface_get_stride(surface),
                          &note, 1, out);
    cairo_surface_finish(surface);
    struct bytes half = {0};
    if (request->format == PICTURE_SVG) {
        append_renumbered(drawn, "surface", &half);
        append_renumbered(&half, "image", out);
    } else {
        bytes_append(out, drawn->data, drawn->length);
    }
    bool failed = drawn->failed || half.failed;
    bytes_close(&half);
    return failed ? ATLAS_NO_MEMORY : bytes_status(out);
}

enum atlas_status picture_make(const struct selection *selection, const struct legend *legend,
                               const struct picture_request *request, struct bytes *out,
                               struct atlas_error *error)
{
    struct picture picture = {.selection = selection, .legend = legend, .request = request};
    enum atlas_status status = check_request(request, error);
    if (status) return status;
    place_view(&picture);
    status = labels_new(picture.width, picture.height, &picture.labels);
    if (status == ATLAS_OK)
        status = heat_field_make(selection, request->display.side_french,
                                 heat_bandwidth_km(picture.z), &picture.heat);
    if (status == ATLAS_OK) {
        struct bytes drawn = {0};
        cairo_surface_t *surface = make_surface(request, &drawn);
        picture.context = cairo_create(surface);
        status = paint_all(&picture);
        cairo_destroy(picture.context);
        if (status == ATLAS_OK) status = finish_surface(&picture, surface, &drawn, out);
        cairo_surface_destroy(surface);
        bytes_close(&drawn);
    }
    heat_field_close(&picture.heat);
    labels_free(picture.labels);
    bytes_close(&picture.tile);
    frame_close(&picture.frame);
    return status ? atlas_fail(error, status, "the picture cannot be made: %s",
                               atlas_status_text(status))
                  : ATLAS_OK;
}
