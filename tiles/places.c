/* The tileset `places`: the territories at both ends of the links, at the levels of the flows, each
 * a point with its totals, in the tile that holds it and, so that circles are not cut, in the
 * buffer of those beside it. On each side the n of all places, each taken once, add up to the
 * placed links of the selection. */
#include "tiles/tile_build.h"

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

const struct tileset_layer places_layers[1] = {
    {"places", "Territoires des deux côtés, avec leurs totaux",
     "Territories of both sides, with their totals", place_fields},
};

static void write_place(struct tile_build *build, uint32_t territory,
                        const struct mvt_point *points, size_t n_points,
                        const struct totals *totals)
{
    struct mvt_writer *writer = &build->writer;
    const struct edition_territory *t = &build->edition->territories[territory];
    mvt_feature_begin(writer, MVT_POINT);
    mvt_points(writer, points, n_points);
    mvt_tag_text(writer, PLACE_CODE, t->code);
    mvt_tag_text(writer, PLACE_NAME, tile_name_of(build, territory));
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

static enum atlas_status write_side(struct tile_build *build, enum side side, int level,
                                    const struct link_amounts *amounts)
{
    const struct place_set *places;
    enum atlas_status status = prepared_places(build->edition, side, level, &places);
    for (size_t i = 0; status == ATLAS_OK && i < places->table.n_groups; i++) {
        struct totals totals;
        struct mvt_point points[VIEW_WORLDS];
        size_t n_points = tile_view_marks(&build->view, places->points[i], points);
        if (n_points == 0) continue;
        status = link_table_totals(&places->table, i, build->selection, amounts, &build->counter,
                                   &totals);
        if (status == ATLAS_OK && totals.n)
            write_place(build, places->table.groups[i].key[0], points, n_points, &totals);
    }
    return status;
}

enum atlas_status places_tile(struct tile_build *build)
{
    const struct link_amounts *amounts;
    enum atlas_status status =
        prepared_amounts(build->edition, tile_display_nature(&build->display), &amounts);
    if (status) return status;
    tile_layer_begin(build, &places_layers[0]);
    status = write_side(build, SIDE_FRENCH, (int)tile_french_level(build), amounts);
    if (status == ATLAS_OK)
        status = write_side(build, SIDE_FOREIGN, (int)tile_foreign_level(build), amounts);
    return status ? status : mvt_layer_end(&build->writer, build->out);
}
