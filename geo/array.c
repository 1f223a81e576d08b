#include "geo/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

bool array_grow(void *array, size_t needed, size_t *room, size_t size)
{
    size_t most = PTRDIFF_MAX / size; /* more would make differences of pointers overflow */
    if (needed > most) return false;
    size_t wanted = *room > most / 2 ? most : 2 * *room;
    if (wanted < FIRST_ROOM && FIRST_ROOM <= most) wanted = FIRST_ROOM;
    if (wanted < needed) wanted = needed;
    /* Copied as bytes: a T * may not be read through a void **. */
    void *items = NULL;
    memcpy(&items, array, sizeof items);
    items = realloc(items, wanted * size);
    if (!items) return false;
    memcpy(array, &items, sizeof items);
    *room = wanted;
    return true;
}

size_t array_lower_bound(const void *items, size_t n, size_t size,
                         int (*compare)(const void *item, const void *wanted), const void *wanted)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare((const char *)items + middle * size, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
