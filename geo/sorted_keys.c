#include "geo/sorted_keys.h"

#include "geo/array.h"

#include <stdlib.h>

enum { LOW_BITS = 16 };

uint64_t key_of_text(uint64_t seed, const char *text, size_t length)
{
    uint64_t hash = seed * 0x9E3779B97F4A7C15u + length;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3u;
        hash ^= hash >> 29;
    }
    return hash * 0xBF58476D1CE4E5B9u >> LOW_BITS;
}

void key_list_close(struct key_list *list)
{
    free(list->entries);
    *list = (struct key_list){0};
}

bool key_list_add(struct key_list *list, uint64_t key, uint32_t number)
{
    if (!ARRAY_RESERVE(list->entries, list->count + 1, &list->capacity)) return false;
    list->entries[list->count++] = (struct key_entry){key, number};
    return true;
}

/* Sorts by one 16-bit digit of the keys, keeping the order of equal ones. */
static void sort_by_digit(const struct key_entry *from, struct key_entry *to, size_t count,
                          unsigned shift, size_t starts[UINT16_MAX + 2])
{
    for (size_t i = 0; i < UINT16_MAX + 2; i++)
        starts[i] = 0;
    for (size_t i = 0; i < count; i++)
        starts[(from[i].key >> shift & UINT16_MAX) + 1]++;
    for (size_t i = 1; i < UINT16_MAX + 2; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & UINT16_MAX]++] = from[i];
}

/* False when out of memory. */
static bool sort(struct key_list *list)
{
    struct key_entry *other = malloc((list->count + 1) * sizeof *other);
    size_t *starts = malloc((UINT16_MAX + 2) * sizeof *starts);
    for (unsigned shift = 0; other && starts && shift < 48; shift += 16) {
        sort_by_digit(list->entries, other, list->count, shift, starts);
        struct key_entry *sorted = other;
        other = list->entries;
        list->entries = sorted;
        list->capacity = list->count + 1;
    }
    bool done = other && starts;
    free(other);
    free(starts);
    return done;
}

void key_list_put(struct key_list *list, struct bytes *image)
{
    size_t n = list->count;
    uint32_t *high = malloc((n + 1) * sizeof *high), *numbers = malloc((n + 1) * sizeof *numbers);
    uint16_t *low = malloc((n + 1) * sizeof *low);
    if (high && numbers && low && (!n || sort(list))) {
        for (size_t i = 0; i < n; i++) {
            high[i] = (uint32_t)(list->entries[i].key >> LOW_BITS);
            low[i] = (uint16_t)list->entries[i].key;
            numbers[i] = list->entries[i].number;
        }
        key_image_put(image, high, n, sizeof *high);
        key_image_put(image, numbers, n, sizeof *numbers);
        key_image_put(image, low, n, sizeof *low);
    } else
        image->failed = true;
    free(high);
    free(numbers);
    free(low);
}

bool sorted_keys_take(struct key_image *image, struct sorted_keys *table)
{
    size_t n_numbers = 0, n_low = 0;
    table->high = key_image_take(image, sizeof *table->high, &table->count);
    table->numbers = key_image_take(image, sizeof *table->numbers, &n_numbers);
    table->low = key_image_take(image, sizeof *table->low, &n_low);
    return table->high && table->numbers && table->low && n_numbers == table->count &&
           n_low == table->count;
}

/* The first entry whose upper half is at least this. Hashes are spread evenly, so it lies near its
 * share of the whole: from there in growing steps, then by halves. */
static size_t lower_bound(const struct sorted_keys *table, uint32_t high)
{
    const size_t n = table->count;
    size_t from = (size_t)((uint64_t)high * n >> 32), to = from, step = 8;
    while (from > 0 && table->high[from - 1] >= high) {
        from = from > step ? from - step : 0;
        step *= 2;
    }
    for (step = 8; to < n && table->high[to] < high; step *= 2) {
        from = to + 1;
        to = n - to > step ? to + step : n;
    }
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (table->high[middle] < high)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

struct key_run sorted_keys_find_high(const struct sorted_keys *table, uint64_t key)
{
    uint32_t high = (uint32_t)(key >> LOW_BITS);
    struct key_run run = {.first = lower_bound(table, high)};
    for (run.end = run.first; run.end < table->count && table->high[run.end] == high;)
        run.end++;
    return run;
}

struct key_run sorted_keys_find(const struct sorted_keys *table, uint64_t key)
{
    struct key_run run = sorted_keys_find_high(table, key);
    while (run.first < run.end && table->low[run.first] < (uint16_t)key)
        run.first++;
    while (run.end > run.first && table->low[run.end - 1] > (uint16_t)key)
        run.end--;
    return run;
}
