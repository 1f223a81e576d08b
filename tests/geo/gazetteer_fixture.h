/* A small gazetteer made for tests: rows of text into a file with the real schema. */
#ifndef TESTS_GEO_GAZETTEER_FIXTURE_H
#define TESTS_GEO_GAZETTEER_FIXTURE_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "geo/gazetteer_prepare.h"
#include "geo/name.h"
#include "geo/schema.h"

struct fixture_territory {
    const char *code, *kind, *name, *country, *parent;
    double lat, lon;
    int population;       /* -1: not known */
    const char *replaced; /* code, or NULL */
    const char *others;   /* further names, "kind:Name;kind:Name" */
};

static inline void fixture_run(sqlite3 *database, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "fixture: %s\n", message);
        abort();
    }
}

static inline void fixture_name(sqlite3 *database, sqlite3_int64 id, const char *kind,
                                const char *name)
{
    char folded[256];
    name_fold(name, folded, sizeof folded);
    char *sql =
        sqlite3_mprintf("INSERT INTO name VALUES(%lld, %Q, %Q, NULL, %Q)", id, folded, name, kind);
    fixture_run(database, sql);
    sqlite3_free(sql);
}

static inline void fixture_add(sqlite3 *database, const struct fixture_territory *row)
{
    char population[16];
    snprintf(population, sizeof population, row->population < 0 ? "NULL" : "%d", row->population);
    int french = strcmp(row->country, "FR") == 0;
    char *sql = sqlite3_mprintf(
        "INSERT INTO territory(code, side, kind, name_fr, name_en, country_iso, parent_code,"
        " precision, population, lon, lat, replaced_by)"
        " VALUES(%Q, %Q, %Q, %Q, %Q, %Q, %Q, 'exact', %s, %f, %f, %Q)",
        row->code, french ? "french" : "foreign", row->kind, row->name, row->name, row->country,
        row->parent, population, row->lon, row->lat, row->replaced);
    fixture_run(database, sql);
    sqlite3_free(sql);
    sqlite3_int64 id = sqlite3_last_insert_rowid(database);
    fixture_name(database, id, row->replaced ? "delegated" : "official", row->name);
    char others[400];
    snprintf(others, sizeof others, "%s", row->others ? row->others : "");
    for (char *other = strtok(others, ";"); other; other = strtok(NULL, ";")) {
        char *colon = strchr(other, ':');
        *colon = '\0';
        fixture_name(database, id, other, colon + 1);
    }
}

/* Makes the file at path, anew. */
static inline void fixture_write(const char *path, const struct fixture_territory *rows,
                                 size_t count)
{
    unlink(path);
    sqlite3 *database;
    if (sqlite3_open(path, &database) != SQLITE_OK) abort();
    char pragmas[100];
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             GAZETTEER_APPLICATION_ID, GAZETTEER_USER_VERSION);
    fixture_run(database, pragmas);
    fixture_run(database, gazetteer_schema_sql);
    fixture_run(database, "BEGIN");
    for (size_t i = 0; i < count; i++)
        fixture_add(database, &rows[i]);
    fixture_run(database, "COMMIT");
    fixture_run(database, gazetteer_indexes_sql);
    fixture_run(database, "INSERT OR IGNORE INTO meta VALUES('build', 'made')");
    if (gazetteer_prepare(database, NULL)) abort();
    sqlite3_close(database);
}

#endif
