#include "geo/geocode_query.h"

#include "geo/name.h"
#include "geo/place_words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* French overseas territories that have an ISO 3166-1 code of their own. */
static const struct {
    char iso[3];
    const char *code;
} overseas[] = {
    {"GP", "dep:971"}, {"MQ", "dep:972"}, {"GF", "dep:973"}, {"RE", "dep:974"},
    {"PM", "dep:975"}, {"YT", "dep:976"}, {"BL", "dep:977"}, {"MF", "dep:978"},
    {"TF", "dep:984"}, {"WF", "dep:986"}, {"PF", "dep:987"}, {"NC", "dep:988"},
};

/* Codes that files still use for a country of today. */
static const char old_codes[][2][3] = {
    {"UK", "GB"}, {"EL", "GR"}, {"TP", "TL"}, {"ZR", "CD"},
    {"BU", "MM"}, {"KV", "XK"}, {"KS", "XK"},
};

enum { OVERSEAS_COUNT = sizeof overseas / sizeof *overseas };

const char *query_overseas_code(const char *iso)
{
    for (size_t i = 0; i < OVERSEAS_COUNT; i++)
        if (strcmp(iso, overseas[i].iso) == 0) return overseas[i].code;
    return NULL;
}

const char *query_overseas_iso(const char *code)
{
    for (size_t i = 0; i < OVERSEAS_COUNT; i++)
        if (strcmp(code, overseas[i].code) == 0) return overseas[i].iso;
    return NULL;
}

const char *query_overseas_at(size_t i)
{
    return i < OVERSEAS_COUNT ? overseas[i].code : NULL;
}

static void read_country(const char *text, struct parsed_query *parsed)
{
    char iso[3] = "";
    while (text && isspace((unsigned char)*text))
        text++;
    if (text && isalpha((unsigned char)text[0]) && isalpha((unsigned char)text[1]) &&
        !isalnum((unsigned char)text[2])) {
        iso[0] = (char)toupper((unsigned char)text[0]);
        iso[1] = (char)toupper((unsigned char)text[1]);
    }
    for (size_t i = 0; i < sizeof old_codes / sizeof *old_codes; i++)
        if (strcmp(iso, old_codes[i][0]) == 0) memcpy(iso, old_codes[i][1], sizeof iso);
    const char *overseas_code = query_overseas_code(iso);
    if (overseas_code) {
        snprintf(parsed->overseas, sizeof parsed->overseas, "%s", overseas_code);
        memcpy(iso, "FR", sizeof iso);
    }
    if (strcmp(iso, "FR") == 0) parsed->side = SIDE_FRENCH;
    memcpy(parsed->country_iso, parsed->side == SIDE_FRENCH && !iso[0] ? "FR" : iso, sizeof iso);
}

static void add_form(struct parsed_query *parsed, const char *folded, bool whole, kind_set wanted)
{
    if (!folded[0] || parsed->n_forms == QUERY_MOST_FORMS) return;
    for (size_t i = 0; i < parsed->n_forms; i++)
        if (strcmp(parsed->forms[i].folded, folded) == 0) return;
    struct query_form *form = &parsed->forms[parsed->n_forms++];
    snprintf(form->folded, sizeof form->folded, "%.*s", PLACE_KEY_SIZE - 1, folded);
    form->whole = whole;
    form->wanted = wanted;
}

/* Adds the hints that a text holds, parted by commas, semicolons, slashes and brackets. */
static void add_hints(struct parsed_query *parsed, const char *text, bool of_name)
{
    while (text && *text && parsed->n_hints < QUERY_MOST_HINTS) {
        size_t n = strcspn(text, ",;/()[]");
        const char *end = text + n;
        while (n > 0 && isspace((unsigned char)*text)) {
            text++;
            n--;
        }
        while (n > 0 && isspace((unsigned char)text[n - 1]))
            n--;
        if (n > 0 && n < PLACE_KEY_SIZE) {
            struct query_hint *hint = &parsed->hints[parsed->n_hints++];
            snprintf(hint->text, sizeof hint->text, "%.*s", (int)n, text);
            hint->of_name = of_name;
        }
        text = *end ? end + 1 : end;
    }
}

static bool is_article(const char *folded)
{
    static const char *const articles[] = {"le", "la", "les", "l", "the", "el", "los", "las"};
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
        if (strcmp(folded, articles[i]) == 0) return true;
    return false;
}

/* "HAVRE (LE)" is "le havre"; "Mahina (cercle de Bafoulabé)" is Mahina with a hint. */
static void part_from_rest(struct parsed_query *parsed, const char *main_part, const char *rest)
{
    char folded[PLACE_KEY_SIZE], folded_rest[PLACE_KEY_SIZE], moved[2 * PLACE_KEY_SIZE];
    name_fold(main_part, folded, sizeof folded);
    name_fold(rest, folded_rest, sizeof folded_rest);
    if (!folded[0]) return;
    if (is_article(folded_rest)) {
        snprintf(moved, sizeof moved, "%s %s", folded_rest, folded);
        moved[PLACE_KEY_SIZE - 1] = '\0';
        add_form(parsed, moved, true, parsed->wanted);
    } else
        add_form(parsed, folded, false, parsed->wanted);
}

/* "Boulogne s/ Mer", "Villers ss/ Bois": the slash ends an abbreviation and parts nothing. */
static bool ends_abbreviation(const char *name, const char *mark)
{
    static const char *const briefs[] = {"s", "ss", "sur", "l", "d"};
    const char *word = mark;
    while (word > name && isalpha((unsigned char)word[-1]))
        word--;
    for (size_t i = 0; *mark == '/' && i < sizeof briefs / sizeof *briefs; i++)
        if ((size_t)(mark - word) == strlen(briefs[i]) &&
            strncasecmp(word, briefs[i], strlen(briefs[i])) == 0)
            return true;
    return false;
}

/* Takes the name apart where a bracket, a comma, a slash or a spaced dash says so. */
static void split_name(struct parsed_query *parsed, const char *name)
{
    static const char *const marks[] = {"(", "[", ",", ";", " - ", " – ", " — ", "/", ":"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *mark = strstr(name, marks[i]);
        if (!mark || mark == name || ends_abbreviation(name, mark)) continue;
        char main_part[PLACE_KEY_SIZE], rest[PLACE_KEY_SIZE];
        const char *behind = mark + strlen(marks[i]);
        const char *close = strpbrk(behind, ")]");
        bool bracket = marks[i][0] == '(' || marks[i][0] == '[';
        snprintf(rest, sizeof rest, "%.*s",
                 (int)(bracket && close ? (size_t)(close - behind) : strlen(behind)), behind);
        snprintf(main_part, sizeof main_part, "%.*s%s", (int)(mark - name), name,
                 bracket && close ? close + 1 : "");
        char *comma = bracket ? strpbrk(main_part, ",;") : NULL;
        if (comma) {
            add_hints(parsed, comma + 1, true);
            *comma = '\0';
        }
        char over[2 * PLACE_KEY_SIZE + 8];
        if (marks[i][0] == '/' && parsed->side == SIDE_FRENCH) { /* "Ivry/Seine" */
            snprintf(over, sizeof over, "%s sur %s", main_part, rest);
            char folded_over[PLACE_KEY_SIZE];
            name_fold(over, folded_over, sizeof folded_over);
            add_form(parsed, folded_over, true, parsed->wanted);
        }
        part_from_rest(parsed, main_part, rest);
        char folded_rest[PLACE_KEY_SIZE];
        name_fold(rest, folded_rest, sizeof folded_rest);
        if (!is_article(folded_rest)) add_hints(parsed, rest, true);
        if (marks[i][0] == '/') add_form(parsed, folded_rest, false, parsed->wanted);
        return;
    }
}

static bool all_digits(const char *text, size_t n)
{
    return strlen(text) == n && strspn(text, "0123456789") == n;
}

bool query_departement_code(const char *hint, char *code, size_t size)
{
    size_t n = strlen(hint);
    char first = (char)toupper((unsigned char)hint[n > 1]);
    bool corse = n >= 2 && hint[0] == '2' && (first == 'A' || first == 'B');
    if (corse && (n == 2 || (n == 5 && strspn(hint + 2, "0123456789") == 3)))
        snprintf(code, size, "dep:2%c", first);
    else if (all_digits(hint, 1))
        snprintf(code, size, "dep:0%s", hint);
    else if (all_digits(hint, 2))
        snprintf(code, size, "dep:%s", hint);
    else if (all_digits(hint, 3) && hint[0] == '9' && (hint[1] == '7' || hint[1] == '8'))
        snprintf(code, size, "dep:%s", hint);
    else if (all_digits(hint, 5) && hint[0] == '9' && (hint[1] == '7' || hint[1] == '8'))
        snprintf(code, size, "dep:%.3s", hint);
    else if (all_digits(hint, 5) && strncmp(hint, "20", 2) == 0)
        snprintf(code, size, "dep:%s", hint[2] < '2' ? "2A" : "2B");
    else if (all_digits(hint, 5))
        snprintf(code, size, "dep:%.2s", hint);
    else
        return false;
    return true;
}

/* Reads a code out of a text that is nothing but a code. */
static void read_code(const char *text, bool code_column, struct parsed_query *parsed)
{
    char word[48];
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strcspn(text, " \t\r\n");
    if (n == 0 || n >= sizeof word || text[n + strspn(text + n, " \t\r\n")] != '\0') return;
    snprintf(word, sizeof word, "%.*s", (int)n, text);
    bool french = parsed->side == SIDE_FRENCH;
    char dep[16];
    if (territory_code_valid(word))
        snprintf(parsed->code, sizeof parsed->code, "%s", word);
    else if (french && (all_digits(word, 5) || (n == 5 && query_departement_code(word, dep, 16)))) {
        snprintf(parsed->code, sizeof parsed->code, "com:%s", word);
        parsed->code[5] = (char)toupper((unsigned char)parsed->code[5]);
    } else if (french && (all_digits(word, 9) || all_digits(word, 14)))
        snprintf(parsed->official, sizeof parsed->official, "%.9s", word);
    else if (french && parsed->wanted & KIND_BIT(KIND_DEPARTEMENT) &&
             query_departement_code(word, dep, sizeof dep))
        snprintf(parsed->code, sizeof parsed->code, "%s", dep);
    else if (french && parsed->wanted & KIND_BIT(KIND_REGION) && all_digits(word, 2))
        snprintf(parsed->code, sizeof parsed->code, "reg:%s", word);
    else if (n >= 4 && n <= 6 && isupper((unsigned char)word[0]) &&
             isupper((unsigned char)word[1]) && word[2] == '-') {
        if (strncmp(word, "FR-", 3) == 0)
            snprintf(parsed->code, sizeof parsed->code, "dep:%s", word + 3);
        else
            snprintf(parsed->code, sizeof parsed->code, "iso:%s", word);
    } else if (!french && code_column && strspn(word, "0123456789") == n && n <= 9)
        snprintf(parsed->code, sizeof parsed->code, "gn:%s", word);
}

static void read_type(const char *text, struct parsed_query *parsed)
{
    char folded[PLACE_KEY_SIZE];
    struct place_type type;
    name_fold(text, folded, sizeof folded);
    if (strcmp(folded, "other") == 0 || strcmp(folded, "autre") == 0) {
        if (parsed->side == SIDE_FRENCH) parsed->wanted = KIND_BIT(KIND_OTHER);
        return;
    }
    /* Every authority in France is a "collectivité territoriale". */
    bool any = strncmp(folded, "collectivite", strlen("collectivite")) == 0 &&
               !strstr(folded, "unique") && !strstr(folded, "outre");
    if (any && parsed->side == SIDE_FRENCH) return;
    if (!place_type_parse(folded, &type)) return;
    parsed->only_overseas = strcmp(folded, "overseas") == 0 || strcmp(folded, "outre mer") == 0;
    parsed->wanted = parsed->side == SIDE_FRENCH ? type.french : type.foreign;
    parsed->no_place = type.no_place;
}

/* A département's or region's number behind its type word. */
static void read_number(const char *rest, kind_set said, struct parsed_query *parsed)
{
    kind_set wanted = parsed->wanted;
    parsed->wanted = said;
    if (parsed->side == SIDE_FRENCH && strlen(rest) <= 3) read_code(rest, false, parsed);
    parsed->wanted = wanted;
}

/* The name's own type words are nearer to what is meant than a column filled by rote; the whole
 * name, though, may be a name with such a word in it ("Plaine Commune"). */
static void read_type_words(struct parsed_query *parsed)
{
    size_t n_forms = parsed->n_forms;
    kind_set of_column = parsed->wanted;
    for (size_t i = 0; i < n_forms; i++) {
        char rest[PLACE_KEY_SIZE];
        struct place_type type;
        if (!place_type_strip(parsed->forms[i].folded, rest, sizeof rest, &type)) continue;
        kind_set said = parsed->side == SIDE_FRENCH ? type.french : type.foreign;
        if (said & (KIND_BIT(KIND_DEPARTEMENT) | KIND_BIT(KIND_REGION)) && !parsed->code[0])
            read_number(rest, said, parsed); /* "CG 35" */
        if (!said) continue;                 /* "province" is no type word in France */
        kind_set both = said & of_column, wanted = both ? both : said;
        /* Every party abroad is a "city" to some columns. */
        if (parsed->side == SIDE_FOREIGN && of_column & KIND_BIT(KIND_CITY)) wanted = said;
        if (parsed->side == SIDE_FRENCH && of_column && !both) wanted = of_column;
        add_form(parsed, rest, parsed->forms[i].whole, wanted);
        if (!parsed->type_of_name) {
            parsed->wanted = wanted;
            parsed->type_of_name = true;
        }
    }
}

/* "38000 Grenoble", "Grenoble 38000": the postal code is a hint. */
static void take_postal_code(struct parsed_query *parsed)
{
    const char *folded = parsed->forms[0].folded;
    size_t n = strlen(folded);
    char postal[6] = "", rest[PLACE_KEY_SIZE] = "";
    if (n < 8 || parsed->side != SIDE_FRENCH) return;
    if (strspn(folded, "0123456789") == 5 && folded[5] == ' ') {
        memcpy(postal, folded, 5);
        memcpy(rest, folded + 6, n - 5);
    } else if (folded[n - 6] == ' ' && strspn(folded + n - 5, "0123456789") == 5) {
        memcpy(postal, folded + n - 5, 5);
        memcpy(rest, folded, n - 6);
    } else
        return;
    add_form(parsed, rest, false, parsed->wanted);
    add_hints(parsed, postal, true);
}

/* Forms with abbreviations spelt out: "st etienne" -> "saint etienne". */
static void spell_out(struct parsed_query *parsed)
{
    static const struct {
        const char *brief, *whole;
    } abbreviations[] = {{"st ", "saint "}, {"ste ", "sainte "}, {"sts ", "saints "},
                         {"mt ", "mont "},  {"s ", "sur "},      {"ss ", "sous "}};
    size_t n_forms = parsed->n_forms;
    for (size_t f = 0; f < n_forms; f++) {
        char spelt[PLACE_KEY_SIZE] = "";
        size_t length = 0;
        const char *at = parsed->forms[f].folded;
        bool changed = false, start = true;
        while (*at && length + 12 < sizeof spelt) {
            size_t i = 0, count = sizeof abbreviations / sizeof *abbreviations;
            while (start && i < count &&
                   strncmp(at, abbreviations[i].brief, strlen(abbreviations[i].brief)) != 0)
                i++;
            if (start && i < count) {
                length += (size_t)snprintf(spelt + length, sizeof spelt - length, "%s",
                                           abbreviations[i].whole);
                at += strlen(abbreviations[i].brief);
                changed = true;
                continue;
            }
            start = *at == ' ';
            spelt[length++] = *at++;
            spelt[length] = '\0';
        }
        if (changed && !*at)
            add_form(parsed, spelt, parsed->forms[f].whole, parsed->forms[f].wanted);
    }
}

/* "C.C. du Val de Drôme": initials at the beginning are one word, "cc". Joins them in place. */
static void join_initials(char *folded)
{
    size_t n = 0;
    while (folded[2 * n] && folded[2 * n + 1] == ' ')
        n++;
    if (n < 2) return;
    for (size_t i = 1; i < n; i++)
        folded[i] = folded[2 * i];
    memmove(folded + n, folded + 2 * n - 1, strlen(folded + 2 * n - 1) + 1);
}

/* The name in lower case, with its marks: "Fürth" is not Furth. */
static void spell(const char *name, struct parsed_query *parsed)
{
    for (const char *c = name; *c && !parsed->accented; c++)
        parsed->accented = (unsigned char)*c >= 0x80;
    name_lower(name, parsed->spelled, sizeof parsed->spelled);
}

void query_parse(const struct place_query *query, struct parsed_query *parsed)
{
    memset(parsed, 0, sizeof *parsed);
    parsed->side = query->side;
    read_country(query->country_iso, parsed);
    if (query->type) read_type(query->type, parsed);
    const char *name = query->name ? query->name : "";
    if (strnlen(name, QUERY_LONGEST_NAME + 1) > QUERY_LONGEST_NAME) {
        parsed->too_long = true;
        return;
    }
    if (query->code && strnlen(query->code, 64) < 64) read_code(query->code, true, parsed);
    if (!parsed->code[0] && !parsed->official[0]) read_code(name, false, parsed);
    if (query->hint && strnlen(query->hint, 2000) < 2000) add_hints(parsed, query->hint, false);
    char folded[PLACE_KEY_SIZE];
    name_fold(name, folded, sizeof folded);
    join_initials(folded);
    add_form(parsed, folded, true, parsed->wanted);
    if (!parsed->n_forms) return;
    parsed->sounds_no_place = place_words_no_place(folded);
    spell(name, parsed);
    parsed->generic = place_words_generic(folded, &parsed->quantity);
    split_name(parsed, name);
    take_postal_code(parsed);
    read_type_words(parsed);
    spell_out(parsed);
}
