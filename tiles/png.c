#include "tiles/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { PALETTE_SIZE = 256, SLOTS = 1024, COMPRESSION_LEVEL = 1 };

/* The colours in use, by open addressing. */
struct palette {
    uint32_t colour[SLOTS];
    uint16_t number[SLOTS]; /* 1 + position in the palette; 0: free */
    uint32_t ordered[PALETTE_SIZE];
    size_t n;
    uint32_t mask; /* which bits of a colour count */
};

static size_t find_slot(const struct palette *palette, uint32_t colour)
{
    size_t slot = (colour * UINT32_C(2654435761)) >> 22;
    while (palette->number[slot] && palette->colour[slot] != colour)
        slot = (slot + 1) % SLOTS;
    return slot;
}

static const uint32_t *row_of(const void *pixels, size_t stride_bytes, uint32_t y)
{
    return (const uint32_t *)(const void *)((const uint8_t *)pixels + (size_t)y * stride_bytes);
}

/* Bits that survive rounding by `bits` in each channel. */
static uint32_t rounding_mask(unsigned bits)
{
    uint32_t channel = 0xFFu << bits & 0xFF;
    return channel << 24 | channel << 16 | channel << 8 | channel;
}

/* False when there are more than 256 colours under this mask. */
static bool collect(struct palette *palette, const void *pixels, uint32_t width, uint32_t height,
                    size_t stride_bytes)
{
    memset(palette->number, 0, sizeof palette->number);
    palette->n = 0;
    for (uint32_t y = 0; y < height; y++) {
        const uint32_t *row = row_of(pixels, stride_bytes, y);
        uint32_t last = ~row[0];
        for (uint32_t x = 0; x < width; x++) {
            if (row[x] == last) continue;
            last = row[x];
            uint32_t colour = last & palette->mask;
            size_t slot = find_slot(palette, colour);
            if (palette->number[slot]) continue;
            if (palette->n == PALETTE_SIZE) return false;
            palette->ordered[palette->n++] = colour;
            palette->colour[slot] = colour;
            palette->number[slot] = (uint16_t)palette->n;
        }
    }
    return true;
}

static png_byte straight(uint32_t channel, uint32_t alpha)
{
    uint32_t value = alpha ? (channel * 255 + alpha / 2) / alpha : 0;
    return (png_byte)(value > 255 ? 255 : value);
}

/* Middle of the colours that were rounded to this one, so that rounding does not darken. */
static uint32_t centred(uint32_t channel, unsigned bits)
{
    uint32_t value = channel + (bits && channel ? 1u << bits >> 1 : 0);
    return value > 255 || (bits && channel >= (0xFFu << bits & 0xFF)) ? 255 : value;
}

static void write_palette(png_structp png, png_infop info, const struct palette *palette,
                          unsigned bits)
{
    png_color colours[PALETTE_SIZE];
    png_byte alphas[PALETTE_SIZE];
    for (size_t i = 0; i < palette->n; i++) {
        uint32_t c = palette->ordered[i], alpha = centred(c >> 24, bits);
        colours[i].red = straight(centred(c >> 16 & 0xFF, bits), alpha);
        colours[i].green = straight(centred(c >> 8 & 0xFF, bits), alpha);
        colours[i].blue = straight(centred(c & 0xFF, bits), alpha);
        alphas[i] = (png_byte)alpha;
    }
    png_set_PLTE(png, info, colours, (int)palette->n);
    png_set_tRNS(png, info, alphas, (int)palette->n, NULL);
}

static void append_png(png_structp png, png_bytep data, png_size_t length)
{
    bytes_append(png_get_io_ptr(png), data, length);
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static void write_texts(png_structp png, png_infop info, const struct png_text *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *key = strdup(texts[i].key), *value = strdup(texts[i].value);
        png_text text = {.compression = PNG_ITXT_COMPRESSION_NONE,
                         .key = key,
                         .text = value,
                         .itxt_length = value ? strlen(value) : 0};
        if (key && value) png_set_text(png, info, &text, 1);
        free(key);
        free(value);
    }
}

static void write_rows(png_structp png, const struct palette *palette, const void *pixels,
                       uint32_t width, uint32_t height, size_t stride_bytes, png_byte *indexes)
{
    for (uint32_t y = 0; y < height; y++) {
        const uint32_t *row = row_of(pixels, stride_bytes, y);
        uint32_t last = ~row[0];
        png_byte index = 0;
        for (uint32_t x = 0; x < width; x++) {
            if (row[x] != last) {
                last = row[x];
                index = (png_byte)(palette->number[find_slot(palette, last & palette->mask)] - 1);
            }
            indexes[x] = index;
        }
        png_write_row(png, indexes);
    }
}

enum atlas_status png_append(const void *pixels, uint32_t width, uint32_t height,
                             size_t stride_bytes, const struct png_text *texts, size_t n_texts,
                             struct bytes *out)
{
    if (width == 0 || height == 0 || (uint64_t)width * height > PNG_MAX_PIXELS)
        return ATLAS_TOO_LARGE;
    struct palette *palette = malloc(sizeof *palette);
    png_byte *indexes = malloc(width);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    volatile enum atlas_status status = ATLAS_NO_MEMORY;
    if (palette && indexes && info && setjmp(png_jmpbuf(png)) == 0) {
        unsigned bits = 0;
        palette->mask = rounding_mask(bits);
        while (!collect(palette, pixels, width, height, stride_bytes))
            palette->mask = rounding_mask(++bits);
        png_set_write_fn(png, out, append_png, flush_nothing);
        png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_compression_level(png, COMPRESSION_LEVEL);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
        write_palette(png, info, palette, bits);
        write_texts(png, info, texts, n_texts);
        png_write_info(png, info);
        write_rows(png, palette, pixels, width, height, stride_bytes, indexes);
        png_write_end(png, NULL);
        status = bytes_status(out);
    }
    png_destroy_write_struct(&png, &info);
    free(indexes);
    free(palette);
    return status;
}
