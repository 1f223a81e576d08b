#include "server/compress.h"

#include "server/tile_symbols.h"

#include <ctype.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One compressor of each level per thread, freed when the thread ends. */
struct compressors {
    struct isal_zstream *tile;
    struct libdeflate_compressor *fast, *small;
};

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static struct isal_hufftables tile_codes; /* of tile_symbols, the same in every tile */

static void free_compressors(void *of_thread)
{
    struct compressors *compressors = of_thread;
    free(compressors->tile);
    libdeflate_free_compressor(compressors->fast);
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

/* Writes the gzip of data to room; returns its length, 0 when that is more than `most` or when out
 * of memory. */
static size_t pack(struct compressors *compressors, const uint8_t *data, size_t length,
                   enum compress_level level, uint8_t *room, size_t most)
{
    struct libdeflate_compressor **wanted =
        level == COMPRESS_SMALL ? &compressors->small : &compressors->fast;
    if (!*wanted) *wanted = libdeflate_alloc_compressor((int)level);
    return *wanted ? libdeflate_gzip_compress(*wanted, data, length, room, most) : 0;
}

/* As pack(), with the codes of tiles: nothing is counted first, each byte is looked at once. */
static size_t pack_tile(struct compressors *compressors, const uint8_t *data, size_t length,
                        uint8_t *room, size_t most)
{
    if (!compressors->tile) compressors->tile = malloc(sizeof *compressors->tile);
    struct isal_zstream *stream = compressors->tile;
    if (!stream || length > UINT32_MAX) return 0;
    isal_deflate_stateless_init(stream);
    stream->gzip_flag = IGZIP_GZIP;
    stream->hufftables = &tile_codes;
    stream->end_of_stream = 1;
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
    size_t made = level == COMPRESS_TILE ? pack_tile(compressors, data, length, room, length - 1)
                                         : pack(compressors, data, length, level, room, length - 1);
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
