#include "import/gazetteer_outline.h"

#include "geo/array.h"
#include "geo/bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_KM          6371.0088
#define WKB_POLYGON       3
#define WKB_MULTI_POLYGON 6

void outline_close(struct outline *outline)
{
    for (size_t i = 0; i < outline->n; i++)
        free(outline->rings[i].points);
    free(outline->rings);
    *outline = (struct outline){0};
}

double outline_ring_signed(const struct outline_point *points, size_t n)
{
    double sum = 0;
    for (size_t i = 0, j = n - 1; i < n; j = i++)
        sum += (points[j].lon_deg - points[i].lon_deg) * (points[j].lat_deg + points[i].lat_deg);
    return sum;
}

static bool same(struct outline_point a, struct outline_point b)
{
    return a.lon_deg == b.lon_deg && a.lat_deg == b.lat_deg;
}

static void reverse(struct outline_point *points, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct outline_point kept = points[i];
        points[i] = points[n - 1 - i];
        points[n - 1 - i] = kept;
    }
}

static void widen(struct outline *outline, const struct outline_ring *ring)
{
    if (!outline->n) {
        outline->west = outline->south = INFINITY;
        outline->east = outline->north = -INFINITY;
    }
    for (size_t i = 0; i < ring->n; i++) {
        outline->west = fmin(outline->west, ring->points[i].lon_deg);
        outline->east = fmax(outline->east, ring->points[i].lon_deg);
        outline->south = fmin(outline->south, ring->points[i].lat_deg);
        outline->north = fmax(outline->north, ring->points[i].lat_deg);
    }
}

bool outline_add_ring(struct outline *outline, const struct outline_point *points, size_t n,
                      size_t part, bool hole)
{
    if (!ARRAY_RESERVE(outline->rings, outline->n + 1, &outline->capacity)) return false;
    struct outline_ring ring = {.points = calloc(n + 1, sizeof *ring.points), .part = part};
    if (!ring.points) return false;
    for (size_t i = 0; i < n; i++)
        if (!ring.n || !same(ring.points[ring.n - 1], points[i])) ring.points[ring.n++] = points[i];
    while (ring.n > 1 && same(ring.points[0], ring.points[ring.n - 1]))
        ring.n--;
    if (ring.n < 3) {
        free(ring.points);
        return true;
    }
    if ((outline_ring_signed(ring.points, ring.n) < 0) != hole) reverse(ring.points, ring.n);
    widen(outline, &ring);
    outline->rings[outline->n++] = ring;
    return true;
}

static double ring_km2(const struct outline_ring *ring)
{
    const double radian = M_PI / 180;
    double sum = 0;
    for (size_t i = 0, j = ring->n - 1; i < ring->n; j = i++)
        sum += (ring->points[j].lon_deg - ring->points[i].lon_deg) * radian *
               (2 + sin(ring->points[j].lat_deg * radian) + sin(ring->points[i].lat_deg * radian));
    return sum / 2 * EARTH_KM * EARTH_KM;
}

double outline_area_km2(const struct outline *outline)
{
    double sum = 0;
    for (size_t i = 0; i < outline->n; i++)
        sum += ring_km2(&outline->rings[i]);
    return sum;
}

/* Longitude where the edge from b to a crosses the parallel; NaN where it does not. */
static double crossing(struct outline_point a, struct outline_point b, double lat_deg)
{
    if ((a.lat_deg > lat_deg) == (b.lat_deg > lat_deg)) return NAN;
    return (b.lon_deg - a.lon_deg) * (lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg) + a.lon_deg;
}

bool outline_contains(const struct outline *outline, double lon_deg, double lat_deg)
{
    if (!outline->n || lon_deg < outline->west || lon_deg > outline->east ||
        lat_deg < outline->south || lat_deg > outline->north)
        return false;
    bool inside = false;
    for (size_t r = 0; r < outline->n; r++) {
        const struct outline_ring *ring = &outline->rings[r];
        for (size_t i = 0, j = ring->n - 1; i < ring->n; j = i++)
            if (lon_deg < crossing(ring->points[i], ring->points[j], lat_deg)) inside = !inside;
    }
    return inside;
}

static struct outline_point ring_middle(const struct outline_ring *ring)
{
    double x = 0, y = 0, sum = 0;
    struct outline_point origin = ring->points[0];
    for (size_t i = 0, j = ring->n - 1; i < ring->n; j = i++) {
        double ax = ring->points[j].lon_deg - origin.lon_deg;
        double ay = ring->points[j].lat_deg - origin.lat_deg;
        double bx = ring->points[i].lon_deg - origin.lon_deg;
        double by = ring->points[i].lat_deg - origin.lat_deg;
        double cross = ax * by - bx * ay;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
        sum += cross;
    }
    if (sum == 0) return origin;
    return (struct outline_point){origin.lon_deg + x / (3 * sum), origin.lat_deg + y / (3 * sum)};
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The middle of the longest stretch of the parallel inside the outline. */
static struct outline_point stretch_middle(const struct outline *outline, double lat_deg,
                                           struct outline_point fallback)
{
    double crossings[512];
    size_t n = 0;
    for (size_t r = 0; r < outline->n; r++) {
        const struct outline_ring *ring = &outline->rings[r];
        for (size_t i = 0, j = ring->n - 1; i < ring->n; j = i++) {
            double lon = crossing(ring->points[i], ring->points[j], lat_deg);
            if (!isnan(lon) && n < sizeof crossings / sizeof *crossings) crossings[n++] = lon;
        }
    }
    qsort(crossings, n, sizeof *crossings, compare_doubles);
    double longest = 0;
    for (size_t i = 0; i + 1 < n; i += 2)
        if (crossings[i + 1] - crossings[i] > longest) {
            longest = crossings[i + 1] - crossings[i];
            fallback = (struct outline_point){(crossings[i] + crossings[i + 1]) / 2, lat_deg};
        }
    return fallback;
}

struct outline_point outline_middle(const struct outline *outline)
{
    size_t largest = 0;
    double most = -INFINITY;
    for (size_t i = 0; i < outline->n; i++) {
        double area = ring_km2(&outline->rings[i]);
        if (area > most) {
            most = area;
            largest = i;
        }
    }
    struct outline_point middle = ring_middle(&outline->rings[largest]);
    if (outline_contains(outline, middle.lon_deg, middle.lat_deg)) return middle;
    return stretch_middle(outline, middle.lat_deg, middle);
}

static void put_ring(struct bytes *bytes, const struct outline_ring *ring)
{
    bytes_append_little_endian(bytes, (uint32_t)ring->n + 1, 4);
    for (size_t i = 0; i <= ring->n; i++) {
        bytes_append_double(bytes, ring->points[i % ring->n].lon_deg);
        bytes_append_double(bytes, ring->points[i % ring->n].lat_deg);
    }
}

uint8_t *outline_wkb(const struct outline *outline, size_t *length)
{
    uint32_t parts = 0;
    for (size_t i = 0; i < outline->n; i++)
        parts += i == 0 || outline->rings[i].part != outline->rings[i - 1].part;
    if (!parts) return NULL;
    struct bytes bytes;
    bytes_init(&bytes);
    bytes_append_byte(&bytes, 1);
    bytes_append_little_endian(&bytes, WKB_MULTI_POLYGON, 4);
    bytes_append_little_endian(&bytes, parts, 4);
    for (size_t i = 0; i < outline->n;) {
        size_t end = i;
        while (end < outline->n && outline->rings[end].part == outline->rings[i].part)
            end++;
        bytes_append_byte(&bytes, 1);
        bytes_append_little_endian(&bytes, WKB_POLYGON, 4);
        bytes_append_little_endian(&bytes, (uint32_t)(end - i), 4);
        for (; i < end; i++)
            put_ring(&bytes, &outline->rings[i]);
    }
    if (bytes_status(&bytes) != ATLAS_OK) {
        bytes_close(&bytes);
        return NULL;
    }
    *length = bytes.length;
    return bytes.data;
}
