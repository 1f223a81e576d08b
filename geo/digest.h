/* SHA-256, by nettle: the only file that knows which library makes it. */
#ifndef GEO_DIGEST_H
#define GEO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest;

enum { DIGEST_BYTES = 32, DIGEST_HEX_SIZE = 2 * DIGEST_BYTES + 1 };

/* NULL when out of memory. Free with digest_free() (NULL is harmless). */
struct digest *digest_new(void);
void digest_free(struct digest *digest);

void digest_add(struct digest *digest, const void *data, size_t length);

/* Writes the digest, and begins anew: as it is, or as 64 hex digits and a NUL. */
void digest_raw(struct digest *digest, uint8_t raw[DIGEST_BYTES]);
void digest_hex(struct digest *digest, char hex[DIGEST_HEX_SIZE]);

#endif
