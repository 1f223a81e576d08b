/* The style that MapLibre and QGIS load: single links only where they are legible, flows elsewhere,
 * every flow and place in one layer, hexagons in the colours of their legend, every name of a
 * colour scheme and language. */
#include "server/style.h"

#include "tiles/legend.h"

#include "tests/tiles/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/tiles/json_answer.h"

#include <stdio.h>
#include <string.h>

static struct fixture fixture;
static struct route route;

static void select_by(const char *address, struct selection *selection)
{
    struct route_refusal refusal;
    assert_int_equal(route_parse(address, &route, &refusal), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &route.filter, selection, NULL), ATLAS_OK);
}

/* The style at an address for a selection that would have so many placed links. */
static json_t *style_of(const char *address, size_t n_links)
{
    struct selection selection;
    struct bytes text = {0};
    select_by(address, &selection);
    selection.n_placed_links = n_links;
    assert_int_equal(style_write(&route, &selection, "http://127.0.0.1", &text), ATLAS_OK);
    selection_close(&selection);
    return read_answer(&text);
}

/* The legend of the same address's hexagons at a zoom. */
static json_t *hexagon_legend(const char *address, uint8_t zoom)
{
    struct selection selection;
    struct legend legend;
    struct bytes text = {0};
    struct json json;
    select_by(address, &selection);
    const struct legend_request request = {.tileset = TILESET_DENSITY,
                                           .display = route.display,
                                           .zoom = zoom,
                                           .dark = route.look.dark};
    assert_int_equal(legend_make(&selection, &request, &legend, NULL), ATLAS_OK);
    json_init(&json, &text);
    legend_write_json(&legend, &json);
    selection_close(&selection);
    return read_answer(&text);
}

static json_t *layer_of(json_t *style, const char *id)
{
    size_t i;
    json_t *layer, *found = NULL;
    json_array_foreach(json_object_get(style, "layers"), i, layer)
    {
        if (strcmp(json_string_value(json_object_get(layer, "id")), id)) continue;
        assert_null(found);
        found = layer;
    }
    assert_non_null(found);
    return found;
}

static const char *tiles_of(json_t *style, const char *source)
{
    json_t *tiles =
        json_object_get(json_object_get(json_object_get(style, "sources"), source), "tiles");
    assert_int_equal(json_array_size(tiles), 1);
    return json_string_value(json_array_get(tiles, 0));
}

static bool is_visible(json_t *layer)
{
    json_t *layout = json_object_get(layer, "layout");
    return strcmp(json_string_value(json_object_get(layout, "visibility")), "visible") == 0;
}

static json_int_t zoom_of(json_t *layer, const char *key, json_int_t otherwise)
{
    json_t *zoom = json_object_get(layer, key);
    return zoom ? json_integer_value(zoom) : otherwise;
}

/* At every zoom either flows or links are seen, never both and never neither. */
static void links_begin_where_flows_end(void **state)
{
    (void)state;
    static const struct {
        size_t n_links;
        int links_from; /* -1: never */
    } cases[] = {{0, 0}, {1500, 0}, {1501, 11}, {20000, 11}, {20001, -1}, {1000000, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *style = style_of("/style.json", cases[i].n_links);
        json_t *links = layer_of(style, "links"), *flows = layer_of(style, "flows-1");
        for (int zoom = 0; zoom < 23; zoom++) {
            bool links_seen = is_visible(links) && zoom >= zoom_of(links, "minzoom", 0);
            bool flows_seen = is_visible(flows) && zoom < zoom_of(flows, "maxzoom", 24);
            assert_int_equal(links_seen, cases[i].links_from >= 0 && zoom >= cases[i].links_from);
            assert_int_equal(flows_seen, !links_seen);
        }
        /* Beside single links the dots are their own ends. */
        bool ends = strstr(tiles_of(style, "places"), "level=commune-place") != NULL;
        assert_int_equal(ends, cases[i].links_from == 0);
        json_decref(style);
    }
}

/* Does the filter ["all", [">=", …], ["<", …]?] of a layer take n? */
static bool takes(json_t *layer, json_int_t n)
{
    json_t *filter = json_object_get(layer, "filter");
    json_int_t from = json_integer_value(json_array_get(json_array_get(filter, 1), 2));
    json_t *below = json_array_get(json_array_get(filter, 2), 2);
    return n >= from && (!below || n < json_integer_value(below));
}

static void every_number_is_in_one_class(void **state)
{
    (void)state;
    json_t *style = style_of("/style.json", 12000);
    for (json_int_t n = 1; n < 2000; n++) {
        int flows = 0, places = 0;
        size_t i;
        json_t *layer;
        json_array_foreach(json_object_get(style, "layers"), i, layer)
        {
            unsigned from;
            const char *id = json_string_value(json_object_get(layer, "id"));
            if (sscanf(id, "flows-%u", &from) == 1) flows += takes(layer, n);
            if (sscanf(id, "places-%u", &from) == 1) places += takes(layer, n);
        }
        assert_int_equal(flows, 1);
        assert_int_equal(places, 1);
    }
    json_decref(style);
}

/* The colour in which a style's hexagon of n links is drawn at a zoom, of the one layer that takes
 * it; NULL: none does. */
static const char *hexagon_colour(json_t *style, int zoom, json_int_t n)
{
    const char *colour = NULL;
    size_t i;
    json_t *layer;
    json_array_foreach(json_object_get(style, "layers"), i, layer)
    {
        unsigned size, from;
        const char *id = json_string_value(json_object_get(layer, "id"));
        if (sscanf(id, "density-%u-%u", &size, &from) != 2 || !takes(layer, n)) continue;
        if (zoom < zoom_of(layer, "minzoom", 0) || zoom >= zoom_of(layer, "maxzoom", 24)) continue;
        assert_null(colour);
        json_t *paint = json_object_get(layer, "paint");
        assert_null(json_object_get(paint, "fill-opacity"));
        colour = json_string_value(json_object_get(paint, "fill-color"));
    }
    return colour;
}

static void hexagons_are_those_of_their_legend(void **state)
{
    (void)state;
    static const char *const addresses[] = {"/style.json", "/style.json?colours=dark&side=french",
                                            "/style.json?country=MA",
                                            "/style.json?country=IS&theme=eau" /* nothing */};
    for (size_t a = 0; a < sizeof addresses / sizeof *addresses; a++) {
        json_t *style = style_of(addresses[a], 12000);
        for (uint8_t zoom = 0; zoom < 12; zoom++) {
            json_t *legend = hexagon_legend(addresses[a], zoom), *class;
            json_t *classes = json_object_get(legend, "classes");
            size_t i;
            json_array_foreach(classes, i, class)
            {
                json_int_t from = (json_int_t)json_number_value(json_object_get(class, "from"));
                json_int_t to = (json_int_t)json_number_value(json_object_get(class, "to"));
                const char *colour = json_string_value(json_object_get(class, "colour"));
                for (json_int_t n = from; n <= to; n++)
                    assert_string_equal(hexagon_colour(style, zoom, n), colour);
            }
            if (json_array_size(classes) == 0) assert_null(hexagon_colour(style, zoom, 1));
            json_decref(legend);
        }
        json_decref(style);
    }
}

static void parameters_reach_tiles_and_layers(void **state)
{
    (void)state;
    json_t *light = style_of("/style.json", 12000);
    json_t *dark = style_of("/style.json?colours=dark&lang=en&country=MA&top=50", 12000);
    assert_non_null(strstr(tiles_of(light, "flows"), "top=300"));
    assert_null(strstr(tiles_of(light, "links"), "top="));
    assert_non_null(strstr(tiles_of(dark, "flows"), "top=50"));
    static const char *const sources[] = {"density", "flows", "links", "places"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        assert_non_null(strstr(tiles_of(dark, sources[i]), "country=MA"));
        assert_non_null(strstr(tiles_of(dark, sources[i]), "lang=en"));
        assert_null(strstr(tiles_of(dark, sources[i]), "colours"));
    }
    assert_null(strstr(tiles_of(dark, "base"), "country"));
    static const char *const painted[] = {"land", "flows-1", "links", "labels", "places-labels"};
    for (size_t i = 0; i < sizeof painted / sizeof *painted; i++)
        assert_false(json_equal(json_object_get(layer_of(light, painted[i]), "paint"),
                                json_object_get(layer_of(dark, painted[i]), "paint")));
    json_t *title =
        json_object_get(json_object_get(layer_of(light, "flows-4"), "metadata"), "title");
    assert_string_equal(json_string_value(title), "4 – 14 liens");
    title = json_object_get(json_object_get(layer_of(dark, "flows-250"), "metadata"), "title");
    assert_string_equal(json_string_value(title), "250 links and more");
    json_decref(light);
    json_decref(dark);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_begin_where_flows_end),
        cmocka_unit_test(every_number_is_in_one_class),
        cmocka_unit_test(hexagons_are_those_of_their_legend),
        cmocka_unit_test(parameters_reach_tiles_and_layers),
    };
    fixture_open(&fixture, 400, 3);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
