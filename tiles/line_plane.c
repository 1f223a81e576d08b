#include "tiles/line_plane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns beside the plane, so that what is cut off beyond its edges still has a column. */
enum { MARGIN = 24, MAX_WIDTH = MARGIN - 4 };

/* Corners of a shape: a rectangle, or a round end. */
enum { MAX_CORNERS = 24 };

/* What a join or an end may lack of a round one, in square pixels, without being seen. */
static const double unseen_px2 = 0.04;

void line_plane_close(struct line_plane *plane)
{
    if (!plane) return;
    free(plane->alphas);
    free(plane->coverage);
    free(plane->touched);
    free(plane->row);
    *plane = (struct line_plane){0};
}

enum atlas_status line_plane_begin(struct line_plane *plane, uint32_t size)
{
    size_t pixels = (size_t)size * size;
    if (pixels > plane->room) {
        line_plane_close(plane);
        plane->alphas = malloc(pixels * sizeof *plane->alphas);
        plane->coverage = calloc(pixels, sizeof *plane->coverage);
        plane->touched = malloc(pixels * sizeof *plane->touched);
        plane->row = calloc(size + 2 * MARGIN + 2, sizeof *plane->row);
        plane->room = pixels;
    }
    if (!plane->alphas || !plane->coverage || !plane->touched || !plane->row) {
        line_plane_close(plane);
        return ATLAS_NO_MEMORY;
    }
    plane->size = size;
    plane->n_touched = 0;
    memset(plane->alphas, 0, pixels * sizeof *plane->alphas);
    return ATLAS_OK;
}

/* Adds the part of an edge inside one row of pixels: heights count as covered to the right of the
 * edge; in the columns that it crosses, by the share that lies right of it. x from the margin on.
 */
static void add_edge(float *row, double x0, double x1, double height)
{
    if (x0 > x1) {
        double swap = x0;
        x0 = x1;
        x1 = swap;
    }
    int first = (int)x0, last = (int)x1;
    if (first == last) {
        double share = height * (1 - ((x0 + x1) / 2 - first));
        row[first] += (float)share;
        row[first + 1] += (float)(height - share);
        return;
    }
    /* The edge enters column after column; before is what was covered of the one before. */
    double slope = height / (x1 - x0), before = 0, inside = first + 1 - x0;
    double covered = slope * inside * inside / 2;
    row[first] += (float)covered;
    before = covered;
    for (int x = first + 1; x < last; x++) {
        covered = slope * (x + 0.5 - x0);
        row[x] += (float)(covered - before);
        before = covered;
    }
    double rest = x1 - last;
    covered = height - slope * rest * rest / 2;
    row[last] += (float)(covered - before);
    row[last + 1] += (float)(height - covered);
}

/* Adds to the line's coverage what stands in the row, from one column of it to another, and clears
 * it. */
static void take_row(struct line_plane *plane, uint32_t y, int first, int last)
{
    float sum = 0;
    int inside = MARGIN, end = MARGIN + (int)plane->size; /* columns of the plane */
    for (int column = first; column <= last; column++) {
        sum += plane->row[column];
        plane->row[column] = 0;
        if (column < inside || column >= end) continue;
        int covered = (int)((sum < 0 ? -sum : sum) * 255 + 0.5F);
        if (covered == 0) continue;
        size_t pixel = (size_t)y * plane->size + (size_t)(column - MARGIN);
        int before = plane->coverage[pixel];
        if (before == 0) plane->touched[plane->n_touched++] = (uint32_t)pixel;
        plane->coverage[pixel] = (uint8_t)(before + covered < 255 ? before + covered : 255);
    }
}

/* fmin() and fmax() without their care for NaN, which costs a call. */
static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* An edge of a shape, going down. */
struct edge {
    double top, bottom, x, slope; /* x at the top, in columns of the row */
    double sign;
};

/* The edges of a shape that are not level. Returns how many. */
static size_t make_edges(const struct line_point *corners, size_t n, struct edge *edges)
{
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        const struct line_point *a = &corners[i], *b = &corners[i + 1 < n ? i + 1 : 0];
        bool down = a->y < b->y;
        if (a->y == b->y) continue;
        const struct line_point *upper = down ? a : b, *lower = down ? b : a;
        edges[made++] = (struct edge){.top = upper->y,
                                      .bottom = lower->y,
                                      .x = upper->x + MARGIN,
                                      .slope = (lower->x - upper->x) / (lower->y - upper->y),
                                      .sign = down ? 1 : -1};
    }
    return made;
}

/* Adds a convex shape; its corners lie at most the margin beyond the plane. */
static void add_shape(struct line_plane *plane, const struct line_point *corners, size_t n_corners)
{
    struct edge edges[MAX_CORNERS];
    size_t n = make_edges(corners, n_corners, edges);
    double top = plane->size, bottom = 0;
    for (size_t i = 0; i < n; i++) {
        top = least(top, edges[i].top);
        bottom = most(bottom, edges[i].bottom);
    }
    int end_y = (int)least(bottom + 1, plane->size); /* the last row may be empty */
    for (int y = (int)most(top, 0); y < end_y; y++) {
        double x_min = plane->size + 2 * MARGIN, x_max = -1;
        for (size_t i = 0; i < n; i++) {
            const struct edge *edge = &edges[i];
            double from = most(edge->top, y), to = least(edge->bottom, y + 1);
            if (from >= to) continue;
            double x0 = edge->x + (from - edge->top) * edge->slope;
            double x1 = edge->x + (to - edge->top) * edge->slope;
            add_edge(plane->row, x0, x1, edge->sign * (to - from));
            x_min = least(x_min, least(x0, x1));
            x_max = most(x_max, most(x0, x1));
        }
        if (x_min <= x_max) take_row(plane, (uint32_t)y, (int)x_min, (int)x_max + 1);
    }
}

/* Adds the sector of a circle from one direction on, angles in radians, by so many corners that it
 * lacks 0.03 pixels of it at most. */
static void add_sector(struct line_plane *plane, struct line_point middle, double radius,
                       double from, double angle)
{
    struct line_point corners[MAX_CORNERS] = {middle};
    int parts = (int)least(fabs(angle) * sqrt(radius) * 2.04 + 1, MAX_CORNERS - 2);
    for (int i = 0; i <= parts; i++) {
        double at = from + angle * i / parts;
        corners[i + 1] =
            (struct line_point){middle.x + radius * cos(at), middle.y + radius * sin(at)};
    }
    add_shape(plane, corners, (size_t)parts + 2);
}

/* Narrows the share [*from, *to] of a stretch to where low <= start + s * delta <= high. */
static bool narrow(double start, double delta, double low, double high, double *from, double *to)
{
    if (delta == 0) return start >= low && start <= high;
    double a = (low - start) / delta, b = (high - start) / delta;
    *from = most(*from, least(a, b));
    *to = least(*to, most(a, b));
    return *from < *to;
}

static bool is_near(const struct line_plane *plane, struct line_point point, double reach)
{
    return point.x > -reach && point.y > -reach && point.x < plane->size + reach &&
           point.y < plane->size + reach;
}

/* A direction along the line; its length is 1. */
struct heading {
    double x, y;
};

/* A stretch of the line on its way to be added: at each end, where its corner on the one side lies
 * from there; the other one lies opposite. */
struct stretch {
    struct line_point a, b;
    struct heading heading, from_a, from_b;
    double length;
};

/* Adds a stretch as a quadrangle, without what lies beyond the plane. */
static void add_stretch(struct line_plane *plane, const struct stretch *stretch, double half)
{
    struct line_point a = stretch->a, b = stretch->b;
    struct heading from_a = stretch->from_a, from_b = stretch->from_b;
    double dx = b.x - a.x, dy = b.y - a.y, from = 0, to = 1;
    double low = -half - 2, high = plane->size + half + 2;
    if (!narrow(a.x, dx, low, high, &from, &to) || !narrow(a.y, dy, low, high, &from, &to)) return;
    struct heading across = {-stretch->heading.y * half, stretch->heading.x * half};
    if (from > 0) from_a = across;
    if (to < 1) from_b = across;
    b = (struct line_point){a.x + to * dx, a.y + to * dy};
    a = (struct line_point){a.x + from * dx, a.y + from * dy};
    const struct line_point corners[4] = {{a.x + from_a.x, a.y + from_a.y},
                                          {b.x + from_b.x, b.y + from_b.y},
                                          {b.x - from_b.x, b.y - from_b.y},
                                          {a.x - from_a.x, a.y - from_a.y}};
    add_shape(plane, corners, 4);
}

/* Joins two stretches. Where the line bends a little their corners there are one, halfway between,
 * so that nothing is covered twice; where it turns sharply, the sector that they leave open on the
 * outer side is added. */
static void join(struct line_plane *plane, struct stretch *before, struct stretch *after,
                 double half)
{
    double cross = before->heading.x * after->heading.y - before->heading.y * after->heading.x;
    double along = before->heading.x * after->heading.x + before->heading.y * after->heading.y;
    double back = fabs(cross) / (1 + along) * half; /* how far the inner corners move */
    if (along > 0.8 && back < before->length && back < after->length) {
        double share = half / (1 + along);
        before->from_b = (struct heading){-(before->heading.y + after->heading.y) * share,
                                          (before->heading.x + after->heading.x) * share};
        after->from_a = before->from_b;
    } else if ((along < 0 || half * half * fabs(cross) / 2 > unseen_px2) &&
               is_near(plane, after->a, half)) {
        double turn = atan2(cross, along), side = turn > 0 ? -M_PI_2 : M_PI_2;
        add_sector(plane, after->a, half, atan2(before->heading.y, before->heading.x) + side, turn);
    }
}

/* Adds a round end, on the side that a heading leads to. */
static void add_end(struct line_plane *plane, struct line_point at, struct heading out, double half)
{
    if (half * half * M_PI / 2 < unseen_px2 || !is_near(plane, at, half)) return;
    add_sector(plane, at, half, atan2(out.y, out.x) - M_PI_2, M_PI);
}

/* Lays the coverage of the line over what is there, as ink, and clears it. */
static void take_line(struct line_plane *plane, double alpha)
{
    uint32_t ink = (uint32_t)lrint(fmin(fmax(alpha, 0), 1) * 65536);
    for (size_t i = 0; i < plane->n_touched; i++) {
        uint32_t pixel = plane->touched[i], before = plane->alphas[pixel];
        uint32_t share = ink * plane->coverage[pixel] / 255; /* of 65536 */
        plane->alphas[pixel] =
            (uint16_t)(before + (uint32_t)(((uint64_t)(65535 - before) * share + 32768) >> 16));
        plane->coverage[pixel] = 0;
    }
    plane->n_touched = 0;
}

void line_plane_paint(struct line_plane *plane, const struct line_point *points, size_t n,
                      double width_px, double alpha)
{
    double half = least(width_px, MAX_WIDTH) / 2;
    struct stretch last = {.length = 0}; /* not added yet; without a length: none */
    for (size_t i = 1; i < n; i++) {
        struct stretch next = {.a = points[i - 1], .b = points[i]};
        double dx = next.b.x - next.a.x, dy = next.b.y - next.a.y;
        next.length = sqrt(dx * dx + dy * dy);
        if (next.length <= 0) continue;
        next.heading = (struct heading){dx / next.length, dy / next.length};
        next.from_a = (struct heading){-next.heading.y * half, next.heading.x * half};
        next.from_b = next.from_a;
        if (last.length > 0) {
            join(plane, &last, &next, half);
            add_stretch(plane, &last, half);
        } else {
            add_end(plane, next.a, (struct heading){-next.heading.x, -next.heading.y}, half);
        }
        last = next;
    }
    if (last.length > 0) {
        add_stretch(plane, &last, half);
        add_end(plane, last.b, last.heading, half);
    }
    take_line(plane, alpha);
}

enum { BLOCK = 64 }; /* pixels that are rounded at once, which compilers do in vectors */

const uint8_t *line_plane_finish(struct line_plane *plane)
{
    size_t pixels = (size_t)plane->size * plane->size;
    uint8_t *alphas = (uint8_t *)plane->alphas; /* each is read before its place is written */
    for (size_t i = 0, n; i < pixels; i += n) {
        uint16_t fine[BLOCK] = {0};
        uint8_t rounded[BLOCK];
        n = pixels - i < BLOCK ? pixels - i : BLOCK;
        memcpy(fine, plane->alphas + i, n * sizeof *fine);
        for (size_t k = 0; k < BLOCK; k++)
            rounded[k] = (uint8_t)((fine[k] + 128u) / 257u);
        memcpy(alphas + i, rounded, n);
    }
    return alphas;
}
