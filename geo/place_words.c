#include "geo/place_words.h"

#include "geo/place_keys.h"
#include "geo/place_types.h"

#include <stdio.h>
#include <string.h>

bool place_word_among(const char *word, size_t length, const char *const *words)
{
    for (; *words; words++)
        if (**words == *word && strncmp(*words, word, length) == 0 && (*words)[length] == '\0')
            return true;
    return false;
}

const char *const place_prepositions[] = {"de",   "du", "des", "d",   "of",  "di",  "del", "della",
                                          "dell", "do", "da",  "dos", "das", "der", "von", NULL};
const char *const place_articles[] = {"le", "la",  "les", "l",  "the", "el",  "al", "os",
                                      "as", "los", "las", "et", "and", "und", "y",  NULL};

size_t place_word_length(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && text[n] != ' ')
        n++;
    return n;
}

/* What a network's name starts with. */
static const char *const no_place_starts[] = {"association",
                                              "associations",
                                              "asociacion",
                                              "associazione",
                                              "associacao",
                                              "reseau",
                                              "reseaux",
                                              "network",
                                              "federation",
                                              "federacion",
                                              "federazione",
                                              "confederation",
                                              "fondation",
                                              "foundation",
                                              "ong",
                                              "agence",
                                              "agency",
                                              "comite",
                                              "academie",
                                              "universite",
                                              "university",
                                              "institut",
                                              "institute",
                                              "ligue",
                                              "league",
                                              "congres",
                                              "congress",
                                              "zwiazek",
                                              "verband",
                                              "bund",
                                              "alliance",
                                              "forum",
                                              "cites unies",
                                              "cites et gouvernements",
                                              "conseil des communes",
                                              "conseil des villes",
                                              "conseil national",
                                              "rat der",
                                              "union des",
                                              "union of",
                                              "union nationale",
                                              "regions de france",
                                              "villes de france",
                                              "chambre de",
                                              "chambre des",
                                              "hopital",
                                              "centre hospitalier",
                                              "lycee",
                                              "college",
                                              "ecole",
                                              "assemblee des",
                                              "amicale",
                                              "groupe energies",
                                              "ministere",
                                              "ambassade",
                                              NULL};

bool place_words_no_place(const char *folded)
{
    for (size_t i = 0; no_place_starts[i]; i++) {
        size_t n = strlen(no_place_starts[i]);
        if (strncmp(folded, no_place_starts[i], n) == 0 && (folded[n] == ' ' || folded[n] == '\0'))
            return true;
    }
    return false;
}

static const char *const quantities[] = {"plusieurs",  "divers",    "diverses", "differentes",
                                         "differents", "autres",    "several",  "various",
                                         "multiple",   "multiples", NULL};
static const char *const fillers[] = {"partenaire",
                                      "partenaires",
                                      "partner",
                                      "partners",
                                      "inconnu",
                                      "inconnue",
                                      "unknown",
                                      "non",
                                      "precise",
                                      "precisee",
                                      "communique",
                                      "definir",
                                      "determiner",
                                      "a",
                                      "na",
                                      "n",
                                      "nc",
                                      "nd",
                                      "neant",
                                      "aucun",
                                      "aucune",
                                      "sans",
                                      "nom",
                                      "local",
                                      "locale",
                                      "locales",
                                      "locaux",
                                      "etrangere",
                                      "etranger",
                                      "collectivites",
                                      "collectivite",
                                      "communes",
                                      "villes",
                                      "regions",
                                      "provinces",
                                      "territoires",
                                      "municipalites",
                                      "departements",
                                      "pays",
                                      "autorite",
                                      "autorites",
                                      "cities",
                                      "towns",
                                      NULL};

bool place_words_generic(const char *folded, bool *quantity)
{
    size_t first = place_word_length(folded, strlen(folded));
    *quantity = place_word_among(folded, first, quantities);
    if (first == 0 || *quantity) return true;
    for (const char *word = folded; *word;) {
        size_t n = place_word_length(word, strlen(word));
        char copy[PLACE_KEY_SIZE];
        snprintf(copy, sizeof copy, "%.*s", (int)n, word);
        struct place_type type;
        if (!place_word_among(word, n, fillers) && !place_word_among(word, n, place_prepositions) &&
            !place_word_among(word, n, place_articles) && !place_type_parse(copy, &type))
            return false;
        word += n + (word[n] == ' ');
    }
    return true;
}
