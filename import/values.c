#include "import/values.h"

#include "geo/name.h"
#include "import/words.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- years and dates ---- */

static const char years_words[] =
    "|depuis|since|from|de|a|au|to|en|jusque|jusqu|until|till|le|la|du|debut|fin|cours|environ|env|"
    "vers|ca|circa|avant|annee|annees|et|and|entre|between|d|l|juin|mars|mai|juillet|aout|janvier|"
    "fevrier|avril|septembre|octobre|novembre|decembre|janv|fevr|avr|juil|sept|oct|nov|dec|january|"
    "february|march|april|may|june|july|august|september|october|november|december|1er|present|"
    "aujourd|hui|today|now|ce|jour|ongoing|printemps|ete|automne|hiver|semestre|trimestre|";

static bool years_word(const char *word, size_t length)
{
    char needle[40];
    if (length + 3 > sizeof needle) return false;
    snprintf(needle, sizeof needle, "|%.*s|", (int)length, word);
    return strstr(years_words, needle) != NULL;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool date_valid(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return false;
    return day >= 1 && day <= days[month - 1] + (month == 2 && leap(year));
}

struct years_reading {
    struct years *years;
    unsigned found; /* years so far */
    const char *problem;
};

/* month: 0 when the year stands alone. */
static void add_year(struct years_reading *reading, int year, int month, int day)
{
    struct years *years = reading->years;
    if (year < YEAR_FIRST || year > YEAR_LAST) {
        reading->problem = "the year is impossible";
        return;
    }
    if (month && !date_valid(year, month, day)) {
        reading->problem = "there is no such day";
        return;
    }
    char *date = reading->found ? years->end_date : years->start_date;
    if (month)
        snprintf(date, sizeof years->start_date, "%04u-%02u-%02u", (unsigned)year % 10000,
                 (unsigned)month % 100, (unsigned)day % 100);
    if (!reading->found)
        years->start = year;
    else if (reading->found == 1)
        years->end = year;
    else
        reading->problem = "there are more than two years in it";
    reading->found++;
}

/* A run of digits with its value, and where it ends. */
static const char *take_digits(const char *text, size_t *length, int *value)
{
    *length = strspn(text, "0123456789");
    *value = *length <= 5 ? atoi(text) : -1;
    return text + *length;
}

/* 12/03/2019 or 2019-03-12 at text, whose first number is given. NULL when it is no date. */
static const char *take_date(struct years_reading *reading, const char *rest, size_t length,
                             int first)
{
    char separator = *rest;
    if (!separator || !strchr("/-.", separator)) return NULL;
    size_t length2, length3;
    int second, third;
    const char *after = take_digits(rest + 1, &length2, &second);
    if (!length2 || length2 > 2 || *after != separator) return NULL;
    if (!second) second = 13; /* no such month, and not "no month" */
    after = take_digits(after + 1, &length3, &third);
    if (length == 4 && length3 >= 1 && length3 <= 2)
        add_year(reading, first, second, third);
    else if (length <= 2 && length3 == 4)
        add_year(reading, third, second, first);
    else
        return NULL;
    /* The hour of a timestamp says nothing here. */
    if (*after == 't' || (*after == ' ' && isdigit((unsigned char)after[1]) && strchr(after, ':')))
        after += 1 + strspn(after + 1, "0123456789:.z");
    return after;
}

static const char *take_number(struct years_reading *reading, const char *text)
{
    size_t length;
    int value;
    const char *rest = take_digits(text, &length, &value);
    const char *after = take_date(reading, rest, length, value);
    if (after) return after;
    if (length == 4) {
        add_year(reading, value, 0, 0);
        if (rest[0] == '.' && rest[1] == '0' && !isdigit((unsigned char)rest[2])) rest += 2;
        return rest;
    }
    if (length == 5 && value > 10000 && value < 60000)
        reading->problem = "it looks like a spreadsheet's day number, not a year";
    else if (length > 2 || *rest == '/') {
        /* 03/2019: a month before its year */
        reading->problem = "it holds a number that is no year";
        if (length <= 2 && *rest == '/' && value >= 1 && value <= 12 &&
            strspn(rest + 1, "0123456789") == 4) {
            reading->problem = NULL;
            return rest + 1;
        }
    } else {
        if (strncmp(rest, "er ", 3) == 0) rest += 2; /* "1er mars" */
        if (value < 1 || value > 31 || (*rest && *rest != ' '))
            reading->problem = "it holds a number that is no year";
    }
    return rest;
}

/* True when the word is one of a list parted by spaces. */
static bool is_word(const char *word, size_t length, const char *list)
{
    while (*list) {
        size_t n = strcspn(list, " ");
        if (n == length && strncmp(list, word, n) == 0) return true;
        list += n;
        list += *list == ' ';
    }
    return false;
}

static const char *take_word(struct years_reading *reading, const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789");
    if (!years_word(text, length)) {
        reading->problem = "it is no year";
        return text + length;
    }
    struct years *years = reading->years;
    years->open = years->open || is_word(text, length, "depuis since");
    years->approximate = years->approximate || is_word(text, length, "environ env vers circa ca");
    bool until = is_word(text, length, "jusqu jusque until till avant");
    if (until && !reading->found) reading->found = 1; /* what follows is the end */
    return text + length;
}

const char *years_parse(const char *text, struct years *years)
{
    *years = (struct years){.start = YEAR_NONE, .end = YEAR_NONE};
    struct years_reading reading = {years, 0, NULL};
    if (text && (strpbrk(text, "=+$%*#@<>&") || strstr(text, "\xE2\x82\xAC")))
        return "it is no year";
    /* Marks folded away, but the separators of dates kept: fold each run between them. */
    char folded[160];
    size_t used = 0;
    for (const char *from = text ? text : ""; *from;) {
        size_t run = strcspn(from, "/-.:");
        char part[120], piece[120];
        if (run >= sizeof part) return "it is no year";
        memcpy(part, from, run);
        part[run] = '\0';
        bool space_before = run && (*part == ' ');
        bool space_after = run > 1 && part[run - 1] == ' ';
        size_t n = name_fold(part, piece, sizeof piece);
        if (n >= sizeof piece || used + n + 4 > sizeof folded) return "it is no year";
        if (space_before) folded[used++] = ' ';
        memcpy(folded + used, piece, n);
        used += n;
        if (space_after && n) folded[used++] = ' ';
        from += run;
        if (*from) folded[used++] = *from++;
    }
    folded[used] = '\0';
    for (const char *at = folded; *at && !reading.problem;) {
        if (isdigit((unsigned char)*at))
            at = take_number(&reading, at);
        else if (islower((unsigned char)*at))
            at = take_word(&reading, at);
        else if (strchr(" /-.:", *at))
            at++;
        else
            reading.problem = "it is no year";
    }
    if (reading.problem) return reading.problem;
    if (used && years->start == YEAR_NONE && years->end == YEAR_NONE) return "it is no year";
    if (years->start != YEAR_NONE && years->end != YEAR_NONE && years->end < years->start)
        return "it ends before it starts";
    return NULL;
}

/* ---- amounts and degrees ---- */

/* Copies text without spaces of any kind, lower-case, "€" as "e". False when it does not fit. */
static bool squeeze(const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (const char *at = text; *at; at++) {
        if (used + 1 >= size) return false;
        if (!strncmp(at, "\xE2\x82\xAC", 3)) {
            out[used++] = 'e';
            at += 2;
        } else if (!strncmp(at, "\xC2\xA0", 2))
            at += 1;
        else if (!strncmp(at, "\xE2\x80\xAF", 3) || !strncmp(at, "\xE2\x80\x89", 3))
            at += 2;
        else if (!isspace((unsigned char)*at) && *at != '\'')
            out[used++] = (char)tolower((unsigned char)*at);
    }
    out[used] = '\0';
    return true;
}

/* The number at text: digits with ',' and '.' as groups or decimals. Returns where it ends, NULL
 * when it is no number. */
static const char *plain_number(const char *text, double *value)
{
    size_t length = strspn(text, "0123456789.,");
    char digits[40];
    if (!length || length >= sizeof digits || !isdigit((unsigned char)*text)) return NULL;
    size_t last = length; /* the decimal separator, or length for none */
    size_t separators = 0;
    bool both = memchr(text, ',', length) && memchr(text, '.', length);
    for (size_t i = 0; i < length; i++)
        if (text[i] == ',' || text[i] == '.') {
            separators++;
            last = i;
        }
    /* One kind of separator before three digits, or several of it: groups of thousands. */
    if (separators && !both && (separators > 1 || length - last - 1 == 3)) last = length;
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (isdigit((unsigned char)text[i]))
            digits[used++] = text[i];
        else if (i == last)
            digits[used++] = '.';
        else if (i + 3 >= length || !isdigit((unsigned char)text[i + 1]) ||
                 !isdigit((unsigned char)text[i + 2]) || !isdigit((unsigned char)text[i + 3]))
            return NULL; /* no group of thousands */
    }
    digits[used] = '\0';
    *value = strtod(digits, NULL); /* the C locale: the programmes never set another */
    return isfinite(*value) ? text + length : NULL;
}

const char *amount_parse(const char *text, double *euros, bool *known)
{
    static const struct word unknown[] = {
        {"nc", ""},
        {"n c", ""},
        {"nd", ""},
        {"n d", ""},
        {"na", ""},
        {"n a", ""},
        {"ns", ""},
        {"inconnu", ""},
        {"non communique", ""},
        {"non renseigne", ""},
        {"unknown", ""},
        {NULL, NULL},
    };
    *known = false;
    char squeezed[64];
    if (!text || !*text || !strcmp(text, "-") || !strcmp(text, "?") || !strcmp(text, "/"))
        return NULL;
    if (word_look_up(unknown, text)) return NULL;
    if (!squeeze(text, squeezed, sizeof squeezed)) return "it is no amount";
    const char *at = squeezed;
    if (!strncmp(at, "eur", 3)) at += 3;
    if (*at == 'e') at++;
    if (*at == '-' && isdigit((unsigned char)at[1])) return "it is negative";
    double value;
    at = plain_number(at, &value);
    if (!at) return "it is no amount";
    double factor = 1;
    if (!strncmp(at, "millions", 8) || !strncmp(at, "million", 7)) {
        factor = 1e6;
        at += at[7] == 's' ? 8 : 7;
        if (!strncmp(at, "d'", 2) || *at == 'd') at++;
    } else if (*at == 'm' || *at == 'k') {
        factor = *at == 'm' ? 1e6 : 1e3;
        at++;
    }
    if (!strcmp(at, "") || !strcmp(at, "e") || !strcmp(at, "eur") || !strcmp(at, "euro") ||
        !strcmp(at, "euros")) {
        *euros = value * factor;
        *known = true;
        return *euros <= 1e12 ? NULL : "it is more than any partnership costs";
    }
    return "it is no amount in euros";
}

bool degrees_parse(const char *text, double limit, double *degrees)
{
    char plain[40];
    if (!text || !squeeze(text, plain, sizeof plain) || !*plain) return false;
    for (char *c = plain; *c; c++)
        if (*c == ',') *c = '.';
    if (strspn(plain, "+-.0123456789") != strlen(plain)) return false;
    char *end;
    double value = strtod(plain, &end);
    if (end == plain || *end || !isfinite(value) || value < -limit || value > limit) return false;
    *degrees = value;
    return true;
}
