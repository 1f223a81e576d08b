#include "tiles/glyphs.h"

#include <cairo.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* What clients suppose of the format. */
enum {
    EM_PX = 24,      /* the size that glyphs are drawn at */
    BORDER_PX = 3,   /* around each */
    RADIUS_PX = 8,   /* of distances that a byte tells */
    ASCENDER_PX = 26 /* tops are told from here; clients centre a line on half a capital below */
};
#define EDGE_SHARE 0.25 /* of the radius lies inside: the edge is at 191 of 255 */

/* Field numbers shifted with their wire type: 0 varint, 2 length. */
enum {
    STACKS = 1 << 3 | 2,
    STACK_NAME = 1 << 3 | 2,
    STACK_RANGE = 2 << 3 | 2,
    STACK_GLYPH = 3 << 3 | 2,
    GLYPH_CODE = 1 << 3,
    GLYPH_BITMAP = 2 << 3 | 2,
    GLYPH_WIDTH = 3 << 3,
    GLYPH_HEIGHT = 4 << 3,
    GLYPH_LEFT = 5 << 3,
    GLYPH_TOP = 6 << 3,
    GLYPH_ADVANCE = 7 << 3
};

/* A side of the outline, in pixels, y downwards from the baseline. */
struct side {
    double x, y, to_x, to_y;
};

struct outline {
    struct side *sides; /* owned */
    size_t n;
    double least_x, least_y, most_x, most_y;
};

static void put_varint(struct bytes *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        bytes_append_byte(out, (uint8_t)(number | 0x80));
    bytes_append_byte(out, (uint8_t)number);
}

static void put_number(struct bytes *out, unsigned field, uint64_t number)
{
    put_varint(out, field);
    put_varint(out, number);
}

static void put_signed(struct bytes *out, unsigned field, int number)
{
    put_number(out, field, number < 0 ? 2 * (uint64_t)-number - 1 : 2 * (uint64_t)number);
}

static void put_block(struct bytes *out, unsigned field, const void *data, size_t length)
{
    put_number(out, field, length);
    bytes_append(out, data, length);
}

static void add_side(struct outline *outline, const double from[2], const double to[2])
{
    outline->sides[outline->n++] = (struct side){from[0], from[1], to[0], to[1]};
    outline->least_x = fmin(outline->least_x, to[0]);
    outline->least_y = fmin(outline->least_y, to[1]);
    outline->most_x = fmax(outline->most_x, to[0]);
    outline->most_y = fmax(outline->most_y, to[1]);
}

/* The context's path as closed rings of straight sides. */
static bool read_outline(cairo_t *context, struct outline *outline)
{
    cairo_path_t *path = cairo_copy_path_flat(context);
    *outline = (struct outline){
        .least_x = INFINITY, .least_y = INFINITY, .most_x = -INFINITY, .most_y = -INFINITY};
    bool read = path->status == CAIRO_STATUS_SUCCESS;
    /* Each element of the path, two data or one, gives at most one side. */
    if (read) outline->sides = malloc(((size_t)path->num_data + 1) * sizeof *outline->sides);
    read = read && outline->sides;
    double begin[2] = {0}, at[2] = {0};
    for (int i = 0; read && i < path->num_data; i += path->data[i].header.length) {
        const cairo_path_data_t *data = &path->data[i];
        double to[2] = {begin[0], begin[1]}; /* closing goes there */
        if (data->header.type != CAIRO_PATH_CLOSE_PATH) {
            to[0] = data[1].point.x;
            to[1] = data[1].point.y;
        }
        if (data->header.type == CAIRO_PATH_MOVE_TO)
            memcpy(begin, to, sizeof begin);
        else
            add_side(outline, at, to);
        memcpy(at, to, sizeof at);
    }
    cairo_path_destroy(path);
    return read;
}

static double squared_distance(const struct side *side, double x, double y)
{
    double along_x = side->to_x - side->x, along_y = side->to_y - side->y;
    double length = along_x * along_x + along_y * along_y;
    double t = length > 0 ? ((x - side->x) * along_x + (y - side->y) * along_y) / length : 0;
    t = fmin(1, fmax(0, t));
    double off_x = side->x + t * along_x - x, off_y = side->y + t * along_y - y;
    return off_x * off_x + off_y * off_y;
}

/* How often the side winds around the point: counted where it crosses the ray to the right. */
static int winding(const struct side *side, double x, double y)
{
    if ((side->y <= y) == (side->to_y <= y)) return 0;
    double cross = (side->to_x - side->x) * (y - side->y) - (x - side->x) * (side->to_y - side->y);
    if (side->y <= y) return cross > 0 ? 1 : 0;
    return cross < 0 ? -1 : 0;
}

static uint8_t field_at(const struct outline *outline, double x, double y)
{
    double least = INFINITY;
    int wound = 0;
    for (size_t i = 0; i < outline->n; i++) {
        least = fmin(least, squared_distance(&outline->sides[i], x, y));
        wound += winding(&outline->sides[i], x, y);
    }
    double distance = wound ? -sqrt(least) : sqrt(least);
    double value = 255 - 255 * (distance / RADIUS_PX + EDGE_SHARE);
    return (uint8_t)lround(fmin(255, fmax(0, value)));
}

static void put_bitmap(struct bytes *out, const struct outline *outline)
{
    int left = (int)floor(outline->least_x), top = (int)floor(outline->least_y);
    int width = (int)ceil(outline->most_x) - left, height = (int)ceil(outline->most_y) - top;
    int rows = height + 2 * BORDER_PX, columns = width + 2 * BORDER_PX;
    put_number(out, GLYPH_BITMAP, (uint64_t)rows * (uint64_t)columns);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++)
            bytes_append_byte(out, field_at(outline, left - BORDER_PX + column + 0.5,
                                            top - BORDER_PX + row + 0.5));
    put_number(out, GLYPH_WIDTH, (uint64_t)width);
    put_number(out, GLYPH_HEIGHT, (uint64_t)height);
    put_signed(out, GLYPH_LEFT, left);
    put_signed(out, GLYPH_TOP, -top - ASCENDER_PX);
}

/* The font's glyph of a character; false where it has none. */
static bool find_glyph(cairo_scaled_font_t *font, uint32_t code, cairo_glyph_t *found)
{
    utf8proc_uint8_t text[4];
    cairo_glyph_t *glyphs = NULL;
    int n = 0;
    int length = (int)utf8proc_encode_char((utf8proc_int32_t)code, text);
    if (cairo_scaled_font_text_to_glyphs(font, 0, 0, (const char *)text, length, &glyphs, &n, NULL,
                                         NULL, NULL) != CAIRO_STATUS_SUCCESS)
        return false;
    bool has = n == 1 && glyphs[0].index != 0;
    if (has) *found = glyphs[0];
    cairo_glyph_free(glyphs);
    return has;
}

static enum atlas_status write_glyph(cairo_t *context, uint32_t code, struct bytes *out)
{
    cairo_glyph_t glyph;
    cairo_text_extents_t extents;
    struct outline outline;
    if (!find_glyph(cairo_get_scaled_font(context), code, &glyph)) return ATLAS_OK;
    cairo_glyph_extents(context, &glyph, 1, &extents);
    cairo_new_path(context);
    cairo_glyph_path(context, &glyph, 1);
    if (!read_outline(context, &outline)) return ATLAS_NO_MEMORY;
    struct bytes message = {0};
    put_number(&message, GLYPH_CODE, code);
    if (outline.n > 0) {
        put_bitmap(&message, &outline);
    } else { /* a space: all fields are required */
        put_number(&message, GLYPH_WIDTH, 0);
        put_number(&message, GLYPH_HEIGHT, 0);
        put_signed(&message, GLYPH_LEFT, 0);
        put_signed(&message, GLYPH_TOP, -ASCENDER_PX);
    }
    put_number(&message, GLYPH_ADVANCE, (uint64_t)lround(fmax(0, extents.x_advance)));
    put_block(out, STACK_GLYPH, message.data, message.length);
    enum atlas_status status = bytes_status(&message);
    bytes_close(&message);
    free(outline.sides);
    return status;
}

/* A context that only measures, with the font as it was designed: no hinting. */
static cairo_t *new_context(void)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *context = cairo_create(surface);
    cairo_surface_destroy(surface);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(context, options);
    cairo_font_options_destroy(options);
    cairo_select_font_face(context, GLYPHS_FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, EM_PX);
    cairo_set_tolerance(context, 0.02);
    return context;
}

static bool is_character(uint32_t code)
{
    return code >= 0x20 && !(code >= 0x7F && code < 0xA0) && !(code >= 0xD800 && code < 0xE000);
}

enum atlas_status glyphs_write(uint32_t first, struct bytes *out)
{
    struct bytes stack = {0}, range = {0};
    cairo_t *context = new_context();
    put_block(&stack, STACK_NAME, GLYPHS_FONT, strlen(GLYPHS_FONT));
    bytes_append_format(&range, "%u-%u", first, first + GLYPHS_RANGE - 1);
    put_block(&stack, STACK_RANGE, range.data, range.length);
    enum atlas_status status = bytes_status(&range);
    for (uint32_t code = first; !status && code < first + GLYPHS_RANGE; code++)
        if (is_character(code)) status = write_glyph(context, code, &stack);
    if (!status) status = bytes_status(&stack);
    if (!status && cairo_status(context) != CAIRO_STATUS_SUCCESS) status = ATLAS_IO;
    if (!status) put_block(out, STACKS, stack.data, stack.length);
    cairo_destroy(context);
    bytes_close(&range);
    bytes_close(&stack);
    return status ? status : bytes_status(out);
}
