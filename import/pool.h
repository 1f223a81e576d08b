/* Texts and small objects that live and go together: equal texts are kept once, nothing is freed
 * alone. Rows repeat the same names, themes and calls; kept once, many of them fit. */
#ifndef IMPORT_POOL_H
#define IMPORT_POOL_H

#include <stddef.h>

struct pool;

/* NULL when out of memory. Free with pool_free() (NULL is harmless). */
struct pool *pool_new(void);
void pool_free(struct pool *pool);

/* The pool's own copy of text: equal texts give equal pointers. NULL and "" give NULL.
 * Out of memory: NULL too, and pool_failed() is true from then on. */
const char *pool_text(struct pool *pool, const char *text);
const char *pool_text_n(struct pool *pool, const char *text, size_t length);

/* Room for an object, zeroed, aligned for any type; NULL as above. */
void *pool_room(struct pool *pool, size_t size);

/* A run of `count` objects of `size` bytes grown to hold one more: rooms double at powers of two,
 * so calling this before each append is cheap. Returns the run (moved or not), NULL as above. */
void *pool_grow(struct pool *pool, void *run, size_t count, size_t size);

/* Bytes that its texts and objects take, for who wants to keep that bounded. */
size_t pool_bytes(const struct pool *pool);

/* Forgets all texts and objects; a little of their memory stays for the next. */
void pool_forget(struct pool *pool);

/* True after any of these failed for want of memory. */
int pool_failed(const struct pool *pool);

#endif
