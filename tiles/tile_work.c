#include "tiles/tile_work.h"

#include "tiles/flow_choice.h"
#include "tiles/hexagon.h"
#include "tiles/tile_build.h"

enum {
    SAMPLES = 64,
    SCANNED_PER_FEATURE = 64, /* groups that are only looked at while one feature is drawn */
    CLOSER = 16,              /* times dearer: an arc traced anew, beyond the zooms that are kept */
    CUT_BEFORE = 3            /* times cheaper: a line whose fragments are remembered */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* About how many flows, of all or of those with a chosen link, cross the tile: every so many near
 * it looked at. *n: how many lie near, or links are chosen, if those are fewer. */
static size_t crossing(const struct tile_build *build, const struct flow_set *flows,
                       const struct arcs *arcs, bool all, size_t *n)
{
    const uint32_t *near = arcs_near(arcs, build->key, n);
    size_t step = *n / SAMPLES + 1, met = 0, chosen = 0, looked = 0;
    struct arcs_window window;
    arcs_window_init(arcs, &build->view, &window);
    for (size_t i = 0; i < *n; i += step, looked++) {
        uint32_t flow = near ? near[i] : (uint32_t)i;
        if (!arcs_meet(arcs, flow, &window)) continue;
        met++;
        chosen += link_table_count(&flows->table, flow, build->selection->links) > 0;
    }
    if (!looked) return 0;
    if (all) return (met * *n + looked - 1) / looked;
    /* Samples tell little of a few links among very many flows. */
    if (build->selection->n_placed_links >= *n) return (chosen * *n + looked - 1) / looked;
    *n = build->selection->n_placed_links;
    return (met * *n + looked - 1) / looked;
}

/* Lines along arcs: one a flow, or one a link. all_cut: of every flow, chosen or not. */
static size_t arcs_work(struct tile_build *build, enum french_level french,
                        enum foreign_level foreign, bool line_per_link, bool all_cut)
{
    const struct edition *edition = build->edition;
    const struct flow_set *flows;
    const struct arcs *arcs;
    if (prepared_flows(edition, french, foreign, &build->hold, &flows) ||
        prepared_arcs(edition, french, foreign, &build->hold, &arcs))
        return SIZE_MAX;
    size_t all = flows->table.n_groups, looked_at;
    size_t drawn = crossing(build, flows, arcs, all_cut, &looked_at);
    if (line_per_link && all) drawn = drawn * edition->n_links / all;
    if (!all_cut) drawn = smaller(drawn, build->selection->n_placed_links);
    if (build->key.z > arcs->finest_zoom) drawn *= CLOSER;
    bool weighs_all =
        build->display.top || build->display.min > 1 ||
        smaller(all, build->selection->n_placed_links) > flow_choice_most(build->key.z);
    if (weighs_all && !line_per_link) looked_at += all;
    return drawn + looked_at / SCANNED_PER_FEATURE;
}

static size_t flows_work(struct tile_build *build)
{
    enum french_level french = tile_french_level(build);
    enum foreign_level foreign = tile_foreign_level(build);
    const struct fragment_key key = {(uint8_t)french, (uint8_t)foreign, build->key};
    const struct flow_ends *ends;
    size_t n = 0;
    if (prepared_ends(build->edition, french, foreign, &build->hold, &ends)) return SIZE_MAX;
    enum fragments_known known = fragment_memory_look(prepared_fragments(build->edition), key, &n);
    if (known != FRAGMENTS_KEPT)
        return arcs_work(build, french, foreign, false, known == FRAGMENTS_SEEN);
    size_t drawn = smaller(n, build->selection->n_placed_links);
    bool weighs_all = build->display.top || build->display.min > 1;
    size_t looked_at = n + (weighs_all ? build->edition->n_links : 0);
    return drawn / CUT_BEFORE + looked_at / SCANNED_PER_FEATURE;
}

static size_t links_work(struct tile_build *build)
{
    const struct link_order *order;
    return prepared_order(build->edition, &build->hold, &order)
               ? SIZE_MAX
               : arcs_work(build, FRENCH_COMMUNE, FOREIGN_PLACE, true, false);
}

/* Points or hexagons: all groups of the edition are looked at. */
static size_t groups_work(const struct tile_build *build, const struct link_table *table)
{
    size_t tiles = (size_t)1 << 2 * (build->key.z < 3 ? build->key.z : 3);
    size_t drawn = smaller(table->n_groups, build->selection->n_links);
    /* Few tiles hold most; a quarter more of the whole than an even share is enough by far. */
    return drawn / tiles + drawn / 4 + table->n_groups / SCANNED_PER_FEATURE;
}

static size_t places_work(struct tile_build *build)
{
    const int levels[] = {(int)tile_french_level(build), (int)tile_foreign_level(build)};
    size_t work = 0;
    for (int side = SIDE_FRENCH; side <= SIDE_FOREIGN; side++) {
        const struct place_set *places;
        if (prepared_places(build->edition, (enum side)side, levels[side], &build->hold, &places))
            return SIZE_MAX;
        work += groups_work(build, &places->table);
    }
    return work;
}

static size_t density_work(struct tile_build *build)
{
    unsigned size = hexagon_size_at(build->key.z);
    enum side side = build->display.side_french ? SIDE_FRENCH : SIDE_FOREIGN;
    const struct cell_set *cells;
    if (prepared_cells(build->edition, side, size, &build->hold, &cells)) return SIZE_MAX;
    return groups_work(build, &cells->table);
}

static size_t work_of(enum tileset tileset, struct tile_build *build)
{
    const struct link_amounts *amounts;
    size_t nature = tile_display_nature(&build->display);
    if (tileset != TILESET_LINKS &&
        prepared_amounts(build->edition, nature, &build->hold, &amounts))
        return SIZE_MAX;
    tile_view_init(&build->view, build->key);
    switch (tileset) {
    case TILESET_FLOWS:
        return flows_work(build);
    case TILESET_LINKS:
        return links_work(build);
    case TILESET_PLACES:
        return places_work(build);
    case TILESET_DENSITY:
        return density_work(build);
    default:
        return SIZE_MAX;
    }
}

size_t tile_work(enum tileset tileset, const struct edition *edition,
                 const struct selection *selection, struct tile_key key,
                 const struct tile_display *display)
{
    struct tile_build build = {.edition = edition,
                               .selection = selection,
                               .key = key,
                               .display = *display,
                               .hold = {.ready_only = true}};
    size_t work = work_of(tileset, &build);
    piece_hold_end(&build.hold);
    return work;
}
