#include "import/gazetteer_points.h"

#include <math.h>
#include <stdlib.h>

#define EARTH_KM        6371.0088
#define SMALLEST_RADIUS 5.0  /* km */
#define LARGEST_PARENT  2000 /* km: of a country without a radius */

struct sum { /* of points as unit vectors, so that the antimeridian does no harm */
    double x, y, z;
};

static bool unit(const struct gazetteer_territory *territory)
{
    return territory->side == SIDE_FOREIGN &&
           (territory->kind == KIND_ADMIN1 || territory->kind == KIND_ADMIN2);
}

static struct sum vector(const struct gazetteer_territory *place)
{
    double lon = place->lon_deg * M_PI / 180, lat = place->lat_deg * M_PI / 180;
    return (struct sum){cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)};
}

static double distance_km(const struct gazetteer_territory *a, const struct gazetteer_territory *b)
{
    struct sum p = vector(a), q = vector(b);
    double dot = p.x * q.x + p.y * q.y + p.z * q.z;
    return EARTH_KM * acos(fmax(-1, fmin(1, dot)));
}

/* The unit that a city hangs on and that needs its point; GAZETTEER_NONE for none. */
static size_t needy_parent(const struct gazetteer *gazetteer,
                           const struct gazetteer_territory *city, const bool *needy)
{
    if (city->kind != KIND_CITY || isnan(city->lon_deg)) return GAZETTEER_NONE;
    size_t parent = gazetteer_find(gazetteer, city->parent_code);
    return parent != GAZETTEER_NONE && needy[parent] ? parent : GAZETTEER_NONE;
}

static void average(struct gazetteer *gazetteer, const bool *needy, struct sum *sums)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *city = &gazetteer->territories[i];
        size_t parent = needy_parent(gazetteer, city, needy);
        if (parent == GAZETTEER_NONE) continue;
        double weight = (double)(city->population > 0 ? city->population : 0) + 1;
        struct sum part = vector(city);
        sums[parent].x += part.x * weight;
        sums[parent].y += part.y * weight;
        sums[parent].z += part.z * weight;
    }
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        double flat = hypot(sums[i].x, sums[i].y);
        if (!needy[i] || (flat == 0 && sums[i].z == 0)) continue;
        struct gazetteer_territory *row = &gazetteer->territories[i];
        row->lon_deg = atan2(sums[i].y, sums[i].x) * 180 / M_PI;
        row->lat_deg = atan2(sums[i].z, flat) * 180 / M_PI;
        row->precision = PRECISION_AREA;
        row->radius_km = SMALLEST_RADIUS;
    }
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        size_t parent = needy_parent(gazetteer, &gazetteer->territories[i], needy);
        if (parent == GAZETTEER_NONE) continue;
        struct gazetteer_territory *row = &gazetteer->territories[parent];
        row->radius_km = fmax(row->radius_km, distance_km(row, &gazetteer->territories[i]));
    }
}

/* What has no city of its own lies somewhere in what it hangs on. */
static void inherit(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *row = &gazetteer->territories[i];
        if (!unit(row) || !isnan(row->lon_deg)) continue;
        size_t up = gazetteer_find(gazetteer, row->parent_code);
        if (up == GAZETTEER_NONE || isnan(gazetteer->territories[up].lon_deg)) continue;
        const struct gazetteer_territory *parent = &gazetteer->territories[up];
        row->lon_deg = parent->lon_deg;
        row->lat_deg = parent->lat_deg;
        row->precision = PRECISION_AREA;
        row->radius_km = isnan(parent->radius_km) ? LARGEST_PARENT : parent->radius_km;
    }
}

enum atlas_status gazetteer_set_unit_points(struct gazetteer *gazetteer, struct atlas_error *error)
{
    bool *needy = calloc(gazetteer->n_territories + 1, sizeof *needy);
    struct sum *sums = calloc(gazetteer->n_territories + 1, sizeof *sums);
    if (needy && sums) {
        for (size_t i = 0; i < gazetteer->n_territories; i++)
            needy[i] = unit(&gazetteer->territories[i]) && isnan(gazetteer->territories[i].lon_deg);
        average(gazetteer, needy, sums);
        inherit(gazetteer);
    }
    bool good = needy && sums;
    free(needy);
    free(sums);
    return good ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for points");
}
