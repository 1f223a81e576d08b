/* What was seen before, by a hash of what it says: so that a million long texts are told apart in
 * 16 bytes each. Keys are the first 96 bits of a SHA-256: nobody makes two of them alike. */
#ifndef IMPORT_KEY_TABLE_H
#define IMPORT_KEY_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct key_table;

/* NULL when out of memory. Free with key_table_free() (NULL is harmless). */
struct key_table *key_table_new(void);
void key_table_free(struct key_table *table);

/* The number kept for these bytes, 0 when they were never asked for before; the caller may set it.
 * Valid until the next call. NULL when out of memory. */
uint32_t *key_table_at(struct key_table *table, const void *data, size_t length);

#endif
