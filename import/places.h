/* What each written name was found to be: the geocoder's answers for the parties of one import,
 * asked once per different question and kept small: a place that many
 * spellings lead to in the same way is kept once. Decisions of the data manager come first. */
#ifndef IMPORT_PLACES_H
#define IMPORT_PLACES_H

#include "geo/geocode.h"
#include "import/answers.h"
#include "import/partnership.h"
#include "import/pool.h"

/* A place that may be meant. */
struct place_option {
    const char *code;
    double score;
};

struct located {
    const struct import_party *asked; /* the first party that asked; NULL: its place was found, and
                                         many may have asked for it in other words */
    const char *code;                 /* territory: of the gazetteer, or `local:`; NULL: none */
    const char *parent_code;          /* of a local one */
    const char *name;                 /* of a local one: as written */
    const char *country_iso;          /* or NULL */
    const char *reason, *via;
    const char *match_status; /* accepted, ambiguous, not_found, decided, given */
    double score;
    double lon, lat, radius_km;    /* of a local one, or the file's own point; NaN: not known */
    uint8_t side, kind, precision; /* enum side, territory_kind, precision */
    bool locatable;                /* false: a network, an association */
    bool review;                   /* held for review by recognition.csv */
    bool coarse;     /* the place it names was not settled: this is the best honest coarser one */
    bool placed;     /* lon, lat come from the file and are the territory's own point */
    bool impossible; /* the file's point is none on earth: its rows are to be rejected */
    const char *point_note; /* what was put right or left out of the file's point; or NULL */
    uint64_t first_line;
    uint32_t parties;  /* that asked this */
    bool used;         /* by a party that is kept */
    bool answered;     /* the data manager said so: do not ask again */
    uint8_t n_options; /* of an unsettled one, best first, at most GEOCODE_MAX_CANDIDATES */
    const struct place_option *options;
    const char *candidates; /* of an unsettled one, for a person: "Name (code); …"; or NULL */
};

struct places;

/* gazetteer and recognition: paths, as geocoder_new() wants them. Free with places_free() (NULL is
 * harmless). Texts are kept in pool. */
enum atlas_status places_new(const char *gazetteer, const char *recognition, struct pool *pool,
                             struct places **places, struct atlas_error *error) ATLAS_MUST_CHECK;
void places_free(struct places *places);

/* Gives back what the geocoder has learnt, which is most of its memory: to call when no party is to
 * be found any more. Labels can still be asked for. */
enum atlas_status places_rest(struct places *places, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Answers that come before the geocoder; borrowed. To call before places_find(). */
void places_use_answers(struct places *places, struct answers *answers);

/* Name of the gazetteer build. */
const char *places_gazetteer(const struct places *places);

/* What a code means, for a person: "Fès (city, Fès-Meknès, Maroc)". ATLAS_NOT_FOUND when the
 * gazetteer has no such code. */
enum atlas_status places_label(struct places *places, const char *code, char *label, size_t size,
                               struct atlas_error *error) ATLAS_MUST_CHECK;

/* Finds the territory of a party and sets party->place. year: of the partnership, 0 when not
 * said; line: of the row. */
enum atlas_status places_find(struct places *places, struct import_party *party, int year,
                              uint64_t line, struct atlas_error *error) ATLAS_MUST_CHECK;

size_t places_n(const struct places *places);
/* Valid until the next places_find(). */
const struct located *places_at(const struct places *places, uint32_t place);

/* Says that a party with this place is kept. */
void places_use(struct places *places, uint32_t place);

#endif
