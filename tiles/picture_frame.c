#include "tiles/picture_frame.h"

#include "tiles/date_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELLIPSIS "…"

static const double margin = 12, title_px = 16, about_px = 11, source_px = 9;
static const double title_line = 21, about_line = 15, source_line = 11;

static struct colour paper_colour(bool dark)
{
    return dark ? (struct colour){30, 33, 38} : (struct colour){255, 255, 255};
}

static struct colour text_colour(bool dark)
{
    return dark ? (struct colour){236, 236, 232} : (struct colour){34, 36, 40};
}

static void use_colour(cairo_t *context, struct colour colour)
{
    cairo_set_source_rgb(context, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
}

static void use_font(cairo_t *context, double size, bool bold)
{
    cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, size);
}

static double width_of(cairo_t *context, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(context, text, &extents);
    return extents.x_advance;
}

/* Shortens a line to what fits, with an ellipsis at its end; there is room for it behind the line.
 */
static void shorten(char *line, double width, cairo_t *context)
{
    size_t length = strlen(line);
    while (length > 0 && width_of(context, line) > width) {
        do
            length--;
        while (length > 0 && ((unsigned char)line[length] & 0xC0) == 0x80);
        memcpy(line + length, ELLIPSIS, sizeof ELLIPSIS);
    }
}

/* Cuts the text at its spaces into at most `most` lines of the font at hand; what is too much ends
 * in an ellipsis. */
static enum atlas_status cut_lines(struct frame_text *text, size_t most, double width,
                                   cairo_t *context)
{
    bytes_append(&text->text, "\0\0\0\0", sizeof ELLIPSIS); /* the end, and room for an ellipsis */
    if (bytes_status(&text->text) != ATLAS_OK) return ATLAS_NO_MEMORY;
    char *line = (char *)text->text.data, *end = NULL; /* where the line may end */
    text->lines[text->n++] = line;
    for (char *at = strchr(line, ' ');; at = strchr(at + 1, ' ')) {
        if (at) *at = '\0';
        bool fits = width_of(context, line) <= width;
        if (at) *at = ' ';
        if (!fits && end && text->n < most) {
            *end = '\0';
            line = end + 1;
            text->lines[text->n++] = line;
        }
        if (!at) break;
        end = at;
    }
    shorten(line, width, context);
    return ATLAS_OK;
}

static enum atlas_status lay_title(struct picture_frame *frame, const char *title,
                                   const char *about, cairo_t *context)
{
    double width = frame->width - 2 * margin;
    bytes_append_text(&frame->title.text, title && *title ? title : legend_title(frame->legend));
    use_font(context, title_px, true);
    enum atlas_status status = cut_lines(&frame->title, 2, width, context);
    if (status == ATLAS_OK && about && *about) {
        bytes_append_text(&frame->about.text, about);
        use_font(context, about_px, false);
        status = cut_lines(&frame->about, 4, width, context);
    }
    frame->title_box = (struct frame_box){0, 0, frame->width,
                                          11 + title_line * (double)frame->title.n +
                                              about_line * (double)frame->about.n};
    return status;
}

static enum atlas_status lay_source(struct picture_frame *frame, cairo_t *context)
{
    const struct edition *edition = frame->legend->edition;
    struct bytes *text = &frame->source.text;
    bool english = frame->legend->request.display.english;
    bytes_append_format(text, english ? "Passerelle, edition %u of " : "Passerelle, édition %u du ",
                        edition->number);
    date_write_words(english, edition->date, text);
    for (size_t i = 0; i < edition->n_attributions; i++)
        bytes_append_format(text, " · %s", edition->attributions[i].source);
    use_font(context, source_px, false);
    enum atlas_status status =
        cut_lines(&frame->source, FRAME_MAX_LINES, frame->width - 2 * margin, context);
    double height = 9 + source_line * (double)frame->source.n;
    frame->source_box = (struct frame_box){0, frame->height - height, frame->width, height};
    return status;
}

/* At the lower left, over the source; made smaller where it would cover more than half of the map's
 * width or all of its height. */
static void lay_legend(struct picture_frame *frame)
{
    double width, height, room = frame->source_box.top - frame->title_box.height - 20;
    cairo_surface_t *nowhere = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
    cairo_t *context = cairo_create(nowhere);
    legend_draw(frame->legend, context, &width, &height); /* for its size alone */
    cairo_destroy(context);
    cairo_surface_destroy(nowhere);
    double scale = fmin(1, fmin(room / height, frame->width / 2 / width));
    frame->legend_scale = fmax(scale, 0.1);
    width *= frame->legend_scale;
    height *= frame->legend_scale;
    frame->legend_box = (struct frame_box){8, frame->source_box.top - height - 10, width, height};
}

/* A round distance that is 60 to 150 units long in the middle of the map. */
static void lay_bar(struct picture_frame *frame, double m_per_unit, double lat_deg, bool wide,
                    cairo_t *context)
{
    bool english = frame->legend->request.display.english;
    double most_m = fmin(150, frame->width / 3) * m_per_unit;
    double step_m = pow(10, floor(log10(most_m)));
    frame->bar_m = most_m >= 5 * step_m ? 5 * step_m : most_m >= 2 * step_m ? 2 * step_m : step_m;
    frame->bar_length = frame->bar_m / m_per_unit;
    bool km = frame->bar_m >= 1000;
    char number[40], where[40] = "";
    legend_number(km ? frame->bar_m / 1000 : frame->bar_m, english, number, sizeof number);
    if (wide && lround(lat_deg) == 0)
        snprintf(where, sizeof where, english ? " at the equator" : " à l’équateur");
    else if (wide)
        snprintf(where, sizeof where, english ? " at %ld° %c" : " à %ld° %c", labs(lround(lat_deg)),
                 lat_deg > 0 ? 'N' : 'S');
    snprintf(frame->bar_label, sizeof frame->bar_label, "%s %s%s", number, km ? "km" : "m", where);
    use_font(context, 10, false);
    double width = 16 + fmax(frame->bar_length, width_of(context, frame->bar_label));
    frame->bar_box =
        (struct frame_box){frame->width - width - 8, frame->source_box.top - 36, width, 26};
}

enum atlas_status frame_lay(const struct legend *legend, double width, double height,
                            const char *title, const char *about, double m_per_unit, double lat_deg,
                            bool wide, cairo_t *context, struct picture_frame *frame)
{
    *frame = (struct picture_frame){.legend = legend, .width = width, .height = height};
    enum atlas_status status = lay_title(frame, title, about, context);
    if (status == ATLAS_OK) status = lay_source(frame, context);
    if (status) return status;
    lay_legend(frame);
    lay_bar(frame, m_per_unit, lat_deg, wide, context);
    return ATLAS_OK;
}

void frame_close(struct picture_frame *frame)
{
    bytes_close(&frame->title.text);
    bytes_close(&frame->about.text);
    bytes_close(&frame->source.text);
}

/* A sheet of paper under text; opaque, for a map that shone through would look like a mistake. */
static void paint_sheet(const struct picture_frame *frame, const struct frame_box *box,
                        cairo_t *context)
{
    cairo_rectangle(context, box->left, box->top, box->width, box->height);
    use_colour(context, paper_colour(frame->legend->request.dark));
    cairo_fill(context);
    use_colour(context, text_colour(frame->legend->request.dark));
}

/* Around a sheet that lies within the map, whose paper may be as white as the land there. */
static void paint_outline(const struct frame_box *box, cairo_t *context)
{
    cairo_rectangle(context, box->left + 0.5, box->top + 0.5, box->width - 1, box->height - 1);
    use_colour(context, (struct colour){150, 155, 160});
    cairo_set_line_width(context, 0.5);
    cairo_stroke(context);
}

static void paint_lines(const struct frame_text *text, double x, double y, double line,
                        cairo_t *context)
{
    for (size_t i = 0; i < text->n; i++) {
        cairo_move_to(context, x, y + line * (double)i);
        cairo_show_text(context, text->lines[i]);
    }
}

static void paint_legend(const struct picture_frame *frame, cairo_t *context)
{
    double width, height;
    paint_sheet(frame, &frame->legend_box, context);
    paint_outline(&frame->legend_box, context);
    cairo_save(context);
    cairo_translate(context, frame->legend_box.left, frame->legend_box.top);
    cairo_scale(context, frame->legend_scale, frame->legend_scale);
    legend_draw(frame->legend, context, &width, &height);
    cairo_restore(context);
}

static void paint_bar(const struct picture_frame *frame, cairo_t *context)
{
    double x = frame->bar_box.left + 8, y = frame->bar_box.top + 20;
    paint_sheet(frame, &frame->bar_box, context);
    paint_outline(&frame->bar_box, context);
    use_colour(context, text_colour(frame->legend->request.dark));
    use_font(context, 10, false);
    cairo_move_to(context, x, y - 8);
    cairo_show_text(context, frame->bar_label);
    cairo_set_line_width(context, 1.5);
    cairo_move_to(context, x, y - 4);
    cairo_rel_line_to(context, 0, 4);
    cairo_rel_line_to(context, frame->bar_length, 0);
    cairo_rel_line_to(context, 0, -4);
    cairo_stroke(context);
}

void frame_paint(const struct picture_frame *frame, cairo_t *context)
{
    paint_sheet(frame, &frame->title_box, context);
    use_font(context, title_px, true);
    paint_lines(&frame->title, margin, 22, title_line, context);
    use_font(context, about_px, false);
    paint_lines(&frame->about, margin, 19 + title_line * (double)frame->title.n, about_line,
                context);
    paint_legend(frame, context);
    paint_bar(frame, context);
    paint_sheet(frame, &frame->source_box, context);
    use_font(context, source_px, false);
    paint_lines(&frame->source, margin, frame->source_box.top + 13, source_line, context);
}
