#include "tiles/arcs.h"

#include "geo/arc_curve.h"
#include "tiles/arcs_internal.h"

#include <math.h>

const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n)
{
    *n = arcs->n_arcs;
    if (!arcs->list_starts || key.z < ARCS_LIST_ZOOM) return NULL;
    unsigned up = key.z - (unsigned)ARCS_LIST_ZOOM;
    size_t tile = ((size_t)(key.y >> up) << ARCS_LIST_ZOOM) + (key.x >> up);
    *n = arcs->list_starts[tile + 1] - arcs->list_starts[tile];
    return arcs->list + arcs->list_starts[tile];
}

/* What chords and, beyond the finest zoom, curves stray, in fixed units. */
static int64_t margin_of(const struct arcs *arcs, const struct tile_view *view)
{
    unsigned zoom = view->key.z < arcs->finest_zoom ? view->key.z : arcs->finest_zoom;
    return (int64_t)ceil(arcs_tolerance_world(zoom) * FIXED_WORLD);
}

void arcs_window_init(const struct arcs *arcs, const struct tile_view *view,
                      struct arcs_window *window)
{
    int64_t margin = margin_of(arcs, view);
    for (int world = 0; world < VIEW_WORLDS; world++) {
        window->x_min[world] = arcs_cell_x(view->x_min[world] - margin);
        window->x_max[world] = arcs_cell_x(view->x_max[world] + margin);
    }
    window->y_min = arcs_cell_y(view->y_min - margin);
    window->y_max = arcs_cell_y(view->y_max + margin);
}

bool arcs_end_in(const struct arcs *arcs, size_t arc, const struct tile_view *view)
{
    /* A run that leaves the tile from there is longer than this, in tile units. */
    static const int32_t inside = 16;
    for (uint32_t s = arcs->first_stretch[arc]; s < arcs->first_stretch[arc + 1]; s++) {
        const struct arc_knot *first = &arcs->knots[arcs->stretches[s].first];
        const struct arc_knot *ends[2] = {first, first + arcs->stretches[s].n_steps};
        for (int end = 0; end < 2; end++) {
            struct fixed_point place = fixed_point_of(
                (struct world_point){ends[end]->x / FIXED_WORLD, ends[end]->y / FIXED_WORLD});
            if (!tile_view_holds(view, place)) continue;
            struct mvt_point p = tile_view_point(view, place);
            if (p.x >= inside && p.x <= MVT_EXTENT - inside && p.y >= inside &&
                p.y <= MVT_EXTENT - inside)
                return true;
        }
    }
    return false;
}

/* A vertex of the drawn line: fixed units, and t. */
struct arc_vertex {
    double x, y, t;
};

/* A stretch on its way to be drawn for a zoom, in chords of equal weight; and where on it one is.
 */
struct walk {
    const struct arc_knot *knots;
    const struct arc_stretch *stretch;
    double n_chords, share; /* weight of a chord */
    uint32_t step;
    double before; /* weight of the steps before */
};

static double weight_of(const struct arc_knot *step)
{
    return curve_step_weight((double)step->density, (double)step[1].density);
}

static void walk_init(struct walk *walk, const struct arcs *arcs, const struct arc_stretch *stretch,
                      unsigned zoom)
{
    *walk = (struct walk){.knots = arcs->knots + stretch->first, .stretch = stretch};
    double weight = (double)stretch->weight;
    double tolerance = arcs_tolerance_world(zoom) * ARCS_LINE_SHARE -
                       arcs_tolerance_world(arcs->finest_zoom) * ARCS_CURVE_SHARE;
    walk->n_chords = fmax(ceil(weight / sqrt(tolerance)), 1);
    walk->share = weight / walk->n_chords;
}

/* The cubic of a step at u, as curve_step_at() in fixed units. */
static struct arc_vertex vertex_at(const struct walk *walk, uint32_t step, double u)
{
    const struct arc_knot *a = &walk->knots[step], *b = a + 1;
    const struct arc_stretch *stretch = walk->stretch;
    double v = 1 - u, h1 = u * u * (3 - 2 * u), h2 = u * v * v, h3 = -u * u * v;
    double t0 = stretch->t0, t = t0 + (stretch->t1 - t0) * (step + u) / stretch->n_steps;
    return (struct arc_vertex){
        a->x + h1 * ((double)b->x - a->x) + h2 * (double)a->dx + h3 * (double)b->dx,
        a->y + h1 * ((double)b->y - a->y) + h2 * (double)a->dy + h3 * (double)b->dy,
        t / ARCS_T_ONE};
}

/* The vertex where a chord begins, counted from 0; the last one ends there. Chords are asked for in
 * ascending order. */
static struct arc_vertex walk_to(struct walk *walk, double chord)
{
    if (chord >= walk->n_chords) return vertex_at(walk, walk->stretch->n_steps - 1, 1);
    double weight = chord * walk->share, here = weight_of(&walk->knots[walk->step]);
    while (walk->step + 1 < walk->stretch->n_steps && walk->before + here < weight) {
        walk->before += here;
        walk->step++;
        here = weight_of(&walk->knots[walk->step]);
    }
    const struct arc_knot *knot = &walk->knots[walk->step];
    double u = chord > 0 ? curve_step_share((double)knot->density, (double)knot[1].density,
                                            weight - walk->before)
                         : 0;
    return vertex_at(walk, walk->step, u);
}

/* A stretch being cut to a tile, in one world. */
struct cut {
    const struct arcs *arcs;
    size_t arc;
    const struct tile_view *view;
    int world;
    int64_t margin;
    bool closer; /* than the curves serve */
    struct clip_scratch *scratch;
    struct clip_result *result;
    struct arc_vertex from, to; /* what is near, beyond the finest zoom */
    bool near;
    size_t n; /* vertices in scratch, otherwise */
};

/* The turn of the world that a part of a traced arc is shifted by to run on from the part before;
 * *joined says whether it does. */
static double part_turn(const struct arc *arc, size_t part, double turn_before, bool *joined)
{
    *joined = false;
    if (part == 0) return 0;
    size_t start = arc->part_starts[part];
    double end_deg = arc->points[start - 1].lon_deg, start_deg = arc->points[start].lon_deg;
    if (fabs(end_deg) != 180 || end_deg != -start_deg || arc->t[start - 1] != arc->t[start])
        return 0;
    *joined = true;
    return turn_before + (end_deg > 0 ? 1 : -1);
}

/* Cuts the share of the arc that is near, traced for the zoom of the tile. */
static enum atlas_status cut_share(struct cut *cut)
{
    struct arc arc;
    const struct tile_view *view = cut->view;
    if (!cut->near) return ATLAS_OK;
    cut->near = false;
    struct arc_ends ends = cut->arcs->ends_of(cut->arcs->context, cut->arc);
    enum atlas_status status = arc_trace_share(ends.a, ends.b, cut->from.t, cut->to.t,
                                               arcs_tolerance_world(view->key.z), &arc);
    if (status) return status;
    double units = view->scale * FIXED_WORLD, turn = 0;
    size_t n = 0;
    if (!clip_scratch_hold(cut->scratch, arc.n_points)) status = ATLAS_NO_MEMORY;
    for (size_t part = 0; part < arc.n_parts && status == ATLAS_OK; part++) {
        bool joined;
        turn = part_turn(&arc, part, turn, &joined);
        /* A share that begins behind the antimeridian is traced in the world of its own. */
        if (part == 0)
            turn = round(cut->from.x / FIXED_WORLD - (arc.points[0].lon_deg / 360 + 0.5));
        if (!joined) {
            status = n ? clip_line(cut->scratch->vertices, n, cut->result) : ATLAS_OK;
            n = 0;
        }
        for (size_t i = arc.part_starts[part] + joined; i < arc.part_starts[part + 1]; i++) {
            struct world_point p = mercator_forward(arc.points[i].lon_deg, arc.points[i].lat_deg);
            cut->scratch->vertices[n++] =
                (struct clip_vertex){(p.x_world + turn) * units + view->x_offset[cut->world],
                                     p.y_world * units + view->y_offset, arc.t[i]};
        }
    }
    if (status == ATLAS_OK && n) status = clip_line(cut->scratch->vertices, n, cut->result);
    arc_close(&arc);
    return status;
}

/* Takes a vertex of the line, or ends what was taken. */
static enum atlas_status take(struct cut *cut, const struct arc_vertex *vertex)
{
    const struct tile_view *view = cut->view;
    if (!vertex) {
        size_t n = cut->n;
        cut->n = 0;
        return n > 1 ? clip_line(cut->scratch->vertices, n, cut->result) : ATLAS_OK;
    }
    cut->scratch->vertices[cut->n++] =
        (struct clip_vertex){vertex->x * view->scale + view->x_offset[cut->world],
                             vertex->y * view->scale + view->y_offset, vertex->t};
    return ATLAS_OK;
}

/* Beyond the finest zoom: notes the chord that begins at cut->to when it is near. */
static enum atlas_status take_closer(struct cut *cut, const struct arc_vertex *vertex, bool first)
{
    struct fixed_box box = FIXED_BOX_EMPTY;
    struct arc_vertex before = cut->to;
    fixed_box_add(&box, (int32_t)vertex->x, (int32_t)vertex->y);
    if (!first) fixed_box_add(&box, (int32_t)before.x, (int32_t)before.y);
    if (first || !tile_view_meets(cut->view, cut->world, cut->margin, &box)) {
        enum atlas_status status = cut_share(cut);
        cut->to = *vertex;
        return status;
    }
    if (!cut->near) cut->from = before;
    cut->near = true;
    cut->to = *vertex;
    return ATLAS_OK;
}

/* Takes the chords that hold the weights from..to, without those up to *taken. */
static enum atlas_status take_chords(struct cut *cut, struct walk *walk, double from, double to,
                                     double *taken)
{
    /* A straight step weighs nothing: it lies where a chord begins, or, by rounding, ends. */
    static const double rounding = 1e-6;
    double first = walk->share > 0 ? fmax(floor(from / walk->share - rounding), 0) : 0;
    double last = walk->share > 0 ? fmin(ceil(to / walk->share + rounding), walk->n_chords) : 1;
    bool fresh = first > *taken || *taken == 0;
    enum atlas_status status = ATLAS_OK;
    if (!fresh) first = *taken + 1;
    if (fresh) status = cut->closer ? cut_share(cut) : take(cut, NULL);
    size_t more = (size_t)fmax(last - first + 1, 0);
    if (status == ATLAS_OK && !clip_scratch_hold(cut->scratch, cut->n + more))
        status = ATLAS_NO_MEMORY;
    for (double chord = first; chord <= last && status == ATLAS_OK; chord++) {
        struct arc_vertex vertex = walk_to(walk, chord);
        status =
            cut->closer ? take_closer(cut, &vertex, fresh && chord == first) : take(cut, &vertex);
    }
    *taken = fmax(*taken, last);
    return status;
}

static enum atlas_status clip_stretch(const struct arcs *arcs, const struct arc_stretch *stretch,
                                      struct cut *cut)
{
    struct walk walk;
    walk_init(&walk, arcs, stretch, cut->closer ? arcs->finest_zoom : cut->view->key.z);
    enum atlas_status status = ATLAS_OK;
    double weight = 0, near_from = 0, taken = 0;
    bool near = false;
    for (uint32_t i = 0; i <= stretch->n_steps && status == ATLAS_OK; i++) {
        bool meets = false;
        if (i < stretch->n_steps) {
            struct fixed_box box = arcs_step_box(&walk.knots[i]);
            meets = tile_view_meets(cut->view, cut->world, cut->margin, &box);
        }
        if (meets && !near) near_from = weight;
        if (!meets && near) status = take_chords(cut, &walk, near_from, weight, &taken);
        near = meets;
        if (i < stretch->n_steps) weight += weight_of(&walk.knots[i]);
    }
    if (status == ATLAS_OK) status = cut->closer ? cut_share(cut) : take(cut, NULL);
    return status;
}

enum atlas_status arcs_clip(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                            struct clip_scratch *scratch, struct clip_result *result)
{
    struct cut cut = {.arcs = arcs,
                      .arc = arc,
                      .view = view,
                      .margin = margin_of(arcs, view),
                      .closer = view->key.z > arcs->finest_zoom,
                      .scratch = scratch,
                      .result = result};
    struct arcs_window window;
    arcs_window_init(arcs, view, &window);
    for (cut.world = 0; cut.world < VIEW_WORLDS; cut.world++) {
        if (!arcs_meet_in(arcs, arc, &window, cut.world)) continue;
        for (uint32_t s = arcs->first_stretch[arc]; s < arcs->first_stretch[arc + 1]; s++) {
            enum atlas_status status = clip_stretch(arcs, &arcs->stretches[s], &cut);
            if (status) return status;
        }
    }
    return ATLAS_OK;
}

bool arcs_middle(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                 struct mvt_point *point)
{
    static const uint32_t half = UINT32_C(1) << 30;
    for (uint32_t s = arcs->first_stretch[arc]; s < arcs->first_stretch[arc + 1]; s++) {
        const struct arc_stretch *stretch = &arcs->stretches[s];
        if (stretch->t0 > half || stretch->t1 < half) continue;
        struct walk walk = {.knots = arcs->knots + stretch->first, .stretch = stretch};
        double length = (double)stretch->t1 - stretch->t0;
        double at = length > 0 ? (double)(half - stretch->t0) / length * stretch->n_steps : 0;
        uint32_t step = (uint32_t)fmin(floor(at), stretch->n_steps - 1.0);
        struct arc_vertex middle = vertex_at(&walk, step, at - step);
        struct fixed_point place =
            fixed_point_of((struct world_point){middle.x / FIXED_WORLD, middle.y / FIXED_WORLD});
        if (!tile_view_holds(view, place)) return false;
        *point = tile_view_point(view, place);
        return true;
    }
    return false;
}
