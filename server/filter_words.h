/* What a filter is called when a person reads it. */
#ifndef SERVER_FILTER_WORDS_H
#define SERVER_FILTER_WORDS_H

#include "geo/bytes.h"
#include "tiles/edition.h"
#include "tiles/filter.h"

/* The label of one value: "Maroc" for country=MA; "Non renseigné" for `none`; the value itself
 * where the edition lacks it. Lives as long as the edition and the value. */
const char *filter_value_label(const struct edition *edition, enum filter_key key,
                               const char *value, bool english);

/* Appends the whole filter: "Eau et assainissement, Énergie · Maroc · 2015–2020"; nothing for
 * everything. At most twelve values of each parameter; what is more is counted:
 * "+3". */
void filter_write_words(const struct edition *edition, const struct filter *filter, bool english,
                        struct bytes *out);

#endif
