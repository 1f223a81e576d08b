/* The projection, for a sphere of radius 1: x = lon cos(lat_ts), y = sin(authalic lat) /
 * cos(lat_ts). Everything is counted in cells: a column is 1 wide, a row sqrt(3) / 2 high. */
#include "tiles/hexagon.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double equator_m = 6378137, eccentricity2 = 0.00669437999014131699614;
static const double row_height = 0.86602540378443864676; /* of a column's width */
static const double cos_lat_ts = 0.79335334029123516457; /* of 37.5 degrees */

static double columns(unsigned size)
{
    return HEXAGON_COLUMNS << size;
}

/* Width of a column on the unit sphere's map. */
static double column_width(unsigned size)
{
    return 2 * pi * cos_lat_ts / columns(size);
}

/* Snyder (1987), 3-12: q of a latitude, growing with the ground between it and the equator. */
static double authalic_q(double sin_lat)
{
    double e = sqrt(eccentricity2), e_sin = e * sin_lat;
    return (1 - eccentricity2) *
           (sin_lat / (1 - e_sin * e_sin) - log((1 - e_sin) / (1 + e_sin)) / (2 * e));
}

/* Snyder (1987), 3-18: the series back. */
static double latitude_of_authalic(double authalic)
{
    double e2 = eccentricity2, e4 = e2 * e2, e6 = e4 * e2;
    return authalic + (e2 / 3 + 31 * e4 / 180 + 517 * e6 / 5040) * sin(2 * authalic) +
           (23 * e4 / 360 + 251 * e6 / 3780) * sin(4 * authalic) +
           (761 * e6 / 45360) * sin(6 * authalic);
}

/* A place in columns and rows of a size, from 180° W and the equator. */
static void to_grid(unsigned size, struct lon_lat point, double *column, double *row)
{
    double sin_authalic = authalic_q(sin(point.lat_deg * pi / 180)) / authalic_q(1);
    /* 180° E is 180° W, also where a cell ends there. */
    double lon_deg = point.lon_deg >= 180 ? point.lon_deg - 360 : point.lon_deg;
    *column = (lon_deg + 180) / 360 * columns(size);
    *row = sin_authalic / cos_lat_ts / (column_width(size) * row_height);
}

static struct lon_lat from_grid(unsigned size, double column, double row)
{
    double sin_authalic = row * column_width(size) * row_height * cos_lat_ts;
    double authalic = asin(fmin(fmax(sin_authalic, -1), 1));
    return (struct lon_lat){column / columns(size) * 360 - 180,
                            latitude_of_authalic(authalic) * 180 / pi};
}

uint32_t hexagon_cell(int32_t row, uint32_t column)
{
    return (uint32_t)(row + 0x8000) << 16 | column;
}

int32_t hexagon_row(uint32_t cell)
{
    return (int32_t)(cell >> 16) - 0x8000;
}

uint32_t hexagon_column(uint32_t cell)
{
    return cell & 0xFFFF;
}

/* How far the middles of a row's cells are shifted: half a column to their middle, and half more
 * in odd rows. */
static double row_shift(double row)
{
    return fmod(fabs(row), 2) == 1 ? 1 : 0.5;
}

uint32_t hexagon_at(unsigned size, struct lon_lat point)
{
    double column, row, nearest = INFINITY;
    uint32_t cell = 0;
    to_grid(size, point, &column, &row);
    /* The middle nearest to a point is in the row below or above it. */
    for (double r = floor(row); r <= floor(row) + 1; r++) {
        double c = round(column - row_shift(r));
        double dx = column - row_shift(r) - c, dy = (row - r) * row_height;
        if (dx * dx + dy * dy >= nearest) continue;
        nearest = dx * dx + dy * dy;
        double around = fmod(c + columns(size), columns(size));
        cell = hexagon_cell((int32_t)r, (uint32_t)around);
    }
    return cell;
}

size_t hexagon_ring(unsigned size, uint32_t cell, struct lon_lat ring[HEXAGON_MAX_RING])
{
    /* Corners in columns and rows around the middle; corner to corner is a third of a column's
     * width times sqrt(3), or 2/3 of a row's height up and 1/3 at the sides. */
    static const double corners[6][2] = {{0, 2 / 3.},  {0.5, 1 / 3.},   {0.5, -1 / 3.},
                                         {0, -2 / 3.}, {-0.5, -1 / 3.}, {-0.5, 1 / 3.}};
    double row = hexagon_row(cell), column = hexagon_column(cell) + row_shift(row);
    int steps = size < 2 ? 8 : size < 4 ? 3 : 1;
    size_t n = 0;
    for (int i = 0; i < 6; i++) {
        const double *a = corners[i], *b = corners[(i + 1) % 6];
        int pieces = a[0] == b[0] ? 1 : steps;
        for (int piece = 0; piece < pieces; piece++) {
            double share = (double)piece / pieces;
            ring[n++] = from_grid(size, column + a[0] + share * (b[0] - a[0]),
                                  row + a[1] + share * (b[1] - a[1]));
        }
    }
    return n;
}

struct lon_lat hexagon_middle(unsigned size, uint32_t cell)
{
    double row = hexagon_row(cell);
    return from_grid(size, hexagon_column(cell) + row_shift(row), row);
}

double hexagon_area_km2(unsigned size)
{
    double authalic_radius_km = equator_m / 1000 * sqrt(authalic_q(1) / 2);
    double width_km = column_width(size) * authalic_radius_km;
    return width_km * width_km * row_height;
}
