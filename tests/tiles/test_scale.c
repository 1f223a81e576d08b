/* tiles/scale: classes and colours.
 *
 * Plan: 1 natural breaks are as good as the best of all ways to part the values (tried one by one
 * here); 2 every value lies in the class that scale_class_of() says, ties are never parted, counts
 * add up; 3 zero and unknown stay apart; 4 given breaks; 5 refusals; 6 colours stay in order under
 * simulated colour blindness (matrices of Viénot, Brettel and Mollon 1999); 7 and as far apart as
 * scale.h says, in CIELAB, for every eye (matrices of Machado, Oliveira and Fernandes 2009).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiles/scale.h"

#include <math.h>
#include <stdlib.h>

static uint32_t seed;

static uint32_t next_random(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static double squares_within(const double *values, size_t n, const struct scale *scale)
{
    double total = 0;
    for (int c = 0; c < (int)scale->n_classes; c++) {
        double sum = 0, squares = 0, count = 0;
        for (size_t i = 0; i < n; i++)
            if (scale_class_of(scale, values[i]) == c) {
                sum += values[i];
                squares += values[i] * values[i];
                count++;
            }
        total += count > 0 ? squares - sum * sum / count : 0;
    }
    return total;
}

/* Least cost of values[first .. n), sorted, in k classes, by trying every break. */
static double best_by_trying(const double *values, size_t first, size_t n, size_t k)
{
    double sum = 0, squares = 0, best = INFINITY;
    for (size_t end = first + 1; end <= n; end++) {
        sum += values[end - 1];
        squares += values[end - 1] * values[end - 1];
        double here = squares - sum * sum / (double)(end - first);
        if (k == 1 && end < n) continue;
        double rest = end == n ? 0 : best_by_trying(values, end, n, k - 1);
        best = fmin(best, here + rest);
    }
    return best;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void natural_breaks_are_the_best(void **state)
{
    (void)state;
    seed = 7;
    for (int round = 0; round < 300; round++) {
        double values[14];
        size_t n = 1 + next_random(14), k = 1 + next_random(4);
        for (size_t i = 0; i < n; i++)
            values[i] = 1 + next_random(round % 2 ? 8 : 1000);
        struct scale scale;
        assert_int_equal(scale_make(SCALE_JENKS, values, n, NULL, k, &scale, NULL), ATLAS_OK);
        qsort(values, n, sizeof *values, compare);
        double best = best_by_trying(values, 0, n, k);
        assert_true(fabs(squares_within(values, n, &scale) - best) < 1e-6 * (1 + best));
    }
}

static void every_value_has_its_class(void **state)
{
    (void)state;
    seed = 11;
    for (int round = 0; round < 400; round++) {
        double values[200];
        size_t n = next_random(200), k = 1 + next_random(SCALE_MAX_CLASSES);
        for (size_t i = 0; i < n; i++) {
            uint32_t kind = next_random(10);
            values[i] = kind == 0 ? NAN : kind == 1 ? 0 : 1 + floor(pow(1.5, next_random(20)));
        }
        struct scale scale;
        enum scale_method method = round % 2 ? SCALE_JENKS : SCALE_QUANTILES;
        assert_int_equal(scale_make(method, values, n, NULL, k, &scale, NULL), ATLAS_OK);
        assert_true(scale.n_classes <= k);
        size_t seen[SCALE_MAX_CLASSES] = {0}, zero = 0, unknown = 0;
        for (size_t i = 0; i < n; i++) {
            int class = scale_class_of(&scale, values[i]);
            zero += class == SCALE_ZERO;
            unknown += class == SCALE_UNKNOWN;
            if (class < 0) continue;
            seen[class]++;
            assert_true(values[i] >= scale.classes[class].from);
            assert_true(values[i] <= scale.classes[class].to);
        }
        assert_int_equal(zero, scale.n_zero);
        assert_int_equal(unknown, scale.n_unknown);
        for (size_t c = 0; c < scale.n_classes; c++) {
            assert_int_equal(seen[c], scale.classes[c].n);
            assert_true(seen[c] > 0);
        }
    }
}

static void quantiles_share_evenly(void **state)
{
    (void)state;
    double values[100];
    for (size_t i = 0; i < 100; i++)
        values[i] = (double)(i + 1) * (double)(i + 1);
    struct scale scale;
    assert_int_equal(scale_make(SCALE_QUANTILES, values, 100, NULL, 5, &scale, NULL), ATLAS_OK);
    assert_int_equal(scale.n_classes, 5);
    for (size_t c = 0; c < 5; c++)
        assert_int_equal(scale.classes[c].n, 20);
}

static void given_breaks_are_kept(void **state)
{
    (void)state;
    const double values[] = {0.5, 1, 5, 10, 1000, 0, NAN}, breaks[] = {1, 10, 100};
    struct scale scale;
    assert_int_equal(scale_make(SCALE_BREAKS, values, 7, breaks, 3, &scale, NULL), ATLAS_OK);
    assert_int_equal(scale.classes[0].n, 3);
    assert_int_equal(scale.classes[1].n, 1);
    assert_int_equal(scale.classes[2].n, 1);
    assert_int_equal(scale_class_of(&scale, 99.9), 1);
    assert_int_equal(scale_class_of(&scale, 1e9), 2);
}

static void refuses_what_makes_no_scale(void **state)
{
    (void)state;
    struct scale scale;
    struct atlas_error error;
    const double negative[] = {-1}, endless[] = {INFINITY}, one[] = {1};
    const double falling[] = {5, 4}, low[] = {0, 1};
    assert_int_equal(scale_make(SCALE_JENKS, negative, 1, NULL, 3, &scale, &error), ATLAS_INVALID);
    assert_int_equal(scale_make(SCALE_JENKS, endless, 1, NULL, 3, &scale, &error), ATLAS_INVALID);
    assert_int_equal(scale_make(SCALE_JENKS, one, 1, NULL, 0, &scale, &error), ATLAS_INVALID);
    assert_int_equal(scale_make(SCALE_JENKS, one, 1, NULL, 10, &scale, &error), ATLAS_INVALID);
    assert_int_equal(scale_make(SCALE_BREAKS, one, 1, falling, 2, &scale, &error), ATLAS_INVALID);
    assert_int_equal(scale_make(SCALE_BREAKS, one, 1, low, 2, &scale, &error), ATLAS_INVALID);
}

static double linear(uint8_t byte)
{
    double c = byte / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* CIE lightness of a colour as seen with normal (0), protan (1) or deutan (2) vision. */
static double lightness_seen(struct colour c, int vision)
{
    static const double luminance[3][3] = {
        {0.2126, 0.7152, 0.0722},
        /* rows: luminance of the simulated colour, from Viénot's matrices times the row above */
        {0.2126 * 0.11238 + 0.7152 * 0.11238 + 0.0722 * 0.00401,
         0.2126 * 0.88762 + 0.7152 * 0.88762 - 0.0722 * 0.00401, 0.0722},
        {0.2126 * 0.29275 + 0.7152 * 0.29275 - 0.0722 * 0.02234,
         0.2126 * 0.70725 + 0.7152 * 0.70725 + 0.0722 * 0.02234, 0.0722},
    };
    const double *w = luminance[vision];
    double y = w[0] * linear(c.red) + w[1] * linear(c.green) + w[2] * linear(c.blue);
    return 116 * cbrt(fmax(y, 0.008856)) - 16;
}

static void colours_keep_their_order_for_every_eye(void **state)
{
    (void)state;
    enum { HEAT_STEPS = 64 }; /* areas and hexagons have few, the ramp of heat the most */
    for (int dark = 0; dark < 2; dark++)
        for (int vision = 0; vision < 3; vision++)
            for (size_t n = 2; n <= HEAT_STEPS; n++)
                for (size_t i = 1; i < n; i++) {
                    double before = lightness_seen(scale_colour(i - 1, n, dark), vision);
                    double here = lightness_seen(scale_colour(i, n, dark), vision);
                    double step = dark ? here - before : before - here;
                    assert_true(step > 40.0 / (double)n - 0.5);
                }
}

enum eye { EYE_USUAL, EYE_PROTAN, EYE_DEUTAN, EYE_TRITAN, EYE_COUNT };

struct lab {
    double l, a, b;
};

static double lab_f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* CIELAB under D65 of a colour as an eye sees it. */
static struct lab seen(struct colour colour, enum eye eye)
{
    static const double eyes[EYE_COUNT][3][3] = {
        {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
        {{0.152286, 1.052583, -0.204868},
         {0.114503, 0.786281, 0.099216},
         {-0.003882, -0.048116, 1.051998}},
        {{0.367322, 0.860646, -0.227968},
         {0.280085, 0.672501, 0.047413},
         {-0.011820, 0.042940, 0.968881}},
        {{1.255528, -0.076749, -0.178779},
         {-0.078411, 0.930809, 0.147602},
         {0.004733, 0.691367, 0.303900}},
    };
    static const double xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                     {0.2126729, 0.7151522, 0.0721750},
                                     {0.0193339, 0.1191920, 0.9503041}};
    static const double white[3] = {0.95047, 1, 1.08883};
    const double from[3] = {linear(colour.red), linear(colour.green), linear(colour.blue)};
    double rgb[3] = {0}, f[3] = {0};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            rgb[i] += eyes[eye][i][j] * from[j];
        rgb[i] = fmin(fmax(rgb[i], 0), 1);
    }
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            f[i] += xyz[i][j] * rgb[j];
        f[i] = lab_f(f[i] / white[i]);
    }
    return (struct lab){116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

static double apart(struct colour x, struct colour y, enum eye eye)
{
    struct lab p = seen(x, eye), q = seen(y, eye);
    return sqrt((p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a) + (p.b - q.b) * (p.b - q.b));
}

static void expect_apart(struct colour x, struct colour y, double least, const char *what, size_t n)
{
    for (enum eye eye = 0; eye < EYE_COUNT; eye++)
        if (apart(x, y, eye) < least)
            fail_msg("%s of %zu classes: %.1f apart for eye %d", what, n, apart(x, y, eye), eye);
}

static void no_two_meanings_look_alike(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        struct colour zero = scale_colour_zero(dark), unknown = scale_colour_unknown(dark);
        expect_apart(zero, unknown, 12, "zero and unknown", 0);
        for (size_t n = 1; n <= SCALE_MAX_CLASSES; n++)
            for (size_t i = 0; i < n; i++) {
                struct colour here = scale_colour(i, n, dark);
                expect_apart(zero, here, 12, "zero", n);
                expect_apart(unknown, here, 12, "unknown", n);
                if (i > 0)
                    expect_apart(scale_colour(i - 1, n, dark), here, n <= 5 ? 18 : 9, "neighbours",
                                 n);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(natural_breaks_are_the_best),
        cmocka_unit_test(every_value_has_its_class),
        cmocka_unit_test(quantiles_share_evenly),
        cmocka_unit_test(given_breaks_are_kept),
        cmocka_unit_test(refuses_what_makes_no_scale),
        cmocka_unit_test(colours_keep_their_order_for_every_eye),
        cmocka_unit_test(no_two_meanings_look_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
