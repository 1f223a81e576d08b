/* Words of the vocabulary in either language, as files spell them. Pure; texts are UTF-8. */
#ifndef IMPORT_WORDS_H
#define IMPORT_WORDS_H

struct word {
    const char *folded, *word;
};

/* Looks text up in a table ended by {NULL, NULL}, whatever its case and accents; NULL for none. */
const char *word_look_up(const struct word *table, const char *text);

/* Vocabularies. Each gives the database's word for a French or English wording, or NULL. */
const char *kind_word(const char *text);
const char *mode_word(const char *text);
const char *status_word(const char *text);
const char *role_word(const char *text);
const char *partner_status_word(const char *text);
const char *end_kind_word(const char *text);
const char *amount_nature_word(const char *text);
/* collectivite, meae, afd, ficol, ue … for those who are known under several names. */
const char *funder_word(const char *text);
const char *gender_origin_word(const char *text);
const char *publication_word(const char *text);
const char *precision_word(const char *text); /* area, country */
/* "0", "1", "2": the marker, also as "significatif", "principal", "non ciblé". */
const char *gender_word(const char *text);
/* 1 for oui, yes, vrai, x …; 0 for non, no …; -1 for anything else. */
int truth_word(const char *text);

#endif
