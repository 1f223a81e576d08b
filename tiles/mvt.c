#include "tiles/mvt.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VARINT_MAX = 10 };
enum { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

/* Field numbers shifted with their wire type: 0 varint, 1 eight bytes, 2 length, 5 four bytes. */
enum {
    TILE_LAYER = 3 << 3 | 2,
    LAYER_NAME = 1 << 3 | 2,
    LAYER_FEATURE = 2 << 3 | 2,
    LAYER_KEY = 3 << 3 | 2,
    LAYER_VALUE = 4 << 3 | 2,
    LAYER_EXTENT = 5 << 3,
    LAYER_VERSION = 15 << 3,
    FEATURE_ID = 1 << 3,
    FEATURE_TAGS = 2 << 3 | 2,
    FEATURE_TYPE = 3 << 3,
    FEATURE_GEOMETRY = 4 << 3 | 2,
    VALUE_TEXT = 1 << 3 | 2,
    VALUE_FLOAT = 2 << 3 | 5,
    VALUE_DOUBLE = 3 << 3 | 1,
    VALUE_UINT = 5 << 3,
    VALUE_SINT = 6 << 3,
    VALUE_BOOL = 7 << 3
};

static size_t put_varint(uint8_t *at, uint64_t number)
{
    size_t n = 0;
    while (number >= 0x80) {
        at[n++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    at[n++] = (uint8_t)number;
    return n;
}

static size_t varint_length(uint64_t number)
{
    size_t n = 1;
    while (number >>= 7)
        n++;
    return n;
}

static uint32_t zigzag(int64_t number)
{
    int32_t wrapped = (int32_t)(uint32_t)number;
    return (uint32_t)wrapped << 1 ^ (uint32_t)(wrapped >> 31);
}

static void append_varint(struct bytes *bytes, uint64_t number)
{
    uint8_t *room = bytes_reserve(bytes, VARINT_MAX);
    if (room) bytes->length += put_varint(room, number);
}

void mvt_init(struct mvt_writer *writer)
{
    *writer = (struct mvt_writer){0};
}

void mvt_close(struct mvt_writer *writer)
{
    if (!writer) return;
    bytes_close(&writer->features);
    bytes_close(&writer->values);
    bytes_close(&writer->tags);
    bytes_close(&writer->geometry);
    free(writer->slots);
    mvt_init(writer);
}

void mvt_layer_begin(struct mvt_writer *writer, const char *name, const char *const keys[],
                     size_t n_keys)
{
    assert(n_keys <= MVT_MAX_KEYS);
    bytes_clear(&writer->features);
    bytes_clear(&writer->values);
    if (++writer->layer == 0) { /* after 2^32 layers */
        if (writer->slots) memset(writer->slots, 0, writer->n_slots * sizeof *writer->slots);
        memset(writer->memos, 0, sizeof writer->memos);
        writer->layer = 1;
    }
    memset(writer->key_index, 0, sizeof writer->key_index);
    writer->n_values = writer->n_features = writer->n_used_keys = 0;
    writer->name = name;
    writer->keys = keys;
    writer->n_keys = n_keys;
    writer->failed = false;
}

void mvt_feature_begin(struct mvt_writer *writer, enum mvt_geometry type)
{
    bytes_clear(&writer->tags);
    bytes_clear(&writer->geometry);
    writer->type = type;
    writer->cursor = (struct mvt_point){0, 0};
    writer->has_id = false;
}

void mvt_feature_id(struct mvt_writer *writer, uint64_t id)
{
    writer->id = id;
    writer->has_id = true;
}

/* Appends one command with n points from `points`, stepping by `step`, without repeats; n is what
 * stays of them, counted before. */
static void append_points(struct bytes *geometry, struct mvt_point *from, unsigned command,
                          size_t n, const struct mvt_point *points, ptrdiff_t step, size_t n_given)
{
    uint8_t *room = bytes_reserve(geometry, VARINT_MAX * (n * 2 + 1));
    if (!room) return;
    uint8_t *at = room;
    at += put_varint(at, (uint32_t)n << 3 | command);
    struct mvt_point cursor = *from;
    for (size_t i = 0; i < n_given; i++, points += step) {
        if (points->x == cursor.x && points->y == cursor.y && !(command == MOVE_TO)) continue;
        at += put_varint(at, zigzag((int64_t)points->x - cursor.x));
        at += put_varint(at, zigzag((int64_t)points->y - cursor.y));
        cursor = *points;
    }
    *from = cursor;
    geometry->length += (size_t)(at - room);
}

static bool same(struct mvt_point a, struct mvt_point b)
{
    return a.x == b.x && a.y == b.y;
}

bool mvt_points(struct mvt_writer *writer, const struct mvt_point *points, size_t n)
{
    if (n) append_points(&writer->geometry, &writer->cursor, MOVE_TO, n, points, 1, n);
    return n > 0;
}

static bool append_line(struct bytes *geometry, struct mvt_point *cursor,
                        const struct mvt_point *points, size_t n)
{
    size_t stay = 0;
    for (size_t i = 1; i < n; i++)
        stay += !same(points[i], points[i - 1]);
    if (stay == 0) return false;
    append_points(geometry, cursor, MOVE_TO, 1, points, 1, 1);
    append_points(geometry, cursor, LINE_TO, stay, points + 1, 1, n - 1);
    return true;
}

bool mvt_line(struct mvt_writer *writer, const struct mvt_point *points, size_t n)
{
    return append_line(&writer->geometry, &writer->cursor, points, n);
}

bool mvt_encode_line(const struct mvt_point *points, size_t n, struct bytes *geometry)
{
    struct mvt_point cursor = {0, 0};
    return append_line(geometry, &cursor, points, n);
}

void mvt_geometry(struct mvt_writer *writer, const uint8_t *geometry, size_t length)
{
    bytes_append(&writer->geometry, geometry, length);
}

bool mvt_ring(struct mvt_writer *writer, const struct mvt_point *points, size_t n, bool exterior)
{
    /* Without repeats at its seam a ring has as many points backwards as forwards. */
    while (n > 1 && same(points[n - 1], points[0]))
        n--;
    while (n > 1 && same(points[1], points[0])) {
        points++;
        n--;
    }
    size_t stay = 0;
    int64_t twice_area = 0;
    for (size_t i = 0; i < n; i++) {
        const struct mvt_point *before = &points[i ? i - 1 : n - 1];
        stay += i > 0 && !same(points[i], *before);
        twice_area += (int64_t)before->x * points[i].y - (int64_t)points[i].x * (int64_t)before->y;
    }
    if (stay < 2 || twice_area == 0) return false;
    bool forward = (twice_area > 0) == exterior;
    append_points(&writer->geometry, &writer->cursor, MOVE_TO, 1, points, 1, 1);
    append_points(&writer->geometry, &writer->cursor, LINE_TO, stay,
                  forward ? points + 1 : points + n - 1, forward ? 1 : -1, n - 1);
    append_varint(&writer->geometry, 1 << 3 | CLOSE_PATH);
    return true;
}

/* The n bytes at data as a word, n < 8; which way round is all the same to a hash. */
static uint64_t short_word(const uint8_t *data, size_t n)
{
    uint32_t first, last;
    if (n == 0) return 0;
    if (n < 4) return (uint64_t)data[0] | (uint64_t)data[n / 2] << 8 | (uint64_t)data[n - 1] << 16;
    memcpy(&first, data, sizeof first);
    memcpy(&last, data + n - sizeof last, sizeof last);
    return first | (uint64_t)last << 32;
}

static uint64_t hash_of(unsigned field, const uint8_t *data, size_t length)
{
    uint64_t hash = field * UINT64_C(0x9E3779B97F4A7C15) + length;
    for (; length >= 8; data += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 32;
    }
    hash ^= short_word(data, length);
    hash *= UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 29;
}

static bool in_use(const struct mvt_writer *writer, const struct mvt_value_slot *slot)
{
    return slot->layer == writer->layer;
}

static bool grow_slots(struct mvt_writer *writer)
{
    size_t n = writer->n_slots ? writer->n_slots * 2 : 256;
    struct mvt_value_slot *slots = calloc(n, sizeof *slots);
    if (!slots) {
        writer->failed = true;
        return false;
    }
    for (size_t i = 0; i < writer->n_slots; i++) {
        if (!in_use(writer, &writer->slots[i])) continue;
        size_t at = writer->slots[i].hash & (n - 1);
        while (slots[at].layer)
            at = (at + 1) & (n - 1);
        slots[at] = writer->slots[i];
    }
    free(writer->slots);
    writer->slots = slots;
    writer->n_slots = n;
    return true;
}

/* Appends a value of the layer: field, then the length for a text, then the content. */
static void append_value(struct mvt_writer *writer, struct mvt_value_slot *slot, unsigned field,
                         const uint8_t *content, size_t length)
{
    struct bytes *values = &writer->values;
    size_t inner = 1 + length + (field == VALUE_TEXT ? varint_length(length) : 0);
    uint8_t *room = bytes_reserve(values, 2 * VARINT_MAX + 2 + length);
    if (!room) return;
    uint8_t *at = room;
    *at++ = LAYER_VALUE;
    at += put_varint(at, inner);
    *at++ = (uint8_t)field;
    if (field == VALUE_TEXT) at += put_varint(at, length);
    slot->start = (uint32_t)(values->length + (size_t)(at - room));
    slot->length = (uint32_t)length;
    slot->index = (uint32_t)++writer->n_values;
    slot->layer = writer->layer;
    memcpy(at, content, length);
    values->length += (size_t)(at - room) + length;
}

/* 1 + position of a value in the table, where it is entered if it is new; 0 when out of memory. */
static uint32_t enter(struct mvt_writer *writer, unsigned field, const uint8_t *content,
                      size_t length)
{
    if (length > UINT32_MAX / 2 || writer->values.length > UINT32_MAX / 2) writer->failed = true;
    if ((writer->n_values + 1) * 2 > writer->n_slots && !grow_slots(writer)) return 0;
    if (writer->failed) return 0;
    uint64_t hash = hash_of(field, content, length);
    size_t mask = writer->n_slots - 1, at = hash & mask;
    /* Equal content under two fields is told apart by the hash alone: each of its steps can be
     * undone, so two starts never end alike. */
    while (in_use(writer, &writer->slots[at]) &&
           !(writer->slots[at].hash == hash && writer->slots[at].length == length &&
             memcmp(writer->values.data + writer->slots[at].start, content, length) == 0))
        at = (at + 1) & mask;
    struct mvt_value_slot *slot = &writer->slots[at];
    if (!in_use(writer, slot)) {
        slot->hash = hash;
        slot->index = 0;
        append_value(writer, slot, field, content, length);
    }
    return slot->index;
}

/* Enters a key in the layer's table, where keys stand in the order of their first use. */
static void use_key(struct mvt_writer *writer, size_t key)
{
    writer->used_keys[writer->n_used_keys] = writer->keys[key];
    writer->key_index[key] = (uint32_t)++writer->n_used_keys;
}

void mvt_tag_values(struct mvt_writer *writer, const uint32_t *values, size_t n)
{
    assert(n <= writer->n_keys);
    uint8_t *room = bytes_reserve(&writer->tags, 2 * VARINT_MAX * n), *at = room;
    if (!room) return;
    for (size_t key = 0; key < n; key++) {
        if (!values[key]) continue;
        if (!writer->key_index[key]) use_key(writer, key);
        at += put_varint(at, writer->key_index[key] - 1);
        at += put_varint(at, values[key] - 1);
    }
    writer->tags.length += (size_t)(at - room);
}

void mvt_tag_value(struct mvt_writer *writer, size_t key, uint32_t value)
{
    assert(key < writer->n_keys);
    if (!value) return;
    if (!writer->key_index[key]) use_key(writer, key);
    uint8_t *room = bytes_reserve(&writer->tags, 2 * VARINT_MAX);
    if (!room) return;
    size_t n = put_varint(room, writer->key_index[key] - 1);
    n += put_varint(room + n, value - 1);
    writer->tags.length += n;
}

uint32_t mvt_value_text(struct mvt_writer *writer, const char *text)
{
    return text ? enter(writer, VALUE_TEXT, (const uint8_t *)text, strlen(text)) : 0;
}

uint32_t mvt_value_lasting_text(struct mvt_writer *writer, const char *text)
{
    if (!text) return 0;
    uint64_t hash = (uint64_t)(uintptr_t)text * UINT64_C(0x9E3779B97F4A7C15);
    struct mvt_text_memo *memo = &writer->memos[hash >> 32 & (MVT_TEXT_MEMOS - 1)];
    if (memo->text != text || memo->layer != writer->layer)
        *memo = (struct mvt_text_memo){text, writer->layer, mvt_value_text(writer, text)};
    return memo->index;
}

static uint32_t enter_varint(struct mvt_writer *writer, unsigned field, uint64_t number)
{
    uint8_t content[VARINT_MAX];
    return enter(writer, field, content, put_varint(content, number));
}

uint32_t mvt_value_uint(struct mvt_writer *writer, uint64_t number)
{
    return enter_varint(writer, VALUE_UINT, number);
}

/* Little endian, whatever the machine. */
static void put_little_endian(uint8_t *at, uint64_t bits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (uint8_t)(bits >> 8 * i);
}

uint32_t mvt_value_float(struct mvt_writer *writer, float number)
{
    uint32_t bits;
    uint8_t content[4];
    if (isnan(number)) return 0;
    memcpy(&bits, &number, sizeof bits);
    put_little_endian(content, bits, sizeof content);
    return enter(writer, VALUE_FLOAT, content, sizeof content);
}

void mvt_tag_text(struct mvt_writer *writer, size_t key, const char *text)
{
    mvt_tag_value(writer, key, mvt_value_text(writer, text));
}

void mvt_tag_uint(struct mvt_writer *writer, size_t key, uint64_t number)
{
    mvt_tag_value(writer, key, mvt_value_uint(writer, number));
}

void mvt_tag_sint(struct mvt_writer *writer, size_t key, int64_t number)
{
    uint64_t zigzagged = (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
    mvt_tag_value(writer, key, enter_varint(writer, VALUE_SINT, zigzagged));
}

void mvt_tag_bool(struct mvt_writer *writer, size_t key, bool value)
{
    mvt_tag_value(writer, key, enter_varint(writer, VALUE_BOOL, value));
}

void mvt_tag_float(struct mvt_writer *writer, size_t key, float number)
{
    mvt_tag_value(writer, key, mvt_value_float(writer, number));
}

static uint32_t enter_double(struct mvt_writer *writer, double number)
{
    uint64_t bits;
    uint8_t content[8];
    if (isnan(number)) return 0;
    memcpy(&bits, &number, sizeof bits);
    put_little_endian(content, bits, sizeof content);
    return enter(writer, VALUE_DOUBLE, content, sizeof content);
}

void mvt_tag_double(struct mvt_writer *writer, size_t key, double number)
{
    mvt_tag_value(writer, key, enter_double(writer, number));
}

uint32_t mvt_value_amount(struct mvt_writer *writer, double amount)
{
    return amount >= 0 && amount < 9007199254740992.0 && amount == floor(amount)
               ? mvt_value_uint(writer, (uint64_t)amount)
               : enter_double(writer, amount);
}

void mvt_tag_amount(struct mvt_writer *writer, size_t key, double amount)
{
    mvt_tag_value(writer, key, mvt_value_amount(writer, amount));
}

bool mvt_feature_end(struct mvt_writer *writer)
{
    size_t tags = writer->tags.length, geometry = writer->geometry.length;
    if (writer->tags.failed || writer->geometry.failed) writer->failed = true;
    if (geometry == 0 || writer->failed) return false;
    size_t length = 2 + 1 + varint_length(geometry) + geometry;
    if (writer->has_id) length += 1 + varint_length(writer->id);
    if (tags) length += 1 + varint_length(tags) + tags;
    uint8_t *room = bytes_reserve(&writer->features, 1 + VARINT_MAX + length);
    if (!room) return false;
    uint8_t *at = room;
    *at++ = LAYER_FEATURE;
    at += put_varint(at, length);
    if (writer->has_id) {
        *at++ = FEATURE_ID;
        at += put_varint(at, writer->id);
    }
    if (tags) {
        *at++ = FEATURE_TAGS;
        at += put_varint(at, tags);
        memcpy(at, writer->tags.data, tags);
        at += tags;
    }
    *at++ = FEATURE_TYPE;
    *at++ = (uint8_t)writer->type;
    *at++ = FEATURE_GEOMETRY;
    at += put_varint(at, geometry);
    memcpy(at, writer->geometry.data, geometry);
    writer->features.length += (size_t)(at - room) + geometry;
    writer->n_features++;
    return true;
}

static void append_text_field(struct bytes *out, unsigned field, const char *text)
{
    size_t length = strlen(text);
    bytes_append_byte(out, (uint8_t)field);
    append_varint(out, length);
    bytes_append(out, text, length);
}

enum atlas_status mvt_layer_end(struct mvt_writer *writer, struct bytes *out)
{
    if (writer->failed || writer->features.failed || writer->values.failed) return ATLAS_NO_MEMORY;
    if (writer->n_features == 0) return ATLAS_OK;
    size_t name = strlen(writer->name);
    size_t length = 2 + 1 + varint_length(name) + name + writer->features.length +
                    writer->values.length + 1 + varint_length(MVT_EXTENT);
    for (size_t i = 0; i < writer->n_used_keys; i++) {
        size_t key = strlen(writer->used_keys[i]);
        length += 1 + varint_length(key) + key;
    }
    bytes_reserve(out, length + 1 + VARINT_MAX);
    bytes_append_byte(out, TILE_LAYER);
    append_varint(out, length);
    append_varint(out, LAYER_VERSION);
    bytes_append_byte(out, 2);
    append_text_field(out, LAYER_NAME, writer->name);
    bytes_append(out, writer->features.data, writer->features.length);
    for (size_t i = 0; i < writer->n_used_keys; i++)
        append_text_field(out, LAYER_KEY, writer->used_keys[i]);
    bytes_append(out, writer->values.data, writer->values.length);
    bytes_append_byte(out, LAYER_EXTENT);
    append_varint(out, MVT_EXTENT);
    return bytes_status(out);
}
