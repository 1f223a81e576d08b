/* tiles/raster: the picture shows the features of the tile, where they are.
 *
 * Oracle: GDAL rasterises the same features (lines and points as buffers of their width) of every
 * layer that is painted. Tolerance: a pixel that GDAL fills, and whose eight neighbours it fills
 * too, is painted; where it fills one, that or a neighbour is; a pixel that neither it nor a
 * neighbour fills is at most faint (alpha 48 of 255: a thin outline's rim); at edges anti-aliasing
 * decides. Cells without links or without a number have the colours of these, whatever the scale.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiles/mvt.h"
#include "tiles/raster.h"

#include <gdal.h>
#include <gdal_alg.h>
#include <math.h>
#include <ogr_api.h>
#include <png.h>
#include <stdlib.h>

enum { MOST_PX = 512 };

/* The pixels of a PNG, four bytes each. */
static const uint8_t *read_rgba(const struct bytes *png, uint32_t size)
{
    static uint8_t rgba[MOST_PX * MOST_PX * 4];
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, png->data, png->length));
    assert_int_equal(image.width, size);
    assert_int_equal(image.height, size);
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, rgba, 0, NULL));
    return rgba;
}

static void read_alpha(const struct bytes *png, uint32_t size, uint8_t *alpha)
{
    const uint8_t *rgba = read_rgba(png, size);
    for (size_t i = 0; i < (size_t)size * size; i++)
        alpha[i] = rgba[4 * i + 3];
}

/* touched: every pixel that the shape touches, not only those whose middle it holds. */
static void gdal_mask(OGRGeometryH shape, uint32_t size, bool touched, uint8_t *mask)
{
    char all_touched[] = "ALL_TOUCHED=TRUE", *options[] = {touched ? all_touched : NULL, NULL};
    GDALDatasetH picture =
        GDALCreate(GDALGetDriverByName("MEM"), "", (int)size, (int)size, 1, GDT_Byte, NULL);
    double transform[6] = {0, MVT_EXTENT / (double)size, 0, 0, 0, MVT_EXTENT / (double)size};
    GDALSetGeoTransform(picture, transform);
    int band = 1;
    double burn = 1;
    assert_int_equal(GDALRasterizeGeometries(picture, 1, &band, 1, &shape, NULL, NULL, &burn,
                                             options, NULL, NULL),
                     CE_None);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(picture, 1), GF_Read, 0, 0, (int)size,
                                  (int)size, mask, (int)size, (int)size, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(picture);
}

/* How many of the nine pixels around x, y are filled, and how many there are. */
static void around(const uint8_t *mask, int size, int x, int y, int *filled, int *all)
{
    *filled = *all = 0;
    for (int j = y - 1; j <= y + 1; j++)
        for (int i = x - 1; i <= x + 1; i++)
            if (i >= 0 && j >= 0 && i < size && j < size) {
                (*all)++;
                *filled += mask[j * size + i];
            }
}

static int strongest_around(const uint8_t *alpha, int size, int x, int y)
{
    int most = 0;
    for (int j = y - 1; j <= y + 1; j++)
        for (int i = x - 1; i <= x + 1; i++)
            if (i >= 0 && j >= 0 && i < size && j < size && alpha[j * size + i] > most)
                most = alpha[j * size + i];
    return most;
}

/* n of what is drawn, and of the heaviest: as wide as lines get. */
enum { HEAVIEST = 100 };

static void expect_same(const struct bytes *tile, OGRGeometryH shape, uint32_t size, bool smooth,
                        bool thin)
{
    static uint8_t alpha[MOST_PX * MOST_PX], mask[MOST_PX * MOST_PX];
    const struct raster_look look = {.n_most = HEAVIEST, .smooth = smooth};
    struct bytes png = {0};
    assert_int_equal(raster_tile(tile->data, tile->length, size, &look, &png), ATLAS_OK);
    read_alpha(&png, size, alpha);
    bytes_close(&png);
    gdal_mask(shape, size, thin, mask);
    size_t painted = 0;
    for (int y = 0; y < (int)size; y++)
        for (int x = 0; x < (int)size; x++) {
            int filled, all, here = alpha[y * (int)size + x];
            around(mask, (int)size, x, y, &filled, &all);
            painted += here > 0;
            if (all == 9 && mask[y * (int)size + x] &&
                strongest_around(alpha, (int)size, x, y) < 40)
                fail_msg("pixel %d, %d of %u: GDAL fills it, nothing is painted", x, y, size);
            if ((!thin && filled == all && here < 60) || (filled == 0 && here > 48))
                fail_msg("pixel %d, %d of %u: alpha %d, GDAL fills %d of %d around it", x, y, size,
                         here, filled, all);
        }
    assert_true(painted > 100);
}

static uint32_t seed;

static int32_t next_random(int32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (int32_t)((seed >> 8) % (uint32_t)below);
}

static void begin(struct mvt_writer *writer, const char *layer, enum mvt_geometry type)
{
    static const char *const keys[] = {"n"};
    mvt_init(writer);
    mvt_layer_begin(writer, layer, keys, 1);
    mvt_feature_begin(writer, type);
    mvt_tag_uint(writer, 0, HEAVIEST);
}

static void end(struct mvt_writer *writer, struct bytes *tile)
{
    assert_true(mvt_feature_end(writer));
    assert_int_equal(mvt_layer_end(writer, tile), ATLAS_OK);
    mvt_close(writer);
}

static void areas_are_filled(void **state)
{
    static const char *const layers[] = {"density", "choropleth", "land"};
    (void)state;
    seed = 3;
    for (int round = 0; round < 12; round++) {
        struct mvt_point ring[6];
        int32_t x = next_random(MVT_EXTENT), y = next_random(MVT_EXTENT);
        int32_t radius = 200 + next_random(1500);
        OGRGeometryH outline = OGR_G_CreateGeometry(wkbLinearRing);
        for (int i = 0; i <= 6; i++) {
            double angle = i % 6 * M_PI / 3;
            struct mvt_point corner = {x + (int32_t)lround(radius * cos(angle)),
                                       y + (int32_t)lround(radius * sin(angle))};
            if (i < 6) ring[i] = corner;
            OGR_G_AddPoint_2D(outline, corner.x, corner.y);
        }
        OGRGeometryH shape = OGR_G_CreateGeometry(wkbPolygon);
        OGR_G_AddGeometryDirectly(shape, outline);
        struct mvt_writer writer;
        struct bytes tile = {0};
        begin(&writer, layers[round % 3], MVT_POLYGON);
        assert_true(mvt_ring(&writer, ring, 6, true));
        end(&writer, &tile);
        expect_same(&tile, shape, round % 2 ? 256 : 512, false, false);
        bytes_close(&tile);
        OGR_G_DestroyGeometry(shape);
    }
}

static void lines_have_their_width(void **state)
{
    enum { POINTS = 5 };
    /* Of 256: raster.c's width for n = n_most, of links, of borders. */
    static const struct {
        const char *layer;
        double px;
    } cases[] = {{"flows", 7.75}, {"links", 1}, {"borders", 0.75}};
    (void)state;
    seed = 5;
    for (int round = 0; round < 24; round++) {
        const double width_px = cases[round % 3].px;
        /* Of one part, or of two that nothing joins. */
        const int n_first = round % 6 < 3 ? POINTS : 2;
        struct mvt_point line[POINTS];
        OGRGeometryH paths = OGR_G_CreateGeometry(wkbMultiLineString), path = NULL;
        for (int i = 0; i < POINTS; i++) {
            line[i] = (struct mvt_point){next_random(MVT_EXTENT + 600) - 300,
                                         i * MVT_EXTENT / 4 + next_random(300)};
            if (i == 0 || i == n_first) path = OGR_G_CreateGeometry(wkbLineString);
            OGR_G_AddPoint_2D(path, line[i].x, line[i].y);
            if (i == n_first - 1 || i == POINTS - 1) OGR_G_AddGeometryDirectly(paths, path);
        }
        OGRGeometryH shape = OGR_G_Buffer(paths, width_px / 2 * MVT_EXTENT / 256, 30);
        struct mvt_writer writer;
        struct bytes tile = {0};
        begin(&writer, cases[round % 3].layer, MVT_LINE);
        assert_true(mvt_line(&writer, line, (size_t)n_first));
        if (n_first < POINTS)
            assert_true(mvt_line(&writer, line + n_first, (size_t)(POINTS - n_first)));
        end(&writer, &tile);
        expect_same(&tile, shape, round % 2 ? 256 : 512, false, width_px <= 1);
        bytes_close(&tile);
        OGR_G_DestroyGeometry(paths);
        OGR_G_DestroyGeometry(shape);
    }
}

/* Points of a circle, some of them very near each other as where a tile cuts a line: smoothed, they
 * are the circle again. */
static void curves_are_smooth(void **state)
{
    (void)state;
    enum { POINTS = 9, FINE = 200 };
    for (int round = 0; round < 6; round++) {
        struct mvt_point line[POINTS + 2];
        const double radius = 1200 + 300 * round, x = 2048, y = 3400;
        size_t n = 0;
        OGRGeometryH path = OGR_G_CreateGeometry(wkbLineString);
        for (int i = 0; i <= FINE; i++)
            OGR_G_AddPoint_2D(path, x - radius * cos(2.4 * i / FINE + 0.3),
                              y - radius * sin(2.4 * i / FINE + 0.3));
        for (int i = 0; i < POINTS; i++) {
            double angle = 2.4 * i / (POINTS - 1) + 0.3;
            struct mvt_point point = {(int32_t)lround(x - radius * cos(angle)),
                                      (int32_t)lround(y - radius * sin(angle))};
            if (i == POINTS - 1) line[n++] = (struct mvt_point){point.x - 1, point.y - 2};
            line[n++] = point;
            if (i == 3) line[n++] = (struct mvt_point){point.x + 2, point.y - 1};
        }
        OGRGeometryH shape = OGR_G_Buffer(path, 7.75 / 2 * MVT_EXTENT / 256, 30);
        struct mvt_writer writer;
        struct bytes tile = {0};
        begin(&writer, "flows", MVT_LINE);
        assert_true(mvt_line(&writer, line, n));
        end(&writer, &tile);
        expect_same(&tile, shape, 512, true, false);
        bytes_close(&tile);
        OGR_G_DestroyGeometry(path);
        OGR_G_DestroyGeometry(shape);
    }
}

static void places_are_round(void **state)
{
    (void)state;
    seed = 9;
    for (int round = 0; round < 6; round++) {
        struct mvt_point points[4];
        OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPoint);
        for (int i = 0; i < 4; i++) {
            points[i] = (struct mvt_point){next_random(MVT_EXTENT), next_random(MVT_EXTENT)};
            OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
            OGR_G_SetPoint_2D(point, 0, points[i].x, points[i].y);
            OGR_G_AddGeometryDirectly(all, point);
        }
        OGRGeometryH shape = OGR_G_Buffer(all, (raster_dot_px(1) + 0.375) * MVT_EXTENT / 256, 30);
        struct mvt_writer writer;
        struct bytes tile = {0};
        begin(&writer, "places", MVT_POINT);
        assert_true(mvt_points(&writer, points, 4));
        end(&writer, &tile);
        expect_same(&tile, shape, round % 2 ? 256 : 512, false, false);
        bytes_close(&tile);
        OGR_G_DestroyGeometry(all);
        OGR_G_DestroyGeometry(shape);
    }
}

/* A flow grows with its n, and one link is never drawn as wide as many are where more lie. */
static void few_links_are_narrow(void **state)
{
    (void)state;
    assert_true(raster_line_px(1, 1) < raster_line_px(0.5, 1000));
    for (double most = 2; most < 3000; most++) {
        assert_true(raster_line_px(1, most) <= 7.75);
        assert_true(raster_line_px(1, most) >= raster_line_px(1, most - 1));
        double one = sqrt(1 / most);
        assert_true(raster_line_px(one, most) < raster_line_px(sqrt(2 / most), most));
        assert_true(raster_line_px(one, most) <= raster_line_px(1, 1));
    }
}

static void dots_on_land_are_those_of_the_legend(void **state)
{
    (void)state;
    static const struct mvt_point land[] = {
        {0, 0}, {MVT_EXTENT, 0}, {MVT_EXTENT, MVT_EXTENT}, {0, MVT_EXTENT}};
    static const struct mvt_point middle = {MVT_EXTENT / 2, MVT_EXTENT / 2};
    for (int dark = 0; dark < 2; dark++) {
        const struct raster_look look = {.dark = dark, .n_most = 1, .place_most = 1};
        const struct colour wanted = raster_place_colour(dark);
        struct mvt_writer writer;
        struct bytes tile = {0}, png = {0};
        begin(&writer, "land", MVT_POLYGON);
        assert_true(mvt_ring(&writer, land, 4, true));
        end(&writer, &tile);
        begin(&writer, "places", MVT_POINT);
        mvt_points(&writer, &middle, 1);
        end(&writer, &tile);
        assert_int_equal(raster_tile(tile.data, tile.length, 256, &look, &png), ATLAS_OK);
        const uint8_t *pixel = read_rgba(&png, 256) + 4 * (128 * 256 + 128);
        if (abs(pixel[0] - wanted.red) > 1 || abs(pixel[1] - wanted.green) > 1 ||
            abs(pixel[2] - wanted.blue) > 1)
            fail_msg("dark %d: #%02x%02x%02x", dark, pixel[0], pixel[1], pixel[2]);
        bytes_close(&tile);
        bytes_close(&png);
    }
}

/* Three cells of a row: of so many links, of none, of an unknown number. */
static void add_three_cells(struct mvt_writer *writer, uint64_t n)
{
    static const char *const keys[] = {"n"};
    mvt_init(writer);
    mvt_layer_begin(writer, "choropleth", keys, 1);
    for (int32_t i = 0; i < 3; i++) {
        int32_t left = i * MVT_EXTENT / 3, right = left + MVT_EXTENT / 3;
        const struct mvt_point ring[4] = {
            {left, 0}, {right, 0}, {right, MVT_EXTENT}, {left, MVT_EXTENT}};
        mvt_feature_begin(writer, MVT_POLYGON);
        if (i < 2) mvt_tag_uint(writer, 0, i == 0 ? n : 0);
        assert_true(mvt_ring(writer, ring, 4, true));
        if (i < 2) assert_true(mvt_feature_end(writer));
    }
}

static void none_and_unknown_have_their_colours(void **state)
{
    (void)state;
    struct mvt_writer writer;
    struct scale scale;
    struct atlas_error error;
    const double values[] = {1, 2, 3, 40}, breaks[] = {1, 10};
    assert_int_equal(scale_make(SCALE_BREAKS, values, 4, breaks, 2, &scale, &error), ATLAS_OK);
    for (int round = 0; round < 4; round++) {
        bool dark = round & 1;
        const struct raster_look look = {.dark = dark, .scale = round & 2 ? &scale : NULL};
        const struct colour wanted[3] = {scale_colour(0, look.scale ? 2 : 1, dark),
                                         scale_colour_zero(dark), scale_colour_unknown(dark)};
        struct bytes tile = {0}, png = {0};
        add_three_cells(&writer, 5);
        end(&writer, &tile);
        assert_int_equal(raster_tile(tile.data, tile.length, 256, &look, &png), ATLAS_OK);
        const uint8_t *rgba = read_rgba(&png, 256);
        for (int i = 0; i < 3; i++) {
            const uint8_t *pixel = rgba + 4 * (128 * 256 + 43 + 85 * i);
            if (pixel[0] != wanted[i].red || pixel[1] != wanted[i].green ||
                pixel[2] != wanted[i].blue || pixel[3] != 255)
                fail_msg("round %d, cell %d: #%02x%02x%02x%02x", round, i, pixel[0], pixel[1],
                         pixel[2], pixel[3]);
        }
        bytes_close(&tile);
        bytes_close(&png);
    }
}

static void nothing_is_transparent(void **state)
{
    (void)state;
    static uint8_t alpha[MOST_PX * MOST_PX];
    const struct raster_look look = {0};
    struct bytes png = {0}, again = {0};
    assert_int_equal(raster_tile(NULL, 0, 256, &look, &png), ATLAS_OK);
    assert_int_equal(raster_tile(NULL, 0, 256, &look, &again), ATLAS_OK);
    assert_int_equal(png.length, again.length);
    assert_memory_equal(png.data, again.data, png.length);
    assert_true(png.length < 500);
    read_alpha(&png, 256, alpha);
    for (size_t i = 0; i < 256 * 256; i++)
        assert_int_equal(alpha[i], 0);
    assert_int_equal(raster_tile(NULL, 0, 1024, &look, &png), ATLAS_INVALID);
    bytes_close(&png);
    bytes_close(&again);
}

int main(void)
{
    GDALAllRegister();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_filled),
        cmocka_unit_test(lines_have_their_width),
        cmocka_unit_test(curves_are_smooth),
        cmocka_unit_test(places_are_round),
        cmocka_unit_test(few_links_are_narrow),
        cmocka_unit_test(dots_on_land_are_those_of_the_legend),
        cmocka_unit_test(none_and_unknown_have_their_colours),
        cmocka_unit_test(nothing_is_transparent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
