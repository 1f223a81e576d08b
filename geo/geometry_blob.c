#include "geo/geometry_blob.h"

#include <stdbool.h>
#include <string.h>

/* SpatiaLite's blob: 00, byte order (01 little), SRID, four doubles of bounds, 7C, then the shape
 * as in WKB but with 69 where WKB repeats the byte order, and FE at the end. */
enum {
    BLOB_START = 0x00,
    BLOB_LITTLE_ENDIAN = 0x01,
    BLOB_BOUNDS_END = 0x7C,
    BLOB_ENTITY = 0x69,
    BLOB_END = 0xFE,
    BLOB_HEADER = 39, /* bytes before the shape */
    SRID_WGS84 = 4326
};

struct reader {
    const uint8_t *at, *end;
    bool bad;
};

static uint8_t read_byte(struct reader *reader)
{
    if (reader->bad || reader->at == reader->end) {
        reader->bad = true;
        return 0;
    }
    return *reader->at++;
}

static uint32_t read_u32(struct reader *reader)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value |= (uint32_t)read_byte(reader) << (8 * i);
    return value;
}

/* A count of things that take at least `each` bytes. */
static uint32_t read_count(struct reader *reader, size_t each)
{
    uint32_t count = read_u32(reader);
    if ((size_t)(reader->end - reader->at) / each < count) reader->bad = true;
    return reader->bad ? 0 : count;
}

static void append_u32(struct bytes *out, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 24)};
    bytes_append(out, bytes, sizeof bytes);
}

static double little_endian_double(const uint8_t *bytes)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)bytes[i] << (8 * i);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Coordinates may stand a hair outside the globe, for outlines are cut there by rounding. */
static bool on_globe(const uint8_t *point)
{
    double lon_deg = little_endian_double(point), lat_deg = little_endian_double(point + 8);
    return lon_deg >= -180.001 && lon_deg <= 180.001 && lat_deg >= -90.001 && lat_deg <= 90.001;
}

static void copy_points(struct reader *reader, struct bytes *wkb)
{
    uint32_t count = read_count(reader, 16);
    append_u32(wkb, count);
    for (uint32_t i = 0; i < count && !reader->bad; i++)
        reader->bad = !on_globe(reader->at + (size_t)i * 16);
    if (reader->bad) return;
    bytes_append(wkb, reader->at, (size_t)count * 16);
    reader->at += (size_t)count * 16;
}

/* One line or polygon of the collection, with its mark and type. */
static void copy_part(struct reader *reader, enum geometry_shape shape, struct bytes *wkb)
{
    uint32_t part_shape = (uint32_t)shape - 3; /* LINESTRING 2, POLYGON 3 */
    if (read_byte(reader) != BLOB_ENTITY || read_u32(reader) != part_shape) reader->bad = true;
    bytes_append_byte(wkb, 1);
    append_u32(wkb, part_shape);
    uint32_t rings = 1;
    if (shape == GEOMETRY_MULTI_POLYGON) {
        rings = read_count(reader, 4);
        append_u32(wkb, rings);
    }
    for (uint32_t i = 0; i < rings && !reader->bad; i++)
        copy_points(reader, wkb);
}

enum atlas_status geometry_blob_to_wkb(const uint8_t *blob, size_t length,
                                       enum geometry_shape shape, struct bytes *wkb)
{
    if (!blob || length < BLOB_HEADER + 9 || blob[0] != BLOB_START ||
        blob[1] != BLOB_LITTLE_ENDIAN || blob[38] != BLOB_BOUNDS_END ||
        blob[length - 1] != BLOB_END)
        return ATLAS_CORRUPT;
    struct reader reader = {blob + 2, blob + length - 1, false};
    if (read_u32(&reader) != SRID_WGS84) return ATLAS_CORRUPT;
    reader.at = blob + BLOB_HEADER;
    if (read_u32(&reader) != (uint32_t)shape) return ATLAS_CORRUPT;
    uint32_t parts = read_count(&reader, 9);
    bytes_append_byte(wkb, 1);
    append_u32(wkb, (uint32_t)shape);
    append_u32(wkb, parts);
    for (uint32_t i = 0; i < parts && !reader.bad; i++)
        copy_part(&reader, shape, wkb);
    if (reader.bad || reader.at != reader.end) return ATLAS_CORRUPT;
    return bytes_status(wkb);
}
