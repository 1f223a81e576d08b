/* Keys under which names of places that differ only in type words, articles, word order,
 * abbreviations or transliteration are equal.
 *
 * All texts here are folds (geo/name): lower case, no marks, words parted by one space. Results
 * are cut at size - 1 bytes and always terminated; PLACE_KEY_SIZE holds what a name needs.
 */
#ifndef GEO_PLACE_KEYS_H
#define GEO_PLACE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACE_KEY_SIZE = 256 };

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

#endif
