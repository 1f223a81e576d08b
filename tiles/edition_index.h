/* What selecting and grouping need beside the columns of an edition: sets and lists that are made
 * once, at load. For tiles/selection, tiles/group and tests.
 *
 * Two planes, partnerships and links, hold the same sets, one bit per row: those of a kind, of a
 * theme with all below it, those that had begun by a year … so that a filter by any of them is an
 * AND of a few sets, whatever the size.
 */
#ifndef TILES_EDITION_INDEX_H
#define TILES_EDITION_INDEX_H

#include "tiles/bitset.h"
#include "tiles/edition.h"
#include "tiles/vocabulary.h"

/* Sets in a row after the other; set i is bits + i * words. */
struct set_table {
    uint64_t *bits; /* owned */
    size_t n;
};

/* Cumulative sets by year: set i holds the rows whose year is known and <= years[i]. */
struct year_sets {
    int16_t *years; /* owned; ascending, those that occur */
    struct set_table sets;
};

/* More different years than this (a file of nonsense) get no sets; selecting then compares row by
 * row. */
#define EDITION_MAX_YEAR_SETS 400

struct edition_plane {
    size_t n, words;
    uint64_t *all;                        /* owned */
    struct set_table words_of[4];         /* kind, mode, status, gender: per word, last: none */
    struct set_table themes;              /* per theme: it and all below it */
    struct year_sets from, to, signed_on; /* lives_from, lives_to, signed_year */
    uint64_t *undated, *unsigned_on;      /* owned; no lives_from; no signed_year */
    uint64_t *placed, *drawn;             /* owned; of partnerships: at least one link is */
};

enum { PLANE_KIND, PLANE_MODE, PLANE_STATUS, PLANE_GENDER };

/* For each territory, a list: items[starts[t] .. starts[t + 1]). */
struct territory_lists {
    uint32_t *starts; /* owned; n_territories + 1 */
    uint32_t *items;  /* owned */
};

struct call_list {
    const char *slug;       /* "" collects the partnerships of no call */
    uint32_t *partnerships; /* owned; ascending */
    size_t n;
};

struct edition_index {
    struct edition_plane partnerships, links;
    uint64_t *funded; /* owned; partnerships with money of some nature */
    /* By area: partnerships with a party of that side in it, ascending. */
    struct territory_lists french_partnerships, foreign_partnerships;
    /* By area: links whose end lies in it, as pairs from, to (half open) of link positions. */
    struct territory_lists french_links, foreign_links;
    struct call_list *calls; /* owned; by slug */
    size_t n_calls;
    uint32_t *title_rank;          /* owned; of each partnership by its folded title */
    uint32_t *territory_rank;      /* owned; of each territory by the folded name shown in French */
    int16_t first_year, last_year; /* first declared year; year of the edition's date */
};

/* Build the index of an edition whose columns are complete, in two parts that two threads may build
 * at once: of links with the order of territories, and of partnerships with their calls and titles'
 * order. ATLAS_NO_MEMORY: *index is to be closed all the same. */
enum atlas_status edition_index_links(const struct edition *edition,
                                      struct edition_index *index) ATLAS_MUST_CHECK;
enum atlas_status edition_index_partnerships(const struct edition *edition,
                                             struct edition_index *index) ATLAS_MUST_CHECK;
void edition_index_close(struct edition_index *index);

/* The call of a slug, or NULL. */
const struct call_list *edition_index_call(const struct edition_index *index, const char *slug);

#endif
