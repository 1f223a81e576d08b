/* The legend as a drawing: swatches with labels, then what is shown and left out. */
#include "tiles/legend.h"

#include "tiles/date_words.h"
#include "tiles/png.h"
#include "tiles/raster.h"

#include <math.h>
#include <stdio.h>

static const double margin = 10, row_height = 17, swatch_width = 22, swatch_height = 12;

/* Where the next row goes, and how wide it has become. */
struct column {
    cairo_t *context;
    bool dark;
    double y, width;
};

static void use_colour(cairo_t *context, struct colour colour)
{
    cairo_set_source_rgb(context, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

static void use_text(struct column *column, double size, bool bold)
{
    cairo_select_font_face(column->context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(column->context, size);
    use_colour(column->context,
               column->dark ? (struct colour){236, 236, 232} : (struct colour){34, 36, 40});
}

static void put_text(struct column *column, double x, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(column->context, text, &extents);
    cairo_move_to(column->context, x, column->y + 10);
    cairo_show_text(column->context, text);
    column->width = fmax(column->width, x + extents.x_advance + margin);
}

static void put_row(struct column *column, const char *text)
{
    put_text(column, margin, text);
    column->y += row_height;
}

static void put_swatch(struct column *column, struct colour colour, const char *label)
{
    cairo_rectangle(column->context, margin, column->y, swatch_width, swatch_height);
    use_colour(column->context, colour);
    cairo_fill_preserve(column->context);
    use_colour(column->context, (struct colour){120, 120, 120});
    cairo_set_line_width(column->context, 0.5);
    cairo_stroke(column->context);
    use_text(column, 11, false);
    put_text(column, margin + swatch_width + 8, label);
    column->y += row_height;
}

static void put_classes(const struct legend *legend, struct column *column)
{
    char label[160];
    bool dark = legend->request.dark, english = legend->request.display.english;
    for (size_t i = legend->scale.n_classes; i-- > 0;) {
        legend_class_label(legend, i, label, sizeof label);
        put_swatch(column, scale_colour(i, legend->scale.n_classes, dark), label);
    }
    if (legend->scale.n_zero > 0)
        put_swatch(column, scale_colour_zero(dark), english ? "none" : "aucun");
    if (legend->scale.n_unknown > 0)
        put_swatch(column, scale_colour_unknown(dark), english ? "not known" : "non renseigné");
}

static void put_heat(const struct legend *legend, struct column *column)
{
    char number[40], text[100];
    bool dark = legend->request.dark, english = legend->request.display.english;
    const double length = 140;
    for (int i = 0; i < 70; i++) {
        use_colour(column->context, scale_colour((size_t)i, 70, dark));
        cairo_rectangle(column->context, margin + i * length / 70, column->y, length / 70 + 0.5,
                        swatch_height);
        cairo_fill(column->context);
    }
    column->y += row_height;
    use_text(column, 11, false);
    legend_number(legend->peak, english, number, sizeof number);
    snprintf(text, sizeof text, "0 – %s", number);
    put_row(column, text);
    legend_number(legend->bandwidth_km, english, number, sizeof number);
    snprintf(text, sizeof text, english ? "bandwidth %s km" : "rayon de lissage %s km", number);
    put_row(column, text);
}

/* Of one size on the ground, whatever the map makes of them. */
static void put_cells(const struct legend *legend, struct column *column)
{
    char number[40], text[100];
    bool english = legend->request.display.english;
    legend_number(round(legend->cell_km2), english, number, sizeof number);
    snprintf(text, sizeof text,
             english ? "hexagons of %s km² on the ground" : "hexagones de %s km² au sol", number);
    use_text(column, 10, false);
    put_row(column, text);
}

static void put_sample_label(const char *label, struct column *column)
{
    use_text(column, 11, false);
    put_text(column, margin + swatch_width + 8, label);
    column->y += row_height;
}

static void draw_line_sample(const struct column *column, double n, double most)
{
    cairo_move_to(column->context, margin, column->y + swatch_height / 2);
    cairo_rel_line_to(column->context, swatch_width, 0);
    use_colour(column->context, raster_line_colour(column->dark));
    cairo_set_line_width(column->context, raster_line_px(sqrt(n / most), most));
    cairo_stroke(column->context);
}

static void draw_dot_sample(const struct column *column, double n, double most)
{
    cairo_arc(column->context, margin + swatch_width / 2, column->y + swatch_height / 2,
              raster_dot_px(sqrt(n / most)), 0, 2 * M_PI);
    use_colour(column->context, raster_place_colour(column->dark));
    cairo_fill(column->context);
}

/* Three samples, as the map draws them: of the heaviest, of a quarter of it, of one link. */
static void put_samples(const struct legend *legend, double most,
                        void (*draw)(const struct column *column, double n, double most),
                        struct column *column)
{
    const double examples[] = {most, ceil(most / 4), 1};
    char label[32];
    for (int i = 0; i < 3; i++) {
        if (i > 0 && examples[i] >= examples[i - 1]) continue;
        double across = 2 * raster_dot_px(sqrt(examples[i] / most));
        double room = draw == draw_dot_sample ? across - swatch_height : 0;
        column->y += fmax(0, room / 2);
        draw(column, examples[i], most);
        legend_number(examples[i], legend->request.display.english, label, sizeof label);
        put_sample_label(label, column);
        column->y += fmax(0, room / 2);
    }
}

static void put_links(const struct legend *legend, struct column *column)
{
    draw_line_sample(column, 0, 1);
    put_sample_label(legend->request.display.english ? "one link" : "un lien", column);
}

/* A row "12 345 words". */
static void put_count(const struct legend *legend, uint64_t count, const char *words_fr,
                      const char *words_en, struct column *column)
{
    bool english = legend->request.display.english;
    char number[40], text[200];
    if (count == 0) return;
    legend_number((double)count, english, number, sizeof number);
    snprintf(text, sizeof text, "%s %s", number, english ? words_en : words_fr);
    put_row(column, text);
}

static void put_shown(const struct legend *legend, struct column *column)
{
    bool english = legend->request.display.english;
    char shown[40], total[40], text[200];
    if (legend->total == 0) {
        put_row(column,
                english ? "no link matches this filter" : "aucun lien ne répond à ce filtre");
        return;
    }
    legend_number((double)legend->shown, english, shown, sizeof shown);
    legend_number((double)legend->total, english, total, sizeof total);
    /* French takes the plural from two on, by what is shown; English by the whole. */
    snprintf(text, sizeof text,
             !english && legend->shown < 2 ? "%s lien affiché sur %s"
             : !english                    ? "%s liens affichés sur %s"
             : legend->total == 1          ? "%s of %s link shown"
                                           : "%s of %s links shown",
             shown, total);
    put_row(column, text);
}

static void put_edition(const struct legend *legend, struct column *column)
{
    struct bytes text = {0};
    bool english = legend->request.display.english;
    bytes_append_format(&text, english ? "edition %u of " : "édition %u du ",
                        legend->edition->number);
    date_write_words(english, legend->edition->date, &text);
    bytes_append_byte(&text, '\0');
    if (!text.failed) put_row(column, (const char *)text.data);
    bytes_close(&text);
}

static void put_footer(const struct legend *legend, struct column *column)
{
    bool english = legend->request.display.english;
    use_text(column, 10, false);
    if (legend->request.tileset != TILESET_BASE) put_shown(legend, column);
    put_count(legend, legend->too_coarse, "au lieu trop peu précis", "placed too coarsely", column);
    put_count(legend, legend->no_place, "sans lieu", "without a place", column);
    put_count(legend, legend->held_back, "dans des flux moindres", "in lighter flows", column);
    put_count(legend, legend->undated_left_out, "sans date, non comptés", "without a date left out",
              column);
    put_count(legend, legend->without_amount, "sans montant connu", "without a known amount",
              column);
    if (legend->edition->made)
        put_row(column, english ? "made data, not real" : "données fabriquées, non réelles");
    put_edition(legend, column);
}

void legend_draw(const struct legend *legend, cairo_t *context, double *width, double *height)
{
    struct column column = {context, legend->request.dark, margin, 0};
    use_text(&column, 12, true);
    put_row(&column, legend_title(legend));
    use_text(&column, 10, false);
    put_row(&column, legend_unit(legend));
    if (legend->scale.n_classes + legend->scale.n_zero + legend->scale.n_unknown > 0)
        put_classes(legend, &column);
    else if (legend->peak > 0)
        put_heat(legend, &column);
    else if (legend->request.tileset == TILESET_FLOWS && legend->n_most > 0)
        put_samples(legend, legend->n_most, draw_line_sample, &column);
    else if (legend->request.tileset == TILESET_LINKS)
        put_links(legend, &column);
    if (legend->scale_of_another) {
        use_text(&column, 10, false);
        put_row(&column, legend->request.display.english ? "scale of another selection"
                                                         : "échelle d’une autre sélection");
    }
    if (legend->cell_km2 > 0) put_cells(legend, &column);
    if (legend->place_most > 0) put_samples(legend, legend->place_most, draw_dot_sample, &column);
    put_footer(legend, &column);
    *width = column.width;
    *height = column.y + margin / 2;
}

enum atlas_status legend_png(const struct legend *legend, unsigned scale, struct bytes *out)
{
    if (scale < 1 || scale > LEGEND_MAX_SCALE) return ATLAS_INVALID;
    /* Drawn twice: first nowhere, for its size. */
    cairo_surface_t *nowhere = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
    cairo_t *context = cairo_create(nowhere);
    double width, height;
    legend_draw(legend, context, &width, &height);
    cairo_destroy(context);
    cairo_surface_destroy(nowhere);
    uint32_t columns = (uint32_t)ceil(width) * scale, rows = (uint32_t)ceil(height) * scale;
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)columns, (int)rows);
    context = cairo_create(surface);
    cairo_scale(context, scale, scale);
    use_colour(context,
               legend->request.dark ? (struct colour){30, 33, 38} : (struct colour){255, 255, 255});
    cairo_paint(context);
    legend_draw(legend, context, &width, &height);
    cairo_surface_flush(surface);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (cairo_status(context) == CAIRO_STATUS_SUCCESS)
        status = png_append(cairo_image_surface_get_data(surface), columns, rows,
                            (size_t)cairo_image_surface_get_stride(surface), NULL, 0, out);
    cairo_destroy(context);
    cairo_surface_destroy(surface);
    return status;
}
