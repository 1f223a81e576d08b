/* A plain reader of vector tiles for tests, written apart from tiles/mvt and tiles/mvt_check: it
 * takes the bytes field by field, believes valid tiles only, and fails the test on any other. */
#ifndef TESTS_TILES_TILE_READER_H
#define TESTS_TILES_TILE_READER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { READER_MAX_TAGS = 32, READER_MAX_PATHS = 512 };

struct read_value {
    char type; /* t text, f float, d double, i int, u uint, s sint, b bool */
    const char *text;
    size_t text_length;
    double number;
};

struct read_tag {
    const char *key;
    size_t key_length;
    struct read_value value;
};

struct read_feature {
    uint64_t id;
    bool has_id;
    unsigned type;
    struct read_tag tags[READER_MAX_TAGS];
    size_t n_tags;
    int32_t (*points)[2]; /* owned by the tile */
    size_t n_points;
    size_t path_starts[READER_MAX_PATHS + 1];
    size_t n_paths;
};

struct read_layer {
    char name[40];
    uint64_t version, extent;
    struct read_feature *features;
    size_t n_features;
};

struct read_tile {
    struct read_layer layers[8];
    size_t n_layers;
};

struct reader {
    const uint8_t *at, *end;
};

static uint64_t reader_varint(struct reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        assert_true(reader->at < reader->end && shift < 64);
        uint8_t byte = *reader->at++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return value;
    }
}

/* Next field: its number, and its content as a span or, for a varint, as *number. */
static unsigned reader_field(struct reader *reader, struct reader *content, uint64_t *number)
{
    uint64_t head = reader_varint(reader);
    size_t length = 0;
    *number = 0;
    if ((head & 7) == 0)
        *number = reader_varint(reader);
    else
        length = (head & 7) == 2 ? (size_t)reader_varint(reader) : (head & 7) == 1 ? 8 : 4;
    assert_true(length <= (size_t)(reader->end - reader->at));
    *content = (struct reader){reader->at, reader->at + length};
    reader->at += length;
    return (unsigned)(head >> 3);
}

static int64_t reader_unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

static struct read_value reader_value(struct reader span)
{
    struct reader content;
    struct read_value value = {0};
    uint64_t number;
    float f;
    unsigned field = reader_field(&span, &content, &number);
    value.type = "?tfdiusb"[field];
    switch (value.type) {
    case 't':
        value.text = (const char *)content.at;
        value.text_length = (size_t)(content.end - content.at);
        break;
    case 'f':
        memcpy(&f, content.at, sizeof f);
        value.number = (double)f;
        break;
    case 'd':
        memcpy(&value.number, content.at, sizeof value.number);
        break;
    case 's':
        value.number = (double)reader_unzigzag(number);
        break;
    case 'i':
        value.number = (double)(int64_t)number;
        break;
    default:
        value.number = (double)number;
    }
    assert_true(span.at == span.end);
    return value;
}

static void reader_geometry(struct reader span, struct read_feature *feature)
{
    size_t room = (size_t)(span.end - span.at) / 2 + 1;
    int32_t x = 0, y = 0;
    feature->points = calloc(room, sizeof *feature->points);
    assert_non_null(feature->points);
    while (span.at < span.end) {
        uint64_t command = reader_varint(&span);
        if ((command & 7) == 7) continue;
        for (uint64_t i = 0; i < command >> 3; i++) {
            x += (int32_t)reader_unzigzag(reader_varint(&span));
            y += (int32_t)reader_unzigzag(reader_varint(&span));
            assert_true(feature->n_points < room);
            if ((command & 7) == 1) {
                assert_true(feature->n_paths < READER_MAX_PATHS);
                feature->path_starts[feature->n_paths++] = feature->n_points;
            }
            feature->points[feature->n_points][0] = x;
            feature->points[feature->n_points++][1] = y;
        }
    }
    feature->path_starts[feature->n_paths] = feature->n_points;
}

static void reader_feature(struct reader span, const struct reader *keys,
                           const struct read_value *values, struct read_feature *feature)
{
    while (span.at < span.end) {
        struct reader content;
        uint64_t number;
        switch (reader_field(&span, &content, &number)) {
        case 1:
            feature->id = number;
            feature->has_id = true;
            break;
        case 2:
            while (content.at < content.end) {
                struct reader key = keys[reader_varint(&content)];
                assert_true(feature->n_tags < READER_MAX_TAGS);
                feature->tags[feature->n_tags++] =
                    (struct read_tag){(const char *)key.at, (size_t)(key.end - key.at),
                                      values[reader_varint(&content)]};
            }
            break;
        case 3:
            feature->type = (unsigned)number;
            break;
        case 4:
            reader_geometry(content, feature);
            break;
        default:
            fail();
        }
    }
}

static void reader_layer(struct reader span, struct read_layer *layer)
{
    struct reader whole = span, content, keys[READER_MAX_TAGS];
    size_t n_keys = 0, n_values = 0, room = 64;
    struct read_value *values = malloc(room * sizeof *values);
    uint64_t number;
    while (span.at < span.end)
        switch (reader_field(&span, &content, &number)) {
        case 1:
            assert_true((size_t)(content.end - content.at) < sizeof layer->name);
            memcpy(layer->name, content.at, (size_t)(content.end - content.at));
            break;
        case 2:
            layer->n_features++;
            break;
        case 3:
            assert_true(n_keys < READER_MAX_TAGS);
            keys[n_keys++] = content;
            break;
        case 4:
            if (n_values == room) values = realloc(values, (room *= 2) * sizeof *values);
            assert_non_null(values);
            values[n_values++] = reader_value(content);
            break;
        case 5:
            layer->extent = number;
            break;
        case 15:
            layer->version = number;
            break;
        default:
            fail();
        }
    layer->features = calloc(layer->n_features + 1, sizeof *layer->features);
    assert_non_null(layer->features);
    size_t i = 0;
    while (whole.at < whole.end)
        if (reader_field(&whole, &content, &number) == 2)
            reader_feature(content, keys, values, &layer->features[i++]);
    free(values);
}

/* data must outlive the tile: texts point into it. */
static void tile_read(const uint8_t *data, size_t length, struct read_tile *tile)
{
    struct reader span = {data, data + length}, content;
    uint64_t number;
    *tile = (struct read_tile){0};
    while (length && span.at < span.end) {
        assert_int_equal(reader_field(&span, &content, &number), 3);
        assert_true(tile->n_layers < sizeof tile->layers / sizeof *tile->layers);
        reader_layer(content, &tile->layers[tile->n_layers++]);
    }
}

static void tile_read_close(struct read_tile *tile)
{
    for (size_t l = 0; l < tile->n_layers; l++) {
        for (size_t i = 0; i < tile->layers[l].n_features; i++)
            free(tile->layers[l].features[i].points);
        free(tile->layers[l].features);
    }
}

static inline const struct read_layer *tile_layer(const struct read_tile *tile, const char *name)
{
    for (size_t l = 0; l < tile->n_layers; l++)
        if (strcmp(tile->layers[l].name, name) == 0) return &tile->layers[l];
    return NULL;
}

static inline const struct read_value *feature_value(const struct read_feature *feature,
                                                     const char *key)
{
    for (size_t i = 0; i < feature->n_tags; i++)
        if (feature->tags[i].key_length == strlen(key) &&
            memcmp(feature->tags[i].key, key, strlen(key)) == 0)
            return &feature->tags[i].value;
    return NULL;
}

/* The number under key; fails the test where there is none. */
static inline double feature_number(const struct read_feature *feature, const char *key)
{
    const struct read_value *value = feature_value(feature, key);
    assert_non_null(value);
    assert_true(value->type != 't');
    return value->number;
}

static inline bool feature_text_is(const struct read_feature *feature, const char *key,
                                   const char *text)
{
    const struct read_value *value = feature_value(feature, key);
    if (!value) return text == NULL;
    return text && value->type == 't' && value->text_length == strlen(text) &&
           memcmp(value->text, text, value->text_length) == 0;
}

#endif
