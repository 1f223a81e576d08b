#include "tiles/bitset.h"

/* Each loop once with the processor's instruction, and once without. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE size_t count_common(const uint64_t *a, const uint64_t *b, size_t n_words)
{
    size_t count = 0;
    for (size_t i = 0; i < n_words; i++)
        count += (size_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

ALWAYS_INLINE size_t ranks_of(uint64_t set, uint64_t bits, uint32_t ranks[64])
{
    size_t n = 0;
    for (; bits; bits &= bits - 1)
        ranks[n++] = (uint32_t)__builtin_popcountll(set & (bits ^ (bits - 1)));
    return n;
}

BITSET_WITH_POPCNT static size_t count_common_fast(const uint64_t *a, const uint64_t *b,
                                                   size_t n_words)
{
    return count_common(a, b, n_words);
}

BITSET_WITH_POPCNT static size_t ranks_fast(uint64_t set, uint64_t bits, uint32_t ranks[64])
{
    return ranks_of(set, bits, ranks);
}

size_t bitset_count_common(const uint64_t *a, const uint64_t *b, size_t n_words)
{
    return bitset_has_popcnt() ? count_common_fast(a, b, n_words) : count_common(a, b, n_words);
}

size_t bitset_ranks(uint64_t set, uint64_t bits, uint32_t ranks[64])
{
    return bitset_has_popcnt() ? ranks_fast(set, bits, ranks) : ranks_of(set, bits, ranks);
}

size_t bitset_count(const uint64_t *words, size_t n_words)
{
    return bitset_count_common(words, words, n_words);
}

/* Bits from .. 63 of a word. */
static uint64_t from_bit(size_t from)
{
    return ~(uint64_t)0 << from;
}

/* Bits 0 .. to - 1 of a word; to in 1..64. */
static uint64_t to_bit(size_t to)
{
    return ~(uint64_t)0 >> (64 - to);
}

size_t bitset_count_range(const uint64_t *set, size_t from, size_t to)
{
    if (from >= to) return 0;
    size_t first = from / 64, last = (to - 1) / 64;
    uint64_t head = from_bit(from % 64), tail = to_bit((to - 1) % 64 + 1);
    if (first == last) { /* nothing, most often, under a narrow filter */
        uint64_t bits = set[first] & head & tail;
        return bits ? bitset_count_word(bits) : 0;
    }
    return bitset_count_word(set[first] & head) + bitset_count(set + first + 1, last - first - 1) +
           bitset_count_word(set[last] & tail);
}

void bitset_add_range(uint64_t *set, size_t from, size_t to)
{
    if (from >= to) return;
    size_t first = from / 64, last = (to - 1) / 64;
    uint64_t head = from_bit(from % 64), tail = to_bit((to - 1) % 64 + 1);
    if (first == last) {
        set[first] |= head & tail;
        return;
    }
    set[first] |= head;
    for (size_t i = first + 1; i < last; i++)
        set[i] = ~(uint64_t)0;
    set[last] |= tail;
}

size_t bitset_next(const uint64_t *set, size_t from, size_t n)
{
    if (from >= n) return n;
    size_t word = from / 64, words = bitset_words(n);
    uint64_t bits = set[word] & from_bit(from % 64);
    while (!bits && ++word < words)
        bits = set[word];
    return bits ? word * 64 + (size_t)__builtin_ctzll(bits) : n;
}
