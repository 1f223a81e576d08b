/* Rows of text through record, places and merge, over a small gazetteer of its own. */
#ifndef TESTS_IMPORT_RECORD_FIXTURE_H
#define TESTS_IMPORT_RECORD_FIXTURE_H

#include "import/columns.h"
#include "import/merge.h"
#include "import/places.h"
#include "import/record.h"
#include "import/vocabulary.h"
#include "tests/geo/gazetteer_fixture.h"

static const struct fixture_territory fixture_territories[] = {
    {"country:FR", "country", "France", "FR", NULL, 46.6, 2.4, 68000000, NULL, NULL},
    {"reg:84", "region", "Auvergne-Rhône-Alpes", "FR", "country:FR", 45.5, 4.5, 8000000, NULL,
     NULL},
    {"dep:38", "departement", "Isère", "FR", "reg:84", 45.2, 5.7, 1270000, NULL, NULL},
    {"com:38185", "commune", "Grenoble", "FR", "dep:38", 45.18, 5.72, 158000, NULL, NULL},
    {"com:69123", "commune", "Lyon", "FR", "reg:84", 45.75, 4.85, 520000, NULL, NULL},
    {"country:ML", "country", "Mali", "ML", NULL, 17.6, -4.0, 20000000, NULL, NULL},
    {"country:MA", "country", "Maroc", "MA", NULL, 31.8, -7.1, 37000000, NULL, NULL},
    {"gn:2460596", "city", "Bamako", "ML", "country:ML", 12.65, -8.0, 1300000, NULL, NULL},
    {"gn:2548885", "city", "Fès", "MA", "country:MA", 34.03, -5.0, 1100000, NULL, NULL},
    {"gn:2528910", "city", "Tanger", "MA", "country:MA", 35.78, -5.81, 690000, NULL, NULL},
};

struct record_fixture {
    char folder[40], gazetteer[60];
    struct pool *pool, *rows;
    struct report *report;
    struct theme_tree *themes;
    struct places *places;
    struct merger *merger;
    struct columns columns;
    struct record_reader *reader;
    char header[2000];
    struct dataset_cell header_cells[60];
};

/* Parts a text at ',' in place; a cell holds anything but that. */
static inline size_t fixture_cells(char *text, struct dataset_cell *cells, size_t most)
{
    size_t n = 0;
    for (char *cell = text; cell; n++) {
        char *end = strchr(cell, ',');
        if (end) *end = '\0';
        if (n == most) abort();
        cells[n] = (struct dataset_cell){cell, strlen(cell)};
        cell = end ? end + 1 : NULL;
    }
    return n;
}

/* most_bytes: of rows in memory, see import/merge.h. */
static inline void record_fixture_open(struct record_fixture *fixture, const char *header,
                                       size_t most_bytes)
{
    struct atlas_error error = {0};
    *fixture = (struct record_fixture){.folder = "/tmp/record-XXXXXX"};
    if (!mkdtemp(fixture->folder)) abort();
    snprintf(fixture->gazetteer, sizeof fixture->gazetteer, "%s/g.sqlite", fixture->folder);
    fixture_write(fixture->gazetteer, fixture_territories,
                  sizeof fixture_territories / sizeof *fixture_territories);
    fixture->pool = pool_new();
    fixture->report = report_new(fixture->pool);
    snprintf(fixture->header, sizeof fixture->header, "%s", header);
    struct dataset_row row = {.line = 1, .cells = fixture->header_cells, .column = ""};
    row.n_cells = fixture_cells(fixture->header, fixture->header_cells, 60);
    if (vocabulary_themes("data/themes.csv", &fixture->themes, &error) ||
        places_new(fixture->gazetteer, NULL, fixture->pool, &fixture->places, &error) ||
        columns_find(&row, NULL, &fixture->columns, &error)) {
        fprintf(stderr, "fixture: %s\n", error.message);
        abort();
    }
    fixture->rows = pool_new();
    const struct merger_setting setting = {fixture->rows, most_bytes, fixture->folder,
                                           fixture->places, fixture->report};
    fixture->merger = merger_new(&setting);
    struct record_context context = {fixture->rows, fixture->themes, &fixture->columns,
                                     fixture->report, "test"};
    fixture->reader = record_reader_new(&context);
}

static inline void record_fixture_close(struct record_fixture *fixture)
{
    record_reader_free(fixture->reader);
    merger_free(fixture->merger);
    places_free(fixture->places);
    theme_tree_free(fixture->themes);
    columns_close(&fixture->columns);
    report_free(fixture->report);
    pool_free(fixture->rows);
    pool_free(fixture->pool);
    unlink(fixture->gazetteer);
    rmdir(fixture->folder);
}

/* Reads a row of cells parted by ','. */
static inline enum record_outcome record_fixture_read(struct record_fixture *fixture, uint64_t line,
                                                      const char *text,
                                                      struct import_partnership *partnership)
{
    char copy[4000];
    struct dataset_cell cells[60];
    snprintf(copy, sizeof copy, "%s", text);
    struct dataset_row row = {.line = line, .cells = cells, .column = ""};
    row.n_cells = fixture_cells(copy, cells, 60);
    enum record_outcome outcome;
    bool made = false;
    if (record_read(fixture->reader, &row, partnership, &outcome, &made)) abort();
    return outcome;
}

/* Reads a row, finds its places, adds it to the merger. True when it was merged. */
static inline bool record_fixture_add(struct record_fixture *fixture, uint64_t line,
                                      const char *text)
{
    struct import_partnership row;
    struct atlas_error error;
    bool merged;
    if (merger_make_room(fixture->merger, &error)) abort();
    if (record_fixture_read(fixture, line, text, &row) != RECORD_GOOD) {
        report_print(fixture->report, stderr);
        abort();
    }
    for (size_t i = 0; i < row.n_parties; i++)
        if (places_find(fixture->places, &row.parties[i], 0, line, &error)) abort();
    if (merger_add(fixture->merger, &row, &merged, &error)) abort();
    return merged;
}

/* The partnership at a position. */
static inline const struct import_partnership *record_fixture_at(struct record_fixture *fixture,
                                                                 size_t position)
{
    const struct import_partnership *partnership;
    struct atlas_error error;
    if (merger_at(fixture->merger, position, &partnership, &error)) abort();
    return partnership;
}

/* The links of a partnership as "com:69123>gn:2460596 …". */
static inline const char *record_fixture_links(struct record_fixture *fixture, size_t position)
{
    static char text[2000];
    struct import_link links[100];
    const struct import_partnership *p = record_fixture_at(fixture, position);
    size_t n = merge_links(p, fixture->places, links, 100), used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%s>%s", i ? " " : "",
                             places_at(fixture->places, p->parties[links[i].french].place)->code,
                             places_at(fixture->places, p->parties[links[i].foreign].place)->code);
    return text;
}

#endif
