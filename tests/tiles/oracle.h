/* A second implementation of the filter, in SQL over the same database, for tests to compare with:
 * made from DESIGN's filter table, sharing no code with tiles/. */
#ifndef TESTS_TILES_ORACLE_H
#define TESTS_TILES_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

struct oracle; /* the database with helping tables of its own */

struct oracle *oracle_open(const char *path);
void oracle_close(struct oracle *oracle);

/* Values of the filter, each a comma-joined list of canonical values, or NULL. */
struct oracle_filter {
    const char *theme, *kind, *mode, *status, *call, *gender;
    const char *french, *authority, *role, *country, *partner, *partner_is;
    int year_from, year_to; /* 0: no year */
    bool time_signed, undated_included;
};

struct oracle_totals {
    int64_t partnerships, links, placed_links, drawn_links, placed_partnerships;
    int64_t undated_left_out, undated_links_left_out;
};

void oracle_count(struct oracle *oracle, const struct oracle_filter *filter,
                  struct oracle_totals *totals);

/* After oracle_count(), the tables chosen_p(id) and chosen_l(id) hold what was chosen; runs one
 * SELECT of one number over them and the helping tables (see oracle.c). */
double oracle_number(struct oracle *oracle, const char *sql);

#endif
