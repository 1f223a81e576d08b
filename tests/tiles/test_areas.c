/* tiles/base, tiles/choropleth_tile, tiles/shapes: outlines in tiles.
 * Plan: the land of a tile against GDAL's reading of the same outline; labels in one tile each and
 * by zoom; areas with their values, zero included, unknown absent; no edge where the map is cut;
 * damaged outlines give nothing.
 */
#include "tests/tiles/pyramid.h"

#include "geo/geometry_blob.h"
#include "tiles/choropleth.h"
#include "tiles/shapes.h"

#include <math.h>
#include <ogr_api.h>
#include <sqlite3.h>

static const struct tile_display plain;

static double area_of(const struct read_feature *feature)
{
    double twice = 0;
    for (size_t path = 0; path < feature->n_paths; path++) {
        size_t start = feature->path_starts[path], end = feature->path_starts[path + 1];
        for (size_t i = start; i < end; i++) {
            const int32_t *a = feature->points[i],
                          *b = feature->points[i + 1 < end ? i + 1 : start];
            twice += (double)a[0] * b[1] - (double)b[0] * a[1];
        }
    }
    return twice / 2;
}

/* The outline of a code as the database has it, as WKB. */
static void read_outline(const struct fixture *fixture, const char *code, struct bytes *wkb)
{
    sqlite3 *db;
    sqlite3_stmt *row;
    assert_int_equal(sqlite3_open_v2(fixture->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT geom FROM area WHERE code = ?", -1, &row, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(row, 1, code, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_int_equal(geometry_blob_to_wkb(sqlite3_column_blob(row, 0),
                                          (size_t)sqlite3_column_bytes(row, 0),
                                          GEOMETRY_MULTI_POLYGON, wkb),
                     ATLAS_OK);
    sqlite3_finalize(row);
    sqlite3_close(db);
}

/* The outline's area in units of a zoom, from GDAL's reading of the WKB; *in_tile that in a tile
 * and its buffer. */
static void area_by_gdal(const struct bytes *wkb, struct tile_key key, double *in_tile)
{
    OGRGeometryH geometry = NULL;
    assert_int_equal(OGR_G_CreateFromWkb(wkb->data, NULL, &geometry, (int)wkb->length),
                     OGRERR_NONE);
    OGRGeometryH projected = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (int p = 0; p < OGR_G_GetGeometryCount(geometry); p++) {
        OGRGeometryH polygon = OGR_G_GetGeometryRef(geometry, p);
        OGRGeometryH copy = OGR_G_CreateGeometry(wkbPolygon);
        for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++) {
            OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, r);
            OGRGeometryH ring_copy = OGR_G_CreateGeometry(wkbLinearRing);
            for (int i = 0; i < OGR_G_GetPointCount(ring); i++) {
                struct world_point w = mercator_forward(OGR_G_GetX(ring, i), OGR_G_GetY(ring, i));
                OGR_G_AddPoint_2D(ring_copy, ldexp(w.x_world, key.z) * 4096 - key.x * 4096.0,
                                  ldexp(w.y_world, key.z) * 4096 - key.y * 4096.0);
            }
            OGR_G_AddGeometryDirectly(copy, ring_copy);
        }
        OGR_G_AddGeometryDirectly(projected, copy);
    }
    OGRGeometryH box = OGR_G_CreateGeometry(wkbPolygon), ring = OGR_G_CreateGeometry(wkbLinearRing);
    static const double corners[5][2] = {
        {-64, -64}, {4160, -64}, {4160, 4160}, {-64, 4160}, {-64, -64}};
    for (int i = 0; i < 5; i++)
        OGR_G_AddPoint_2D(ring, corners[i][0], corners[i][1]);
    OGR_G_AddGeometryDirectly(box, ring);
    OGRGeometryH common = OGR_G_Intersection(projected, box);
    *in_tile = OGR_G_Area(common);
    OGR_G_DestroyGeometry(common);
    OGR_G_DestroyGeometry(box);
    OGR_G_DestroyGeometry(projected);
    OGR_G_DestroyGeometry(geometry);
}

struct land {
    const struct fixture *fixture;
    const struct edition *edition;
    size_t n_land, n_lines, n_between; /* vertices between half pixels */
};

static void see_land(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct land *land = context;
    const struct read_layer *layer = tile_layer(tile, "land");
    for (size_t i = 0; layer && i < layer->n_features; i++) {
        const struct edition_area *area = NULL;
        for (size_t a = 0; a < land->edition->n_areas; a++)
            if (feature_text_is(&layer->features[i], "code", land->edition->areas[a].code))
                area = &land->edition->areas[a];
        assert_non_null(area);
        assert_true(strncmp(area->code, "country:", 8) == 0);
        double wanted;
        struct bytes wkb = {0};
        read_outline(land->fixture, area->code, &wkb);
        area_by_gdal(&wkb, key, &wanted);
        bytes_close(&wkb);
        /* vertices move by half a unit; at low zooms on a grid of half pixels */
        if (fabs(area_of(&layer->features[i]) - wanted) > 0.03 * wanted + 3 * 4096)
            fail_msg("%s in %u/%u/%u: %.0f, not %.0f", area->code, key.z, key.x, key.y,
                     area_of(&layer->features[i]), wanted);
        land->n_land++;
        for (size_t p = 0; p < layer->features[i].n_points; p++) {
            const int32_t *at = layer->features[i].points[p]; /* not where the buffer cuts */
            bool inside = at[0] >= 0 && at[0] < MVT_EXTENT && at[1] >= 0 && at[1] < MVT_EXTENT;
            land->n_between += inside && (at[0] % 4 != 0 || at[1] % 4 != 0);
        }
    }
    const struct read_layer *borders = tile_layer(tile, "borders");
    land->n_lines += borders ? borders->n_features : 0;
}

static void draws_land_where_it_is(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    everything(fixture->edition, &selection);
    struct land land = {.fixture = fixture, .edition = fixture->edition}, coarse = land,
                fine = land;
    for (uint8_t zoom = 0; zoom <= 7; zoom++)
        visit_zoom(TILESET_BASE, &selection, zoom, &plain, see_land, &land);
    assert_true(land.n_land > 20);
    assert_true(land.n_lines > 8);
    /* What is enlarged shows no steps. */
    const struct tile_display enlarged = {.fine = true};
    visit_zoom(TILESET_BASE, &selection, 2, &plain, see_land, &coarse);
    visit_zoom(TILESET_BASE, &selection, 2, &enlarged, see_land, &fine);
    assert_int_equal(coarse.n_between, 0);
    assert_true(fine.n_between > 0 && fine.n_land >= coarse.n_land);
    selection_close(&selection);
}

struct labels {
    const struct edition *edition;
    unsigned *times; /* per territory */
};

static void see_labels(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct labels *labels = context;
    const struct read_layer *layer = tile_layer(tile, "labels");
    (void)key;
    for (size_t i = 0; layer && i < layer->n_features; i++) {
        char code[60] = "";
        const struct read_value *value = feature_value(&layer->features[i], "code");
        memcpy(code, value->text, value->text_length);
        labels->times[edition_find_territory(labels->edition, code)]++;
    }
}

static void names_places_once_and_by_zoom(void **state)
{
    struct fixture *fixture = *state;
    const struct edition *edition = fixture->edition;
    struct selection selection;
    everything(edition, &selection);
    for (uint8_t zoom = 0; zoom <= 6; zoom += 3) {
        struct labels labels = {edition, calloc(edition->n_territories, sizeof(unsigned))};
        visit_zoom(TILESET_BASE, &selection, zoom, &plain, see_labels, &labels);
        for (size_t t = 0; t < edition->n_territories; t++) {
            const struct edition_territory *territory = &edition->territories[t];
            bool point = !isnan(territory->lon_deg);
            assert_in_range(labels.times[t], 0, 1);
            if (territory->kind == KIND_COUNTRY && zoom == 6)
                assert_int_equal(labels.times[t], point);
            if (territory->kind == KIND_REGION)
                assert_int_equal(labels.times[t], point && zoom >= 4);
            if (territory->precision != PRECISION_EXACT && territory->kind != KIND_COUNTRY)
                assert_int_equal(labels.times[t], 0);
        }
        free(labels.times);
    }
    selection_close(&selection);
}

static void see_areas(const struct read_tile *tile, struct tile_key key, void *context)
{
    const struct choropleth *choropleth = context;
    const struct read_layer *layer = tile_layer(tile, "choropleth");
    (void)key;
    assert_int_equal(layer->n_features, choropleth->n_values);
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct read_feature *feature = &layer->features[i];
        const struct choropleth_value *value = &choropleth->values[i];
        assert_true(feature_number(feature, "n") == (double)value->n);
        assert_true(feature_number(feature, "partnerships") == (double)value->partnerships);
        assert_true(feature_number(feature, "partners") == value->partners);
        assert_int_equal(feature_value(feature, "per_million") == NULL, isnan(value->per_million));
        assert_int_equal(feature_value(feature, "amount_eur") == NULL, isnan(value->amount_eur));
    }
}

static void shows_areas_with_their_values(void **state)
{
    struct fixture *fixture = *state;
    uint64_t seed = 9;
    for (int round = 0; round < 20; round++) {
        struct selection selection;
        struct choropleth choropleth;
        struct tile_display display = {.foreign_level =
                                           1 + (round % 2 ? FOREIGN_COUNTRY : FOREIGN_ADMIN1)};
        random_selection(fixture->edition, &seed, &selection);
        assert_int_equal(choropleth_make(&selection,
                                         round % 2 ? CHOROPLETH_COUNTRY : CHOROPLETH_ADMIN1, 1,
                                         &choropleth),
                         ATLAS_OK);
        assert_true(choropleth.n_values > 0);
        visit_tile(TILESET_CHOROPLETH, &selection, (struct tile_key){0, 0, 0}, &display, see_areas,
                   &choropleth);
        choropleth_close(&choropleth);
        selection_close(&selection);
    }
}

static void wkb_of(const char *text, struct bytes *wkb)
{
    OGRGeometryH geometry = NULL;
    char copy[400], *at = copy;
    snprintf(copy, sizeof copy, "%s", text);
    assert_int_equal(OGR_G_CreateFromWkt(&at, NULL, &geometry), OGRERR_NONE);
    size_t length = (size_t)OGR_G_WkbSize(geometry);
    uint8_t *data = malloc(length);
    assert_int_equal(OGR_G_ExportToWkb(geometry, wkbNDR, data), OGRERR_NONE);
    bytes_append(wkb, data, length);
    free(data);
    OGR_G_DestroyGeometry(geometry);
}

/* The only area of shapes in a tile; false: it has none of it. */
static bool area_in_tile(const struct shapes *shapes, struct tile_key key, struct bytes *tile)
{
    struct tile_view view;
    struct clip_scratch scratch = {0};
    struct clip_result clipped = {0};
    struct mvt_writer writer;
    mvt_init(&writer);
    mvt_layer_begin(&writer, "area", NULL, 0);
    mvt_feature_begin(&writer, MVT_POLYGON);
    tile_view_init(&view, key);
    assert_int_equal(shapes_add_area(shapes, &shapes->areas[0], &view, &scratch, &clipped, &writer),
                     ATLAS_OK);
    bool some = mvt_feature_end(&writer);
    assert_int_equal(mvt_layer_end(&writer, tile), ATLAS_OK);
    mvt_close(&writer);
    clip_close(&clipped);
    clip_scratch_close(&scratch);
    return some;
}

/* No step is upright or level (none of the whole area is) unless it lies where the buffer ends. */
static void expect_no_seam(const struct read_feature *feature, struct tile_key key)
{
    for (size_t path = 0; path < feature->n_paths; path++) {
        size_t start = feature->path_starts[path], end = feature->path_starts[path + 1];
        for (size_t i = start; i < end; i++) {
            const int32_t *a = feature->points[i],
                          *b = feature->points[i + 1 < end ? i + 1 : start];
            for (int axis = 0; axis < 2; axis++)
                if (a[axis] == b[axis] && a[axis] > -CLIP_BUFFER &&
                    a[axis] < MVT_EXTENT + CLIP_BUFFER && abs(a[!axis] - b[!axis]) > CLIP_BUFFER)
                    fail_msg("%u/%u/%u: an edge from %d, %d to %d, %d", key.z, key.x, key.y, a[0],
                             a[1], b[0], b[1]);
        }
    }
}

/* Areas that a map cuts at the antimeridian, as Russia is, and the same in one piece: tiles on both
 * sides hold as much of them, and no edge at the cut. The last reaches a pole and all around. */
static void what_the_map_cuts_has_no_edge_there(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"MULTIPOLYGON(((180 40,150 20,180 -30,180 40)),((-180 -30,-170 10,-180 40,-180 -30)))",
         "MULTIPOLYGON(((180 40,150 20,180 -30,190 10,180 40)))"},
        {"MULTIPOLYGON(((180 40,150 20,180 -30,180 0,180 10,180 40)),"
         "((-180 -30,-170 10,-180 40,-180 10,-180 -30)))",
         "MULTIPOLYGON(((180 40,150 20,180 -30,190 10,180 40)))"},
        {"MULTIPOLYGON(((-180 -90,-180 -70,0 -60,180 -70,180 -90,-180 -90)))",
         "MULTIPOLYGON(((-180 -90,-180 -70,0 -60,180 -70,360 -60,540 -70,540 -90,-180 -90)))"},
    };
    size_t n_seen = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes cut = {0}, whole = {0};
        struct shapes shapes = {0};
        wkb_of(cases[i][0], &cut);
        wkb_of(cases[i][1], &whole);
        assert_int_equal(shapes_read_area(&shapes, cut.data, cut.length), ATLAS_OK);
        for (uint8_t z = 1; z <= 5; z++)
            for (uint32_t y = 0; y < 1u << z; y++)
                for (int side = 0; side < 2; side++) {
                    const uint32_t across = 1u << z; /* columns; the first lies past the last */
                    const struct tile_key key = {z, side ? 0 : across - 1, y};
                    struct bytes data = {0};
                    struct read_tile tile;
                    double wanted;
                    area_by_gdal(&whole, (struct tile_key){z, side ? across : across - 1, y},
                                 &wanted);
                    bool some = area_in_tile(&shapes, key, &data);
                    if (!some) assert_true(wanted < 3 * 4096);
                    if (some) {
                        tile_read(data.data, data.length, &tile);
                        const struct read_feature *feature =
                            &tile_layer(&tile, "area")->features[0];
                        if (fabs(area_of(feature) - wanted) > 0.03 * wanted + 3 * 4096)
                            fail_msg("case %zu, %u/%u/%u: %.0f, not %.0f", i, z, key.x, y,
                                     area_of(feature), wanted);
                        expect_no_seam(feature, key);
                        tile_read_close(&tile);
                        n_seen++;
                    }
                    bytes_close(&data);
                }
        shapes_close(&shapes);
        bytes_close(&cut);
        bytes_close(&whole);
    }
    assert_true(n_seen > 50);
}

static void damaged_outlines_give_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct bytes sound = {0};
    read_outline(fixture, fixture->edition->areas[0].code, &sound);
    uint8_t *wkb = malloc(sound.length);
    struct shapes shapes = {0};
    for (size_t length = 0; length <= sound.length; length++) {
        memcpy(wkb, sound.data, sound.length);
        assert_int_equal(shapes_read_area(&shapes, wkb, length), ATLAS_OK);
        const struct shape *read = &shapes.areas[shapes.n_areas - 1];
        assert_int_equal(read->end_part > read->first_part, length == sound.length);
    }
    for (size_t at = 0; at < sound.length; at++) {
        memcpy(wkb, sound.data, sound.length);
        wkb[at] = (uint8_t)~wkb[at];
        assert_int_equal(shapes_read_area(&shapes, wkb, sound.length), ATLAS_OK);
        assert_int_equal(shapes_read_border(&shapes, wkb, sound.length), ATLAS_OK);
    }
    assert_int_equal(shapes.n_areas, 2 * sound.length + 1);
    shapes_trim(&shapes);
    shapes_close(&shapes);
    free(wkb);
    bytes_close(&sound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_land_where_it_is),
        cmocka_unit_test(names_places_once_and_by_zoom),
        cmocka_unit_test(shows_areas_with_their_values),
        cmocka_unit_test(what_the_map_cuts_has_no_edge_there),
        cmocka_unit_test(damaged_outlines_give_nothing),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
