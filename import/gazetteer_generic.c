#include "import/gazetteer_generic.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Where the country's own word says more than a translation. */
static const struct {
    const char *country;
    const char *first, *second;
} own_words[] = {
    {"AT", "Land", "district"},
    {"BD", "division", "district"},
    {"BF", "région", "province"},
    {"BI", "province", "commune"},
    {"BJ", "département", "commune"},
    {"BY", "voblast", "raïon"},
    {"CD", "province", "territoire"},
    {"CH", "canton", "district"},
    {"CI", "district", "région"},
    {"CM", "région", "département"},
    {"CN", NULL, "préfecture"},
    {"DE", "Land", "arrondissement"},
    {"DJ", "région", NULL},
    {"DZ", "wilaya", "daïra"},
    {"EE", "comté", "commune"},
    {"GN", NULL, "préfecture"},
    {"HT", "département", "arrondissement"},
    {"HU", "comitat", NULL},
    {"KM", "île", "préfecture"},
    {"LB", "gouvernorat", "caza"},
    {"MA", "région", "province"},
    {"MG", "région", "district"},
    {"ML", NULL, "cercle"},
    {"MR", "wilaya", "moughataa"},
    {"NE", "région", "département"},
    {"PL", "voïvodie", "powiat"},
    {"RO", "județ", "commune"},
    {"RW", "province", "district"},
    {"SE", "län", "commune"},
    {"SN", "région", "département"},
    {"TD", "province", "département"},
    {"TG", "région", "préfecture"},
    {"TN", "gouvernorat", "délégation"},
    {"TR", "province", "district"},
    {"UA", "oblast", "raïon"},
    {"VN", "province", "district"},
};

static const struct {
    const char *english, *french;
} words[] = {
    {"Administrative atoll", "atoll"},
    {"Administrative region", "région"},
    {"Administrative territory", "territoire"},
    {"Arrondissement", "arrondissement"},
    {"Autonomous city", "ville autonome"},
    {"Autonomous city in north africa", "ville autonome"},
    {"Autonomous community", "communauté autonome"},
    {"Autonomous district", "district autonome"},
    {"Autonomous province", "province autonome"},
    {"Autonomous region", "région autonome"},
    {"Autonomous republic", "république autonome"},
    {"Borough", "arrondissement"},
    {"Canton", "canton"},
    {"Capital city", "capitale"},
    {"Capital district", "district de la capitale"},
    {"Capital territory", "territoire de la capitale"},
    {"Circle", "cercle"},
    {"City", "ville"},
    {"City municipality", "municipalité"},
    {"City with county rights", "ville de rang de comitat"},
    {"Commune", "commune"},
    {"Council area", "comté"},
    {"Country", "nation"},
    {"County", "comté"},
    {"Department", "département"},
    {"Development region", "région de développement"},
    {"District", "district"},
    {"District municipality", "municipalité"},
    {"Division", "division"},
    {"Economic prefecture", "préfecture économique"},
    {"Emirate", "émirat"},
    {"Entity", "entité"},
    {"Federal district", "district fédéral"},
    {"Governorate", "gouvernorat"},
    {"Island", "île"},
    {"Island council", "île"},
    {"Land", "Land"},
    {"Local council", "conseil local"},
    {"London borough", "borough de Londres"},
    {"Metropolitan city", "ville métropolitaine"},
    {"Metropolitan district", "district métropolitain"},
    {"Metropolitan region", "région"},
    {"Municipality", "municipalité"},
    {"Oblast", "oblast"},
    {"Parish", "paroisse"},
    {"Popularate", "chabiya"},
    {"Prefecture", "préfecture"},
    {"Province", "province"},
    {"Quarter", "quartier"},
    {"Rayon", "raïon"},
    {"Region", "région"},
    {"Regional state", "région"},
    {"Republic", "république"},
    {"Republican city", "ville"},
    {"Special city", "ville"},
    {"Special municipality", "municipalité"},
    {"State", "État"},
    {"Territory", "territoire"},
    {"Two-tier county", "comté"},
    {"Union territory", "territoire"},
    {"Unitary authority", "autorité unitaire"},
    {"Voivodship", "voïvodie"},
    {"Ward", "quartier"},
    {"Wilaya", "wilaya"},
};

static int compare_english(const void *english, const void *word)
{
    return strcmp(english, *(const char *const *)word);
}

const char *generic_word(const char *country_iso, int level, const char *english)
{
    for (size_t i = 0; country_iso && i < sizeof own_words / sizeof *own_words; i++) {
        if (strcmp(own_words[i].country, country_iso) != 0) continue;
        const char *own = level == 1 ? own_words[i].first : own_words[i].second;
        if (own) return own;
    }
    if (!english) return NULL;
    const void *found =
        bsearch(english, words, sizeof words / sizeof *words, sizeof *words, compare_english);
    return found ? ((const char *const *)found)[1] : NULL;
}

static const char *const stripped[] = {
    "al",          "apskritis",    "autonomous", "borough",   "canton",      "cercle",
    "comte",       "commune",      "county",     "d",         "de",          "del",
    "departement", "departamento", "department", "des",       "di",          "district",
    "distrito",    "do",           "du",         "el",        "gouvernorat", "governorate",
    "judetul",     "kraj",         "l",          "la",        "lan",         "le",
    "megye",       "municipality", "muhafazat",  "novads",    "oblast",      "of",
    "okrug",       "prefecture",   "province",   "provincia", "raion",       "region",
    "republic",    "state",        "the",        "urban",     "voblasc",     "voivodeship",
    "wilaya",      "zupanija",
};

void generic_strip(char *folded)
{
    char kept[512], *rest = folded;
    size_t length = strlen(folded), n = 0;
    if (length >= sizeof kept) return;
    char copy[512];
    memcpy(copy, folded, length + 1);
    rest = copy;
    for (char *word; (word = strsep(&rest, " "));) {
        bool strip = false;
        for (size_t i = 0; i < sizeof stripped / sizeof *stripped; i++)
            strip = strip || strcmp(stripped[i], word) == 0;
        if (strip || !*word) continue;
        n += (size_t)snprintf(kept + n, sizeof kept - n, "%s%s", n ? " " : "", word);
    }
    if (n) memcpy(folded, kept, n + 1);
}

const char *generic_rest(const char *name, const char *generic)
{
    static const char *const articles[] = {" de la ", " de l'", " de l’", " du ",
                                           " des ",   " de ",   " d'",    " d’"};
    size_t length = generic ? strlen(generic) : 0;
    if (!length || strncasecmp(name, generic, length) != 0) return name;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
        size_t article = strlen(articles[i]);
        if (strncmp(name + length, articles[i], article) == 0 && name[length + article])
            return name + length + article;
    }
    return name;
}
