#include "server/drawing.h"

#include "server/filter_words.h"
#include "server/shown.h"

#include "tiles/heat.h"
#include "tiles/legend.h"
#include "tiles/picture.h"
#include "tiles/raster.h"

#include <string.h>

const char *drawing_type(const struct route *route)
{
    switch (route->format) {
    case ROUTE_SVG:
        return "image/svg+xml";
    case ROUTE_PDF:
        return "application/pdf";
    case ROUTE_JSON:
        return "application/json; charset=utf-8";
    default:
        return "image/png";
    }
}

/* The tileset that a map of several is about: what is painted in classes, else the first. */
static enum tileset subject_of(const struct route *route)
{
    static const enum tileset order[] = {TILESET_HEAT,  TILESET_CHOROPLETH, TILESET_DENSITY,
                                         TILESET_FLOWS, TILESET_LINKS,      TILESET_PLACES};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        for (size_t j = 0; j < route->n_tilesets; j++)
            if (route->tilesets[j] == order[i]) return order[i];
    return TILESET_BASE;
}

static bool has_places(const struct route *route)
{
    for (size_t i = 0; i < route->n_tilesets; i++)
        if (route->tilesets[i] == TILESET_PLACES) return true;
    return false;
}

/* The legend of the route's map at a zoom; its scale may be another selection's. */
static enum atlas_status make_legend(const struct route *route, struct selections *selections,
                                     const struct selection *selection, uint8_t zoom,
                                     struct legend *legend, struct atlas_error *error)
{
    const struct look *look = &route->look;
    const struct selection *scale_of = NULL;
    enum atlas_status status = ATLAS_OK;
    if (look->has_scale_of)
        status = selections_get(selections, selection->edition, &look->scale_of, &scale_of, error);
    if (status) return status;
    const struct legend_request request = {
        .tileset = subject_of(route),
        .display = route->display,
        .zoom = zoom,
        .value = look->value,
        .method = look->method,
        .n_classes = look->n_classes,
        .breaks = look->method == SCALE_BREAKS ? look->breaks : NULL,
        .dark = look->dark,
        .with_places = has_places(route),
        .scale_of = scale_of,
    };
    status = legend_make(selection, &request, legend, error);
    selections_release(selections, scale_of);
    return status;
}

/* Heat is painted from the field itself, over the tiles of nothing else. */
static enum atlas_status draw_heat(const struct route *route, const struct selection *selection,
                                   const struct legend *legend, struct bytes *out,
                                   struct atlas_error *error)
{
    struct heat_field field;
    if (route->n_tilesets > 1)
        return atlas_fail(error, ATLAS_INVALID,
                          "Tileset heat is a picture of its own: ask for it without others.");
    enum atlas_status status = heat_field_make(selection, route->display.side_french,
                                               heat_bandwidth_km(route->key.z), &field);
    if (!status) {
        double most = legend->peak > 0 ? legend->peak : 1;
        status = heat_tile(&field, route->key, route->look.size_px, most, route->look.dark, out);
        heat_field_close(&field);
    }
    return status ? atlas_fail(error, status, "The tile can't be painted.") : ATLAS_OK;
}

static enum atlas_status draw_layers(const struct route *route, const struct selection *selection,
                                     const struct legend *legend, struct bytes *out,
                                     struct bytes *shown, struct atlas_error *error)
{
    const struct raster_look look = {
        .dark = route->look.dark,
        .scale = legend->scale.n_classes > 0 ? &legend->scale : NULL,
        .n_most = legend->n_most,
        .place_most = legend->place_most,
        .property = legend_property(legend),
    };
    struct tile_display display = route->display;
    struct bytes tile = {0};
    struct tile_counts counts[TILESET_COUNT];
    display.bare = true;
    enum atlas_status status = tileset_tiles(route->tilesets, route->n_tilesets, selection->edition,
                                             selection, route->key, &display, &tile, counts);
    for (size_t i = 0; i < route->n_tilesets && !status; i++)
        shown_add(shown, route->tilesets[i], &counts[i]);
    if (!status) status = raster_tile(tile.data, tile.length, route->look.size_px, &look, out);
    bytes_close(&tile);
    return status ? atlas_fail(error, status, "The tile can't be painted.") : ATLAS_OK;
}

static enum atlas_status write_legend(const struct route *route, const struct legend *legend,
                                      struct bytes *out, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    if (route->format == ROUTE_JSON) {
        struct json json;
        json_init(&json, out);
        legend_write_json(legend, &json);
        bytes_append_byte(out, '\n');
    } else {
        status = legend_png(legend, route->look.size_px, out);
    }
    return status ? atlas_fail(error, status, "The legend can't be painted.") : ATLAS_OK;
}

static enum atlas_status draw_picture(const struct route *route, const struct selection *selection,
                                      const struct legend *legend, struct bytes *out,
                                      struct atlas_error *error)
{
    const struct look *look = &route->look;
    struct bytes filter = {0};
    filter_write_words(selection->edition, &route->filter, route->english, &filter);
    bytes_append_byte(&filter, '\0');
    struct picture_request request = {
        .format = route->format == ROUTE_SVG   ? PICTURE_SVG
                  : route->format == ROUTE_PDF ? PICTURE_PDF
                                               : PICTURE_PNG,
        .width_px = look->width_px,
        .height_px = look->height_px,
        .scale = look->size_px,
        .display = route->display,
        .dark = look->dark,
        .title = look->title,
        .subtitle = filter.failed || strcmp(look->title, (const char *)filter.data) == 0
                        ? NULL
                        : (const char *)filter.data,
    };
    look_view(look, &request.lon_deg, &request.lat_deg, &request.zoom);
    for (size_t i = 0; i < route->n_tilesets; i++)
        if (route->tilesets[i] != TILESET_BASE)
            request.tilesets[request.n_tilesets++] = route->tilesets[i];
    enum atlas_status status = picture_make(selection, legend, &request, out, error);
    bytes_close(&filter);
    return status;
}

enum atlas_status drawing_write(const struct route *route, struct selections *selections,
                                const struct selection *selection, struct bytes *out,
                                struct bytes *shown, struct atlas_error *error)
{
    struct legend legend;
    double lon_deg, lat_deg, zoom_asked = route->look.zoom;
    if (route->kind == ROUTE_PICTURE) look_view(&route->look, &lon_deg, &lat_deg, &zoom_asked);
    uint8_t zoom = route->kind == ROUTE_PICTURE_TILE ? route->key.z : (uint8_t)zoom_asked;
    enum atlas_status status = make_legend(route, selections, selection, zoom, &legend, error);
    if (status) return status;
    if (route->kind == ROUTE_LEGEND) return write_legend(route, &legend, out, error);
    if (route->kind == ROUTE_PICTURE) return draw_picture(route, selection, &legend, out, error);
    return subject_of(route) == TILESET_HEAT
               ? draw_heat(route, selection, &legend, out, error)
               : draw_layers(route, selection, &legend, out, shown, error);
}
