/* Things that are made when first asked for, by one thread while others that want them wait, and
 * never changed after. Standing ones are there for good. The others are counted: who asked for one
 * holds it, and those that nobody holds are given back, the longest unused first, as far as all of
 * them together take more than a bound. What is given back is made again when asked for, and is the
 * same. All functions may be called from several threads at once.
 */
#ifndef TILES_PIECES_H
#define TILES_PIECES_H

#include "geo/status.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a piece is. */
struct piece_kind {
    void *(*make)(const void *wish);  /* NULL when out of memory */
    void (*free)(void *made);         /* NULL is harmless */
    size_t (*size)(const void *made); /* bytes, about */
};

struct piece {
    const struct piece_kind *kind;
    bool standing;
    _Atomic(void *) made; /* NULL until somebody makes it */
    /* Of those that are not standing, under the lock: */
    struct piece *next;  /* that is there */
    struct piece *needs; /* borrowed from by this one, so held as long as it is there; or NULL */
    size_t bytes, n_users;
    uint64_t last_used; /* a count of uses */
};

struct pieces {
    pthread_mutex_t lock;
    pthread_cond_t made; /* some piece is, or could not be */
    struct piece *first; /* those there that are not standing */
    size_t bytes, most_bytes;
    uint64_t n_uses;
    bool trim; /* memory that is free goes back to the system */
};

void pieces_init(struct pieces *pieces, size_t most_bytes);
/* Frees no piece: piece_close() does, one by one. */
void pieces_close(struct pieces *pieces);
void piece_close(struct piece *piece);

/* Another bound, in force from the next change on. */
void pieces_limit(struct pieces *pieces, size_t most_bytes);
/* Bytes of the pieces that are not standing. */
size_t pieces_bytes(struct pieces *pieces);

/* What one user holds; {0} holds nothing. */
enum { PIECES_HELD = 8 };
struct piece_hold {
    bool ready_only; /* set by the user: nothing is made or waited for */
    struct pieces *pieces;
    struct piece *held[PIECES_HELD];
    size_t n;
};

/* Gives a piece, and makes it first where it is missing; other pieces can be made meanwhile. It is
 * there until piece_hold_end(), however often it is asked for under one hold, which has room for
 * PIECES_HELD different ones. needs: held too, and what this one borrows from; or NULL. ATLAS_BUSY:
 * not there, and ready_only; ATLAS_NO_MEMORY. */
enum atlas_status piece_get(struct pieces *pieces, struct piece *piece, struct piece *needs,
                            const void *wish, struct piece_hold *hold,
                            void **made) ATLAS_MUST_CHECK;

/* Lets go of all, and gives back what is above the bound. The hold may be used again. */
void piece_hold_end(struct piece_hold *hold);

#endif
