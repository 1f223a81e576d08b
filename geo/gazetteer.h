/* The gazetteer file, read-only: territories by code and by name.
 *
 * What is asked most, the exact name, is answered by one table of all names (geo/gazetteer_folds).
 * What is asked next (another word order, missing words, another spelling, typing errors) is
 * answered by geo/gazetteer_index, one index per country, read when it is first needed. Both were
 * made with the file (geo/gazetteer_prepare).
 *
 * A gazetteer is for one thread at a time. The file is never written: opening refuses one that is
 * missing, of another kind or version, damaged, locked, or with a journal beside it.
 */
#ifndef GEO_GAZETTEER_H
#define GEO_GAZETTEER_H

#include "geo/status.h"
#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One row of the table territory. Texts are "" where the file has NULL. */
struct gazetteer_territory {
    int64_t id;
    char code[64];
    enum side side;
    enum territory_kind kind;
    enum precision precision;
    double lon_deg, lat_deg; /* NaN without a point */
    double radius_km;        /* NaN where not known */
    int64_t population;      /* -1 where not known */
    int64_t rank;
    bool of_the_past; /* a unit that another one took in; it keeps its place */
    char country_iso[3];
    char parent_code[64];
    char epci_code[64];
    char replaced_by[64];
    char name_fr[200];
};

/* Where a name stands: the better, the lower. */
enum name_kind { NAME_OFFICIAL, NAME_FRENCH, NAME_SHORT, NAME_ALTERNATE, NAME_OLD, NAME_DELEGATED };

/* How a name was met: the better, the lower. */
enum name_match {
    MATCHED_EXACTLY,   /* the same fold */
    MATCHED_WORDS,     /* the same words without type words and articles, in any order */
    MATCHED_SPACES,    /* the same letters, other word ends */
    MATCHED_SOUND,     /* another transliteration */
    MATCHED_PART,      /* its words are some of the words of a longer name */
    MATCHED_HEAD,      /* it is the beginning of what is asked, the rest says where it lies */
    MATCHED_ONE_ERROR, /* one typing error */
    MATCHED_TWO_ERRORS,
    MATCHED_TAIL, /* another place, but it ends alike with where it lies: "… im Allgäu" */
};

struct gazetteer_match {
    struct gazetteer_territory territory;
    enum name_match how;
    enum name_kind name_kind;
    char name[200]; /* as the source spells it */
};

/* A growing list; `(struct gazetteer_matches){0}` is empty. */
struct gazetteer_matches {
    struct gazetteer_match *items; /* owned */
    size_t count, capacity;
};
void gazetteer_matches_close(struct gazetteer_matches *matches);

struct gazetteer;

/* Opens path. ATLAS_NOT_FOUND, ATLAS_WRONG_SCHEMA, ATLAS_CORRUPT, ATLAS_LOCKED, ATLAS_IO or
 * ATLAS_NO_MEMORY with a sentence in *error. Free with gazetteer_free() (NULL is harmless). */
enum atlas_status gazetteer_new(const char *path, struct gazetteer **gazetteer,
                                struct atlas_error *error) ATLAS_MUST_CHECK;
void gazetteer_free(struct gazetteer *gazetteer);

/* The territory with this code ("com:38185", "iso:KH-17" …), or with this number as its second
 * official code (SIREN, GeoNames id). ATLAS_NOT_FOUND without a sentence where there is none. */
enum atlas_status gazetteer_by_code(struct gazetteer *gazetteer, const char *code,
                                    struct gazetteer_territory *territory,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;
enum atlas_status gazetteer_by_official(struct gazetteer *gazetteer, const char *official,
                                        struct gazetteer_territory *territory,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends every territory with exactly this folded name, in one country (ISO code) or, with NULL,
 * in all, the first GAZETTEER_MAX_HOMONYMS of them by rank and population. */
enum { GAZETTEER_MAX_HOMONYMS = 400 };
enum atlas_status gazetteer_exact(struct gazetteer *gazetteer, const char *folded,
                                  const char *country_iso, struct gazetteer_matches *matches,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

/* Appends territories of one country whose name is like this folded one in the ways named by
 * `ways`, a set of bits 1u << enum name_match, at most GAZETTEER_MAX_HOMONYMS; a territory that
 * is met in several ways or by several names is appended once, as best met. Only places of at least
 * `inhabitants` are looked at, 0 for all. */
enum atlas_status gazetteer_similar(struct gazetteer *gazetteer, const char *folded,
                                    const char *country_iso, unsigned ways, int64_t inhabitants,
                                    struct gazetteer_matches *matches,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

/* How many names, each spelt apart, the territory with this id has; 0 where there is none such. */
enum atlas_status gazetteer_count_names(struct gazetteer *gazetteer, int64_t id, int *count,
                                        struct atlas_error *error) ATLAS_MUST_CHECK;

/* The codes of communes with this postal code, as a list parted by spaces, "" where none. */
enum atlas_status gazetteer_postal(struct gazetteer *gazetteer, const char *postal, char *codes,
                                   size_t size, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Whether code lies in the area `within`: equal, or through parents, EPCI or today's territory
 * of a replaced one. */
enum atlas_status gazetteer_inside(struct gazetteer *gazetteer, const char *code,
                                   const char *within, bool *inside,
                                   struct atlas_error *error) ATLAS_MUST_CHECK;

/* The outline of a territory as little-endian WKB, EPSG:4326, borrowed until the next call;
 * ATLAS_NOT_FOUND where the file has none. */
enum atlas_status gazetteer_outline(struct gazetteer *gazetteer, const char *code,
                                    const uint8_t **wkb, size_t *length,
                                    struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
