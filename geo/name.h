/* One fold for all: the gazetteer, the importer and the server's search compare names folded by
 * this function and by nothing else.
 *
 * The fold drops marks, case and punctuation, and spells ligatures and Latin letters that
 * Unicode does not decompose (œ oe, æ ae, ß ss, ł l, đ d, ø o, ı i …). Letters and digits stay;
 * every run of anything else becomes one space. Other scripts pass through case-folded and
 * without marks: transliteration to Latin is done beforehand by import/ (ICU), not here.
 *   "L'Haÿ-les-Roses" -> "l hay les roses"      "ŒUILLY" -> "oeuilly"      "Đà Nẵng" -> "da nang"
 */
#ifndef GEO_NAME_H
#define GEO_NAME_H

#include "geo/status.h"

#include <stddef.h>

/* Folds text (UTF-8, NULL means "") into folded, always terminated when size > 0. Returns the
 * length that the whole fold needs without its terminator, like snprintf: a result >= size was
 * cut at a character. Bytes that are not UTF-8 act as spaces. */
size_t name_fold(const char *text, char *folded, size_t size);

/* The text in lower case and composed (NFC), marks and punctuation kept, cut at a character:
 * for comparing spellings that one fold has in common ("Fürth", "Furth"). */
void name_lower(const char *text, char *lower, size_t size);

/* A part of an address made from a name or title: the fold with '-' for spaces, other scripts
 * dropped, at most size - 1 bytes, cut at a word where possible; "-" alone never occurs at an
 * end. "" when nothing of text is left. Returns the length. */
size_t name_slug(const char *text, char *slug, size_t size);

enum { NAME_DISTANCE_MAX = 16 }; /* the largest limit; a larger one counts as this */

/* Edits (insert, delete, replace, swap of neighbours: restricted Damerau-Levenshtein) between two
 * folded texts, counted in bytes, or limit + 1 as soon as it is more than limit. */
unsigned name_distance(const char *a, const char *b, unsigned limit);

#endif
