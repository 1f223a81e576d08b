#include "tiles/mvt_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_EIGHT = 1, WIRE_LENGTH = 2, WIRE_FOUR = 5 };
enum { UNKNOWN_GEOMETRY = 0, POINT = 1, LINE = 2, POLYGON = 3 };
enum { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };

struct span {
    const uint8_t *at, *end;
};

struct field {
    unsigned number;
    enum wire wire;
    uint64_t varint;
    struct span content; /* of WIRE_LENGTH */
};

/* What is being read, for the sentence. */
struct check {
    struct mvt_census census;
    size_t feature; /* in its layer, from 1; 0 outside features */
    const char *problem;
};

static bool fail(struct check *check, const char *problem)
{
    if (!check->problem) check->problem = problem;
    return false;
}

static bool read_varint(struct span *span, uint64_t *number)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && span->at < span->end; shift += 7) {
        uint8_t byte = *span->at++;
        if (shift == 63 && byte > 1) return false;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *number = value;
            return true;
        }
    }
    return false;
}

static bool read_field(struct check *check, struct span *span, struct field *field)
{
    uint64_t head, length = 0;
    *field = (struct field){0};
    if (!read_varint(span, &head) || head >> 3 == 0 || head >> 3 > 536870911)
        return fail(check, "a field does not begin with a number and wire type");
    field->number = (unsigned)(head >> 3);
    field->wire = (enum wire)(head & 7);
    switch (field->wire) {
    case WIRE_VARINT:
        return read_varint(span, &field->varint) || fail(check, "a number is cut or too long");
    case WIRE_LENGTH:
        if (!read_varint(span, &length)) return fail(check, "a length is cut or too long");
        break;
    case WIRE_EIGHT:
        length = 8;
        break;
    case WIRE_FOUR:
        length = 4;
        break;
    default:
        return fail(check, "a wire type that does not exist");
    }
    if (length > (uint64_t)(span->end - span->at))
        return fail(check, "a field reaches beyond its message");
    field->content = (struct span){span->at, span->at + length};
    span->at += length;
    return true;
}

static bool utf8_valid(struct span text)
{
    for (const uint8_t *p = text.at; p < text.end;) {
        unsigned n = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;
        if (n == 0 || (size_t)(text.end - p) < n) return false;
        uint32_t code = n == 1 ? *p : *p & (0x7Fu >> n);
        for (unsigned i = 1; i < n; i++) {
            if (p[i] >> 6 != 2) return false;
            code = code << 6 | (p[i] & 0x3F);
        }
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        p += n;
    }
    return true;
}

static bool check_value(struct check *check, struct span span)
{
    static const enum wire wires[] = {0,           WIRE_LENGTH, WIRE_FOUR,   WIRE_EIGHT,
                                      WIRE_VARINT, WIRE_VARINT, WIRE_VARINT, WIRE_VARINT};
    struct field field;
    if (span.at == span.end) return fail(check, "a value without content");
    if (!read_field(check, &span, &field)) return false;
    if (field.number > 7) return fail(check, "a value of a type that is not specified");
    if (field.wire != wires[field.number])
        return fail(check, "a value whose content is not of its type");
    if (field.number == 1 && !utf8_valid(field.content))
        return fail(check, "a text value that is not UTF-8");
    if (field.number == 7 && field.varint > 1) return fail(check, "a boolean other than 0 or 1");
    return span.at == span.end || fail(check, "a value with more than one content");
}

/* Tags of a feature: pairs of existing indexes, no key twice. seen: a byte per key, zeroed here. */
static bool check_tags(struct check *check, struct span tags, size_t n_keys, size_t n_values,
                       uint8_t *seen)
{
    if (n_keys) memset(seen, 0, n_keys);
    while (tags.at < tags.end) {
        uint64_t key, value;
        if (!read_varint(&tags, &key)) return fail(check, "a tag that is no number");
        if (!read_varint(&tags, &value)) return fail(check, "a tag without its second half");
        if (key >= n_keys) return fail(check, "a tag whose key is not in the layer");
        if (value >= n_values) return fail(check, "a tag whose value is not in the layer");
        if (seen[key]++) return fail(check, "a feature with one key twice");
    }
    return true;
}

struct pen {
    struct span geometry;
    uint32_t x, y; /* wrap around as the specification's decoders do */
    uint32_t start_x, start_y;
    int64_t twice_area; /* of the ring so far */
    size_t n_points;
};

static bool read_command(struct check *check, struct pen *pen, unsigned *command, uint32_t *count)
{
    uint64_t number;
    if (!read_varint(&pen->geometry, &number) || number > UINT32_MAX)
        return fail(check, "a geometry command that is no number");
    *command = number & 7;
    *count = (uint32_t)(number >> 3);
    return true;
}

/* Reads count pairs; each takes at least two bytes, so a huge count fails at once. */
static bool read_pairs(struct check *check, struct pen *pen, uint32_t count, bool may_repeat)
{
    if ((uint64_t)count * 2 > (uint64_t)(pen->geometry.end - pen->geometry.at))
        return fail(check, "a command with fewer coordinates than its count");
    for (uint32_t i = 0; i < count; i++) {
        uint64_t dx, dy;
        if (!read_varint(&pen->geometry, &dx) || !read_varint(&pen->geometry, &dy) ||
            dx > UINT32_MAX || dy > UINT32_MAX)
            return fail(check, "a command with fewer coordinates than its count");
        if (!may_repeat && dx == 0 && dy == 0) return fail(check, "a point repeated in a line");
        uint32_t x = pen->x + ((uint32_t)dx >> 1 ^ -((uint32_t)dx & 1));
        uint32_t y = pen->y + ((uint32_t)dy >> 1 ^ -((uint32_t)dy & 1));
        /* Wrapping sums: coordinates near 2^31 are absurd but must not be undefined. */
        uint64_t cross = (uint64_t)((int64_t)(int32_t)pen->x * (int32_t)y) -
                         (uint64_t)((int64_t)(int32_t)x * (int32_t)pen->y);
        pen->twice_area = (int64_t)((uint64_t)pen->twice_area + cross);
        pen->x = x;
        pen->y = y;
    }
    pen->n_points += count;
    return true;
}

static bool check_points(struct check *check, struct pen *pen)
{
    unsigned command;
    uint32_t count;
    if (!read_command(check, pen, &command, &count)) return false;
    if (command != MOVE_TO || count == 0)
        return fail(check, "points that do not begin with MoveTo");
    if (!read_pairs(check, pen, count, true)) return false;
    return pen->geometry.at == pen->geometry.end ||
           fail(check, "points with more than one command");
}

static bool check_ring_end(struct check *check, struct pen *pen, bool first)
{
    unsigned command;
    uint32_t count;
    if (!read_command(check, pen, &command, &count)) return false;
    if (command != CLOSE_PATH || count != 1)
        return fail(check, "a ring that does not end with one ClosePath");
    uint64_t closing = (uint64_t)((int64_t)(int32_t)pen->x * (int32_t)pen->start_y) -
                       (uint64_t)((int64_t)(int32_t)pen->start_x * (int32_t)pen->y);
    int64_t twice_area = (int64_t)((uint64_t)pen->twice_area + closing);
    if (twice_area == 0) return fail(check, "a ring without an area");
    if (first && twice_area < 0) return fail(check, "a polygon that begins with a hole");
    return true;
}

static bool check_paths(struct check *check, struct pen *pen, bool rings)
{
    bool first = true;
    do {
        unsigned command;
        uint32_t count;
        if (!read_command(check, pen, &command, &count)) return false;
        if (command != MOVE_TO || count != 1)
            return fail(check, "a line or ring that does not begin with one MoveTo");
        if (!read_pairs(check, pen, 1, true)) return false;
        pen->start_x = pen->x;
        pen->start_y = pen->y;
        pen->twice_area = 0;
        if (!read_command(check, pen, &command, &count)) return false;
        if (command != LINE_TO || count < (rings ? 2u : 1u))
            return fail(check, "a line or ring without enough points");
        if (!read_pairs(check, pen, count, false)) return false;
        if (rings && !check_ring_end(check, pen, first)) return false;
        first = false;
    } while (pen->geometry.at < pen->geometry.end);
    return true;
}

static bool check_geometry(struct check *check, uint64_t type, struct span geometry)
{
    struct pen pen = {.geometry = geometry};
    bool valid = true;
    if (geometry.at == geometry.end) return fail(check, "an empty geometry");
    if (type == POINT) valid = check_points(check, &pen);
    if (type == LINE) valid = check_paths(check, &pen, false);
    if (type == POLYGON) valid = check_paths(check, &pen, true);
    check->census.n_points += pen.n_points;
    return valid;
}

static bool check_feature(struct check *check, struct span span, size_t n_keys, size_t n_values,
                          uint8_t *seen)
{
    struct span tags = {0}, geometry = {0};
    uint64_t type = UNKNOWN_GEOMETRY;
    unsigned given = 0;
    static const enum wire wires[] = {0, WIRE_VARINT, WIRE_LENGTH, WIRE_VARINT, WIRE_LENGTH};
    while (span.at < span.end) {
        struct field field;
        if (!read_field(check, &span, &field)) return false;
        if (field.number > 4) return fail(check, "a field that a feature does not have");
        if (field.wire != wires[field.number])
            return fail(check, "a field of a feature with the wrong wire type");
        if (given & 1u << field.number) return fail(check, "a field given twice");
        given |= 1u << field.number;
        if (field.number == 2) tags = field.content;
        if (field.number == 3) type = field.varint;
        if (field.number == 4) geometry = field.content;
    }
    if (!(given & 1u << 3)) return fail(check, "a feature without a geometry type");
    if (!(given & 1u << 4)) return fail(check, "a feature without a geometry");
    if (type > POLYGON) return fail(check, "a geometry type that does not exist");
    return check_tags(check, tags, n_keys, n_values, seen) && check_geometry(check, type, geometry);
}

static bool check_features(struct check *check, struct span span, size_t n_keys, size_t n_values)
{
    uint8_t *seen = calloc(n_keys + 1, 1);
    if (!seen) return fail(check, NULL);
    bool valid = true;
    check->feature = 0;
    while (valid && span.at < span.end) {
        struct field field;
        valid = read_field(check, &span, &field);
        if (!valid || field.number != 2) continue;
        check->feature++;
        check->census.n_features++;
        valid = check_feature(check, field.content, n_keys, n_values, seen);
    }
    free(seen);
    return valid;
}

/* Fields of a layer but its features, which need the number of keys and values. */
static bool check_layer(struct check *check, struct span span, struct span *name)
{
    static const enum wire wires[] = {0,           WIRE_LENGTH, WIRE_LENGTH,
                                      WIRE_LENGTH, WIRE_LENGTH, WIRE_VARINT};
    struct span whole = span;
    size_t n_keys = 0, n_values = 0;
    uint64_t version = 0;
    *name = (struct span){0};
    check->feature = 0;
    while (span.at < span.end) {
        struct field field;
        if (!read_field(check, &span, &field)) return false;
        if (field.number > 5 && field.number != 15)
            return fail(check, "a field that a layer does not have");
        if (field.wire != (field.number == 15 ? WIRE_VARINT : wires[field.number]))
            return fail(check, "a field of a layer with the wrong wire type");
        if ((field.number == 1 || field.number == 3) && !utf8_valid(field.content))
            return fail(check, "a name or key that is not UTF-8");
        if (field.number == 4 && !check_value(check, field.content)) return false;
        if (field.number == 5 && (field.varint == 0 || field.varint > UINT32_MAX))
            return fail(check, "an extent that is no positive 32-bit number");
        if (field.number == 1 && name->at) return fail(check, "a layer with two names");
        if (field.number == 1) *name = field.content;
        n_keys += field.number == 3;
        n_values += field.number == 4;
        if (field.number == 15) version = field.varint;
    }
    if (version != 1 && version != 2) return fail(check, "a layer without version 1 or 2");
    if (!name->at || name->at == name->end) return fail(check, "a layer without a name");
    return check_features(check, whole, n_keys, n_values);
}

/* True when an earlier layer of the tile bears the name; every layer before was read. */
static bool name_taken(struct span tile, const uint8_t *until, struct span name)
{
    struct check ignored = {0};
    struct field layer, field;
    size_t length = (size_t)(name.end - name.at);
    while (tile.at < until && read_field(&ignored, &tile, &layer) && tile.at <= until)
        while (layer.content.at < layer.content.end && read_field(&ignored, &layer.content, &field))
            if (field.number == 1 && (size_t)(field.content.end - field.content.at) == length &&
                memcmp(field.content.at, name.at, length) == 0)
                return true;
    return false;
}

enum atlas_status mvt_check(const uint8_t *data, size_t length, struct mvt_census *census,
                            struct atlas_error *error)
{
    struct check check = {0};
    struct span tile = {data, length ? data + length : data}, span = tile, name = {0};
    bool valid = true;
    while (valid && span.at < span.end) {
        struct field field;
        const uint8_t *start = span.at;
        valid = read_field(&check, &span, &field);
        if (!valid) break;
        if (field.number != 3 || field.wire != WIRE_LENGTH) {
            valid = fail(&check, "a tile holds layers only");
            break;
        }
        check.census.n_layers++;
        valid = check_layer(&check, field.content, &name) &&
                (!name_taken(tile, start, name) || fail(&check, "two layers of one name"));
    }
    if (!valid && !check.problem) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!valid)
        return atlas_fail(error, ATLAS_INVALID, "layer %zu, feature %zu: %s", check.census.n_layers,
                          check.feature, check.problem);
    if (census) *census = check.census;
    return ATLAS_OK;
}
