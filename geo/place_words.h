/* The words of a place's name: which of them say what kind of place it is ("Ville de", "CC du",
 * "Gmina", "Municipality", "cercle de"), and keys under which names that differ only in such
 * words, articles, word order, abbreviations or transliteration are equal.
 *
 * All texts here are folds (geo/name): lower case, no marks, words parted by one space. Results
 * are cut at size - 1 bytes and always terminated; PLACE_KEY_SIZE holds what a name needs.
 */
#ifndef GEO_PLACE_WORDS_H
#define GEO_PLACE_WORDS_H

#include "geo/territory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACE_KEY_SIZE = 256 };

/* A set of kinds: bits 1u << enum territory_kind. */
typedef uint32_t kind_set;
#define KIND_BIT(kind) ((kind_set)1 << (kind))

/* What type words say. */
struct place_type {
    kind_set french;  /* the kinds meant in France; 0: they say nothing about it */
    kind_set foreign; /* the kinds meant abroad */
    bool no_place;    /* a network, an association, an agency: never a place */
};

/* What a whole text says as a type: the content of a type column, or a hint that is only a local
 * word ("cercle"). Any wording of a kind, French, English or a local word. False, and *type
 * empty, when it says nothing known. */
bool place_type_parse(const char *folded, struct place_type *type);

/* Removes type words at both ends of a name, with the preposition that follows: "ville de la
 * rochelle" -> "la rochelle", "kayes cercle" -> "kayes". *type is what the removed words say.
 * False, with rest a copy, when there are none or nothing would remain. */
bool place_words_strip(const char *folded, char *rest, size_t size, struct place_type *type);

/* True when the name starts as networks and associations do ("association des maires",
 * "reseau", "rat der gemeinden"), whatever follows. */
bool place_words_no_place(const char *folded);

/* True when nothing in the name is a name: only type words, quantities ("plusieurs", "diverses"),
 * and generic words ("partenaire"). *quantity: it begins with a quantity, so that it names none. */
bool place_words_generic(const char *folded, bool *quantity);

/* True when what is left of a name without type words, prepositions and articles are only words of
 * landscape and direction that stand in many long names ("la vallee", "haut pays"). */
bool place_words_common(const char *folded);

/* Keys for comparison. words: what is left without type words and articles, abbreviations spelt
 * out, sorted: "havre le" and "le havre" -> "havre"; "montpellier metropole mediterranee" ->
 * "mediterranee montpellier". compact: the same, neither sorted nor spaced. sound: of a compact
 * key, one spelling for French, English and German transliterations: "krementchouk" and
 * "kremenchuk" are equal. Each returns the length. */
size_t place_key_words(const char *folded, char *key, size_t size);
size_t place_key_compact(const char *folded, char *key, size_t size);
void place_keys(const char *folded, char compact[PLACE_KEY_SIZE], size_t *n_compact,
                char words[PLACE_KEY_SIZE], size_t *n_words); /* both of them at once */
size_t place_key_sound(const char *compact, char *key, size_t size);

/* The words key of what stands before the first word that only says where a place lies: "weiden in
 * der oberpfalz" -> "weiden". 0 and "" when there is no such. */
size_t place_key_head(const char *folded, char *key, size_t size);

/* The words key of what stands behind that word: "weiden in der oberpfalz"
 * -> "oberpfalz". 0 and "" likewise. */
size_t place_key_tail(const char *folded, char *key, size_t size);

/* The words keys of the beginnings of a name, from its first word to all but the last: "aix en
 * provence" -> "aix", "aix en". Words too common to be written for a whole name are no beginning.
 * Returns how many. */
enum { PLACE_MOST_STARTS = 4, PLACE_START_SIZE = 96 };
size_t place_key_starts(const char *folded, char keys[PLACE_MOST_STARTS][PLACE_START_SIZE]);

/* A number that changes when keys are made otherwise: of what was made with other keys, nothing is
 * found by ours. Of all type words and of names chosen to meet each rule once. */
uint64_t place_keys_fingerprint(void);

/* The type words, one after the other; NULL behind the last. */
const char *place_type_phrase(size_t i);

/* Words that carry no name, each list ended by NULL, and the two steps by which lists of words and
 * folded texts are walked. */
extern const char *const place_prepositions[];
extern const char *const place_articles[];
bool place_word_among(const char *word, size_t length, const char *const *words);
size_t place_word_length(const char *text, size_t length); /* up to the next space or length */

#endif
