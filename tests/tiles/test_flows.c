/* tiles/flows: nothing lost, nothing twice.
 * Plan: under random filters, at zooms 0 to 8 and at asked levels, the n of distinct flow_id add
 * up to the placed links, and each flow has the totals that tiles/group finds; every fragment of a
 * flow says the same; t runs from 0 to 1 and its pieces leave no gap; one label; top and min;
 * remembered fragments change no byte. */
#include "tests/tiles/group_links.h"
#include "tests/tiles/pyramid.h"

#include "tiles/bitset.h"
#include "tiles/group.h"
#include "tiles/prepared.h"

#include <math.h>

enum { SHARES = 1024 };

struct flow_seen {
    char id[90];
    double n, partnerships, amount_eur, label_n; /* NaN: none */
    double t_min, t_max;
    uint64_t covered[SHARES / 64]; /* of the equal shares of its arc, those that fragments reach */
    size_t fragments, labels;
};

struct seen {
    struct flow_seen flows[2000];
    size_t n;
    double shown, total; /* of flows_meta; NaN without */
};

static struct flow_seen *seen_flow(struct seen *seen, const struct read_feature *feature)
{
    const struct read_value *id = feature_value(feature, "flow_id");
    assert_non_null(id);
    for (size_t i = 0; i < seen->n; i++)
        if (strlen(seen->flows[i].id) == id->text_length &&
            memcmp(seen->flows[i].id, id->text, id->text_length) == 0)
            return &seen->flows[i];
    assert_true(seen->n < sizeof seen->flows / sizeof *seen->flows);
    assert_true(id->text_length < sizeof seen->flows[0].id);
    struct flow_seen *flow = &seen->flows[seen->n++];
    *flow = (struct flow_seen){.n = -1, .t_min = 2, .t_max = -1};
    memcpy(flow->id, id->text, id->text_length);
    return flow;
}

/* One share more on either side, for t0 and t1 are rounded. */
static void cover(struct flow_seen *flow, double t0, double t1)
{
    for (size_t i = (size_t)fmax(0, ceil(t0 * SHARES - 1)); i < SHARES && (double)i <= t1 * SHARES;
         i++)
        bitset_add(flow->covered, i);
}

static void see_flow(struct seen *seen, const struct read_feature *feature)
{
    struct flow_seen *flow = seen_flow(seen, feature);
    if (feature->type == 1) {
        flow->labels++;
        flow->label_n = feature_number(feature, "n");
        return;
    }
    const struct read_value *amount = feature_value(feature, "amount_eur");
    double n = feature_number(feature, "n"), p = feature_number(feature, "partnerships");
    double eur = amount ? amount->number : NAN;
    if (flow->n >= 0) {
        assert_true(flow->n == n && flow->partnerships == p);
        assert_true(flow->amount_eur == eur || (isnan(eur) && isnan(flow->amount_eur)));
    }
    flow->n = n;
    flow->partnerships = p;
    flow->amount_eur = eur;
    assert_int_equal(feature->type, 2);
    double t0 = feature_number(feature, "t0"), t1 = feature_number(feature, "t1");
    assert_true(t0 >= 0 && t0 <= t1 && t1 <= 1);
    flow->t_min = fmin(flow->t_min, t0);
    flow->t_max = fmax(flow->t_max, t1);
    cover(flow, t0, t1);
    flow->fragments++;
}

static void see(const struct read_tile *tile, struct tile_key key, void *context)
{
    static const char *const names[] = {"flows", "flows_labels"};
    struct seen *seen = context;
    (void)key;
    for (int l = 0; l < 2; l++) {
        const struct read_layer *layer = tile_layer(tile, names[l]);
        for (size_t i = 0; layer && i < layer->n_features; i++)
            see_flow(seen, &layer->features[i]);
    }
    const struct read_layer *counts = tile_layer(tile, "flows_meta");
    if (!counts) return;
    seen->shown = feature_number(&counts->features[0], "shown");
    seen->total = feature_number(&counts->features[0], "total");
}

static void look(struct seen *seen, const struct selection *selection, uint8_t zoom,
                 const struct tile_display *display)
{
    *seen = (struct seen){.shown = NAN, .total = NAN};
    visit_zoom(TILESET_FLOWS, selection, zoom, display, see, seen);
}

static double sum_of_n(const struct seen *seen)
{
    double sum = 0;
    for (size_t i = 0; i < seen->n; i++)
        sum += seen->flows[i].n;
    return sum;
}

/* Every flow of the selection by the aggregator of the other answers. */
static void compare_with_group(const struct seen *seen, const struct selection *selection,
                               int french, int foreign, const char *nature)
{
    const struct edition *edition = selection->edition;
    uint32_t *from = malloc(edition->n_links * sizeof *from);
    uint32_t *to = malloc(edition->n_links * sizeof *to);
    struct groups groups;
    for (size_t i = 0; i < edition->n_links; i++) {
        from[i] = prepared_stand_in(edition, edition->links[i].french, french);
        to[i] = prepared_stand_in(edition, edition->links[i].foreign, foreign);
    }
    assert_int_equal(group_links(selection, from, to, nature, true, &groups), ATLAS_OK);
    assert_int_equal(groups.n, seen->n);
    for (size_t g = 0; g < groups.n; g++) {
        char id[90];
        snprintf(id, sizeof id, "%s>%s", edition->territories[groups.groups[g].key[0]].code,
                 edition->territories[groups.groups[g].key[1]].code);
        const struct flow_seen *flow = NULL;
        for (size_t i = 0; i < seen->n; i++)
            if (strcmp(seen->flows[i].id, id) == 0) flow = &seen->flows[i];
        assert_non_null(flow);
        const struct totals *totals = &groups.groups[g].totals;
        assert_true(flow->n == (double)totals->n);
        assert_true(flow->partnerships == (double)totals->partnerships);
        assert_int_equal(isnan(flow->amount_eur), totals->with_amount == 0);
        if (totals->with_amount) assert_true(fabs(flow->amount_eur - totals->amount_eur) < 0.01);
    }
    groups_close(&groups);
    free(from);
    free(to);
}

/* Every share of a flow's arc that lies on the map is seen; what passes by a pole is not. Returns
 * whether the middle lies on it. */
static bool check_cover(const struct edition *edition, const struct flow_seen *flow, uint8_t zoom)
{
    char from[90];
    struct arc arc;
    bool middle = false;
    snprintf(from, sizeof from, "%s", flow->id);
    char *to = strchr(from, '>');
    *to++ = '\0';
    const struct edition_territory *a =
        &edition->territories[edition_find_territory(edition, from)];
    const struct edition_territory *b = &edition->territories[edition_find_territory(edition, to)];
    assert_int_equal(arc_trace((struct lon_lat){a->lon_deg, a->lat_deg},
                               (struct lon_lat){b->lon_deg, b->lat_deg}, 1e-3, &arc),
                     ATLAS_OK);
    for (size_t part = 0; part < arc.n_parts; part++) {
        double t0 = arc.t[arc.part_starts[part]], t1 = arc.t[arc.part_starts[part + 1] - 1];
        middle = middle || (t0 <= 0.5 && t1 >= 0.5);
        for (size_t i = (size_t)ceil(t0 * SHARES); (double)i + 1 <= t1 * SHARES; i++)
            if (!bitset_has(flow->covered, i))
                fail_msg("%s: z%u, %zu fragments, a gap at %.4f", flow->id, zoom, flow->fragments,
                         ((double)i + 0.5) / SHARES);
    }
    arc_close(&arc);
    return middle;
}

/* At its zoom a flow is seen from end to end; fragments may overlap in buffers, never miss. */
static void check_shape(const struct edition *edition, const struct seen *seen, uint8_t zoom)
{
    size_t labels = 0;
    for (size_t i = 0; i < seen->n; i++) {
        const struct flow_seen *flow = &seen->flows[i];
        assert_true(flow->fragments > 0);
        bool middle = check_cover(edition, flow, zoom);
        assert_true(flow->t_min == 0 && flow->t_max == 1);
        if (flow->labels) assert_true(flow->label_n == flow->n);
        labels += flow->labels;
        if (flow->labels > middle || (zoom > 2 && flow->labels < middle))
            fail_msg("%s: %zu labels at z%u", flow->id, flow->labels, zoom);
    }
    if (zoom <= 2) assert_in_range(labels, 0, 50);
    if (seen->n && seen->n <= 50) assert_true(labels > 0);
}

static struct seen seen;
static const struct tile_display plain;

static void conserves_links_at_every_zoom(void **state)
{
    struct fixture *fixture = *state;
    static const int levels[9][2] = {
        {FRENCH_COUNTRY, FOREIGN_COUNTRY},    {FRENCH_COUNTRY, FOREIGN_COUNTRY},
        {FRENCH_COUNTRY, FOREIGN_COUNTRY},    {FRENCH_REGION, FOREIGN_COUNTRY},
        {FRENCH_REGION, FOREIGN_COUNTRY},     {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1},
        {FRENCH_DEPARTEMENT, FOREIGN_ADMIN1}, {FRENCH_COMMUNE, FOREIGN_PLACE},
        {FRENCH_COMMUNE, FOREIGN_PLACE}};
    static const char *const natures[] = {"attribue", "prevu", "attribue", "verse", "cumul"};
    uint64_t seed = 21;
    for (int round = 0; round < 60; round++) {
        struct selection selection;
        uint8_t zoom = (uint8_t)(round < 54 ? round % 7 : 7 + round % 2);
        random_selection(fixture->edition, &seed, &selection);
        const int nature = round / 7 % 5; /* 0: granted, as nobody asked */
        const struct tile_display display = {.nature = nature};
        look(&seen, &selection, zoom, &display);
        assert_true(sum_of_n(&seen) == (double)selection.n_placed_links);
        check_shape(fixture->edition, &seen, zoom);
        compare_with_group(&seen, &selection, levels[zoom][0], levels[zoom][1], natures[nature]);
        selection_close(&selection);
    }
}

static void keeps_levels_that_are_asked(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    everything(fixture->edition, &selection);
    for (int french = 0; french < FRENCH_LEVEL_COUNT; french++)
        for (int foreign = 0; foreign < FOREIGN_LEVEL_COUNT; foreign++) {
            struct tile_display display = {.french_level = french + 1,
                                           .foreign_level = foreign + 1};
            look(&seen, &selection, 2, &display);
            assert_true(sum_of_n(&seen) == (double)selection.n_placed_links);
            check_shape(fixture->edition, &seen, 2);
            compare_with_group(&seen, &selection, french, foreign, "attribue");
        }
    selection_close(&selection);
}

static void says_what_top_and_min_hold_back(void **state)
{
    struct fixture *fixture = *state;
    struct selection selection;
    static struct seen all;
    everything(fixture->edition, &selection);
    look(&all, &selection, 3, &plain);
    assert_true(isnan(all.shown));
    static const struct tile_display cases[] = {{.top = 5}, {.min = 4}, {.top = 7, .min = 3}};
    for (size_t i = 0; i < 3; i++) {
        look(&seen, &selection, 3, &cases[i]);
        assert_true(seen.shown == sum_of_n(&seen));
        assert_true(seen.total == (double)selection.n_placed_links);
        if (cases[i].top) assert_in_range(seen.n, 1, cases[i].top);
        double lightest = INFINITY;
        for (size_t f = 0; f < seen.n; f++)
            lightest = fmin(lightest, seen.flows[f].n);
        assert_true(lightest >= cases[i].min);
        /* what is held back is not heavier than what is shown */
        size_t heavier = 0;
        for (size_t f = 0; f < all.n; f++)
            heavier += all.flows[f].n > lightest;
        assert_true(heavier < seen.n || seen.n == 0);
    }
    selection_close(&selection);
}

static void gives_the_same_bytes_twice(void **state)
{
    struct fixture *fixture = *state;
    assert_same_bytes_twice(TILESET_FLOWS, fixture->edition, (struct tile_key){0, 0, 0});
    assert_same_bytes_twice(TILESET_FLOWS, fixture->edition, (struct tile_key){6, 32, 23});
}

/* A tile's fragments are cut for the filter at first, for all flows when it is asked for again, and
 * remembered from then on; nobody sees a difference. */
static void remembers_fragments_unseen(void **state)
{
    struct fixture *fixture = *state;
    struct selection all;
    uint64_t seed = 4;
    everything(fixture->edition, &all);
    for (uint32_t i = 0; i < 150; i++) {
        struct selection selection;
        struct bytes tiles[4] = {{0}};
        const uint8_t z = (uint8_t)(i % 6);
        const struct tile_key key = {z, (5u << z >> 3) - (z > 0 && i % 2), 3u << z >> 3};
        const struct tile_display display = {.french_level = 1 + (int)(i / 6 % FRENCH_LEVEL_COUNT),
                                             .foreign_level = FOREIGN_CONTINENT + 1,
                                             .top = i % 5 == 4 ? 3 : 0};
        random_selection(fixture->edition, &seed, &selection);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(tileset_tile(TILESET_FLOWS, fixture->edition,
                                          k == 1 ? &all : &selection, key, &display, &tiles[k]),
                             ATLAS_OK);
        assert_int_equal(tiles[2].length, tiles[0].length);
        if (tiles[0].length) assert_memory_equal(tiles[2].data, tiles[0].data, tiles[0].length);
        assert_int_equal(tiles[3].length, tiles[0].length);
        for (size_t k = 0; k < 4; k++)
            bytes_close(&tiles[k]);
        selection_close(&selection);
    }
    selection_close(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conserves_links_at_every_zoom),
        cmocka_unit_test(keeps_levels_that_are_asked),
        cmocka_unit_test(says_what_top_and_min_hold_back),
        cmocka_unit_test(gives_the_same_bytes_twice),
        cmocka_unit_test(remembers_fragments_unseen),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
