#include "tiles/legend.h"

#include "tiles/choropleth.h"
#include "tiles/flow_choice.h"
#include "tiles/heat.h"
#include "tiles/hexagon.h"
#include "tiles/tile_build.h"
#include "tiles/vocabulary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_CLASSES = 5 };

/* The numbers that a map draws, one per feature. */
struct values {
    double *value; /* owned */
    size_t n;
    double sum;                        /* of links, whatever the values are */
    double amount_eur, without_amount; /* of areas: money, and links whose money is not known */
};

static double value_of_area(const struct choropleth_value *area, enum legend_value value)
{
    switch (value) {
    case LEGEND_LINKS:
        break;
    case LEGEND_PARTNERSHIPS:
        return (double)area->partnerships;
    case LEGEND_PARTNERS:
        return (double)area->partners;
    case LEGEND_AMOUNT:
        return area->amount_eur;
    case LEGEND_PER_MILLION:
        return area->per_million;
    }
    return (double)area->n;
}

static enum atlas_status take_counts(const struct link_table *table,
                                     const struct selection *selection, struct values *values)
{
    double *grown = realloc(values->value, (values->n + table->n_groups + 1) * sizeof *grown);
    if (!grown) return ATLAS_NO_MEMORY;
    values->value = grown;
    for (size_t i = 0; i < table->n_groups; i++) {
        size_t n = link_table_count(table, i, selection->links);
        if (n == 0) continue;
        values->value[values->n++] = (double)n;
        values->sum += (double)n;
    }
    return ATLAS_OK;
}

static enum atlas_status density_values(const struct selection *selection,
                                        const struct legend_request *request, struct values *values)
{
    struct piece_hold hold = {0};
    const struct cell_set *cells;
    unsigned size = hexagon_size_at(request->zoom);
    enum side side = request->display.side_french ? SIDE_FRENCH : SIDE_FOREIGN;
    enum atlas_status status = prepared_cells(selection->edition, side, size, &hold, &cells);
    if (status == ATLAS_OK) status = take_counts(&cells->table, selection, values);
    piece_hold_end(&hold);
    return status;
}

static enum atlas_status choropleth_values(const struct selection *selection,
                                           const struct legend_request *request,
                                           struct values *values)
{
    struct choropleth choropleth;
    enum choropleth_level level = choropleth_level_shown(&request->display, request->zoom);
    enum atlas_status status =
        choropleth_make(selection, level, tile_display_nature(&request->display), &choropleth);
    if (status) return status;
    values->value = malloc((choropleth.n_values + 1) * sizeof *values->value);
    for (size_t i = 0; values->value && i < choropleth.n_values; i++) {
        const struct choropleth_value *area = &choropleth.values[i];
        values->value[values->n++] = value_of_area(area, request->value);
        if (request->value != LEGEND_AMOUNT) continue;
        if (area->with_amount > 0) values->amount_eur += area->amount_eur;
        values->without_amount += (double)(area->n - area->with_amount);
    }
    values->sum = (double)choropleth.n_links;
    choropleth_close(&choropleth);
    return values->value ? ATLAS_OK : ATLAS_NO_MEMORY;
}

/* Of the flows that `top` and `min` leave. */
static enum atlas_status flow_values(const struct selection *selection,
                                     const struct legend_request *request, struct piece_hold *hold,
                                     struct values *values)
{
    const struct flow_set *flows;
    struct flow_choice choice;
    const struct tile_build at = {.key = {.z = request->zoom}, .display = request->display};
    enum atlas_status status = prepared_flows(selection->edition, tile_french_level(&at),
                                              tile_foreign_level(&at), hold, &flows);
    if (status == ATLAS_OK)
        status =
            flow_choice_make(flows, selection, &request->display, request->zoom, SIZE_MAX, &choice);
    if (status) return status;
    if (!choice.listed) {
        status = take_counts(&flows->table, selection, values);
    } else {
        values->value = malloc((choice.list.n + 1) * sizeof *values->value);
        if (!values->value) status = ATLAS_NO_MEMORY;
        for (size_t i = 0; values->value && i < choice.list.n; i++) {
            values->value[values->n++] = choice.list.flows[i].n;
            values->sum += choice.list.flows[i].n;
        }
    }
    flow_choice_close(&choice);
    return status;
}

static enum atlas_status place_values(const struct selection *selection,
                                      const struct legend_request *request, struct values *values)
{
    const struct tile_build at = {.key = {.z = request->zoom}, .display = request->display};
    struct piece_hold hold = {0};
    const struct place_set *places;
    enum atlas_status status = prepared_places(selection->edition, SIDE_FRENCH,
                                               (int)tile_french_level(&at), &hold, &places);
    if (status == ATLAS_OK) status = take_counts(&places->table, selection, values);
    if (status == ATLAS_OK)
        status = prepared_places(selection->edition, SIDE_FOREIGN, (int)tile_foreign_level(&at),
                                 &hold, &places);
    if (status == ATLAS_OK) status = take_counts(&places->table, selection, values);
    piece_hold_end(&hold);
    values->sum /= 2; /* each link has two ends */
    return status;
}

static enum atlas_status make_values(const struct selection *selection,
                                     const struct legend_request *request, struct values *values)
{
    struct piece_hold hold = {0};
    enum atlas_status status;
    switch (request->tileset) {
    case TILESET_DENSITY:
        return density_values(selection, request, values);
    case TILESET_CHOROPLETH:
        return choropleth_values(selection, request, values);
    case TILESET_FLOWS:
        status = flow_values(selection, request, &hold, values);
        piece_hold_end(&hold);
        return status;
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

/* The heaviest place, where places are drawn beside something else. */
static enum atlas_status take_places(const struct selection *selection, struct legend *legend)
{
    struct values values = {0};
    enum atlas_status status = place_values(selection, &legend->request, &values);
    if (status == ATLAS_OK) legend->place_most = largest(&values);
    free(values.value);
    return status;
}

/* Fills what comes from the features: the scale, or the heaviest. */
static enum atlas_status scale_from(const struct selection *selection, struct legend *legend,
                                    struct atlas_error *error)
{
    const struct legend_request *request = &legend->request;
    struct values values = {0};
    enum atlas_status status = make_values(selection, request, &values);
    if (status == ATLAS_OK && request->with_places && request->tileset != TILESET_PLACES)
        status = take_places(selection, legend);
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
    if (request->tileset == TILESET_PLACES) legend->place_most = legend->n_most;
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

/* Chosen links whose end on the map's side has no place. */
static uint64_t count_placeless(const struct selection *selection, bool french)
{
    const struct edition *edition = selection->edition;
    uint64_t n = 0;
    for (size_t i = 0; i < edition->n_links; i++)
        n += (french ? edition->links[i].french_precision : edition->links[i].foreign_precision) ==
                 PRECISION_NONE &&
             selection_has_link(selection, i);
    return n;
}

static void tell_left_out(const struct selection *selection, struct legend *legend)
{
    uint64_t left_out = legend->total - legend->shown;
    switch (legend->request.tileset) {
    case TILESET_FLOWS:
    case TILESET_PLACES:
    case TILESET_LINKS:
        legend->no_place = legend->total - selection->n_placed_links;
        break;
    case TILESET_DENSITY:
    case TILESET_HEAT:
    case TILESET_CHOROPLETH:
        legend->no_place = count_placeless(selection, legend->request.display.side_french);
        break;
    default:
        return;
    }
    if (legend->request.tileset == TILESET_FLOWS)
        legend->held_back = left_out - legend->no_place;
    else
        legend->too_coarse = left_out - legend->no_place;
}

/* What lies outside another's scale is drawn in its first or last class, which say so. Given bounds
 * are as they were given. */
static void widen_scale(const struct values *values, struct scale *scale)
{
    if (scale->n_classes == 0 || scale->method == SCALE_BREAKS) return;
    struct scale_class *first = &scale->classes[0], *last = &scale->classes[scale->n_classes - 1];
    for (size_t i = 0; i < values->n; i++) {
        double value = values->value[i];
        if (!(value > 0)) continue; /* nothing, or not known */
        first->from = fmin(first->from, value);
        last->to = fmax(last->to, value);
    }
}

static enum atlas_status count_shown(const struct selection *selection, struct legend *legend)
{
    struct values values = {0};
    enum atlas_status status = ATLAS_OK;
    if (legend->request.tileset == TILESET_HEAT) {
        uint64_t n = 0;
        status = heat_count_links(selection, legend->request.display.side_french, &n);
        values.sum = (double)n;
    } else {
        status = make_values(selection, &legend->request, &values);
    }
    legend->shown = (uint64_t)llround(values.sum);
    tell_left_out(selection, legend);
    legend->amount_eur = values.amount_eur;
    legend->without_amount = (uint64_t)llround(values.without_amount);
    if (status == ATLAS_OK && legend->scale_of_another) widen_scale(&values, &legend->scale);
    free(values.value);
    return status;
}

enum atlas_status legend_make(const struct selection *selection,
                              const struct legend_request *request, struct legend *legend,
                              struct atlas_error *error)
{
    const struct selection *scale_of = request->scale_of ? request->scale_of : selection;
    bool of_links = request->tileset != TILESET_BASE;
    struct legend made = {
        .request = *request,
        .edition = selection->edition,
        .total = of_links ? selection->n_links : 0,
        .undated_left_out = of_links ? selection->undated_links_left_out : 0,
        .not_published = selection->edition->not_published,
        .scale_of_another = request->scale_of && request->scale_of != selection &&
                            request->tileset != TILESET_LINKS && of_links,
        .cell_km2 = request->tileset == TILESET_DENSITY
                        ? hexagon_area_km2(hexagon_size_at(request->zoom))
                        : 0,
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

static void write_colour(struct json *json, struct colour colour)
{
    char text[8];
    snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    json_key_text(json, "colour", text);
}

/* Six decimals, of which the last gives way outwards, so that the values of a class lie within its
 * bounds as they are read: a map that takes its steps from them paints as a picture does. Numbers
 * from 1e9 are read as they were written. */
static void write_bound(struct json *json, const char *key, double value, double outwards)
{
    double written = round(value * 1e6) / 1e6;
    if (value < 1e9 && (written - value) * outwards < 0) value = written + outwards * 1e-6;
    json_key(json, key);
    json_number(json, value, 6);
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
        write_bound(json, "from", scale->classes[i].from, -1);
        write_bound(json, "to", scale->classes[i].to, 1);
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

/* The colours of heat at even steps of the square root of value / peak, from 0 to 1. */
static void write_ramp(const struct legend *legend, struct json *json)
{
    enum { STEPS = 9 };
    json_key(json, "ramp");
    json_array_begin(json);
    for (size_t i = 0; i < STEPS; i++) {
        double share = (double)i / (STEPS - 1);
        json_object_begin(json);
        json_key(json, "value");
        json_number(json, legend->peak * share * share, 6);
        write_colour(json, scale_colour(i, STEPS, legend->request.dark));
        json_object_end(json);
    }
    json_array_end(json);
}

/* Whose money is known, and how much: both in the areas that are shown. */
static void write_money(const struct legend *legend, struct json *json)
{
    size_t nature = tile_display_nature(&legend->request.display);
    json_key_text(json, "nature", vocabulary_word(VOCABULARY_NATURE, nature)->key);
    json_key(json, "amount_eur");
    json_number(json, legend->without_amount < legend->shown ? legend->amount_eur : NAN, 2);
    json_key_integer(json, "without_amount", (int64_t)legend->without_amount);
}

void legend_write_json(const struct legend *legend, struct json *json)
{
    json_object_begin(json);
    json_key_text(json, "tileset", tileset_name(legend->request.tileset));
    json_key_integer(json, "zoom", legend->request.zoom);
    json_key_text(json, "title", legend_title(legend));
    json_key_text(json, "unit", legend_unit(legend));
    json_key_text(json, "method", scale_method_text(legend->request.method));
    if (legend->scale_of_another) {
        json_key(json, "scale_of_another");
        json_bool(json, true);
    }
    write_classes(legend, json);
    if (legend->request.tileset == TILESET_HEAT) {
        json_key(json, "bandwidth_km");
        json_number(json, legend->bandwidth_km, 3);
        json_key(json, "peak");
        json_number(json, legend->peak, 6);
        write_ramp(legend, json);
    }
    if (legend->cell_km2 > 0) {
        json_key(json, "cell_km2");
        json_number(json, legend->cell_km2, 1);
        json_key_text(json, "cell_projection", HEXAGON_PROJECTION);
    }
    if (legend->n_most > 0) json_key_integer(json, "n_most", (int64_t)legend->n_most);
    if (legend->place_most > 0) json_key_integer(json, "place_most", (int64_t)legend->place_most);
    if (legend->request.tileset == TILESET_CHOROPLETH && legend->request.value == LEGEND_AMOUNT)
        write_money(legend, json);
    json_key_integer(json, "total", (int64_t)legend->total);
    json_key_integer(json, "shown", (int64_t)legend->shown);
    json_key_integer(json, "left_out", (int64_t)(legend->total - legend->shown));
    json_key(json, "left_out_by");
    json_object_begin(json);
    json_key_integer(json, "no_place", (int64_t)legend->no_place);
    json_key_integer(json, "too_coarse", (int64_t)legend->too_coarse);
    json_key_integer(json, "held_back", (int64_t)legend->held_back);
    json_object_end(json);
    json_key_integer(json, "undated_left_out", (int64_t)legend->undated_left_out);
    json_key_integer(json, "not_published", legend->not_published);
    json_key_integer(json, "edition", legend->edition->number);
    json_key_text(json, "date", legend->edition->date);
    json_object_end(json);
}
