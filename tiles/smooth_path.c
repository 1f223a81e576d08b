#include "tiles/smooth_path.h"

#include <math.h>
#include <stdbool.h>

static const double nearest = 3;

struct vector {
    double x, y;
};

struct smooth_path {
    cairo_t *context;
    double scale;
    struct vector from, to;  /* the last two points that count; `from` is drawn */
    struct vector direction; /* of the curve at `from`, of length 1 */
    struct vector end;       /* the last point of all */
    int n;                   /* points that count */
};

static double length_of(struct vector v)
{
    return hypot(v.x, v.y);
}

static struct vector between(struct vector a, struct vector b)
{
    return (struct vector){b.x - a.x, b.y - a.y};
}

/* Where a circle that leaves along `direction` and comes back to the chord arrives, and the other
 * way round. */
static struct vector mirrored(struct vector direction, struct vector chord)
{
    double square = chord.x * chord.x + chord.y * chord.y;
    double along = 2 * (direction.x * chord.x + direction.y * chord.y) / square;
    return (struct vector){along * chord.x - direction.x, along * chord.y - direction.y};
}

static void draw_to(struct smooth_path *path, struct vector to, struct vector direction)
{
    double third = length_of(between(path->from, to)) / 3;
    cairo_curve_to(path->context, path->from.x + path->direction.x * third,
                   path->from.y + path->direction.y * third, to.x - direction.x * third,
                   to.y - direction.y * third, to.x, to.y);
    path->from = to;
    path->direction = direction;
}

static void move_to(void *pointer, int32_t x, int32_t y)
{
    struct smooth_path *path = pointer;
    path->from = path->to = path->end = (struct vector){x * path->scale, y * path->scale};
    path->n = 1;
    cairo_move_to(path->context, path->from.x, path->from.y);
}

static void line_to(void *pointer, int32_t x, int32_t y)
{
    struct smooth_path *path = pointer;
    struct vector next = path->end = (struct vector){x * path->scale, y * path->scale};
    struct vector after = between(path->to, next), before = between(path->from, path->to);
    if (length_of(after) < nearest) return;
    if (++path->n > 2) {
        double a = length_of(after), b = length_of(before);
        struct vector direction = {before.x / b * a + after.x / a * b,
                                   before.y / b * a + after.y / a * b};
        double length = length_of(direction);
        if (length > 0) direction = (struct vector){direction.x / length, direction.y / length};
        if (path->n == 3) path->direction = mirrored(direction, before);
        draw_to(path, path->to, direction);
    }
    path->to = next;
}

/* The last piece, which no point follows. */
static void finish(struct smooth_path *path)
{
    struct vector chord = between(path->from, path->end);
    if (path->n < 3 || length_of(chord) <= 0)
        cairo_line_to(path->context, path->end.x, path->end.y);
    else
        draw_to(path, path->end, mirrored(path->direction, chord));
}

void smooth_path_trace(const struct mvt_feature *feature, double scale, cairo_t *context)
{
    struct smooth_path path = {.context = context, .scale = scale};
    const struct mvt_pen pen = {&path, move_to, line_to, NULL};
    cairo_new_path(context);
    if (mvt_read_geometry(feature, &pen) && path.n > 0) finish(&path);
}
