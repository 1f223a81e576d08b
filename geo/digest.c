#include "geo/digest.h"

#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>

struct digest {
    struct sha256_ctx context;
};

struct digest *digest_new(void)
{
    struct digest *digest = malloc(sizeof *digest);
    if (digest) sha256_init(&digest->context);
    return digest;
}

void digest_free(struct digest *digest)
{
    free(digest);
}

void digest_add(struct digest *digest, const void *data, size_t length)
{
    sha256_update(&digest->context, length, data);
}

void digest_raw(struct digest *digest, uint8_t raw[DIGEST_BYTES])
{
    sha256_digest(&digest->context, DIGEST_BYTES, raw);
}

void digest_hex(struct digest *digest, char hex[DIGEST_HEX_SIZE])
{
    uint8_t bytes[DIGEST_BYTES];
    digest_raw(digest, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    hex[2 * sizeof bytes] = '\0';
}
