/* The whole gazetteer build: from the pinned outside data to one SQLite file (geo/schema.h).
 *
 * Rank: what decides among homonyms, higher first.
 *     rank = 1000 * log10(people + 10) + bonus
 * people: the population, else the sum over the cities that belong to it, else 0; so a difference
 * of 1000 is ten times the people. bonus, by what the place is:
 *     country 3000 · capital (PPLC) 2000 · seat of a first-level unit (PPLA) 1000 · of a second
 *     (PPLA2) 500 · of a third (PPLA3) 200 · of a fourth or fifth 100 · a quarter of a town (PPLX)
 *     -1000 · a place that is no more (PPLQ, PPLH, PPLW) -2000 · a city of data/supplement.csv 200,
 *     as an authority's seat · everything else 0
 *
 * Codes `local:`: 16 hexadecimal digits, gazetteer_hash() of what names the place and nothing
 * else, so that they stay the same from build to build: the file says of which fields beside each
 * use (gazetteer_units.h, gazetteer_cities.h, gazetteer_supplement.h).
 */
#ifndef IMPORT_GAZETTEER_BUILD_H
#define IMPORT_GAZETTEER_BUILD_H

#include "geo/status.h"

/* Where the sources are. No NULL except where said. */
struct gazetteer_sources {
    const char *outside;    /* the pinned packages: data/outside-files.txt */
    const char *cldr;       /* "/usr/share/unicode/cldr/common" */
    const char *iso_codes;  /* "/usr/share/iso-codes/json" */
    const char *locale;     /* "/usr/share/locale": xx/LC_MESSAGES/geonames.mo, iso_3166-1.mo */
    const char *supplement; /* data/supplement.csv */
    const char *communes;   /* insee,nom,lon,lat of communes: makes their points exact; or NULL */
};

/* Reads every source and writes the file (beside it first, then renamed). ATLAS_NOT_FOUND,
 * ATLAS_INVALID, ATLAS_IO, ATLAS_FULL, ATLAS_NO_MEMORY, each with a sentence that names the file.
 */
enum atlas_status gazetteer_build(const struct gazetteer_sources *sources, const char *output,
                                  struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
