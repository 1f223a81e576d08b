/* What a written name says, taken apart: forms to look up, hints, kind, code. Inside of
 * geo/geocode; nothing here looks anything up. */
#ifndef GEO_GEOCODE_QUERY_H
#define GEO_GEOCODE_QUERY_H

#include "geo/geocode.h"
#include "geo/place_keys.h"
#include "geo/place_types.h"

enum {
    QUERY_MOST_FORMS = 8,
    QUERY_MOST_HINTS = 8,
    QUERY_LONGEST_NAME = 240, /* bytes; what is longer is no name of a place */
};

struct parsed_query {
    enum side side;      /* where to look; French for an overseas territory given as a country */
    char country_iso[3]; /* "FR" on the French side, "" where not known */
    char overseas[16];   /* code of the overseas territory that the country column means, or "" */

    /* Folded forms of the name, the likeliest first, each once. */
    struct query_form {
        char folded[PLACE_KEY_SIZE];
        bool whole;      /* nothing was taken off that serves as a hint */
        kind_set wanted; /* kinds asked for: by the type column, or by words that were taken off */
    } forms[QUERY_MOST_FORMS];
    size_t n_forms;

    /* Texts that narrow the place, as written. */
    struct query_hint {
        char text[PLACE_KEY_SIZE];
        bool of_name; /* from the name's own brackets or behind its comma */
        bool of_rule; /* a wording that called a rule of recognition: it has served */
    } hints[QUERY_MOST_HINTS];
    size_t n_hints;

    kind_set wanted;      /* kinds asked for on that side, by column and name; 0: not said */
    bool type_of_name;    /* `wanted` comes from the name's own type words */
    bool only_overseas;   /* the type asks for an overseas territory */
    bool no_place;        /* the type says: a network, an association, an agency */
    bool sounds_no_place; /* the name starts as those do, though it may be a place's */
    bool accented;        /* the name has letters outside ASCII */
    char spelled[PLACE_KEY_SIZE]; /* the name in lower case with its marks */
    bool quantity;                /* begins as an unnamed plural: "plusieurs communes" */
    bool generic;                 /* no name in it: "plusieurs communes", "ville partenaire" */
    bool too_long;
    char code[64];     /* territory code that the name or the code column is, or "" */
    char official[32]; /* SIREN or GeoNames number likewise, or "" */
};

/* Never fails; a query without a name gives no form. */
void query_parse(const struct place_query *query, struct parsed_query *parsed);

/* The code of the French overseas territory that has this ISO 3166-1 code ("NC" -> "dep:988"), or
 * NULL; the other way round; and that of the i-th of them all, NULL behind the last. Static. */
const char *query_overseas_code(const char *iso);
const char *query_overseas_iso(const char *code);
const char *query_overseas_at(size_t i);

/* The department code "dep:NN" that a French hint is or starts with as a number ("66", "2A",
 * "974", "38000", "Isère (38)" is not one), or false. */
bool query_departement_code(const char *hint, char *code, size_t size);

#endif
