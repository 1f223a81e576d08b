/* A painted picture as a PNG with a palette: a third of the bytes and a twentieth of the time of
 * full colour (measured, see tests/bench/README.md). */
#ifndef TILES_PNG_H
#define TILES_PNG_H

#include "geo/bytes.h"
#include "tiles/scale.h"

#include <stdint.h>

#define PNG_MAX_PIXELS 4194304 /* 4 megapixels */

struct png_text { /* a note inside the file: key as PNG has it ("Source", "Title"), value UTF-8 */
    const char *key, *value;
};

/* Appends a PNG of width x height pixels, each a native-endian 0xAARRGGBB with colours
 * premultiplied by alpha (Cairo's ARGB32), stride_bytes apart row by row. Pictures of at most 256
 * colours keep them exactly. Of more, up to 512 x 512 pixels, the colours used most stay exact, and
 * of the others those near each other are merged into their mean until 256 are enough: by at most
 * 16 of 255 in a channel for what we draw. Of larger pictures the colours are parted where they
 * differ most. texts: n_texts notes, may be NULL. The same pixels give the same bytes.
 * ATLAS_TOO_LARGE over PNG_MAX_PIXELS; ATLAS_NO_MEMORY. */
enum atlas_status png_append(const void *pixels, uint32_t width, uint32_t height,
                             size_t stride_bytes, const struct png_text *texts, size_t n_texts,
                             struct bytes *out) ATLAS_MUST_CHECK;

/* Appends a PNG of size x size pixels, all of one colour, each with an alpha of its own. */
enum atlas_status png_append_ink(const uint8_t *alphas, uint32_t size, struct colour colour,
                                 struct bytes *out) ATLAS_MUST_CHECK;

#endif
