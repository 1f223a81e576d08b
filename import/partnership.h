/* A partnership on its way from a file to the database. All texts and runs live in the import's
 * pool; NULL or a count of 0 stands for "not said". */
#ifndef IMPORT_PARTNERSHIP_H
#define IMPORT_PARTNERSHIP_H

#include "geo/territory.h"
#include "geo/theme.h"
#include "import/values.h"

#include <stddef.h>
#include <stdint.h>

#define PLACE_NONE UINT32_MAX

struct import_party {
    const char *name; /* as written; NULL where the file has none */
    const char *type, *generic, *hint, *code;
    const char *country;        /* as written */
    const char *country_iso;    /* as understood */
    const char *role;           /* vocabulary; never NULL */
    const char *partner_status; /* foreign side; NULL: not said */
    double lon, lat;            /* of the file; NaN where it has none */
    uint32_t place;             /* import/places; PLACE_NONE before it was asked */
    uint8_t side;               /* enum side */
};

/* A French and a foreign party that one row names together: positions in parties. */
struct import_pair {
    uint16_t french, foreign;
};

struct import_funding {
    const char *funder, *nature;
    double euros;
    int16_t year_from, year_to; /* YEAR_NONE where not said */
};

/* A value that came from a later row than the first: a column of the table `partnership`. */
struct import_origin {
    const char *field; /* static */
    uint64_t line;
};

struct import_partnership {
    const char *source, *external_id;
    const char *title, *description;
    const char *kind, *modes, *status, *status_date, *signed_on, *end_kind;
    const char *gender_origin, *call, *sdg, *dac;
    const char *publication, *publication_reason, *published_precision;
    const char *source_doc, *source_place, *source_date, *note;
    const struct theme **themes;
    struct import_party *parties;
    struct import_pair *pairs;
    struct import_funding *fundings;
    struct import_origin *origins;
    uint16_t n_themes, n_parties, n_pairs, n_fundings, n_origins;
    int16_t year_start, year_end; /* YEAR_NONE where not said */
    int8_t gender_marker;         /* -1: unknown */
    uint8_t unpaired;             /* the file says that its rows do not pair the parties */
    uint8_t title_made;           /* the title was made of the parties' names */
    uint32_t rows;                /* rows of the file that make it */
    uint64_t line;                /* the first of them */
};

#endif
