/* The tileset `flows`: links grouped by the territories of a pair of levels (tileset.h says which
 * at what zoom), each flow an arc between two fixed points.
 *
 * Every fragment of a flow, in whatever tile, bears the flow's whole n; so for every zoom the n of
 * distinct flow_id add up to the placed links of the selection, but for what `top` and `min` and
 * the bounds of a map and of a tile hold back (tiles/flow_choice.h). A flow's label is a point in
 * the one tile that holds its middle. */
#include "geo/array.h"
#include "tiles/flow_choice.h"
#include "tiles/tile_build.h"

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

/* Names are with the lines of the same flow_id. */
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

/* At world zooms only the heaviest flows have a label: more cannot be read at once, and they would
 * be a sixth of the bytes. */
enum { WORLD_ZOOM = 2, WORLD_LABELS = 50 };

/* A flow in the tile, with its values' places in the layer. */
struct flow_hit {
    uint32_t flow, first, end; /* of fragments */
    uint32_t start;            /* of their geometry */
    uint32_t id, from_code, from_name, to_code, to_name, n, partnerships;
    struct totals totals;
};

/* What a tile needs to know of its flows. */
struct flow_tile {
    struct tile_build *build;
    const struct flow_set *flows;
    const struct flow_ends *ends;
    const struct arcs *arcs;
    struct flow_choice choice;
    const struct fragments *fragments; /* of all flows that are shown, perhaps of more */
    struct flow_hit *hits;             /* owned; ascending by flow */
    size_t n_hits, hits_room;
};

static struct flow_hit *add_hit(struct flow_tile *tile)
{
    if (!ARRAY_RESERVE(tile->hits, tile->n_hits + 1, &tile->hits_room)) return NULL;
    return &tile->hits[tile->n_hits++];
}

/* Cuts all flows that cross the tile. */
static enum atlas_status cut_all(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    struct arcs_window window;
    size_t n;
    const uint32_t *near = arcs_near(tile->arcs, build->key, &n);
    enum atlas_status status = ATLAS_OK;
    arcs_window_init(tile->arcs, &build->view, &window);
    for (size_t i = 0; i < n && status == ATLAS_OK; i++) {
        uint32_t flow = near ? near[i] : (uint32_t)i;
        if (arcs_meet(tile->arcs, flow, &window))
            status = fragments_add(tile->arcs, flow, &build->view, &build->clipped, &build->scratch,
                                   &build->fragments);
    }
    return status;
}

/* Cuts the flows that are shown. */
static enum atlas_status cut_shown(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    struct flow_list near;
    enum atlas_status status = flow_choice_near(&tile->choice, tile->arcs, &build->view, &near);
    if (status) return status;
    for (size_t i = 0; i < near.n && status == ATLAS_OK; i++)
        status = fragments_add(tile->arcs, near.flows[i].flow, &build->view, &build->clipped,
                               &build->scratch, &build->fragments);
    flow_list_close(&near);
    return status;
}

/* Finds the tile's fragments: remembered ones, or cut now; held where *kept is not NULL. */
static enum atlas_status find_fragments(struct flow_tile *tile, const struct fragments **kept)
{
    struct tile_build *build = tile->build;
    struct fragment_memory *memory = prepared_fragments(build->edition);
    const struct fragment_key key = {(uint8_t)tile_french_level(build),
                                     (uint8_t)tile_foreign_level(build), build->key};
    bool again;
    size_t n;
    *kept = fragment_memory_get(memory, key, &again);
    tile->fragments = *kept ? *kept : &build->fragments;
    if (*kept) return ATLAS_OK;
    fragments_clear(&build->fragments);
    arcs_near(tile->arcs, build->key, &n);
    if (!again || n > FLOWS_MAX) return cut_shown(tile);
    enum atlas_status status = cut_all(tile);
    if (status == ATLAS_OK) fragment_memory_keep(memory, key, &build->fragments);
    return status;
}

/* Finds the shown flows among the fragments, with their totals. */
static enum atlas_status find_hits(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    const struct fragments *fragments = tile->fragments;
    const struct link_amounts *amounts;
    struct flow_list few = {0};
    const struct flow_list *shown; /* NULL: all that have a chosen link */
    enum atlas_status status = prepared_amounts(
        build->edition, tile_display_nature(&build->display), &build->hold, &amounts);
    if (status == ATLAS_OK) status = flow_choice_list(&tile->choice, fragments->n, &few, &shown);
    size_t at = 0;            /* in the list */
    uint32_t start, next = 0; /* in the geometry */
    for (uint32_t i = 0, end = 0; i < fragments->n && status == ATLAS_OK; i = end) {
        uint32_t flow = fragments->fragments[i].arc;
        for (start = next; end < fragments->n && fragments->fragments[end].arc == flow; end++)
            next += fragment_length(&fragments->fragments[end]);
        while (shown && at < shown->n && shown->flows[at].flow < flow)
            at++;
        if (shown && (at == shown->n || shown->flows[at].flow != flow)) continue;
        if (!link_table_may_have(&tile->flows->table, flow, build->selection->links)) continue;
        struct totals totals;
        status = link_table_totals(&tile->flows->table, flow, build->selection, amounts,
                                   &build->counter, &totals);
        if (status || totals.n == 0) continue;
        struct flow_hit *hit = add_hit(tile);
        if (hit)
            *hit = (struct flow_hit){
                .flow = flow, .first = i, .end = end, .start = start, .totals = totals};
        else
            status = ATLAS_NO_MEMORY;
    }
    flow_list_close(&few);
    return status;
}

/* Enters the values of all flows kind by kind: so they compress by a twentieth better. */
static void enter_values(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    struct mvt_writer *writer = &build->writer;
    const struct flow_ends *ends = tile->ends;
    bool english = build->display.english;
    struct flow_hit *end = tile->hits + tile->n_hits;
    for (struct flow_hit *hit = tile->hits; hit < end; hit++) {
        uint32_t from = ends->of[hit->flow][0];
        hit->n = mvt_value_uint(writer, hit->totals.n);
        if (build->display.bare) continue;
        hit->partnerships = mvt_value_uint(writer, hit->totals.partnerships);
        hit->from_code = end_values_code(ends, from, &build->ends, writer);
        hit->from_name = end_values_name(ends, from, english, &build->ends, writer);
    }
    if (build->display.bare) return;
    for (struct flow_hit *hit = tile->hits; hit < end; hit++)
        hit->to_code = end_values_code(ends, ends->of[hit->flow][1], &build->ends, writer);
    for (struct flow_hit *hit = tile->hits; hit < end; hit++)
        hit->to_name = end_values_name(ends, ends->of[hit->flow][1], english, &build->ends, writer);
    for (struct flow_hit *hit = tile->hits; hit < end; hit++)
        hit->id = flow_ends_enter_id(ends, hit->flow, writer);
}

static void write_hit(struct flow_tile *tile, const struct flow_hit *hit)
{
    struct mvt_writer *writer = &tile->build->writer;
    const struct fragments *fragments = tile->fragments;
    uint32_t values[FLOW_T1 + 1] = {
        [FLOW_ID] = hit->id,
        [FLOW_N] = hit->n,
        [FLOW_PARTNERSHIPS] = hit->partnerships,
        [FLOW_FROM_CODE] = hit->from_code,
        [FLOW_FROM_NAME] = hit->from_name,
        [FLOW_TO_CODE] = hit->to_code,
        [FLOW_TO_NAME] = hit->to_name,
    };
    const uint8_t *geometry = fragments->geometry.data + hit->start;
    bool bare = tile->build->display.bare;
    if (hit->totals.with_amount && !bare)
        values[FLOW_AMOUNT_EUR] = mvt_value_amount(writer, hit->totals.amount_eur);
    for (uint32_t i = hit->first; i < hit->end; i++) {
        const struct fragment *fragment = &fragments->fragments[i];
        values[FLOW_T0] = bare ? 0 : mvt_value_float(writer, fragment_share(fragment->t0));
        values[FLOW_T1] = bare ? 0 : mvt_value_float(writer, fragment_share(fragment->t1));
        mvt_whole_feature(writer, MVT_LINE, geometry, fragment_length(fragment), values,
                          FLOW_T1 + 1);
        geometry += fragment_length(fragment);
    }
}

static enum atlas_status write_flows(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    tile_layer_begin(build, &flows_layers[0]);
    mvt_layer_expect(&build->writer, tile->n_hits * 3); /* t0, t1, weights */
    if (!end_values_begin(tile->ends, &build->ends)) return ATLAS_NO_MEMORY;
    enter_values(tile);
    for (size_t i = 0; i < tile->n_hits; i++)
        write_hit(tile, &tile->hits[i]);
    return mvt_layer_end(&build->writer, build->out);
}

static enum atlas_status write_labels(struct flow_tile *tile)
{
    struct tile_build *build = tile->build;
    struct mvt_writer *writer = &build->writer;
    const struct fragments *fragments = tile->fragments;
    size_t lightest = 0, h = 0;
    if (build->key.z <= WORLD_ZOOM && tile->n_hits) {
        enum atlas_status status = flow_choice_weight(&tile->choice, WORLD_LABELS, &lightest);
        if (status) return status;
    }
    tile_layer_begin(build, &flows_layers[1]);
    mvt_layer_expect(writer, 0); /* weights alone */
    for (size_t i = 0; i < fragments->n_middles; i++) {
        const struct fragment_middle *middle = &fragments->middles[i];
        while (h < tile->n_hits && tile->hits[h].flow < middle->arc)
            h++;
        const struct flow_hit *hit = &tile->hits[h];
        if (h == tile->n_hits || hit->flow != middle->arc || hit->totals.n <= lightest) continue;
        mvt_feature_begin(writer, MVT_POINT);
        mvt_points(writer, &(struct mvt_point){middle->x, middle->y}, 1);
        mvt_tag_value(writer, FLOW_LABEL_ID, flow_ends_enter_id(tile->ends, hit->flow, writer));
        mvt_tag_uint(writer, FLOW_LABEL_N, hit->totals.n);
        mvt_feature_end(writer);
    }
    return mvt_layer_end(writer, build->out);
}

enum atlas_status flows_tile(struct tile_build *build)
{
    enum french_level french = tile_french_level(build);
    enum foreign_level foreign = tile_foreign_level(build);
    struct flow_tile tile = {.build = build};
    const struct fragments *kept = NULL;
    size_t before = build->out->length;
    enum atlas_status status =
        prepared_flows(build->edition, french, foreign, &build->hold, &tile.flows);
    if (status == ATLAS_OK)
        status = prepared_ends(build->edition, french, foreign, &build->hold, &tile.ends);
    if (status == ATLAS_OK)
        status = prepared_arcs(build->edition, french, foreign, &build->hold, &tile.arcs);
    if (status == ATLAS_OK)
        status = flow_choice_make(tile.flows, build->selection, &build->display, build->key.z,
                                  build->most, &tile.choice);
    if (status == ATLAS_OK) status = find_fragments(&tile, &kept);
    if (status == ATLAS_OK) status = find_hits(&tile);
    if (status == ATLAS_OK) status = write_flows(&tile);
    if (status == ATLAS_OK && !build->display.bare) status = write_labels(&tile);
    if (status == ATLAS_OK) build->shown = flow_choice_size(&tile.choice);
    bool asked = build->display.top || build->display.min > 1;
    if (status == ATLAS_OK && (asked || tile.choice.held_back)) {
        size_t total = build->selection->n_placed_links;
        build->counts = (struct tile_counts){true, tile.choice.shown_links, total};
        if (build->out->length > before)
            status = tile_write_counts(build, &flows_layers[2], tile.choice.shown_links, total);
    }
    fragment_memory_release(kept);
    flow_choice_close(&tile.choice);
    free(tile.hits);
    return status;
}
