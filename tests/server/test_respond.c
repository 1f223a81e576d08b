/* What decides how an answer is sent: statuses, languages, encodings, ETags, limits per client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/answer.h"
#include "server/compress.h"
#include "server/limits.h"
#include "server/listener.h"
#include "server/problem.h"
#include "tiles/tileset.h"

#include <arpa/inet.h>
#include <libdeflate.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_code_has_an_http_status(void **state)
{
    (void)state;
    static const struct {
        enum atlas_status status;
        unsigned http;
    } table[] = {
        {ATLAS_OK, 200},        {ATLAS_INVALID, 400},   {ATLAS_NOT_FOUND, 404},
        {ATLAS_GONE, 410},      {ATLAS_TOO_LARGE, 414}, {ATLAS_BUSY, 503},
        {ATLAS_CANCELLED, 503}, {ATLAS_NO_MEMORY, 503}, {ATLAS_UNSUPPORTED, 405},
        {ATLAS_IO, 500},        {ATLAS_CORRUPT, 500},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(problem_http_status(table[i].status), table[i].http);
    for (int code = ATLAS_OK + 1; code <= ATLAS_CANCELLED; code++) {
        unsigned http = problem_http_status((enum atlas_status)code);
        assert_in_range(http, 400, 599);
        assert_string_not_equal(problem_title(http, true), problem_title(http, false));
    }
}

static void speaks_the_language_that_comes_first(void **state)
{
    (void)state;
    assert_false(problem_prefers_english(NULL));
    assert_false(problem_prefers_english(""));
    assert_false(problem_prefers_english("fr-FR,fr;q=0.9,en;q=0.8"));
    assert_true(problem_prefers_english("en-GB,en;q=0.9,fr;q=0.5"));
    assert_true(problem_prefers_english("de, en, fr"));
    assert_false(problem_prefers_english("de, es"));
}

static void reads_accept_encoding(void **state)
{
    (void)state;
    static const struct {
        const char *header, *coding;
        bool accepted;
    } table[] = {
        {NULL, "gzip", false},
        {"", "gzip", false},
        {"gzip", "gzip", true},
        {"gzip, deflate, br", "br", true},
        {"deflate, GZIP;q=0.5", "gzip", true},
        {"gzip;q=0", "gzip", false},
        {"gzip;q=0.000, br", "gzip", false},
        {"gzip ; q=0.0", "gzip", false},
        {"gzip;q=0.001", "gzip", true},
        {"gzipped", "gzip", false},
        {"x-gzip", "gzip", false},
        {"*", "gzip", true},
        {"*;q=0", "gzip", false},
        {"gzip;q=0, *", "gzip", false},
        {"identity", "gzip", false},
        {",,,;;;q=", "gzip", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (compress_accepts(table[i].header, table[i].coding) != table[i].accepted)
            fail_msg("'%s' and %s", table[i].header ? table[i].header : "none", table[i].coding);
}

static const enum compress_level levels[] = {COMPRESS_TILE, COMPRESS_FAST, COMPRESS_SMALL};

static void assert_unpacks_to(const struct bytes *packed, const struct bytes *data)
{
    uint8_t *back = malloc(data->length);
    size_t unpacked = 0;
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    assert_int_equal(libdeflate_gzip_decompress(decompressor, packed->data, packed->length, back,
                                                data->length, &unpacked),
                     LIBDEFLATE_SUCCESS);
    libdeflate_free_decompressor(decompressor);
    assert_int_equal(unpacked, data->length);
    assert_memory_equal(back, data->data, data->length);
    free(back);
}

/* Short and long, text and bytes that no tile holds; what was packed before leaves no trace. */
static void gzip_unpacks_to_the_same_and_repeats(void **state)
{
    (void)state;
    struct bytes data = {0}, first = {0}, again = {0}, between = {0};
    for (int i = 0; i < 200; i++)
        bytes_append_format(&between, "another %d feature", i * 104729 % 1000);
    for (int length = 0; length < 4; length++) {
        for (int i = length ? 5000 << (2 * length) : 100; i > 0; i--)
            bytes_append_format(&data, "%c%d feature;", i % 256, i % 1000 * 7919 % 1000);
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
            bytes_clear(&first);
            bytes_clear(&again);
            assert_true(compress_gzip(data.data, data.length, levels[i], &first));
            assert_true(compress_gzip(between.data, between.length, levels[i], &again));
            bytes_clear(&again);
            assert_true(compress_gzip(data.data, data.length, levels[i], &again));
            assert_int_equal(first.length, again.length);
            assert_memory_equal(first.data, again.data, first.length);
            assert_unpacks_to(&first, &data);
        }
    }
    assert_true(data.length > 1000000);
    bytes_close(&data);
    bytes_close(&first);
    bytes_close(&again);
    bytes_close(&between);
}

/* By ISA-L more of it would be left than a tile may have. */
static void gzip_of_what_packs_badly_unpacks_to_the_same(void **state)
{
    (void)state;
    struct bytes data = {0}, packed = {0};
    uint32_t chance = 1;
    while (data.length < 780000)
        bytes_append_byte(&data, (uint8_t)(' ' + ((chance = chance * 1664525 + 1013904223) >> 26)));
    assert_true(compress_gzip(data.data, data.length, COMPRESS_FAST, &packed));
    assert_true(packed.length > TILE_MAX_BYTES);
    assert_unpacks_to(&packed, &data);
    bytes_close(&data);
    bytes_close(&packed);
}

static void gzip_is_not_sent_when_it_is_no_shorter(void **state)
{
    (void)state;
    struct bytes out = {0};
    uint8_t letters[COMPRESS_MIN_BYTES - 1], noise[1000];
    memset(letters, 'a', sizeof letters);
    uint32_t chance = 1;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((chance = chance * 1664525 + 1013904223) >> 24);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        assert_false(compress_gzip(letters, sizeof letters, levels[i], &out));
        assert_false(compress_gzip(noise, sizeof noise, levels[i], &out));
        assert_int_equal(out.length, 0);
    }
    bytes_close(&out);
}

static void compares_etags(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool matches;
    } table[] = {
        {NULL, false},
        {"\"abc-gz\"", true},
        {"W/\"abc-gz\"", true},
        {"\"abc\"", false},
        {"abc-gz", false},
        {"\"x\", \"abc-gz\"", true},
        {"\"x\",W/\"y\"", false},
        {"*", false},
        {"\"abc-gz", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (answer_matches(table[i].header, "\"abc-gz\"") != table[i].matches)
            fail_msg("%s", table[i].header);
}

static struct sockaddr *v4(const char *text, struct sockaddr_in *address)
{
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    assert_int_equal(inet_pton(AF_INET, text, &address->sin_addr), 1);
    return (struct sockaddr *)address;
}

static struct sockaddr *v6(const char *text, struct sockaddr_in6 *address)
{
    memset(address, 0, sizeof *address);
    address->sin6_family = AF_INET6;
    assert_int_equal(inet_pton(AF_INET6, text, &address->sin6_addr), 1);
    return (struct sockaddr *)address;
}

static void counts_connections_per_client(void **state)
{
    (void)state;
    struct sockaddr_in four, other, local;
    struct sockaddr_in6 six, neighbour, mapped;
    struct client_counts *counts = client_counts_new(3);
    v4("192.0.2.1", &four);
    v4("192.0.2.2", &other);
    v6("2001:db8::1", &six);
    v6("2001:db8::2", &neighbour);
    for (int i = 0; i < 3; i++) {
        assert_true(client_counts_enter(counts, (struct sockaddr *)&four));
        assert_true(client_counts_enter(counts, (struct sockaddr *)&six));
    }
    assert_false(client_counts_enter(counts, (struct sockaddr *)&four));
    assert_false(client_counts_enter(counts, v6("::ffff:192.0.2.1", &mapped)));
    assert_false(client_counts_enter(counts, (struct sockaddr *)&neighbour)); /* the same /64 */
    assert_true(client_counts_enter(counts, (struct sockaddr *)&other));
    client_counts_leave(counts, (struct sockaddr *)&four);
    client_counts_leave(counts, (struct sockaddr *)&mapped);
    client_counts_leave(counts, (struct sockaddr *)&four);
    assert_true(client_counts_enter(counts, (struct sockaddr *)&four));
    for (int i = 0; i < 100; i++)
        assert_true(client_counts_enter(counts, v4("127.0.0.1", &local)));
    client_counts_free(counts);
}

static void counts_many_clients(void **state)
{
    (void)state;
    struct client_counts *counts = client_counts_new(2);
    struct sockaddr_in address = {.sin_family = AF_INET};
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 50000; i++) {
            address.sin_addr.s_addr = htonl(0x0A000000 + i * 7);
            assert_true(client_counts_enter(counts, (struct sockaddr *)&address));
        }
        for (uint32_t i = 0; i < 50000; i++) {
            address.sin_addr.s_addr = htonl(0x0A000000 + (i * 7919 % 50000) * 7);
            client_counts_leave(counts, (struct sockaddr *)&address);
        }
    }
    client_counts_free(counts);
}

static void listens_where_it_is_told(void **state)
{
    (void)state;
    struct listener listener, second;
    struct atlas_error error;
    assert_int_equal(listener_open("127.0.0.1:0", 8, &listener, &error), ATLAS_OK);
    char text[64], host[64];
    listener_url(&listener, text, sizeof text);
    assert_int_equal(strncmp(text, "http://127.0.0.1:", 17), 0);
    assert_int_equal(listener_open(text + 7, 8, &second, &error), ATLAS_BUSY);
    assert_non_null(strstr(error.message, text + 7));
    snprintf(host, sizeof host, "127.0.0.1:%u", listener.port);
    assert_true(listener_is_named(&listener, host));
    snprintf(host, sizeof host, "LocalHost:%u", listener.port);
    assert_true(listener_is_named(&listener, host));
    snprintf(host, sizeof host, "attacker.example:%u", listener.port);
    assert_false(listener_is_named(&listener, host));
    assert_false(listener_is_named(&listener, "127.0.0.1:1"));
    assert_false(listener_is_named(&listener, "127.0.0.1"));
    assert_false(listener_is_named(&listener, NULL));
    assert_false(listener_is_named(&listener, ""));
    listener_close(&listener);
    listener_close(&listener);
    static const char *const wrong[] = {
        "",           "8080",           ":8080",        "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:x",    "1.2.3:80",     "127.0.0.1:65536",
        "[::1:80",    "example.org:80", "127.0.0.1:80x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (listener_open(wrong[i], 8, &listener, &error) != ATLAS_INVALID)
            fail_msg("'%s' is taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_an_http_status),
        cmocka_unit_test(speaks_the_language_that_comes_first),
        cmocka_unit_test(reads_accept_encoding),
        cmocka_unit_test(gzip_unpacks_to_the_same_and_repeats),
        cmocka_unit_test(gzip_of_what_packs_badly_unpacks_to_the_same),
        cmocka_unit_test(gzip_is_not_sent_when_it_is_no_shorter),
        cmocka_unit_test(compares_etags),
        cmocka_unit_test(counts_connections_per_client),
        cmocka_unit_test(counts_many_clients),
        cmocka_unit_test(listens_where_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
