#include "server/style.h"

#include "server/style_layers.h"
#include "server/tilejson.h"
#include "tiles/json.h"
#include "tiles/legend.h"

/* A selection of so many links is told apart link by link from that zoom on: there a view holds
 * hundreds of them. Larger ones never are. */
static const struct {
    size_t most_links;
    uint32_t from_zoom;
} legible[] = {{1500, 0}, {20000, 11}};

static uint32_t links_from_zoom(const struct selection *selection)
{
    for (size_t i = 0; i < sizeof legible / sizeof *legible; i++)
        if (selection->n_placed_links <= legible[i].most_links) return legible[i].from_zoom;
    return STYLE_LINKS_NEVER;
}

/* One tileset as a source of its name; route: its filter and display. */
static void write_source(struct json *json, enum tileset tileset, struct route *route,
                         uint32_t min_zoom, const struct edition *edition, const char *base_url)
{
    struct bytes text = {0};
    route->n_tilesets = 1;
    route->tilesets[0] = tileset;
    json_key(json, tileset_name(tileset));
    json_object_begin(json);
    json_key_text(json, "type", "vector");
    json_key(json, "tiles");
    json_array_begin(json);
    tilejson_template(route, edition, base_url, &text);
    bytes_append_byte(&text, '\0');
    json_text(json, text.failed ? "" : (const char *)text.data);
    json_array_end(json);
    json_key_integer(json, "minzoom", min_zoom);
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

static void write_sources(struct json *json, const struct route *route,
                          const struct selection *selection, uint32_t from_zoom,
                          const char *base_url)
{
    const struct edition *edition = selection->edition;
    struct route tiles = *route; /* the same filter and display, other tilesets */
    tiles.kind = ROUTE_TILEJSON;
    json_key(json, "sources");
    json_object_begin(json);
    write_source(json, TILESET_BASE, &tiles, 0, edition, base_url);
    write_source(json, TILESET_DENSITY, &tiles, 0, edition, base_url);
    /* Where single links are drawn at all zooms, so are their own ends. */
    if (from_zoom == 0 && !route->display.french_level) {
        tiles.display.french_level = 1 + FRENCH_COMMUNE;
        tiles.display.foreign_level = 1 + FOREIGN_PLACE;
    }
    write_source(json, TILESET_PLACES, &tiles, 0, edition, base_url);
    tiles.display = route->display;
    write_source(json, TILESET_LINKS, &tiles, from_zoom == STYLE_LINKS_NEVER ? 0 : from_zoom,
                 edition, base_url);
    look_limit_flows(&tiles.display);
    write_source(json, TILESET_FLOWS, &tiles, 0, edition, base_url);
    json_object_end(json);
}

/* The classes of the hexagons at each zoom, as /legend.json tells them. */
static enum atlas_status make_scales(const struct route *route, const struct selection *selection,
                                     struct scale scales[HEXAGON_SIZES])
{
    struct legend_request request = {.tileset = TILESET_DENSITY, .display = route->display};
    struct legend legend;
    enum atlas_status status = ATLAS_OK;
    for (unsigned size = 0; status == ATLAS_OK && size < HEXAGON_SIZES; size++) {
        request.zoom = (uint8_t)size;
        status = legend_make(selection, &request, &legend, NULL);
        if (status == ATLAS_OK) scales[size] = legend.scale;
    }
    return status;
}

enum atlas_status style_write(const struct route *route, const struct selection *selection,
                              const char *base_url, struct bytes *out)
{
    uint32_t from_zoom = links_from_zoom(selection);
    struct style_look look = {
        .dark = route->look.dark, .english = route->english, .links_from_zoom = from_zoom};
    enum atlas_status status = make_scales(route, selection, look.hexagons);
    if (status) return status;
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
    write_sources(&json, route, selection, from_zoom, base_url);
    json_key(&json, "layers");
    json_array_begin(&json);
    style_layers_write(&look, out);
    json_array_end(&json);
    json_object_end(&json);
    bytes_append_byte(out, '\n');
    return bytes_status(out);
}
