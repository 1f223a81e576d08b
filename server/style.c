#include "server/style.h"

#include "server/tilejson.h"
#include "tiles/glyphs.h"
#include "tiles/json.h"

#include <string.h>

#define FONT "\"text-font\":[\"" GLYPHS_FONT "\"],"
#define HALO "\"text-halo-color\":\"#ffffff\",\"text-halo-width\":1.4"

/* Everything behind the sources. Partners are equals: no arrowheads, no direction. Density is the
 * picture of the wide view, links that of the close one; both are there to be switched. */
static const char layers[] =
    "{\"id\":\"background\",\"type\":\"background\",\"paint\":{\"background-color\":\"#e8eef2\"}},"
    "{\"id\":\"land\",\"type\":\"fill\",\"source\":\"base\",\"source-layer\":\"land\","
    "\"paint\":{\"fill-color\":\"#fbfaf7\"}},"
    "{\"id\":\"density\",\"type\":\"fill\",\"source\":\"density\",\"source-layer\":\"density\","
    "\"layout\":{\"visibility\":\"none\"},\"paint\":{\"fill-opacity\":0.75,"
    "\"fill-color\":[\"interpolate\",[\"linear\"],[\"ln\",[\"max\",1,[\"get\",\"n\"]]],"
    "0,\"#d9e2f1\",1.4,\"#a3bfdd\",2.8,\"#5f8fc0\",4.2,\"#2a5f9e\",6,\"#0b2f63\"]}},"
    "{\"id\":\"borders\",\"type\":\"line\",\"source\":\"base\",\"source-layer\":\"borders\","
    "\"paint\":{\"line-color\":\"#b9bec4\",\"line-width\":0.7}},"
    "{\"id\":\"links\",\"type\":\"line\",\"source\":\"links\",\"source-layer\":\"links\","
    "\"layout\":{\"line-cap\":\"round\",\"line-join\":\"round\"},"
    "\"paint\":{\"line-color\":\"#2f5fa8\",\"line-opacity\":0.45,"
    "\"line-width\":[\"interpolate\",[\"linear\"],[\"zoom\"],0,0.5,6,1.2,10,2]}},"
    "{\"id\":\"places\",\"type\":\"circle\",\"source\":\"links\",\"source-layer\":\"places\","
    "\"paint\":{\"circle-color\":\"#b34000\",\"circle-opacity\":0.8,"
    "\"circle-stroke-color\":\"#ffffff\",\"circle-stroke-width\":0.75,"
    "\"circle-radius\":[\"interpolate\",[\"linear\"],[\"ln\",[\"max\",1,[\"get\",\"n\"]]],"
    "0,2.5,3,6,7,14]}},"
    "{\"id\":\"labels\",\"type\":\"symbol\",\"source\":\"base\",\"source-layer\":\"labels\","
    "\"minzoom\":2,\"layout\":{\"text-field\":\"{name}\"," FONT
    "\"text-size\":[\"interpolate\",[\"linear\"],[\"zoom\"],2,10.5,6,15],"
    "\"text-max-width\":7,\"text-padding\":6},"
    "\"paint\":{\"text-color\":\"#4c5560\"," HALO
    "}},"
    "{\"id\":\"places-labels\",\"type\":\"symbol\",\"source\":\"links\","
    "\"source-layer\":\"places\",\"minzoom\":5,\"layout\":{\"text-field\":\"{name}\"," FONT
    "\"text-size\":12,\"text-anchor\":\"top\",\"text-offset\":[0,0.6],\"text-max-width\":9,"
    "\"symbol-sort-key\":[\"-\",0,[\"get\",\"n\"]]},"
    "\"paint\":{\"text-color\":\"#7a2c00\"," HALO "}}";

static void write_source(struct json *json, const char *name, const struct route *route,
                         const struct edition *edition, const char *base_url)
{
    struct bytes text = {0};
    json_key(json, name);
    json_object_begin(json);
    json_key_text(json, "type", "vector");
    json_key(json, "tiles");
    json_array_begin(json);
    tilejson_template(route, edition, base_url, &text);
    bytes_append_byte(&text, '\0');
    json_text(json, text.failed ? "" : (const char *)text.data);
    json_array_end(json);
    json_key_integer(json, "minzoom", 0);
    json_key_integer(json, "maxzoom", TILEJSON_MAX_ZOOM);
    bytes_clear(&text);
    tilejson_attribution(edition, &text);
    bytes_append_byte(&text, '\0');
    json_key_text(json, "attribution", text.failed ? "" : (const char *)text.data);
    if (text.failed) json->out->failed = true;
    json_object_end(json);
    bytes_close(&text);
}

/* Where clients find the glyphs of the labels. */
static void write_glyphs(struct json *json, const char *base_url)
{
    struct bytes text = {0};
    bytes_append_format(&text, "%s/fonts/{fontstack}/{range}.pbf", base_url);
    bytes_append_byte(&text, '\0');
    json_key_text(json, "glyphs", text.failed ? "" : (const char *)text.data);
    if (text.failed) json->out->failed = true;
    bytes_close(&text);
}

enum atlas_status style_write(const struct route *route, const struct edition *edition,
                              const char *base_url, struct bytes *out)
{
    struct route tiles = *route; /* the same filter and display, other tilesets */
    struct json json;
    json_init(&json, out);
    json_object_begin(&json);
    json_key_integer(&json, "version", 8);
    json_key_text(&json, "name",
                  route->english ? "Partnerships abroad" : "Partenariats internationaux");
    json_key(&json, "center");
    json_array_begin(&json);
    json_int(&json, 10);
    json_int(&json, 25);
    json_array_end(&json);
    json_key_integer(&json, "zoom", 1);
    write_glyphs(&json, base_url);
    json_key(&json, "sources");
    json_object_begin(&json);
    tiles.n_tilesets = 1;
    tiles.kind = ROUTE_TILEJSON;
    tiles.tilesets[0] = TILESET_BASE;
    write_source(&json, "base", &tiles, edition, base_url);
    tiles.tilesets[0] = TILESET_DENSITY;
    write_source(&json, "density", &tiles, edition, base_url);
    tiles.tilesets[0] = TILESET_LINKS;
    tiles.tilesets[1] = TILESET_PLACES;
    tiles.n_tilesets = 2;
    write_source(&json, "links", &tiles, edition, base_url);
    json_object_end(&json);
    json_key(&json, "layers");
    json_array_begin(&json);
    bytes_append(out, layers, sizeof layers - 1);
    json_array_end(&json);
    json_object_end(&json);
    bytes_append_byte(out, '\n');
    return bytes_status(out);
}
