/* Arcs traced as curves, their boxes, and the lists of those near each tile. */
#include "geo/arc_curve.h"
#include "geo/array.h"
#include "tiles/arcs_internal.h"

#include <stdlib.h>

/* For more arcs than MANY the lists would take more than they save. */
enum { MANY = 100000 };

/* The finest zoom that curves serve; of many arcs a coarser one, which takes two thirds of the
 * memory. */
enum { FINEST_ZOOM = 11, FINEST_OF_MANY = 9 };

enum { BOX_MAX = UINT16_MAX };

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
            struct fixed_box box = arcs_step_box(&arcs->knots[arcs->stretches[s].first + i]);
            fixed_box_add(&all, box.x_min, box.y_min);
            fixed_box_add(&all, box.x_max, box.y_max);
        }
    arcs->boxes[arc] =
        (struct arc_box){box_bound(arcs_cell_x(all.x_min)), box_bound(arcs_cell_x(all.x_max)),
                         box_bound(arcs_cell_y(all.y_min)), box_bound(arcs_cell_y(all.y_max))};
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
        .t0 = (uint32_t)lrint(piece->t0 * ARCS_T_ONE),
        .t1 = (uint32_t)lrint(piece->t1 * ARCS_T_ONE),
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
    static const double tiles = (1 << ARCS_LIST_ZOOM) / FIXED_WORLD;
    static const double buffer = (double)(CLIP_BUFFER + 8) / MVT_EXTENT;
    int side = 1 << ARCS_LIST_ZOOM;
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
    enum { N_TILES = 1 << 2 * ARCS_LIST_ZOOM };
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
    enum atlas_status status =
        arc_curve_trace(ends.a, ends.b, arcs_tolerance_world(arcs->finest_zoom) * ARCS_CURVE_SHARE,
                        &building->curve);
    for (size_t p = 0; status == ATLAS_OK && p < building->curve.n_pieces; p++)
        if (!add_stretch(building, &building->curve.pieces[p])) status = ATLAS_NO_MEMORY;
    if (status) return status;
    box_arc(arcs, arc);
    if (!building->last_arc) return ATLAS_OK;
    for (size_t s = arcs->first_stretch[arc]; s < arcs->n_stretches; s++)
        for (uint32_t i = 0; i < arcs->stretches[s].n_steps; i++) {
            struct fixed_box box = arcs_step_box(&arcs->knots[arcs->stretches[s].first + i]);
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
    if (listed) building->last_arc = calloc((size_t)1 << 2 * ARCS_LIST_ZOOM, sizeof(uint32_t));
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
