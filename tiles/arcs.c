#include "tiles/arcs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double t_one = (double)(UINT32_C(1) << 31);

/* Half a pixel of 512. */
static double tolerance_world(unsigned zoom)
{
    return ldexp(0.5 / 512, -(int)zoom);
}

unsigned arcs_zoom_for(size_t n_arcs, unsigned zoom)
{
    enum { MANY = 100000, COARSER = 5 }; /* at zoom 8, 100,000 arcs take 60 MB; a million 600 */
    unsigned finest = n_arcs > MANY ? COARSER : ARCS_FINEST_ZOOM;
    return zoom < finest ? zoom : finest;
}

static double vertex_t(const struct arc_vertex *vertex)
{
    return vertex->t / t_one;
}

/* What is under construction, with room to grow. */
struct arcs_building {
    struct arcs arcs;
    size_t vertices_room, stretches_room;
    struct tile_entry {
        uint32_t tile, arc;
    } * entries; /* arcs near tiles, arc by arc */
    size_t n_entries, entries_room;
    uint32_t *last_arc; /* per tile: 1 + the last arc entered */
};

/* Grows *array, of elements of `size` bytes, to hold one more than n. */
static bool grow(void **array, size_t n, size_t *room, size_t size)
{
    if (n < *room) return true;
    size_t more = *room ? *room + *room / 2 : 1024;
    void *grown = more < UINT32_MAX ? realloc(*array, more * size) : NULL;
    if (!grown) return false;
    *array = grown;
    *room = more;
    return true;
}

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

static bool add_vertex(struct arcs_building *building, const struct arc *arc, size_t i, double turn)
{
    struct arcs *arcs = &building->arcs;
    if (!grow((void **)&arcs->vertices, arcs->n_vertices, &building->vertices_room,
              sizeof *arcs->vertices))
        return false;
    struct world_point p = mercator_forward(arc->points[i].lon_deg, arc->points[i].lat_deg);
    struct arc_vertex *vertex = &arcs->vertices[arcs->n_vertices++];
    *vertex =
        (struct arc_vertex){(int32_t)lrint((p.x_world + turn) * FIXED_WORLD),
                            (int32_t)lrint(p.y_world * FIXED_WORLD), (uint32_t)(arc->t[i] * t_one)};
    struct arc_stretch *stretch = &arcs->stretches[arcs->n_stretches - 1];
    stretch->end++;
    fixed_box_add(&stretch->box, vertex->x, vertex->y);
    return true;
}

static bool add_arc(struct arcs_building *building, uint32_t index, const struct arc *arc)
{
    struct arcs *arcs = &building->arcs;
    double turn = 0;
    for (size_t part = 0; part < arc->n_parts; part++) {
        bool joined;
        turn = part_turn(arc, part, turn, &joined);
        if (!joined) {
            if (!grow((void **)&arcs->stretches, arcs->n_stretches, &building->stretches_room,
                      sizeof *arcs->stretches))
                return false;
            uint32_t first = (uint32_t)arcs->n_vertices;
            arcs->stretches[arcs->n_stretches++] =
                (struct arc_stretch){index, first, first, FIXED_BOX_EMPTY};
        }
        for (size_t i = arc->part_starts[part] + joined; i < arc->part_starts[part + 1]; i++)
            if (!add_vertex(building, arc, i, turn)) return false;
    }
    return true;
}

/* Enters an arc for the tiles that a box, in tiles of the list's zoom, reaches with its buffer. */
static bool enter_box(struct arcs_building *building, uint32_t arc, double x_min, double y_min,
                      double x_max, double y_max)
{
    static const double buffer = (double)(CLIP_BUFFER + 1) / MVT_EXTENT;
    int side = 1 << building->arcs.zoom;
    int y_first = (int)fmax(floor(y_min - buffer), 0);
    int y_last = (int)fmin(floor(y_max + buffer), side - 1);
    for (int y = y_first; y <= y_last; y++)
        for (int x = (int)floor(x_min - buffer); x <= (int)floor(x_max + buffer); x++) {
            uint32_t tile = (uint32_t)(y * side + ((x % side) + side) % side);
            if (building->last_arc[tile] == arc + 1) continue;
            building->last_arc[tile] = arc + 1;
            if (!grow((void **)&building->entries, building->n_entries, &building->entries_room,
                      sizeof *building->entries))
                return false;
            building->entries[building->n_entries++] = (struct tile_entry){tile, arc};
        }
    return true;
}

/* Enters an arc for the tiles along a stretch, in steps of a tile, so that a long slanting chord is
 * not entered for all tiles of its box. */
static bool enter_stretch(struct arcs_building *building, const struct arc_stretch *stretch)
{
    double tiles = ldexp(1, (int)building->arcs.zoom) / FIXED_WORLD;
    for (uint32_t i = stretch->first + 1; i < stretch->end; i++) {
        const struct arc_vertex *a = &building->arcs.vertices[i - 1], *b = a + 1;
        double x = a->x * tiles, y = a->y * tiles;
        double dx = b->x * tiles - x, dy = b->y * tiles - y;
        int steps = 1 + (int)fmax(fabs(dx), fabs(dy));
        for (int s = 0; s < steps; s++) {
            double x0 = x + dx * s / steps, x1 = x + dx * (s + 1) / steps;
            double y0 = y + dy * s / steps, y1 = y + dy * (s + 1) / steps;
            if (!enter_box(building, stretch->arc, fmin(x0, x1), fmin(y0, y1), fmax(x0, x1),
                           fmax(y0, y1)))
                return false;
        }
    }
    return true;
}

/* Turns the entries, arc by arc, into lists tile by tile. */
static bool make_lists(struct arcs_building *building)
{
    struct arcs *arcs = &building->arcs;
    size_t n_tiles = (size_t)1 << 2 * arcs->zoom;
    arcs->list_starts = calloc(n_tiles + 2, sizeof *arcs->list_starts);
    arcs->list = malloc((building->n_entries + 1) * sizeof *arcs->list);
    if (!arcs->list_starts || !arcs->list) return false;
    /* Counted two places on, so that filling moves each start to its own place. */
    for (size_t i = 0; i < building->n_entries; i++)
        arcs->list_starts[building->entries[i].tile + 2]++;
    for (size_t i = 2; i < n_tiles + 2; i++)
        arcs->list_starts[i] += arcs->list_starts[i - 1];
    for (size_t i = 0; i < building->n_entries; i++)
        arcs->list[arcs->list_starts[building->entries[i].tile + 1]++] = building->entries[i].arc;
    return true;
}

/* Where t is 0.5 on the drawn line. */
static struct fixed_point middle_of(const struct arcs *arcs, size_t arc)
{
    for (uint32_t s = arcs->first_stretch[arc]; s < arcs->n_stretches; s++)
        for (uint32_t i = arcs->stretches[s].first + 1; i < arcs->stretches[s].end; i++) {
            const struct arc_vertex *a = &arcs->vertices[i - 1], *b = a + 1;
            double ta = vertex_t(a), tb = vertex_t(b);
            if (ta > 0.5 || tb < 0.5) continue;
            double share = tb > ta ? (0.5 - ta) / (tb - ta) : 0;
            double x = a->x + share * ((double)b->x - a->x);
            double y = a->y + share * ((double)b->y - a->y);
            x -= floor(x / FIXED_WORLD) * FIXED_WORLD;
            return (struct fixed_point){(int32_t)x, (int32_t)fmin(fmax(y, 0), FIXED_WORLD - 1)};
        }
    return (struct fixed_point){-1, -1};
}

static enum atlas_status build(struct arcs_building *building)
{
    struct arcs *arcs = &building->arcs;
    double tolerance = tolerance_world(arcs->zoom);
    arcs->first_stretch = malloc((arcs->n_arcs + 1) * sizeof *arcs->first_stretch);
    arcs->middles = malloc((arcs->n_arcs + 1) * sizeof *arcs->middles);
    building->last_arc = calloc((size_t)1 << 2 * arcs->zoom, sizeof *building->last_arc);
    if (!arcs->first_stretch || !arcs->middles || !building->last_arc) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < arcs->n_arcs; i++) {
        struct arc arc;
        enum atlas_status status = arc_trace(arcs->ends[i].a, arcs->ends[i].b, tolerance, &arc);
        if (status) return status;
        arcs->first_stretch[i] = (uint32_t)arcs->n_stretches;
        bool added = add_arc(building, (uint32_t)i, &arc);
        arc_close(&arc);
        for (size_t s = arcs->first_stretch[i]; added && s < arcs->n_stretches; s++)
            added = enter_stretch(building, &arcs->stretches[s]);
        if (!added) return ATLAS_NO_MEMORY;
        arcs->middles[i] = middle_of(arcs, i);
    }
    arcs->first_stretch[arcs->n_arcs] = (uint32_t)arcs->n_stretches;
    return make_lists(building) ? ATLAS_OK : ATLAS_NO_MEMORY;
}

enum atlas_status arcs_build(const struct arc_ends *ends, size_t n, unsigned zoom,
                             struct arcs *arcs)
{
    struct arcs_building building = {.arcs = {.zoom = zoom, .ends = ends, .n_arcs = n}};
    enum atlas_status status = build(&building);
    free(building.entries);
    free(building.last_arc);
    if (status == ATLAS_OK) {
        void *trimmed = realloc(building.arcs.vertices,
                                (building.arcs.n_vertices + 1) * sizeof *building.arcs.vertices);
        if (trimmed) building.arcs.vertices = trimmed;
        *arcs = building.arcs;
    } else {
        arcs_close(&building.arcs);
    }
    return status;
}

void arcs_close(struct arcs *arcs)
{
    if (!arcs) return;
    free(arcs->vertices);
    free(arcs->stretches);
    free(arcs->first_stretch);
    free(arcs->middles);
    free(arcs->list_starts);
    free(arcs->list);
    *arcs = (struct arcs){0};
}

const uint32_t *arcs_near(const struct arcs *arcs, struct tile_key key, size_t *n)
{
    unsigned up = key.z - arcs->zoom;
    size_t tile = ((size_t)(key.y >> up) << arcs->zoom) + (key.x >> up);
    *n = arcs->list_starts[tile + 1] - arcs->list_starts[tile];
    return arcs->list + arcs->list_starts[tile];
}

/* The line of an arc from the kept vertex `from` to `to`, traced for the zoom of the tile. */
static enum atlas_status clip_share(const struct arc_ends *ends, const struct arc_vertex *from,
                                    const struct arc_vertex *to, const struct tile_view *view,
                                    int world, struct clip_scratch *scratch,
                                    struct clip_result *result)
{
    struct arc arc;
    enum atlas_status status = arc_trace_share(ends->a, ends->b, vertex_t(from), vertex_t(to),
                                               tolerance_world(view->key.z), &arc);
    if (status) return status;
    double units = view->scale * FIXED_WORLD, turn = 0;
    size_t n = 0;
    if (!clip_scratch_hold(scratch, arc.n_points)) status = ATLAS_NO_MEMORY;
    for (size_t part = 0; part < arc.n_parts && status == ATLAS_OK; part++) {
        bool joined;
        turn = part_turn(&arc, part, turn, &joined);
        /* A share that begins behind the antimeridian is traced in the world of its own. */
        if (part == 0) turn = round(from->x / FIXED_WORLD - (arc.points[0].lon_deg / 360 + 0.5));
        if (!joined) {
            status = n ? clip_line(scratch->vertices, n, result) : ATLAS_OK;
            n = 0;
        }
        for (size_t i = arc.part_starts[part] + joined; i < arc.part_starts[part + 1]; i++) {
            struct world_point p = mercator_forward(arc.points[i].lon_deg, arc.points[i].lat_deg);
            scratch->vertices[n++] =
                (struct clip_vertex){(p.x_world + turn) * units + view->x_offset[world],
                                     p.y_world * units + view->y_offset, arc.t[i]};
        }
    }
    if (status == ATLAS_OK && n) status = clip_line(scratch->vertices, n, result);
    arc_close(&arc);
    return status;
}

/* How far the true arcs stray from their chords, in fixed units. */
static int64_t margin_of(const struct arcs *arcs)
{
    return (int64_t)ceil(tolerance_world(arcs->zoom) * FIXED_WORLD);
}

/* Beyond the zoom of the arcs: the chords that come near the tile tell which shares of the arc to
 * trace for it. */
static enum atlas_status clip_closer(const struct arcs *arcs, const struct arc_stretch *stretch,
                                     const struct tile_view *view, int world,
                                     struct clip_scratch *scratch, struct clip_result *result)
{
    int64_t margin = margin_of(arcs);
    uint32_t i = stretch->first + 1;
    while (i < stretch->end) {
        uint32_t from = i;
        for (; i < stretch->end; i++) {
            const struct arc_vertex *a = &arcs->vertices[i - 1], *b = a + 1;
            struct fixed_box box = {a->x, a->x, a->y, a->y};
            fixed_box_add(&box, b->x, b->y);
            if (!tile_view_meets(view, world, margin, &box)) break;
        }
        if (i > from) {
            enum atlas_status status =
                clip_share(&arcs->ends[stretch->arc], &arcs->vertices[from - 1],
                           &arcs->vertices[i - 1], view, world, scratch, result);
            if (status) return status;
        }
        i++;
    }
    return ATLAS_OK;
}

static enum atlas_status clip_stretch(const struct arcs *arcs, const struct arc_stretch *stretch,
                                      const struct tile_view *view, int world,
                                      struct clip_scratch *scratch, struct clip_result *result)
{
    if (view->key.z > arcs->zoom) return clip_closer(arcs, stretch, view, world, scratch, result);
    if (!clip_scratch_hold(scratch, stretch->end - stretch->first)) return ATLAS_NO_MEMORY;
    double x_offset = view->x_offset[world];
    size_t n = 0;
    for (uint32_t i = stretch->first; i < stretch->end; i++) {
        const struct arc_vertex *vertex = &arcs->vertices[i];
        scratch->vertices[n++] =
            (struct clip_vertex){vertex->x * view->scale + x_offset,
                                 vertex->y * view->scale + view->y_offset, vertex_t(vertex)};
    }
    return clip_line(scratch->vertices, n, result);
}

enum atlas_status arcs_clip(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                            struct clip_scratch *scratch, struct clip_result *result)
{
    int64_t margin = view->key.z > arcs->zoom ? margin_of(arcs) : 0;
    for (uint32_t s = arcs->first_stretch[arc]; s < arcs->first_stretch[arc + 1]; s++) {
        const struct arc_stretch *stretch = &arcs->stretches[s];
        for (int world = 0; world < VIEW_WORLDS; world++) {
            if (!tile_view_meets(view, world, margin, &stretch->box)) continue;
            enum atlas_status status = clip_stretch(arcs, stretch, view, world, scratch, result);
            if (status) return status;
        }
    }
    return ATLAS_OK;
}

bool arcs_middle(const struct arcs *arcs, size_t arc, const struct tile_view *view,
                 struct mvt_point *point)
{
    struct fixed_point middle = arcs->middles[arc];
    if (middle.x < 0 || !tile_view_holds(view, middle)) return false;
    *point = tile_view_point(view, middle);
    return true;
}
