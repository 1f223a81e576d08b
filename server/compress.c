#include "server/compress.h"

#include <ctype.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One compressor of each level per thread, freed when the thread ends. */
struct compressors {
    struct libdeflate_compressor *fast, *small;
};

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void free_compressors(void *of_thread)
{
    struct compressors *compressors = of_thread;
    libdeflate_free_compressor(compressors->fast);
    libdeflate_free_compressor(compressors->small);
    free(compressors);
}

static void make_key(void)
{
    if (pthread_key_create(&key, free_compressors) != 0) abort();
}

static struct libdeflate_compressor *compressor_of_thread(enum compress_level level)
{
    pthread_once(&key_once, make_key);
    struct compressors *compressors = pthread_getspecific(key);
    if (!compressors) {
        compressors = calloc(1, sizeof *compressors);
        if (!compressors) return NULL;
        if (pthread_setspecific(key, compressors) != 0) {
            free(compressors);
            return NULL;
        }
    }
    struct libdeflate_compressor **wanted =
        level == COMPRESS_FAST ? &compressors->fast : &compressors->small;
    if (!*wanted) *wanted = libdeflate_alloc_compressor((int)level);
    return *wanted;
}

bool compress_gzip(const uint8_t *data, size_t length, enum compress_level level, struct bytes *out)
{
    if (length < COMPRESS_MIN_BYTES) return false;
    struct libdeflate_compressor *compressor = compressor_of_thread(level);
    uint8_t *room = compressor ? bytes_reserve(out, length) : NULL;
    if (!room) return false;
    size_t made = libdeflate_gzip_compress(compressor, data, length, room, length - 1);
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
