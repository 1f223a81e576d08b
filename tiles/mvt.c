#include "tiles/mvt.h"

#include "tiles/block_copy.h"
#include "tiles/varint.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

/* Field numbers shifted with their wire type: 0 varint, 1 eight bytes, 2 length, 5 four bytes. */
enum {
    TILE_LAYER = 3 << 3 | 2,
    LAYER_NAME = 1 << 3 | 2,
    LAYER_FEATURE = 2 << 3 | 2,
    LAYER_KEY = 3 << 3 | 2,
    LAYER_EXTENT = 5 << 3,
    LAYER_VERSION = 15 << 3,
    FEATURE_ID = 1 << 3,
    FEATURE_TAGS = 2 << 3 | 2,
    FEATURE_TYPE = 3 << 3,
    FEATURE_GEOMETRY = 4 << 3 | 2
};

static uint32_t zigzag(int64_t number)
{
    int32_t wrapped = (int32_t)(uint32_t)number;
    return (uint32_t)wrapped << 1 ^ (uint32_t)(wrapped >> 31);
}

static void append_varint(struct bytes *bytes, uint64_t number)
{
    uint8_t *room = bytes_reserve(bytes, VARINT_MAX);
    if (room) bytes->length += varint_put(room, number);
}

void mvt_init(struct mvt_writer *writer)
{
    *writer = (struct mvt_writer){0};
}

void mvt_close(struct mvt_writer *writer)
{
    if (!writer) return;
    bytes_close(&writer->features);
    mvt_values_close(&writer->values);
    bytes_close(&writer->tags);
    bytes_close(&writer->geometry);
    mvt_init(writer);
}

void mvt_layer_begin(struct mvt_writer *writer, const char *name, const char *const keys[],
                     size_t n_keys)
{
    assert(n_keys <= MVT_MAX_KEYS);
    bytes_clear(&writer->features);
    mvt_values_clear(&writer->values);
    memset(writer->key_index, 0, sizeof writer->key_index);
    writer->n_features = writer->n_used_keys = 0;
    writer->name = name;
    writer->keys = keys;
    writer->n_keys = n_keys;
    writer->failed = false;
}

void mvt_layer_expect(struct mvt_writer *writer, size_t n_values)
{
    mvt_values_expect(&writer->values, n_values);
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
    at += varint_put(at, (uint32_t)n << 3 | command);
    struct mvt_point cursor = *from;
    for (size_t i = 0; i < n_given; i++, points += step) {
        if (points->x == cursor.x && points->y == cursor.y && !(command == MOVE_TO)) continue;
        at += varint_put(at, zigzag((int64_t)points->x - cursor.x));
        at += varint_put(at, zigzag((int64_t)points->y - cursor.y));
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

/* Enters a key in the layer's table, where keys stand in the order of their first use. */
static void use_key(struct mvt_writer *writer, size_t key)
{
    writer->used_keys[writer->n_used_keys] = writer->keys[key];
    writer->key_index[key] = (uint32_t)++writer->n_used_keys;
}

void mvt_tag_value(struct mvt_writer *writer, size_t key, uint32_t value)
{
    assert(key < writer->n_keys);
    if (!value) return;
    if (!writer->key_index[key]) use_key(writer, key);
    uint8_t *room = bytes_reserve(&writer->tags, 2 * VARINT_MAX);
    if (!room) return;
    size_t n = varint_put(room, writer->key_index[key] - 1);
    n += varint_put(room + n, value - 1);
    writer->tags.length += n;
}

uint32_t mvt_value_text(struct mvt_writer *writer, const char *text)
{
    return text ? mvt_values_text(&writer->values, text) : 0;
}

uint32_t mvt_value_new_text(struct mvt_writer *writer, const struct mvt_text_part *parts,
                            size_t n_parts)
{
    return mvt_values_new(&writer->values, parts, n_parts);
}

uint32_t mvt_value_encoded(struct mvt_writer *writer, const uint8_t *encoded, size_t length)
{
    return mvt_values_encoded(&writer->values, encoded, length);
}

size_t mvt_encode_text(const char *text, struct bytes *out)
{
    return mvt_values_encode(text, out);
}

uint32_t mvt_value_uint(struct mvt_writer *writer, uint64_t number)
{
    return mvt_values_uint(&writer->values, number);
}

uint32_t mvt_value_float(struct mvt_writer *writer, float number)
{
    return isnan(number) ? 0 : mvt_values_float(&writer->values, number);
}

static uint32_t value_double(struct mvt_writer *writer, double number)
{
    return isnan(number) ? 0 : mvt_values_double(&writer->values, number);
}

uint32_t mvt_value_amount(struct mvt_writer *writer, double amount)
{
    return amount >= 0 && amount < 9007199254740992.0 && amount == floor(amount)
               ? mvt_value_uint(writer, (uint64_t)amount)
               : value_double(writer, amount);
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
    mvt_tag_value(writer, key, mvt_values_sint(&writer->values, number));
}

void mvt_tag_bool(struct mvt_writer *writer, size_t key, bool value)
{
    mvt_tag_value(writer, key, mvt_values_bool(&writer->values, value));
}

void mvt_tag_float(struct mvt_writer *writer, size_t key, float number)
{
    mvt_tag_value(writer, key, mvt_value_float(writer, number));
}

void mvt_tag_double(struct mvt_writer *writer, size_t key, double number)
{
    mvt_tag_value(writer, key, value_double(writer, number));
}

void mvt_tag_amount(struct mvt_writer *writer, size_t key, double amount)
{
    mvt_tag_value(writer, key, mvt_value_amount(writer, amount));
}

/* Begins a feature whose tags and geometry are of so many bytes; returns the place of its tags,
 * NULL when out of memory. */
static uint8_t *open_feature(struct mvt_writer *writer, size_t n_tags, size_t n_geometry)
{
    size_t length = 2 + 1 + varint_length(n_geometry) + n_geometry;
    if (writer->has_id) length += 1 + varint_length(writer->id);
    if (n_tags) length += 1 + varint_length(n_tags) + n_tags;
    uint8_t *at = bytes_reserve(&writer->features, 1 + VARINT_MAX + length + BLOCK_SLACK);
    if (!at) return NULL;
    *at++ = LAYER_FEATURE;
    at += varint_put(at, length);
    if (writer->has_id) {
        *at++ = FEATURE_ID;
        at += varint_put(at, writer->id);
    }
    if (n_tags) {
        *at++ = FEATURE_TAGS;
        at += varint_put(at, n_tags);
    }
    return at;
}

/* Ends it, from behind its tags on, and counts it; returns the place of its geometry, behind which
 * is some slack. */
static uint8_t *close_feature(struct mvt_writer *writer, uint8_t *at, size_t n_geometry)
{
    *at++ = FEATURE_TYPE;
    *at++ = (uint8_t)writer->type;
    *at++ = FEATURE_GEOMETRY;
    at += varint_put(at, n_geometry);
    writer->features.length = (size_t)(at - writer->features.data) + n_geometry;
    writer->n_features++;
    return at;
}

bool mvt_feature_end(struct mvt_writer *writer)
{
    if (writer->tags.failed || writer->geometry.failed) writer->failed = true;
    if (writer->geometry.length == 0 || writer->failed) return false;
    const struct bytes *tags = &writer->tags, *geometry = &writer->geometry;
    uint8_t *at = open_feature(writer, tags->length, geometry->length);
    if (!at) return false;
    if (tags->length) memcpy(at, tags->data, tags->length);
    at = close_feature(writer, at + tags->length, geometry->length);
    memcpy(at, geometry->data, geometry->length);
    return true;
}

void mvt_whole_feature(struct mvt_writer *writer, enum mvt_geometry type, const uint8_t *geometry,
                       size_t length, const uint32_t *values, size_t n)
{
    size_t n_tags = 0;
    assert(n <= writer->n_keys);
    if (!length) return;
    for (size_t key = 0; key < n; key++) {
        if (!values[key]) continue;
        if (!writer->key_index[key]) use_key(writer, key);
        n_tags += 1 + varint_length(values[key] - 1);
    }
    writer->type = type;
    writer->has_id = false;
    uint8_t *at = open_feature(writer, n_tags, length);
    if (!at) return;
    for (size_t key = 0; key < n; key++) {
        if (!values[key]) continue;
        *at++ = (uint8_t)(writer->key_index[key] - 1);
        at += varint_put(at, values[key] - 1);
    }
    block_copy(close_feature(writer, at, length), geometry, length);
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
    if (writer->failed || writer->features.failed || writer->values.failed ||
        writer->values.bytes.failed)
        return ATLAS_NO_MEMORY;
    if (writer->n_features == 0) return ATLAS_OK;
    size_t name = strlen(writer->name);
    size_t length = 2 + 1 + varint_length(name) + name + writer->features.length +
                    writer->values.bytes.length + 1 + varint_length(MVT_EXTENT);
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
    bytes_append(out, writer->values.bytes.data, writer->values.bytes.length);
    bytes_append_byte(out, LAYER_EXTENT);
    append_varint(out, MVT_EXTENT);
    return bytes_status(out);
}
