#include "geo/territory.h"

#include <string.h>

static const char *const kind_texts[KIND_COUNT] = {
    [KIND_COMMUNE] = "commune",   [KIND_EPCI] = "epci",
    [KIND_EPT] = "ept",           [KIND_DEPARTEMENT] = "departement",
    [KIND_REGION] = "region",     [KIND_COLLECTIVITE_UNIQUE] = "collectivite-unique",
    [KIND_SYNDICAT] = "syndicat", [KIND_CITY] = "city",
    [KIND_DISTRICT] = "district", [KIND_ADMIN2] = "admin2",
    [KIND_ADMIN1] = "admin1",     [KIND_GROUPEMENT] = "groupement",
    [KIND_COUNTRY] = "country",   [KIND_OTHER] = "other",
};

static const char *const precision_texts[PRECISION_COUNT] = {
    [PRECISION_EXACT] = "exact",
    [PRECISION_AREA] = "area",
    [PRECISION_COUNTRY] = "country",
    [PRECISION_NONE] = "none",
};

static const char *const code_prefixes[] = {
    "com:", "epci:", "dep:", "reg:", "siren:", "gn:", "iso:", "country:", "local:"};

const char *territory_kind_text(enum territory_kind kind)
{
    return (unsigned)kind < KIND_COUNT ? kind_texts[kind] : "?";
}

const char *precision_text(enum precision precision)
{
    return (unsigned)precision < PRECISION_COUNT ? precision_texts[precision] : "?";
}

static int find_text(const char *const *texts, int count, const char *text)
{
    for (int i = 0; text && i < count; i++)
        if (strcmp(texts[i], text) == 0) return i;
    return -1;
}

bool territory_kind_parse(const char *text, enum territory_kind *kind)
{
    int found = find_text(kind_texts, KIND_COUNT, text);
    if (found < 0) return false;
    *kind = (enum territory_kind)found;
    return true;
}

bool precision_parse(const char *text, enum precision *precision)
{
    int found = find_text(precision_texts, PRECISION_COUNT, text);
    if (found < 0) return false;
    *precision = (enum precision)found;
    return true;
}

bool territory_code_valid(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    for (size_t i = 0; text && i < sizeof code_prefixes / sizeof *code_prefixes; i++) {
        size_t prefix = strlen(code_prefixes[i]);
        if (strncmp(text, code_prefixes[i], prefix) != 0) continue;
        size_t rest = strlen(text + prefix);
        return rest >= 1 && rest <= 40 && strspn(text + prefix, allowed) == rest;
    }
    return false;
}
