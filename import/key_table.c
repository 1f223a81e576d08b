#include "import/key_table.h"

#include "geo/digest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 12, KEY_WORDS = 3 };

struct slot {
    uint32_t key[KEY_WORDS]; /* all 0: free */
    uint32_t value;
};

struct key_table {
    struct digest *digest;
    struct slot *slots; /* open addressing, at most three quarters full */
    size_t n, n_slots;
};

struct key_table *key_table_new(void)
{
    struct key_table *table = calloc(1, sizeof *table);
    if (!table) return NULL;
    table->n_slots = FIRST_SLOTS;
    table->slots = calloc(table->n_slots, sizeof *table->slots);
    table->digest = digest_new();
    if (table->slots && table->digest) return table;
    key_table_free(table);
    return NULL;
}

void key_table_free(struct key_table *table)
{
    if (!table) return;
    digest_free(table->digest);
    free(table->slots);
    free(table);
}

static bool is_free(const struct slot *slot)
{
    return !slot->key[0] && !slot->key[1] && !slot->key[2];
}

static struct slot *slot_of(struct slot *slots, size_t n, const uint32_t key[KEY_WORDS])
{
    size_t at = key[0] & (n - 1);
    while (!is_free(&slots[at]) && memcmp(slots[at].key, key, sizeof slots[at].key) != 0)
        at = (at + 1) & (n - 1);
    return &slots[at];
}

static bool make_room(struct key_table *table)
{
    if (table->n < table->n_slots / 4 * 3) return true;
    size_t n = 2 * table->n_slots;
    struct slot *slots = calloc(n, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < table->n_slots; i++)
        if (!is_free(&table->slots[i])) *slot_of(slots, n, table->slots[i].key) = table->slots[i];
    free(table->slots);
    table->slots = slots;
    table->n_slots = n;
    return true;
}

uint32_t *key_table_at(struct key_table *table, const void *data, size_t length)
{
    if (!make_room(table)) return NULL;
    uint8_t raw[DIGEST_BYTES];
    uint32_t key[KEY_WORDS];
    digest_add(table->digest, data, length);
    digest_raw(table->digest, raw);
    memcpy(key, raw, sizeof key);
    if (!key[0] && !key[1] && !key[2]) key[0] = 1;
    struct slot *slot = slot_of(table->slots, table->n_slots, key);
    if (is_free(slot)) {
        memcpy(slot->key, key, sizeof key);
        table->n++;
    }
    return &slot->value;
}
