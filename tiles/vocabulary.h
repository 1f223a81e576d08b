/* The closed vocabularies of the atlas: the words of the database and of addresses, with what to
 * call them in French and English, in the order to show. */
#ifndef TILES_VOCABULARY_H
#define TILES_VOCABULARY_H

#include <stddef.h>

enum vocabulary {
    VOCABULARY_KIND,
    VOCABULARY_MODE,
    VOCABULARY_STATUS,
    VOCABULARY_ROLE,
    VOCABULARY_GENDER,    /* the marker: "0", "1", "2" */
    VOCABULARY_PRECISION, /* in the order of enum precision */
    VOCABULARY_NATURE,    /* of money */
    VOCABULARY_COUNT
};

#define VOCABULARY_MAX_WORDS 16 /* no vocabulary has more */

struct vocabulary_word {
    const char *key; /* e.g. "accord-cadre" */
    const char *label_fr, *label_en;
};

/* Number of words; 0 outside the enum. */
size_t vocabulary_size(enum vocabulary vocabulary);

/* The word at an index, or NULL outside. Static. */
const struct vocabulary_word *vocabulary_word(enum vocabulary vocabulary, size_t index);

/* Index of the word whose key is text, or -1 (also for NULL). Case matters. */
int vocabulary_find(enum vocabulary vocabulary, const char *text);

#endif
