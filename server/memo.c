#include "server/memo.h"

#include "server/hash.h"

#include <stdlib.h>
#include <string.h>

#define WAYS 2 /* addresses that share a place */
#define SETS (MEMO_ADDRESSES / WAYS)

struct place {
    uint64_t hash; /* of the request */
    struct memo_request request;
    struct memo_entry entry;
    char texts[]; /* target, key, ETag */
};

struct memo {
    struct place *places[SETS][WAYS]; /* the one kept last first */
    uint32_t met[MEMO_ADDRESSES];     /* of requests met lately: part of the hash */
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
    uint32_t *met = &memo->met[hash % MEMO_ADDRESSES], part = (uint32_t)(hash >> 32);
    bool has = *met == part;
    *met = part;
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
    /* The same address, of another edition, makes room for itself; else the older one goes. */
    size_t way = set[0] && is_same(set[0], place->hash, request) ? 0 : WAYS - 1;
    free_place(set[way]);
    if (way > 0) set[way] = set[0];
    set[0] = place;
}
