/* A frame holds all of what it is named after, in pictures of any shape: where towns come to lie is
 * counted here by the formula of the Mercator map, beside legend, title and sources as they are
 * drawn. */
#include "server/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

static double down(double lat_deg)
{
    return 0.5 - log(tan(PI / 4 + lat_deg * PI / 360)) / (2 * PI);
}

static void a_frame_holds_what_it_is_named_after(void **state)
{
    (void)state;
    static const struct {
        const char *frame, *town;
        double lat_deg, lon_deg;
    } towns[] = {
        {"monde", "Santiago du Chili", -33.4, -70.7},
        {"monde", "Suva", -18.1, 178.4},
        {"europe", "Reykjavik", 64.1, -21.9},
        {"europe", "Tbilissi", 41.7, 44.8},
        {"hexagone", "Brest", 48.4, -4.5},
        {"hexagone", "Dunkerque", 51.03, 2.4},
        {"hexagone", "Bonifacio", 41.4, 9.2},
        {"hexagone", "Strasbourg", 48.6, 7.8},
        {"antilles", "Marigot (Saint-Martin)", 18.07, -63.08},
        {"antilles", "Sainte-Anne (Martinique)", 14.43, -60.88},
        {"antilles", "Pointe-à-Pitre", 16.2, -61.5},
        {"guyane", "Cayenne", 4.9, -52.3},
        {"guyane", "Maripasoula", 3.6, -54.0},
        {"reunion-mayotte", "Saint-Denis", -20.9, 55.5},
        {"reunion-mayotte", "Mamoudzou", -12.8, 45.2},
        {"saint-pierre-et-miquelon", "Saint-Pierre", 46.8, -56.2},
        {"pacifique", "Nouméa", -22.3, 166.4},
        {"pacifique", "Mata-Utu", -13.3, -176.2},
        {"pacifique", "Papeete", -17.5, -149.6},
        {"pacifique", "Rikitea", -23.1, -135.0},
    };
    static const double sizes[][2] = {{1200, 800}, {300, 900}, {2000, 200}, {827, 563}};
    for (size_t i = 0; i < sizeof towns / sizeof *towns; i++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            double lon, lat, zoom;
            uint32_t frame = frame_find(towns[i].frame);
            assert_string_equal(frame_name(frame), towns[i].frame);
            frame_view(frame, sizes[s][0], sizes[s][1], &lon, &lat, &zoom);
            assert_true(fabs(lon) <= 180 && fabs(lat) <= 85 && zoom >= 0);
            if (zoom <= 0) continue; /* too small a picture: no world is smaller */
            double world_px = 512 * exp2(zoom);
            double x_px = remainder(towns[i].lon_deg - lon, 360) / 360 * world_px;
            double y_px = (down(towns[i].lat_deg) - down(lat)) * world_px;
            double left_px = sizes[s][0] > 600 ? 180 : 0; /* the legend's */
            if (x_px < left_px - sizes[s][0] / 2 || x_px > sizes[s][0] / 2 ||
                y_px < 32 - sizes[s][1] / 2 || y_px > sizes[s][1] / 2 - 66)
                fail_msg("%s lies outside of %s, %.0f × %.0f", towns[i].town, towns[i].frame,
                         sizes[s][0], sizes[s][1]);
        }
}

static void the_names_told_are_those_known(void **state)
{
    (void)state;
    char names[] = FRAME_NAMES;
    uint32_t n = 0;
    for (char *rest = names, *name; (name = strtok_r(rest, ", ", &rest));)
        assert_int_equal(frame_find(name), ++n);
    assert_int_equal(n, 8);
    assert_int_equal(frame_find("Guyane"), 0);
    assert_int_equal(frame_find(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_holds_what_it_is_named_after),
        cmocka_unit_test(the_names_told_are_those_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
