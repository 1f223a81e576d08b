/* What a lane learnt of the addresses that it answers again and again: cache key, ETag, freshness.
 * A ready answer or a 304 costs neither parsing nor formatting. One memo belongs to each lane and
 * is used by its thread alone, so nothing is locked. Bounded: MEMO_ADDRESSES, newer ones push older
 * ones out.
 */
#ifndef SERVER_MEMO_H
#define SERVER_MEMO_H

#include "server/answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMO_ADDRESSES    1024 /* a power of two */
#define MEMO_TARGET_BYTES 512  /* longer targets are not remembered */

struct memo;

/* All that an answer depends on beside the edition. */
struct memo_request {
    const char *target; /* as sent */
    size_t length;
    bool gzip, brotli;   /* the client takes it */
    uint64_t generation; /* of the edition: current_generation() */
};

/* Texts of an entry in the memo live until the next memo_keep(). */
struct memo_entry {
    unsigned label; /* for the metrics: an enum route_kind */
    enum answer_freshness freshness;
    const char *key;  /* in the cache */
    uint64_t hash;    /* cache_hash() of it */
    const char *etag; /* with its quotes */
    struct answer
        *not_modified; /* the 304; NULL until the finder makes it; the memo's to release */
};

/* NULL when out of memory. */
struct memo *memo_new(void);
/* NULL is harmless. */
void memo_free(struct memo *memo);

/* What is known of a request, or NULL. */
struct memo_entry *memo_find(struct memo *memo, const struct memo_request *request);

/* True when such a request was met lately, of whatever edition: then it is worth remembering, where
 * one that comes once would only push another out. May err in single cases. */
bool memo_has_met(struct memo *memo, const struct memo_request *request);

/* Remembers a copy of entry, whose not_modified is NULL. Without memory for it nothing happens. */
void memo_keep(struct memo *memo, const struct memo_request *request,
               const struct memo_entry *entry);

#endif
