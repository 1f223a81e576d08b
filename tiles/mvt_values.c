#include "tiles/mvt_values.h"

#include "tiles/block_copy.h"
#include "tiles/varint.h"

#include <stdlib.h>
#include <string.h>

/* The field that holds a value, shifted with its wire type: 0 varint, 1 eight bytes, 2 length, 5
 * four bytes. */
enum kind {
    VALUE_TEXT = 1 << 3 | 2,
    VALUE_FLOAT = 2 << 3 | 5,
    VALUE_DOUBLE = 3 << 3 | 1,
    VALUE_UINT = 5 << 3,
    VALUE_SINT = 6 << 3,
    VALUE_BOOL = 7 << 3
};

enum { LAYER_VALUE = 4 << 3 | 2 };

enum { LEAST_SLOTS = 256 };

#define MOST_BYTES (UINT32_MAX / 2)

void mvt_values_clear(struct mvt_values *values)
{
    bytes_clear(&values->bytes);
    if (++values->layer == 0) { /* after 2^32 layers */
        if (values->slots) memset(values->slots, 0, values->room * sizeof *values->slots);
        memset(values->small, 0, sizeof values->small);
        values->zero = values->one = (struct mvt_known_value){0};
        values->layer = 1;
    }
    values->n_slots = values->room;
    values->n = values->n_used = 0;
    values->failed = false;
}

void mvt_values_close(struct mvt_values *values)
{
    bytes_close(&values->bytes);
    free(values->slots);
    *values = (struct mvt_values){0};
}

size_t mvt_values_bytes(const struct mvt_values *values)
{
    return values->bytes.capacity + values->room * sizeof *values->slots;
}

static bool in_use(const struct mvt_values *values, const struct mvt_value_slot *slot)
{
    return slot->layer == values->layer;
}

static size_t place_of(unsigned kind, uint64_t word, size_t n_slots)
{
    uint64_t hash = (word ^ kind * UINT64_C(0xFF51AFD7ED558CCD)) * UINT64_C(0x9E3779B97F4A7C15);
    return (hash ^ hash >> 32) & (n_slots - 1);
}

void mvt_values_expect(struct mvt_values *values, size_t n)
{
    size_t n_slots = LEAST_SLOTS;
    while (n_slots / 2 < n && n_slots < values->room)
        n_slots *= 2;
    if (values->n_used == 0 && n_slots <= values->room) values->n_slots = n_slots;
}

/* Brings twice as many slots into play. */
static bool grow_slots(struct mvt_values *values)
{
    size_t n = values->n_slots ? values->n_slots * 2 : LEAST_SLOTS;
    size_t room = n > values->room ? n : values->room;
    struct mvt_value_slot *slots = calloc(room, sizeof *slots);
    if (!slots) {
        values->failed = true;
        return false;
    }
    for (size_t i = 0; i < values->n_slots; i++) {
        const struct mvt_value_slot *slot = &values->slots[i];
        if (!in_use(values, slot)) continue;
        size_t at = place_of(slot->kind, slot->word, n);
        while (slots[at].layer)
            at = (at + 1) & (n - 1);
        slots[at] = *slot;
    }
    free(values->slots);
    values->slots = slots;
    values->n_slots = n;
    values->room = room;
    return true;
}

/* True when the slot holds this text, if it is told by its content. */
static bool holds(const struct mvt_values *values, const struct mvt_value_slot *slot,
                  const char *text, size_t length)
{
    return !text ||
           (slot->length == length && memcmp(values->bytes.data + slot->start, text, length) == 0);
}

/* The slot of a value, in use or free for it; NULL when out of memory. text: NULL where kind and
 * word tell it. */
static struct mvt_value_slot *find(struct mvt_values *values, unsigned kind, uint64_t word,
                                   const char *text, size_t length)
{
    if ((values->n_used + 1) * 2 > values->n_slots && !grow_slots(values)) return NULL;
    size_t at = place_of(kind, word, values->n_slots);
    struct mvt_value_slot *slot = &values->slots[at];
    while (in_use(values, slot) &&
           !(slot->word == word && slot->kind == kind && holds(values, slot, text, length))) {
        at = (at + 1) & (values->n_slots - 1);
        slot = &values->slots[at];
    }
    return slot;
}

/* Fills a free slot with the value that was appended last. */
static uint32_t fill(struct mvt_values *values, struct mvt_value_slot *slot, unsigned kind,
                     uint64_t word, uint32_t index)
{
    if (!index) return 0;
    values->n_used++;
    slot->word = word;
    slot->kind = kind;
    slot->index = index;
    slot->layer = values->layer;
    return index;
}

/* Little endian, whatever the machine. */
static size_t put_little_endian(uint8_t *at, uint64_t bits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)(bits >> 8 * i);
    return n;
}

static uint32_t append_number(struct mvt_values *values, unsigned kind, uint64_t word)
{
    uint8_t *at = bytes_reserve(&values->bytes, 3 + VARINT_MAX);
    if (!at) return 0;
    at[0] = LAYER_VALUE;
    at[2] = (uint8_t)kind;
    size_t n = kind == VALUE_FLOAT    ? put_little_endian(at + 3, word, sizeof(float))
               : kind == VALUE_DOUBLE ? put_little_endian(at + 3, word, sizeof(double))
                                      : varint_put(at + 3, word);
    at[1] = (uint8_t)(1 + n);
    values->bytes.length += 3 + n;
    return (uint32_t)++values->n;
}

static uint32_t enter_number(struct mvt_values *values, unsigned kind, uint64_t word)
{
    struct mvt_value_slot *slot = find(values, kind, word, NULL, 0);
    if (!slot || in_use(values, slot)) return slot ? slot->index : 0;
    return fill(values, slot, kind, word, append_number(values, kind, word));
}

static uint32_t enter_known(struct mvt_values *values, struct mvt_known_value *known, unsigned kind,
                            uint64_t word)
{
    if (known->layer != values->layer || !known->index)
        *known = (struct mvt_known_value){values->layer, append_number(values, kind, word)};
    return known->index;
}

uint32_t mvt_values_uint(struct mvt_values *values, uint64_t number)
{
    if (number < MVT_SMALL_NUMBERS)
        return enter_known(values, &values->small[number], VALUE_UINT, number);
    return enter_number(values, VALUE_UINT, number);
}

uint32_t mvt_values_sint(struct mvt_values *values, int64_t number)
{
    return enter_number(values, VALUE_SINT, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

uint32_t mvt_values_bool(struct mvt_values *values, bool value)
{
    return enter_number(values, VALUE_BOOL, value);
}

uint32_t mvt_values_float(struct mvt_values *values, float number)
{
    const uint32_t zero = 0, one = 0x3F800000; /* as IEEE 754 has them; -0 is another value */
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    if (bits == zero) return enter_known(values, &values->zero, VALUE_FLOAT, bits);
    if (bits == one) return enter_known(values, &values->one, VALUE_FLOAT, bits);
    return enter_number(values, VALUE_FLOAT, bits);
}

uint32_t mvt_values_double(struct mvt_values *values, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return enter_number(values, VALUE_DOUBLE, bits);
}

/* Appends all of a text's value to the bytes of a table but the text, whose place it gives; behind
 * that is some slack. NULL when out of memory. */
static uint8_t *open_text(struct bytes *bytes, size_t length)
{
    uint8_t *room = bytes_reserve(bytes, 2 + 2 * VARINT_MAX + length + BLOCK_SLACK);
    if (!room) return NULL;
    uint8_t *at = room;
    *at++ = LAYER_VALUE;
    at += varint_put(at, 1 + varint_length(length) + length);
    *at++ = VALUE_TEXT;
    at += varint_put(at, length);
    bytes->length += (size_t)(at - room) + length;
    return at;
}

static bool has_room(struct mvt_values *values, size_t length)
{
    if (length > MOST_BYTES || values->bytes.length > MOST_BYTES) values->failed = true;
    return !values->failed;
}

/* The n bytes of a text as a word, n < 8; which way round is all the same to a hash. */
static uint64_t short_word(const char *text, size_t n)
{
    uint32_t first, last;
    if (n == 0) return 0;
    if (n < 4)
        return (uint64_t)(uint8_t)text[0] | (uint64_t)(uint8_t)text[n / 2] << 8 |
               (uint64_t)(uint8_t)text[n - 1] << 16;
    memcpy(&first, text, sizeof first);
    memcpy(&last, text + n - sizeof last, sizeof last);
    return first | (uint64_t)last << 32;
}

static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = length;
    for (; length >= 8; text += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 32;
    }
    hash = (hash ^ short_word(text, length)) * UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 29;
}

static uint32_t enter_text(struct mvt_values *values, const char *text, size_t length)
{
    uint64_t hash = hash_of(text, length);
    struct mvt_value_slot *slot = find(values, VALUE_TEXT, hash, text, length);
    if (!slot || in_use(values, slot)) return slot ? slot->index : 0;
    uint8_t *at = has_room(values, length) ? open_text(&values->bytes, length) : NULL;
    if (!at) return 0;
    memcpy(at, text, length);
    slot->length = (uint32_t)length;
    slot->start = (uint32_t)(values->bytes.length - length);
    return fill(values, slot, VALUE_TEXT, hash, (uint32_t)++values->n);
}

uint32_t mvt_values_text(struct mvt_values *values, const char *text)
{
    return enter_text(values, text, strlen(text));
}

uint32_t mvt_values_new(struct mvt_values *values, const struct mvt_text_part *parts,
                        size_t n_parts)
{
    size_t length = 0;
    for (size_t i = 0; i < n_parts; i++) {
        if (!has_room(values, parts[i].length)) return 0;
        length += parts[i].length;
    }
    uint8_t *at = open_text(&values->bytes, length);
    if (!at) return 0;
    for (size_t i = 0; i < n_parts; i++) {
        block_copy(at, (const uint8_t *)parts[i].text, parts[i].length);
        at += parts[i].length;
    }
    return (uint32_t)++values->n;
}

uint32_t mvt_values_encoded(struct mvt_values *values, const uint8_t *encoded, size_t length)
{
    if (!has_room(values, length)) return 0;
    uint8_t *at = bytes_reserve(&values->bytes, length + BLOCK_SLACK);
    if (!at) return 0;
    block_copy(at, encoded, length);
    values->bytes.length += length;
    return (uint32_t)++values->n;
}

size_t mvt_values_encode(const char *text, struct bytes *out)
{
    size_t before = out->length, length = strlen(text);
    uint8_t *at = open_text(out, length);
    if (at) memcpy(at, text, length);
    return out->length - before;
}
