#include "tiles/filter.h"

#include "geo/name.h"
#include "geo/territory.h"
#include "tiles/vocabulary.h"

#include <string.h>

#define MAX_VALUE 100 /* bytes of one value, before and after normalising */

/* How the values of a list parameter are written. */
enum value_form {
    VALUE_WORD,           /* of a vocabulary, or `none` */
    VALUE_PLAIN_WORD,     /* of a vocabulary */
    VALUE_THEME,          /* a code of the theme tree */
    VALUE_CALL,           /* a call for projects by its slug, or `none` */
    VALUE_FRENCH_CODE,    /* com: epci: dep: reg: siren: country:FR local: */
    VALUE_FOREIGN_CODE,   /* gn: iso: country: local: */
    VALUE_COUNTRY_LETTERS /* ISO 3166-1 alpha-2 */
};

static const struct {
    const char *name;
    enum value_form form;
    enum vocabulary vocabulary; /* of VALUE_WORD and VALUE_PLAIN_WORD */
} parameters[FILTER_LIST_COUNT] = {
    [FILTER_THEME] = {"theme", VALUE_THEME, VOCABULARY_COUNT},
    [FILTER_KIND] = {"kind", VALUE_WORD, VOCABULARY_KIND},
    [FILTER_MODE] = {"mode", VALUE_WORD, VOCABULARY_MODE},
    [FILTER_STATUS] = {"status", VALUE_WORD, VOCABULARY_STATUS},
    [FILTER_CALL] = {"call", VALUE_CALL, VOCABULARY_COUNT},
    [FILTER_GENDER] = {"gender", VALUE_WORD, VOCABULARY_GENDER},
    [FILTER_FRENCH] = {"french", VALUE_FRENCH_CODE, VOCABULARY_COUNT},
    [FILTER_AUTHORITY] = {"authority", VALUE_FRENCH_CODE, VOCABULARY_COUNT},
    [FILTER_ROLE] = {"role", VALUE_PLAIN_WORD, VOCABULARY_ROLE},
    [FILTER_COUNTRY] = {"country", VALUE_COUNTRY_LETTERS, VOCABULARY_COUNT},
    [FILTER_PARTNER] = {"partner", VALUE_FOREIGN_CODE, VOCABULARY_COUNT},
    [FILTER_PARTNER_IS] = {"partner_is", VALUE_FOREIGN_CODE, VOCABULARY_COUNT},
};

static const char *const french_prefixes[] = {
    "com:", "epci:", "dep:", "reg:", "siren:", "country:", "local:", NULL};
static const char *const foreign_prefixes[] = {"gn:", "iso:", "country:", "local:", NULL};

void filter_init(struct filter *filter)
{
    for (int key = 0; key < FILTER_LIST_COUNT; key++)
        filter->lists[key].n = 0;
    filter->has_year = filter->has_time = filter->time_signed = filter->undated_included = false;
    filter->year_from = filter->year_to = 0;
    filter->text_length = 0;
}

static int find_parameter(const char *name)
{
    for (int i = 0; i < FILTER_LIST_COUNT; i++)
        if (strcmp(parameters[i].name, name) == 0) return i;
    return -1;
}

const char *filter_key_name(enum filter_key key)
{
    return (unsigned)key < FILTER_LIST_COUNT ? parameters[key].name : NULL;
}

bool filter_knows(const char *name)
{
    return find_parameter(name) >= 0 || strcmp(name, "year") == 0 || strcmp(name, "time") == 0 ||
           strcmp(name, "undated") == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Letters and digits behind the colon keep the case in which codes are stored: capitals for INSEE
 * and ISO codes, small letters for local hashes. */
static void normalise_code(char *code)
{
    char *colon = strchr(code, ':');
    bool local = strncmp(code, "local:", 6) == 0;
    for (char *c = colon ? colon + 1 : code; *c && !local; c++)
        *c = upper(*c);
}

static bool has_prefix(const char *code, const char *const *prefixes)
{
    for (; *prefixes; prefixes++)
        if (strncmp(code, *prefixes, strlen(*prefixes)) == 0) return true;
    return false;
}

static bool is_theme_code(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && text[length] == '\0';
}

static bool is_country_letters(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
           text[1] <= 'Z';
}

/* Brings one value into its canonical form in place; false where it is malformed or unknown. */
static bool normalise(int key, char *value)
{
    char given[MAX_VALUE + 1];
    memcpy(given, value, strlen(value) + 1);
    for (char *c = value; *c; c++)
        *c = lower(*c);
    bool none = strcmp(value, "none") == 0;
    switch (parameters[key].form) {
    case VALUE_WORD:
        return none || vocabulary_find(parameters[key].vocabulary, value) >= 0;
    case VALUE_PLAIN_WORD:
        return vocabulary_find(parameters[key].vocabulary, value) >= 0;
    case VALUE_THEME:
        return is_theme_code(value);
    case VALUE_CALL:
        return none || name_slug(given, value, MAX_VALUE + 1) > 0;
    case VALUE_FRENCH_CODE:
        normalise_code(value);
        return territory_code_valid(value) && has_prefix(value, french_prefixes);
    case VALUE_FOREIGN_CODE:
        normalise_code(value);
        return territory_code_valid(value) && has_prefix(value, foreign_prefixes);
    case VALUE_COUNTRY_LETTERS:
        if (strncmp(value, "country:", 8) == 0) memmove(value, value + 8, strlen(value + 8) + 1);
        for (char *c = value; *c; c++)
            *c = upper(*c);
        return is_country_letters(value);
    }
    return false;
}

/* Writes what a parameter allows, for the sentence of a refusal. */
static void write_allowed(int key, char *text, size_t size)
{
    struct bytes allowed = {0};
    switch (parameters[key].form) {
    case VALUE_WORD:
    case VALUE_PLAIN_WORD:
        for (size_t i = 0; i < vocabulary_size(parameters[key].vocabulary); i++)
            bytes_append_format(&allowed, "%s%s", i ? ", " : "",
                                vocabulary_word(parameters[key].vocabulary, i)->key);
        if (parameters[key].form == VALUE_WORD) bytes_append_text(&allowed, ", none");
        break;
    case VALUE_THEME:
        bytes_append_text(&allowed, "codes of themes such as eau or ville-durable");
        break;
    case VALUE_CALL:
        bytes_append_text(&allowed, "names of calls for projects such as ficol, or none");
        break;
    case VALUE_FRENCH_CODE:
        bytes_append_text(&allowed,
                          "codes such as com:38185, epci:200040715, dep:2A, reg:84, "
                          "siren:200054781, country:FR or local:…");
        break;
    case VALUE_FOREIGN_CODE:
        bytes_append_text(&allowed, "codes such as gn:1822214, iso:KH-17, country:KH or local:…");
        break;
    case VALUE_COUNTRY_LETTERS:
        bytes_append_text(&allowed, "two-letter country codes of ISO 3166-1 such as ML");
        break;
    }
    size_t length = allowed.failed ? 0 : allowed.length;
    if (length >= size) length = size - 1;
    if (length) memcpy(text, allowed.data, length);
    text[length] = '\0';
    bytes_close(&allowed);
}

static enum atlas_status refuse_value(int key, const char *value, struct atlas_error *error)
{
    char allowed[600];
    write_allowed(key, allowed, sizeof allowed);
    return atlas_fail(error, ATLAS_INVALID,
                      "parameter %s: “%.60s” is not a value of it; allowed: %s",
                      parameters[key].name, value, allowed);
}

/* Inserts a normalised value in its place of a sorted list, once. */
static enum atlas_status insert(struct filter *filter, int key, const char *value,
                                struct atlas_error *error)
{
    struct filter_list *list = &filter->lists[key];
    size_t at = 0;
    while (at < list->n && strcmp(list->values[at], value) < 0)
        at++;
    if (at < list->n && strcmp(list->values[at], value) == 0) return ATLAS_OK;
    size_t size = strlen(value) + 1;
    if (list->n == FILTER_MAX_VALUES)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "parameter %s: more than %d different values; ask in several requests",
                          parameters[key].name, FILTER_MAX_VALUES);
    if (filter->text_length + size > sizeof filter->text)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "parameter %s: the values of the filter are longer than %d bytes; ask in "
                          "several requests",
                          parameters[key].name, FILTER_MAX_TEXT);
    char *kept = filter->text + filter->text_length;
    memcpy(kept, value, size);
    filter->text_length += size;
    memmove(&list->values[at + 1], &list->values[at], (list->n - at) * sizeof *list->values);
    list->values[at] = kept;
    list->n++;
    return ATLAS_OK;
}

static enum atlas_status add_list(struct filter *filter, int key, const char *text,
                                  struct atlas_error *error)
{
    for (;;) {
        size_t length = strcspn(text, ",");
        while (length > 0 && *text == ' ') {
            text++;
            length--;
        }
        size_t end = length;
        while (end > 0 && text[end - 1] == ' ')
            end--;
        char value[MAX_VALUE + 1], given[MAX_VALUE + 1];
        if (end > MAX_VALUE) return refuse_value(key, text, error);
        memcpy(value, text, end);
        value[end] = '\0';
        memcpy(given, value, end + 1);
        if (end == 0 || !normalise(key, value)) return refuse_value(key, given, error);
        enum atlas_status status = insert(filter, key, value, error);
        if (status) return status;
        if (text[length] == '\0') return ATLAS_OK;
        text += length + 1;
    }
}

/* Four digits at text, 1000..9999, or -1. */
static int parse_year(const char *text)
{
    int year = 0;
    for (int i = 0; i < 4; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        year = year * 10 + (text[i] - '0');
    }
    return year >= 1000 ? year : -1;
}

static enum atlas_status add_year(struct filter *filter, const char *value,
                                  struct atlas_error *error)
{
    size_t length = strlen(value);
    int from = length == 4 || length == 10 ? parse_year(value) : -1;
    int to = from;
    if (length == 10) to = strncmp(value + 4, "..", 2) == 0 ? parse_year(value + 6) : -1;
    if (from < 0 || to < 0)
        return atlas_fail(error, ATLAS_INVALID,
                          "parameter year: “%.60s” is no year; allowed: a year of four digits such "
                          "as 2019, or a span such as 2015..2020",
                          value);
    if (from > to)
        return atlas_fail(error, ATLAS_INVALID,
                          "parameter year: the span %d..%d ends before it begins; write %d..%d",
                          from, to, to, from);
    if (filter->has_year && (filter->year_from != from || filter->year_to != to))
        return atlas_fail(error, ATLAS_INVALID,
                          "parameter year: given twice with different values; give one year or one "
                          "span such as 2015..2020");
    filter->has_year = true;
    filter->year_from = from;
    filter->year_to = to;
    return ATLAS_OK;
}

static bool equal_any_case(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static enum atlas_status add_time(struct filter *filter, const char *value,
                                  struct atlas_error *error)
{
    bool is_signed = equal_any_case(value, "signed");
    if (!is_signed && !equal_any_case(value, "active"))
        return atlas_fail(error, ATLAS_INVALID,
                          "parameter time: “%.60s” is not a value of it; allowed: active, signed",
                          value);
    if (filter->has_time && filter->time_signed != is_signed)
        return atlas_fail(
            error, ATLAS_INVALID,
            "parameter time: given twice with different values; give active or signed");
    filter->has_time = true;
    filter->time_signed = is_signed;
    return ATLAS_OK;
}

enum atlas_status filter_add(struct filter *filter, const char *name, const char *value,
                             struct atlas_error *error)
{
    int key = find_parameter(name);
    if (key >= 0) return add_list(filter, key, value, error);
    if (strcmp(name, "year") == 0) return add_year(filter, value, error);
    if (strcmp(name, "time") == 0) return add_time(filter, value, error);
    if (strcmp(name, "undated") == 0) {
        if (!equal_any_case(value, "include"))
            return atlas_fail(error, ATLAS_INVALID,
                              "parameter undated: “%.60s” is not a value of it; allowed: include",
                              value);
        filter->undated_included = true;
        return ATLAS_OK;
    }
    return atlas_fail(error, ATLAS_NOT_FOUND, "“%.60s” is no parameter of the filter", name);
}

static void begin_parameter(const char *name, size_t begun, struct bytes *out)
{
    if (out->length > begun) bytes_append_byte(out, '&');
    bytes_append_text(out, name);
    bytes_append_byte(out, '=');
}

static void write_year(const struct filter *filter, size_t begun, struct bytes *out)
{
    begin_parameter("year", begun, out);
    bytes_append_number(out, (uint64_t)filter->year_from);
    if (filter->year_to != filter->year_from) {
        bytes_append_text(out, "..");
        bytes_append_number(out, (uint64_t)filter->year_to);
    }
    if (filter->time_signed) bytes_append_text(out, "&time=signed");
    if (filter->undated_included) bytes_append_text(out, "&undated=include");
}

void filter_canonical(const struct filter *filter, struct bytes *out)
{
    size_t begun = out->length;
    for (int key = 0; key < FILTER_LIST_COUNT; key++) {
        const struct filter_list *list = &filter->lists[key];
        for (size_t i = 0; i < list->n; i++) {
            if (i == 0)
                begin_parameter(parameters[key].name, begun, out);
            else
                bytes_append_byte(out, ',');
            bytes_append_text(out, list->values[i]);
        }
        if (key == FILTER_THEME && filter->has_year) write_year(filter, begun, out);
    }
}
