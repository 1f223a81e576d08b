#include "server/compress.h"

#include "server/tile_symbols.h"
#include "tiles/tileset.h"

#include <ctype.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Beyond, or where ISA-L makes more of it than a tile may have, libdeflate's level 1 serves as
 * COMPRESS_FAST: it packs a few % better, and tiles were held to their bound by it
 * (tiles/tileset). */
#define LARGE_BYTES 800000

/* ISA-L's level 1 makes codes anew after so many symbols. With the 65,536 of its default large
 * tiles are 5 to 6 % longer, for which a tenth of the time is spared. */
#define BLOCK_SYMBOLS 12288
#define MATCHES_BYTES (ISAL_DEF_LVL1_REQ + ISAL_DEF_LVL1_TOKEN_SIZE * BLOCK_SYMBOLS)

/* What a thread compresses with, each made when first needed; freed when the thread ends. */
struct compressors {
    struct isal_zstream *stream;
    uint8_t *matches; /* of level 1: MATCHES_BYTES */
    struct libdeflate_compressor *large, *small;
};

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static struct isal_hufftables tile_codes; /* of tile_symbols, the same in every tile */

static void free_compressors(void *of_thread)
{
    struct compressors *compressors = of_thread;
    free(compressors->stream);
    free(compressors->matches);
    libdeflate_free_compressor(compressors->large);
    libdeflate_free_compressor(compressors->small);
    free(compressors);
}

static void make_key_and_codes(void)
{
    struct isal_huff_histogram histogram = {0};
    for (size_t i = 0; i < TILE_SYMBOLS_LITERALS; i++)
        histogram.lit_len_histogram[i] = tile_symbols_literals[i];
    for (size_t i = 0; i < TILE_SYMBOLS_DISTANCES; i++)
        histogram.dist_histogram[i] = tile_symbols_distances[i];
    if (isal_create_hufftables(&tile_codes, &histogram) != 0) abort();
    if (pthread_key_create(&key, free_compressors) != 0) abort();
}

static struct compressors *compressors_of_thread(void)
{
    pthread_once(&key_once, make_key_and_codes);
    struct compressors *compressors = pthread_getspecific(key);
    if (!compressors) {
        compressors = calloc(1, sizeof *compressors);
        if (!compressors) return NULL;
        if (pthread_setspecific(key, compressors) != 0) {
            free(compressors);
            return NULL;
        }
    }
    return compressors;
}

/* Writes the gzip of data to room by libdeflate; returns its length, 0 when that is more than
 * `most` or when out of memory. */
static size_t pack(struct libdeflate_compressor **compressor, int level, const uint8_t *data,
                   size_t length, uint8_t *room, size_t most)
{
    if (!*compressor) *compressor = libdeflate_alloc_compressor(level);
    return *compressor ? libdeflate_gzip_compress(*compressor, data, length, room, most) : 0;
}

/* As pack(), by ISA-L: with the codes of tiles, so that nothing is counted first and each byte is
 * looked at once, or at its level 1. */
static size_t pack_quickly(struct compressors *compressors, bool as_tile, const uint8_t *data,
                           size_t length, uint8_t *room, size_t most)
{
    if (!compressors->stream) compressors->stream = malloc(sizeof *compressors->stream);
    if (!as_tile && !compressors->matches) compressors->matches = malloc(MATCHES_BYTES);
    struct isal_zstream *stream = compressors->stream;
    if (!stream || (!as_tile && !compressors->matches) || length > UINT32_MAX) return 0;
    isal_deflate_stateless_init(stream);
    stream->gzip_flag = IGZIP_GZIP;
    stream->end_of_stream = 1;
    if (as_tile) {
        stream->hufftables = &tile_codes;
    } else {
        stream->level = 1;
        stream->level_buf = compressors->matches;
        stream->level_buf_size = MATCHES_BYTES;
    }
    stream->next_in = (uint8_t *)(uintptr_t)data; /* only read */
    stream->avail_in = (uint32_t)length;
    stream->next_out = room;
    stream->avail_out = (uint32_t)most;
    return isal_deflate_stateless(stream) == COMP_OK ? stream->total_out : 0;
}

bool compress_gzip(const uint8_t *data, size_t length, enum compress_level level, struct bytes *out)
{
    if (length < COMPRESS_MIN_BYTES) return false;
    struct compressors *compressors = compressors_of_thread();
    uint8_t *room = compressors ? bytes_reserve(out, length) : NULL;
    if (!room) return false;
    size_t made = 0, most = length - 1;
    switch (level) {
    case COMPRESS_TILE:
        made = pack_quickly(compressors, true, data, length, room, most);
        break;
    case COMPRESS_FAST:
        made = length <= LARGE_BYTES ? pack_quickly(compressors, false, data, length, room,
                                                    most < TILE_MAX_BYTES ? most : TILE_MAX_BYTES)
                                     : 0;
        if (made == 0 && length > TILE_MAX_BYTES)
            made = pack(&compressors->large, level, data, length, room, most);
        break;
    case COMPRESS_SMALL:
        made = pack(&compressors->small, level, data, length, room, most);
        break;
    }
    out->length += made;
    return made > 0;
}

enum atlas_status compress_gunzip(const uint8_t *data, size_t length, size_t unpacked,
                                  struct bytes *out)
{
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    uint8_t *room = decompressor ? bytes_reserve(out, unpacked) : NULL;
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (room) {
        bool whole = libdeflate_gzip_decompress(decompressor, data, length, room, unpacked, NULL) ==
                     LIBDEFLATE_SUCCESS;
        status = whole ? ATLAS_OK : ATLAS_CORRUPT;
        if (whole) out->length += unpacked;
    }
    if (decompressor) libdeflate_free_decompressor(decompressor);
    return status;
}

/* q of one item's parameters is 0, 0.0, 0.00 or 0.000. */
static bool is_refused(const char *parameters, size_t length)
{
    for (size_t i = 0; i + 2 < length; i++) {
        if (tolower((unsigned char)parameters[i]) != 'q' || parameters[i + 1] != '=') continue;
        size_t value = i + 2;
        if (parameters[value] != '0') return false;
        for (value++; value < length && strchr(".0 \t", parameters[value]); value++)
            continue;
        return value == length;
    }
    return false;
}

bool compress_accepts(const char *accept, const char *coding)
{
    bool by_star = false;
    while (accept && *accept) {
        accept += strspn(accept, " \t,");
        size_t item = strcspn(accept, ",");
        size_t name = strcspn(accept, " \t,;");
        bool refused = is_refused(accept + name, item - name);
        if (name == strlen(coding) && strncasecmp(accept, coding, name) == 0) return !refused;
        if (name == 1 && *accept == '*') by_star = !refused;
        accept += item;
    }
    return by_star;
}
