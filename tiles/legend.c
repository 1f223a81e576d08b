#include "tiles/legend.h"

#include "tiles/choropleth.h"
#include "tiles/heat.h"
#include "tiles/hexagon.h"
#include "tiles/tile_build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CLASSES = 5 };

/* The numbers that a map draws, one per feature. */
struct values {
    double *value; /* owned */
    size_t n;
    double sum; /* of links, whatever the values are */
};

static enum atlas_status take_counts(const struct link_table *table,
                                     const struct selection *selection, uint32_t at_least,
                                     struct values *values)
{
    double *grown = realloc(values->value, (values->n + table->n_groups + 1) * sizeof *grown);
    if (!grown) return ATLAS_NO_MEMORY;
    values->value = grown;
    for (size_t i = 0; i < table->n_groups; i++) {
        size_t n = link_table_count(table, i, selection->links);
        if (n == 0 || n < at_least) continue;
        values->value[values->n++] = (double)n;
        values->sum += (double)n;
    }
    return ATLAS_OK;
}

static enum atlas_status density_values(const struct selection *selection,
                                        const struct legend_request *request, struct values *values)
{
    const struct cell_set *cells;
    unsigned size = request->zoom < HEXAGON_SIZES ? request->zoom : HEXAGON_SIZES - 1;
    enum side side = request->display.side_french ? SIDE_FRENCH : SIDE_FOREIGN;
    enum atlas_status status = prepared_cells(selection->edition, side, size, &cells);
    return status ? status : take_counts(&cells->table, selection, 0, values);
}

static enum atlas_status choropleth_values(const struct selection *selection,
                                           const struct legend_request *request,
                                           struct values *values)
{
    struct choropleth choropleth;
    enum choropleth_level level = choropleth_level_shown(&request->display, request->zoom);
    enum atlas_status status = choropleth_make(selection, level, NULL, &choropleth);
    if (status) return status;
    values->value = malloc((choropleth.n_values + 1) * sizeof *values->value);
    for (size_t i = 0; values->value && i < choropleth.n_values; i++) {
        const struct choropleth_value *value = &choropleth.values[i];
        values->value[values->n++] = request->value == LEGEND_PER_MILLION ? value->per_million
                                     : request->value == LEGEND_PARTNERSHIPS
                                         ? (double)value->partnerships
                                         : (double)value->n;
    }
    values->sum = (double)choropleth.n_links;
    choropleth_close(&choropleth);
    return values->value ? ATLAS_OK : ATLAS_NO_MEMORY;
}

static enum atlas_status flow_values(const struct selection *selection,
                                     const struct legend_request *request, struct values *values)
{
    const struct flow_set *flows;
    const struct tile_build at = {.key = {.z = request->zoom}, .display = request->display};
    enum atlas_status status =
        prepared_flows(selection->edition, tile_french_level(&at), tile_foreign_level(&at), &flows);
    return status ? status : take_counts(&flows->table, selection, request->display.min, values);
}

static enum atlas_status place_values(const struct selection *selection,
                                      const struct legend_request *request, struct values *values)
{
    const struct tile_build at = {.key = {.z = request->zoom}, .display = request->display};
    const struct place_set *places;
    enum atlas_status status =
        prepared_places(selection->edition, SIDE_FRENCH, (int)tile_french_level(&at), &places);
    if (status == ATLAS_OK) status = take_counts(&places->table, selection, 0, values);
    if (status == ATLAS_OK)
        status = prepared_places(selection->edition, SIDE_FOREIGN, (int)tile_foreign_level(&at),
                                 &places);
    if (status == ATLAS_OK) status = take_counts(&places->table, selection, 0, values);
    values->sum /= 2; /* each link has two ends */
    return status;
}

static enum atlas_status make_values(const struct selection *selection,
                                     const struct legend_request *request, struct values *values)
{
    switch (request->tileset) {
    case TILESET_DENSITY:
        return density_values(selection, request, values);
    case TILESET_CHOROPLETH:
        return choropleth_values(selection, request, values);
    case TILESET_FLOWS:
        return flow_values(selection, request, values);
    case TILESET_PLACES:
        return place_values(selection, request, values);
    case TILESET_LINKS:
        values->sum = (double)selection->n_drawn_links;
        return ATLAS_OK;
    default:
        return ATLAS_OK;
    }
}

static double largest(const struct values *values)
{
    double most = 0;
    for (size_t i = 0; i < values->n; i++)
        most = fmax(most, values->value[i]);
    return most;
}

/* Fills what comes from the features: the scale, or the heaviest. */
static enum atlas_status scale_from(const struct selection *selection, struct legend *legend,
                                    struct atlas_error *error)
{
    const struct legend_request *request = &legend->request;
    struct values values = {0};
    enum atlas_status status = make_values(selection, request, &values);
    if (status) {
        free(values.value);
        return atlas_fail(error, status, "out of memory");
    }
    if (request->tileset == TILESET_DENSITY || request->tileset == TILESET_CHOROPLETH)
        status = scale_make(request->method, values.value, values.n, request->breaks,
                            request->n_classes ? request->n_classes : DEFAULT_CLASSES,
                            &legend->scale, error);
    else
        legend->n_most = largest(&values);
    free(values.value);
    return status;
}

static enum atlas_status heat_from(const struct selection *selection, struct legend *legend,
                                   struct atlas_error *error)
{
    struct heat_field field;
    enum atlas_status status = heat_field_make(selection, legend->request.display.side_french,
                                               heat_bandwidth_km(legend->request.zoom), &field);
    if (status) return atlas_fail(error, status, "out of memory");
    legend->bandwidth_km = field.bandwidth_km;
    legend->peak = field.peak;
    heat_field_close(&field);
    return ATLAS_OK;
}

static enum atlas_status count_shown(const struct selection *selection, struct legend *legend)
{
    struct values values = {0};
    enum atlas_status status = ATLAS_OK;
    if (legend->request.tileset == TILESET_HEAT) {
        struct heat_field field;
        status = heat_field_make(selection, legend->request.display.side_french,
                                 heat_bandwidth_km(legend->request.zoom), &field);
        if (status == ATLAS_OK) {
            values.sum = field.n;
            heat_field_close(&field);
        }
    } else {
        status = make_values(selection, &legend->request, &values);
    }
    legend->shown = (uint64_t)llround(values.sum);
    free(values.value);
    return status;
}

enum atlas_status legend_make(const struct selection *selection,
                              const struct legend_request *request, struct legend *legend,
                              struct atlas_error *error)
{
    const struct selection *scale_of = request->scale_of ? request->scale_of : selection;
    struct legend made = {
        .request = *request,
        .edition = selection->edition,
        .total = selection->n_links,
        .undated_left_out = selection->undated_links_left_out,
        .not_published = selection->edition->not_published,
    };
    made.request.scale_of = NULL;
    enum atlas_status status = request->tileset == TILESET_HEAT
                                   ? heat_from(scale_of, &made, error)
                                   : scale_from(scale_of, &made, error);
    if (status) return status;
    status = count_shown(selection, &made);
    if (status) return atlas_fail(error, status, "out of memory");
    *legend = made;
    return ATLAS_OK;
}

const char *legend_property(const struct legend *legend)
{
    if (legend->request.tileset != TILESET_CHOROPLETH) return "n";
    if (legend->request.value == LEGEND_PER_MILLION) return "per_million";
    return legend->request.value == LEGEND_PARTNERSHIPS ? "partnerships" : "n";
}

const char *legend_title(const struct legend *legend)
{
    static const char *const titles[TILESET_COUNT][2] = {
        [TILESET_LINKS] = {"Liens de coopération", "Cooperation links"},
        [TILESET_FLOWS] = {"Liens entre territoires", "Links between territories"},
        [TILESET_PLACES] = {"Lieux des collectivités", "Places of authorities"},
        [TILESET_DENSITY] = {"Densité des liens", "Density of links"},
        [TILESET_HEAT] = {"Densité lissée des liens", "Smoothed density of links"},
        [TILESET_CHOROPLETH] = {"Liens par territoire", "Links by territory"},
        [TILESET_BASE] = {"Fond de carte", "Base map"},
    };
    return titles[legend->request.tileset][legend->request.display.english];
}

const char *legend_unit(const struct legend *legend)
{
    bool english = legend->request.display.english;
    if (legend->request.tileset == TILESET_HEAT)
        return english ? "links per 1,000 km²" : "liens pour 1 000 km²";
    if (legend->request.tileset == TILESET_CHOROPLETH &&
        legend->request.value == LEGEND_PER_MILLION)
        return english ? "links per million inhabitants" : "liens par million d’habitants";
    if (legend->request.tileset == TILESET_CHOROPLETH &&
        legend->request.value == LEGEND_PARTNERSHIPS)
        return english ? "number of partnerships" : "nombre de fiches";
    if (legend->request.tileset == TILESET_DENSITY)
        return english ? "links in hexagons of equal area" : "liens par hexagone de même surface";
    return english ? "number of links" : "nombre de liens";
}

/* 12345.6 as "12 345,6" (narrow no-break space) or "12,345.6". */
static void format_number(double value, int decimals, bool english, char *text, size_t size)
{
    char plain[64];
    size_t out = 0;
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    size_t whole = strcspn(plain, ".");
    for (size_t i = 0; plain[i] && out + 8 < size; i++) {
        bool group = i > 0 && i < whole && (whole - i) % 3 == 0;
        const char *mark = group ? (english ? "," : "\u202f") : "";
        out += (size_t)snprintf(text + out, size - out, "%s", mark);
        text[out++] = plain[i] == '.' && !english ? ',' : plain[i];
    }
    text[out] = '\0';
}

void legend_class_label(const struct legend *legend, size_t class_index, char *label, size_t size)
{
    const struct scale_class *class = &legend->scale.classes[class_index];
    bool english = legend->request.display.english;
    int decimals = legend->request.value == LEGEND_PER_MILLION && class->from < 100 ? 1 : 0;
    char from[64], to[64];
    format_number(class->from, decimals, english, from, sizeof from);
    if (isinf(class->to)) {
        snprintf(label, size, "≥ %s", from);
        return;
    }
    format_number(class->to, decimals, english, to, sizeof to);
    if (strcmp(from, to) == 0)
        snprintf(label, size, "%s", from);
    else if (legend->scale.method == SCALE_BREAKS)
        snprintf(label, size, "%s – < %s", from, to);
    else
        snprintf(label, size, "%s – %s", from, to);
}

static void write_colour(struct json *json, struct colour colour)
{
    char text[8];
    snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    json_key_text(json, "colour", text);
}

static void write_classes(const struct legend *legend, struct json *json)
{
    const struct scale *scale = &legend->scale;
    char label[160];
    json_key(json, "classes");
    json_array_begin(json);
    for (size_t i = 0; i < scale->n_classes; i++) {
        legend_class_label(legend, i, label, sizeof label);
        json_object_begin(json);
        json_key(json, "from");
        json_number(json, scale->classes[i].from, 6);
        json_key(json, "to");
        json_number(json, scale->classes[i].to, 6);
        json_key_text(json, "label", label);
        write_colour(json, scale_colour(i, scale->n_classes, legend->request.dark));
        json_key_integer(json, "features", (int64_t)scale->classes[i].n);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "zero");
    json_object_begin(json);
    write_colour(json, scale_colour_zero(legend->request.dark));
    json_key_integer(json, "features", (int64_t)scale->n_zero);
    json_object_end(json);
    json_key(json, "unknown");
    json_object_begin(json);
    write_colour(json, scale_colour_unknown(legend->request.dark));
    json_key_integer(json, "features", (int64_t)scale->n_unknown);
    json_object_end(json);
}

/* The colours of heat at even steps of the square root of value / peak, low to high. */
static void write_ramp(const struct legend *legend, struct json *json)
{
    enum { STEPS = 9 };
    json_key(json, "ramp");
    json_array_begin(json);
    for (size_t i = 0; i < STEPS; i++) {
        double share = (double)(i + 1) / STEPS;
        json_object_begin(json);
        json_key(json, "value");
        json_number(json, legend->peak * share * share, 6);
        write_colour(json, scale_colour(i, STEPS, legend->request.dark));
        json_object_end(json);
    }
    json_array_end(json);
}

void legend_write_json(const struct legend *legend, struct json *json)
{
    json_object_begin(json);
    json_key_text(json, "tileset", tileset_name(legend->request.tileset));
    json_key_integer(json, "zoom", legend->request.zoom);
    json_key_text(json, "title", legend_title(legend));
    json_key_text(json, "unit", legend_unit(legend));
    json_key_text(json, "method", scale_method_text(legend->request.method));
    write_classes(legend, json);
    if (legend->request.tileset == TILESET_HEAT) {
        json_key(json, "bandwidth_km");
        json_number(json, legend->bandwidth_km, 3);
        json_key(json, "peak");
        json_number(json, legend->peak, 6);
        write_ramp(legend, json);
    }
    if (legend->n_most > 0) json_key_integer(json, "n_most", (int64_t)legend->n_most);
    json_key_integer(json, "total", (int64_t)legend->total);
    json_key_integer(json, "shown", (int64_t)legend->shown);
    json_key_integer(json, "left_out", (int64_t)(legend->total - legend->shown));
    json_key_integer(json, "undated_left_out", (int64_t)legend->undated_left_out);
    json_key_integer(json, "not_published", legend->not_published);
    json_key_integer(json, "edition", legend->edition->number);
    json_key_text(json, "date", legend->edition->date);
    json_object_end(json);
}
