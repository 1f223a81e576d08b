#include "server/memo.h"

#include "server/hash.h"

#include <stdlib.h>
#include <string.h>

/* Addresses share a set. With four places in each, a few hundred that are asked for in turn hardly
 * push each other out; with two, and one for what was met, 81 of 300 were never remembered. */
#define WAYS     4
#define SETS     (MEMO_ADDRESSES / WAYS)
#define MET_SETS (2 * SETS)

struct place {
    uint64_t hash; /* of the request */
    struct memo_request request;
    struct memo_entry entry;
    char texts[]; /* target, key, ETag */
};

struct memo {
    struct place *places[SETS][WAYS]; /* the one kept last first */
    uint32_t met[MET_SETS][WAYS];     /* of requests met lately, the last first: part of the hash */
};

struct memo *memo_new(void)
{
    return calloc(1, sizeof(struct memo));
}

static void free_place(struct place *place)
{
    if (place) answer_release(place->entry.not_modified);
    free(place);
}

void memo_free(struct memo *memo)
{
    if (!memo) return;
    for (size_t set = 0; set < SETS; set++)
        for (size_t way = 0; way < WAYS; way++)
            free_place(memo->places[set][way]);
    free(memo);
}

/* Who aims at one set only loses the memo for what is in it. */
static uint64_t hash_of(const struct memo_request *request)
{
    uint64_t client = (unsigned)request->gzip << 1 | (unsigned)request->brotli;
    return hash_bytes(client, request->target, request->length);
}

static bool is_same(const struct place *place, uint64_t hash, const struct memo_request *request)
{
    const struct memo_request *there = &place->request;
    return place->hash == hash && there->length == request->length &&
           there->gzip == request->gzip && there->brotli == request->brotli &&
           memcmp(there->target, request->target, request->length) == 0;
}

struct memo_entry *memo_find(struct memo *memo, const struct memo_request *request)
{
    if (request->length > MEMO_TARGET_BYTES) return NULL;
    uint64_t hash = hash_of(request);
    for (size_t way = 0; way < WAYS; way++) {
        struct place *place = memo->places[hash % SETS][way];
        if (place && is_same(place, hash, request))
            return place->request.generation == request->generation ? &place->entry : NULL;
    }
    return NULL;
}

/* Copies a text behind *at and moves *at behind it. */
static const char *copy(char **at, const char *text, size_t length)
{
    char *copied = *at;
    memcpy(copied, text, length);
    copied[length] = '\0';
    *at += length + 1;
    return copied;
}

bool memo_has_met(struct memo *memo, const struct memo_request *request)
{
    uint64_t hash = hash_of(request);
    uint32_t *met = memo->met[hash % MET_SETS], part = (uint32_t)(hash >> 32);
    size_t way = 0;
    while (way < WAYS - 1 && met[way] != part)
        way++;
    bool has = met[way] == part;
    memmove(met + 1, met, way * sizeof *met); /* the one at `way`, or the oldest, makes room */
    met[0] = part;
    return has;
}

static struct place *new_place(const struct memo_request *request, const struct memo_entry *entry)
{
    size_t key = strlen(entry->key), etag = strlen(entry->etag);
    struct place *place = malloc(sizeof *place + request->length + key + etag + 3);
    if (!place) return NULL;
    char *at = place->texts;
    place->request = *request;
    place->entry = *entry;
    place->request.target = copy(&at, request->target, request->length);
    place->entry.key = copy(&at, entry->key, key);
    place->entry.etag = copy(&at, entry->etag, etag);
    return place;
}

void memo_keep(struct memo *memo, const struct memo_request *request,
               const struct memo_entry *entry)
{
    struct place *place = request->length > MEMO_TARGET_BYTES ? NULL : new_place(request, entry);
    if (!place) return;
    place->hash = hash_of(request);
    struct place **set = memo->places[place->hash % SETS];
    /* The same address, of another edition, makes room for itself; else the oldest one goes. */
    size_t way = 0;
    while (way < WAYS - 1 && set[way] && !is_same(set[way], place->hash, request))
        way++;
    free_place(set[way]);
    memmove(set + 1, set, way * sizeof(struct place *));
    set[0] = place;
}
