#include "server/tilejson.h"

#include "server/build_id.h"
#include "tiles/answer.h"
#include "tiles/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONTENT_DIGITS     16
#define CONTENT_DIGITS_MIN 8

void tilejson_version(const struct edition *edition, char version[TILEJSON_VERSION_BYTES])
{
    snprintf(version, TILEJSON_VERSION_BYTES, "%.*s.%s", CONTENT_DIGITS, edition->content_hash,
             build_id());
}

bool tilejson_version_is_current(const struct edition *edition, const char *given)
{
    size_t content = strcspn(given, ".");
    return content >= CONTENT_DIGITS_MIN && strncmp(given, edition->content_hash, content) == 0 &&
           (given[content] == '\0' || strcmp(given + content + 1, build_id()) == 0);
}

void tilejson_attribution(const struct edition *edition, struct bytes *out)
{
    size_t begin = out->length;
    for (size_t i = 0; i < edition->n_attributions; i++) {
        const char *text = edition->attributions[i].text;
        size_t length = strlen(text);
        /* Several sources may ask for the same words. */
        if (!out->failed && out->length > begin &&
            memmem(out->data + begin, out->length - begin, text, length))
            continue;
        if (out->length > begin) bytes_append_text(out, " · ");
        bytes_append(out, text, length);
    }
}

void tilejson_template(const struct route *route, const struct edition *edition,
                       const char *base_url, struct bytes *out)
{
    char version[TILEJSON_VERSION_BYTES];
    tilejson_version(edition, version);
    bytes_append_format(out, "%s/tiles/", base_url);
    for (size_t i = 0; i < route->n_tilesets; i++)
        bytes_append_format(out, "%s%s", i ? "," : "", tileset_name(route->tilesets[i]));
    bytes_append_text(out, "/{z}/{x}/{y}.mvt?");
    size_t before = out->length;
    route_query(route, out);
    bytes_append_format(out, "%sv=%s", out->length > before ? "&" : "", version);
}

static void stretch(const struct edition_territory *territory, double bounds[4])
{
    if (isnan(territory->lon_deg) || isnan(territory->lat_deg)) return;
    bounds[0] = fmin(bounds[0], territory->lon_deg);
    bounds[1] = fmin(bounds[1], territory->lat_deg);
    bounds[2] = fmax(bounds[2], territory->lon_deg);
    bounds[3] = fmax(bounds[3], territory->lat_deg);
}

/* Of the ends of chosen links; the whole map where nothing is chosen, or for the base map. */
static void find_bounds(const struct selection *selection, bool whole, double bounds[4])
{
    static const double world[4] = {-180, -MERCATOR_MAX_LAT_DEG, 180, MERCATOR_MAX_LAT_DEG};
    const struct edition *edition = selection->edition;
    bounds[0] = bounds[1] = INFINITY;
    bounds[2] = bounds[3] = -INFINITY;
    for (size_t i = 0; i < edition->n_links && !whole; i++) {
        if (!edition->links[i].placed || !selection_has_link(selection, i)) continue;
        stretch(&edition->territories[edition->links[i].french], bounds);
        stretch(&edition->territories[edition->links[i].foreign], bounds);
    }
    if (bounds[0] > bounds[2]) memcpy(bounds, world, sizeof world);
}

static void write_layer(struct json *json, const struct tileset_layer *layer, bool english)
{
    json_object_begin(json);
    json_key_text(json, "id", layer->name);
    json_key_text(json, "description", english ? layer->description_en : layer->description_fr);
    json_key_integer(json, "minzoom", 0);
    json_key_integer(json, "maxzoom", TILEJSON_MAX_ZOOM);
    json_key(json, "fields");
    json_object_begin(json);
    for (const struct tileset_field *field = layer->fields; field && field->name; field++)
        json_key_text(json, field->name, field->type);
    json_object_end(json);
    json_object_end(json);
}

static void write_totals(struct json *json, const struct selection *selection)
{
    json_key(json, "links");
    json_object_begin(json);
    json_key_integer(json, "total", (int64_t)selection->n_links);
    json_key_integer(json, "placed", (int64_t)selection->n_placed_links);
    json_key_integer(json, "undated_left_out", (int64_t)selection->undated_links_left_out);
    json_object_end(json);
}

static void write_text(struct json *json, const char *key, struct bytes *text)
{
    bytes_append_byte(text, '\0');
    json_key_text(json, key, text->failed ? "" : (const char *)text->data);
    if (text->failed) json->out->failed = true;
    bytes_clear(text);
}

static void write_places(struct json *json, const struct selection *selection, bool whole)
{
    double bounds[4];
    find_bounds(selection, whole, bounds);
    json_key(json, "bounds");
    json_array_begin(json);
    for (int i = 0; i < 4; i++)
        json_number(json, bounds[i], 5);
    json_array_end(json);
    json_key(json, "center");
    json_array_begin(json);
    json_number(json, (bounds[0] + bounds[2]) / 2, 5);
    json_number(json, (bounds[1] + bounds[3]) / 2, 5);
    json_int(json, 1);
    json_array_end(json);
}

enum atlas_status tilejson_write(const struct route *route, const struct selection *selection,
                                 const char *base_url, struct bytes *out)
{
    const struct edition *edition = selection->edition;
    bool base_only = route->n_tilesets == 1 && route->tilesets[0] == TILESET_BASE;
    struct bytes text = {0};
    struct json json;
    json_init(&json, out);
    json_object_begin(&json);
    json_key_text(&json, "tilejson", "3.0.0");
    for (size_t i = 0; i < route->n_tilesets; i++)
        bytes_append_format(&text, "%s%s", i ? ", " : "", tileset_name(route->tilesets[i]));
    write_text(&json, "name", &text);
    json_key_text(&json, "description",
                  route->english ? "Partnerships of French local authorities abroad"
                                 : "Partenariats internationaux des collectivités françaises");
    bytes_append_format(&text, "%u.0.0", edition->number);
    write_text(&json, "version", &text);
    tilejson_attribution(edition, &text);
    write_text(&json, "attribution", &text);
    json_key_text(&json, "scheme", "xyz");
    json_key(&json, "tiles");
    json_array_begin(&json);
    tilejson_template(route, edition, base_url, &text);
    bytes_append_byte(&text, '\0');
    json_text(&json, text.failed ? "" : (const char *)text.data);
    json_array_end(&json);
    json_key_integer(&json, "minzoom", 0);
    json_key_integer(&json, "maxzoom", TILEJSON_MAX_ZOOM);
    write_places(&json, selection, base_only);
    json_key(&json, "vector_layers");
    json_array_begin(&json);
    for (size_t i = 0; i < route->n_tilesets; i++) {
        size_t n;
        const struct tileset_layer *layers = tileset_layers(route->tilesets[i], &n);
        for (size_t j = 0; j < n; j++)
            write_layer(&json, &layers[j], route->english);
    }
    json_array_end(&json);
    answer_edition(&json, edition);
    if (!base_only) write_totals(&json, selection);
    json_object_end(&json);
    bytes_append_byte(out, '\n');
    bool failed = text.failed;
    bytes_close(&text);
    return failed ? ATLAS_NO_MEMORY : bytes_status(out);
}
