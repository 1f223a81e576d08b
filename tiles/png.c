#include "tiles/png.h"

#include <math.h>
#include <png.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    PALETTE_SIZE = 256,
    KEPT_EXACT = 112,
    COMPRESSION_LEVEL = 1,
    TILE_PIXELS = 512 * 512 /* at most these: a tile, which must be made fast */
};

/* One colour of the picture: how many pixels have it, and what it becomes. */
struct colour_use {
    uint32_t colour; /* premultiplied */
    uint32_t pixels; /* 0: a free slot */
    uint32_t index;  /* in the palette */
};

/* All colours of the picture by open addressing, and the palette made of them. */
struct palette {
    struct colour_use *slots; /* owned; n_slots, a power of two, at least half of them free */
    size_t n_slots, n_colours;
    uint32_t entries[PALETTE_SIZE]; /* premultiplied */
    size_t n;
};

static struct colour_use *find_slot(const struct palette *palette, uint32_t colour)
{
    size_t slot = (colour * UINT32_C(2654435761) >> 7) & (palette->n_slots - 1);
    while (palette->slots[slot].pixels && palette->slots[slot].colour != colour)
        slot = (slot + 1) & (palette->n_slots - 1);
    return &palette->slots[slot];
}

static const uint32_t *row_of(const void *pixels, size_t stride_bytes, uint32_t y)
{
    return (const uint32_t *)(const void *)((const uint8_t *)pixels + (size_t)y * stride_bytes);
}

static bool grow(struct palette *palette)
{
    struct palette grown = {.n_slots = palette->n_slots ? palette->n_slots * 4 : 1024,
                            .n_colours = palette->n_colours};
    grown.slots = calloc(grown.n_slots, sizeof *grown.slots);
    if (!grown.slots) return false;
    for (size_t i = 0; i < palette->n_slots; i++)
        if (palette->slots[i].pixels)
            *find_slot(&grown, palette->slots[i].colour) = palette->slots[i];
    free(palette->slots);
    *palette = grown;
    return true;
}

static bool count_colours(struct palette *palette, const void *pixels, uint32_t width,
                          uint32_t height, size_t stride_bytes)
{
    for (uint32_t y = 0; y < height; y++) {
        const uint32_t *row = row_of(pixels, stride_bytes, y);
        for (uint32_t x = 0, run; x < width; x += run) {
            for (run = 1; x + run < width && row[x + run] == row[x];)
                run++;
            if (palette->n_colours * 2 >= palette->n_slots && !grow(palette)) return false;
            struct colour_use *use = find_slot(palette, row[x]);
            palette->n_colours += use->pixels == 0;
            use->colour = row[x];
            use->pixels += run;
        }
    }
    return true;
}

static int most_used_first(const void *a, const void *b)
{
    const struct colour_use *x = *(struct colour_use *const *)a;
    const struct colour_use *y = *(struct colour_use *const *)b;
    if (x->pixels != y->pixels) return (x->pixels < y->pixels) - (x->pixels > y->pixels);
    return (x->colour > y->colour) - (x->colour < y->colour);
}

static int by_rounded(const void *a, const void *b)
{
    const struct colour_use *x = *(struct colour_use *const *)a;
    const struct colour_use *y = *(struct colour_use *const *)b;
    return (x->index > y->index) - (x->index < y->index);
}

/* Bits that survive rounding by `bits` in each channel. */
static uint32_t rounding_mask(unsigned bits)
{
    uint32_t channel = 0xFFu << bits & 0xFF;
    return channel << 24 | channel << 16 | channel << 8 | channel;
}

/* Number of different colours of rare[0 .. n) under a mask; leaves them sorted by it, the rounded
 * colour in index. */
static size_t round_rare(struct colour_use **rare, size_t n, uint32_t mask)
{
    size_t different = n > 0;
    for (size_t i = 0; i < n; i++)
        rare[i]->index = rare[i]->colour & mask;
    qsort(rare, n, sizeof *rare, by_rounded);
    for (size_t i = 1; i < n; i++)
        different += rare[i]->index != rare[i - 1]->index;
    return different;
}

/* The mean of a run of colours, each as heavy as it has pixels. */
static uint32_t mean_colour(struct colour_use *const *uses, size_t n)
{
    uint64_t sums[4] = {0}, pixels = 0;
    uint32_t mean = 0;
    for (size_t i = 0; i < n; i++) {
        for (int c = 0; c < 4; c++)
            sums[c] += (uint64_t)(uses[i]->colour >> 8 * c & 0xFF) * uses[i]->pixels;
        pixels += uses[i]->pixels;
    }
    for (int c = 0; c < 4; c++)
        mean |= (uint32_t)((sums[c] + pixels / 2) / pixels) << 8 * c;
    return mean;
}

/* Rounds the rare colours together until they fit beside the exact ones. */
static void merge_rare(struct palette *palette, struct colour_use **rare, size_t n)
{
    unsigned bits = 1;
    while (round_rare(rare, n, rounding_mask(bits)) > PALETTE_SIZE - palette->n)
        bits++;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && rare[end]->index == rare[i]->index;)
            end++;
        palette->entries[palette->n++] = mean_colour(rare + i, end - i);
        for (size_t j = i; j < end; j++)
            rare[j]->index = (uint32_t)palette->n - 1;
    }
}

/* Of colours next to each other in the list of all. */
struct box {
    struct colour_use **uses;
    size_t n;
    int channel;   /* in which they differ most */
    double spread; /* how much; 0: one colour */
    uint32_t mean; /* in that channel */
};

static uint32_t channel_of(uint32_t colour, int channel)
{
    return colour >> 8 * channel & 0xFF;
}

/* Fills what follows from the colours. Each counts by the root of its pixels, so that large areas
 * matter most and small ones still do. */
static void measure(struct box *box)
{
    box->spread = 0;
    for (int c = 0; c < 4; c++) {
        double weights = 0, sum = 0, squares = 0;
        for (size_t i = 0; i < box->n; i++) {
            double weight = sqrt(box->uses[i]->pixels);
            double value = channel_of(box->uses[i]->colour, c);
            weights += weight;
            sum += weight * value;
            squares += weight * value * value;
        }
        double spread = squares - sum * sum / weights;
        if (c > 0 && spread <= box->spread) continue;
        box->channel = c;
        box->spread = box->n > 1 ? spread : 0;
        box->mean = (uint32_t)(sum / weights);
    }
}

/* Parts a box of at least two colours at its mean; the upper part becomes *upper. */
static void part(struct box *box, struct box *upper)
{
    size_t low = 0, high = box->n;
    while (low < high) {
        if (channel_of(box->uses[low]->colour, box->channel) <= box->mean) {
            low++;
            continue;
        }
        struct colour_use *use = box->uses[--high];
        box->uses[high] = box->uses[low];
        box->uses[low] = use;
    }
    *upper = (struct box){.uses = box->uses + low, .n = box->n - low};
    box->n = low;
    measure(box);
    measure(upper);
}

/* Parts the colours again and again where they differ most: of a large picture every colour stays
 * near what it was, at some milliseconds. */
static void part_colours(struct palette *palette, struct colour_use **uses, size_t n)
{
    struct box boxes[PALETTE_SIZE] = {{.uses = uses, .n = n}};
    measure(&boxes[0]);
    for (palette->n = 1; palette->n < PALETTE_SIZE; palette->n++) {
        struct box *widest = &boxes[0];
        for (size_t i = 1; i < palette->n; i++)
            if (boxes[i].spread > widest->spread) widest = &boxes[i];
        if (widest->n < 2) break;
        part(widest, &boxes[palette->n]);
    }
    for (size_t i = 0; i < palette->n; i++) {
        palette->entries[i] = mean_colour(boxes[i].uses, boxes[i].n);
        for (size_t j = 0; j < boxes[i].n; j++)
            boxes[i].uses[j]->index = (uint32_t)i;
    }
}

/* The colours used most stay exact; of the others those that are near each other share an entry. */
static bool make_palette(struct palette *palette, bool large)
{
    struct colour_use **uses = malloc((palette->n_colours + 1) * sizeof *uses);
    size_t n = 0, exact = palette->n_colours <= PALETTE_SIZE ? palette->n_colours : KEPT_EXACT;
    if (!uses) return false;
    for (size_t i = 0; i < palette->n_slots; i++)
        if (palette->slots[i].pixels) uses[n++] = &palette->slots[i];
    qsort(uses, n, sizeof *uses, most_used_first);
    if (n > exact && large) {
        part_colours(palette, uses, n);
        free(uses);
        return true;
    }
    for (; palette->n < exact; palette->n++) {
        palette->entries[palette->n] = uses[palette->n]->colour;
        uses[palette->n]->index = (uint32_t)palette->n;
    }
    if (n > exact) merge_rare(palette, uses + exact, n - exact);
    free(uses);
    return true;
}

static png_byte straight(uint32_t channel, uint32_t alpha)
{
    uint32_t value = alpha ? (channel * 255 + alpha / 2) / alpha : 0;
    return (png_byte)(value > 255 ? 255 : value);
}

static uint32_t premultiplied(uint32_t channel, uint32_t alpha)
{
    return (channel * alpha + 127) / 255;
}

static void write_palette(png_structp png, png_infop info, const struct palette *palette)
{
    png_color colours[PALETTE_SIZE];
    png_byte alphas[PALETTE_SIZE];
    for (size_t i = 0; i < palette->n; i++) {
        uint32_t c = palette->entries[i], alpha = c >> 24;
        colours[i].red = straight(c >> 16 & 0xFF, alpha);
        colours[i].green = straight(c >> 8 & 0xFF, alpha);
        colours[i].blue = straight(c & 0xFF, alpha);
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

/* Gives the indexes of a row. */
typedef void png_row(const void *source, uint32_t y, png_byte *indexes);

/* A picture as it is written. */
struct png_file {
    uint32_t width, height;
    const struct palette *palette;
    const struct png_text *texts;
    size_t n_texts;
    png_row *row;
    const void *source;
    int strategy; /* of zlib */
};

static enum atlas_status write_file(const struct png_file *file, struct bytes *out)
{
    png_byte *indexes = malloc(file->width);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    volatile enum atlas_status status = ATLAS_NO_MEMORY;
    if (indexes && info && setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, out, append_png, flush_nothing);
        png_set_IHDR(png, info, file->width, file->height, 8, PNG_COLOR_TYPE_PALETTE,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_compression_level(png, COMPRESSION_LEVEL);
        png_set_compression_strategy(png, file->strategy);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
        png_set_check_for_invalid_index(png, 0); /* ours are all in the palette */
        write_palette(png, info, file->palette);
        write_texts(png, info, file->texts, file->n_texts);
        png_write_info(png, info);
        for (uint32_t y = 0; y < file->height; y++) {
            file->row(file->source, y, indexes);
            png_write_row(png, indexes);
        }
        png_write_end(png, NULL);
        status = bytes_status(out);
    }
    png_destroy_write_struct(&png, &info);
    free(indexes);
    return status;
}

/* A picture in full colour, and the palette of its colours. */
struct colour_rows {
    const struct palette *palette;
    const void *pixels;
    uint32_t width;
    size_t stride_bytes;
};

static void colour_row(const void *source, uint32_t y, png_byte *indexes)
{
    const struct colour_rows *rows = source;
    const uint32_t *row = row_of(rows->pixels, rows->stride_bytes, y);
    uint32_t last = ~row[0];
    png_byte index = 0;
    for (uint32_t x = 0; x < rows->width; x++) {
        if (row[x] != last) {
            last = row[x];
            index = (png_byte)find_slot(rows->palette, last)->index;
        }
        indexes[x] = index;
    }
}

enum atlas_status png_append(const void *pixels, uint32_t width, uint32_t height,
                             size_t stride_bytes, const struct png_text *texts, size_t n_texts,
                             struct bytes *out)
{
    if (width == 0 || height == 0 || (uint64_t)width * height > PNG_MAX_PIXELS)
        return ATLAS_TOO_LARGE;
    struct palette palette = {0};
    const struct colour_rows rows = {&palette, pixels, width, stride_bytes};
    const struct png_file file = {width,   height,     &palette, texts,
                                  n_texts, colour_row, &rows,    Z_DEFAULT_STRATEGY};
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (count_colours(&palette, pixels, width, height, stride_bytes) &&
        make_palette(&palette, (uint64_t)width * height > TILE_PIXELS))
        status = write_file(&file, out);
    free(palette.slots);
    return status;
}

/* A picture of one colour; which entry of the palette an alpha has. */
struct ink_rows {
    const uint8_t *alphas;
    uint32_t size;
    png_byte index_of[256];
};

/* How many of the next n alphas are 0, in steps of 8: most of a tile is bare. */
static uint32_t zeros_at(const uint8_t *alphas, uint32_t n)
{
    uint32_t found = 0;
    for (uint64_t eight; found + sizeof eight <= n; found += sizeof eight) {
        memcpy(&eight, alphas + found, sizeof eight);
        if (eight != 0) break;
    }
    return found;
}

static void ink_row(const void *source, uint32_t y, png_byte *indexes)
{
    const struct ink_rows *rows = source;
    const uint8_t *row = rows->alphas + (size_t)y * rows->size;
    for (uint32_t x = 0, run; x < rows->size; x += run) {
        run = zeros_at(row + x, rows->size - x);
        if (run > 0) {
            memset(indexes + x, rows->index_of[0], run);
        } else {
            indexes[x] = rows->index_of[row[x]];
            run = 1;
        }
    }
}

enum atlas_status png_append_ink(const uint8_t *alphas, uint32_t size, struct colour colour,
                                 struct bytes *out)
{
    if (size == 0 || (uint64_t)size * size > PNG_MAX_PIXELS) return ATLAS_TOO_LARGE;
    struct palette palette = {0};
    struct ink_rows rows = {.alphas = alphas, .size = size};
    /* Thin lines on nothing: runs alone are found in four fifths of the time, and make smaller
     * files than what the quickest search for repeats finds. */
    const struct png_file file = {size, size, &palette, NULL, 0, ink_row, &rows, Z_RLE};
    bool used[256] = {false};
    for (size_t i = 0, n = (size_t)size * size; i < n; i++) {
        size_t bare = zeros_at(alphas + i, (uint32_t)(n - i));
        used[0] = used[0] || bare > 0;
        i += bare;
        if (i < n) used[alphas[i]] = true;
    }
    for (uint32_t alpha = 0; alpha < 256; alpha++) {
        if (!used[alpha]) continue;
        rows.index_of[alpha] = (png_byte)palette.n;
        palette.entries[palette.n++] = alpha << 24 | premultiplied(colour.red, alpha) << 16 |
                                       premultiplied(colour.green, alpha) << 8 |
                                       premultiplied(colour.blue, alpha);
    }
    return write_file(&file, out);
}
