/* One edition in memory, in columns: all that a request needs, read once from the atlas database
 * and never changed. Counted: whoever uses it holds it, the last to release frees it; so a new
 * edition is swapped in while requests on the old one finish.
 *
 * Only what is published is here. Indexes are 0-based positions in these arrays; EDITION_NONE
 * stands for "none". Texts live as long as the edition.
 */
#ifndef TILES_EDITION_H
#define TILES_EDITION_H

#include "geo/mercator.h"
#include "geo/status.h"
#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EDITION_NONE UINT32_MAX

/* `published_precision` of a partnership hides its place abroad: there its parties and links have
 * the first-level unit (area) or the country in place of their own territory, and that name in
 * place of what was written. The French side, a public authority, stays as it is.
 *
 * Territories that a level needs and the file lacks (the hub country:FR, a country, continents
 * `continent:…`) are added behind those of the file.
 *
 * Levels of grouping. On each side a territory coarser than the level stands for itself. */
enum french_level {
    FRENCH_COUNTRY, /* the mainland as one hub; each overseas territory its own */
    FRENCH_REGION,
    FRENCH_DEPARTEMENT,
    FRENCH_EPCI,
    FRENCH_COMMUNE, /* the party itself */
    FRENCH_LEVEL_COUNT
};
enum foreign_level {
    FOREIGN_CONTINENT,
    FOREIGN_COUNTRY,
    FOREIGN_ADMIN1,
    FOREIGN_PLACE, /* the party itself */
    FOREIGN_LEVEL_COUNT
};

struct edition_territory {
    const char *code, *name_fr, *name_en;
    const char *generic;           /* local word or NULL */
    char country_iso[3];           /* "" where none */
    uint8_t side, kind, precision; /* enum side, territory_kind, precision */
    float radius_km;               /* NaN where not known */
    int32_t population;            /* -1 where no source says */
    double lon_deg, lat_deg;       /* NaN without a point */
    struct world_point world;
    uint32_t parent;  /* next area up */
    uint32_t epci;    /* of a commune */
    uint32_t country; /* its `country:XX`, itself for a country; EDITION_NONE */
    /* The territory that stands for this one at each level; itself where it is as coarse or
     * coarser. Indexed by french_level or foreign_level according to side. */
    uint32_t at_level[FRENCH_LEVEL_COUNT];
};

/* What is written beside the name of a party: few different ones, so each stands once. */
struct edition_party_words {
    const char *generic, *type_written; /* or NULL */
    const char *partner_status;         /* or NULL */
    const char *match_reason;           /* or NULL */
};

struct edition_party {
    uint32_t partnership, territory; /* territory: EDITION_NONE for a party without place */
    uint32_t country;                /* its `country:XX` territory, or EDITION_NONE */
    uint32_t words;                  /* index of party_words */
    const char *as_written;
    uint8_t side;
    uint8_t role;    /* of VOCABULARY_ROLE */
    bool takes_part; /* its role makes an authority or a partner, and links */
};

/* What many partnerships have in common, so each such record stands once. */
struct edition_origin {
    const char *source, *source_doc, *source_date;
    const char *end_kind, *gender_origin, *sdg, *dac;
};

/* Optional texts are NULL, optional numbers EDITION_NO_YEAR, EDITION_NO_MARKER or NaN. */
#define EDITION_NO_YEAR   INT16_MIN
#define EDITION_NO_MARKER UINT8_MAX

struct edition_partnership {
    uint64_t id;
    const char *title, *slug, *description;
    const char *kind, *modes, *status, *status_date, *signed_on, *call;
    const char *external_id, *source_place, *note;
    int16_t year_start, year_end; /* as declared */
    int16_t lives_from, lives_to; /* the span that `year` filters by (DESIGN, filter table):
                                     lives_to = INT16_MAX while open; lives_from =
                                     EDITION_NO_YEAR: undated */
    int16_t signed_year;          /* for time=signed: of signed_on, else year_start */
    bool end_estimated;           /* lives_to was estimated, not declared */
    uint8_t gender_marker;
    uint8_t published_precision;     /* enum precision: draw no finer */
    uint32_t origin;                 /* index of origins */
    uint32_t first_party, n_parties; /* run in parties[] */
    uint32_t first_theme, n_themes;  /* run in partnership_themes[]: indexes of themes[] */
    uint32_t first_funding, n_fundings;
    uint32_t first_link, n_links; /* run in links_of[]: positions in links[] */
};

struct edition_theme {
    const char *code, *label_fr, *label_en;
    uint32_t parent, also; /* indexes or EDITION_NONE */
};

struct edition_funding {
    double amount_eur;
    const char *funder, *nature; /* or NULL */
    int16_t year_from, year_to;
};

/* Sorted by (region, country, département, admin1, French party, foreign party, id), so that the
 * links of one flow of the levels region-country and departement-admin1 and below lie together. */
struct edition_link {
    uint64_t id;
    uint32_t partnership, french, foreign; /* territories, as they may be published */
    float weight;                          /* 1 / links of the partnership */
    bool placed;                           /* both ends exact, area or country */
    bool drawn;                            /* both ends exact or area: a line may be drawn */
    /* enum precision of each end as published: coarser than the territory's own where only a wider
     * area may be shown. */
    uint8_t french_precision, foreign_precision;
};

/* What has an outline, for the base map and choropleths: shapes->areas[i] is that of areas[i]. */
struct edition_area {
    uint32_t territory; /* EDITION_NONE where its code is not in territories[] */
    const char *code;
};

struct edition_border { /* its line: shapes->borders */
    const char *kind;
};

struct edition_attribution {
    const char *source, *text, *licence, *url;
};

enum edition_name_kind { NAME_OFFICIAL, NAME_OLD, NAME_DELEGATED, NAME_OTHER };

struct edition_name { /* what the search looks through, sorted by folded text */
    const char *folded, *name;
    uint32_t territory;
    uint8_t kind; /* enum edition_name_kind */
};

struct edition_index; /* tiles/edition_index.h: what selecting and grouping need beside this */
struct shapes;        /* tiles/shapes.h: outlines of areas and borders */
struct prepared;      /* tiles/prepared.h: what tiles need, made when first asked for */

struct edition {
    uint32_t number;
    const char *date;         /* YYYY-MM-DD */
    const char *content_hash; /* 64 hex digits */
    bool made;                /* some source declares itself made */
    uint32_t not_published;   /* partnerships that are to-review or withheld */
    uint32_t natures;         /* bit i: there is money of the nature i of VOCABULARY_NATURE */

    const struct edition_territory *territories;
    const struct edition_partnership *partnerships; /* by id */
    const struct edition_party *parties;            /* by partnership, in the file's order */
    const struct edition_party_words *party_words;
    const struct edition_origin *origins;
    const struct edition_link *links;
    const uint32_t *links_of;           /* links by partnership, then id */
    const struct edition_theme *themes; /* in showing order */
    const uint32_t *partnership_themes;
    const struct edition_funding *fundings;
    const struct edition_area *areas;
    const struct edition_border *borders;
    const struct edition_attribution *attributions;
    const struct edition_name *names;
    size_t n_territories, n_partnerships, n_parties, n_party_words, n_origins, n_links, n_themes,
        n_partnership_themes, n_fundings, n_areas, n_borders, n_attributions, n_names;
    const struct edition_index *index;
    const struct shapes *shapes;
    struct prepared *prepared;
};

/* Reads a published database file, read-only and defensively (geo/snapshot). On success *edition
 * is held once by the caller. Fails with a sentence: ATLAS_NOT_FOUND, ATLAS_WRONG_SCHEMA,
 * ATLAS_CORRUPT (also for content that breaks a rule above), ATLAS_LOCKED (a journal beside it),
 * ATLAS_IO, ATLAS_NO_MEMORY. */
enum atlas_status edition_load(const char *path, const struct edition **edition,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Holds it once more; returns it. */
const struct edition *edition_get(const struct edition *edition);
/* Gives one hold back; the last frees. NULL is harmless. */
void edition_release(const struct edition *edition);

/* Index of a code, or EDITION_NONE. NULL is no code. */
uint32_t edition_find_territory(const struct edition *edition, const char *code);
uint32_t edition_find_theme(const struct edition *edition, const char *code);
/* Where a folded text (name_fold()) stands or would stand among names, from 0 to n_names: those
 * that begin with it lie together from there on. */
size_t edition_name_position(const struct edition *edition, const char *folded);

/* What became of a partnership id. */
enum edition_id_state {
    EDITION_ID_LIVE,
    EDITION_ID_MERGED,
    EDITION_ID_WITHDRAWN,
    EDITION_ID_NEVER
};
/* LIVE: *index is its position. MERGED: *merged_into is the id that took it in. */
enum edition_id_state edition_find_partnership(const struct edition *edition, uint64_t id,
                                               uint32_t *index, uint64_t *merged_into);

#define EDITION_MAX_AREAS 12

/* The areas that a territory lies in: itself, its parents, for communes their EPCI, its country
 * (country:FR for every French one). Returns how many, at most EDITION_MAX_AREAS. */
size_t edition_areas_of(const struct edition *edition, uint32_t territory,
                        uint32_t areas[EDITION_MAX_AREAS]);

/* True when area is one of edition_areas_of(territory). */
bool edition_lies_in(const struct edition *edition, uint32_t territory, uint32_t area);

#endif
