#include "import/gazetteer_antimeridian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Writes the ring with longitudes that run on instead of jumping, and the way back over the pole
 * where the ring goes around one. to: room for n + 6. Returns how many points. */
static size_t unwrap(const struct outline_point *points, size_t n, struct outline_point *to)
{
    double shift = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && points[i].lon_deg - points[i - 1].lon_deg > 180) shift -= 360;
        if (i && points[i].lon_deg - points[i - 1].lon_deg < -180) shift += 360;
        to[i] = (struct outline_point){points[i].lon_deg + shift, points[i].lat_deg};
    }
    double back = points[0].lon_deg - points[n - 1].lon_deg;
    if (back > 180) shift -= 360;
    if (back < -180) shift += 360;
    if (shift == 0) return n;
    double pole = points[0].lat_deg < 0 ? -90 : 90, start = points[0].lon_deg;
    to[n++] = (struct outline_point){start + shift, points[0].lat_deg};
    for (int quarter = 4; quarter >= 0; quarter--) /* no single edge is as long as half the way */
        to[n++] = (struct outline_point){start + shift * quarter / 4, pole};
    return n;
}

/* Keeps what lies on one side of a meridian: east of it with sign 1, west with -1 (Sutherland and
 * Hodgman). to: room for 2 n. Returns how many points. */
static size_t clip(const struct outline_point *points, size_t n, double meridian, double sign,
                   struct outline_point *to)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        struct outline_point a = points[i ? i - 1 : n - 1], b = points[i];
        bool a_in = (a.lon_deg - meridian) * sign >= 0, b_in = (b.lon_deg - meridian) * sign >= 0;
        if (a_in != b_in) {
            double t = (meridian - a.lon_deg) / (b.lon_deg - a.lon_deg);
            to[kept++] = (struct outline_point){meridian, a.lat_deg + t * (b.lat_deg - a.lat_deg)};
        }
        if (b_in) to[kept++] = b;
    }
    return kept;
}

/* The piece of an unwrapped ring between -180 and 180 + 360 * turn, moved back by that turn. */
static bool add_piece(struct outline *outline, const struct outline_point *ring, size_t n, int turn,
                      size_t part, bool hole, struct outline_point *east,
                      struct outline_point *both)
{
    size_t kept = clip(ring, n, -180 + 360.0 * turn, 1, east);
    kept = clip(east, kept, 180 + 360.0 * turn, -1, both);
    for (size_t i = 0; i < kept; i++)
        both[i].lon_deg -= 360.0 * turn;
    return kept < 3 || outline_add_ring(outline, both, kept, part, hole);
}

bool outline_add_ring_cut(struct outline *outline, const struct outline_point *points, size_t n,
                          size_t part, bool hole)
{
    bool crosses = false;
    for (size_t i = 0; i < n; i++)
        crosses = crosses || fabs(points[i].lon_deg - points[i ? i - 1 : n - 1].lon_deg) > 180;
    if (!crosses) return outline_add_ring(outline, points, n, part, hole);
    struct outline_point *ring = calloc(n + 6, sizeof *ring);
    struct outline_point *east = calloc(2 * (n + 6), sizeof *east);
    struct outline_point *both = calloc(4 * (n + 6), sizeof *both);
    bool good = ring && east && both;
    if (good) {
        size_t length = unwrap(points, n, ring);
        for (int turn = -2; good && turn <= 2; turn++)
            good = add_piece(outline, ring, length, turn, part, hole, east, both);
    }
    free(ring);
    free(east);
    free(both);
    return good;
}
