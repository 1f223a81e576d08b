/* The base map: land by country, borders with French régions and départements as one comes closer,
 * and points to name. It depends on the edition alone, not on the filter. */
#include "tiles/shapes.h"
#include "tiles/tile_build.h"

#include <string.h>

enum { LAND_CODE, LAND_NAME };
static const struct tileset_field land_fields[] = {
    [LAND_CODE] = {"code", "String"}, [LAND_NAME] = {"name", "String"}, {NULL, NULL}};

enum { BORDER_KIND, BORDER_CODE };
static const struct tileset_field border_fields[] = {
    [BORDER_KIND] = {"kind", "String"}, [BORDER_CODE] = {"code", "String"}, {NULL, NULL}};

enum { LABEL_CODE, LABEL_NAME, LABEL_KIND, LABEL_POPULATION };
static const struct tileset_field label_fields[] = {[LABEL_CODE] = {"code", "String"},
                                                    [LABEL_NAME] = {"name", "String"},
                                                    [LABEL_KIND] = {"kind", "String"},
                                                    [LABEL_POPULATION] = {"population", "Number"},
                                                    {NULL, NULL}};

const struct tileset_layer base_layers[3] = {
    {"land", "Terres, par pays", "Land, by country", land_fields},
    {"borders", "Frontières, puis régions et départements français",
     "Borders, then French régions and départements", border_fields},
    {"labels", "Noms de pays, de territoires et de villes",
     "Names of countries, territories and cities", label_fields},
};

static bool is_of(const struct edition_area *area, const char *prefix)
{
    return strncmp(area->code, prefix, strlen(prefix)) == 0;
}

static enum atlas_status write_land(struct tile_build *build, const struct shapes *shapes)
{
    tile_layer_begin(build, &base_layers[0]);
    for (size_t i = 0; i < build->edition->n_areas; i++) {
        const struct edition_area *area = &build->edition->areas[i];
        if (!is_of(area, "country:")) continue;
        mvt_feature_begin(&build->writer, MVT_POLYGON);
        enum atlas_status status =
            shapes_add_area(shapes, &shapes->areas[i], &build->view, &build->scratch,
                            &build->clipped, &build->writer);
        if (status) return status;
        mvt_tag_text(&build->writer, LAND_CODE, area->code);
        if (area->territory != EDITION_NONE)
            mvt_tag_text(&build->writer, LAND_NAME, tile_name_of(build, area->territory));
        mvt_feature_end(&build->writer);
    }
    return mvt_layer_end(&build->writer, build->out);
}

static enum atlas_status write_lines(struct tile_build *build, const struct shapes *shapes,
                                     const struct shape *shape, bool outlines, const char *kind,
                                     const char *code)
{
    mvt_feature_begin(&build->writer, MVT_LINE);
    enum atlas_status status = shapes_add_lines(shapes, shape, outlines, &build->view,
                                                &build->scratch, &build->clipped, &build->writer);
    if (status) return status;
    mvt_tag_text(&build->writer, BORDER_KIND, kind);
    mvt_tag_text(&build->writer, BORDER_CODE, code);
    mvt_feature_end(&build->writer);
    return ATLAS_OK;
}

static enum atlas_status write_borders(struct tile_build *build, const struct shapes *shapes)
{
    const struct edition *edition = build->edition;
    enum atlas_status status = ATLAS_OK;
    tile_layer_begin(build, &base_layers[1]);
    for (size_t i = 0; i < edition->n_borders && status == ATLAS_OK; i++)
        status =
            write_lines(build, shapes, &shapes->borders[i], false, edition->borders[i].kind, NULL);
    for (size_t i = 0; i < edition->n_areas && status == ATLAS_OK; i++) {
        const struct edition_area *area = &edition->areas[i];
        if (is_of(area, "reg:") && build->key.z >= REGIONS_FROM_ZOOM)
            status = write_lines(build, shapes, &shapes->areas[i], true, "region", area->code);
        if (is_of(area, "dep:") && build->key.z >= DEPARTEMENTS_FROM_ZOOM)
            status = write_lines(build, shapes, &shapes->areas[i], true, "departement", area->code);
    }
    return status ? status : mvt_layer_end(&build->writer, build->out);
}

static enum atlas_status write_labels(struct tile_build *build)
{
    struct mvt_writer *writer = &build->writer;
    const struct label_list *labels;
    enum atlas_status status = prepared_labels(build->edition, &build->hold, &labels);
    if (status) return status;
    tile_layer_begin(build, &base_layers[2]);
    for (size_t i = 0; i < labels->n_at_zoom[build->key.z]; i++) {
        const struct label *label = &labels->labels[i];
        if (!tile_view_holds(&build->view, label->place)) continue;
        const struct edition_territory *t = &build->edition->territories[label->territory];
        struct mvt_point point = tile_view_point(&build->view, label->place);
        mvt_feature_begin(writer, MVT_POINT);
        mvt_points(writer, &point, 1);
        mvt_tag_text(writer, LABEL_CODE, t->code);
        mvt_tag_text(writer, LABEL_NAME, tile_name_of(build, label->territory));
        mvt_tag_text(writer, LABEL_KIND, territory_kind_text((enum territory_kind)t->kind));
        if (t->population >= 0) mvt_tag_uint(writer, LABEL_POPULATION, (uint64_t)t->population);
        mvt_feature_end(writer);
    }
    return mvt_layer_end(writer, build->out);
}

enum atlas_status base_tile(struct tile_build *build)
{
    const struct shapes *shapes = build->edition->shapes;
    enum atlas_status status = write_land(build, shapes);
    if (status == ATLAS_OK) status = write_borders(build, shapes);
    if (status == ATLAS_OK) status = write_labels(build);
    return status;
}
