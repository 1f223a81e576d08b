#include "import/gazetteer_topojson.h"

#include "import/gazetteer_antimeridian.h"
#include "import/gazetteer_json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct transform {
    double scale[2], translate[2];
};

static bool read_pair(const json_t *pair, double numbers[2])
{
    if (json_array_size(pair) < 2) return false;
    for (size_t i = 0; i < 2; i++) {
        const json_t *number = json_array_get(pair, i);
        if (!json_is_number(number)) return false;
        numbers[i] = json_number_value(number);
    }
    return true;
}

/* Coordinates are differences from the point before, in steps of the transform. */
static bool read_line(const json_t *arc, const struct transform *transform,
                      struct topojson_line *line)
{
    size_t n = json_array_size(arc);
    line->left = line->right = SIZE_MAX;
    line->points = calloc(n + 1, sizeof *line->points);
    if (!line->points) return false;
    double at[2] = {0, 0}, step[2];
    for (size_t i = 0; i < n; i++) {
        if (!read_pair(json_array_get(arc, i), step)) return false;
        at[0] += step[0];
        at[1] += step[1];
        double lon = at[0] * transform->scale[0] + transform->translate[0];
        double lat = at[1] * transform->scale[1] + transform->translate[1];
        if (!(fabs(lon) <= 180.001) || !(fabs(lat) <= 90.001)) return false;
        line->points[line->n++] =
            (struct outline_point){fmax(-180, fmin(180, lon)), fmax(-90, fmin(90, lat))};
    }
    return n >= 2;
}

/* Joins the arcs of one ring; index ~i means arc i backwards. */
static bool read_ring(struct topojson_world *world, const json_t *arcs, size_t shape, size_t part,
                      bool hole)
{
    struct outline_point *points = NULL;
    size_t n = 0;
    bool good = json_is_array(arcs);
    for (size_t i = 0; good && i < json_array_size(arcs); i++) {
        json_int_t index = json_integer_value(json_array_get(arcs, i));
        bool backward = index < 0;
        if (backward) index = -index - 1;
        good = (uint64_t)index < world->n_lines;
        if (!good) break;
        struct topojson_line *line = &world->lines[index];
        *(backward ? &line->right : &line->left) = shape;
        struct outline_point *grown = reallocarray(points, n + line->n, sizeof *points);
        good = grown != NULL;
        if (!good) break;
        points = grown;
        for (size_t k = 0; k < line->n; k++)
            points[n++] = line->points[backward ? line->n - 1 - k : k];
    }
    good =
        good && (!n || outline_add_ring_cut(&world->shapes[shape].outline, points, n, part, hole));
    free(points);
    return good;
}

static bool read_shape(struct topojson_world *world, const json_t *geometry, size_t shape)
{
    const char *a3 = gazetteer_json_text(json_object_get(geometry, "properties"), "a3");
    const char *type = gazetteer_json_text(geometry, "type");
    const json_t *arcs = json_object_get(geometry, "arcs");
    if (!a3 || strlen(a3) != 3 || !type) return false;
    memcpy(world->shapes[shape].iso3, a3, 4);
    bool multi = strcmp(type, "MultiPolygon") == 0;
    if (!multi && strcmp(type, "Polygon") != 0) return true; /* nothing with an area */
    size_t parts = multi ? json_array_size(arcs) : 1;
    for (size_t part = 0; part < parts; part++) {
        const json_t *rings = multi ? json_array_get(arcs, part) : arcs;
        for (size_t r = 0; r < json_array_size(rings); r++)
            if (!read_ring(world, json_array_get(rings, r), shape, part, r > 0)) return false;
    }
    return true;
}

static bool read_world(struct topojson_world *world, const json_t *file)
{
    const json_t *transform_json = json_object_get(file, "transform");
    const json_t *arcs = json_object_get(file, "arcs");
    const json_t *shapes = json_object_get(
        json_object_get(json_object_get(file, "objects"), "countries"), "geometries");
    struct transform transform;
    if (!read_pair(json_object_get(transform_json, "scale"), transform.scale) ||
        !read_pair(json_object_get(transform_json, "translate"), transform.translate))
        return false;
    size_t n_lines = json_array_size(arcs), n_shapes = json_array_size(shapes);
    if (!n_lines || !n_shapes) return false;
    world->lines = calloc(n_lines, sizeof *world->lines);
    world->shapes = calloc(n_shapes, sizeof *world->shapes);
    if (!world->lines || !world->shapes) return false;
    for (; world->n_lines < n_lines; world->n_lines++)
        if (!read_line(json_array_get(arcs, world->n_lines), &transform,
                       &world->lines[world->n_lines])) {
            world->n_lines++; /* so that it is freed */
            return false;
        }
    for (; world->n_shapes < n_shapes; world->n_shapes++)
        if (!read_shape(world, json_array_get(shapes, world->n_shapes), world->n_shapes)) {
            world->n_shapes++;
            return false;
        }
    return true;
}

enum atlas_status topojson_open(const char *folder, const char *name, struct topojson_world *world,
                                struct atlas_error *error)
{
    json_t *file;
    enum atlas_status status = gazetteer_json_load(folder, name, JSON_OBJECT, &file, error);
    if (status != ATLAS_OK) return status;
    struct topojson_world read = {0};
    if (read_world(&read, file)) {
        *world = read;
    } else {
        topojson_close(&read);
        status = atlas_fail(error, ATLAS_INVALID,
                            "%s/%s is not a TopoJSON file with the countries of the world", folder,
                            name);
    }
    json_decref(file);
    return status;
}

void topojson_close(struct topojson_world *world)
{
    for (size_t i = 0; i < world->n_lines; i++)
        free(world->lines[i].points);
    for (size_t i = 0; i < world->n_shapes; i++)
        outline_close(&world->shapes[i].outline);
    free(world->lines);
    free(world->shapes);
    *world = (struct topojson_world){0};
}
