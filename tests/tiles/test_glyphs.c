/* Glyphs as clients read them: the protocol buffer is decoded here by another reader, and each
 * field is held against Cairo's own painting of the same character. */
#include "tiles/glyphs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cairo.h>
#include <math.h>
#include <string.h>

enum { BORDER = 3, EDGE = 191, PAPER = 128 };

struct glyph {
    uint64_t code, width, height, advance;
    int left, top;
    const uint8_t *bitmap;
    size_t n_bitmap;
};

/* A message being read. */
struct reader {
    const uint8_t *at, *end;
};

static uint64_t read_varint(struct reader *reader)
{
    uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        assert_true(reader->at < reader->end);
        uint8_t byte = *reader->at++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return number;
    }
    fail_msg("a varint without end");
    return 0;
}

/* The next field: its number; a varint in *number, or a block. 0 at the end. */
static unsigned read_field(struct reader *reader, uint64_t *number, struct reader *block)
{
    if (reader->at == reader->end) return 0;
    uint64_t key = read_varint(reader);
    assert_true((key & 7) == 0 || (key & 7) == 2);
    *number = read_varint(reader);
    if ((key & 7) == 2) {
        assert_true(*number <= (uint64_t)(reader->end - reader->at));
        *block = (struct reader){reader->at, reader->at + *number};
        reader->at = block->end;
    }
    return (unsigned)(key >> 3);
}

static int unzigzag(uint64_t number)
{
    return (int)(number >> 1) ^ -(int)(number & 1);
}

static struct glyph read_glyph(struct reader message)
{
    struct glyph glyph = {0};
    unsigned seen = 0, field;
    uint64_t number;
    struct reader block;
    while ((field = read_field(&message, &number, &block)) != 0) {
        assert_in_range(field, 1, 7);
        assert_false(seen & 1U << field);
        seen |= 1U << field;
        if (field == 1) glyph.code = number;
        if (field == 2) {
            glyph.bitmap = block.at;
            glyph.n_bitmap = (size_t)(block.end - block.at);
        }
        if (field == 3) glyph.width = number;
        if (field == 4) glyph.height = number;
        if (field == 5) glyph.left = unzigzag(number);
        if (field == 6) glyph.top = unzigzag(number);
        if (field == 7) glyph.advance = number;
    }
    assert_int_equal(seen | 1U << 2, 0xFE); /* all required ones are there */
    if (glyph.bitmap) assert_int_equal(glyph.n_bitmap, (glyph.width + 6) * (glyph.height + 6));
    return glyph;
}

/* Reads an answer; returns how many glyphs it holds, at most 256. */
static size_t read_answer(const struct bytes *answer, const char *range, struct glyph glyphs[256])
{
    struct reader whole = {answer->data, answer->data + answer->length}, stack, block = {0};
    uint64_t number;
    size_t n = 0;
    assert_int_equal(read_field(&whole, &number, &stack), 1);
    assert_ptr_equal(whole.at, whole.end);
    for (unsigned field; (field = read_field(&stack, &number, &block)) != 0;) {
        size_t length = (size_t)(block.end - block.at);
        if (field == 1) assert_memory_equal(block.at, GLYPHS_FONT, length);
        if (field == 2) assert_memory_equal(block.at, range, length);
        if (field == 3) {
            assert_true(n < 256);
            glyphs[n++] = read_glyph(block);
        }
    }
    return n;
}

static void font_of(cairo_t *context)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(context, options);
    cairo_font_options_destroy(options);
    cairo_select_font_face(context, GLYPHS_FONT, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context, 24);
}

/* Pixels that Cairo covers nearly or hardly lie inside or outside the field's edge. */
static void compare_with_painting(const struct glyph *glyph, const char *text)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, PAPER, PAPER);
    cairo_t *context = cairo_create(surface);
    cairo_text_extents_t extents;
    font_of(context);
    cairo_text_extents(context, text, &extents);
    assert_int_equal(glyph->advance, lround(extents.x_advance));
    /* Where the first byte of the bitmap lies, from the pen: tops are told from 26 above it. */
    int x = glyph->left - BORDER, y = -(glyph->top + 26) - BORDER;
    cairo_move_to(context, 32 - x, 32 - y);
    cairo_show_text(context, text);
    cairo_surface_flush(surface);
    const uint8_t *paper = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    int columns = (int)glyph->width + 2 * BORDER, rows = (int)glyph->height + 2 * BORDER;
    int inked = 0;
    for (int row = 0; row < PAPER; row++)
        for (int column = 0; column < PAPER; column++) {
            int covered = paper[row * stride + column];
            int i = row - 32, j = column - 32;
            bool within = i >= 0 && j >= 0 && i < rows && j < columns;
            int value = within ? glyph->bitmap[i * columns + j] : 0;
            inked += covered > 0;
            if (covered > 230) assert_in_range(value, EDGE, 255);
            if (covered < 25) assert_in_range(value, 0, EDGE + 8);
        }
    assert_true(inked > 0);
    cairo_destroy(context);
    cairo_surface_destroy(surface);
}

static const struct glyph *find(const struct glyph *glyphs, size_t n, uint64_t code)
{
    for (size_t i = 0; i < n; i++)
        if (glyphs[i].code == code) return &glyphs[i];
    return NULL;
}

static void fields_agree_with_what_cairo_paints(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, code;
        const char *range, *text;
    } cases[] = {
        {0, 'A', "0-255", "A"},          {0, 'g', "0-255", "g"},
        {0, 'O', "0-255", "O"},          {0, '.', "0-255", "."},
        {0, 0xE9, "0-255", "é"},         {256, 0x153, "256-511", "œ"},
        {256, 0x11F, "256-511", "ğ"},    {768, 0x3A9, "768-1023", "Ω"},
        {1024, 0x416, "1024-1279", "Ж"}, {8192, 0x2019, "8192-8447", "’"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes answer = {0};
        struct glyph glyphs[256];
        assert_int_equal(glyphs_write(cases[i].first, &answer), ATLAS_OK);
        size_t n = read_answer(&answer, cases[i].range, glyphs);
        const struct glyph *glyph = find(glyphs, n, cases[i].code);
        assert_non_null(glyph);
        compare_with_painting(glyph, cases[i].text);
        bytes_close(&answer);
    }
}

/* A space has a width to go on by and nothing to see; control characters and halves of pairs are
 * no characters; what the font lacks is left to the next font of the client. */
static void what_is_not_painted(void **state)
{
    (void)state;
    struct bytes answer = {0};
    struct glyph glyphs[256];
    assert_int_equal(glyphs_write(0, &answer), ATLAS_OK);
    size_t n = read_answer(&answer, "0-255", glyphs);
    const struct glyph *space = find(glyphs, n, ' ');
    assert_non_null(space);
    assert_null(space->bitmap);
    assert_true(space->advance > 0);
    assert_int_equal(glyphs[0].code, ' ');
    assert_null(find(glyphs, n, 0x7F));
    assert_non_null(find(glyphs, n, 0xFF));
    static const struct {
        uint32_t first;
        const char *range;
    } empty[] = {{0xD800, "55296-55551"}, {0x4E00, "19968-20223"}};
    for (size_t i = 0; i < 2; i++) {
        bytes_clear(&answer);
        assert_int_equal(glyphs_write(empty[i].first, &answer), ATLAS_OK);
        assert_int_equal(read_answer(&answer, empty[i].range, glyphs), 0);
    }
    bytes_clear(&answer);
    assert_int_equal(glyphs_write(GLYPHS_LAST + 1 - GLYPHS_RANGE, &answer), ATLAS_OK);
    bytes_close(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_agree_with_what_cairo_paints),
        cmocka_unit_test(what_is_not_painted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
