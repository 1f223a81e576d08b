/* A quick hash of bytes, for tables and ETags: equal bytes after an equal seed give equal numbers
 * on every machine of one byte order. No protection against somebody who knows the seed. */
#ifndef SERVER_HASH_H
#define SERVER_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The seed may be the hash of what went before. */
uint64_t hash_bytes(uint64_t seed, const void *data, size_t length);
uint64_t hash_text(uint64_t seed, const char *text);

#endif
