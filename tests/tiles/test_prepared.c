/* What is prepared beside the default map is given back beyond a bound, never while somebody uses
 * it, and made again as it was: tiles are the same bytes, whatever the bound. */
#include "tiles/hexagon.h"
#include "tiles/prepared.h"
#include "tiles/tileset.h"

#include "tests/tiles/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* --- pieces alone ------------------------------------------------------------------------------
 */

struct thing {
    size_t size;
};
static unsigned n_made, n_freed;

static void *make_thing(const void *wish)
{
    struct thing *thing = malloc(sizeof *thing);
    if (thing) *thing = *(const struct thing *)wish;
    n_made++;
    return thing;
}

static void free_thing(void *made)
{
    n_freed += made != NULL;
    free(made);
}

static size_t size_of_thing(const void *made)
{
    return ((const struct thing *)made)->size;
}

static const struct piece_kind thing_kind = {make_thing, free_thing, size_of_thing};

static void take(struct pieces *pieces, struct piece *piece, struct piece *needs, size_t size,
                 struct piece_hold *hold)
{
    void *made;
    const struct thing wish = {size};
    assert_int_equal(piece_get(pieces, piece, needs, &wish, hold, &made), ATLAS_OK);
    assert_int_equal(((struct thing *)made)->size, size);
}

static bool is_there(struct pieces *pieces, struct piece *piece)
{
    void *made;
    struct piece_hold hold = {.ready_only = true};
    enum atlas_status status = piece_get(pieces, piece, NULL, NULL, &hold, &made);
    assert_true(status == ATLAS_OK || status == ATLAS_BUSY);
    piece_hold_end(&hold);
    return status == ATLAS_OK;
}

static void the_longest_unused_goes_first(void **state)
{
    (void)state;
    struct pieces pieces;
    struct piece piece[4] = {{.kind = &thing_kind},
                             {.kind = &thing_kind},
                             {.kind = &thing_kind},
                             {.kind = &thing_kind, .standing = true}};
    struct piece_hold first = {0}, hold = {0};
    n_made = n_freed = 0;
    pieces_init(&pieces, 100);
    take(&pieces, &piece[3], NULL, 1000, &hold); /* stands, and does not count */
    assert_int_equal(pieces_bytes(&pieces), 0);
    take(&pieces, &piece[0], NULL, 60, &first);
    take(&pieces, &piece[1], NULL, 30, &hold);
    take(&pieces, &piece[1], NULL, 30, &hold); /* once is enough */
    piece_hold_end(&hold);
    take(&pieces, &piece[2], NULL, 50, &hold);
    /* The first is longer unused, but held; the second goes, and what is left is still too much. */
    assert_true(is_there(&pieces, &piece[0]));
    assert_false(is_there(&pieces, &piece[1]));
    assert_int_equal(pieces_bytes(&pieces), 110);
    piece_hold_end(&first);
    assert_int_equal(pieces_bytes(&pieces), 50);
    assert_true(is_there(&pieces, &piece[2]));
    piece_hold_end(&hold);
    assert_int_equal(n_made, 4);
    assert_int_equal(n_freed, 2);
    take(&pieces, &piece[1], NULL, 30, &hold); /* made again */
    assert_int_equal(pieces_bytes(&pieces), 80);
    piece_hold_end(&hold);
    for (size_t i = 0; i < 4; i++)
        piece_close(&piece[i]);
    assert_int_equal(n_made, n_freed);
    pieces_close(&pieces);
}

static void what_a_piece_borrows_from_stays(void **state)
{
    (void)state;
    struct pieces pieces;
    struct piece base = {.kind = &thing_kind}, upper = {.kind = &thing_kind};
    struct piece_hold hold = {0};
    pieces_init(&pieces, 30);
    take(&pieces, &base, NULL, 20, &hold);
    take(&pieces, &upper, &base, 20, &hold);
    piece_hold_end(&hold);
    /* Too much, and the base is longer unused; the upper one goes. */
    assert_true(is_there(&pieces, &base));
    assert_false(is_there(&pieces, &upper));
    pieces_limit(&pieces, 0);
    assert_true(is_there(&pieces, &base)); /* which lets go of it */
    assert_false(is_there(&pieces, &base));
    piece_close(&base);
    piece_close(&upper);
    pieces_close(&pieces);
}

/* --- tiles --------------------------------------------------------------------------------------
 */

static struct fixture fixture;
static struct selection selection;

static int open_fixture(void **state)
{
    (void)state;
    struct filter filter;
    struct atlas_error error;
    fixture_open(&fixture, 300, 11);
    filter_init(&filter);
    return selection_make(fixture.edition, &filter, &selection, &error) ? -1 : 0;
}

static int close_fixture(void **state)
{
    (void)state;
    selection_close(&selection);
    fixture_close(&fixture);
    return 0;
}

enum { N_TILES = FRENCH_LEVEL_COUNT * FOREIGN_LEVEL_COUNT * 2 + 2 * HEXAGON_SIZES };

/* Tile i of a list with flows and places of every pair of levels and hexagons of every size. */
static enum atlas_status make_tile(size_t i, struct bytes *out)
{
    static const enum tileset tilesets[] = {TILESET_FLOWS, TILESET_PLACES};
    struct tile_display display = {0};
    struct tile_key key = {2, 2, 1};
    enum tileset tileset = TILESET_DENSITY;
    size_t n_pairs = (size_t)FRENCH_LEVEL_COUNT * FOREIGN_LEVEL_COUNT;
    if (i < 2 * n_pairs) {
        display.french_level = 1 + (int)(i / 2 % FRENCH_LEVEL_COUNT);
        display.foreign_level = 1 + (int)(i / 2 / FRENCH_LEVEL_COUNT);
        tileset = tilesets[i % 2];
    } else {
        unsigned zoom = (unsigned)(i - 2 * n_pairs) / 2;
        key = (struct tile_key){(uint8_t)zoom, (1u << zoom) / 2, (1u << zoom) / 3};
        display.side_french = i % 2;
    }
    bytes_clear(out);
    return tileset_tile(tileset, fixture.edition, &selection, key, &display, out);
}

static struct bytes expected[N_TILES];

struct comparison {
    uint64_t seed;
    unsigned n_wrong;
};

static void *compare_tiles(void *pointer)
{
    struct comparison *comparison = pointer;
    struct bytes tile = {0};
    for (unsigned n = 0; n < 400; n++) {
        size_t i = fixture_random(&comparison->seed, N_TILES);
        bool same = make_tile(i, &tile) == ATLAS_OK && tile.length == expected[i].length &&
                    (!tile.length || !memcmp(tile.data, expected[i].data, tile.length));
        comparison->n_wrong += !same;
    }
    bytes_close(&tile);
    return NULL;
}

static void tiles_are_the_same_within_any_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TILES; i++)
        assert_int_equal(make_tile(i, &expected[i]), ATLAS_OK);
    size_t all = prepared_passing_bytes(fixture.edition);
    assert_true(all > 0);
    const size_t bounds[] = {all, all / 3, 0};
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
        enum { THREADS = 3 };
        pthread_t threads[THREADS];
        struct comparison comparisons[THREADS];
        prepared_limit(fixture.edition, bounds[b]);
        for (size_t i = 0; i < THREADS; i++) {
            comparisons[i] = (struct comparison){1 + i, 0};
            assert_int_equal(pthread_create(&threads[i], NULL, compare_tiles, &comparisons[i]), 0);
        }
        for (size_t i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(comparisons[i].n_wrong, 0);
        }
        assert_true(prepared_passing_bytes(fixture.edition) <= bounds[b]);
    }
    for (size_t i = 0; i < N_TILES; i++)
        bytes_close(&expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_unused_goes_first),
        cmocka_unit_test(what_a_piece_borrows_from_stays),
        cmocka_unit_test_setup_teardown(tiles_are_the_same_within_any_bound, open_fixture,
                                        close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
