/* What cells mean: years, dates, amounts. All pure: text in, value out. Texts are UTF-8. */
#ifndef IMPORT_VALUES_H
#define IMPORT_VALUES_H

#include <stdbool.h>
#include <stddef.h>

enum { YEAR_NONE = -32768, YEAR_FIRST = 800, YEAR_LAST = 2100 };

struct years {
    int start, end;      /* YEAR_NONE where not said */
    char start_date[11]; /* "2019-03-12" where the text has a whole date, or "" */
    char end_date[11];
    bool open;        /* "depuis 2009": goes on */
    bool approximate; /* "vers 2009" */
};

/* Reads "2019", "2019-2023", "depuis 2009", "12/03/2019", "de mars 2019 à juin 2023", "2019.0".
 * NULL, or why not (static): no year, a year outside 800..2100, an end before the start, a
 * spreadsheet's day number. Empty text: all none. */
const char *years_parse(const char *text, struct years *years);

/* Reads "1 234,50 €", "8,5 M€", "12 k€", "1.234.567", "EUR 1,234.50". NULL, or why not (static): no
 * number, negative, another currency. *known is false, with NULL, for "", "-", "n.c.",
 * "non communiqué" …. */
const char *amount_parse(const char *text, double *euros, bool *known);

/* Degrees between -limit and limit, "48.85" or "48,85"; false for all else (NaN, 1e400, "91"). */
bool degrees_parse(const char *text, double limit, double *degrees);

#endif
