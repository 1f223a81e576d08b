#include "tiles/pieces.h"

#include <assert.h>
#include <malloc.h>

static char being_made; /* stands for a piece meanwhile */

void pieces_init(struct pieces *pieces, size_t most_bytes)
{
    *pieces = (struct pieces){.most_bytes = most_bytes};
    pthread_mutex_init(&pieces->lock, NULL);
    pthread_cond_init(&pieces->made, NULL);
}

void pieces_close(struct pieces *pieces)
{
    pthread_cond_destroy(&pieces->made);
    pthread_mutex_destroy(&pieces->lock);
}

void piece_close(struct piece *piece)
{
    if (piece->kind) piece->kind->free(atomic_load(&piece->made));
    atomic_store(&piece->made, NULL);
}

void pieces_limit(struct pieces *pieces, size_t most_bytes)
{
    pthread_mutex_lock(&pieces->lock);
    pieces->most_bytes = most_bytes;
    pthread_mutex_unlock(&pieces->lock);
}

size_t pieces_bytes(struct pieces *pieces)
{
    pthread_mutex_lock(&pieces->lock);
    size_t bytes = pieces->bytes;
    pthread_mutex_unlock(&pieces->lock);
    return bytes;
}

static bool is_there(const void *made)
{
    return made && made != &being_made;
}

/* A place in the list of the longest unused piece that nobody holds, or NULL. */
static struct piece **longest_unused(struct pieces *pieces)
{
    struct piece **found = NULL;
    for (struct piece **at = &pieces->first; *at; at = &(*at)->next)
        if ((*at)->n_users == 0 && (!found || (*at)->last_used < (*found)->last_used)) found = at;
    return found;
}

/* Takes one piece too many out; NULL when there is none. */
static void *take_surplus(struct pieces *pieces, void (**free_it)(void *))
{
    void *made = NULL;
    pthread_mutex_lock(&pieces->lock);
    struct piece **place = pieces->bytes > pieces->most_bytes ? longest_unused(pieces) : NULL;
    if (place) {
        struct piece *piece = *place;
        *place = piece->next;
        pieces->bytes -= piece->bytes;
        if (piece->needs) piece->needs->n_users--;
        piece->needs = NULL;
        made = atomic_exchange(&piece->made, NULL);
        *free_it = piece->kind->free;
    }
    pthread_mutex_unlock(&pieces->lock);
    return made;
}

static void give_back_surplus(struct pieces *pieces)
{
    void *made, (*free_it)(void *);
    bool any = false;
    while ((made = take_surplus(pieces, &free_it))) {
        free_it(made);
        any = true;
    }
    if (any && pieces->trim) malloc_trim(0);
}

/* The lock is held; the piece is there. */
static void hold_piece(struct pieces *pieces, struct piece *piece, struct piece_hold *hold)
{
    piece->last_used = ++pieces->n_uses;
    for (size_t i = 0; i < hold->n; i++)
        if (hold->held[i] == piece) return;
    assert(hold->n < PIECES_HELD);
    hold->pieces = pieces;
    hold->held[hold->n++] = piece;
    piece->n_users++;
}

/* The lock is held; the piece is new. */
static void count_piece(struct pieces *pieces, struct piece *piece, struct piece *needs)
{
    piece->bytes = piece->kind->size(atomic_load(&piece->made));
    piece->n_users = 0;
    piece->next = pieces->first;
    pieces->first = piece;
    pieces->bytes += piece->bytes;
    piece->needs = needs;
    if (needs) needs->n_users++;
}

/* Makes the piece; the lock is held, but not meanwhile. */
static void *make_piece(struct pieces *pieces, struct piece *piece, struct piece *needs,
                        const void *wish)
{
    atomic_store(&piece->made, &being_made);
    pthread_mutex_unlock(&pieces->lock);
    void *made = piece->kind->make(wish);
    /* What making took besides goes back: at a million links it is a tenth of all. */
    if (pieces->trim) malloc_trim(0);
    pthread_mutex_lock(&pieces->lock);
    atomic_store_explicit(&piece->made, made, memory_order_release);
    if (made && !piece->standing) count_piece(pieces, piece, needs);
    pthread_cond_broadcast(&pieces->made);
    return made;
}

enum atlas_status piece_get(struct pieces *pieces, struct piece *piece, struct piece *needs,
                            const void *wish, struct piece_hold *hold, void **made)
{
    *made = atomic_load_explicit(&piece->made, memory_order_acquire);
    if (piece->standing && is_there(*made)) return ATLAS_OK;
    enum atlas_status status = ATLAS_OK;
    bool surplus = false;
    pthread_mutex_lock(&pieces->lock);
    while ((*made = atomic_load(&piece->made)) == &being_made && !hold->ready_only)
        pthread_cond_wait(&pieces->made, &pieces->lock);
    if (!is_there(*made)) {
        *made = hold->ready_only ? NULL : make_piece(pieces, piece, needs, wish);
        if (!*made) status = hold->ready_only ? ATLAS_BUSY : ATLAS_NO_MEMORY;
        surplus = pieces->bytes > pieces->most_bytes;
    }
    if (!status && !piece->standing) hold_piece(pieces, piece, hold);
    pthread_mutex_unlock(&pieces->lock);
    if (surplus) give_back_surplus(pieces);
    return status;
}

void piece_hold_end(struct piece_hold *hold)
{
    if (hold->n == 0) return;
    struct pieces *pieces = hold->pieces;
    pthread_mutex_lock(&pieces->lock);
    for (size_t i = 0; i < hold->n; i++)
        hold->held[i]->n_users--;
    hold->n = 0;
    bool surplus = pieces->bytes > pieces->most_bytes;
    pthread_mutex_unlock(&pieces->lock);
    if (surplus) give_back_surplus(pieces);
}
