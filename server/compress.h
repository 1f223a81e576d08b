/* gzip of whole answers (libdeflate; ISA-L for vector tiles). The same bytes in give the same bytes
 * out, whichever thread, build or x86-64 processor with SSE 4.2 does it; ISA-L takes another hash
 * elsewhere, so that there it finds other repeats.
 */
#ifndef SERVER_COMPRESS_H
#define SERVER_COMPRESS_H

#include "geo/bytes.h"
#include "geo/status.h"

#include <stdbool.h>

/* Below, an answer is one packet either way, and compressing costs more than the rest of it. */
#define COMPRESS_MIN_BYTES 1000

enum compress_level {
    COMPRESS_TILE = 0, /* for a vector tile built for one reader: half the time of COMPRESS_FAST and
                        * some 6 % longer; other data pass through it whole, but hardly shorter */
    COMPRESS_FAST = 1, /* for what may be built for one reader, and many take: for up to 800,000
                        * bytes ISA-L's level 1 in its own codes, for more libdeflate's */
    COMPRESS_SMALL = 6 /* for what many will take */
};

/* Appends the gzip of data to out. False, and nothing appended, when that would not be shorter
 * than the data, or when out of memory: then send it as it is. Compressors are kept per thread. */
bool compress_gzip(const uint8_t *data, size_t length, enum compress_level level,
                   struct bytes *out);

/* Appends what was packed by gzip to out: exactly `unpacked` bytes. ATLAS_CORRUPT when it is not
 * that; ATLAS_NO_MEMORY. */
enum atlas_status compress_gunzip(const uint8_t *data, size_t length, size_t unpacked,
                                  struct bytes *out) ATLAS_MUST_CHECK;

/* True when an Accept-Encoding header (NULL: none) takes `coding` ("gzip", "br"): named, or by
 * "*", and not with q=0. */
bool compress_accepts(const char *accept_encoding, const char *coding);

#endif
