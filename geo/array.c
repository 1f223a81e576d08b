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
