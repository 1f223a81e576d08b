#include "geo/outline.h"

#include <math.h>
#include <string.h>

/* WKB: every geometry is 1 byte order (1: little endian), u32 type (3 polygon, 6 multipolygon) and
 * u32 count; a polygon counts rings, a ring counts points (u32) of two doubles. */
enum { WKB_POLYGON = 3, WKB_MULTIPOLYGON = 6, POINT_SIZE = 16, MOST_COUNT = 1 << 24 };

struct reader {
    const uint8_t *at, *end;
    bool failed;
};

static uint32_t read_u32(struct reader *reader)
{
    if (reader->end - reader->at < 4) {
        reader->failed = true;
        return 0;
    }
    const uint8_t *b = reader->at;
    reader->at += 4;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static double double_at(const uint8_t *bytes)
{
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | bytes[i];
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The count of a geometry of this type; 0 and failed for anything else. */
static uint32_t read_header(struct reader *reader, uint32_t type)
{
    if (reader->at == reader->end || *reader->at != 1) {
        reader->failed = true;
        return 0;
    }
    reader->at++;
    if (read_u32(reader) != type) reader->failed = true;
    uint32_t count = read_u32(reader);
    if (count > MOST_COUNT) reader->failed = true;
    return reader->failed ? 0 : count;
}

static const double km_per_degree = 111.195;

/* One edge, from a to b, in degrees relative to the point. */
static void meet_edge(double ax, double ay, double bx, double by, double shrink,
                      struct outline_place *place)
{
    if ((ay > 0) != (by > 0) && ax + (bx - ax) * (0 - ay) / (by - ay) > 0)
        place->inside = !place->inside;
    ax *= shrink;
    bx *= shrink;
    double dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
    double t = length > 0 ? fmin(fmax(-(ax * dx + ay * dy) / length, 0), 1) : 0;
    place->edge_km = fmin(place->edge_km, hypot(ax + t * dx, ay + t * dy) * km_per_degree);
}

static void meet_ring(struct reader *reader, double lon_deg, double lat_deg,
                      struct outline_place *place)
{
    uint32_t count = read_u32(reader);
    if (reader->failed || count > (size_t)(reader->end - reader->at) / POINT_SIZE) {
        reader->failed = true;
        return;
    }
    double shrink = cos(lat_deg * 3.14159265358979323846 / 180);
    double last_x = 0, last_y = 0;
    for (uint32_t i = 0; i < count; i++) {
        double x = double_at(reader->at) - lon_deg, y = double_at(reader->at + 8) - lat_deg;
        reader->at += POINT_SIZE;
        if (i > 0) meet_edge(last_x, last_y, x, y, shrink, place);
        last_x = x;
        last_y = y;
    }
}

enum atlas_status outline_locate(const uint8_t *wkb, size_t length, double lon_deg, double lat_deg,
                                 struct outline_place *place)
{
    struct reader reader = {.at = wkb, .end = wkb + length};
    struct outline_place found = {.edge_km = INFINITY};
    if (!isfinite(lon_deg) || !isfinite(lat_deg)) return ATLAS_CORRUPT;
    uint32_t polygons = read_header(&reader, WKB_MULTIPOLYGON);
    for (uint32_t p = 0; p < polygons && !reader.failed; p++) {
        uint32_t rings = read_header(&reader, WKB_POLYGON);
        for (uint32_t r = 0; r < rings && !reader.failed; r++)
            meet_ring(&reader, lon_deg, lat_deg, &found);
    }
    if (reader.failed) return ATLAS_CORRUPT;
    *place = found;
    return ATLAS_OK;
}
