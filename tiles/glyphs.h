/* Glyphs for map clients (MapLibre, Mapbox GL): signed distance fields of a font's characters, 256
 * code points at a time, as the protocol buffer that a style's `glyphs` address gives. Drawn by
 * Cairo in the font that pictures are lettered with. Knows no edition; any thread.
 */
#ifndef TILES_GLYPHS_H
#define TILES_GLYPHS_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdint.h>

#define GLYPHS_FONT  "DejaVu Sans"
#define GLYPHS_RANGE 256              /* code points of an answer */
#define GLYPHS_LAST  UINT32_C(0xFFFF) /* what the address knows */

/* Appends the glyphs of code points first .. first + GLYPHS_RANGE - 1 (first a multiple of that, at
 * most GLYPHS_LAST) that the font has. ATLAS_NO_MEMORY; ATLAS_IO where Cairo finds no font. */
enum atlas_status glyphs_write(uint32_t first, struct bytes *out) ATLAS_MUST_CHECK;

#endif
