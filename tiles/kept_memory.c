#include "tiles/kept_memory.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { LARGE = 1 << 16, MOST_BYTES = 4 << 20, MOST_BLOCKS = 32 };

/* Before each block. */
struct head {
    alignas(max_align_t) size_t room;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct head *kept[MOST_BLOCKS]; /* the first n_kept */
static size_t n_kept, kept_bytes;

/* The smallest kept block that holds size bytes and is not far too large for them; NULL: none. */
static struct head *find_kept(size_t size)
{
    struct head *best = NULL;
    size_t at = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < n_kept; i++) {
        if (kept[i]->room < size || kept[i]->room / 4 > size) continue;
        if (best && best->room <= kept[i]->room) continue;
        best = kept[i];
        at = i;
    }
    if (best) {
        kept[at] = kept[--n_kept];
        kept_bytes -= best->room;
    }
    pthread_mutex_unlock(&lock);
    return best;
}

void *kept_memory_take(size_t size)
{
    struct head *block = size >= LARGE ? find_kept(size) : NULL;
    if (!block) {
        if (size > SIZE_MAX - sizeof *block) return NULL;
        block = malloc(sizeof *block + size);
        if (!block) return NULL;
        block->room = size;
    }
    return block + 1;
}

void kept_memory_give(void *memory)
{
    if (!memory) return;
    struct head *block = (struct head *)memory - 1;
    if (block->room >= LARGE) {
        pthread_mutex_lock(&lock);
        if (n_kept < MOST_BLOCKS && kept_bytes + block->room <= MOST_BYTES) {
            kept[n_kept++] = block;
            kept_bytes += block->room;
            block = NULL;
        }
        pthread_mutex_unlock(&lock);
    }
    free(block);
}
