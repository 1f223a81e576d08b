/* Runs of 64-bit words used as sets of indexes: bit i of the set is word i / 64, bit i % 64. Bits
 * behind the last index are 0. */
#ifndef TILES_BITSET_H
#define TILES_BITSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Without the processor's own instruction the compiler counts bits by a table. Functions so marked
 * use it, and are called only where bitset_has_popcnt() says that it exists. */
#if defined(__x86_64__)
#define BITSET_WITH_POPCNT __attribute__((target("popcnt")))
#else
#define BITSET_WITH_POPCNT
#endif

static inline bool bitset_has_popcnt(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("popcnt");
#else
    return true;
#endif
}

static inline size_t bitset_words(size_t n)
{
    return (n + 63) / 64;
}

static inline bool bitset_has(const uint64_t *set, size_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}

static inline void bitset_add(uint64_t *set, size_t i)
{
    set[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Members of one word; quicker than the table that the compiler would ask. */
static inline size_t bitset_count_word(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (size_t)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/* Members of words[0 .. n_words). */
size_t bitset_count(const uint64_t *words, size_t n_words);

/* Members of a and b both. */
size_t bitset_count_common(const uint64_t *a, const uint64_t *b, size_t n_words);

/* Members i with from <= i < to. */
size_t bitset_count_range(const uint64_t *set, size_t from, size_t to);

/* Adds every i with from <= i < to. */
void bitset_add_range(uint64_t *set, size_t from, size_t to);

/* How many members of set, of one word, lie at or below each member of bits: to ranks, in their
 * order. Returns how many members bits has. */
size_t bitset_ranks(uint64_t set, uint64_t bits, uint32_t ranks[64]);

/* Smallest member >= from, or n where there is none below n. */
size_t bitset_next(const uint64_t *set, size_t from, size_t n);

#endif
