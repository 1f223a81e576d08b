/* The tileset `places`: the territories at both ends of the links, at the levels of the flows, each
 * a point with its totals, in the tile that holds it and, so that circles are not cut, in the
 * buffer of those beside it. On each side the n of all places, each taken once, add up to the
 * placed links of the selection. */
#include "tiles/tile_build.h"

#include "geo/array.h"

#include <stdlib.h>

enum {
    PLACE_CODE,
    PLACE_NAME,
    PLACE_SIDE,
    PLACE_KIND,
    PLACE_COUNTRY,
    PLACE_PRECISION,
    PLACE_RADIUS_KM,
    PLACE_N,
    PLACE_PARTNERSHIPS,
    PLACE_AMOUNT_EUR
};

static const struct tileset_field place_fields[] = {
    [PLACE_CODE] = {"code", "String"},
    [PLACE_NAME] = {"name", "String"},
    [PLACE_SIDE] = {"side", "String"},
    [PLACE_KIND] = {"kind", "String"},
    [PLACE_COUNTRY] = {"country", "String"},
    [PLACE_PRECISION] = {"precision", "String"},
    [PLACE_RADIUS_KM] = {"radius_km", "Number"},
    [PLACE_N] = {"n", "Number"},
    [PLACE_PARTNERSHIPS] = {"partnerships", "Number"},
    [PLACE_AMOUNT_EUR] = {"amount_eur", "Number"},
    {NULL, NULL},
};

static const struct tileset_field count_fields[] = {
    {"shown", "Number"}, {"total", "Number"}, {NULL, NULL}};

const struct tileset_layer places_layers[2] = {
    {"places", "Territoires des deux côtés, avec leurs totaux",
     "Territories of both sides, with their totals", place_fields},
    {"places_meta", "Combien de territoires la tuile montre, sur combien",
     "How many territories the tile shows, of how many", count_fields},
};

/* A place in the tile. */
struct place_hit {
    uint32_t territory;
    uint32_t order; /* as found */
    struct fixed_point point;
    struct totals totals;
};

struct place_hits {
    struct place_hit *hits; /* owned */
    size_t n, room;
};

static void write_place(struct tile_build *build, const struct place_hit *hit)
{
    struct mvt_point points[VIEW_WORLDS];
    size_t n_points = tile_view_marks(&build->view, hit->point, points);
    const struct totals *totals = &hit->totals;
    struct mvt_writer *writer = &build->writer;
    const struct edition_territory *t = &build->edition->territories[hit->territory];
    mvt_feature_begin(writer, MVT_POINT);
    mvt_points(writer, points, n_points);
    mvt_tag_text(writer, PLACE_CODE, t->code);
    mvt_tag_text(writer, PLACE_NAME, tile_name_of(build, hit->territory));
    mvt_tag_text(writer, PLACE_SIDE, t->side == SIDE_FRENCH ? "french" : "foreign");
    mvt_tag_text(writer, PLACE_KIND, territory_kind_text((enum territory_kind)t->kind));
    mvt_tag_text(writer, PLACE_COUNTRY, t->country_iso[0] ? t->country_iso : NULL);
    mvt_tag_text(writer, PLACE_PRECISION, precision_text((enum precision)t->precision));
    mvt_tag_float(writer, PLACE_RADIUS_KM, t->radius_km);
    mvt_tag_uint(writer, PLACE_N, totals->n);
    mvt_tag_uint(writer, PLACE_PARTNERSHIPS, totals->partnerships);
    if (totals->with_amount) mvt_tag_amount(writer, PLACE_AMOUNT_EUR, totals->amount_eur);
    mvt_feature_end(writer);
}

static bool add_hit(struct place_hits *hits, const struct place_hit *hit)
{
    if (!ARRAY_RESERVE(hits->hits, hits->n + 1, &hits->room)) return false;
    hits->hits[hits->n] = *hit;
    hits->hits[hits->n].order = (uint32_t)hits->n;
    hits->n++;
    return true;
}

static enum atlas_status find_side(struct tile_build *build, enum side side, int level,
                                   const struct link_amounts *amounts, struct place_hits *hits)
{
    const struct place_set *places;
    enum atlas_status status = prepared_places(build->edition, side, level, &build->hold, &places);
    for (size_t i = 0; status == ATLAS_OK && i < places->table.n_groups; i++) {
        struct mvt_point points[VIEW_WORLDS];
        struct place_hit hit = {places->table.groups[i].key[0], 0, places->points[i], {0}};
        if (tile_view_marks(&build->view, hit.point, points) == 0) continue;
        status = link_table_totals(&places->table, i, build->selection, amounts, &build->counter,
                                   &hit.totals);
        if (status == ATLAS_OK && hit.totals.n && !add_hit(hits, &hit)) status = ATLAS_NO_MEMORY;
    }
    return status;
}

static int compare_weights(const void *a, const void *b)
{
    const struct place_hit *left = a, *right = b;
    if (left->totals.n != right->totals.n) return left->totals.n > right->totals.n ? -1 : 1;
    return (left->order > right->order) - (left->order < right->order);
}

static int compare_orders(const void *a, const void *b)
{
    const struct place_hit *left = a, *right = b;
    return (left->order > right->order) - (left->order < right->order);
}

/* Keeps the heaviest, in the order in which they were found. */
static void keep_heaviest(struct place_hits *hits, size_t most)
{
    if (hits->n <= most) return;
    qsort(hits->hits, hits->n, sizeof *hits->hits, compare_weights);
    hits->n = most;
    qsort(hits->hits, hits->n, sizeof *hits->hits, compare_orders);
}

static enum atlas_status write_places(struct tile_build *build, const struct place_hits *hits,
                                      size_t total)
{
    tile_layer_begin(build, &places_layers[0]);
    for (size_t i = 0; i < hits->n; i++)
        write_place(build, &hits->hits[i]);
    build->shown = hits->n;
    build->counts = (struct tile_counts){hits->n < total, hits->n, total};
    enum atlas_status status = mvt_layer_end(&build->writer, build->out);
    if (status || hits->n == total) return status;
    return tile_write_counts(build, &places_layers[1], hits->n, total);
}

enum atlas_status places_tile(struct tile_build *build)
{
    const struct link_amounts *amounts;
    struct place_hits hits = {0};
    enum atlas_status status = prepared_amounts(
        build->edition, tile_display_nature(&build->display), &build->hold, &amounts);
    if (status == ATLAS_OK)
        status = find_side(build, SIDE_FRENCH, (int)tile_french_level(build), amounts, &hits);
    if (status == ATLAS_OK)
        status = find_side(build, SIDE_FOREIGN, (int)tile_foreign_level(build), amounts, &hits);
    size_t total = hits.n;
    keep_heaviest(&hits, build->most);
    if (status == ATLAS_OK) status = write_places(build, &hits, total);
    free(hits.hits);
    return status;
}
