#include "server/hash.h"

#include <string.h>

static uint64_t mix(uint64_t hash)
{
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

uint64_t hash_bytes(uint64_t seed, const void *data, size_t length)
{
    const char *at = data;
    uint64_t hash = mix(seed ^ length), word;
    for (; length >= sizeof word; length -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix(hash ^ word);
    }
    word = 0;
    for (; length > 0; length--)
        word = word << 8 | (unsigned char)at[length - 1];
    return mix(mix(hash ^ word));
}

uint64_t hash_text(uint64_t seed, const char *text)
{
    return hash_bytes(seed, text, strlen(text));
}
