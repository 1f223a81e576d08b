#include "import/gazetteer_points.h"

#include "geo/country.h"
#include "geo/name.h"
#include "import/gazetteer_cities.h"
#include "import/gazetteer_csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_KM        6371.0088
#define SMALLEST_RADIUS 5.0 /* km: of a place known to lie inside a commune */
/* A commune lies within max(12 km, 1.2 times the spread) of its postal code's middle in nine cases
 * of ten (measured against the communes' true middles). */
#define SPREAD_FACTOR 1.2
#define AREA_RADIUS   12.0

/* How sure it is that a GeoNames row stands for a commune; higher is better. */
enum { MATCH_NONE, MATCH_INSIDE, MATCH_SEAT, MATCH_NAME };

struct match {
    struct geonames_city *city;
    int quality;
};

struct mean { /* of points, weighted */
    double lon, lat, weight;
};

static double distance_km(double lon1, double lat1, double lon2, double lat2)
{
    double radian = M_PI / 180, h = sin((lat2 - lat1) * radian / 2),
           k = sin((lon2 - lon1) * radian / 2);
    double s = h * h + cos(lat1 * radian) * cos(lat2 * radian) * k * k;
    return 2 * EARTH_KM * asin(fmin(1, sqrt(s)));
}

static bool located(const struct gazetteer_territory *territory)
{
    return !isnan(territory->lon_deg);
}

static void mean_add(struct mean *mean, const struct gazetteer_territory *part)
{
    double weight = (double)(part->population > 0 ? part->population : 0) + 1;
    mean->lon += part->lon_deg * weight;
    mean->lat += part->lat_deg * weight;
    mean->weight += weight;
}

static bool same_fold(const char *folded, const char *name)
{
    char other[400];
    return name_fold(name, other, sizeof other) < sizeof other && strcmp(folded, other) == 0;
}

/* True when a GeoNames row bears the name, as its own or among its alternates. */
static bool bears_name(const struct geonames_city *city, const char *name)
{
    char folded[400], alternate[400];
    if (name_fold(name, folded, sizeof folded) >= sizeof folded || !*folded) return false;
    if (same_fold(folded, city->name)) return true;
    for (const char *start = city->alternates; *start;) {
        size_t length = strcspn(start, ",");
        if (length < sizeof alternate) {
            memcpy(alternate, start, length);
            alternate[length] = '\0';
            if (same_fold(folded, alternate)) return true;
        }
        start += length + (start[length] == ',');
    }
    return false;
}

/* The commune of an overseas row without INSEE code: the one of its name in the territory. */
static size_t find_by_name(const struct gazetteer *gazetteer, const struct geonames_city *city)
{
    const char *territory = country_french_overseas(city->country);
    for (size_t i = 0; territory && i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *commune = &gazetteer->territories[i];
        if (commune->kind == KIND_COMMUNE && commune->parent_code &&
            strcmp(commune->parent_code, territory) == 0 && bears_name(city, commune->name_fr))
            return i;
    }
    return GAZETTEER_NONE;
}

static int match_quality(const struct gazetteer_territory *commune,
                         const struct geonames_city *city)
{
    if (bears_name(city, commune->name_fr)) return MATCH_NAME;
    return strncmp(city->feature, "PPLA", 4) == 0 ? MATCH_SEAT : MATCH_INSIDE;
}

/* For every territory the GeoNames row that stands for it best. */
static void match_cities(const struct gazetteer *gazetteer, struct geonames_set *set,
                         struct match *matches)
{
    for (size_t i = 0; i < set->n; i++) {
        struct geonames_city *city = &set->cities[i];
        if (strcmp(city->country, "FR") != 0 && !country_french_overseas(city->country)) continue;
        size_t commune = gazetteer_find_parts(gazetteer, "com:", city->admin4);
        if (commune == GAZETTEER_NONE) commune = find_by_name(gazetteer, city);
        if (commune == GAZETTEER_NONE) continue;
        int quality = match_quality(&gazetteer->territories[commune], city);
        struct match *best = &matches[commune];
        if (quality > best->quality ||
            (quality == best->quality && city->population > best->city->population))
            *best = (struct match){.city = city, .quality = quality};
    }
}

static void use_matches(struct gazetteer *gazetteer, const struct match *matches)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct match *match = &matches[i];
        if (!match->city) continue;
        struct gazetteer_territory *commune = &gazetteer->territories[i];
        commune->lon_deg = match->city->lon_deg;
        commune->lat_deg = match->city->lat_deg;
        commune->precision = match->quality == MATCH_NAME ? PRECISION_EXACT : PRECISION_AREA;
        if (match->quality != MATCH_NAME) commune->radius_km = SMALLEST_RADIUS;
        commune->bonus = gazetteer_feature_bonus(match->city->feature);
        if (match->quality != MATCH_NAME || commune->replaced_by) continue;
        gazetteer_add_alternates(gazetteer, i, match->city->alternates, commune->name_fr);
    }
}

/* Places inside a commune that bear another name (Juan-les-Pins in Antibes) lead to it. */
static void name_inner_places(struct gazetteer *gazetteer, const struct geonames_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct geonames_city *city = &set->cities[i];
        if (strcmp(city->country, "FR") != 0) continue;
        size_t commune = gazetteer_find_parts(gazetteer, "com:", city->admin4);
        if (commune == GAZETTEER_NONE) continue;
        size_t today = gazetteer_find(gazetteer, gazetteer->territories[commune].replaced_by);
        if (today == GAZETTEER_NONE) today = commune;
        if (!bears_name(city, gazetteer->territories[today].name_fr))
            gazetteer_add_name(gazetteer, today, city->name, NULL, NAME_OLD);
    }
}

static enum atlas_status use_file(struct gazetteer *gazetteer, const char *path,
                                  struct atlas_error *error)
{
    static const char *const columns[] = {"insee", "lon", "lat"};
    struct csv_file file;
    enum atlas_status status = csv_file_open(path, columns, 3, &file, error);
    if (status != ATLAS_OK) return status;
    for (size_t row = 0; status == ATLAS_OK && row < file.n_rows; row++) {
        size_t index = gazetteer_find_parts(gazetteer, "com:", csv_file_text(&file, row, "insee"));
        double lon, lat;
        if (!csv_file_degrees(&file, row, "lon", 180, &lon) ||
            !csv_file_degrees(&file, row, "lat", 90, &lat)) {
            status = atlas_fail(error, ATLAS_INVALID,
                                "%s: line %zu has no coordinates in degrees (lon, lat)", path,
                                file.rows[row].line);
        } else if (index != GAZETTEER_NONE) {
            struct gazetteer_territory *commune = &gazetteer->territories[index];
            commune->lon_deg = lon;
            commune->lat_deg = lat;
            commune->precision = PRECISION_EXACT;
            commune->radius_km = NAN;
        }
    }
    csv_file_close(&file);
    return status;
}

/* One commune belongs to a group: a postal code, an EPCI, a département. */
struct pair {
    const char *group;
    uint32_t commune;
};

struct grouping {
    struct pair *pairs; /* sorted by group */
    size_t n;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = strcmp(x->group, y->group);
    return order ? order : x->commune < y->commune ? -1 : x->commune > y->commune;
}

static int compare_group(const void *group, const void *pair)
{
    return strcmp(group, ((const struct pair *)pair)->group);
}

/* The run of a group's pairs; *n 0 when there is none. */
static const struct pair *find_group(const struct grouping *grouping, const char *group, size_t *n)
{
    *n = 0;
    const struct pair *end = grouping->pairs + grouping->n;
    const struct pair *start =
        group && grouping->n
            ? bsearch(group, grouping->pairs, grouping->n, sizeof *grouping->pairs, compare_group)
            : NULL;
    if (!start) return NULL;
    while (start > grouping->pairs && strcmp(start[-1].group, group) == 0)
        start--;
    while (start + *n < end && strcmp(start[*n].group, group) == 0)
        ++*n;
    return start;
}

/* Takes the located communes of a run into the mean, or, with far, measures how far they lie from
 * it. Only points that were there before any was averaged count: precision is not area yet. */
static void gather(const struct gazetteer *gazetteer, const bool *known, const struct pair *run,
                   size_t n, struct mean *mean, double *far_km)
{
    for (size_t i = 0; i < n; i++) {
        if (!known[run[i].commune]) continue;
        const struct gazetteer_territory *part = &gazetteer->territories[run[i].commune];
        if (!far_km)
            mean_add(mean, part);
        else
            *far_km =
                fmax(*far_km, distance_km(mean->lon, mean->lat, part->lon_deg, part->lat_deg));
    }
}

struct area_points {
    struct gazetteer *gazetteer;
    bool *known; /* by territory: it has a point that was not averaged */
    struct grouping postal, epci, departement;
};

static bool set_mean(struct area_points *points, struct gazetteer_territory *commune,
                     const struct pair *const *runs, const size_t *lengths, size_t n_runs)
{
    struct mean mean = {0};
    for (size_t i = 0; i < n_runs; i++)
        gather(points->gazetteer, points->known, runs[i], lengths[i], &mean, NULL);
    if (mean.weight <= 0) return false;
    mean.lon /= mean.weight;
    mean.lat /= mean.weight;
    double far_km = 0;
    for (size_t i = 0; i < n_runs; i++)
        gather(points->gazetteer, points->known, runs[i], lengths[i], &mean, &far_km);
    commune->lon_deg = mean.lon;
    commune->lat_deg = mean.lat;
    commune->radius_km = fmax(AREA_RADIUS, SPREAD_FACTOR * far_km);
    commune->precision = PRECISION_AREA;
    return true;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

#define OUTLIER_MEMBERS   5
#define OUTLIER_FACTOR    2.5
#define OUTLIER_ALLOW_KM  20.0
#define LARGEST_EPCI_SEEN 512

/* Forgets the point of a member that lies far out of its EPCI, as against how far its members
 * usually lie from their mean: GeoNames gives some INSEE codes to namesakes elsewhere. */
static void drop_outliers(struct area_points *points, const struct pair *run, size_t n)
{
    struct gazetteer_territory *rows = points->gazetteer->territories;
    double away[LARGEST_EPCI_SEEN], sorted[LARGEST_EPCI_SEEN];
    struct mean mean = {0};
    size_t found = 0;
    if (n > LARGEST_EPCI_SEEN) return;
    gather(points->gazetteer, points->known, run, n, &mean, NULL);
    if (mean.weight <= 0) return;
    for (size_t i = 0; i < n; i++) {
        const struct gazetteer_territory *row = &rows[run[i].commune];
        away[i] = located(row) ? distance_km(mean.lon / mean.weight, mean.lat / mean.weight,
                                             row->lon_deg, row->lat_deg)
                               : NAN;
        if (points->known[run[i].commune]) sorted[found++] = away[i];
    }
    if (found < OUTLIER_MEMBERS) return;
    qsort(sorted, found, sizeof *sorted, compare_doubles);
    double limit = OUTLIER_ALLOW_KM + OUTLIER_FACTOR * sorted[found / 2];
    for (size_t i = 0; i < n; i++)
        if (points->known[run[i].commune] && away[i] > limit) points->known[run[i].commune] = false;
}

static void drop_all_outliers(struct area_points *points)
{
    const struct grouping *epci = &points->epci;
    for (size_t start = 0, n; start < epci->n; start += n) {
        const struct pair *run = find_group(epci, epci->pairs[start].group, &n);
        drop_outliers(points, run, n);
    }
}

#define MOST_POSTAL_CODES 64

static void set_area_point(struct area_points *points, size_t index, size_t *next_postal)
{
    struct gazetteer *gazetteer = points->gazetteer;
    struct gazetteer_territory *commune = &gazetteer->territories[index];
    const struct pair *runs[MOST_POSTAL_CODES];
    size_t lengths[MOST_POSTAL_CODES], n = 0;
    /* Postal codes were added commune by commune, in the order of the territories. */
    while (*next_postal < gazetteer->n_postals &&
           gazetteer->postals[*next_postal].territory < index)
        ++*next_postal;
    for (size_t i = *next_postal; i < gazetteer->n_postals && n < MOST_POSTAL_CODES &&
                                  gazetteer->postals[i].territory == index;
         i++, n++)
        runs[n] = find_group(&points->postal, gazetteer->postals[i].postal, &lengths[n]);
    if (n && set_mean(points, commune, runs, lengths, n)) return;
    runs[0] = find_group(&points->epci, commune->epci_code, &lengths[0]);
    if (set_mean(points, commune, runs, lengths, 1)) return;
    runs[0] = find_group(&points->departement, commune->parent_code, &lengths[0]);
    (void)set_mean(points, commune, runs, lengths, 1);
}

/* A commune of today; a municipal arrondissement hangs on its commune and is none. */
static bool todays_commune(const struct gazetteer_territory *territory)
{
    return territory->kind == KIND_COMMUNE && !territory->replaced_by && territory->parent_code &&
           strncmp(territory->parent_code, "dep:", 4) == 0;
}

static bool make_groupings(struct area_points *points)
{
    const struct gazetteer *gazetteer = points->gazetteer;
    size_t n = gazetteer->n_territories;
    points->known = calloc(n + 1, sizeof *points->known);
    points->postal.pairs = calloc(gazetteer->n_postals + 1, sizeof *points->postal.pairs);
    points->epci.pairs = calloc(n + 1, sizeof *points->epci.pairs);
    points->departement.pairs = calloc(n + 1, sizeof *points->departement.pairs);
    if (!points->known || !points->postal.pairs || !points->epci.pairs ||
        !points->departement.pairs)
        return false;
    for (size_t i = 0; i < gazetteer->n_postals; i++)
        points->postal.pairs[points->postal.n++] = (struct pair){
            .group = gazetteer->postals[i].postal, .commune = gazetteer->postals[i].territory};
    for (size_t i = 0; i < n; i++) {
        const struct gazetteer_territory *row = &gazetteer->territories[i];
        if (!todays_commune(row)) continue;
        points->known[i] = located(row);
        if (row->epci_code)
            points->epci.pairs[points->epci.n++] =
                (struct pair){.group = row->epci_code, .commune = (uint32_t)i};
        if (row->parent_code)
            points->departement.pairs[points->departement.n++] =
                (struct pair){.group = row->parent_code, .commune = (uint32_t)i};
    }
    struct grouping *all[] = {&points->postal, &points->epci, &points->departement};
    for (size_t i = 0; i < 3; i++)
        qsort(all[i]->pairs, all[i]->n, sizeof *all[i]->pairs, compare_pairs);
    return true;
}

static enum atlas_status set_area_points(struct gazetteer *gazetteer, struct atlas_error *error)
{
    struct area_points points = {.gazetteer = gazetteer};
    bool made = make_groupings(&points);
    size_t next_postal = 0;
    if (made) drop_all_outliers(&points);
    for (size_t i = 0; made && i < gazetteer->n_territories; i++)
        if (todays_commune(&gazetteer->territories[i]) && !points.known[i])
            set_area_point(&points, i, &next_postal);
    free(points.known);
    free(points.postal.pairs);
    free(points.epci.pairs);
    free(points.departement.pairs);
    return made ? ATLAS_OK : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for the points");
}

/* Rows of the past and quarters without a place of their own are where today's commune is. */
static void follow_successors(struct gazetteer *gazetteer)
{
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        struct gazetteer_territory *row = &gazetteer->territories[i];
        bool commune = row->side == SIDE_FRENCH && row->kind == KIND_COMMUNE;
        const char *code = row->replaced_by ? row->replaced_by : commune ? row->parent_code : NULL;
        size_t today = gazetteer_find(gazetteer, code);
        if (located(row) || today == GAZETTEER_NONE) continue;
        const struct gazetteer_territory *successor = &gazetteer->territories[today];
        row->lon_deg = successor->lon_deg;
        row->lat_deg = successor->lat_deg;
        row->precision = commune ? PRECISION_AREA : successor->precision;
        row->radius_km = commune ? SMALLEST_RADIUS : successor->radius_km;
        if (!located(row)) row->precision = PRECISION_NONE;
    }
}

/* Walks from every located commune up its chain of areas. step 0 adds it to the means, step 1
 * measures how far it lies from them. */
static void visit_area(struct gazetteer *gazetteer, struct mean *means, size_t area,
                       const struct gazetteer_territory *commune, int step)
{
    struct gazetteer_territory *row = &gazetteer->territories[area];
    if (step == 0) {
        mean_add(&means[area], commune);
        return;
    }
    double far_km = distance_km(row->lon_deg, row->lat_deg, commune->lon_deg, commune->lat_deg);
    if (isnan(row->radius_km) || far_km > row->radius_km) row->radius_km = far_km;
}

static void visit_areas(struct gazetteer *gazetteer, struct mean *means, int step)
{
    for (size_t i = 0; i < gazetteer->n_members; i++) {
        const struct gazetteer_member *member = &gazetteer->members[i];
        const struct gazetteer_territory *commune = &gazetteer->territories[member->member];
        if (located(commune)) visit_area(gazetteer, means, member->group, commune, step);
    }
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        const struct gazetteer_territory *commune = &gazetteer->territories[i];
        if (!todays_commune(commune) || !located(commune)) continue;
        const char *code = commune->parent_code;
        for (size_t up; (up = gazetteer_find(gazetteer, code)) != GAZETTEER_NONE &&
                        gazetteer->territories[up].kind != KIND_COUNTRY;
             code = gazetteer->territories[up].parent_code)
            visit_area(gazetteer, means, up, commune, step);
    }
}

static enum atlas_status set_means(struct gazetteer *gazetteer, struct atlas_error *error)
{
    struct mean *means = calloc(gazetteer->n_territories + 1, sizeof *means);
    if (!means) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for the points");
    visit_areas(gazetteer, means, 0);
    for (size_t i = 0; i < gazetteer->n_territories; i++) {
        if (means[i].weight <= 0) continue;
        gazetteer->territories[i].lon_deg = means[i].lon / means[i].weight;
        gazetteer->territories[i].lat_deg = means[i].lat / means[i].weight;
        gazetteer->territories[i].precision = PRECISION_EXACT;
    }
    visit_areas(gazetteer, means, 1);
    free(means);
    return ATLAS_OK;
}

enum atlas_status gazetteer_set_french_points(struct gazetteer *gazetteer, struct geonames_set *set,
                                              const char *communes_csv, struct atlas_error *error)
{
    struct match *matches = calloc(gazetteer->n_territories + 1, sizeof *matches);
    if (!matches) return atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory for the points");
    match_cities(gazetteer, set, matches);
    name_inner_places(gazetteer, set);
    use_matches(gazetteer, matches);
    free(matches);
    enum atlas_status status = communes_csv ? use_file(gazetteer, communes_csv, error) : ATLAS_OK;
    if (status == ATLAS_OK) status = set_area_points(gazetteer, error);
    if (status == ATLAS_OK) status = set_means(gazetteer, error);
    if (status != ATLAS_OK) return status;
    follow_successors(gazetteer);
    return gazetteer_status(gazetteer, error);
}
