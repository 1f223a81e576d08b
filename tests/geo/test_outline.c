/* geo/outline: inside, outside, holes, distances; bytes that are no geometry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/outline.h"

#include <math.h>
#include <string.h>

/* Appends to a WKB text; the machine of the tests is little endian. */
struct wkb {
    uint8_t bytes[2000];
    size_t length;
};

static void put(struct wkb *wkb, const void *data, size_t n)
{
    memcpy(wkb->bytes + wkb->length, data, n);
    wkb->length += n;
}

static void put_header(struct wkb *wkb, uint32_t type, uint32_t count)
{
    uint8_t order = 1;
    put(wkb, &order, 1);
    put(wkb, &type, 4);
    put(wkb, &count, 4);
}

static void put_square(struct wkb *wkb, double lon, double lat, double half)
{
    uint32_t count = 5;
    double points[5][2] = {{lon - half, lat - half},
                           {lon + half, lat - half},
                           {lon + half, lat + half},
                           {lon - half, lat + half},
                           {lon - half, lat - half}};
    put(wkb, &count, 4);
    put(wkb, points, sizeof points);
}

/* A square of 2 degrees with a hole of 0.2 at (10, 0), and one of 1 degree at (20, 60). */
static struct wkb two_squares(void)
{
    struct wkb wkb = {.length = 0};
    put_header(&wkb, 6, 2);
    put_header(&wkb, 3, 2);
    put_square(&wkb, 10, 0, 1);
    put_square(&wkb, 10, 0, 0.1);
    put_header(&wkb, 3, 1);
    put_square(&wkb, 20, 60, 0.5);
    return wkb;
}

static void locates_points(void **state)
{
    (void)state;
    struct wkb wkb = two_squares();
    static const struct {
        double lon, lat;
        bool inside;
        double km;
    } cases[] = {
        {10.5, 0, true, 44.5}, {10, 0, false, 11.1},   {12, 0, false, 111.2},
        {20, 60, true, 27.8},  {20.6, 60, false, 5.6}, {9, 1.5, false, 55.6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outline_place place;
        assert_int_equal(outline_locate(wkb.bytes, wkb.length, cases[i].lon, cases[i].lat, &place),
                         ATLAS_OK);
        assert_int_equal(place.inside, cases[i].inside);
        assert_true(fabs(place.edge_km - cases[i].km) < 0.3);
    }
}

static void refuses_other_bytes(void **state)
{
    (void)state;
    struct wkb wkb = two_squares();
    struct outline_place place;
    for (size_t n = 0; n < wkb.length; n++)
        assert_int_equal(outline_locate(wkb.bytes, n, 1, 1, &place), ATLAS_CORRUPT);
    assert_int_equal(outline_locate(wkb.bytes, wkb.length, NAN, 1, &place), ATLAS_CORRUPT);
    for (size_t i = 0; i < 40; i++) { /* any byte may be anything: no crash, no endless loop */
        struct wkb broken = wkb;
        broken.bytes[i] = 0xFF;
        (void)!outline_locate(broken.bytes, broken.length, 1, 1, &place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locates_points),
        cmocka_unit_test(refuses_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
