/* tiles/choropleth and tiles/legend over a made edition and random filters.
 *
 * Plan: 1 a choropleth counts each link once, in the area that stands for its own end, as a loop
 * over the links here does; 2 a legend's numbers add up, and its classes hold the features that
 * tiles hold; 3 two maps with one scale have the same classes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tiles/pyramid.h"

#include "tiles/choropleth.h"
#include "tiles/legend.h"
#include "tiles/tile_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fixture fixture;

static uint32_t end_of(const struct edition_link *link, enum choropleth_level level)
{
    bool french = level == CHOROPLETH_REGION || level == CHOROPLETH_DEPARTEMENT;
    return french ? link->french : link->foreign;
}

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What an area of a level is, by codes alone: a second account of choropleth_is_of_level(). */
static bool is_area(uint32_t territory, enum choropleth_level level)
{
    const struct edition *edition = fixture.edition;
    const struct edition_territory *t = &edition->territories[territory];
    const char *above = t->parent == EDITION_NONE ? "" : edition->territories[t->parent].code;
    switch (level) {
    case CHOROPLETH_COUNTRY:
        return has_prefix(t->code, "country:") && strcmp(t->code, "country:FR") != 0;
    case CHOROPLETH_ADMIN1:
        return has_prefix(t->code, "iso:");
    case CHOROPLETH_REGION:
        return has_prefix(t->code, "reg:") ||
               (has_prefix(t->code, "dep:9") && has_prefix(above, "country:"));
    default:
        return has_prefix(t->code, "dep:");
    }
}

/* The area of the level that a territory lies in, walking up its parents. */
static uint32_t area_above(uint32_t territory, enum choropleth_level level)
{
    while (territory != EDITION_NONE && !is_area(territory, level))
        territory = fixture.edition->territories[territory].parent;
    return territory;
}

static uint64_t count_by_loop(const struct selection *selection, uint32_t territory,
                              enum choropleth_level level)
{
    uint64_t n = 0;
    for (size_t i = 0; i < fixture.edition->n_links; i++)
        n += selection_has_link(selection, i) &&
             area_above(end_of(&fixture.edition->links[i], level), level) == territory;
    return n;
}

/* How many different values there are among the chosen links of an area: of their partnership, or
 * of their end. */
static uint64_t count_different(const struct selection *selection, uint32_t territory,
                                enum choropleth_level level, bool ends)
{
    const struct edition *edition = fixture.edition;
    size_t n_values = ends ? edition->n_territories : edition->n_partnerships;
    bool *seen = calloc(n_values + 1, sizeof *seen);
    uint64_t n = 0;
    assert_non_null(seen);
    for (size_t i = 0; i < edition->n_links; i++) {
        const struct edition_link *link = &edition->links[i];
        if (!selection_has_link(selection, i) ||
            area_above(end_of(link, level), level) != territory)
            continue;
        uint32_t value = ends ? end_of(link, level) : link->partnership;
        n += !seen[value];
        seen[value] = true;
    }
    free(seen);
    return n;
}

static void choropleth_counts_each_link_once(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (int round = 0; round < 60; round++) {
        struct selection selection;
        random_selection(fixture.edition, &seed, &selection);
        for (enum choropleth_level level = 0; level < CHOROPLETH_LEVEL_COUNT; level++) {
            struct choropleth made;
            assert_int_equal(choropleth_make(&selection, level, 1, &made), ATLAS_OK);
            uint64_t sum = 0;
            for (size_t i = 0; i < made.n_values; i++) {
                const struct choropleth_value *value = &made.values[i];
                assert_true(is_area(value->territory, level));
                assert_int_equal(value->n, count_by_loop(&selection, value->territory, level));
                if (value->n > 1 && round % 10 == 0) {
                    assert_int_equal(value->partnerships,
                                     count_different(&selection, value->territory, level, false));
                    assert_int_equal(value->partners,
                                     count_different(&selection, value->territory, level, true));
                }
                assert_true(value->partnerships <= value->n && value->partners <= value->n);
                assert_int_equal(value->n > 0, value->partners > 0);
                sum += value->n;
            }
            assert_int_equal(sum, made.n_links);
            assert_int_equal(made.n_links + made.left_out, selection.n_links);
            choropleth_close(&made);
        }
        selection_close(&selection);
    }
}

/* The money of one nature that ends in an area: each partnership's shared over its links. */
static double money_by_loop(const struct selection *selection, uint32_t territory,
                            enum choropleth_level level, const char *nature)
{
    const struct edition *edition = fixture.edition;
    double sum = 0;
    bool known = false, any = false;
    for (size_t i = 0; i < edition->n_links; i++) {
        if (!selection_has_link(selection, i) ||
            area_above(end_of(&edition->links[i], level), level) != territory)
            continue;
        const struct edition_partnership *p = &edition->partnerships[edition->links[i].partnership];
        any = true;
        for (uint32_t f = p->first_funding; f < p->first_funding + p->n_fundings; f++) {
            const struct edition_funding *funding = &edition->fundings[f];
            if (!funding->nature || strcmp(funding->nature, nature) != 0) continue;
            sum += funding->amount_eur / p->n_links;
            known = true;
        }
    }
    return known || !any ? sum : NAN;
}

/* Amounts of one nature, partners and rates: each area's as the loop has it, unknown where it has
 * none; the legend's classes hold the known ones, and zero and unknown stand apart. */
static void amounts_are_of_one_nature(void **state)
{
    (void)state;
    static const char *const natures[] = {"prevu", "attribue", "verse", "cumul"};
    static const uint8_t zoom_of[CHOROPLETH_LEVEL_COUNT] = {0, 4, 0, 6};
    struct selection all;
    double known_money = 0;
    everything(fixture.edition, &all);
    for (enum choropleth_level level = 0; level < CHOROPLETH_LEVEL_COUNT; level++)
        for (int nature = 0; nature < 4; nature++) {
            struct choropleth made;
            struct legend legend;
            size_t zero = 0, unknown = 0;
            double money = 0;
            assert_int_equal(choropleth_make(&all, level, (size_t)nature, &made), ATLAS_OK);
            for (size_t i = 0; i < made.n_values; i++) {
                const struct choropleth_value *value = &made.values[i];
                double wanted = money_by_loop(&all, value->territory, level, natures[nature]);
                assert_int_equal(isnan(wanted), isnan(value->amount_eur));
                if (!isnan(wanted)) assert_true(fabs(wanted - value->amount_eur) < 0.01);
                int64_t population = fixture.edition->territories[value->territory].population;
                assert_int_equal(isnan(value->per_million), population <= 0);
                if (population > 0)
                    assert_true(fabs(value->per_million * (double)population / 1e6 -
                                     (double)value->n) < 1e-6);
                zero += value->amount_eur == 0;
                unknown += isnan(wanted);
                money += isnan(wanted) ? 0 : wanted;
            }
            const struct legend_request request = {
                .tileset = TILESET_CHOROPLETH,
                .zoom = zoom_of[level],
                .value = LEGEND_AMOUNT,
                .display = {.side_french = level >= CHOROPLETH_REGION, .nature = 1 + nature}};
            assert_int_equal(legend_make(&all, &request, &legend, NULL), ATLAS_OK);
            assert_int_equal(legend.scale.n_zero, zero);
            assert_int_equal(legend.scale.n_unknown, unknown);
            assert_true(fabs(legend.amount_eur - money) < 0.01);
            assert_true(legend.without_amount <= legend.shown);
            known_money += money;
            choropleth_close(&made);
        }
    assert_true(known_money > 0);
    selection_close(&all);
}

static struct legend legend_of(const struct selection *selection, enum tileset tileset,
                               uint8_t zoom, const struct selection *scale_of)
{
    struct legend legend;
    struct atlas_error error;
    const struct legend_request request = {
        .tileset = tileset, .zoom = zoom, .method = SCALE_JENKS, .scale_of = scale_of};
    if (legend_make(selection, &request, &legend, &error) != ATLAS_OK)
        fail_msg("%s", error.message);
    return legend;
}

/* What the tiles of a zoom hold: features with an n, each once by its id. */
struct census {
    uint64_t ids[4096];
    size_t n;
    double sum;
};

static void take_tile(const struct read_tile *tile, struct tile_key key, void *context)
{
    struct census *census = context;
    (void)key;
    for (size_t l = 0; l < tile->n_layers; l++)
        for (size_t f = 0; f < tile->layers[l].n_features; f++) {
            const struct read_feature *feature = &tile->layers[l].features[f];
            bool known = false;
            for (size_t i = 0; i < census->n; i++)
                known = known || census->ids[i] == feature->id;
            if (known) continue;
            assert_true(census->n < sizeof census->ids / sizeof *census->ids);
            census->ids[census->n++] = feature->id;
            census->sum += feature_number(feature, "n");
        }
}

static void legends_add_up(void **state)
{
    (void)state;
    uint64_t seed = 23;
    static const enum tileset tilesets[] = {TILESET_DENSITY, TILESET_CHOROPLETH};
    for (int round = 0; round < 20; round++) {
        struct selection selection;
        random_selection(fixture.edition, &seed, &selection);
        for (size_t t = 0; t < 2; t++)
            for (uint8_t zoom = 0; zoom <= 4; zoom += 4) {
                static const struct tile_display display;
                struct census census = {.n = 0};
                struct legend legend = legend_of(&selection, tilesets[t], zoom, NULL);
                size_t features = legend.scale.n_zero + legend.scale.n_unknown;
                for (size_t i = 0; i < legend.scale.n_classes; i++)
                    features += legend.scale.classes[i].n;
                visit_zoom(tilesets[t], &selection, zoom, &display, take_tile, &census);
                assert_int_equal(features, census.n);
                assert_int_equal(legend.shown, census.sum);
                assert_int_equal(legend.total, selection.n_links);
                assert_true(legend.shown <= legend.total);
            }
        struct legend flows = legend_of(&selection, TILESET_FLOWS, 2, NULL);
        assert_int_equal(flows.shown, selection.n_placed_links);
        selection_close(&selection);
    }
}

/* Links whose end on the map's side nobody knows at all. */
static uint64_t nowhere(const struct selection *selection, bool french)
{
    uint64_t n = 0;
    for (size_t i = 0; i < fixture.edition->n_links; i++) {
        const struct edition_link *link = &fixture.edition->links[i];
        n += selection_has_link(selection, i) &&
             (french ? link->french_precision : link->foreign_precision) == PRECISION_NONE;
    }
    return n;
}

/* Drawn and left out, by reason, are all there is: in every tileset, with and without top and min.
 * The base map shows none of the links and leaves none out. */
static void what_is_left_out_has_its_reason(void **state)
{
    (void)state;
    uint64_t seed = 31;
    for (int round = 0; round < 24; round++) {
        struct selection selection;
        random_selection(fixture.edition, &seed, &selection);
        for (enum tileset tileset = 0; tileset <= TILESET_BASE; tileset++) {
            struct legend legend;
            const struct legend_request request = {.tileset = tileset,
                                                   .zoom = (uint8_t)(round % 8),
                                                   .display = {.side_french = round % 3 == 1,
                                                               .top = round % 4 == 1 ? 3 : 0,
                                                               .min = round % 4 == 2 ? 2 : 0}};
            assert_int_equal(legend_make(&selection, &request, &legend, NULL), ATLAS_OK);
            assert_int_equal(legend.total, tileset == TILESET_BASE ? 0 : selection.n_links);
            assert_true(legend.too_coarse <= legend.total && legend.held_back <= legend.total);
            assert_true(legend.no_place + legend.too_coarse + legend.held_back + legend.shown ==
                        legend.total);
            if (tileset == TILESET_CHOROPLETH || tileset == TILESET_DENSITY)
                assert_int_equal(legend.no_place, nowhere(&selection, request.display.side_french));
            if (tileset != TILESET_FLOWS) {
                assert_int_equal(legend.held_back, 0);
                continue;
            }
            struct bytes out = {0};
            struct tile_counts counts;
            const struct tile_key world = {0, 0, 0};
            struct tile_display display = request.display;
            const struct tile_build at = {.key = {.z = request.zoom}};
            display.french_level = 1 + (int)tile_french_level(&at);
            display.foreign_level = 1 + (int)tile_foreign_level(&at);
            assert_int_equal(tileset_tile_counted(TILESET_FLOWS, fixture.edition, &selection, world,
                                                  &display, &out, &counts),
                             ATLAS_OK);
            bytes_close(&out);
            assert_int_equal(legend.shown, counts.said ? counts.shown : selection.n_placed_links);
        }
        selection_close(&selection);
    }
}

static void one_scale_for_two_maps(void **state)
{
    (void)state;
    struct selection all, some;
    struct filter filter;
    struct atlas_error error;
    everything(fixture.edition, &all);
    filter_init(&filter);
    assert_int_equal(filter_add(&filter, "theme", "eau", &error), ATLAS_OK);
    assert_int_equal(selection_make(fixture.edition, &filter, &some, &error), ATLAS_OK);
    struct legend own = legend_of(&all, TILESET_DENSITY, 2, NULL);
    struct legend lent = legend_of(&some, TILESET_DENSITY, 2, &all);
    assert_int_equal(own.scale.n_classes, lent.scale.n_classes);
    for (size_t i = 1; i < own.scale.n_classes; i++)
        assert_true(own.scale.classes[i].from == lent.scale.classes[i].from);
    assert_int_equal(lent.total, some.n_links);
    assert_true(lent.scale_of_another && !own.scale_of_another);
    /* The other way round, the first and last class hold what lies beyond them, too. */
    struct legend few = legend_of(&some, TILESET_DENSITY, 2, NULL);
    struct legend wide = legend_of(&all, TILESET_DENSITY, 2, &some);
    size_t last = few.scale.n_classes - 1;
    assert_int_equal(wide.scale.n_classes, few.scale.n_classes);
    for (size_t i = 1; i <= last; i++)
        assert_true(wide.scale.classes[i].from == few.scale.classes[i].from);
    assert_true(few.scale.classes[last].to < own.scale.classes[own.scale.n_classes - 1].to);
    assert_true(wide.scale.classes[last].to == own.scale.classes[own.scale.n_classes - 1].to);
    /* The least of both selections, and the lower of the two first classes. */
    double least = fmin(few.scale.classes[0].from, own.scale.classes[0].from);
    assert_true(wide.scale.classes[0].from == least && lent.scale.classes[0].from == least);
    selection_close(&all);
    selection_close(&some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choropleth_counts_each_link_once),
        cmocka_unit_test(amounts_are_of_one_nature),
        cmocka_unit_test(legends_add_up),
        cmocka_unit_test(what_is_left_out_has_its_reason),
        cmocka_unit_test(one_scale_for_two_maps),
    };
    fixture_open(&fixture, 600, 5);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close(&fixture);
    return failed;
}
