#include "tests/tiles/oracle.h"

#include "geo/bytes.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oracle {
    sqlite3 *db;
};

/* in_area: what lies in what; up: a territory and its parents; shown: what stands for a territory
 * where its place is hidden; p, party, l: published rows as they may be seen; in_theme: a
 * partnership under a theme or any above it. */
static const char helping_tables[] =
    "CREATE TEMP TABLE up AS WITH RECURSIVE up(code, area, step) AS ("
    "  SELECT code, code, 0 FROM territory UNION ALL"
    "  SELECT up.code, t.parent_code, step + 1 FROM up JOIN territory t ON t.code = up.area"
    "  WHERE t.parent_code IS NOT NULL) SELECT * FROM up;"
    "CREATE TEMP TABLE in_area AS SELECT code, area FROM up UNION"
    "  SELECT code, epci_code FROM territory WHERE epci_code IS NOT NULL UNION"
    "  SELECT code, 'country:' || country_iso FROM territory WHERE country_iso IS NOT NULL;"
    "CREATE INDEX in_area_code ON in_area(code, area);"
    "CREATE TEMP TABLE shown AS SELECT t.code, coalesce((SELECT up.area FROM up JOIN territory a"
    "    ON a.code = up.area WHERE up.code = t.code AND a.kind IN ('admin1', 'country')"
    "    ORDER BY step LIMIT 1), t.code) AS area,"
    "  coalesce('country:' || t.country_iso, t.code) AS country"
    "  FROM territory t WHERE t.side = 'foreign';"
    "CREATE TEMP TABLE p AS WITH q AS (SELECT *, CAST(substr(signed, 1, 4) AS INTEGER) AS sy,"
    "    coalesce(year_start, CAST(substr(signed, 1, 4) AS INTEGER), year_end) AS lf"
    "    FROM partnership WHERE publication = 'published')"
    "  SELECT *, coalesce(sy, year_start) AS signed_year, CASE"
    "    WHEN year_end IS NOT NULL THEN max(year_end, lf)"
    "    WHEN kind IN ('jumelage', 'pacte-amitie', 'accord-cadre') THEN 9999"
    "    WHEN kind IN ('projet', 'action') THEN lf + 2 ELSE lf END AS lt FROM q;"
    "CREATE INDEX p_id ON p(id);"
    "CREATE TEMP TABLE seen AS SELECT party.partnership_id, party.side, role,"
    "    CASE WHEN party.side = 'french' THEN t.code WHEN published_precision = 'area' THEN s.area"
    "      WHEN published_precision = 'country' THEN s.country ELSE t.code END AS code,"
    "    coalesce(t.country_iso, party.country_iso) AS iso"
    "  FROM party JOIN p ON p.id = party.partnership_id"
    "  LEFT JOIN territory t ON t.id = party.territory_id LEFT JOIN shown s ON s.code = t.code;"
    "CREATE INDEX seen_p ON seen(partnership_id);"
    "CREATE TEMP TABLE l AS SELECT link.id, link.partnership_id, f.code AS french,"
    "    CASE published_precision WHEN 'area' THEN s.area WHEN 'country' THEN s.country"
    "      ELSE g.code END AS foreign_code, published_precision, f.precision AS f_precision"
    "  FROM link JOIN p ON p.id = link.partnership_id JOIN territory f ON f.id = french_id"
    "  JOIN territory g ON g.id = foreign_id JOIN shown s ON s.code = g.code;"
    "ALTER TABLE l ADD g_precision;"
    "UPDATE l SET g_precision = CASE WHEN (SELECT precision FROM territory WHERE code ="
    "    foreign_code) = 'none' THEN 'none' WHEN published_precision = 'country' THEN 'country'"
    "  WHEN published_precision = 'area' AND (SELECT precision FROM territory"
    "    WHERE code = foreign_code) = 'exact' THEN 'area'"
    "  ELSE (SELECT precision FROM territory WHERE code = foreign_code) END;"
    "CREATE TEMP TABLE in_theme AS WITH RECURSIVE above(theme, above) AS ("
    "  SELECT code, code FROM theme UNION SELECT a.theme, t.parent FROM above a JOIN theme t"
    "    ON t.code = a.above WHERE t.parent IS NOT NULL UNION SELECT a.theme, t.also FROM above a"
    "    JOIN theme t ON t.code = a.above WHERE t.also IS NOT NULL)"
    "  SELECT DISTINCT partnership_id, above AS theme FROM partnership_theme pt"
    "  JOIN above ON above.theme = pt.theme;"
    "CREATE INDEX in_theme_p ON in_theme(partnership_id, theme);"
    "CREATE TEMP TABLE chosen_p(id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE chosen_l(id INTEGER PRIMARY KEY);"
    "CREATE TEMP VIEW placed AS SELECT * FROM l WHERE f_precision <> 'none'"
    "  AND g_precision <> 'none';"
    "CREATE TEMP VIEW drawn AS SELECT * FROM l WHERE f_precision IN ('exact', 'area')"
    "  AND g_precision IN ('exact', 'area');";

static void run(struct oracle *oracle, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(oracle->db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "oracle: %s\n%s\n", message, sql);
        abort();
    }
}

struct oracle *oracle_open(const char *path)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (!oracle || sqlite3_open(path, &oracle->db) != SQLITE_OK) abort();
    run(oracle, helping_tables);
    return oracle;
}

void oracle_close(struct oracle *oracle)
{
    sqlite3_close(oracle->db);
    free(oracle);
}

/* ('a','b') of "a,b"; prefix goes before each value. */
static void append_list(struct bytes *sql, const char *values, const char *prefix)
{
    bytes_append_text(sql, "(");
    for (const char *at = values; *at;) {
        size_t length = strcspn(at, ",");
        char *quoted =
            sqlite3_mprintf("%s'%q%.*q'", at == values ? "" : ",", prefix, (int)length, at);
        bytes_append_text(sql, quoted);
        sqlite3_free(quoted);
        at += length + (at[length] == ',');
    }
    bytes_append_text(sql, ")");
}

static void append_where(struct bytes *sql, const char *before, const char *values,
                         const char *prefix, const char *after)
{
    if (!values) return;
    bytes_append_text(sql, before);
    append_list(sql, values, prefix);
    bytes_append_text(sql, after);
}

/* A list column joined by ';', or none. */
static void append_tokens(struct bytes *sql, const char *column, const char *values)
{
    if (!values) return;
    bytes_append_text(sql, " AND (0");
    for (const char *at = values; *at;) {
        size_t length = strcspn(at, ",");
        char *term = length == 4 && strncmp(at, "none", 4) == 0
                         ? sqlite3_mprintf(" OR %s IS NULL", column)
                         : sqlite3_mprintf(
                               " OR ';' || replace(replace(lower(%s), '; ', ';'), ' ',"
                               " '-') || ';' LIKE '%%;%.*q;%%'",
                               column, (int)length, at);
        bytes_append_text(sql, term);
        sqlite3_free(term);
        at += length + (at[length] == ',');
    }
    bytes_append_text(sql, ")");
}

static void append_properties(struct bytes *sql, const struct oracle_filter *f)
{
    append_where(sql,
                 " AND EXISTS(SELECT 1 FROM in_theme x WHERE x.partnership_id = p.id"
                 " AND x.theme IN ",
                 f->theme, "", ")");
    append_where(sql, " AND coalesce(p.kind, 'none') IN ", f->kind, "", "");
    append_where(sql, " AND coalesce(p.status, 'none') IN ", f->status, "", "");
    append_where(sql, " AND coalesce(CAST(p.gender_marker AS TEXT), 'none') IN ", f->gender, "",
                 "");
    append_tokens(sql, "p.modes", f->mode);
    append_tokens(sql, "p.call", f->call);
}

static void append_year(struct bytes *sql, const struct oracle_filter *f)
{
    if (!f->year_from) return;
    const char *undated = f->time_signed ? "p.signed_year" : "p.lf";
    if (f->time_signed)
        bytes_append_format(sql, " AND (p.signed_year BETWEEN %d AND %d", f->year_from, f->year_to);
    else
        bytes_append_format(sql, " AND (p.lf <= %d AND p.lt >= %d", f->year_to, f->year_from);
    if (f->undated_included) bytes_append_format(sql, " OR %s IS NULL", undated);
    bytes_append_text(sql, ")");
}

#define A_PARTY(side)                                                                              \
    " AND EXISTS(SELECT 1 FROM seen x WHERE x.partnership_id = p.id AND x.side = '" side "' AND "
#define IN_AREA(code) code " IN (SELECT i.code FROM in_area i WHERE i.area IN "

static void append_party_places(struct bytes *sql, const struct oracle_filter *f)
{
    append_where(sql, A_PARTY("french") IN_AREA("x.code"), f->french, "", "))");
    append_where(sql, A_PARTY("french") "x.code IN ", f->authority, "", "");
    if (f->authority) append_where(sql, " AND x.role IN ", f->role, "", "");
    if (f->authority) bytes_append_text(sql, ")");
    append_where(sql, A_PARTY("foreign") "x.iso IN ", f->country, "", ")");
    if (f->partner) {
        append_where(sql, A_PARTY("foreign") "(" IN_AREA("x.code"), f->partner, "", ")");
        append_where(sql, " OR 'country:' || x.iso IN ", f->partner, "", "))");
    }
    append_where(sql, A_PARTY("foreign") "x.code IN ", f->partner_is, "", "");
    if (f->partner_is) append_where(sql, " AND x.role IN ", f->role, "", "");
    if (f->partner_is) bytes_append_text(sql, ")");
}

static void append_link_places(struct bytes *sql, const struct oracle_filter *f)
{
    append_where(sql, " AND " IN_AREA("l.french"), f->french, "", ")");
    append_where(sql, " AND l.french IN ", f->authority, "", "");
    if (f->authority && f->role)
        append_where(sql, A_PARTY("french") "x.code = l.french AND x.role IN ", f->role, "", ")");
    append_where(sql, " AND " IN_AREA("l.foreign_code"), f->country, "country:", ")");
    append_where(sql, " AND " IN_AREA("l.foreign_code"), f->partner, "", ")");
    append_where(sql, " AND l.foreign_code IN ", f->partner_is, "", "");
    if (f->partner_is && f->role)
        append_where(sql, A_PARTY("foreign") "x.code = l.foreign_code AND x.role IN ", f->role, "",
                     ")");
}

double oracle_number(struct oracle *oracle, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(oracle->db, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        fprintf(stderr, "oracle: %s\n%s\n", sqlite3_errmsg(oracle->db), sql);
        abort();
    }
    double value = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Runs before + the text of sql, which is then empty. */
static void run_built(struct oracle *oracle, struct bytes *sql)
{
    bytes_append_byte(sql, '\0');
    run(oracle, (const char *)sql->data);
    bytes_clear(sql);
}

static int64_t count(struct oracle *oracle, const char *sql)
{
    return (int64_t)oracle_number(oracle, sql);
}

/* Fills chosen_p and chosen_l; undated: only those without a year instead of those of the year. */
static void choose(struct oracle *oracle, const struct oracle_filter *f, bool undated)
{
    struct bytes sql = {0};
    const char *no_year = f->time_signed ? " AND p.signed_year IS NULL" : " AND p.lf IS NULL";
    run(oracle, "DELETE FROM chosen_p; DELETE FROM chosen_l;");
    bytes_append_text(&sql, "INSERT INTO chosen_p SELECT p.id FROM p WHERE 1");
    append_properties(&sql, f);
    append_party_places(&sql, f);
    if (undated)
        bytes_append_text(&sql, no_year);
    else
        append_year(&sql, f);
    run_built(oracle, &sql);
    bytes_append_text(&sql,
                      "INSERT INTO chosen_l SELECT l.id FROM l JOIN chosen_p c"
                      " ON c.id = l.partnership_id JOIN p ON p.id = l.partnership_id WHERE 1");
    append_link_places(&sql, f);
    run_built(oracle, &sql);
    bytes_close(&sql);
}

void oracle_count(struct oracle *oracle, const struct oracle_filter *f,
                  struct oracle_totals *totals)
{
    *totals = (struct oracle_totals){0};
    if (f->year_from && !f->undated_included) {
        choose(oracle, f, true);
        totals->undated_left_out = count(oracle, "SELECT count(*) FROM chosen_p");
        totals->undated_links_left_out = count(oracle, "SELECT count(*) FROM chosen_l");
    }
    choose(oracle, f, false);
    totals->partnerships = count(oracle, "SELECT count(*) FROM chosen_p");
    totals->links = count(oracle, "SELECT count(*) FROM chosen_l");
    totals->placed_links =
        count(oracle, "SELECT count(*) FROM placed WHERE id IN (SELECT id FROM chosen_l)");
    totals->drawn_links =
        count(oracle, "SELECT count(*) FROM drawn WHERE id IN (SELECT id FROM chosen_l)");
    totals->placed_partnerships = count(oracle,
                                        "SELECT count(DISTINCT partnership_id) FROM placed"
                                        " WHERE id IN (SELECT id FROM chosen_l)");
}
