/* How an edition comes to be: private to tiles/edition*.c. */
#ifndef TILES_EDITION_BUILD_H
#define TILES_EDITION_BUILD_H

#include "geo/bytes.h"
#include "geo/snapshot.h"
#include "tiles/edition.h"
#include "tiles/edition_index.h"
#include "tiles/shapes.h"
#include "tiles/text_pool.h"

#include <stdatomic.h>

/* A growing array of rows. */
struct rows {
    void *data; /* owned */
    size_t n, capacity;
};

/* A partnership id that has no page: merged, withdrawn or withheld. */
struct retired_id {
    uint64_t id, merged_into; /* 0: not merged */
};

enum { EDITION_MOST_THEMES = 4096, EDITION_THEME_SLOTS = 2 * EDITION_MOST_THEMES };

struct edition_owner {
    struct edition edition; /* first: edition_get() turns one into the other */
    atomic_uint holds;
    struct text_pool texts;
    struct text_pool partnership_texts; /* of partnerships with all they have, and of shapes */
    struct shapes shapes;
    uint32_t *code_slots;                      /* hash of territory codes: index + 1, 0 free */
    size_t n_code_slots;                       /* a power of two */
    uint16_t theme_slots[EDITION_THEME_SLOTS]; /* hash of theme codes: index + 1, 0 free */
    int64_t *territory_ids;    /* of the file, ascending; as long as n_file_territories */
    size_t n_file_territories; /* those behind it were added here */
    struct rows territories, partnerships, origins, parties, party_words, links, links_of, themes,
        partnership_themes, fundings, areas, borders, attributions, names, retired;
    struct edition_index index;
};

/* The file being read by one thread, and the place for the sentence when something is wrong. */
struct edition_reading {
    struct edition_owner *owner;
    struct snapshot *snapshot;
    struct atlas_error *error;
    struct rows parents;                    /* const char *: parent code per territory */
    struct rows epcis;                      /* const char *: EPCI code per territory */
    struct rows theme_parents, theme_also;  /* const char * per theme */
    struct rows ids, party_order, link_ids; /* of the rows at hand; see their reader */
    struct rows words_slots, origin_slots;  /* uint32_t: hash tables of party_words, origins */
    struct rows unpublished, hidden;        /* int64_t, ascending: see edition_is_hidden() */
    bool countries[26][26];                 /* named by a party; by the letters of their code */
    size_t last_partnership;                /* where the last id was found */
    struct bytes wkb;                       /* of the row at hand */
};

/* A new zeroed row of `size` bytes, or NULL when out of memory or beyond 2^32 - 16 rows. */
void *rows_add(struct rows *rows, size_t size);
/* Gives unused memory back; keeps data not NULL. */
void rows_trim(struct rows *rows, size_t size);
void rows_close(struct rows *rows);

/* tiles/edition_read.c: everything but territories and links. */
enum atlas_status edition_read_head(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status edition_read_themes(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status edition_read_shapes(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status edition_read_names(struct edition_reading *reading) ATLAS_MUST_CHECK;

/* tiles/edition_territories.c: territories with their hierarchy; after the head. */
enum atlas_status edition_read_territories(struct edition_reading *reading) ATLAS_MUST_CHECK;
/* Index of a territory by its id in the file, or EDITION_NONE. */
uint32_t edition_territory_of_id(const struct edition_owner *owner, int64_t id);
/* The territory that stands for a foreign one where no finer than precision may be shown. */
uint32_t edition_publishable(const struct edition *edition, uint32_t territory,
                             enum precision precision);

/* tiles/edition_named.c: what parties name. Marks reading->countries, and takes territories out
 * that only unpublished partnerships name: their very names could tell what is withheld. French
 * authorities, countries and first-level units are there anyway. After the head; when rows and
 * codes are read, before anything knows their positions, which change: codes are to be entered anew
 * where reading->hidden is not empty. */
enum atlas_status edition_read_named(struct edition_reading *reading) ATLAS_MUST_CHECK;
/* True for the id of a place taken out. */
bool edition_is_hidden(const struct edition_reading *reading, int64_t id);

/* tiles/edition_partnerships.c: partnerships; needs nothing before it. Their parties, themes and
 * money, each apart: after partnerships, territories and themes. */
enum atlas_status edition_read_partnerships(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status edition_read_parties(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status
edition_read_themes_of_partnerships(struct edition_reading *reading) ATLAS_MUST_CHECK;
enum atlas_status edition_read_fundings(struct edition_reading *reading) ATLAS_MUST_CHECK;
/* Index of a published partnership, or EDITION_NONE; quick for ids in ascending order. */
uint32_t edition_partnership_of_id(struct edition_reading *reading, int64_t id);

/* tiles/edition_links.c: links, sorted; after partnerships and territories. */
enum atlas_status edition_read_links(struct edition_reading *reading) ATLAS_MUST_CHECK;

/* tiles/edition_order.c: parts of the index. */
enum atlas_status edition_list_calls(const struct edition *edition,
                                     struct edition_index *index) ATLAS_MUST_CHECK;
enum atlas_status edition_rank_titles(const struct edition *edition,
                                      struct edition_index *index) ATLAS_MUST_CHECK;
enum atlas_status edition_rank_territories(const struct edition *edition,
                                           struct edition_index *index) ATLAS_MUST_CHECK;

void edition_owner_free(struct edition_owner *owner); /* NULL is harmless */

/* A kept text of a column, NULL for NULL. *failed is set when out of memory. edition_keep() gives
 * the same pointer for equal texts, and is for those that repeat; edition_keep_own() copies. */
const char *edition_keep(struct text_pool *texts, const char *text, bool *failed);
const char *edition_keep_own(struct text_pool *texts, const char *text, bool *failed);

#endif
