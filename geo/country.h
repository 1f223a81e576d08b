/* Countries by their ISO 3166-1 codes: continent, alpha-3, and which codes are French territories
 * overseas. Names are not here: those to show come from the database, those to recognise from the
 * gazetteer. Kosovo has the code XK (user-assigned, as in CLDR and GeoNames). */
#ifndef GEO_COUNTRY_H
#define GEO_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>

struct country {
    char iso2[3];      /* "KH" */
    char iso3[4];      /* "KHM"; "XKX" for Kosovo */
    char continent[3]; /* AF AS EU NA SA OC AN, as GeoNames has them */
};

/* The country with this alpha-2 or alpha-3 code, any case; NULL for any other text or NULL.
 * Static. */
const struct country *country_find(const char *iso);

/* All countries in the order of their alpha-2 codes; *n: how many. Static. */
const struct country *country_all(size_t *n);

/* "Afrique" / "Africa" for "AF" …: lang "en" is English, anything else French. Static; NULL for
 * no such continent. */
const char *continent_name(const char *continent, const char *lang);

/* The French territory that an ISO 3166-1 code of its own stands for: "dep:971" for "GP",
 * "dep:988" for "NC" …; NULL for every other code (also FR itself) or NULL. Any case. Static. */
const char *country_french_overseas(const char *iso);

#endif
