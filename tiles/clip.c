#include "tiles/clip.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>

static const double low = -CLIP_BUFFER, high = MVT_EXTENT + CLIP_BUFFER;

void clip_clear(struct clip_result *result)
{
    result->n_points = result->n_runs = 0;
}

void clip_close(struct clip_result *result)
{
    if (!result) return;
    free(result->points);
    free(result->runs);
    free(result->scratch[0]);
    free(result->scratch[1]);
    *result = (struct clip_result){0};
}

bool clip_scratch_hold(struct clip_scratch *scratch, size_t n)
{
    if (n <= scratch->room) return true;
    struct clip_vertex *vertices = realloc(scratch->vertices, 2 * n * sizeof *vertices);
    if (!vertices) return false;
    scratch->vertices = vertices;
    scratch->room = 2 * n;
    return true;
}

void clip_scratch_close(struct clip_scratch *scratch)
{
    if (!scratch) return;
    free(scratch->vertices);
    *scratch = (struct clip_scratch){0};
}

/* Room for that many more points and runs, made before anything is added. */
static bool make_room(struct clip_result *result, size_t more_points, size_t more_runs)
{
    return ARRAY_RESERVE(result->points, result->n_points + more_points, &result->points_room) &&
           ARRAY_RESERVE(result->runs, result->n_runs + more_runs, &result->runs_room);
}

static void add_point(struct clip_result *result, size_t run_start, double x, double y)
{
    struct mvt_point point = {(int32_t)lrint(x), (int32_t)lrint(y)};
    if (result->n_points > run_start && result->points[result->n_points - 1].x == point.x &&
        result->points[result->n_points - 1].y == point.y)
        return;
    result->points[result->n_points++] = point;
}

static void end_run(struct clip_result *result, size_t start, double t0, double t1)
{
    size_t n = result->n_points - start;
    if (n == 1 && t0 <= 0 && t1 >= 1) {
        struct mvt_point point = result->points[start];
        point.x += point.x < MVT_EXTENT ? 1 : -1;
        result->points[result->n_points++] = point;
    } else if (n < 2) {
        result->n_points = start;
        return;
    }
    result->runs[result->n_runs++] = (struct clip_run){start, result->n_points, t0, t1};
}

static bool inside(const struct clip_vertex *v)
{
    return v->x >= low && v->x <= high && v->y >= low && v->y <= high;
}

/* On which sides of the box a vertex lies outside: bits west, east, north, south. */
static unsigned outside(const struct clip_vertex *v)
{
    return (unsigned)(v->x < low) | (unsigned)(v->x > high) << 1 | (unsigned)(v->y < low) << 2 |
           (unsigned)(v->y > high) << 3;
}

/* Narrows the share [*from, *to] of a step `delta` from `start` to where low <= start + s * delta
 * <= high. False when nothing stays. */
static bool narrow(double start, double delta, double *from, double *to)
{
    if (delta == 0) return start >= low && start <= high;
    double a = (low - start) / delta, b = (high - start) / delta;
    double first = a < b ? a : b, last = a < b ? b : a;
    if (first > *from) *from = first;
    if (last < *to) *to = last;
    return *from <= *to;
}

enum atlas_status clip_line(const struct clip_vertex *vertices, size_t n,
                            struct clip_result *result)
{
    /* At most two points a segment, and one more for a run that is made visible; a run a segment.
     */
    if (!make_room(result, 2 * n + 2, n + 1)) return ATLAS_NO_MEMORY;
    size_t start = result->n_points;
    bool open = false;
    double t0 = 0, t1 = 0;
    unsigned out_a, out_b = n ? outside(&vertices[0]) : 0;
    for (size_t i = 1; i < n; i++) {
        const struct clip_vertex *a = &vertices[i - 1], *b = &vertices[i];
        out_a = out_b;
        out_b = outside(b);
        if (out_a & out_b) continue; /* beyond one side; open is false, for a is outside */
        double from = 0, to = 1, dx = b->x - a->x, dy = b->y - a->y, dt = b->t - a->t;
        if ((out_a | out_b) && (!narrow(a->x, dx, &from, &to) || !narrow(a->y, dy, &from, &to)))
            continue;
        if (!open) {
            start = result->n_points;
            t0 = a->t + from * dt;
            add_point(result, start, a->x + from * dx, a->y + from * dy);
        }
        t1 = out_b ? a->t + to * dt : b->t;
        add_point(result, start, out_b ? a->x + to * dx : b->x, out_b ? a->y + to * dy : b->y);
        open = !out_b;
        if (!open) end_run(result, start, t0, t1);
    }
    if (open) end_run(result, start, t0, t1);
    return ATLAS_OK;
}

/* Sutherland and Hodgman: the ring against one straight edge. axis 0: x, 1: y. */
static size_t cut_ring(const struct clip_vertex *in, size_t n, int axis, double edge, int sign,
                       struct clip_vertex *out)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const struct clip_vertex *a = &in[i ? i - 1 : n - 1], *b = &in[i];
        double at_a = (axis ? a->y : a->x) * sign, at_b = (axis ? b->y : b->x) * sign;
        double limit = edge * sign;
        if ((at_a > limit) != (at_b > limit)) {
            double s = (limit - at_a) / (at_b - at_a);
            struct clip_vertex cut = {a->x + s * (b->x - a->x), a->y + s * (b->y - a->y), 0};
            *(axis ? &cut.y : &cut.x) = edge;
            out[n_out++] = cut;
        }
        if (at_b <= limit) out[n_out++] = *b;
    }
    return n_out;
}

static bool has_area(const struct mvt_point *points, size_t n)
{
    int64_t twice = 0;
    for (size_t i = 0; i < n; i++) {
        const struct mvt_point *a = &points[i ? i - 1 : n - 1], *b = &points[i];
        twice += (int64_t)a->x * b->y - (int64_t)b->x * a->y;
    }
    return n >= 3 && twice != 0;
}

static bool make_scratch(struct clip_result *result, size_t n)
{
    if (n <= result->scratch_room) return true;
    for (int i = 0; i < 2; i++) {
        struct clip_vertex *scratch = realloc(result->scratch[i], n * sizeof *scratch);
        if (!scratch) return false;
        result->scratch[i] = scratch;
    }
    result->scratch_room = n;
    return true;
}

enum atlas_status clip_ring(const struct clip_vertex *vertices, size_t n,
                            struct clip_result *result)
{
    /* Each edge of the box at most adds half as many vertices again. */
    if (!make_scratch(result, 6 * n + 8)) return ATLAS_NO_MEMORY;
    bool all_inside = true;
    for (size_t i = 0; i < n && all_inside; i++)
        all_inside = inside(&vertices[i]);
    const struct clip_vertex *ring = vertices;
    if (!all_inside) {
        n = cut_ring(vertices, n, 0, high, 1, result->scratch[0]);
        n = cut_ring(result->scratch[0], n, 0, low, -1, result->scratch[1]);
        n = cut_ring(result->scratch[1], n, 1, high, 1, result->scratch[0]);
        n = cut_ring(result->scratch[0], n, 1, low, -1, result->scratch[1]);
        ring = result->scratch[1];
    }
    if (!make_room(result, n + 1, 1)) return ATLAS_NO_MEMORY;
    size_t start = result->n_points;
    for (size_t i = 0; i < n; i++)
        add_point(result, start, ring[i].x, ring[i].y);
    while (result->n_points - start > 1 &&
           result->points[start].x == result->points[result->n_points - 1].x &&
           result->points[start].y == result->points[result->n_points - 1].y)
        result->n_points--;
    if (has_area(result->points + start, result->n_points - start))
        result->runs[result->n_runs++] = (struct clip_run){start, result->n_points, 0, 0};
    else
        result->n_points = start;
    return ATLAS_OK;
}
