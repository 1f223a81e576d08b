/* tiles/png: what libpng reads back are the pixels that were painted.
 *
 * Plan: 1 pictures of at most 256 colours come back exactly, alpha included; 2 pictures of many
 * colours come back within the stated rounding; 3 the same pixels give the same bytes; 4 notes are
 * kept; 5 sizes out of range are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiles/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 64, HEIGHT = 48 };

/* Colours premultiplied, from straight ones. */
static uint32_t premultiplied(unsigned a, unsigned r, unsigned g, unsigned b)
{
    return a << 24 | (r * a + 127) / 255 << 16 | (g * a + 127) / 255 << 8 | (b * a + 127) / 255;
}

static void read_back(const struct bytes *png, uint8_t rgba[WIDTH * HEIGHT * 4])
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, png->data, png->length));
    assert_int_equal(image.width, WIDTH);
    assert_int_equal(image.height, HEIGHT);
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
}

static int largest_difference(const uint32_t *pixels, const uint8_t *rgba)
{
    int largest = 0;
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        const uint8_t *p = rgba + 4 * i;
        uint32_t back = premultiplied(p[3], p[0], p[1], p[2]);
        for (int shift = 0; shift < 32; shift += 8) {
            int difference = abs((int)(back >> shift & 0xFF) - (int)(pixels[i] >> shift & 0xFF));
            largest = difference > largest ? difference : largest;
        }
    }
    return largest;
}

static void few_colours_are_exact(void **state)
{
    (void)state;
    static uint32_t pixels[WIDTH * HEIGHT];
    static uint8_t rgba[WIDTH * HEIGHT * 4];
    for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = premultiplied(i % 256, 20, 90, 160);
    struct bytes out = {0};
    assert_int_equal(png_append(pixels, WIDTH, HEIGHT, WIDTH * 4, NULL, 0, &out), ATLAS_OK);
    read_back(&out, rgba);
    assert_int_equal(largest_difference(pixels, rgba), 0);
    bytes_close(&out);
}

static void many_colours_are_near_and_repeatable(void **state)
{
    (void)state;
    static uint32_t pixels[WIDTH * HEIGHT];
    static uint8_t rgba[WIDTH * HEIGHT * 4];
    for (unsigned y = 0; y < HEIGHT; y++)
        for (unsigned x = 0; x < WIDTH; x++)
            pixels[y * WIDTH + x] = premultiplied(255, x * 2, y * 2, 40 + (x + y) / 2);
    struct bytes out = {0}, again = {0};
    assert_int_equal(png_append(pixels, WIDTH, HEIGHT, WIDTH * 4, NULL, 0, &out), ATLAS_OK);
    assert_int_equal(png_append(pixels, WIDTH, HEIGHT, WIDTH * 4, NULL, 0, &again), ATLAS_OK);
    read_back(&out, rgba);
    assert_true(largest_difference(pixels, rgba) <= 16);
    assert_int_equal(out.length, again.length);
    assert_memory_equal(out.data, again.data, out.length);
    bytes_close(&out);
    bytes_close(&again);
}

/* A large picture as a map of heat is: land and sea under a ramp, and a mark of a few pixels. */
static void large_pictures_keep_their_shades(void **state)
{
    (void)state;
    enum { SIDE = 640 };
    static uint32_t pixels[SIDE * SIDE];
    static uint8_t rgba[SIDE * SIDE * 4];
    for (unsigned y = 0; y < SIDE; y++)
        for (unsigned x = 0; x < SIDE; x++) {
            unsigned share = x * 255 / SIDE, ground = y < SIDE / 2 ? 213 : 237;
            pixels[y * SIDE + x] =
                premultiplied(255, (ground * (255 - share) + 36 * share) / 255,
                              (226 * (255 - share) + 35 * share) / 255, 90 + (x + y) / 10);
        }
    for (unsigned i = 0; i < 30; i++)
        pixels[i] = premultiplied(255, 205, 92, 26);
    struct bytes out = {0}, again = {0};
    assert_int_equal(png_append(pixels, SIDE, SIDE, SIDE * 4, NULL, 0, &out), ATLAS_OK);
    assert_int_equal(png_append(pixels, SIDE, SIDE, SIDE * 4, NULL, 0, &again), ATLAS_OK);
    assert_int_equal(out.length, again.length);
    assert_memory_equal(out.data, again.data, out.length);
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, out.data, out.length));
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
    double sum = 0;
    int largest = 0;
    for (size_t i = 0; i < SIDE * SIDE; i++)
        for (int c = 0; c < 3; c++) {
            int off = abs((int)rgba[4 * i + c] - (int)(pixels[i] >> (16 - 8 * c) & 0xFF));
            sum += off;
            largest = off > largest ? off : largest;
        }
    assert_true(sum / (3.0 * SIDE * SIDE) < 2.5);
    assert_in_range(largest, 0, 16);
    bytes_close(&out);
    bytes_close(&again);
}

static void notes_are_kept(void **state)
{
    (void)state;
    const uint32_t pixel = 0;
    const struct png_text notes[] = {{"Source", "édition 3, 2026-11-24"}};
    struct bytes out = {0};
    assert_int_equal(png_append(&pixel, 1, 1, 4, notes, 1, &out), ATLAS_OK);
    assert_non_null(memmem(out.data, out.length, notes[0].value, strlen(notes[0].value)));
    bytes_close(&out);
}

static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    const uint32_t pixel = 0;
    struct bytes out = {0};
    assert_int_equal(png_append(&pixel, 0, 5, 4, NULL, 0, &out), ATLAS_TOO_LARGE);
    assert_int_equal(png_append(&pixel, 100000, 100000, 4, NULL, 0, &out), ATLAS_TOO_LARGE);
    assert_int_equal(out.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_colours_are_exact),
        cmocka_unit_test(many_colours_are_near_and_repeatable),
        cmocka_unit_test(large_pictures_keep_their_shades),
        cmocka_unit_test(notes_are_kept),
        cmocka_unit_test(impossible_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
