/* The local word for an administrative unit, as French partners write it: wilaya, cercle, oblast.
 */
#ifndef IMPORT_GAZETTEER_GENERIC_H
#define IMPORT_GAZETTEER_GENERIC_H

#include <stddef.h>

/* The word for a unit of the given level (1 or 2) of a country: its own word where it has one,
 * else the French of the English word that ISO 3166-2 or Natural Earth uses (NULL or unknown:
 * NULL). Static. */
const char *generic_word(const char *country_iso, int level, const char *english);

/* Drops such words and the articles around them from a folded name, in place: "region de kayes"
 * -> "kayes". A name of nothing else stays. */
void generic_strip(char *folded);

/* The rest of a French name behind its generic word and article: "Province de Siem Reap" with
 * "province" is "Siem Reap", "District des Lacs" with "district" is "Lacs". name itself where it
 * does not begin so. A part of name. */
const char *generic_rest(const char *name, const char *generic);

#endif
