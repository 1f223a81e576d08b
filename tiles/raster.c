#include "tiles/raster.h"

#include "tiles/mvt_read.h"
#include "tiles/smooth_path.h"

#include <math.h>

struct ink {
    double red, green, blue, alpha;
};

/* How one layer is painted. */
struct painter {
    const char *layer;
    enum raster_stage stage;
    void (*paint)(const struct mvt_layer *layer, const struct mvt_feature *feature,
                  const struct raster_look *look, double scale, cairo_t *context);
};

/* The pen that turns tile units into a Cairo path. */
struct path {
    cairo_t *context;
    double scale;
};

static void move_to(void *path_pointer, int32_t x, int32_t y)
{
    const struct path *path = path_pointer;
    cairo_move_to(path->context, x * path->scale, y * path->scale);
}

static void line_to(void *path_pointer, int32_t x, int32_t y)
{
    const struct path *path = path_pointer;
    cairo_line_to(path->context, x * path->scale, y * path->scale);
}

static void close_path(void *path_pointer)
{
    cairo_close_path(((const struct path *)path_pointer)->context);
}

static void trace(const struct mvt_feature *feature, double scale, cairo_t *context)
{
    struct path path = {context, scale};
    struct mvt_pen pen = {&path, move_to, line_to, close_path};
    cairo_new_path(context);
    mvt_read_geometry(feature, &pen);
}

static void trace_line(const struct mvt_feature *feature, const struct raster_look *look,
                       double scale, cairo_t *context)
{
    if (look->smooth)
        smooth_path_trace(feature, scale, context);
    else
        trace(feature, scale, context);
}

static void use_ink(cairo_t *context, struct ink ink)
{
    cairo_set_source_rgba(context, ink.red, ink.green, ink.blue, ink.alpha);
}

static struct ink ink_of(struct colour colour, double alpha)
{
    return (struct ink){colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, alpha};
}

static double number_of(const struct mvt_layer *layer, const struct mvt_feature *feature,
                        const char *key)
{
    const struct mvt_value *value = mvt_read_tag(layer, feature, key);
    return value ? value->number : NAN;
}

/* 0..1: weight among the heaviest, by the square root, so that area and eye agree. */
static double share_of_most(const struct mvt_layer *layer, const struct mvt_feature *feature,
                            double most)
{
    double n = number_of(layer, feature, "n");
    return isnan(n) ? 0 : sqrt(fmin(1, n / fmax(1, most)));
}

static const struct ink land_inks[2] = {{0.93, 0.93, 0.90, 1}, {0.16, 0.18, 0.21, 1}};

static void paint_land(const struct mvt_layer *layer, const struct mvt_feature *feature,
                       const struct raster_look *look, double scale, cairo_t *context)
{
    (void)layer;
    trace(feature, scale, context);
    use_ink(context, land_inks[look->dark]);
    cairo_fill(context);
}

static void paint_border(const struct mvt_layer *layer, const struct mvt_feature *feature,
                         const struct raster_look *look, double scale, cairo_t *context)
{
    static const double dashes[] = {3, 2};
    const struct mvt_value *kind = mvt_read_tag(layer, feature, "kind");
    bool disputed = kind && kind->text.data && kind->text.length && kind->text.data[0] == 'd';
    trace(feature, scale, context);
    use_ink(context,
            look->dark ? (struct ink){0.42, 0.45, 0.5, 1} : (struct ink){0.70, 0.70, 0.67, 1});
    cairo_set_line_width(context, 0.75);
    cairo_set_dash(context, dashes, disputed ? 2 : 0, 0);
    cairo_stroke(context);
    cairo_set_dash(context, NULL, 0, 0);
}

static void paint_cell(const struct mvt_layer *layer, const struct mvt_feature *feature,
                       const struct raster_look *look, double scale, cairo_t *context)
{
    static const struct scale whole = {.n_classes = 1};
    const struct scale *classes = look->scale ? look->scale : &whole;
    double n = number_of(layer, feature, look->property ? look->property : "n");
    int class = scale_class_of(classes, n);
    struct colour colour = class == SCALE_UNKNOWN ? scale_colour_unknown(look->dark)
                           : class == SCALE_ZERO
                               ? scale_colour_zero(look->dark)
                               : scale_colour((size_t) class, classes->n_classes, look->dark);
    trace(feature, scale, context);
    use_ink(context, ink_of(colour, 1)); /* as the legend shows it, whatever lies below */
    cairo_fill_preserve(context);
    use_ink(context, look->dark ? (struct ink){0, 0, 0, 0.35} : (struct ink){1, 1, 1, 0.5});
    cairo_set_line_width(context, 0.5);
    cairo_stroke(context);
}

static const struct ink line_inks[2] = {{0.10, 0.33, 0.56, 0.45}, {0.45, 0.76, 0.98, 0.45}};
static const struct ink place_inks[2] = {{0.80, 0.36, 0.10, 0.75}, {0.98, 0.75, 0.35, 0.8}};

static struct colour colour_of(const struct ink *ink)
{
    return (struct colour){(uint8_t)lround(255 * ink->red), (uint8_t)lround(255 * ink->green),
                           (uint8_t)lround(255 * ink->blue)};
}

struct colour raster_line_colour(bool dark)
{
    return colour_of(&line_inks[dark]);
}

struct colour raster_place_colour(bool dark)
{
    const struct ink *land = &land_inks[dark], *dot = &place_inks[dark];
    const struct ink seen = {land->red + (dot->red - land->red) * dot->alpha,
                             land->green + (dot->green - land->green) * dot->alpha,
                             land->blue + (dot->blue - land->blue) * dot->alpha, 1};
    return colour_of(&seen);
}

double raster_line_px(double share, double most)
{
    return 0.75 + fmin(7, 1.6 + 0.7 * sqrt(fmax(1, most))) * share;
}

double raster_dot_px(double share)
{
    return 2 + 8 * share;
}

bool raster_line_of(const struct mvt_layer *layer, const struct mvt_feature *feature,
                    const struct raster_look *look, struct raster_line *line)
{
    if (feature->type != 2) return false; /* label points */
    if (mvt_layer_is(layer, "links")) {
        *line = (struct raster_line){1, line_inks[look->dark].alpha};
        return true;
    }
    if (!mvt_layer_is(layer, "flows")) return false;
    double share = share_of_most(layer, feature, look->n_most);
    *line = (struct raster_line){raster_line_px(share, look->n_most), 0.3 + 0.5 * share};
    return true;
}

static void paint_line(const struct mvt_layer *layer, const struct mvt_feature *feature,
                       const struct raster_look *look, double scale, cairo_t *context)
{
    struct raster_line line;
    if (!raster_line_of(layer, feature, look, &line)) return;
    struct ink ink = line_inks[look->dark];
    ink.alpha = line.alpha;
    trace_line(feature, look, scale, context);
    use_ink(context, ink);
    cairo_set_line_width(context, line.width_px);
    cairo_stroke(context);
}

struct dot {
    cairo_t *context;
    double scale, radius;
};

static void draw_dot(void *pointer, int32_t x, int32_t y)
{
    const struct dot *dot = pointer;
    cairo_new_sub_path(dot->context);
    cairo_arc(dot->context, x * dot->scale, y * dot->scale, dot->radius, 0, 2 * M_PI);
}

static void paint_place(const struct mvt_layer *layer, const struct mvt_feature *feature,
                        const struct raster_look *look, double scale, cairo_t *context)
{
    struct dot dot = {context, scale,
                      raster_dot_px(share_of_most(layer, feature, look->place_most))};
    struct mvt_pen pen = {&dot, draw_dot, draw_dot, NULL};
    cairo_new_path(context);
    mvt_read_geometry(feature, &pen);
    use_ink(context, place_inks[look->dark]);
    cairo_fill_preserve(context);
    use_ink(context, look->dark ? (struct ink){0, 0, 0, 0.6} : (struct ink){1, 1, 1, 0.9});
    cairo_set_line_width(context, 0.75);
    cairo_stroke(context);
}

static const struct painter painters[] = {
    {"land", RASTER_BELOW, paint_land},       {"borders", RASTER_BELOW, paint_border},
    {"choropleth", RASTER_BELOW, paint_cell}, {"density", RASTER_BELOW, paint_cell},
    {"links", RASTER_LINES, paint_line},      {"flows", RASTER_LINES, paint_line},
    {"places", RASTER_ABOVE, paint_place},
};

bool raster_has_stage(const uint8_t *tile, size_t length, enum raster_stage stage)
{
    struct mvt_layer layer = {0};
    bool found = false;
    for (const uint8_t *at = tile; length && mvt_read_layer(&at, tile + length, &layer);)
        for (size_t i = 0; i < sizeof painters / sizeof *painters; i++)
            found =
                found || (painters[i].stage == stage && mvt_layer_is(&layer, painters[i].layer));
    mvt_layer_close(&layer);
    return found;
}

void raster_paint_stage(const uint8_t *tile, size_t length, enum raster_stage stage, double pixels,
                        const struct raster_look *look, cairo_t *context)
{
    struct mvt_layer layer = {0};
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND);
    for (size_t i = 0; length && i < sizeof painters / sizeof *painters; i++) {
        if (painters[i].stage != stage) continue;
        for (const uint8_t *at = tile; mvt_read_layer(&at, tile + length, &layer);) {
            if (!mvt_layer_is(&layer, painters[i].layer)) continue;
            for (struct mvt_feature feature = {0}; mvt_read_feature(&layer, &feature);)
                painters[i].paint(&layer, &feature, look, pixels / layer.extent, context);
        }
    }
    mvt_layer_close(&layer);
}

void raster_paint(const uint8_t *tile, size_t length, double pixels, const struct raster_look *look,
                  cairo_t *context)
{
    for (int stage = 0; stage < RASTER_STAGES; stage++)
        raster_paint_stage(tile, length, (enum raster_stage)stage, pixels, look, context);
}
