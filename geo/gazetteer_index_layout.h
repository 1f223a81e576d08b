/* What lies in the two images of an index, and under which keys: what geo/gazetteer_index and
 * geo/gazetteer_index_build share; nobody else includes this. */
#ifndef GEO_GAZETTEER_INDEX_LAYOUT_H
#define GEO_GAZETTEER_INDEX_LAYOUT_H

#include "geo/sorted_keys.h"

#include <stddef.h>
#include <stdint.h>

/* To change when what the arrays hold changes. That keys are made otherwise is found out without
 * (place_keys_fingerprint). */
enum { INDEX_NAMES_KIND = 1, INDEX_SPELLINGS_KIND = 2 };

/* The image of names: `struct indexed_name`s, `struct long_name`s, letters, the table of keys. */
struct indexed_name {
    uint32_t territory_id, population; /* 0 where not known */
    uint16_t ordinal;                  /* among its territory's names */
    uint8_t name_kind;
    uint8_t one_word; /* 1: its words and compact keys are the same text, put as compact only */
};

/* A name of which any words may be written, in the order of names. */
struct long_name {
    uint32_t name, words; /* words: offset into the letters */
};

/* The image of spellings: per name the offset of its compact key, or NO_SPELLING; letters; the
 * table of pieces and sounds. */
#define NO_SPELLING UINT32_MAX

/* Seeds of keys: enum name_match (of words, compact keys, parts, tails, sounds), and these. */
enum { WORD_OF_LONG_NAME = 0x100, PIECE = 0x1000 };

enum {
    SHORTEST_WITH_ERROR = 5,  /* bytes of a compact name that may hold one typing error */
    SHORTEST_WITH_TWO = 9,    /* … two */
    LONGEST_WITH_ERROR = 100, /* longer ones are no names of places */
    SHORTEST_SOUND = 4,
};

static inline unsigned errors_allowed(size_t length)
{
    if (length < SHORTEST_WITH_ERROR || length > LONGEST_WITH_ERROR) return 0;
    return length < SHORTEST_WITH_TWO ? 1 : 2;
}

/* Where piece p of errors + 1 begins in a name of this length. */
static inline size_t piece_start(size_t length, unsigned errors, unsigned p)
{
    return length * p / (errors + 1);
}

static inline uint64_t piece_key(size_t length, unsigned p, const char *bytes, size_t n)
{
    return key_of_text(PIECE + length * 4 + p, bytes, n);
}

#endif
