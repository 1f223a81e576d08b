#include "tiles/shapes.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WKB_LINE = 2, WKB_POLYGON = 3, WKB_MULTILINE = 5, WKB_MULTIPOLYGON = 6 };

/* Bytes of WKB still to be read. */
struct wkb {
    const uint8_t *at, *end;
};

/* The shapes being read, and whether memory ran out at it. */
struct shapes_building {
    struct shapes *shapes;
    bool no_memory;
};

static bool read_uint32(struct wkb *wkb, uint32_t *number)
{
    if (wkb->end - wkb->at < 4) return false;
    *number = (uint32_t)wkb->at[0] | (uint32_t)wkb->at[1] << 8 | (uint32_t)wkb->at[2] << 16 |
              (uint32_t)wkb->at[3] << 24;
    wkb->at += 4;
    return true;
}

static double read_double(struct wkb *wkb)
{
    uint64_t bits = 0;
    double number;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)wkb->at[i] << 8 * i;
    wkb->at += 8;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Byte order and type of a geometry, which must be the ones wanted. */
static bool read_head(struct wkb *wkb, uint32_t wanted)
{
    uint32_t type;
    if (wkb->at == wkb->end || *wkb->at++ != 1) return false;
    return read_uint32(wkb, &type) && type == wanted;
}

/* Reads the points of a ring or line as one part; the last point of a ring that repeats the first
 * is dropped. */
static bool read_part(struct wkb *wkb, bool ring, bool exterior, struct shapes_building *building)
{
    struct shapes *shapes = building->shapes;
    uint32_t n;
    if (!read_uint32(wkb, &n) || n > (size_t)(wkb->end - wkb->at) / 16) return false;
    if (shapes->n_vertices + n >= UINT32_MAX ||
        !ARRAY_RESERVE(shapes->vertices, shapes->n_vertices + n, &shapes->vertices_room) ||
        !ARRAY_RESERVE(shapes->parts, shapes->n_parts + 1, &shapes->parts_room)) {
        building->no_memory = true;
        return false;
    }
    struct shape_part part = {(uint32_t)shapes->n_vertices, (uint32_t)shapes->n_vertices,
                              FIXED_BOX_EMPTY, exterior};
    for (uint32_t i = 0; i < n; i++) {
        double lon_deg = read_double(wkb), lat_deg = read_double(wkb);
        if (!(fabs(lon_deg) <= 180 && fabs(lat_deg) <= 90)) return false;
        struct world_point p = mercator_forward(lon_deg, lat_deg);
        struct shape_vertex v = {(int32_t)lrint(p.x_world * FIXED_WORLD),
                                 (int32_t)lrint(p.y_world * FIXED_WORLD)};
        shapes->vertices[part.end++] = v;
        fixed_box_add(&part.box, v.x, v.y);
    }
    const struct shape_vertex *first = &shapes->vertices[part.first];
    if (ring && n > 1 && first->x == first[n - 1].x && first->y == first[n - 1].y) part.end--;
    shapes->n_vertices = part.end;
    shapes->parts[shapes->n_parts++] = part;
    return true;
}

static bool read_polygon(struct wkb *wkb, struct shapes_building *building)
{
    uint32_t n;
    if (!read_head(wkb, WKB_POLYGON) || !read_uint32(wkb, &n)) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!read_part(wkb, true, i == 0, building)) return false;
    return true;
}

static bool read_multi(struct wkb *wkb, bool polygons, struct shapes_building *building)
{
    uint32_t n;
    if (!read_head(wkb, polygons ? WKB_MULTIPOLYGON : WKB_MULTILINE) || !read_uint32(wkb, &n))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!(polygons ? read_polygon(wkb, building)
                       : read_head(wkb, WKB_LINE) && read_part(wkb, false, false, building)))
            return false;
    return wkb->at == wkb->end;
}

/* Appends to one of the lists of shapes; *n of them, room for *room. */
static enum atlas_status read_shape(struct shapes *shapes, const uint8_t *data, size_t length,
                                    bool polygons, struct shape **list, size_t *n, size_t *room)
{
    struct shapes_building building = {.shapes = shapes};
    struct wkb wkb = {data, data + length};
    size_t first = shapes->n_parts, vertices = shapes->n_vertices;
    if (!ARRAY_RESERVE(*list, *n + 1, room)) return ATLAS_NO_MEMORY;
    if (!read_multi(&wkb, polygons, &building)) {
        shapes->n_parts = first;
        shapes->n_vertices = vertices;
    }
    if (building.no_memory) return ATLAS_NO_MEMORY;
    struct shape shape = {(uint32_t)first, (uint32_t)shapes->n_parts, FIXED_BOX_EMPTY};
    for (size_t i = first; i < shapes->n_parts; i++) {
        const struct fixed_box *box = &shapes->parts[i].box;
        fixed_box_add(&shape.box, box->x_min, box->y_min);
        fixed_box_add(&shape.box, box->x_max, box->y_max);
    }
    (*list)[(*n)++] = shape;
    return ATLAS_OK;
}

enum atlas_status shapes_read_area(struct shapes *shapes, const uint8_t *wkb, size_t length)
{
    return read_shape(shapes, wkb, length, true, &shapes->areas, &shapes->n_areas,
                      &shapes->areas_room);
}

enum atlas_status shapes_read_border(struct shapes *shapes, const uint8_t *wkb, size_t length)
{
    return read_shape(shapes, wkb, length, false, &shapes->borders, &shapes->n_borders,
                      &shapes->borders_room);
}

static void trim(void **array, size_t n, size_t *room, size_t size)
{
    void *trimmed = n ? realloc(*array, n * size) : NULL;
    if (!trimmed) return;
    *array = trimmed;
    *room = n;
}

void shapes_trim(struct shapes *shapes)
{
    trim((void **)&shapes->vertices, shapes->n_vertices, &shapes->vertices_room,
         sizeof *shapes->vertices);
    trim((void **)&shapes->parts, shapes->n_parts, &shapes->parts_room, sizeof *shapes->parts);
    trim((void **)&shapes->areas, shapes->n_areas, &shapes->areas_room, sizeof *shapes->areas);
    trim((void **)&shapes->borders, shapes->n_borders, &shapes->borders_room,
         sizeof *shapes->borders);
}

void shapes_close(struct shapes *shapes)
{
    if (!shapes) return;
    free(shapes->vertices);
    free(shapes->parts);
    free(shapes->areas);
    free(shapes->borders);
    *shapes = (struct shapes){0};
}

/* How a part is cut. */
enum cut { CUT_RING, CUT_LINE, CUT_OUTLINE };

/* To whole steps of tile units: half a pixel of 512, or the unit itself. */
static double rounded(double units, double step)
{
    return floor(units / step + 0.5) * step;
}

/* Whether a step of a ring runs along the antimeridian or the north or south end of the world:
 * there the map is cut, not the land. */
static bool along_cut(const struct shape_vertex *a, const struct shape_vertex *b)
{
    const int32_t end = (int32_t)FIXED_WORLD;
    return (a->x == b->x && (a->x == 0 || a->x == end)) ||
           (a->y == b->y && (a->y == 0 || a->y == end));
}

/* A vertex on such a cut, in tile units, moved over it beyond the buffer. */
static struct clip_vertex beyond_cut(const struct shape_vertex *vertex, struct clip_vertex at)
{
    const int32_t end = (int32_t)FIXED_WORLD;
    const double away = 2 * CLIP_BUFFER;
    at.x += vertex->x == 0 ? -away : vertex->x == end ? away : 0;
    at.y += vertex->y == 0 ? -away : vertex->y == end ? away : 0;
    return at;
}

static bool cut_at_antimeridian(const struct shape_vertex *ring, size_t n,
                                const struct fixed_box *box)
{
    bool found = false;
    if (box->x_min > 0 && box->x_max < (int32_t)FIXED_WORLD) return false;
    for (size_t i = 0; i < n && !found; i++) {
        const struct shape_vertex *next = &ring[i + 1 < n ? i + 1 : 0];
        found = ring[i].x == next->x && along_cut(&ring[i], next);
    }
    return found;
}

/* Vertices of a part on their way to tile units. */
struct track {
    const struct tile_view *view;
    double x, y; /* offsets */
    struct clip_vertex *vertices;
    size_t n;
};

static struct clip_vertex in_tile(const struct track *track, const struct shape_vertex *vertex)
{
    /* The one t throughout: a line that rounds to a dot is not worth a unit. */
    struct clip_vertex at = {vertex->x * track->view->scale + track->x,
                             vertex->y * track->view->scale + track->y, 0};
    if (track->view->key.z > SHAPES_COARSE_ZOOM) return at;
    const double step = track->view->fine ? 1 : 4;
    return (struct clip_vertex){rounded(at.x, step), rounded(at.y, step), 0};
}

static void add_vertex(struct track *track, struct clip_vertex at)
{
    const struct clip_vertex *last = track->n ? &track->vertices[track->n - 1] : NULL;
    if (!last || last->x != at.x || last->y != at.y) track->vertices[track->n++] = at;
}

/* A ring that is cut runs on to the end of the buffer: its outline, where somebody draws it, must
 * not show a border across the land. At most two vertices for each of the n. */
static void track_ring(const struct shape_vertex *ring, size_t n, struct track *track)
{
    bool cut_before = along_cut(&ring[n - 1], &ring[0]);
    for (size_t i = 0; i < n; i++) {
        bool cut_after = along_cut(&ring[i], &ring[i + 1 < n ? i + 1 : 0]);
        struct clip_vertex at = in_tile(track, &ring[i]);
        if (cut_before) add_vertex(track, beyond_cut(&ring[i], at));
        if (!cut_before || !cut_after) add_vertex(track, at);
        if (cut_after && !cut_before) add_vertex(track, beyond_cut(&ring[i], at));
        cut_before = cut_after;
    }
}

/* Cuts one part in one world; clipped then holds what is in the tile. */
static enum atlas_status cut_part(const struct shapes *shapes, const struct shape_part *part,
                                  enum cut cut, const struct tile_view *view, int world,
                                  struct clip_scratch *scratch, struct clip_result *clipped)
{
    const struct shape_vertex *vertices = &shapes->vertices[part->first];
    size_t n = part->end - part->first;
    clip_clear(clipped);
    if (n < 2 || !tile_view_meets(view, world, 0, &part->box)) return ATLAS_OK;
    /* Of the two halves of what is cut, the one that lies in the tile fills the buffer too. */
    if (cut == CUT_RING && world != VIEW_HERE && cut_at_antimeridian(vertices, n, &part->box))
        return ATLAS_OK;
    if (!clip_scratch_hold(scratch, 2 * n + 1)) return ATLAS_NO_MEMORY;
    struct track track = {view, view->x_offset[world], view->y_offset, scratch->vertices, 0};
    if (cut == CUT_RING) {
        track_ring(vertices, n, &track);
        return clip_ring(track.vertices, track.n, clipped);
    }
    for (size_t i = 0; i < n; i++)
        add_vertex(&track, in_tile(&track, &vertices[i]));
    if (cut == CUT_OUTLINE) track.vertices[track.n++] = track.vertices[0];
    return clip_line(track.vertices, track.n, clipped);
}

/* An island that would be less than a pixel, beside larger ones. */
static bool negligible(const struct shape *area, const struct shape_part *part,
                       const struct tile_view *view)
{
    static const double pixel = 8;
    if (view->key.z > SHAPES_COARSE_ZOOM || view->fine) return false;
    if (area->end_part == area->first_part + 1) return false;
    double width = ((double)part->box.x_max - part->box.x_min) * view->scale;
    double height = ((double)part->box.y_max - part->box.y_min) * view->scale;
    return width < pixel && height < pixel;
}

enum atlas_status shapes_add_area(const struct shapes *shapes, const struct shape *area,
                                  const struct tile_view *view, struct clip_scratch *scratch,
                                  struct clip_result *clipped, struct mvt_writer *writer)
{
    for (int world = 0; world < VIEW_WORLDS; world++) {
        bool exterior_drawn = false;
        if (!tile_view_meets(view, world, 0, &area->box)) continue;
        for (uint32_t p = area->first_part; p < area->end_part; p++) {
            const struct shape_part *part = &shapes->parts[p];
            if (!part->exterior && !exterior_drawn) continue;
            if (negligible(area, part, view)) {
                if (part->exterior) exterior_drawn = false;
                continue;
            }
            enum atlas_status status =
                cut_part(shapes, part, CUT_RING, view, world, scratch, clipped);
            if (status) return status;
            bool drawn = clipped->n_runs &&
                         mvt_ring(writer, clipped->points, clipped->n_points, part->exterior);
            if (part->exterior) exterior_drawn = drawn;
        }
    }
    return ATLAS_OK;
}

bool shapes_add_mark(const struct shapes *shapes, const struct shape *area,
                     const struct tile_view *view, struct mvt_writer *writer)
{
    enum { HALF = 4, SMALL = 32 }; /* tile units; whatever is larger than SMALL can be drawn */
    int64_t largest = -1;
    const struct fixed_box *box = NULL;
    for (uint32_t p = area->first_part; p < area->end_part; p++) {
        const struct fixed_box *part = &shapes->parts[p].box;
        int64_t size = (int64_t)part->x_max - part->x_min + part->y_max - part->y_min;
        if (size <= largest) continue;
        largest = size;
        box = part;
    }
    if (!box || (double)largest * view->scale > SMALL) return false;
    const struct fixed_point middle = {
        (int32_t)(((int64_t)box->x_min + box->x_max) / 2 & ((INT64_C(1) << 30) - 1)),
        (int32_t)(((int64_t)box->y_min + box->y_max) / 2)};
    if (!tile_view_holds(view, middle)) return false;
    struct mvt_point at = tile_view_point(view, middle);
    const struct mvt_point square[] = {{at.x - HALF, at.y - HALF},
                                       {at.x + HALF, at.y - HALF},
                                       {at.x + HALF, at.y + HALF},
                                       {at.x - HALF, at.y + HALF}};
    return mvt_ring(writer, square, 4, true);
}

enum atlas_status shapes_add_lines(const struct shapes *shapes, const struct shape *shape,
                                   bool outlines, const struct tile_view *view,
                                   struct clip_scratch *scratch, struct clip_result *clipped,
                                   struct mvt_writer *writer)
{
    for (int world = 0; world < VIEW_WORLDS; world++) {
        if (!tile_view_meets(view, world, 0, &shape->box)) continue;
        for (uint32_t p = shape->first_part; p < shape->end_part; p++) {
            enum atlas_status status =
                cut_part(shapes, &shapes->parts[p], outlines ? CUT_OUTLINE : CUT_LINE, view, world,
                         scratch, clipped);
            if (status) return status;
            for (size_t r = 0; r < clipped->n_runs; r++)
                mvt_line(writer, clipped->points + clipped->runs[r].start,
                         clipped->runs[r].end - clipped->runs[r].start);
        }
    }
    return ATLAS_OK;
}
