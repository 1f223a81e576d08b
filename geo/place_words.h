/* The words around the name of a place: those that carry no name, and names that are none.
 *
 * All texts here are folds (geo/name): lower case, no marks, words parted by one space.
 */
#ifndef GEO_PLACE_WORDS_H
#define GEO_PLACE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* True when the name starts as networks and associations do ("association des maires",
 * "reseau", "rat der gemeinden"), whatever follows. */
bool place_words_no_place(const char *folded);

/* True when nothing in the name is a name: only type words, quantities ("plusieurs", "diverses"),
 * and generic words ("partenaire"). *quantity: it begins with a quantity, so that it names none. */
bool place_words_generic(const char *folded, bool *quantity);

/* Words that carry no name, each list ended by NULL, and the two steps by which lists of words and
 * folded texts are walked. */
extern const char *const place_prepositions[];
extern const char *const place_articles[];
bool place_word_among(const char *word, size_t length, const char *const *words);
size_t place_word_length(const char *text, size_t length); /* up to the next space or length */

#endif
