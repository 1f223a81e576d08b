/* How often deflate's symbols occur in our vector tiles, from which server/compress makes codes
 * once for all tiles. Counted in all `flows` tiles of zooms 0 to 7, without filter, of the made
 * national data set (`./dev run --national`). To count anew, when the layout of tiles has changed:
 *     build/passerelle-export --database build/national.sqlite --tilesets flows --zoom 0..7
 *         --output flows.mbtiles
 *     build/tests/tile_symbols flows.mbtiles
 */
#ifndef SERVER_TILE_SYMBOLS_H
#define SERVER_TILE_SYMBOLS_H

#include <stdint.h>

#define TILE_SYMBOLS_LITERALS  286 /* bytes, the end, classes of lengths (RFC 1951, 3.2.5) */
#define TILE_SYMBOLS_DISTANCES 30  /* classes of distances */

/* Occurrences, scaled so that the most frequent of each table has 9999; at least 1. */
extern const uint16_t tile_symbols_literals[TILE_SYMBOLS_LITERALS];
extern const uint16_t tile_symbols_distances[TILE_SYMBOLS_DISTANCES];

#endif
