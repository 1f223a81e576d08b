/* The rows of an edition, written into a store's working copy. Ids are permanent: what is there
 * already keeps its id. Texts may be NULL where a column may. */
#ifndef GEO_STORE_ROWS_H
#define GEO_STORE_ROWS_H

#include "geo/store.h"
#include "geo/territory.h"
#include "geo/theme.h"

#include <stdint.h>

#define STORE_NO_YEAR INT16_MIN

/* Attaches a gazetteer, takes from it every French authority of today, all countries and
 * first-level units, their names, areas, borders and attribution. Territories that are there
 * already keep their ids. Does nothing when the copy was made from this very build. build: its
 * name, at least 80 bytes. */
enum atlas_status store_gazetteer(struct store *store, const char *path, char *build, size_t size,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Name of the build of a gazetteer file: at least 80 bytes. ATLAS_CORRUPT, ATLAS_IO. */
enum atlas_status store_gazetteer_build(const char *path, char *build, size_t size,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* Takes territories with these codes from the attached gazetteer, with the areas they lie in and
 * their names, where they are not there yet. Codes that the gazetteer lacks (and NULL) are passed
 * over. All at once, for one by one takes five times as long. */
enum atlas_status store_take_territories(struct store *store, const char *const *codes, size_t n,
                                         struct atlas_error *error) ATLAS_MUST_CHECK;

/* Places abroad that no party names any more go, unless another one lies in them; should they come
 * back, they have their old ids. To call when all rows are written. Needs the gazetteer. */
enum atlas_status store_sweep(struct store *store, struct atlas_error *error) ATLAS_MUST_CHECK;

/* One end of a link. */
struct store_end {
    int64_t id;
    double lon_deg, lat_deg; /* NaN without a point */
};

/* The territory with this code. ATLAS_NOT_FOUND when it is not there. */
enum atlas_status store_territory(struct store *store, const char *code, struct store_end *end,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* A place that no gazetteer has. */
struct store_local {
    const char *code; /* "local:…" */
    const char *name, *generic, *country_iso, *parent_code;
    enum side side;
    enum territory_kind kind;
    enum precision precision;
    double radius_km, lon_deg, lat_deg; /* NaN where not known */
};
enum atlas_status store_local_territory(struct store *store, const struct store_local *local,
                                        struct store_end *end,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* Gives a territory the point that a file states for it: exact, without a radius. The first point
 * of a run stays; *end then has that one. ATLAS_NOT_FOUND when the territory is not there. */
enum atlas_status store_place_territory(struct store *store, const char *code, double lon_deg,
                                        double lat_deg, struct store_end *end,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* The vocabulary of themes, replacing what is there. */
enum atlas_status store_themes(struct store *store, const struct theme_tree *themes,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* A source and the file last read for it. */
enum atlas_status store_source(struct store *store, const char *name, const char *file_sha256,
                               const char *imported_at, bool made,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

struct store_party {
    enum side side;
    const char *role, *partner_status, *as_written, *type_written, *generic, *hint_written;
    const char *country_iso, *match_status, *match_reason;
    int64_t territory; /* 0: none */
    double score;      /* NaN: none */
};

struct store_funding {
    const char *funder, *nature;
    double euros;
    int year_from, year_to; /* STORE_NO_YEAR: not said */
};

struct store_link {
    struct store_end french, foreign;
};

/* Where a value comes from that is not in the partnership's first row: a column of the table
 * `partnership` and a line of the file. */
struct store_origin {
    const char *field;
    int64_t line;
};

struct store_partnership {
    const char *source, *external_id, *title, *description, *kind, *modes, *status, *status_date;
    const char *signed_on, *end_kind, *gender_origin, *call, *sdg, *dac, *publication;
    const char *publication_reason, *published_precision, *source_doc, *source_place;
    const char *source_date, *note;
    int year_start, year_end; /* STORE_NO_YEAR: not said */
    int gender_marker;        /* -1: not said */
    int64_t source_line;
    bool title_made;       /* of the parties' names: in coarse publication, of coarse ones */
    const char *identity;  /* how the source is known to mean it again; unique in the source */
    const char *merge_key; /* what another source's row must say to mean it; NULL: none can */
    const struct store_party *parties;
    const struct store_funding *fundings;
    const struct store_link *links;
    const struct theme *const *themes;
    const struct store_origin *origins;
    size_t n_parties, n_fundings, n_links, n_themes, n_origins;
};

/* Finds partnerships by identity and by merge_key from now on, also in a new database, where the
 * indexes for it are otherwise made last. */
enum atlas_status store_index_identities(struct store *store,
                                         struct atlas_error *error) ATLAS_MUST_CHECK;

/* Id of the partnership of this identity, or that this source holds beside its owner; 0 when there
 * is none. */
enum atlas_status store_find_partnership(struct store *store, const char *source,
                                         const char *identity, int64_t *id,
                                         struct atlas_error *error) ATLAS_MUST_CHECK;

/* Writes a partnership with all that belongs to it. *id 0: a new one, whose id is given back; else
 * it takes the place of that one. One that was there before and left has its old id again. Links
 * whose ends stay keep their ids. What published_precision hides is not written at all: abroad only
 * the first-level unit or the country stays, also in a title made of names. `publication` is what
 * its row or a rule says: what the data manager ordered is applied by store_apply_holds() once all
 * rows are written. */
enum atlas_status store_partnership(struct store *store,
                                    const struct store_partnership *partnership, int64_t *id,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
