/* The tileset `density`: links counted in hexagons of equal ground (tiles/hexagon.h), at the places
 * of one side, the foreign one unless asked. The zoom gives the size: about 21 pixels of 512 a
 * column at every zoom to 6; beyond, cells stay, for finer ones would say more than is known. */
#include "tiles/hexagon.h"
#include "tiles/tile_build.h"

#include <math.h>

enum { CELL_ID, CELL_N, CELL_PARTNERSHIPS, CELL_AMOUNT_EUR, CELL_AREA_KM2 };

static const struct tileset_field cell_fields[] = {
    [CELL_ID] = {"cell", "String"},
    [CELL_N] = {"n", "Number"},
    [CELL_PARTNERSHIPS] = {"partnerships", "Number"},
    [CELL_AMOUNT_EUR] = {"amount_eur", "Number"},
    [CELL_AREA_KM2] = {"area_km2", "Number"},
    {NULL, NULL},
};

const struct tileset_layer density_layers[1] = {
    {"density",
     "Hexagones de même surface au sol (projection cylindrique équivalente de Lambert, "
     "parallèles 37,5° ; étirés vers les pôles en Mercator), avec leurs totaux",
     "Hexagons of equal ground area (Lambert cylindrical equal-area projection, standard parallels "
     "37.5°; stretched towards the poles in Mercator), with their totals",
     cell_fields},
};

/* Adds the outline to the feature at hand, in one world. */
static enum atlas_status add_outline(struct tile_build *build, unsigned size, uint32_t cell,
                                     int world)
{
    struct lon_lat ring[HEXAGON_MAX_RING];
    struct clip_vertex vertices[HEXAGON_MAX_RING];
    double units = build->view.scale * FIXED_WORLD;
    size_t n = hexagon_ring(size, cell, ring);
    for (size_t i = 0; i < n; i++) {
        struct world_point p = mercator_forward(ring[i].lon_deg, ring[i].lat_deg);
        vertices[i] = (struct clip_vertex){p.x_world * units + build->view.x_offset[world],
                                           p.y_world * units + build->view.y_offset, 0};
    }
    clip_clear(&build->clipped);
    enum atlas_status status = clip_ring(vertices, n, &build->clipped);
    for (size_t r = 0; status == ATLAS_OK && r < build->clipped.n_runs; r++)
        mvt_ring(&build->writer, build->clipped.points + build->clipped.runs[r].start,
                 build->clipped.runs[r].end - build->clipped.runs[r].start, true);
    return status;
}

static enum atlas_status write_cell(struct tile_build *build, const struct cell_set *cells,
                                    size_t group, unsigned size, const struct link_amounts *amounts)
{
    struct mvt_writer *writer = &build->writer;
    uint32_t cell = cells->table.groups[group].key[0];
    struct totals totals;
    enum atlas_status status = link_table_totals(&cells->table, group, build->selection, amounts,
                                                 &build->counter, &totals);
    if (status || totals.n == 0) return status;
    mvt_feature_begin(writer, MVT_POLYGON);
    mvt_feature_id(writer, cell);
    for (int world = 0; world < VIEW_WORLDS && status == ATLAS_OK; world++)
        if (tile_view_meets(&build->view, world, 1, &cells->boxes[group]))
            status = add_outline(build, size, cell, world);
    if (status) return status;
    bytes_clear(&build->text);
    bytes_append_format(&build->text, "%u:%d:%u", size, (int)hexagon_row(cell),
                        (unsigned)hexagon_column(cell));
    if (build->text.failed) return ATLAS_NO_MEMORY;
    mvt_tag_text(writer, CELL_ID, (const char *)build->text.data);
    mvt_tag_uint(writer, CELL_N, totals.n);
    mvt_tag_uint(writer, CELL_PARTNERSHIPS, totals.partnerships);
    if (totals.with_amount) mvt_tag_amount(writer, CELL_AMOUNT_EUR, totals.amount_eur);
    mvt_tag_uint(writer, CELL_AREA_KM2, (uint64_t)lrint(hexagon_area_km2(size)));
    mvt_feature_end(writer);
    return ATLAS_OK;
}

enum atlas_status density_tile(struct tile_build *build)
{
    unsigned size = hexagon_size_at(build->key.z);
    enum side side = build->display.side_french ? SIDE_FRENCH : SIDE_FOREIGN;
    const struct cell_set *cells;
    const struct link_amounts *amounts;
    enum atlas_status status = prepared_cells(build->edition, side, size, &build->hold, &cells);
    if (status == ATLAS_OK)
        status = prepared_amounts(build->edition, tile_display_nature(&build->display),
                                  &build->hold, &amounts);
    if (status) return status;
    tile_layer_begin(build, &density_layers[0]);
    for (size_t i = 0; i < cells->table.n_groups && status == ATLAS_OK; i++) {
        bool near = false;
        for (int world = 0; world < VIEW_WORLDS; world++)
            near = near || tile_view_meets(&build->view, world, 1, &cells->boxes[i]);
        if (near) status = write_cell(build, cells, i, size, amounts);
    }
    return status ? status : mvt_layer_end(&build->writer, build->out);
}
