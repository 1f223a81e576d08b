/* Which territory does a written name mean? The geocoder's decisions: accepted, ambiguous or not
 * found, and why. geo/gazetteer finds candidates; this file ranks and decides.
 *
 * A query is what a row of a file says about one party. Nothing here touches the network, the
 * atlas database or earlier decisions: the importer applies those before it asks.
 */
#ifndef GEO_GEOCODE_H
#define GEO_GEOCODE_H

#include "geo/status.h"
#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum match_status { MATCH_ACCEPTED, MATCH_AMBIGUOUS, MATCH_NOT_FOUND };

/* "accepted", "ambiguous", "not_found". */
const char *match_status_text(enum match_status status);

/* All texts are UTF-8, NULL or "" where the file says nothing. */
struct place_query {
    enum side side;
    const char *name; /* as written; may be an official code (INSEE, SIREN, ISO 3166-2) */
    const char *type; /* any wording of a kind: city, province, epci, network, federation … */
    const char *hint; /* département, région, postal code, country, local word … */
    const char *country_iso; /* ISO 3166-1 alpha-2, any case */
    const char *code;        /* official code from a column of its own */
    int year;                /* of the partnership, for recognition rules; 0: not said */
};

/* A copy of what the gazetteer says about a territory; texts are owned by the answer. */
struct place {
    char code[64];
    enum side side;
    enum territory_kind kind;
    enum precision precision;
    double lon_deg, lat_deg; /* NaN where precision is none */
    double radius_km;        /* NaN where not known */
    char country_iso[3];     /* "" where none */
    char name[200];          /* French name to show */
    char parent_code[64];
    double score; /* 0..1 */
};

#define GEOCODE_MAX_CANDIDATES 8

struct place_answer {
    enum match_status status;
    struct place place; /* accepted: the place. ambiguous, not_found: the best honest coarser place
                           (first-level unit shared by all candidates, or the country), with
                           precision area or country, or precision none and code "" */
    bool locatable;     /* false: a network, an association: no place */
    bool review;        /* held for review by data/recognition.csv: publication = to-review */
    char reason[300];   /* names the rule, the runner-up and the margin; plain English */
    char via[200];      /* the old, delegated or foreign name through which it was found, or "" */
    size_t n_candidates;
    struct place candidates[GEOCODE_MAX_CANDIDATES]; /* best first; the accepted one included;
                                                        only the first n_candidates are filled */
};

struct geocoder;

/* Opens a gazetteer file for reading. recognition_csv: path of data/recognition.csv, or NULL for no
 * rules. A geocoder is for one thread at a time; open one per thread. Free with geocoder_free()
 * (NULL is harmless). ATLAS_NOT_FOUND, ATLAS_WRONG_SCHEMA, ATLAS_CORRUPT, ATLAS_IO,
 * ATLAS_INVALID (recognition file) with a sentence in *error. */
enum atlas_status geocoder_new(const char *gazetteer_path, const char *recognition_csv,
                               struct geocoder **geocoder,
                               struct atlas_error *error) ATLAS_MUST_CHECK;
void geocoder_free(struct geocoder *geocoder);

/* Decides about one query. Answers to equal queries are remembered, within a bound. Fails only
 * with ATLAS_NO_MEMORY, ATLAS_IO or ATLAS_CORRUPT; "not found" is an answer. */
enum atlas_status geocode(struct geocoder *geocoder, const struct place_query *query,
                          struct place_answer *answer, struct atlas_error *error) ATLAS_MUST_CHECK;

/* The territory with this code as the gazetteer has it; ATLAS_NOT_FOUND otherwise. */
enum atlas_status geocode_by_code(struct geocoder *geocoder, const char *code, struct place *place,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* A point that a file states beside a country. */
enum point_verdict {
    POINT_USED,    /* in the country, or within 50 km of it */
    POINT_SWAPPED, /* only so when latitude and longitude are swapped, as has been done */
    POINT_REFUSED  /* in the sea, in another country, or none on earth */
};

struct point_answer {
    enum point_verdict verdict;
    char reason[160]; /* why it was swapped or refused, or what could not be checked; or "" */
};

/* Checks a point against the outline of the country (ISO 3166-1 alpha-2 in capitals, "FR" with all
 * its overseas territories, "NC" … that one alone; NULL or "": only whether it is on earth).
 * NaN and infinities are refused. Swapped coordinates are put right in *lon_deg and *lat_deg. */
enum atlas_status geocode_check_point(struct geocoder *geocoder, const char *country_iso,
                                      double *lon_deg, double *lat_deg, struct point_answer *answer,
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
