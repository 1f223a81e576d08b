/* What a legend says: as JSON, whose steps maps of other programmes paint by, and in words and
 * numbers of the language.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/pyramid.h"

#include "tiles/legend.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static struct fixture fixture;

static struct legend legend_of_countries(const struct selection *selection)
{
    struct legend legend;
    struct atlas_error error;
    const struct legend_request request = {
        .tileset = TILESET_CHOROPLETH, .zoom = 1, .method = SCALE_JENKS};
    if (legend_make(selection, &request, &legend, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
    return legend;
}

/* Which class a map paints that takes its steps from the JSON's lower bounds. */
static int class_by_steps(const json_t *classes, double value)
{
    int found = 0;
    for (size_t i = 1; i < json_array_size(classes); i++)
        if (value >= json_number_value(json_object_get(json_array_get(classes, i), "from")))
            found = (int)i;
    return found;
}

/* Bounds are written with few decimals, and yet every value is in its own class by them. */
static void steps_of_the_json_paint_as_pictures_do(void **state)
{
    (void)state;
    double values[60];
    struct selection all;
    struct bytes out = {0};
    struct json json;
    everything(fixture.edition, &all);
    struct legend legend = legend_of_countries(&all);
    for (size_t i = 0; i < 60; i++)
        values[i] = (double)(i * i + 1) / (i % 4 ? 7 : 1) * (i % 3 ? 1 : 1e9);
    assert_int_equal(scale_make(SCALE_QUANTILES, values, 60, NULL, 9, &legend.scale, NULL),
                     ATLAS_OK);
    json_init(&json, &out);
    legend_write_json(&legend, &json);
    json_t *read = json_loadb((const char *)out.data, out.length, 0, NULL);
    const json_t *classes = json_object_get(read, "classes");
    assert_int_equal(json_array_size(classes), 9);
    for (size_t i = 0; i < 60; i++) {
        int class = scale_class_of(&legend.scale, values[i]);
        const json_t *own = json_array_get(classes, (size_t) class);
        assert_int_equal(class_by_steps(classes, values[i]), class);
        assert_true(values[i] >= json_number_value(json_object_get(own, "from")));
        assert_true(values[i] <= json_number_value(json_object_get(own, "to")));
    }
    json_decref(read);
    bytes_close(&out);
    selection_close(&all);
}

static void says_it_as_json(void **state)
{
    (void)state;
    struct selection all;
    struct bytes out = {0};
    struct json json;
    everything(fixture.edition, &all);
    struct legend legend = legend_of_countries(&all);
    json_init(&json, &out);
    legend_write_json(&legend, &json);
    json_t *read = json_loadb((const char *)out.data, out.length, 0, NULL);
    assert_non_null(read);
    assert_int_equal(json_array_size(json_object_get(read, "classes")), legend.scale.n_classes);
    assert_int_equal(json_integer_value(json_object_get(read, "total")), legend.total);
    assert_int_equal(json_integer_value(json_object_get(read, "shown")) +
                         json_integer_value(json_object_get(read, "left_out")),
                     legend.total);
    json_t *first = json_array_get(json_object_get(read, "classes"), 0);
    assert_int_equal(strlen(json_string_value(json_object_get(first, "colour"))), 7);
    json_decref(read);
    bytes_close(&out);
    selection_close(&all);
}

static void labels_are_numbers_of_the_language(void **state)
{
    (void)state;
    struct legend legend = {.scale = {.method = SCALE_JENKS,
                                      .n_classes = 2,
                                      .classes = {{1, 1, 3}, {1234, 1234567, 2}}}};
    char label[100];
    legend_class_label(&legend, 0, label, sizeof label);
    assert_string_equal(label, "1");
    legend_class_label(&legend, 1, label, sizeof label);
    assert_string_equal(label, "1\u202f234 – 1\u202f234\u202f567");
    legend.request.display.english = true;
    legend_class_label(&legend, 1, label, sizeof label);
    assert_string_equal(label, "1,234 – 1,234,567");
    legend.scale.method = SCALE_BREAKS;
    legend.scale.classes[1].to = INFINITY;
    legend_class_label(&legend, 1, label, sizeof label);
    assert_string_equal(label, "≥ 1,234");
    static const struct {
        double value;
        const char *french, *english;
    } numbers[] = {{0, "0", "0"},
                   {7, "7", "7"},
                   {0.0468, "0,047", "0.047"},
                   {0.5, "0,50", "0.50"},
                   {2.34, "2,3", "2.3"},
                   {1234.5, "1\u202f234", "1,234"},
                   {10000000, "10\u202f000\u202f000", "10,000,000"}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        legend_number(numbers[i].value, false, label, sizeof label);
        assert_string_equal(label, numbers[i].french);
        legend_number(numbers[i].value, true, label, sizeof label);
        assert_string_equal(label, numbers[i].english);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_the_json_paint_as_pictures_do),
        cmocka_unit_test(says_it_as_json),
        cmocka_unit_test(labels_are_numbers_of_the_language),
    };
    fixture_open(&fixture, 600, 5);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
