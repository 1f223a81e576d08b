/* tile_symbols FILE.mbtiles: how often deflate's symbols occur in those vector tiles, as the table
 * in server/tile_symbols.c. Literals and lengths first, then distances, each scaled to at most
 * 9999 and at least 1. How the table of today was made stands there.
 */
#include "server/tile_symbols.h"
#include "server/compress.h"

#include <isa-l/igzip_lib.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define MOST 9999

static int complain(const char *what)
{
    fprintf(stderr, "tile_symbols: %s\n", what);
    return 1;
}

static void print_scaled(const uint64_t *counts, unsigned n)
{
    uint64_t most = 1;
    for (unsigned i = 0; i < n; i++)
        if (counts[i] > most) most = counts[i];
    for (unsigned i = 0; i < n; i++) {
        uint64_t scaled = counts[i] * MOST / most;
        printf("%llu,%s", (unsigned long long)(scaled ? scaled : 1),
               i % 12 == 11 || i + 1 == n ? "\n" : " ");
    }
}

/* The gzip trailer ends with the length of what was packed. */
static size_t unpacked_length(const uint8_t *packed, size_t length)
{
    uint32_t size = 0;
    if (length >= 18) memcpy(&size, packed + length - 4, sizeof size);
    return size;
}

static int count_tiles(sqlite3_stmt *rows, struct isal_huff_histogram *histogram)
{
    struct bytes raw = {0};
    int step;
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        const uint8_t *packed = sqlite3_column_blob(rows, 0);
        size_t length = (size_t)sqlite3_column_bytes(rows, 0);
        raw.length = 0;
        size_t unpacked = unpacked_length(packed, length);
        if (compress_gunzip(packed, length, unpacked, &raw)) return complain("a tile is broken");
        if (raw.length >= COMPRESS_MIN_BYTES)
            isal_update_histogram(raw.data, (int)raw.length, histogram);
    }
    bytes_close(&raw);
    return step == SQLITE_DONE ? 0 : complain("the tiles can't be read");
}

int main(int argc, char **argv)
{
    if (argc != 2) return complain("usage: tile_symbols FILE.mbtiles");
    static struct isal_huff_histogram histogram;
    sqlite3 *database = NULL;
    sqlite3_stmt *rows = NULL;
    int bad = 1;
    if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "SELECT tile_data FROM tiles", -1, &rows, NULL) != SQLITE_OK)
        complain(sqlite3_errmsg(database));
    else
        bad = count_tiles(rows, &histogram);
    sqlite3_finalize(rows);
    sqlite3_close(database);
    if (bad) return bad;
    print_scaled(histogram.lit_len_histogram, TILE_SYMBOLS_LITERALS);
    print_scaled(histogram.dist_histogram, TILE_SYMBOLS_DISTANCES);
    return 0;
}
