/* Dates as people read them, in French or English. */
#ifndef TILES_DATE_WORDS_H
#define TILES_DATE_WORDS_H

#include "geo/bytes.h"

/* Appends a date YYYY, YYYY-MM or YYYY-MM-DD in words ("4 juillet 2025", "4 July 2025"); any other
 * text as it is. */
void date_write_words(bool english, const char *date, struct bytes *out);

#endif
