/* The tileset `choropleth`: areas with their totals, at the zoom's level (tiles/choropleth.h). An
 * area with nothing in it is there too, with n = 0: nothing is not unknown. A level that is asked
 * for and has areas stands in place of the zoom's: country or admin1, région or département. */
#include "tiles/choropleth.h"
#include "tiles/shapes.h"
#include "tiles/tile_build.h"

enum {
    KEY_CODE,
    KEY_NAME,
    KEY_N,
    KEY_PARTNERSHIPS,
    KEY_PARTNERS,
    KEY_AMOUNT_EUR,
    KEY_PER_MILLION,
    KEY_POPULATION
};

static const struct tileset_field area_fields[] = {
    [KEY_CODE] = {"code", "String"},
    [KEY_NAME] = {"name", "String"},
    [KEY_N] = {"n", "Number"},
    [KEY_PARTNERSHIPS] = {"partnerships", "Number"},
    [KEY_PARTNERS] = {"partners", "Number"},
    [KEY_AMOUNT_EUR] = {"amount_eur", "Number"},
    [KEY_PER_MILLION] = {"per_million", "Number"},
    [KEY_POPULATION] = {"population", "Number"},
    {NULL, NULL},
};

const struct tileset_layer choropleth_layers[1] = {
    {"choropleth", "Pays, unités de premier niveau, régions ou départements, avec leurs totaux",
     "Countries, first-level units, régions or départements, with their totals", area_fields},
};

static enum atlas_status write_area(struct tile_build *build, const struct shapes *shapes,
                                    const struct choropleth_value *value)
{
    const struct edition_territory *territory = &build->edition->territories[value->territory];
    struct mvt_writer *writer = &build->writer;
    mvt_feature_begin(writer, MVT_POLYGON);
    mvt_feature_id(writer, value->territory + 1);
    enum atlas_status status = shapes_add_area(shapes, &shapes->areas[value->area], &build->view,
                                               &build->scratch, &build->clipped, writer);
    if (status) return status;
    /* What is too small to have an outline at this zoom still has its totals. */
    if (writer->geometry.length == 0 &&
        !shapes_add_mark(shapes, &shapes->areas[value->area], &build->view, writer)) {
        mvt_feature_end(writer);
        return ATLAS_OK;
    }
    mvt_tag_text(writer, KEY_CODE, territory->code);
    mvt_tag_text(writer, KEY_NAME, tile_name_of(build, value->territory));
    mvt_tag_uint(writer, KEY_N, value->n);
    mvt_tag_uint(writer, KEY_PARTNERSHIPS, value->partnerships);
    mvt_tag_uint(writer, KEY_PARTNERS, value->partners);
    mvt_tag_amount(writer, KEY_AMOUNT_EUR, value->amount_eur);
    mvt_tag_double(writer, KEY_PER_MILLION, value->per_million);
    if (territory->population > 0)
        mvt_tag_uint(writer, KEY_POPULATION, (uint64_t)territory->population);
    mvt_feature_end(writer);
    return ATLAS_OK;
}

enum atlas_status choropleth_tile(struct tile_build *build)
{
    const struct shapes *shapes = build->edition->shapes;
    struct choropleth choropleth = {0};
    enum atlas_status status =
        choropleth_make(build->selection, choropleth_level_shown(&build->display, build->key.z),
                        tile_display_nature(&build->display), &choropleth);
    if (status) return status;
    tile_layer_begin(build, &choropleth_layers[0]);
    for (size_t i = 0; i < choropleth.n_values && status == ATLAS_OK; i++)
        status = write_area(build, shapes, &choropleth.values[i]);
    choropleth_close(&choropleth);
    return status ? status : mvt_layer_end(&build->writer, build->out);
}
