/* The gazetteer while it is being built: territories, names, postal codes, outlines, in memory.
 *
 * The sources are read one after another into one `struct gazetteer`; import/gazetteer_write puts
 * it into a SQLite file, sorted, so that the same sources always give the same content.
 *
 * Errors stick: after a failed allocation or a code used twice, every further call does nothing
 * and gazetteer_status() says what happened. Texts handed in are copied; those inside belong to
 * the gazetteer.
 */
#ifndef IMPORT_GAZETTEER_MODEL_H
#define IMPORT_GAZETTEER_MODEL_H

#include "geo/status.h"
#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of preference: of two equal names of a territory the first kind is kept. */
enum gazetteer_name_kind {
    NAME_OFFICIAL,
    NAME_FRENCH,
    NAME_SHORT,
    NAME_ALTERNATE,
    NAME_OLD,
    NAME_DELEGATED,
    NAME_KIND_COUNT
};

#define GAZETTEER_NONE SIZE_MAX /* no such territory */

/* A territory. Start from gazetteer_territory_init(): NULL, NaN and -1 mean "not known". */
struct gazetteer_territory {
    const char *code;
    enum side side;
    enum territory_kind kind;
    const char *generic; /* the local word */
    const char *name_fr;
    const char *name_en; /* NULL: as name_fr */
    const char *country_iso;
    const char *parent_code;
    const char *epci_code;
    const char *replaced_by;
    const char *official; /* SIREN, GeoNames id … beside the code */
    enum precision precision;
    double lon_deg, lat_deg;
    double radius_km;
    int64_t population; /* as a source says */
    int64_t weight;     /* stands for the population in the rank where no source says one */
    int bonus;          /* added to the rank: see gazetteer_build.h */
    bool left_out;      /* not written, nor its names: nothing may hang on it */
};

struct gazetteer_name {
    uint32_t territory; /* index */
    uint32_t sequence;  /* order of arrival */
    enum gazetteer_name_kind kind;
    char lang[3];
    const char *name;
    const char *folded;
};

struct gazetteer_postal {
    const char *postal;
    uint32_t territory;
};

struct gazetteer_member { /* indexes: a commune belongs to an EPCI or EPT */
    uint32_t group, member;
};

struct gazetteer_shape { /* an outline (of the territory `code`) or a border (of the kind `code`) */
    const char *code;
    uint8_t *wkb; /* owned by the gazetteer */
    size_t length;
};

struct gazetteer_attribution {
    const char *source, *text, *licence, *url;
};

struct gazetteer {
    struct gazetteer_territory *territories;
    size_t n_territories, territory_capacity;
    struct gazetteer_name *names;
    size_t n_names, name_capacity;
    struct gazetteer_postal *postals;
    size_t n_postals, postal_capacity;
    struct gazetteer_member *members;
    size_t n_members, member_capacity;
    struct gazetteer_shape *areas;
    size_t n_areas, area_capacity;
    struct gazetteer_shape *borders;
    size_t n_borders, border_capacity;
    struct gazetteer_attribution *attributions;
    size_t n_attributions, attribution_capacity;
    struct text_block *texts; /* where the copied texts lie */
    uint32_t *slots;          /* hash table from code to index + 1 */
    size_t n_slots;           /* a power of two */
    struct atlas_error error; /* the first thing that went wrong */
};

void gazetteer_init(struct gazetteer *gazetteer);
void gazetteer_close(struct gazetteer *gazetteer);

/* ATLAS_OK, or the first error with its sentence. */
enum atlas_status gazetteer_status(const struct gazetteer *gazetteer, struct atlas_error *error);

/* A copy of text that lives as long as the gazetteer; NULL for NULL or without memory. */
const char *gazetteer_text(struct gazetteer *gazetteer, const char *text);
const char *gazetteer_text_format(struct gazetteer *gazetteer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills in "not known" everywhere; kind and side must be set, code and name_fr too. */
void gazetteer_territory_init(struct gazetteer_territory *territory, enum side side,
                              enum territory_kind kind);

/* Adds a copy and returns its index, or GAZETTEER_NONE: a malformed code, a code that is there
 * already, or no memory, each an error that sticks. */
size_t gazetteer_add(struct gazetteer *gazetteer, const struct gazetteer_territory *territory);

/* Index of the territory with this code, or GAZETTEER_NONE. NULL is none. */
size_t gazetteer_find(const struct gazetteer *gazetteer, const char *code);

/* Like gazetteer_find(), for a code made of a prefix ("com:") and its rest. */
size_t gazetteer_find_parts(const struct gazetteer *gazetteer, const char *prefix,
                            const char *rest);

/* The fold of a name in Latin letters, as gazetteer_add_name() compares it, into folded (of size
 * GAZETTEER_FOLD). False when nothing of it can be compared or it is longer than 300 bytes. */
#define GAZETTEER_FOLD 600
bool gazetteer_fold(const char *name, char folded[GAZETTEER_FOLD]);

/* Adds one way to write a territory's name. Other scripts are spelled in Latin letters before
 * they are folded. What folds to nothing, or is longer than 300 bytes, is left out; a name that
 * the territory has already is left out when the file is written. lang: ISO 639-1 or NULL. */
void gazetteer_add_name(struct gazetteer *gazetteer, size_t territory, const char *name,
                        const char *lang, enum gazetteer_name_kind kind);

void gazetteer_add_postal(struct gazetteer *gazetteer, size_t territory, const char *postal);

void gazetteer_add_member(struct gazetteer *gazetteer, size_t group, size_t member);

/* Take ownership of wkb (from malloc). code: of a territory; kind: "border" or "disputed". */
void gazetteer_add_area(struct gazetteer *gazetteer, const char *code, uint8_t *wkb, size_t length);
void gazetteer_add_border(struct gazetteer *gazetteer, const char *kind, uint8_t *wkb,
                          size_t length);

void gazetteer_add_attribution(struct gazetteer *gazetteer, const char *source, const char *text,
                               const char *licence, const char *url);

/* 64 bits of FNV-1a over text, going on from hash (start with GAZETTEER_HASH). For `local:` codes
 * and for the hash of the content: not for secrets. */
#define GAZETTEER_HASH 14695981039346656037u
uint64_t gazetteer_hash(uint64_t hash, const char *text);

#endif
