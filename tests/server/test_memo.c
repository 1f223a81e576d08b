/* server/memo: gives what was kept for just that request and edition, or nothing; bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/memo.h"

#include <stdio.h>
#include <string.h>

static struct memo_request asked(const char *target, bool gzip, bool brotli, uint64_t generation)
{
    return (struct memo_request){.target = target,
                                 .length = strlen(target),
                                 .gzip = gzip,
                                 .brotli = brotli,
                                 .generation = generation};
}

static void keep(struct memo *memo, const struct memo_request *request, unsigned label)
{
    char key[1024], etag[32];
    snprintf(key, sizeof key, "%s %u", request->target, label);
    snprintf(etag, sizeof etag, "\"%u\"", label);
    const struct memo_entry entry = {.label = label,
                                     .freshness = ANSWER_IMMUTABLE,
                                     .key = key,
                                     .hash = label * UINT64_C(3),
                                     .etag = etag};
    memo_keep(memo, request, &entry);
    memset(key, '?', sizeof key); /* the memo has copies */
    memset(etag, '?', sizeof etag);
}

static void expect(struct memo *memo, const struct memo_request *request, unsigned label)
{
    char key[1024], etag[32];
    snprintf(key, sizeof key, "%s %u", request->target, label);
    snprintf(etag, sizeof etag, "\"%u\"", label);
    const struct memo_entry *found = memo_find(memo, request);
    assert_non_null(found);
    assert_int_equal(found->label, label);
    assert_int_equal(found->freshness, ANSWER_IMMUTABLE);
    assert_int_equal(found->hash, label * UINT64_C(3));
    assert_string_equal(found->key, key);
    assert_string_equal(found->etag, etag);
}

static void tells_apart_what_an_answer_depends_on(void **state)
{
    (void)state;
    struct memo *memo = memo_new();
    const struct memo_request requests[] = {
        asked("/tiles/flows/2/2/1.mvt", true, false, 1),
        asked("/tiles/flows/2/2/1.mvt", false, false, 1),
        asked("/tiles/flows/2/2/1.mvt", true, true, 1),
        asked("/tiles/flows/2/2/1.mvt?", true, false, 1),
        asked("/tiles/flows/2/2/1.mv", true, false, 1),
        asked("", true, false, 1),
    };
    enum { N = sizeof requests / sizeof requests[0] };
    for (unsigned i = 0; i < N; i++) {
        assert_null(memo_find(memo, &requests[i]));
        keep(memo, &requests[i], i);
        expect(memo, &requests[i], i);
    }
    memo_free(memo);
}

static void knows_what_it_met(void **state)
{
    (void)state;
    struct memo *memo = memo_new();
    struct memo_request request = asked("/tiles/flows/2/2/1.mvt?year=2019", true, false, 1);
    assert_false(memo_has_met(memo, &request));
    assert_true(memo_has_met(memo, &request));
    request.generation = 2;
    assert_true(memo_has_met(memo, &request));
    request.gzip = false;
    assert_false(memo_has_met(memo, &request));
    memo_free(memo);
}

static void forgets_with_the_edition(void **state)
{
    (void)state;
    struct memo *memo = memo_new();
    struct memo_request request = asked("/counts.json", true, false, 7);
    keep(memo, &request, 1);
    memo_find(memo, &request)->not_modified = answer_new_not_modified("\"1\"");
    request.generation = 8;
    assert_null(memo_find(memo, &request));
    keep(memo, &request, 2);
    expect(memo, &request, 2);
    assert_null(memo_find(memo, &request)->not_modified);
    request.generation = 7;
    assert_null(memo_find(memo, &request));
    memo_free(memo);
    memo_free(NULL);
}

static void is_bounded_and_right(void **state)
{
    (void)state;
    enum { ADDRESSES = 8 * MEMO_ADDRESSES };
    struct memo *memo = memo_new();
    char target[64];
    unsigned known = 0;
    for (unsigned i = 0; i < ADDRESSES; i++) {
        snprintf(target, sizeof target, "/tiles/links/12/%u/%u.mvt?year=%u", i, i / 3,
                 1990 + i % 30);
        struct memo_request request = asked(target, true, false, 1);
        keep(memo, &request, i);
        expect(memo, &request, i); /* the latest is always there */
    }
    for (unsigned i = 0; i < ADDRESSES; i++) {
        snprintf(target, sizeof target, "/tiles/links/12/%u/%u.mvt?year=%u", i, i / 3,
                 1990 + i % 30);
        struct memo_request request = asked(target, true, false, 1);
        if (!memo_find(memo, &request)) continue;
        expect(memo, &request, i);
        known++;
    }
    assert_in_range(known, MEMO_ADDRESSES / 2, MEMO_ADDRESSES);
    memo_free(memo);
}

static void remembers_some_hundreds_asked_in_turn(void **state)
{
    (void)state;
    enum { ADDRESSES = 300, ROUNDS = 5 };
    struct memo *memo = memo_new();
    char target[64];
    unsigned known = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < ADDRESSES; i++) {
            snprintf(target, sizeof target, "/tiles/flows/6/%u/%u.mvt", 17 + i % 20, 9 + i / 20);
            struct memo_request request = asked(target, true, false, 1);
            bool found = memo_find(memo, &request);
            if (!found && memo_has_met(memo, &request)) keep(memo, &request, i);
            if (round + 1 == ROUNDS) known += found;
        }
    assert_in_range(known, ADDRESSES * 95 / 100, ADDRESSES);
    memo_free(memo);
}

static void passes_over_long_addresses(void **state)
{
    (void)state;
    struct memo *memo = memo_new();
    char target[MEMO_TARGET_BYTES + 2];
    memset(target, 'a', sizeof target);
    target[MEMO_TARGET_BYTES] = '\0';
    struct memo_request request = asked(target, true, false, 1);
    keep(memo, &request, 1);
    expect(memo, &request, 1);
    target[MEMO_TARGET_BYTES] = 'a';
    target[MEMO_TARGET_BYTES + 1] = '\0';
    request = asked(target, true, false, 1);
    keep(memo, &request, 2);
    assert_null(memo_find(memo, &request));
    memo_free(memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_apart_what_an_answer_depends_on),
        cmocka_unit_test(knows_what_it_met),
        cmocka_unit_test(forgets_with_the_edition),
        cmocka_unit_test(is_bounded_and_right),
        cmocka_unit_test(remembers_some_hundreds_asked_in_turn),
        cmocka_unit_test(passes_over_long_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
