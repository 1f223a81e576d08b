#include "tiles/picture_labels.h"

#include "geo/array.h"
#include "tiles/mvt_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct label {
    char name[80];
    double x_px, y_px, population;
    bool country;
};

struct box {
    double left, top, right, bottom;
};

struct labels {
    double width_px, height_px;
    struct label *label;
    size_t n, room;
    struct box *taken; /* owned; where no name may stand */
    size_t n_taken;
};

enum atlas_status labels_new(double width_px, double height_px, struct labels **labels)
{
    struct labels *made = calloc(1, sizeof *made);
    if (!made) return ATLAS_NO_MEMORY;
    made->width_px = width_px;
    made->height_px = height_px;
    *labels = made;
    return ATLAS_OK;
}

void labels_free(struct labels *labels)
{
    if (!labels) return;
    free(labels->label);
    free(labels->taken);
    free(labels);
}

struct point {
    double x_px, y_px, scale;
};

static void take_point(void *context, int32_t x, int32_t y)
{
    struct point *point = context;
    point->x_px += x * point->scale;
    point->y_px += y * point->scale;
}

static bool span_is(struct mvt_span span, const char *text)
{
    return span.data && span.length == strlen(text) && memcmp(span.data, text, span.length) == 0;
}

/* Fills a label; false when it has no name, or one too long to set. */
static bool read_label(const struct mvt_layer *layer, const struct mvt_feature *feature,
                       struct label *label)
{
    const struct mvt_value *name = mvt_read_tag(layer, feature, "name");
    const struct mvt_value *kind = mvt_read_tag(layer, feature, "kind");
    const struct mvt_value *population = mvt_read_tag(layer, feature, "population");
    if (!name || !name->text.data || name->text.length == 0 ||
        name->text.length >= sizeof label->name)
        return false;
    memcpy(label->name, name->text.data, name->text.length);
    label->name[name->text.length] = '\0';
    label->country = kind && span_is(kind->text, "country");
    label->population = population && population->number >= 0 ? population->number : 0;
    return true;
}

static enum atlas_status add_label(struct labels *labels, const struct label *label)
{
    if (!ARRAY_RESERVE(labels->label, labels->n + 1, &labels->room)) return ATLAS_NO_MEMORY;
    labels->label[labels->n++] = *label;
    return ATLAS_OK;
}

enum atlas_status labels_take(struct labels *labels, const uint8_t *tile, size_t length,
                              double x_px, double y_px, double tile_px)
{
    struct mvt_layer layer = {0};
    enum atlas_status status = ATLAS_OK;
    for (const uint8_t *at = tile; length && mvt_read_layer(&at, tile + length, &layer);) {
        if (!mvt_layer_is(&layer, "labels")) continue;
        for (struct mvt_feature feature = {0};
             status == ATLAS_OK && mvt_read_feature(&layer, &feature);) {
            struct label label;
            struct point point = {x_px, y_px, tile_px / layer.extent};
            const struct mvt_pen pen = {&point, take_point, take_point, NULL};
            if (!read_label(&layer, &feature, &label) || !mvt_read_geometry(&feature, &pen))
                continue;
            label.x_px = point.x_px;
            label.y_px = point.y_px;
            status = add_label(labels, &label);
        }
    }
    mvt_layer_close(&layer);
    return status;
}

enum atlas_status labels_keep_clear(struct labels *labels, double left, double top, double width,
                                    double height)
{
    struct box *taken = realloc(labels->taken, (labels->n_taken + 1) * sizeof *taken);
    if (!taken) return ATLAS_NO_MEMORY;
    labels->taken = taken;
    taken[labels->n_taken++] = (struct box){left, top, left + width, top + height};
    return ATLAS_OK;
}

static int larger_first(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    if (x->country != y->country) return y->country - x->country;
    if (x->population != y->population)
        return (x->population < y->population) - (x->population > y->population);
    int names = strcmp(x->name, y->name);
    return names ? names : (x->x_px > y->x_px) - (x->x_px < y->x_px);
}

static bool fits(const struct labels *labels, const struct box *box)
{
    if (box->left < 0 || box->top < 0 || box->right > labels->width_px ||
        box->bottom > labels->height_px)
        return false;
    for (size_t i = 0; i < labels->n_taken; i++) {
        const struct box *taken = &labels->taken[i];
        if (box->left < taken->right && box->right > taken->left && box->top < taken->bottom &&
            box->bottom > taken->top)
            return false;
    }
    return true;
}

static void draw_label(const struct label *label, double width, bool dark, cairo_t *context)
{
    cairo_move_to(context, label->x_px - width / 2, label->y_px + 3.5);
    cairo_text_path(context, label->name);
    /* Opaque and as wide as a letter's gaps: the name then stands on the halo's colour, whatever it
     * crosses, deep classes of areas too. */
    if (dark)
        cairo_set_source_rgb(context, 0.09, 0.1, 0.12);
    else
        cairo_set_source_rgb(context, 1, 1, 1);
    cairo_set_line_width(context, 4);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND); /* or sharp letters grow spikes */
    cairo_stroke_preserve(context);
    if (dark)
        cairo_set_source_rgb(context, 0.9, 0.9, 0.88);
    else
        cairo_set_source_rgb(context, 0.17, 0.18, 0.21);
    cairo_fill(context);
}

void labels_draw(struct labels *labels, cairo_t *context, bool dark, double raise_px)
{
    size_t n = labels->n_taken + labels->n + 1;
    struct box *taken = realloc(labels->taken, n * sizeof *taken);
    if (!taken) return; /* a map without names is still a map */
    labels->taken = taken;
    if (labels->n) qsort(labels->label, labels->n, sizeof *labels->label, larger_first);
    for (size_t i = 0; i < labels->n; i++) {
        struct label *label = &labels->label[i];
        cairo_text_extents_t extents;
        cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                               CAIRO_FONT_WEIGHT_NORMAL);
        cairo_set_font_size(context, label->country ? 10.5 : 9.5);
        cairo_text_extents(context, label->name, &extents);
        label->y_px -= raise_px;
        double half = extents.x_advance / 2 + 3;
        struct box box = {label->x_px - half, label->y_px - 8, label->x_px + half, label->y_px + 8};
        if (!fits(labels, &box)) continue;
        taken[labels->n_taken++] = box;
        draw_label(label, extents.x_advance, dark, context);
    }
}
