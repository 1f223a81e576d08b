/* import/encoding: which encoding a file is in, its text as UTF-8, mending and repairing. Plan:
 * tables; the census is the same however the bytes are cut into blocks (property); hostile bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import/encoding.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define BYTES(text) (text), sizeof(text) - 1

static void encodings_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *name; /* NULL: refused */
        size_t mark;
    } cases[] = {
        {BYTES("name;country\nFes;MA\n"), "UTF-8", 0},
        {BYTES("Fès"), "UTF-8", 0},
        {BYTES("\xEF\xBB\xBF"
               "Fès"),
         "UTF-8", 3},
        {BYTES("F\xE8s;\xC9vry"), "windows-1252", 0},
        {BYTES("c\x9Cur \x80 \x93x\x94"), "windows-1252", 0},
        {BYTES("\xFF\xFE"
               "F\0\xE8\0s\0"),
         "UTF-16LE", 2},
        {BYTES("\xFE\xFF\0F\0\xE8\0s"), "UTF-16BE", 2},
        {BYTES("n\0a\0m\0e\0;\0\xE9\0\n\0"), "UTF-16LE", 0},
        {BYTES("\0n\0a\0m\0e\0;\0\xE9\0\n"), "UTF-16BE", 0},
        /* a good UTF-8 file with one damaged byte stays UTF-8 */
        {BYTES("é è à ç ù ô î é è \xE9 x"), "UTF-8", 0},
        {BYTES(""), NULL, 0},
        {BYTES("PK\x03\x04 xlsx"), NULL, 0},
        {BYTES("%PDF-1.4"), NULL, 0},
        {BYTES("SQLite format 3\0"), NULL, 0},
        {BYTES("\0\0\0\0\0\0\0\0\0\0"), NULL, 0},
        {BYTES("caf\x8E (Mac) \x8F\x90"), NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct encoding_census census = {0};
        encoding_count(&census, (const uint8_t *)cases[i].bytes, cases[i].length);
        const char *name = NULL;
        size_t mark = 99;
        struct atlas_error error = {0};
        enum atlas_status status = encoding_find(&census, &name, &mark, &error);
        if (!cases[i].name) {
            if (status != ATLAS_INVALID) fail_msg("case %zu is taken for %s", i, name);
            assert_true(strlen(error.message) > 5);
            continue;
        }
        if (status) fail_msg("case %zu: %s", i, error.message);
        assert_string_equal(name, cases[i].name);
        assert_int_equal(mark, cases[i].mark);
    }
}

static void blocks_do_not_matter(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",    "é",    "€",        "𝄞",    "\xE9", "\xF0\x9F",
                                         "\xC3", "\x80", "\xE2\x82", "\xFF", "\n"};
    srand(11);
    for (int round = 0; round < 3000; round++) {
        char text[200] = "";
        size_t length = 0;
        for (int i = rand() % 30; i >= 0; i--) {
            const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
        struct encoding_census whole = {0}, parts = {0};
        encoding_count(&whole, (const uint8_t *)text, length);
        for (size_t at = 0; at < length;) {
            size_t block = 1 + (size_t)rand() % 5;
            if (block > length - at) block = length - at;
            encoding_count(&parts, (const uint8_t *)text + at, block);
            at += block;
        }
        assert_int_equal(whole.bytes, parts.bytes);
        assert_int_equal(whole.multibyte, parts.multibyte);
        assert_int_equal(whole.invalid, parts.invalid);
        assert_int_equal(whole.tail_length, parts.tail_length);
    }
}

static void text_is_decoded_in_any_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t length;
        const char *text;
    } cases[] = {
        {"windows-1252", BYTES("F\xE8s \x80 c\x9Cur"), "Fès € cœur"},
        {"UTF-16LE", BYTES("F\0\xE8\0s\0\x3C\xD8\x09\xDF"), "Fès🌉"},
        {"UTF-16BE", BYTES("\0F\0\xE8\0s"), "Fès"},
        {"UTF-8", BYTES("Fès"), "Fès"},
        {"macintosh", BYTES("caf\x8E"), "café"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t block = 1; block < 12; block++) {
            struct decoder *decoder;
            struct atlas_error error = {0};
            struct bytes text = {0};
            assert_int_equal(decoder_new(cases[i].name, &decoder, &error), ATLAS_OK);
            for (size_t at = 0; at < cases[i].length; at += block) {
                size_t n = cases[i].length - at < block ? cases[i].length - at : block;
                assert_int_equal(decoder_feed(decoder, cases[i].bytes + at, n,
                                              at + n == cases[i].length, &text, &error),
                                 ATLAS_OK);
            }
            bytes_append_byte(&text, '\0');
            assert_string_equal((const char *)text.data, cases[i].text);
            bytes_close(&text);
            decoder_free(decoder);
        }
    struct decoder *decoder;
    struct atlas_error error = {0};
    assert_int_equal(decoder_new("klingon-8", &decoder, &error), ATLAS_INVALID);
    assert_non_null(strstr(error.message, "klingon-8"));
}

static void misread_text_is_repaired(void **state)
{
    (void)state;
    static const struct {
        const char *text, *repaired;
        size_t count;
    } cases[] = {
        {"coopÃ©ration", "coopération", 1},
        {"lâ€™eau â€“ Ã‰vry", "l’eau – Évry", 3},
        {"cÅ“ur, 10 â‚¬", "cœur, 10 €", 2},
        {"NÂ° 5", "N° 5", 1},
        {"Ã\xC2\xA0 Paris, déjà bien", "à Paris, déjà bien", 1},
        /* honest text */
        {"déjà\xC2\xA0« là »", "déjà\xC2\xA0« là »", 0},
        {"Ångström, Ærø, São Tomé, Âge, Ãnima", "Ångström, Ærø, São Tomé, Âge, Ãnima", 0},
        {"Đà Nẵng, İzmir", "Đà Nẵng, İzmir", 0},
        {"plain", "plain", 0},
        {"", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes repaired = {0};
        size_t count = encoding_repair(cases[i].text, strlen(cases[i].text), &repaired);
        bytes_append_byte(&repaired, '\0');
        assert_string_equal((const char *)repaired.data, cases[i].repaired);
        assert_int_equal(count, cases[i].count);
        bytes_close(&repaired);
    }
}

static bool valid_utf8(const uint8_t *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t n =
            utf8proc_iterate(text + at, (utf8proc_ssize_t)(length - at), &character);
        if (n <= 0) return false;
        at += (size_t)n;
    }
    return true;
}

static void mending_gives_utf8_from_any_bytes(void **state)
{
    (void)state;
    struct bytes mended = {0};
    assert_int_equal(encoding_mend(BYTES("F\xE8s Fès \x80"), &mended), 2);
    bytes_append_byte(&mended, '\0');
    assert_string_equal((const char *)mended.data, "Fès Fès €");
    srand(5);
    for (int round = 0; round < 5000; round++) {
        char text[40];
        size_t length = (size_t)rand() % sizeof text;
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(rand() % 256);
        bytes_clear(&mended);
        encoding_mend(text, length, &mended);
        assert_true(valid_utf8(mended.data, mended.length));
        struct bytes repaired = {0};
        encoding_repair((const char *)mended.data, mended.length, &repaired);
        assert_true(valid_utf8(repaired.data, repaired.length));
        bytes_close(&repaired);
    }
    bytes_close(&mended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_found),
        cmocka_unit_test(blocks_do_not_matter),
        cmocka_unit_test(text_is_decoded_in_any_blocks),
        cmocka_unit_test(misread_text_is_repaired),
        cmocka_unit_test(mending_gives_utf8_from_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
