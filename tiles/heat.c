#include "tiles/heat.h"

#include "tiles/bitset.h"
#include "tiles/png.h"
#include "tiles/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Values are computed at nodes this many pixels (of 256) apart and mixed in between: never more
 * than half a bandwidth. */
enum { NODE_PX = 2, NODES = 256 / NODE_PX + 1, COLOURS = 64, PEAK_TRIES = 32, KERNEL_STEPS = 2048 };

static const double earth_radius_km = 6371.0088; /* mean radius, IUGG */
static const double reach = 4.5;                 /* bandwidths */

double heat_bandwidth_km(uint8_t zoom)
{
    return fmax(10, zoom <= 1 ? 600 : ldexp(600, 1 - zoom));
}

static void unit_vector(double lon_deg, double lat_deg, double unit[3])
{
    double lon = lon_deg * M_PI / 180, lat = lat_deg * M_PI / 180;
    unit[0] = cos(lat) * cos(lon);
    unit[1] = cos(lat) * sin(lon);
    unit[2] = sin(lat);
}

/* One link's share of the field at a squared chord of the unit sphere; 0 beyond reach. */
static double kernel(const struct heat_field *field, double chord2)
{
    double s2 = field->bandwidth_km * field->bandwidth_km;
    /* The arc's square from the chord's: exact to 1e-4 within reach. */
    double d2 = earth_radius_km * earth_radius_km * chord2 * (1 + chord2 / 12);
    return d2 > reach * reach * s2 ? 0 : 1000 / (2 * M_PI * s2) * exp(-d2 / (2 * s2));
}

/* The kernel as a table over the squared chord, mixed in between: to 1e-5 of its peak. */
struct kernel_table {
    float value[KERNEL_STEPS + 2];
    float steps_per_chord2;
    float beyond; /* squared chord from which it is 0 */
};

static void kernel_tabulate(const struct heat_field *field, struct kernel_table *table)
{
    double angle = reach * field->bandwidth_km / earth_radius_km;
    double beyond = pow(2 * sin(fmin(angle, M_PI) / 2), 2);
    for (int i = 0; i < KERNEL_STEPS + 2; i++)
        table->value[i] = (float)kernel(field, beyond * i / KERNEL_STEPS);
    table->steps_per_chord2 = (float)(KERNEL_STEPS / beyond);
    table->beyond = (float)beyond;
}

static float kernel_look_up(const struct kernel_table *table, float chord2)
{
    if (chord2 >= table->beyond) return 0;
    if (!(chord2 > 0)) return table->value[0]; /* rounding may make it negative */
    float at = chord2 * table->steps_per_chord2;
    int step = (int)at;
    return table->value[step] + (table->value[step + 1] - table->value[step]) * (at - (float)step);
}

static double chord_squared(const double a[3], const double b[3])
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

double heat_at(const struct heat_field *field, double lon_deg, double lat_deg)
{
    double unit[3], sum = 0;
    unit_vector(lon_deg, lat_deg, unit);
    for (size_t i = 0; i < field->n_points; i++)
        sum += field->points[i].n * kernel(field, chord_squared(unit, field->points[i].unit));
    return sum;
}

struct bin { /* points that lie near each other */
    uint32_t cell;
    double n;
    const struct heat_point *heaviest;
};

static int by_cell(const void *a, const void *b)
{
    const struct bin *x = a, *y = b;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

static int heaviest_first(const void *a, const void *b)
{
    const struct bin *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : by_cell(a, b);
}

/* The peak lies near the heaviest place of one of the densest cells of a grid of one bandwidth. */
static enum atlas_status find_peak(struct heat_field *field)
{
    struct bin *bins = calloc(field->n_points + 1, sizeof *bins);
    if (!bins) return ATLAS_NO_MEMORY;
    double step_deg = field->bandwidth_km / 111;
    for (size_t i = 0; i < field->n_points; i++) {
        const struct heat_point *point = &field->points[i];
        double row = floor((point->lat_deg + 90) / step_deg);
        double width = cos(point->lat_deg * M_PI / 180);
        double column = floor((point->lon_deg + 180) * fmax(width, 0.01) / step_deg);
        bins[i] = (struct bin){(uint32_t)(row * 40000 + column), point->n, point};
    }
    qsort(bins, field->n_points, sizeof *bins, by_cell);
    size_t n = 0;
    for (size_t i = 0; i < field->n_points; i++) {
        if (n > 0 && bins[n - 1].cell == bins[i].cell) {
            bins[n - 1].n += bins[i].n;
            if (bins[i].heaviest->n > bins[n - 1].heaviest->n)
                bins[n - 1].heaviest = bins[i].heaviest;
        } else {
            bins[n++] = bins[i];
        }
    }
    qsort(bins, n, sizeof *bins, heaviest_first);
    for (size_t i = 0; i < n && i < PEAK_TRIES; i++)
        field->peak =
            fmax(field->peak, heat_at(field, bins[i].heaviest->lon_deg, bins[i].heaviest->lat_deg));
    free(bins);
    return ATLAS_OK;
}

/* Chosen links by their end on one side; NULL when out of memory. */
static uint32_t *count_ends(const struct selection *selection, bool french)
{
    const struct edition *edition = selection->edition;
    uint32_t *counts = calloc(edition->n_territories + 1, sizeof *counts);
    size_t n = edition->n_links;
    for (size_t i = counts ? bitset_next(selection->links, 0, n) : n; i < n;
         i = bitset_next(selection->links, i + 1, n))
        counts[french ? edition->links[i].french : edition->links[i].foreign]++;
    return counts;
}

static bool has_place(const struct edition_territory *territory)
{
    return territory->precision <= PRECISION_AREA && isfinite(territory->lon_deg);
}

static void take_place(struct heat_field *field, const struct edition_territory *territory,
                       double n)
{
    if (!has_place(territory)) {
        field->left_out += n;
        return;
    }
    struct heat_point *point = &field->points[field->n_points++];
    *point =
        (struct heat_point){.lon_deg = territory->lon_deg, .lat_deg = territory->lat_deg, .n = n};
    unit_vector(point->lon_deg, point->lat_deg, point->unit);
    field->n += n;
}

/* Where a point is, and the cell of a fine grid that it lies in. */
struct celled_point {
    uint32_t cell, point;
};

static int by_fine_cell(const void *a, const void *b)
{
    const struct celled_point *x = a, *y = b;
    if (x->cell != y->cell) return x->cell < y->cell ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

static void add_weight(const struct heat_point *point, struct heat_point *sum)
{
    for (int axis = 0; axis < 3; axis++)
        sum->unit[axis] += point->n * point->unit[axis];
    sum->n += point->n;
}

/* Puts a sum of weighted points where its centre is. */
static void settle(struct heat_point *sum)
{
    double *unit = sum->unit;
    double length = sqrt(unit[0] * unit[0] + unit[1] * unit[1] + unit[2] * unit[2]);
    for (int axis = 0; axis < 3; axis++)
        unit[axis] /= length;
    sum->lon_deg = atan2(unit[1], unit[0]) * 180 / M_PI;
    sum->lat_deg = asin(fmax(-1, fmin(1, unit[2]))) * 180 / M_PI;
}

/* The cells of a grid MERGED_PER_BANDWIDTH times finer than the bandwidth. */
enum { MERGED_PER_BANDWIDTH = 6 };
static void find_cells(const struct heat_field *field, struct celled_point *cells)
{
    double step_deg = field->bandwidth_km / 111 / MERGED_PER_BANDWIDTH;
    double columns = ceil(360 / step_deg) + 1;
    for (size_t i = 0; i < field->n_points; i++) {
        const struct heat_point *point = &field->points[i];
        double row = floor((point->lat_deg + 90) / step_deg);
        double width = fmax(cos(((row + 0.5) * step_deg - 90) * M_PI / 180), 0.001);
        double column = floor((point->lon_deg + 180) * width / step_deg);
        cells[i] = (struct celled_point){(uint32_t)(row * columns + column), (uint32_t)i};
    }
}

/* Makes one point of all that lie in a cell, at their centre: very many places cost no more than
 * there is to see. A value moves by (1/6)^2 / 12, a quarter of a hundredth, where it is largest;
 * the next colour is 3 % away. */
static enum atlas_status merge_points(struct heat_field *field)
{
    struct heat_point *merged = calloc(field->n_points + 1, sizeof *merged);
    struct celled_point *cells = malloc((field->n_points + 1) * sizeof *cells);
    enum atlas_status status = merged && cells ? ATLAS_OK : ATLAS_NO_MEMORY;
    size_t n = 0;
    if (status == ATLAS_OK) {
        find_cells(field, cells);
        qsort(cells, field->n_points, sizeof *cells, by_fine_cell);
        for (size_t i = 0, end; i < field->n_points; i = end) {
            for (end = i; end < field->n_points && cells[end].cell == cells[i].cell; end++)
                add_weight(&field->points[cells[end].point], &merged[n]);
            if (end == i + 1)
                merged[n] = field->points[cells[i].point];
            else
                settle(&merged[n]);
            n++;
        }
        free(field->points);
        field->points = merged;
        field->n_points = n;
        merged = NULL;
    }
    free(merged);
    free(cells);
    return status;
}

enum atlas_status heat_field_make(const struct selection *selection, bool side_french,
                                  double bandwidth_km, struct heat_field *field)
{
    const struct edition *edition = selection->edition;
    uint32_t *counts = count_ends(selection, side_french);
    size_t n_ends = 0;
    for (size_t i = 0; counts && i < edition->n_territories; i++)
        n_ends += counts[i] > 0;
    *field = (struct heat_field){.bandwidth_km = bandwidth_km,
                                 .points = calloc(n_ends + 1, sizeof *field->points)};
    enum atlas_status status = counts && field->points ? ATLAS_OK : ATLAS_NO_MEMORY;
    for (size_t i = 0; !status && i < edition->n_territories; i++)
        if (counts[i]) take_place(field, &edition->territories[i], counts[i]);
    if (status == ATLAS_OK) status = merge_points(field);
    if (status == ATLAS_OK) status = find_peak(field);
    free(counts);
    if (status != ATLAS_OK) heat_field_close(field);
    return status;
}

enum atlas_status heat_count_links(const struct selection *selection, bool side_french, uint64_t *n)
{
    const struct edition *edition = selection->edition;
    uint32_t *counts = count_ends(selection, side_french);
    if (!counts) return ATLAS_NO_MEMORY;
    *n = 0;
    for (size_t i = 0; i < edition->n_territories; i++)
        if (has_place(&edition->territories[i])) *n += counts[i];
    free(counts);
    return ATLAS_OK;
}

void heat_field_close(struct heat_field *field)
{
    if (!field) return;
    free(field->points);
    *field = (struct heat_field){0};
}

/* A tile's nodes, row by row from the north-west. */
struct nodes {
    float value[NODES][NODES];
    double lat_deg[NODES], lon_deg[NODES]; /* of rows and columns; lon not wrapped */
    double sin_lat[NODES], cos_lat[NODES], sin_lon[NODES], cos_lon[NODES];
    struct kernel_table kernel;
};

static void place_nodes(struct nodes *nodes, struct tile_key key)
{
    memset(nodes->value, 0, sizeof nodes->value);
    double size = ldexp(1, -key.z), lon, lat;
    for (int i = 0; i < NODES; i++) {
        double within = (double)i / (NODES - 1);
        struct world_point point = {(key.x + within) * size, (key.y + within) * size};
        mercator_inverse(point, &lon, &lat);
        nodes->lon_deg[i] = lon;
        nodes->lat_deg[i] = lat;
        nodes->sin_lat[i] = sin(lat * M_PI / 180);
        nodes->cos_lat[i] = cos(lat * M_PI / 180);
        nodes->sin_lon[i] = sin(lon * M_PI / 180);
        nodes->cos_lon[i] = cos(lon * M_PI / 180);
    }
}

/* First and last node of an ordered run of degrees within half_deg of centre; false: none. */
static bool node_range(const double *degrees, double centre, double half_deg, int *first, int *last)
{
    bool falling = degrees[0] > degrees[NODES - 1];
    for (*first = 0; *first < NODES; ++*first)
        if (fabs(degrees[*first] - centre) <= half_deg ||
            (falling ? degrees[*first] < centre : degrees[*first] > centre))
            break;
    for (*last = *first; *last + 1 < NODES; ++*last)
        if (fabs(degrees[*last + 1] - centre) > half_deg) break;
    return *first < NODES && fabs(degrees[*first] - centre) <= half_deg;
}

/* Adds one point as seen at lon_deg, which may lie a turn of the world away. In double up to the
 * squared chord: of neighbours it is a small difference of large numbers. */
static void splat(const struct heat_point *point, double lon_deg, double half_lat_deg,
                  double half_lon_deg, struct nodes *nodes)
{
    int top, bottom, left, right;
    if (!node_range(nodes->lat_deg, point->lat_deg, half_lat_deg, &top, &bottom) ||
        !node_range(nodes->lon_deg, lon_deg, half_lon_deg, &left, &right))
        return;
    double along[NODES]; /* of each column, the horizontal part of the product of unit vectors */
    for (int column = left; column <= right; column++)
        along[column] =
            point->unit[0] * nodes->cos_lon[column] + point->unit[1] * nodes->sin_lon[column];
    for (int row = top; row <= bottom; row++) {
        double up = point->unit[2] * nodes->sin_lat[row], flat = nodes->cos_lat[row];
        for (int column = left; column <= right; column++) {
            float chord2 = (float)(2 - 2 * (flat * along[column] + up));
            nodes->value[row][column] += (float)point->n * kernel_look_up(&nodes->kernel, chord2);
        }
    }
}

static void splat_all(const struct heat_field *field, struct nodes *nodes)
{
    double middle = (nodes->lon_deg[0] + nodes->lon_deg[NODES - 1]) / 2;
    double width = nodes->lon_deg[NODES - 1] - nodes->lon_deg[0];
    double angle = reach * field->bandwidth_km / earth_radius_km, angle_deg = angle * 180 / M_PI;
    for (size_t i = 0; i < field->n_points; i++) {
        const struct heat_point *point = &field->points[i];
        if (point->lat_deg - angle_deg > nodes->lat_deg[0] ||
            point->lat_deg + angle_deg < nodes->lat_deg[NODES - 1])
            continue;
        double sine = sin(angle) / fmax(cos(point->lat_deg * M_PI / 180), 1e-9);
        bool pole_inside = fabs(point->lat_deg) + angle_deg >= 90 || sine >= 1;
        double half_lon_deg = pole_inside ? 180 : asin(sine) * 180 / M_PI;
        double nearest = point->lon_deg + 360 * round((middle - point->lon_deg) / 360);
        splat(point, nearest, angle_deg, half_lon_deg, nodes);
        /* On a tile as wide as a hemisphere, and around the poles, a point also shines in from
         * the other side. */
        if (width > 90 || pole_inside) {
            splat(point, nearest - 360, angle_deg, half_lon_deg, nodes);
            splat(point, nearest + 360, angle_deg, half_lon_deg, nodes);
        }
    }
}

static uint32_t premultiply(struct colour colour, double alpha)
{
    uint32_t a = (uint32_t)lround(alpha * 255);
    return a << 24 | (uint32_t)lround(colour.red * alpha) << 16 |
           (uint32_t)lround(colour.green * alpha) << 8 | (uint32_t)lround(colour.blue * alpha);
}

/* COLOURS steps from nothing to the strongest: thicker and further along the ramp. */
static void make_ramp(bool dark, uint32_t ramp[COLOURS])
{
    for (int i = 0; i < COLOURS; i++) {
        double share = (double)i / (COLOURS - 1);
        struct colour colour = scale_colour((size_t)i, COLOURS, dark);
        ramp[i] = premultiply(colour, 0.88 * fmin(1, share * 4));
    }
}

static double mixed(const struct nodes *nodes, double x, double y)
{
    int column = (int)fmin(x, NODES - 2), row = (int)fmin(y, NODES - 2);
    double u = x - column, v = y - row;
    const float *above = &nodes->value[row][column], *below = &nodes->value[row + 1][column];
    return (above[0] * (1 - u) + above[1] * u) * (1 - v) + (below[0] * (1 - u) + below[1] * u) * v;
}

static void paint(const struct nodes *nodes, uint32_t size_px, double most, bool dark,
                  uint32_t *pixels)
{
    uint32_t ramp[COLOURS];
    double nodes_per_px = (NODES - 1) / (double)size_px;
    make_ramp(dark, ramp);
    for (uint32_t y = 0; y < size_px; y++)
        for (uint32_t x = 0; x < size_px; x++) {
            double value = mixed(nodes, (x + 0.5) * nodes_per_px, (y + 0.5) * nodes_per_px);
            double step = sqrt(fmin(1, value / most)) * (COLOURS - 1);
            pixels[y * size_px + x] = ramp[(int)lround(step)];
        }
}

enum atlas_status heat_tile(const struct heat_field *field, struct tile_key key, uint32_t size_px,
                            double most, bool dark, struct bytes *out)
{
    if (!tile_key_valid(key) || (size_px != 256 && size_px != 512)) return ATLAS_INVALID;
    struct nodes *nodes = malloc(sizeof *nodes);
    uint32_t *pixels = malloc((size_t)size_px * size_px * sizeof *pixels);
    enum atlas_status status = ATLAS_NO_MEMORY;
    if (nodes && pixels) {
        place_nodes(nodes, key);
        kernel_tabulate(field, &nodes->kernel);
        splat_all(field, nodes);
        paint(nodes, size_px, most > 0 ? most : 1, dark, pixels);
        status = png_append(pixels, size_px, size_px, size_px * sizeof *pixels, NULL, 0, out);
    }
    free(nodes);
    free(pixels);
    return status;
}
