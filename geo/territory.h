/* Territories: their kinds, codes and precision, and the levels at which they are grouped.
 *
 * A territory is an area or an authority with a code. Codes are text with a prefix:
 *   com:38185 epci:200040715 dep:38 reg:84 siren:… (INSEE, SIREN; overseas collectivities dep:988)
 *   gn:1822214 (GeoNames) · iso:KH-17 (ISO 3166-2, top level) · country:KH · local:<hash>
 */
#ifndef GEO_TERRITORY_H
#define GEO_TERRITORY_H

#include "geo/status.h"

#include <stdbool.h>

enum side { SIDE_FRENCH, SIDE_FOREIGN };

/* The order is part of the database's content (kinds are stored by name, not by number). */
enum territory_kind {
    KIND_COMMUNE,
    KIND_EPCI,
    KIND_EPT,
    KIND_DEPARTEMENT,
    KIND_REGION,
    KIND_COLLECTIVITE_UNIQUE, /* collectivités à statut particulier, single collectivities, COM */
    KIND_SYNDICAT,
    KIND_CITY,
    KIND_DISTRICT,
    KIND_ADMIN2,
    KIND_ADMIN1,
    KIND_GROUPEMENT,
    KIND_COUNTRY,
    KIND_OTHER, /* of either side */
    KIND_COUNT
};

/* How well a place is known. Nothing is drawn more precisely than this. */
enum precision {
    PRECISION_EXACT,   /* the place itself */
    PRECISION_AREA,    /* the middle of a wider area it lies in; radius_km says how wide */
    PRECISION_COUNTRY, /* only the country is known */
    PRECISION_NONE,    /* no place: an operator, a network, a name that was not found */
    PRECISION_COUNT
};

/* The word of the database and of the outside world, e.g. "collectivite-unique", "area".
 * Static; never NULL; "?" outside the enum. */
const char *territory_kind_text(enum territory_kind kind);
const char *precision_text(enum precision precision);

/* Reads such a word. False, and *kind untouched, for any other text or NULL. */
bool territory_kind_parse(const char *text, enum territory_kind *kind);
bool precision_parse(const char *text, enum precision *precision);

/* True when text is a well-formed territory code: a known prefix and, behind the colon, 1 to 40
 * of [A-Za-z0-9-]. It says nothing about whether such a territory exists. NULL is false. */
bool territory_code_valid(const char *text);

/* Bytes of the part of a page's address that name_slug() (geo/name) makes of a territory's French
 * name, with the end of the text. */
#define TERRITORY_SLUG_BYTES 80

#endif
