#include "geo/geocode_memo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 1 << 15,
    MOST_BYTES = 64 << 20,
    LONGEST_KEY = 2048, /* longer queries are not remembered */
};

struct remembered {
    struct remembered *next;
    uint64_t hash;
    size_t key_length, answer_length;
    char bytes[]; /* the key, then the answer without its unused candidates */
};

struct geocode_memo {
    struct remembered *slots[SLOTS];
    size_t bytes;
};

struct geocode_memo *geocode_memo_new(void)
{
    return calloc(1, sizeof(struct geocode_memo));
}

static void forget(struct geocode_memo *memo)
{
    for (size_t i = 0; i < SLOTS; i++)
        while (memo->slots[i]) {
            struct remembered *next = memo->slots[i]->next;
            free(memo->slots[i]);
            memo->slots[i] = next;
        }
    memo->bytes = 0;
}

void geocode_memo_free(struct geocode_memo *memo)
{
    if (!memo) return;
    forget(memo);
    free(memo);
}

/* All that the answer depends on, as one text; 0 when it is too long to be remembered. */
static size_t make_key(const struct place_query *query, char key[LONGEST_KEY])
{
    const char *parts[] = {query->name, query->type, query->hint, query->country_iso, query->code};
    int n = snprintf(key, LONGEST_KEY, "%d %d", (int)query->side, query->year);
    size_t length = (size_t)n;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = parts[i] ? strnlen(parts[i], LONGEST_KEY) : 0;
        if (length + size + 1 >= LONGEST_KEY) return 0;
        key[length++] = '\0';
        memcpy(key + length, parts[i] ? parts[i] : "", size);
        length += size;
    }
    return length;
}

static uint64_t hash_key(const char *key, size_t length)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)key[i]) * 0x100000001B3u;
    return hash ^ hash >> 31;
}

bool geocode_memo_get(struct geocode_memo *memo, const struct place_query *query,
                      struct place_answer *answer)
{
    char key[LONGEST_KEY];
    size_t length = make_key(query, key);
    if (length == 0) return false;
    uint64_t hash = hash_key(key, length);
    for (const struct remembered *r = memo->slots[hash % SLOTS]; r; r = r->next)
        if (r->hash == hash && r->key_length == length && memcmp(r->bytes, key, length) == 0) {
            memcpy(answer, r->bytes + length, r->answer_length);
            return true;
        }
    return false;
}

void geocode_memo_put(struct geocode_memo *memo, const struct place_query *query,
                      const struct place_answer *answer)
{
    char key[LONGEST_KEY];
    size_t length = make_key(query, key);
    if (length == 0) return;
    size_t answer_length =
        offsetof(struct place_answer, candidates) + answer->n_candidates * sizeof(struct place);
    size_t size = sizeof(struct remembered) + length + answer_length;
    if (memo->bytes + size > MOST_BYTES) forget(memo);
    struct remembered *made = malloc(size);
    if (!made) return;
    *made = (struct remembered){
        .hash = hash_key(key, length), .key_length = length, .answer_length = answer_length};
    memcpy(made->bytes, key, length);
    memcpy(made->bytes + length, answer, answer_length);
    made->next = memo->slots[made->hash % SLOTS];
    memo->slots[made->hash % SLOTS] = made;
    memo->bytes += size;
}
