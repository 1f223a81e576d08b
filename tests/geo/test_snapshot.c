/* Opening a database: every kind of wrong file is refused by name, and a damaged one, however
 * damaged, never crashes the loader. */
#include "geo/geometry_blob.h"
#include "geo/schema.h"
#include "geo/snapshot.h"
#include "tests/tiles/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct bytes read_file(const char *path)
{
    struct bytes content = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        bytes_append(&content, block, n);
    fclose(file);
    return content;
}

static void write_file(const char *path, const uint8_t *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    fclose(file);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void refused(const char *path, enum atlas_status status, const char *says)
{
    const struct edition *edition = NULL;
    struct atlas_error error = {.message = ""};
    enum atlas_status got = edition_load(path, &edition, &error);
    if (got != status || !strstr(error.message, says))
        fail_msg("%s: status %d, “%s”, not “%s”", path, got, error.message, says);
    assert_null(edition);
}

static void wrong_files_are_refused_by_name(void **state)
{
    (void)state;
    struct fixture fixture;
    char other[200];
    fixture_write(&fixture, 5, 1);
    snprintf(other, sizeof other, "%s/other", fixture.folder);
    refused(other, ATLAS_NOT_FOUND, "cannot open");
    refused(fixture.folder, ATLAS_IO, "cannot read");
    write_file(other, (const uint8_t *)"", 0);
    refused(other, ATLAS_WRONG_SCHEMA, "no atlas database");
    write_file(other, (const uint8_t *)"partnership_id,title\n1,x\n", 25);
    refused(other, ATLAS_WRONG_SCHEMA, "no atlas database");
    unlink(other);
    run_sql(other, "CREATE TABLE t(x)");
    refused(other, ATLAS_WRONG_SCHEMA, "not of the atlas");
    run_sql(other, "PRAGMA application_id=1347636289; PRAGMA user_version=99");
    refused(other, ATLAS_WRONG_SCHEMA, "version 99");
    unlink(other);
    fixture_close(&fixture);
}

static void a_writer_at_work_is_noticed(void **state)
{
    (void)state;
    static const char *const endings[] = {"-journal", "-wal"};
    struct fixture fixture;
    char other[200];
    fixture_write(&fixture, 5, 1);
    for (size_t i = 0; i < 2; i++) {
        snprintf(other, sizeof other, "%s%s", fixture.path, endings[i]);
        write_file(other, (const uint8_t *)"x", 1);
        refused(fixture.path, ATLAS_LOCKED, endings[i]);
        unlink(other);
    }
    struct bytes content = read_file(fixture.path);
    content.data[18] = content.data[19] = 2;
    write_file(fixture.path, content.data, content.length);
    refused(fixture.path, ATLAS_LOCKED, "WAL");
    bytes_close(&content);
    fixture_close(&fixture);
}

static void content_that_breaks_a_rule_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"DELETE FROM edition", "no edition"},
        {"UPDATE edition SET content_hash = 'x'", "content hash"},
        {"UPDATE edition SET date = 'soon'", "date"},
        {"UPDATE territory SET precision = 'nearly' WHERE id = 20", "precision"},
        {"UPDATE territory SET kind = 'planet' WHERE id = 20", "kind"},
        {"UPDATE territory SET lat = 91 WHERE id = 20", "globe"},
        {"UPDATE territory SET lat = 'north' WHERE id = 20", "lat"},
        {"UPDATE territory SET country_iso = 'France' WHERE id = 20", "country"},
        {"UPDATE partnership SET kind = 'wedding'", "kind"},
        {"UPDATE partnership SET gender_marker = 7", "gender_marker"},
        {"UPDATE partnership SET year_start = 123456", "year_start"},
        {"UPDATE partnership SET title = x'00'", "title"},
        {"UPDATE partnership SET title = hex(zeroblob(1000000))", "title"},
        {"UPDATE party SET side = 'both'", "side"},
        {"UPDATE party SET territory_id = 99999", "territory"},
        {"UPDATE link SET foreign_id = 99999", "territory"},
        {"UPDATE link SET foreign_id = french_id", "French side"},
        {"UPDATE partnership_theme SET theme = 'x' || theme", "theme"},
        {"UPDATE theme SET parent = 'nobody' WHERE code = 'eau'", "eau"},
        {"UPDATE funding SET amount_eur = 'much'", "amount"},
        {"UPDATE area SET geom = x'0001'", "geometry"},
        {"UPDATE area SET geom = NULL", "geometry"},
        {"UPDATE name SET territory_id = 5", "territory"},
        {"DROP TABLE funding", "funding"},
        {"DROP TABLE link; CREATE VIEW link AS SELECT 1 AS id, 1 AS partnership_id,"
         " 1 AS french_id, 1 AS foreign_id",
         "link"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        fixture_write(&fixture, 40, 1);
        run_sql(fixture.path, cases[i].sql);
        refused(fixture.path, ATLAS_CORRUPT, cases[i].says);
        fixture_close(&fixture);
    }
}

static void circles_of_parents_do_no_harm(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_write(&fixture, 40, 1);
    run_sql(fixture.path,
            "UPDATE territory SET parent_code = 'com:38185' WHERE code = 'reg:84';"
            "UPDATE territory SET parent_code = code WHERE code = 'iso:ML-4';"
            "UPDATE theme SET parent = 'eau' WHERE code = 'services-essentiels';");
    assert_int_equal(edition_load(fixture.path, &fixture.edition, NULL), ATLAS_OK);
    fixture_close(&fixture);
}

/* Damages a copy of a good database in one of several ways. */
static size_t damage(uint8_t *data, size_t length, uint64_t *random)
{
    uint32_t way = fixture_random(random, 6);
    if (way == 0) return fixture_random(random, (uint32_t)length); /* cut */
    if (way == 1) {                                                /* a page of nonsense */
        size_t page = fixture_random(random, (uint32_t)(length / 4096)) * 4096;
        for (size_t i = 0; i < 4096; i++)
            data[page + i] = (uint8_t)fixture_random(random, 256);
        return length;
    }
    uint32_t flips = way == 2 ? 1 : way == 3 ? 10 : 300;
    for (uint32_t i = 0; i < flips; i++) {
        size_t at = fixture_random(random, (uint32_t)length);
        if (way == 5) at = at / 4096 * 4096 + at % 64; /* page headers and cell pointers */
        data[at] = (uint8_t)fixture_random(random, 256);
    }
    return length;
}

static void damaged_files_never_crash(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_write(&fixture, 30, 1);
    struct bytes good = read_file(fixture.path);
    uint8_t *copy = malloc(good.length);
    uint64_t random = 77;
    size_t refusals = 0;
    for (int variant = 0; variant < 500; variant++) {
        memcpy(copy, good.data, good.length);
        write_file(fixture.path, copy, damage(copy, good.length, &random));
        const struct edition *edition = NULL;
        struct atlas_error error = {.message = ""};
        enum atlas_status status = edition_load(fixture.path, &edition, &error);
        if (status) {
            refusals++;
            assert_true(strlen(error.message) > 10);
            assert_null(edition);
        }
        edition_release(edition);
    }
    assert_true(refusals > 250);
    free(copy);
    bytes_close(&good);
    fixture_close(&fixture);
}

static void geometry_blobs_are_read_strictly(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_write(&fixture, 1, 1);
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(fixture.path, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT geom FROM area LIMIT 1", -1, &statement, NULL);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    size_t length = (size_t)sqlite3_column_bytes(statement, 0);
    uint8_t *blob = malloc(length);
    memcpy(blob, sqlite3_column_blob(statement, 0), length);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    struct bytes wkb = {0};
    assert_int_equal(geometry_blob_to_wkb(blob, length, GEOMETRY_MULTI_POLYGON, &wkb), ATLAS_OK);
    assert_int_equal(geometry_blob_to_wkb(blob, length, GEOMETRY_MULTI_LINE, &wkb), ATLAS_CORRUPT);
    assert_int_equal(geometry_blob_to_wkb(NULL, 0, GEOMETRY_MULTI_LINE, &wkb), ATLAS_CORRUPT);
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *shorter = malloc(cut + 1);
        memcpy(shorter, blob, cut);
        if (cut > 0) shorter[cut - 1] = 0xFE;
        assert_int_equal(geometry_blob_to_wkb(shorter, cut, GEOMETRY_MULTI_POLYGON, &wkb),
                         ATLAS_CORRUPT);
        free(shorter);
    }
    for (size_t at = 0; at < length; at++)
        for (int bit = 0; bit < 8; bit++) { /* any answer, but no crash and no overrun */
            blob[at] ^= (uint8_t)(1 << bit);
            bytes_clear(&wkb);
            enum atlas_status status =
                geometry_blob_to_wkb(blob, length, GEOMETRY_MULTI_POLYGON, &wkb);
            assert_true(status == ATLAS_OK || status == ATLAS_CORRUPT);
            blob[at] ^= (uint8_t)(1 << bit);
        }
    bytes_close(&wkb);
    free(blob);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_refused_by_name),
        cmocka_unit_test(a_writer_at_work_is_noticed),
        cmocka_unit_test(content_that_breaks_a_rule_is_refused),
        cmocka_unit_test(circles_of_parents_do_no_harm),
        cmocka_unit_test(damaged_files_never_crash),
        cmocka_unit_test(geometry_blobs_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
