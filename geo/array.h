/* Arrays that grow while they are filled: one rule for how much larger they become; and the search
 * in sorted ones.
 *
 * A list is three members of its owner's struct, whatever they are called there:
 *
 *     struct box *items; owned, NULL while nothing was added
 *     size_t n;          elements in use
 *     size_t room;       elements that there is memory for, 0 at first
 *
 *     if (!ARRAY_RESERVE(list->items, list->n + 1, &list->room)) return ATLAS_NO_MEMORY;
 *     list->items[list->n++] = item;
 *
 * The room at least doubles when it grows, so adding n elements one by one moves them O(n) times in
 * all. free() gives the array back. For bytes that are appended there is geo/bytes.
 */
#ifndef GEO_ARRAY_H
#define GEO_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Gives the array `items`, an lvalue of pointer type, room for at least `needed` elements; see
 * array_reserve(). Evaluates `items` and `room` more than once, and `needed` too. */
#define ARRAY_RESERVE(items, needed, room)                                                         \
    ((needed) <= *(room) || array_grow(&(items), (needed), (room), sizeof *(items)))

/* Moves an array to where it has room for `needed` elements or more.
 *
 * array:  the address of the pointer to the first element (a `T **`); the pointer is replaced
 * needed: elements, more than *room
 * room:   elements that there is memory for now (0: the pointer is NULL); set to the new number
 * size:   bytes of one element, not 0
 *
 * False when out of memory or when so many elements are no size that memory can have; the array
 * and its room are then as they were. What is new is not zeroed. */
bool array_grow(void *array, size_t needed, size_t *room, size_t size);

/* Position of the first of n elements, sorted by compare, that does not come before `wanted`; n
 * when all do. size: bytes of one element. compare: as qsort() wants it; its first argument is
 * always an element, its second `wanted`, which may be of another type. */
size_t array_lower_bound(const void *items, size_t n, size_t size,
                         int (*compare)(const void *item, const void *wanted), const void *wanted);

#endif
