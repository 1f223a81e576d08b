/* geo/rtree_pack: an R*Tree filled at once. Plan: for numbers of boxes around the sizes of one and
 * two levels, SQLite's own rtreecheck() finds the tree sound, windows give what a plain table
 * gives, and the tree goes on living: rows put in and taken out as usual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/rtree_pack.h"

#include <stdio.h>
#include <string.h>

static sqlite3 *database;

static int open_database(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &database);
}

static int close_database(void **state)
{
    (void)state;
    return sqlite3_close(database);
}

static void run(const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s: %s", sql, why);
}

static void gives(const char *sql, const char *wanted)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), wanted);
    sqlite3_finalize(statement);
}

/* Boxes all over the world, some of them points, some equal; id 7 has none. */
static void make_boxes(unsigned n)
{
    char sql[900];
    run("DROP TABLE IF EXISTS box; DROP TABLE IF EXISTS tree;"
        "CREATE TABLE box(id INTEGER PRIMARY KEY, xmin, xmax, ymin, ymax);"
        "CREATE VIRTUAL TABLE tree USING rtree(id, xmin, xmax, ymin, ymax);"
        "INSERT INTO tree VALUES(4000000, 1, 2, 3, 4)"); /* what was there goes */
    snprintf(sql, sizeof sql,
             "INSERT INTO box WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i LIMIT"
             " %u) SELECT n * 3, (n * 7919 %% 36007) / 100.0 - 180, (n * 7919 %% 36007) / 100.0 -"
             " 180 + n %% 5, (n * 104729 %% 17011) / 100.0 - 85, (n * 104729 %% 17011) / 100.0 - 85"
             " + n %% 3 FROM i WHERE %u > 0",
             n ? n : 1, n);
    run(sql);
    run("INSERT INTO box VALUES(7, NULL, NULL, NULL, NULL)");
}

/* Windows chosen so that 32-bit rounding of an edge decides nothing. */
static void windows_agree(void)
{
    static const char compare[] =
        "WITH RECURSIVE i(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i LIMIT 60),"
        " w(x, y, s) AS (SELECT n * 71 % 360 - 180.005, n * 37 % 170 - 85.005, 1 + n % 40 FROM i)"
        " SELECT count(*) FROM w WHERE (SELECT group_concat(id) FROM (SELECT id FROM box WHERE"
        " xmin <= x + s AND xmax >= x AND ymin <= y + s AND ymax >= y ORDER BY id)) IS NOT"
        " (SELECT group_concat(id) FROM (SELECT id FROM tree WHERE xmin <= x + s AND xmax >= x AND"
        " ymin <= y + s AND ymax >= y ORDER BY id))";
    gives(compare, "0");
    gives("SELECT rtreecheck('main', 'tree')", "ok");
}

static void a_packed_tree_is_sound_and_finds_all(void **state)
{
    (void)state;
    static const unsigned sizes[] = {0, 1, 45, 46, 51, 52, 92, 93, 2000, 2600, 20000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make_boxes(sizes[i]);
        assert_int_equal(rtree_pack(database, "tree", "SELECT * FROM box"), SQLITE_OK);
        windows_agree();
        run("DELETE FROM box WHERE id % 2 = 0; DELETE FROM tree WHERE id % 2 = 0;"
            "INSERT INTO box SELECT id + 1, xmin, xmax, ymin, ymax FROM box WHERE xmin IS NOT NULL;"
            "INSERT INTO tree SELECT id + 1, xmin, xmax, ymin, ymax FROM tree");
        windows_agree();
    }
}

static void what_is_no_tree_is_refused(void **state)
{
    (void)state;
    make_boxes(3);
    assert_int_not_equal(rtree_pack(database, "box", "SELECT * FROM box"), SQLITE_OK);
    assert_int_not_equal(rtree_pack(database, "tree", "SELECT nothing"), SQLITE_OK);
    run("CREATE TABLE odd_node(nodeno, data); CREATE TABLE odd_rowid(rowid, nodeno);"
        "CREATE TABLE odd_parent(nodeno, parentnode); INSERT INTO odd_node VALUES(1, x'0000')");
    assert_int_equal(rtree_pack(database, "odd", "SELECT * FROM box"), SQLITE_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packed_tree_is_sound_and_finds_all),
        cmocka_unit_test(what_is_no_tree_is_refused),
    };
    return cmocka_run_group_tests(tests, open_database, close_database);
}
