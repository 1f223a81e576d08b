#include "tiles/mvt_read.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_8_BYTES = 1, WIRE_SPAN = 2, WIRE_4_BYTES = 5 };

/* Never NULL, so that its end can be computed. */
static const struct mvt_span empty = {(const uint8_t *)"", 0};

/* One field of a message. */
struct field {
    uint32_t number;
    enum wire wire;
    uint64_t varint; /* or the fixed bytes */
    struct mvt_span span;
};

static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

static bool read_fixed(const uint8_t **at, const uint8_t *end, size_t size, uint64_t *value)
{
    if ((size_t)(end - *at) < size) return false;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value |= (uint64_t)(*(*at)++) << 8 * i;
    return true;
}

static bool read_field(const uint8_t **at, const uint8_t *end, struct field *field)
{
    uint64_t tag, length;
    *field = (struct field){.span = empty}; /* what a field of an unexpected wire type reads as */
    if (*at >= end || !read_varint(at, end, &tag)) return false;
    field->number = (uint32_t)(tag >> 3);
    field->wire = (enum wire)(tag & 7);
    switch (field->wire) {
    case WIRE_VARINT:
        return read_varint(at, end, &field->varint);
    case WIRE_8_BYTES:
        return read_fixed(at, end, 8, &field->varint);
    case WIRE_4_BYTES:
        return read_fixed(at, end, 4, &field->varint);
    case WIRE_SPAN:
        if (!read_varint(at, end, &length) || length > (uint64_t)(end - *at)) return false;
        field->span = (struct mvt_span){*at, (size_t)length};
        *at += length;
        return true;
    }
    return false;
}

static int64_t zigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static struct mvt_value read_value(struct mvt_span message)
{
    struct mvt_value value = {.number = NAN};
    const uint8_t *at = message.data, *end = at + message.length;
    for (struct field field; read_field(&at, end, &field);) {
        float single;
        uint32_t bits = (uint32_t)field.varint;
        switch (field.number) {
        case 1:
            value.text = field.span;
            break;
        case 2:
            memcpy(&single, &bits, sizeof single);
            value.number = single;
            break;
        case 3:
            memcpy(&value.number, &field.varint, sizeof value.number);
            break;
        case 4:
            value.number = (double)(int64_t)field.varint;
            break;
        case 6:
            value.number = (double)zigzag(field.varint);
            break;
        default: /* 5 uint, 7 bool */
            value.number = (double)field.varint;
        }
    }
    return value;
}

static bool take_layer_field(struct mvt_layer *layer, const struct field *field)
{
    enum { NAME = 1, KEY = 3, VALUE = 4, EXTENT = 5 };
    switch (field->number) {
    case NAME:
        layer->name = field->span;
        return true;
    case KEY:
        if (!ARRAY_RESERVE(layer->keys, layer->n_keys + 1, &layer->keys_room)) return false;
        layer->keys[layer->n_keys++] = field->span;
        return true;
    case VALUE:
        if (!ARRAY_RESERVE(layer->values, layer->n_values + 1, &layer->values_room)) return false;
        layer->values[layer->n_values++] = read_value(field->span);
        return true;
    case EXTENT:
        layer->extent = (uint32_t)field->varint;
        return layer->extent > 0;
    default:
        return true;
    }
}

bool mvt_read_layer(const uint8_t **at, const uint8_t *end, struct mvt_layer *layer)
{
    enum { LAYER = 3 };
    struct field field;
    if (!read_field(at, end, &field) || field.number != LAYER || field.wire != WIRE_SPAN)
        return false;
    layer->body = field.span;
    layer->name = (struct mvt_span){0};
    layer->extent = 4096;
    layer->n_keys = layer->n_values = 0;
    const uint8_t *inside = field.span.data, *inside_end = inside + field.span.length;
    while (inside < inside_end)
        if (!read_field(&inside, inside_end, &field) || !take_layer_field(layer, &field))
            return false;
    return true;
}

void mvt_layer_close(struct mvt_layer *layer)
{
    free(layer->keys);
    free(layer->values);
    *layer = (struct mvt_layer){0};
}

static bool span_is(struct mvt_span span, const char *text)
{
    return span.data && span.length == strlen(text) && memcmp(span.data, text, span.length) == 0;
}

bool mvt_layer_is(const struct mvt_layer *layer, const char *name)
{
    return span_is(layer->name, name);
}

bool mvt_read_feature(const struct mvt_layer *layer, struct mvt_feature *feature)
{
    enum { FEATURE = 2, ID = 1, TAGS = 2, TYPE = 3, GEOMETRY = 4 };
    const uint8_t *at = feature->next ? feature->next : layer->body.data;
    const uint8_t *end = layer->body.data + layer->body.length;
    struct field field = {0};
    while (field.number != FEATURE)
        if (!read_field(&at, end, &field)) return false;
    *feature = (struct mvt_feature){.tags = empty, .geometry = empty, .next = at};
    const uint8_t *inside = field.span.data, *inside_end = inside + field.span.length;
    for (struct field part; read_field(&inside, inside_end, &part);) {
        if (part.number == ID)
            feature->id = part.varint;
        else if (part.number == TAGS)
            feature->tags = part.span;
        else if (part.number == TYPE)
            feature->type = part.varint <= 3 ? (int)part.varint : 0;
        else if (part.number == GEOMETRY)
            feature->geometry = part.span;
    }
    return true;
}

const struct mvt_value *mvt_read_tag(const struct mvt_layer *layer,
                                     const struct mvt_feature *feature, const char *key)
{
    const uint8_t *at = feature->tags.data, *end = at + feature->tags.length;
    uint64_t k, v;
    while (at < end && read_varint(&at, end, &k) && read_varint(&at, end, &v))
        if (k < layer->n_keys && v < layer->n_values && span_is(layer->keys[k], key))
            return &layer->values[v];
    return NULL;
}

bool mvt_read_geometry(const struct mvt_feature *feature, const struct mvt_pen *pen)
{
    enum { MOVE_TO = 1, LINE_TO = 2, CLOSE = 7 };
    const uint8_t *at = feature->geometry.data, *end = at + feature->geometry.length;
    uint32_t x = 0, y = 0; /* unsigned: hostile sums wrap around instead of overflowing */
    uint64_t command, dx, dy;
    while (at < end) {
        if (!read_varint(&at, end, &command)) return false;
        unsigned id = command & 7;
        if (id == CLOSE && pen->close) pen->close(pen->context);
        if (id == CLOSE) continue;
        if (id != MOVE_TO && id != LINE_TO) return false;
        for (uint64_t count = command >> 3; count > 0; count--) {
            if (!read_varint(&at, end, &dx) || !read_varint(&at, end, &dy)) return false;
            x += (uint32_t)zigzag(dx);
            y += (uint32_t)zigzag(dy);
            (id == MOVE_TO ? pen->move_to : pen->line_to)(pen->context, (int32_t)x, (int32_t)y);
        }
    }
    return true;
}
