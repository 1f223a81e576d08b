/* import/container: ZIP-based files are refused before they can do harm.
 *
 * Plan: 1 sound archives pass; 2 each kind of hostile archive is refused with its status and a word
 * of the sentence; 3 a truncation at every length and a flip of every byte never crashes.
 * The archives are made here, so that each differs from a sound one in one thing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/bytes.h"
#include "import/container.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct made_entry {
    const char *name;
    size_t unpacked;  /* that many 'a' */
    uint32_t claimed; /* size the directory claims; 0: the true one */
    uint16_t flags, method;
    uint32_t attributes;
    uint32_t offset_shift; /* added to the local header's offset */
};

static void put_u16(struct bytes *out, unsigned value)
{
    bytes_append_byte(out, (uint8_t)value);
    bytes_append_byte(out, (uint8_t)(value >> 8));
}

static void put_u32(struct bytes *out, uint32_t value)
{
    put_u16(out, value & 0xFFFF);
    put_u16(out, value >> 16);
}

static void put_zeros(struct bytes *out, size_t n)
{
    while (n--)
        bytes_append_byte(out, 0);
}

static uint32_t put_deflated(struct bytes *out, size_t length)
{
    uint8_t *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'a', length + 1);
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    uLong most = deflateBound(&stream, length);
    stream.next_in = text;
    stream.avail_in = (uInt)length;
    stream.next_out = bytes_reserve(out, most);
    stream.avail_out = (uInt)most;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->length += stream.total_out;
    deflateEnd(&stream);
    free(text);
    return (uint32_t)stream.total_out;
}

static void make_zip(struct bytes *out, const struct made_entry *entries, size_t n)
{
    struct bytes directory = {0};
    for (size_t i = 0; i < n; i++) {
        const struct made_entry *e = &entries[i];
        uint32_t offset = (uint32_t)out->length, name_length = (uint32_t)strlen(e->name);
        bytes_append(out, "PK\3\4", 4);
        put_zeros(out, 22);
        put_u16(out, name_length);
        put_u16(out, 0);
        bytes_append_text(out, e->name);
        uint32_t packed = put_deflated(out, e->unpacked);
        bytes_append(&directory, "PK\1\2", 4);
        put_zeros(&directory, 4);
        put_u16(&directory, e->flags);
        put_u16(&directory, e->method ? e->method : 8);
        put_zeros(&directory, 8);
        put_u32(&directory, packed);
        put_u32(&directory, e->claimed ? e->claimed : (uint32_t)e->unpacked);
        put_u16(&directory, name_length);
        put_zeros(&directory, 8);
        put_u32(&directory, e->attributes);
        put_u32(&directory, offset + e->offset_shift);
        bytes_append_text(&directory, e->name);
    }
    uint32_t directory_offset = (uint32_t)out->length;
    bytes_append(out, directory.data, directory.length);
    bytes_append(out, "PK\5\6", 4);
    put_zeros(out, 4);
    put_u16(out, (unsigned)n);
    put_u16(out, (unsigned)n);
    put_u32(out, (uint32_t)directory.length);
    put_u32(out, directory_offset);
    put_u16(out, 0);
    bytes_close(&directory);
}

static char folder[] = "/tmp/passerelle-container-XXXXXX", path[64];

static void write_file(const uint8_t *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    fclose(file);
}

static enum atlas_status check(const struct made_entry *entries, size_t n,
                               struct atlas_error *error)
{
    struct bytes zip = {0};
    make_zip(&zip, entries, n);
    write_file(zip.data, zip.length);
    bytes_close(&zip);
    return container_check(path, "a.xlsx", &container_default_limits, NULL, error);
}

static void sound_archives_pass(void **state)
{
    (void)state;
    struct atlas_error error = {0};
    const struct made_entry entries[] = {{.name = "[Content_Types].xml", .unpacked = 500},
                                         {.name = "xl/worksheets/sheet1.xml", .unpacked = 90000}};
    assert_int_equal(check(entries, 2, &error), ATLAS_OK);
    assert_int_equal(check(entries, 0, &error), ATLAS_OK);
}

static void hostile_archives_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct made_entry entry;
        enum atlas_status status;
        const char *word;
    } cases[] = {
        {{.name = "../../etc/x", .unpacked = 9}, ATLAS_UNSUPPORTED, "climbs"},
        {{.name = "a/..", .unpacked = 9}, ATLAS_UNSUPPORTED, "climbs"},
        {{.name = "/etc/x", .unpacked = 9}, ATLAS_UNSUPPORTED, "impossible path"},
        {{.name = "a\\b", .unpacked = 9}, ATLAS_UNSUPPORTED, "impossible path"},
        {{.name = "xl/embeddings/Book.XLSX", .unpacked = 9}, ATLAS_UNSUPPORTED, "another archive"},
        {{.name = "a", .unpacked = 9, .flags = 1}, ATLAS_UNSUPPORTED, "encrypted"},
        {{.name = "a", .unpacked = 9, .method = 14}, ATLAS_UNSUPPORTED, "compressed"},
        {{.name = "a", .unpacked = 9, .attributes = 0xA1FF0000}, ATLAS_UNSUPPORTED, "symbolic"},
        {{.name = "a", .unpacked = 9, .claimed = UINT32_MAX}, ATLAS_UNSUPPORTED, "ZIP64"},
        {{.name = "a", .unpacked = 9, .offset_shift = 1}, ATLAS_CORRUPT, "no data"},
        {{.name = "a", .unpacked = 9, .offset_shift = 1 << 30}, ATLAS_CORRUPT, "no data"},
        {{.name = "bomb", .unpacked = 64 << 20}, ATLAS_TOO_LARGE, "times its size"},
        {{.name = "liar", .unpacked = 64 << 20, .claimed = 9}, ATLAS_TOO_LARGE, "times its size"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct atlas_error error = {0};
        assert_int_equal(check(&cases[i].entry, 1, &error), cases[i].status);
        if (!strstr(error.message, cases[i].word)) fail_msg("case %zu says: %s", i, error.message);
    }
}

static void limits_are_limits(void **state)
{
    (void)state;
    struct atlas_error error = {0};
    const struct made_entry entries[] = {{.name = "a", .unpacked = 600},
                                         {.name = "b", .unpacked = 600}};
    assert_int_equal(check(entries, 2, &error), ATLAS_OK);
    struct container_limits limits = container_default_limits;
    limits.unpacked_bytes = 1000;
    assert_int_equal(container_check(path, "a.xlsx", &limits, NULL, &error), ATLAS_TOO_LARGE);
    limits = container_default_limits;
    limits.entries = 1;
    assert_int_equal(container_check(path, "a.xlsx", &limits, NULL, &error), ATLAS_TOO_LARGE);
}

static void damage_never_crashes(void **state)
{
    (void)state;
    const struct made_entry entries[] = {{.name = "a", .unpacked = 40},
                                         {.name = "b", .unpacked = 9}};
    struct bytes zip = {0};
    make_zip(&zip, entries, 2);
    struct atlas_error error;
    for (size_t length = 0; length < zip.length; length++) {
        write_file(zip.data, length);
        assert_int_equal(container_check(path, "a.xlsx", &container_default_limits, NULL, &error),
                         ATLAS_CORRUPT);
    }
    for (size_t i = 0; i < zip.length; i++) {
        zip.data[i] ^= 0xFF;
        write_file(zip.data, zip.length);
        (void)!container_check(path, "a.xlsx", &container_default_limits, NULL, &error);
        zip.data[i] ^= 0xFF;
    }
    bytes_close(&zip);
    assert_int_equal(
        container_check("/nowhere/x", "a.xlsx", &container_default_limits, NULL, &error), ATLAS_IO);
}

static int make_folder(void **state)
{
    (void)state;
    return !mkdtemp(folder) || snprintf(path, sizeof path, "%s/a.zip", folder) < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_archives_pass),
        cmocka_unit_test(hostile_archives_are_refused),
        cmocka_unit_test(limits_are_limits),
        cmocka_unit_test(damage_never_crashes),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
