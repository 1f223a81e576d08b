/* The tileset `flows`: links grouped by the territories of a pair of levels (tileset.h says which
 * at what zoom), each flow an arc between two fixed points.
 *
 * Every fragment of a flow, in whatever tile, bears the flow's whole n; so for every zoom the n of
 * distinct flow_id add up to the placed links of the selection, but for what `top` and `min` hold
 * back. A flow's label is a point in the one tile that holds its middle. */
#include "tiles/tile_build.h"

#include "tiles/bitset.h"

#include <math.h>
#include <stdlib.h>

enum {
    FLOW_ID,
    FLOW_N,
    FLOW_PARTNERSHIPS,
    FLOW_AMOUNT_EUR,
    FLOW_FROM_CODE,
    FLOW_FROM_NAME,
    FLOW_TO_CODE,
    FLOW_TO_NAME,
    FLOW_T0,
    FLOW_T1
};

static const struct tileset_field flow_fields[] = {
    [FLOW_ID] = {"flow_id", "String"},
    [FLOW_N] = {"n", "Number"},
    [FLOW_PARTNERSHIPS] = {"partnerships", "Number"},
    [FLOW_AMOUNT_EUR] = {"amount_eur", "Number"},
    [FLOW_FROM_CODE] = {"from_code", "String"},
    [FLOW_FROM_NAME] = {"from_name", "String"},
    [FLOW_TO_CODE] = {"to_code", "String"},
    [FLOW_TO_NAME] = {"to_name", "String"},
    [FLOW_T0] = {"t0", "Number"},
    [FLOW_T1] = {"t1", "Number"},
    {NULL, NULL},
};

/* Names are with the lines of the same flow_id: twice would be a tenth of a world view's bytes. */
enum { FLOW_LABEL_ID, FLOW_LABEL_N };

static const struct tileset_field label_fields[] = {
    [FLOW_LABEL_ID] = {"flow_id", "String"},
    [FLOW_LABEL_N] = {"n", "Number"},
    {NULL, NULL},
};

static const struct tileset_field count_fields[] = {
    {"shown", "Number"}, {"total", "Number"}, {NULL, NULL}};

const struct tileset_layer flows_layers[3] = {
    {"flows", "Liens groupés par territoires, en arcs", "Links grouped by territories, as arcs",
     flow_fields},
    {"flows_labels", "Le milieu de chaque flux", "The middle of each flow", label_fields},
    {"flows_meta", "Combien de liens sont montrés, sur combien de placés",
     "How many links are shown, of how many placed ones", count_fields},
};

/* The middle of a flow, to be written when the lines are. */
struct flow_label {
    uint32_t flow;
    uint64_t n;
    struct mvt_point middle;
};

/* What a tile needs to know of its flows. */
struct flow_tile {
    struct tile_build *build;
    const struct flow_set *flows;
    const struct arcs *arcs;
    const double *amounts;
    uint64_t *held_back;       /* set of flows that top and min leave out; NULL: none */
    uint64_t shown;            /* links of the flows that are left */
    struct flow_label *labels; /* owned */
    size_t n_labels, labels_room;
};

/* A step for t that a float holds exactly and about as long as a pixel, for an arc that spans half
 * the world: so at low zooms few values differ, and most are written once. */
static float rounded_t(double t, unsigned zoom)
{
    int bits = 8 + (int)zoom < 23 ? 8 + (int)zoom : 23;
    return (float)ldexp(round(ldexp(t, bits)), -bits);
}

/* "reg:84>country:ML", until the next call; NULL when out of memory. */
static const char *flow_id(struct tile_build *build, const uint32_t *key)
{
    bytes_clear(&build->text);
    bytes_append_text(&build->text, build->edition->territories[key[0]].code);
    bytes_append_byte(&build->text, '>');
    bytes_append_text(&build->text, build->edition->territories[key[1]].code);
    bytes_append_byte(&build->text, '\0');
    return build->text.failed ? NULL : (const char *)build->text.data;
}

static enum atlas_status tag_flow(struct flow_tile *tile, uint32_t flow,
                                  const struct totals *totals)
{
    struct tile_build *build = tile->build;
    struct mvt_writer *writer = &build->writer;
    const uint32_t *key = tile->flows->table.groups[flow].key;
    const char *id = flow_id(build, key);
    if (!id) return ATLAS_NO_MEMORY;
    mvt_tag_text(writer, FLOW_ID, id);
    mvt_tag_uint(writer, FLOW_N, totals->n);
    mvt_tag_uint(writer, FLOW_PARTNERSHIPS, totals->partnerships);
    if (totals->with_amount) mvt_tag_amount(writer, FLOW_AMOUNT_EUR, totals->amount_eur);
    mvt_tag_text(writer, FLOW_FROM_CODE, build->edition->territories[key[0]].code);
    mvt_tag_text(writer, FLOW_FROM_NAME, tile_name_of(build, key[0]));
    mvt_tag_text(writer, FLOW_TO_CODE, build->edition->territories[key[1]].code);
    mvt_tag_text(writer, FLOW_TO_NAME, tile_name_of(build, key[1]));
    return ATLAS_OK;
}

static enum atlas_status add_label(struct flow_tile *tile, struct flow_label label)
{
    if (tile->n_labels == tile->labels_room) {
        size_t room = tile->labels_room ? tile->labels_room * 2 : 32;
        struct flow_label *labels = realloc(tile->labels, room * sizeof *labels);
        if (!labels) return ATLAS_NO_MEMORY;
        tile->labels = labels;
        tile->labels_room = room;
    }
    tile->labels[tile->n_labels++] = label;
    return ATLAS_OK;
}

static enum atlas_status write_labels(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    struct mvt_writer *writer = &build->writer;
    tile_layer_begin(build, &flows_layers[1]);
    for (size_t i = 0; i < tile->n_labels; i++) {
        const struct flow_label *label = &tile->labels[i];
        const uint32_t *key = tile->flows->table.groups[label->flow].key;
        const char *id = flow_id(build, key);
        if (!id) return ATLAS_NO_MEMORY;
        mvt_feature_begin(writer, MVT_POINT);
        mvt_points(writer, &label->middle, 1);
        mvt_tag_text(writer, FLOW_LABEL_ID, id);
        mvt_tag_uint(writer, FLOW_LABEL_N, label->n);
        mvt_feature_end(writer);
    }
    return mvt_layer_end(writer, build->out);
}

static enum atlas_status write_flow(struct flow_tile *tile, uint32_t flow)
{
    struct tile_build *build = tile->build;
    struct totals totals;
    struct mvt_point middle;
    clip_clear(&build->clipped);
    enum atlas_status status =
        arcs_clip(tile->arcs, flow, &build->view, &build->scratch, &build->clipped);
    if (status || build->clipped.n_runs == 0) return status;
    status = link_table_totals(&tile->flows->table, flow, build->selection, tile->amounts,
                               &build->counter, &totals);
    for (size_t r = 0; r < build->clipped.n_runs && status == ATLAS_OK; r++) {
        const struct clip_run *run = &build->clipped.runs[r];
        mvt_feature_begin(&build->writer, MVT_LINE);
        mvt_line(&build->writer, build->clipped.points + run->start, run->end - run->start);
        status = tag_flow(tile, flow, &totals);
        mvt_tag_float(&build->writer, FLOW_T0, rounded_t(run->t0, build->key.z));
        mvt_tag_float(&build->writer, FLOW_T1, rounded_t(run->t1, build->key.z));
        mvt_feature_end(&build->writer);
    }
    if (status == ATLAS_OK && arcs_middle(tile->arcs, flow, &build->view, &middle))
        status = add_label(tile, (struct flow_label){flow, totals.n, middle});
    return status;
}

struct weighed_flow {
    uint32_t n, flow;
};

/* Heaviest first; of equal ones, the first. */
static int compare_weights(const void *a, const void *b)
{
    const struct weighed_flow *left = a, *right = b;
    if (left->n != right->n) return left->n > right->n ? -1 : 1;
    return (left->flow > right->flow) - (left->flow < right->flow);
}

/* Finds which flows of the whole selection top and min leave, so that all tiles agree. */
static enum atlas_status hold_back(struct flow_tile *tile)
{
    const struct tile_display *display = &tile->build->display;
    const struct link_table *table = &tile->flows->table;
    if (!display->top && display->min <= 1) return ATLAS_OK;
    struct weighed_flow *weighed = malloc((table->n_groups + 1) * sizeof *weighed);
    tile->held_back = calloc(bitset_words(table->n_groups) + 1, sizeof *tile->held_back);
    if (!weighed || !tile->held_back) {
        free(weighed);
        return ATLAS_NO_MEMORY;
    }
    for (uint32_t i = 0; i < table->n_groups; i++)
        weighed[i] = (struct weighed_flow){
            (uint32_t)link_table_count(table, i, tile->build->selection->links), i};
    qsort(weighed, table->n_groups, sizeof *weighed, compare_weights);
    for (size_t i = 0; i < table->n_groups; i++)
        if ((display->top && i >= display->top) || weighed[i].n < display->min)
            bitset_add(tile->held_back, weighed[i].flow);
        else
            tile->shown += weighed[i].n;
    free(weighed);
    return ATLAS_OK;
}

static bool is_shown(const struct flow_tile *tile, uint32_t flow)
{
    if (tile->held_back && bitset_has(tile->held_back, flow)) return false;
    return link_table_count(&tile->flows->table, flow, tile->build->selection->links) > 0;
}

static enum atlas_status write_flows(struct flow_tile *tile)
{
    size_t n;
    const uint32_t *near = arcs_near(tile->arcs, tile->build->key, &n);
    tile_layer_begin(tile->build, &flows_layers[0]);
    for (size_t i = 0; i < n; i++) {
        if (!is_shown(tile, near[i])) continue;
        enum atlas_status status = write_flow(tile, near[i]);
        if (status) return status;
    }
    return mvt_layer_end(&tile->build->writer, tile->build->out);
}

enum atlas_status flows_tile(struct tile_build *build)
{
    enum french_level french = tile_french_level(build);
    enum foreign_level foreign = tile_foreign_level(build);
    struct flow_tile tile = {.build = build};
    size_t before = build->out->length;
    enum atlas_status status = prepared_flows(build->edition, french, foreign, &tile.flows);
    if (status == ATLAS_OK)
        status = prepared_arcs(build->edition, french, foreign, build->key.z, &tile.arcs);
    if (status == ATLAS_OK) status = prepared_amounts(build->edition, &tile.amounts);
    if (status == ATLAS_OK) status = hold_back(&tile);
    if (status == ATLAS_OK) status = write_flows(&tile);
    if (status == ATLAS_OK) status = write_labels(&tile);
    if (status == ATLAS_OK && tile.held_back && build->out->length > before)
        status = tile_write_counts(build, &flows_layers[2], tile.shown,
                                   build->selection->n_placed_links);
    free(tile.held_back);
    free(tile.labels);
    return status;
}
