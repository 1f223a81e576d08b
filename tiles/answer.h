/* Pieces that every answer has in common: totals, the edition, themes, years, labels. */
#ifndef TILES_ANSWER_H
#define TILES_ANSWER_H

#include "tiles/feature.h"
#include "tiles/group.h"
#include "tiles/json.h"
#include "tiles/vocabulary.h"

/* Totals in the units of an answer: links, partnerships, or territories. */
struct answer_totals {
    size_t total, placed, undated_left_out;
};

/* territories: the rows of group_territories(), read for FEATURE_TERRITORIES only, where
 * undated_left_out counts partnerships. */
struct answer_totals answer_totals(const struct selection *selection, enum feature_kind kind,
                                   const struct groups *territories);

/* Write a key and its value into an open object. */
void answer_edition(struct json *json, const struct edition *edition); /* edition: {number, …} */
void answer_themes(struct json *json, const struct edition *edition,
                   const struct edition_partnership *partnership); /* themes: [codes] */
void answer_year(struct json *json, const char *key, int year);    /* null for no year */
void answer_marker(struct json *json, uint8_t gender_marker);      /* gender_marker */
/* Text that is in bytes without a NUL; fails the output where the bytes failed. */
void answer_key_bytes(struct json *json, const char *key, struct bytes *text);
/* key: {key, label_fr, label_en}, or null where text is NULL. */
void answer_word(struct json *json, const char *key, enum vocabulary vocabulary, const char *text);

#endif
