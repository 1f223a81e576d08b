#include "import/gazetteer_dissolve.h"

#include "geo/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct vertex {
    int32_t x, y;    /* 1e-6 degrees */
    uint32_t degree; /* lines that meet here, shared ones counted once */
};

struct edge { /* one side of a line: its group lies to the left */
    uint32_t from, to, group;
    bool gone; /* dissolved, or followed already */
};

struct topology {
    struct vertex *vertices;
    size_t n_vertices;
    uint32_t *slots; /* hash table from coordinates to vertex + 1 */
    size_t n_slots;  /* a power of two */
    struct edge *edges;
    size_t n_edges;
    uint32_t *loop; /* vertices of the loop in hand */
    struct outline_point *drawn;
    bool *keep;
    double tolerance_deg;
};

static void topology_close(struct topology *topology)
{
    free(topology->vertices);
    free(topology->slots);
    free(topology->edges);
    free(topology->loop);
    free(topology->drawn);
    free(topology->keep);
}

static size_t count_points(const struct outline *const *outlines, const uint32_t *groups, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; groups[i] != DISSOLVE_LEAVE_OUT && r < outlines[i]->n; r++)
            sum += outlines[i]->rings[r].n;
    return sum;
}

static bool topology_init(struct topology *topology, size_t points)
{
    topology->n_slots = 1024;
    while (topology->n_slots < 2 * points)
        topology->n_slots *= 2;
    topology->vertices = calloc(points + 1, sizeof *topology->vertices);
    topology->slots = calloc(topology->n_slots, sizeof *topology->slots);
    topology->edges = calloc(points + 1, sizeof *topology->edges);
    topology->loop = calloc(points + 1, sizeof *topology->loop);
    topology->drawn = calloc(points + 1, sizeof *topology->drawn);
    topology->keep = calloc(points + 1, sizeof *topology->keep);
    return topology->vertices && topology->slots && topology->edges && topology->loop &&
           topology->drawn && topology->keep;
}

static uint32_t find_vertex(struct topology *topology, struct outline_point point)
{
    int32_t x = (int32_t)lround(point.lon_deg * 1e6), y = (int32_t)lround(point.lat_deg * 1e6);
    uint64_t hash = ((uint64_t)(uint32_t)x << 32 | (uint32_t)y) * 0x9E3779B97F4A7C15u;
    size_t mask = topology->n_slots - 1, slot = (hash >> 32) & mask;
    for (uint32_t found; (found = topology->slots[slot]) != 0; slot = (slot + 1) & mask)
        if (topology->vertices[found - 1].x == x && topology->vertices[found - 1].y == y)
            return found - 1;
    topology->vertices[topology->n_vertices] = (struct vertex){.x = x, .y = y};
    topology->slots[slot] = (uint32_t)++topology->n_vertices;
    return (uint32_t)topology->n_vertices - 1;
}

static void add_edges(struct topology *topology, const struct outline_ring *ring, uint32_t group)
{
    uint32_t last = find_vertex(topology, ring->points[ring->n - 1]);
    for (size_t i = 0; i < ring->n; i++) {
        uint32_t here = find_vertex(topology, ring->points[i]);
        if (here != last)
            topology->edges[topology->n_edges++] =
                (struct edge){.from = last, .to = here, .group = group};
        last = here;
    }
}

/* By line (whichever way), then by group, then by direction. */
static int compare_lines(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    uint32_t keys[2][4] = {
        {x->from < x->to ? x->from : x->to, x->from < x->to ? x->to : x->from, x->group, x->from},
        {y->from < y->to ? y->from : y->to, y->from < y->to ? y->to : y->from, y->group, y->from}};
    for (int i = 0; i < 4; i++)
        if (keys[0][i] != keys[1][i]) return keys[0][i] < keys[1][i] ? -1 : 1;
    return 0;
}

static int compare_starts(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static bool same_line(const struct edge *a, const struct edge *b)
{
    return (a->from == b->from && a->to == b->to) || (a->from == b->to && a->to == b->from);
}

/* Within one line: each edge falls away with one of its group that runs the other way. */
static void cancel(struct edge *edges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; !edges[i].gone && j < n; j++)
            if (!edges[j].gone && edges[j].group == edges[i].group && edges[j].from == edges[i].to)
                edges[i].gone = edges[j].gone = true;
}

/* Drops what is dissolved, and counts how many lines meet at each vertex. */
static void dissolve_edges(struct topology *topology)
{
    struct edge *edges = topology->edges;
    size_t kept = 0, n = topology->n_edges;
    qsort(edges, n, sizeof *edges, compare_lines);
    for (size_t start = 0, end; start < n; start = end) {
        for (end = start + 1; end < n && same_line(&edges[start], &edges[end]);)
            end++;
        cancel(edges + start, end - start);
        bool drawn = false;
        for (size_t i = start; i < end; i++) {
            if (edges[i].gone) continue;
            if (!drawn) {
                topology->vertices[edges[i].from].degree++;
                topology->vertices[edges[i].to].degree++;
                drawn = true;
            }
            edges[kept++] = edges[i];
        }
    }
    topology->n_edges = kept;
    qsort(edges, kept, sizeof *edges, compare_starts);
}

/* An edge of the group that leaves from the vertex and was not followed yet; NULL if none. */
static struct edge *next_edge(struct topology *topology, uint32_t group, uint32_t from)
{
    struct edge wanted = {.group = group, .from = from, .to = 0};
    size_t low = array_lower_bound(topology->edges, topology->n_edges, sizeof wanted,
                                   compare_starts, &wanted);
    for (; low < topology->n_edges; low++) {
        struct edge *edge = &topology->edges[low];
        if (edge->group != group || edge->from != from) return NULL;
        if (!edge->gone) return edge;
    }
    return NULL;
}

/* Follows edges from start until they close; returns how many vertices the loop has. */
static size_t follow(struct topology *topology, struct edge *start)
{
    size_t n = 0;
    for (struct edge *edge = start; edge; edge = next_edge(topology, edge->group, edge->to)) {
        edge->gone = true;
        topology->loop[n++] = edge->from;
        if (edge->to == start->from) break;
    }
    return n;
}

static double mercator_y(int32_t y)
{
    double lat = fmax(-85, fmin(85, y / 1e6)) * M_PI / 180;
    return asinh(tan(lat)) * 180 / M_PI;
}

static bool vertex_before(const struct topology *topology, uint32_t a, uint32_t b)
{
    const struct vertex *x = &topology->vertices[a], *y = &topology->vertices[b];
    return x->x != y->x ? x->x < y->x : x->y < y->y;
}

static double line_distance(struct outline_point p, struct outline_point a, struct outline_point b)
{
    double dx = b.lon_deg - a.lon_deg, dy = b.lat_deg - a.lat_deg, length = dx * dx + dy * dy;
    double t =
        length > 0 ? ((p.lon_deg - a.lon_deg) * dx + (p.lat_deg - a.lat_deg) * dy) / length : 0;
    t = fmax(0, fmin(1, t));
    return hypot(p.lon_deg - a.lon_deg - t * dx, p.lat_deg - a.lat_deg - t * dy);
}

/* Douglas and Peucker's way, on drawn[0..n): marks what to keep. The stack holds spans. */
static bool mark_kept(struct topology *topology, size_t n)
{
    size_t capacity = 0, depth = 0;
    size_t(*spans)[2] = NULL;
    if (!ARRAY_RESERVE(spans, 1, &capacity)) return false;
    spans[depth][0] = 0;
    spans[depth++][1] = n - 1;
    topology->keep[0] = topology->keep[n - 1] = true;
    while (depth) {
        size_t from = spans[--depth][0], to = spans[depth][1], farthest = from;
        double most = topology->tolerance_deg;
        for (size_t i = from + 1; i < to; i++) {
            double away =
                line_distance(topology->drawn[i], topology->drawn[from], topology->drawn[to]);
            if (away > most) {
                most = away;
                farthest = i;
            }
        }
        if (farthest == from) continue;
        topology->keep[farthest] = true;
        if (!ARRAY_RESERVE(spans, depth + 2, &capacity)) {
            free(spans);
            return false;
        }
        spans[depth][0] = from;
        spans[depth++][1] = farthest;
        spans[depth][0] = farthest;
        spans[depth++][1] = to;
    }
    free(spans);
    return true;
}

/* Simplifies the piece loop[start .. start + n) (indexes modulo `size`), always in the same
 * direction, and appends what stays except its last vertex to kept. */
static bool simplify_piece(struct topology *topology, size_t size, size_t start, size_t n,
                           uint32_t *kept, size_t *n_kept)
{
    const uint32_t *loop = topology->loop;
    uint32_t first = loop[start % size], last = loop[(start + n - 1) % size];
    uint32_t second = loop[(start + 1) % size], before = loop[(start + n - 2) % size];
    bool backward = first != last ? vertex_before(topology, last, first)
                                  : vertex_before(topology, before, second);
    for (size_t i = 0; i < n; i++) {
        const struct vertex *vertex =
            &topology->vertices[loop[(start + (backward ? n - 1 - i : i)) % size]];
        topology->drawn[i] = (struct outline_point){vertex->x / 1e6, mercator_y(vertex->y)};
        topology->keep[i] = topology->tolerance_deg <= 0;
    }
    if (topology->tolerance_deg > 0 && !mark_kept(topology, n)) return false;
    for (size_t i = 0; i + 1 < n; i++)
        if (topology->keep[backward ? n - 1 - i : i]) kept[(*n_kept)++] = loop[(start + i) % size];
    return true;
}

/* Where a loop is cut first: at a junction, or else at its smallest vertex, so that both sides of
 * a shared ring cut it at the same place. */
static size_t first_cut(const struct topology *topology, size_t size)
{
    size_t smallest = 0;
    for (size_t i = 0; i < size; i++) {
        if (topology->vertices[topology->loop[i]].degree != 2) return i;
        if (vertex_before(topology, topology->loop[i], topology->loop[smallest])) smallest = i;
    }
    return smallest;
}

/* Simplifies the loop in hand into points; *n_points 0 when nothing of it is left. */
static bool simplify_loop(struct topology *topology, size_t size, uint32_t *kept,
                          struct outline_point *points, size_t *n_points)
{
    size_t origin = first_cut(topology, size), n_kept = 0;
    for (size_t start = origin; start < origin + size;) {
        size_t end = start + 1;
        while (end < origin + size && topology->vertices[topology->loop[end % size]].degree == 2)
            end++;
        if (!simplify_piece(topology, size, start, end - start + 1, kept, &n_kept)) return false;
        start = end;
    }
    *n_points = n_kept >= 3 ? n_kept : 0;
    for (size_t i = 0; i < *n_points; i++)
        points[i] = (struct outline_point){topology->vertices[kept[i]].x / 1e6,
                                           topology->vertices[kept[i]].y / 1e6};
    return true;
}

/* The loops of a group as rings without parts: outer ones anticlockwise. */
static bool collect_rings(struct topology *topology, size_t *next, uint32_t group,
                          struct outline *rings, uint32_t *kept, struct outline_point *points)
{
    for (; *next < topology->n_edges && topology->edges[*next].group == group; ++*next) {
        if (topology->edges[*next].gone) continue;
        size_t size = follow(topology, &topology->edges[*next]), n;
        if (size < 3) continue;
        if (!simplify_loop(topology, size, kept, points, &n)) return false;
        if (n && !outline_add_ring(rings, points, n, rings->n, outline_ring_signed(points, n) < 0))
            return false;
    }
    return true;
}

/* The smallest outer ring around a hole, or rings->n. areas: of each ring, on the plane. */
static size_t find_around(const struct outline *rings, const double *areas,
                          const struct outline_ring *hole)
{
    /* A vertex may lie on the other ring: the middle of an edge decides better. */
    double lon = (hole->points[0].lon_deg + hole->points[1].lon_deg) / 2;
    double lat = (hole->points[0].lat_deg + hole->points[1].lat_deg) / 2;
    size_t found = rings->n;
    for (size_t i = 0; i < rings->n; i++) {
        if (areas[i] <= 0 || (found < rings->n && areas[i] >= areas[found])) continue;
        struct outline one = {.rings = &rings->rings[i],
                              .n = 1,
                              .west = rings->west,
                              .south = rings->south,
                              .east = rings->east,
                              .north = rings->north};
        if (outline_contains(&one, lon, lat)) found = i;
    }
    return found;
}

/* Puts each hole behind its outer ring and leaves out what is too small to see. around[i]: for a
 * hole, its outer ring. */
static bool put_parts(const struct outline *rings, const double *areas, const size_t *around,
                      double smallest, struct outline *result)
{
    size_t largest = 0;
    for (size_t i = 0; i < rings->n; i++)
        if (areas[i] > areas[largest]) largest = i;
    for (size_t i = 0; i < rings->n; i++) {
        const struct outline_ring *outer = &rings->rings[i];
        if (areas[i] <= 0 || (areas[i] < smallest && i != largest)) continue;
        if (!outline_add_ring(result, outer->points, outer->n, i, false)) return false;
        for (size_t h = 0; h < rings->n; h++)
            if (around[h] == i && -areas[h] >= smallest &&
                !outline_add_ring(result, rings->rings[h].points, rings->rings[h].n, i, true))
                return false;
    }
    return true;
}

static bool arrange(const struct outline *rings, double smallest, struct outline *result)
{
    double *areas = calloc(rings->n + 1, sizeof *areas);
    size_t *around = calloc(rings->n + 1, sizeof *around);
    bool good = areas && around;
    for (size_t i = 0; good && i < rings->n; i++)
        areas[i] = outline_ring_signed(rings->rings[i].points, rings->rings[i].n) / 2;
    for (size_t i = 0; good && i < rings->n; i++)
        around[i] = areas[i] < 0 ? find_around(rings, areas, &rings->rings[i]) : rings->n;
    good = good && put_parts(rings, areas, around, smallest, result);
    free(areas);
    free(around);
    return good;
}

static bool dissolve(struct topology *topology, struct outline *results, size_t n_groups)
{
    uint32_t *kept = calloc(topology->n_edges + 1, sizeof *kept);
    struct outline_point *points = calloc(topology->n_edges + 1, sizeof *points);
    bool good = kept && points;
    double smallest = topology->tolerance_deg * topology->tolerance_deg;
    for (size_t next = 0; good && next < topology->n_edges;) {
        uint32_t group = topology->edges[next].group;
        struct outline rings = {0};
        good = group < n_groups && collect_rings(topology, &next, group, &rings, kept, points) &&
               arrange(&rings, smallest, &results[group]);
        outline_close(&rings);
    }
    free(kept);
    free(points);
    return good;
}

enum atlas_status outline_dissolve(const struct outline *const *outlines, const uint32_t *groups,
                                   size_t n, double tolerance_deg, struct outline *results,
                                   size_t n_groups, struct atlas_error *error)
{
    struct topology topology = {.tolerance_deg = tolerance_deg};
    size_t points = count_points(outlines, groups, n);
    bool good = topology_init(&topology, points);
    for (size_t i = 0; good && i < n; i++)
        for (size_t r = 0; groups[i] != DISSOLVE_LEAVE_OUT && r < outlines[i]->n; r++)
            add_edges(&topology, &outlines[i]->rings[r], groups[i]);
    if (good) dissolve_edges(&topology);
    good = good && dissolve(&topology, results, n_groups);
    topology_close(&topology);
    return good ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for outlines");
}
