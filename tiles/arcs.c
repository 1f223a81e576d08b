#include "tiles/arcs.h"

#include "geo/arc_curve.h"
#include "geo/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double t_one = (double)(UINT32_C(1) << 31);

/* Of half a pixel of the finest zoom, what a curve may stray; and of half a pixel of any zoom, what
 * curve and chords may stray together: the coarser the zoom, the more of it is left for chords. */
static const double curve_share = 0.64, line_share = 0.94;

/* The zoom of the lists; coarser tiles look at all arcs, finer ones at those of the tile that holds
 * them. For more arcs than MANY the lists would take more than they save. */
enum { LIST_ZOOM = 5, MANY = 100000 };

/* The finest zoom that curves serve; of many arcs a coarser one, which takes two thirds of the
 * memory. */
enum { FINEST_ZOOM = 11, FINEST_OF_MANY = 9 };

/* Half a pixel of 512. */
static double tolerance_world(unsigned zoom)
{
    return ldexp(0.5 / 512, -(int)zoom);
}

/* What is under construction, with room to grow. */
struct arcs_building {
    struct arcs arcs;
    struct arc_curve curve;
    size_t knots_room, stretches_room;
    struct tile_entry {
        uint32_t tile, arc;
    } * entries; /* arcs near tiles, arc by arc */
    size_t n_entries, entries_room;
    uint32_t *last_arc; /* per tile: 1 + the last arc entered; NULL without lists */
};

/* A step lies in the hull of its ends and the points a third of its headings away from them. */
static struct fixed_box box_of_step(const struct arc_knot *step)
{
    struct fixed_box box = {step->x, step->x, step->y, step->y};
    fixed_box_add(&box, step[1].x, step[1].y);
    fixed_box_add(&box, step->x + (int32_t)(step->dx / 3), step->y + (int32_t)(step->dy / 3));
    fixed_box_add(&box, step[1].x - (int32_t)(step[1].dx / 3),
                  step[1].y - (int32_t)(step[1].dy / 3));
    return box;
}

enum { BOX_CELL_BITS = 15, BOX_MAX = UINT16_MAX };

static int32_t box_cell_x(int64_t x)
{
    return (int32_t)((x + (INT64_C(1) << 29)) >> BOX_CELL_BITS);
}

static int32_t box_cell_y(int64_t y)
{
    return (int32_t)(y >> BOX_CELL_BITS);
}

static uint16_t box_bound(int32_t cell)
{
    return (uint16_t)(cell < 0 ? 0 : cell > BOX_MAX ? BOX_MAX : cell);
}

/* Makes the box of an arc from those of its steps. */
static void box_arc(struct arcs *arcs, size_t arc)
{
    struct fixed_box all = FIXED_BOX_EMPTY;
    for (size_t s = arcs->first_stretch[arc]; s < arcs->n_stretches; s++)
        for (uint32_t i = 0; i < arcs->stretches[s].n_steps; i++) {
            struct fixed_box box = box_of_step(&arcs->knots[arcs->stretches[s].first + i]);
            fixed_box_add(&all, box.x_min, box.y_min);
            fixed_box_add(&all, box.x_max, box.y_max);
        }
    arcs->boxes[arc] =
        (struct arc_box){box_bound(box_cell_x(all.x_min)), box_bound(box_cell_x(all.x_max)),
                         box_bound(box_cell_y(all.y_min)), box_bound(box_cell_y(all.y_max))};
}

static bool add_stretch(struct arcs_building *building, const struct curve_piece *piece)
{
    struct arcs *arcs = &building->arcs;
    size_t n = piece->n_steps + 1;
    if (arcs->n_knots + n >= UINT32_MAX ||
        !ARRAY_RESERVE(arcs->stretches, arcs->n_stretches + 1, &building->stretches_room) ||
        !ARRAY_RESERVE(arcs->knots, arcs->n_knots + n, &building->knots_room))
        return false;
    struct arc_stretch stretch = {
        .first = (uint32_t)arcs->n_knots,
        .n_steps = (uint32_t)piece->n_steps,
        .t0 = (uint32_t)lrint(piece->t0 * t_one),
        .t1 = (uint32_t)lrint(piece->t1 * t_one),
    };
    for (size_t i = 0; i < n; i++) {
        const struct curve_knot *knot = &building->curve.knots[piece->first + i];
        arcs->knots[arcs->n_knots++] = (struct arc_knot){
            (int32_t)lrint(knot->x_world * FIXED_WORLD),
            (int32_t)lrint(knot->y_world * FIXED_WORLD), (float)(knot->dx * FIXED_WORLD),
            (float)(knot->dy * FIXED_WORLD), (float)knot->density};
    }
    double weight = 0;
    for (size_t i = 0; i < piece->n_steps; i++) {
        const struct arc_knot *step = &arcs->knots[stretch.first + i];
        weight += curve_step_weight((double)step->density, (double)step[1].density);
    }
    stretch.weight = (float)weight;
    arcs->stretches[arcs->n_stretches++] = stretch;
    return true;
}

/* Enters an arc for the tiles that a box reaches with its buffer. */
static bool enter_box(struct arcs_building *building, uint32_t arc, const struct fixed_box *box)
{
    static const double tiles = (1 << LIST_ZOOM) / FIXED_WORLD;
    static const double buffer = (double)(CLIP_BUFFER + 8) / MVT_EXTENT;
    int side = 1 << LIST_ZOOM;
    int x_last = (int)floor(box->x_max * tiles + buffer);
    int y_first = (int)fmax(floor(box->y_min * tiles - buffer), 0);
    int y_last = (int)fmin(floor(box->y_max * tiles + buffer), side - 1);
    for (int y = y_first; y <= y_last; y++)
        for (int x = (int)floor(box->x_min * tiles - buffer); x <= x_last; x++) {
            uint32_t tile = (uint32_t)(y * side + ((x % side) + side) % side);
            if (building->last_arc[tile] == arc + 1) continue;
            building->last_arc[tile] = arc + 1;
            if (building->n_entries + 1 >= UINT32_MAX ||
                !ARRAY_RESERVE(building->entries, building->n_entries + 1, &building->entries_room))
                return false;
            building->entries[building->n_entries++] = (struct tile_entry){tile, arc};
        }
    return true;
}

/* Turns the entries, arc by arc, into lists tile by tile. */
static bool make_lists(struct arcs_building *building)
{
    enum { N_TILES = 1 << 2 * LIST_ZOOM };
    struct arcs *arcs = &building->arcs;
    arcs->list_starts = calloc(N_TILES + 2, sizeof *arcs->list_starts);
    arcs->list = malloc((building->n_entries + 1) * sizeof *arcs->list);
    if (!arcs->list_starts || !arcs->list) return false;
    /* Counted two places on, so that filling moves each start to its own place. */
    for (size_t i = 0; i < building->n_entries; i++)
        arcs->list_starts[building->entries[i].tile + 2]++;
    for (size_t i = 2; i < N_TILES + 2; i++)
        arcs->list_starts[i] += arcs->list_starts[i - 1];
    for (size_t i = 0; i < building->n_entries; i++)
        arcs->list[arcs->list_starts[building->entries[i].tile + 1]++] = building->entries[i].arc;
    return true;
}

static enum atlas_status add_arc(struct arcs_building *building, uint32_t arc)
{
    struct arcs *arcs = &building->arcs;
    struct arc_ends ends = arcs->ends_of(arcs->context, arc);
    enum atlas_status status = arc_curve_trace(
        ends.a, ends.b, tolerance_world(arcs->finest_zoom) * curve_share, &building->curve);
    for (size_t p = 0; status == ATLAS_OK && p < building->curve.n_pieces; p++)
        if (!add_stretch(building, &building->curve.pieces[p])) status = ATLAS_NO_MEMORY;
    if (status) return status;
    box_arc(arcs, arc);
    if (!building->last_arc) return ATLAS_OK;
    for (size_t s = arcs->first_stretch[arc]; s < arcs->n_stretches; s++)
        for (uint32_t i = 0; i < arcs->stretches[s].n_steps; i++) {
            struct fixed_box box = box_of_step(&arcs->knots[arcs->stretches[s].first + i]);
            if (!enter_box(building, arc, &box)) return ATLAS_NO_MEMORY;
        }
    return ATLAS_OK;
}

static enum atlas_status build(struct arcs_building *building)
{
    struct arcs *arcs = &building->arcs;
    bool listed = arcs->n_arcs <= MANY;
    arcs->first_stretch = malloc((arcs->n_arcs + 1) * sizeof *arcs->first_stretch);
    arcs->boxes = malloc((arcs->n_arcs + 1) * sizeof *arcs->boxes);
    if (listed) building->last_arc = calloc((size_t)1 << 2 * LIST_ZOOM, sizeof(uint32_t));
    if (!arcs->first_stretch || !arcs->boxes || (listed && !building->last_arc))
        return ATLAS_NO_MEMORY;
    for (uint32_t i = 0; i < arcs->n_arcs; i++) {
        arcs->first_stretch[i] = (uint32_t)arcs->n_stretches;
        enum atlas_status status = add_arc(building, i);
        if (status) return status;
    }
    arcs->first_stretch[arcs->n_arcs] = (uint32_t)arcs->n_stretches;
    return !listed || make_lists(building) ? ATLAS_OK : ATLAS_NO_MEMORY;
}

/* Gives back what growing took too much. */
static void trim(void **array, size_t n, size_t size)
{
    void *trimmed = realloc(*array, (n + 1) * size);
    if (trimmed) *array = trimmed;
}

enum atlas_status arcs_build(arc_ends_of ends_of, const void *context, size_t n, struct arcs *arcs)
{
    struct arcs_building building = {
        .arcs = {.ends_of = ends_of,
                 .context = context,
                 .n_arcs = n,
                 .finest_zoom = n > MANY ? FINEST_OF_MANY : FINEST_ZOOM}};
    enum atlas_status status = build(&building);
    free(building.entries);
    free(building.last_arc);
    arc_curve_close(&building.curve);
    if (status == ATLAS_OK) {
        *arcs = building.arcs;
        trim((void **)&arcs->knots, arcs->n_knots, sizeof *arcs->knots);
        trim((void **)&arcs->stretches, arcs->n_stretches, sizeof *arcs->stretches);
    } else {
        arcs_close(&building.arcs);
    }
    return status;
}

void arcs_close(struct arcs *arcs)
{
    if (!arcs) return;
    free(arcs->knots);
    free(arcs->stretches);
    free(arcs->first_stretch);
    free(arcs->boxes);
    free(arcs->list_starts);
    free(arcs->list);
    *arcs = (struct arcs){0};
}

const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n)
{
    *n = arcs->n_arcs;
    if (!arcs->list_starts || key.z < LIST_ZOOM) return NULL;
    unsigned up = key.z - (unsigned)LIST_ZOOM;
    size_t tile = ((size_t)(key.y >> up) << LIST_ZOOM) + (key.x >> up);
    *n = arcs->list_starts[tile + 1] - arcs->list_starts[tile];
    return arcs->list + arcs->list_starts[tile];
}

/* What chords and, beyond the finest zoom, curves stray, in fixed units. */
static int64_t margin_of(const struct arcs *arcs, const struct tile_view *view)
{
    unsigned zoom = view->key.z < arcs->finest_zoom ? view->key.z : arcs->finest_zoom;
    return (int64_t)ceil(tolerance_world(zoom) * FIXED_WORLD);
}

void arcs_window_init(const struct arcs *arcs, const struct tile_view *view,
                      struct arcs_window *window)
{
    int64_t margin = margin_of(arcs, view);
    for (int world = 0; world < VIEW_WORLDS; world++) {
        window->x_min[world] = box_cell_x(view->x_min[world] - margin);
        window->x_max[world] = box_cell_x(view->x_max[world] + margin);
    }
    window->y_min = box_cell_y(view->y_min - margin);
    window->y_max = box_cell_y(view->y_max + margin);
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
    double tolerance =
        tolerance_world(zoom) * line_share - tolerance_world(arcs->finest_zoom) * curve_share;
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
        a->y + h1 * ((double)b->y - a->y) + h2 * (double)a->dy + h3 * (double)b->dy, t / t_one};
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
    enum atlas_status status =
        arc_trace_share(ends.a, ends.b, cut->from.t, cut->to.t, tolerance_world(view->key.z), &arc);
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
            struct fixed_box box = box_of_step(&walk.knots[i]);
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
