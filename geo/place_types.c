#include "geo/place_types.h"

#include "geo/place_words.h"

#include <pthread.h>
#include <string.h>

#define COMMUNE  KIND_BIT(KIND_COMMUNE)
#define EPCI     KIND_BIT(KIND_EPCI)
#define EPT      KIND_BIT(KIND_EPT)
#define DEP      (KIND_BIT(KIND_DEPARTEMENT) | KIND_BIT(KIND_COLLECTIVITE_UNIQUE))
#define REG      (KIND_BIT(KIND_REGION) | KIND_BIT(KIND_COLLECTIVITE_UNIQUE))
#define UNIQUE   (KIND_BIT(KIND_COLLECTIVITE_UNIQUE) | REG | DEP)
#define SYNDICAT KIND_BIT(KIND_SYNDICAT)
#define CITY     KIND_BIT(KIND_CITY)
#define DISTRICT KIND_BIT(KIND_DISTRICT)
#define ADMIN2   KIND_BIT(KIND_ADMIN2)
#define ADMIN1   KIND_BIT(KIND_ADMIN1)
#define GROUP    KIND_BIT(KIND_GROUPEMENT)
#define COUNTRY  KIND_BIT(KIND_COUNTRY)

enum position { NOWHERE = 0, BEFORE = 1, BEHIND = 2, EITHER = 3 };

/* Words that say what kind of place a name is. `where`: at which end of a name they are type
 * words; NOWHERE: only as the content of a type column. */
static const struct type_phrase {
    const char *text;
    unsigned where;
    kind_set french, foreign;
    bool no_place;
} phrases[] = {
    /* municipalities */
    {"ville", EITHER, COMMUNE, CITY, false},
    {"commune", EITHER, COMMUNE, CITY, false},
    {"commune nouvelle", BEFORE, COMMUNE, 0, false},
    {"commune rurale", BEFORE, COMMUNE, CITY, false},
    {"commune urbaine", BEFORE, COMMUNE, CITY, false},
    {"commune mixte", BEFORE, COMMUNE, CITY, false},
    {"commune de plein exercice", BEFORE, 0, CITY, false},
    {"communaute rurale", BEFORE, 0, CITY, false},
    {"mairie", BEFORE, COMMUNE, CITY, false},
    {"apc", BEFORE, 0, CITY, false},
    {"assemblee populaire communale", BEFORE, 0, CITY, false},
    {"apw", BEFORE, 0, ADMIN1, false},
    {"assemblee populaire de wilaya", BEFORE, 0, ADMIN1, false},
    {"municipalite", EITHER, COMMUNE, CITY, false},
    {"municipalite regionale de comte", BEFORE, 0, ADMIN2 | GROUP, false},
    {"mrc", BEFORE, 0, ADMIN2 | GROUP, false},
    {"municipality", EITHER, COMMUNE, CITY, false},
    {"rural municipality", EITHER, 0, CITY, false},
    {"district municipality", EITHER, 0, ADMIN2 | CITY, false},
    {"metropolitan municipality", EITHER, 0, CITY | GROUP, false},
    {"local municipality", EITHER, 0, CITY, false},
    {"city", EITHER, COMMUNE, CITY, false},
    {"city council", BEHIND, 0, CITY, false},
    {"town", EITHER, COMMUNE, CITY, false},
    {"village", EITHER, COMMUNE, CITY, false},
    {"urban commune", BEHIND, 0, CITY, false},
    {"rural commune", BEHIND, 0, CITY, false},
    {"municipio", EITHER, 0, CITY, false},
    {"municipi", BEFORE, 0, CITY, false},
    {"ayuntamiento", BEFORE, 0, CITY, false},
    {"alcaldia", BEFORE, 0, CITY, false},
    {"alcaldia municipal", BEFORE, 0, CITY, false},
    {"intendencia", BEFORE, 0, ADMIN1, false},
    {"comune", BEFORE, 0, CITY, false},
    {"citta", BEFORE, 0, CITY, false},
    {"cidade", BEFORE, 0, CITY, false},
    {"ciudad", BEFORE, 0, CITY, false},
    {"concelho", BEFORE, 0, CITY, false},
    {"camara municipal", BEFORE, 0, CITY, false},
    {"prefeitura", BEFORE, 0, CITY, false},
    {"prefeitura municipal", BEFORE, 0, CITY, false},
    {"gmina", BEFORE, 0, CITY, false},
    {"miasto", BEFORE, 0, CITY, false},
    {"stadt", EITHER, 0, CITY, false},
    {"hansestadt", BEFORE, 0, CITY, false},
    {"landeshauptstadt", BEFORE, 0, CITY, false},
    {"gemeinde", BEFORE, 0, CITY, false},
    {"gemeente", BEFORE, 0, CITY, false},
    {"marktgemeinde", BEFORE, 0, CITY, false},
    {"markt", BEFORE, 0, CITY, false},
    {"verbandsgemeinde", BEFORE, 0, CITY | GROUP, false},
    {"oras", BEFORE, 0, CITY, false},
    {"orasul", BEFORE, 0, CITY, false},
    {"comuna", BEFORE, 0, CITY, false},
    {"municipiul", BEFORE, 0, CITY, false},
    {"obec", BEFORE, 0, CITY, false},
    {"mesto", BEFORE, 0, CITY, false},
    {"grad", BEFORE, 0, CITY, false},
    {"opstina", BEFORE, 0, CITY, false},
    {"obshtina", BEFORE, 0, CITY, false},
    {"obcina", BEFORE, 0, CITY, false},
    {"opcina", BEFORE, 0, CITY, false},
    {"bashkia", BEFORE, 0, CITY, false},
    {"komuna", BEFORE, 0, CITY, false},
    {"kommune", EITHER, 0, CITY, false},
    {"kommun", BEHIND, 0, CITY, false},
    {"belediyesi", BEHIND, 0, CITY, false},
    {"hromada", EITHER, 0, CITY, false},
    {"dimos", BEFORE, 0, CITY, false},
    {"thanh pho", BEFORE, 0, CITY, false},
    {"thi xa", BEFORE, 0, CITY, false},
    {"capitale", BEFORE, 0, CITY, false},
    {"metropolitan city", EITHER, 0, CITY | ADMIN2, false},
    {"special city", EITHER, 0, CITY, false},
    {"shi", BEHIND, 0, CITY, false},
    {"si", BEHIND, 0, CITY, false},
    {"collectivite locale", BEFORE, 0, CITY, false},
    {"collectivite", BEFORE, UNIQUE, CITY | ADMIN2 | ADMIN1, false},
    {"autorite locale", BEFORE, COMMUNE, CITY, false},
    /* parts of a municipality, and second level */
    {"camp", BEFORE, 0, DISTRICT | CITY, false},
    {"camp de refugies", BEFORE, 0, DISTRICT | CITY, false},
    {"london borough", BEFORE, 0, DISTRICT | ADMIN2 | CITY, false},
    {"royal borough", BEFORE, 0, DISTRICT | ADMIN2 | CITY, false},
    {"county borough", BEHIND, 0, ADMIN2 | CITY, false},
    {"township", BEHIND, 0, CITY | DISTRICT, false},
    {"gu", BEHIND, 0, DISTRICT, false},
    {"ku", BEHIND, 0, DISTRICT, false},
    {"quartier", BEFORE, 0, DISTRICT, false},
    {"borough", EITHER, 0, DISTRICT | CITY, false},
    {"metropolitan borough", BEFORE, 0, DISTRICT | ADMIN2 | CITY, false},
    {"arrondissement", BEFORE, 0, DISTRICT | ADMIN2, false},
    {"arrondissement", NOWHERE, COMMUNE, DISTRICT | ADMIN2, false},
    {"district", EITHER, 0, DISTRICT | ADMIN2, false},
    {"district autonome", BEFORE, 0, ADMIN1 | ADMIN2, false},
    {"distrito", BEFORE, 0, DISTRICT | ADMIN2, false},
    {"sous prefecture", BEFORE, 0, DISTRICT | CITY, false},
    {"cercle", EITHER, 0, ADMIN2, false},
    {"daira", EITHER, 0, ADMIN2 | CITY, false},
    {"delegation", EITHER, 0, ADMIN2 | DISTRICT, false},
    {"moughataa", EITHER, 0, ADMIN2, false},
    {"woreda", EITHER, 0, ADMIN2 | DISTRICT, false},
    {"caza", EITHER, 0, ADMIN2, false},
    {"qadaa", EITHER, 0, ADMIN2, false},
    {"kreis", BEFORE, 0, ADMIN2, false},
    {"landkreis", BEFORE, 0, ADMIN2, false},
    {"powiat", BEFORE, 0, ADMIN2, false},
    {"okres", BEFORE, 0, ADMIN2, false},
    {"raion", EITHER, 0, ADMIN2 | ADMIN1, false},
    {"raionul", BEFORE, 0, ADMIN2 | ADMIN1, false},
    {"rayon", EITHER, 0, ADMIN2 | ADMIN1, false},
    {"okrug", BEHIND, 0, ADMIN2 | ADMIN1, false},
    {"comarca", BEFORE, 0, ADMIN2 | GROUP, false},
    {"partido", BEFORE, 0, ADMIN2, false},
    {"admin2", NOWHERE, 0, ADMIN2, false},
    /* first level */
    {"region", EITHER, REG, ADMIN1, false},
    {"region autonome", BEFORE, 0, ADMIN1, false},
    {"regione", BEFORE, 0, ADMIN1, false},
    {"regiao", BEFORE, 0, ADMIN1, false},
    {"conseil regional", BEFORE, REG, ADMIN1, false},
    {"gouvernement regional", BEFORE, 0, ADMIN1, false},
    {"gobierno regional", BEFORE, 0, ADMIN1, false},
    {"gobierno provincial", BEFORE, 0, ADMIN1, false},
    {"province", EITHER, 0, ADMIN1 | ADMIN2, false},
    {"province autonome", BEFORE, 0, ADMIN1, false},
    {"provincia", BEFORE, 0, ADMIN1 | ADMIN2, false},
    {"conseil provincial", BEFORE, 0, ADMIN1 | ADMIN2, false},
    {"wilaya", EITHER, 0, ADMIN1, false},
    {"gouvernorat", EITHER, 0, ADMIN1, false},
    {"governorate", EITHER, 0, ADMIN1, false},
    {"muhafazah", BEFORE, 0, ADMIN1, false},
    {"mohafazat", BEFORE, 0, ADMIN1, false},
    {"state", EITHER, 0, ADMIN1, false},
    {"etat", BEFORE, 0, ADMIN1, false},
    {"etat federe", BEFORE, 0, ADMIN1, false},
    {"estado", BEFORE, 0, ADMIN1, false},
    {"land", BEFORE, 0, ADMIN1, false},
    {"freistaat", BEFORE, 0, ADMIN1, false},
    {"oblast", EITHER, 0, ADMIN1, false},
    {"krai", BEHIND, 0, ADMIN1, false},
    {"kraj", EITHER, 0, ADMIN1, false},
    {"voivodie", BEFORE, 0, ADMIN1, false},
    {"voivodat", BEFORE, 0, ADMIN1, false},
    {"voivodeship", EITHER, 0, ADMIN1, false},
    {"wojewodztwo", BEFORE, 0, ADMIN1, false},
    {"marz", EITHER, 0, ADMIN1, false},
    {"judet", BEFORE, 0, ADMIN1, false},
    {"judetul", BEFORE, 0, ADMIN1, false},
    {"zupanija", BEHIND, 0, ADMIN1, false},
    {"comitat", BEFORE, 0, ADMIN1, false},
    {"county", EITHER, 0, ADMIN1 | ADMIN2, false},
    {"comte", BEFORE, 0, ADMIN1 | ADMIN2, false},
    {"canton", EITHER, 0, ADMIN1 | ADMIN2, false},
    {"canton", NOWHERE, 0, ADMIN1 | ADMIN2, false},
    {"emirat", BEFORE, 0, ADMIN1, false},
    {"emirate", EITHER, 0, ADMIN1, false},
    {"prefecture", EITHER, 0, ADMIN1 | ADMIN2, false},
    {"dept", BEFORE, DEP, 0, false},
    {"dpt", BEFORE, DEP, 0, false},
    {"departement", EITHER, DEP, ADMIN1 | ADMIN2, false},
    {"department", EITHER, DEP, ADMIN1 | ADMIN2, false},
    {"departamento", BEFORE, 0, ADMIN1, false},
    {"gobernacion", BEFORE, 0, ADMIN1, false},
    {"conseil departemental", BEFORE, DEP, ADMIN1 | ADMIN2, false},
    {"cg", BEFORE, DEP, 0, false},
    {"cd", BEFORE, DEP, 0, false},
    {"cr", BEFORE, REG, 0, false},
    {"conseil general", BEFORE, DEP, ADMIN1 | ADMIN2, false},
    {"communaute autonome", BEFORE, 0, ADMIN1, false},
    {"comunidad autonoma", BEFORE, 0, ADMIN1, false},
    {"comunidad", BEFORE, 0, ADMIN1 | GROUP, false},
    {"generalitat", BEFORE, 0, ADMIN1, false},
    {"junta", BEFORE, 0, ADMIN1, false},
    {"diputacion", BEFORE, 0, ADMIN2 | ADMIN1, false},
    {"diputacion provincial", BEFORE, 0, ADMIN2 | ADMIN1, false},
    {"diputacio", BEFORE, 0, ADMIN2 | ADMIN1, false},
    {"republique autonome", BEFORE, 0, ADMIN1, false},
    {"territoire autonome", BEFORE, 0, ADMIN1, false},
    {"tinh", BEFORE, 0, ADMIN1, false},
    {"mkoa", BEFORE, 0, ADMIN1, false},
    {"admin1", NOWHERE, 0, ADMIN1, false},
    /* groupings */
    {"communaute de communes", EITHER, EPCI, GROUP, false},
    {"communaute d agglomeration", EITHER, EPCI, GROUP, false},
    {"communaute agglomeration", EITHER, EPCI, GROUP, false},
    {"communaute urbaine", EITHER, EPCI, GROUP | CITY, false},
    {"communaute metropolitaine", BEFORE, EPCI, GROUP, false},
    {"communaute", EITHER, EPCI, GROUP, false},
    {"communaute intercommunale", BEFORE, EPCI, GROUP, false},
    {"metropole", EITHER, EPCI, GROUP | CITY, false},
    {"eurometropole", BEFORE, EPCI, GROUP, false},
    {"metropole europeenne", BEFORE, EPCI, GROUP, false},
    {"agglomeration", EITHER, EPCI, GROUP | CITY, false},
    {"agglo", EITHER, EPCI, GROUP, false},
    {"intercommunalite", BEFORE, EPCI, GROUP, false},
    {"intercommunalite", NOWHERE, EPCI, GROUP, false},
    {"aire metropolitaine", BEFORE, 0, GROUP | ADMIN2, false},
    {"cc", EITHER, EPCI, GROUP, false},
    {"ca", BEFORE, EPCI, GROUP, false},
    {"cu", BEFORE, EPCI, GROUP, false},
    {"cdc", BEFORE, EPCI, 0, false},
    {"epci", EITHER, EPCI, GROUP, false},
    {"ept", BEFORE, EPT, GROUP, false},
    {"etablissement public territorial", EITHER, EPT, 0, false},
    {"etablissement public de cooperation intercommunale", BEFORE, EPCI, GROUP, false},
    {"district urbain", BEFORE, EPCI, 0, false},
    {"groupement", EITHER, EPCI, GROUP, false},
    {"groupement de communes", BEFORE, EPCI, GROUP, false},
    {"groupement intercommunal", BEFORE, EPCI, GROUP, false},
    {"mancomunidad", BEFORE, 0, GROUP, false},
    {"mancomunidad de municipios", BEFORE, 0, GROUP, false},
    {"union de municipalites", BEFORE, 0, GROUP, false},
    {"union des municipalites", BEFORE, 0, GROUP, false},
    {"union des communes", BEFORE, 0, GROUP, false},
    {"federation de municipalites", BEFORE, 0, GROUP, false},
    {"federation des municipalites", BEFORE, 0, GROUP, false},
    {"federation des communes", BEFORE, 0, GROUP, false},
    {"communaute des communes", BEFORE, EPCI, GROUP, false},
    {"federation", NOWHERE, EPCI, GROUP, false},
    /* French bodies of another kind */
    {"syndicat", EITHER, SYNDICAT, GROUP, false},
    {"syndicat mixte", BEFORE, SYNDICAT, GROUP, false},
    {"syndicat intercommunal", BEFORE, SYNDICAT, GROUP, false},
    {"sivom", BEFORE, SYNDICAT, 0, false},
    {"sivu", BEFORE, SYNDICAT, 0, false},
    {"parc naturel regional", BEFORE, SYNDICAT, 0, false},
    {"pnr", BEFORE, SYNDICAT, 0, false},
    {"parc", BEFORE, SYNDICAT, 0, false},
    {"park", NOWHERE, SYNDICAT, 0, false},
    {"pole metropolitain", BEFORE, SYNDICAT, 0, false},
    {"petr", BEFORE, SYNDICAT, 0, false},
    {"collectivite territoriale", BEFORE, UNIQUE, ADMIN1 | CITY, false},
    {"collectivite unique", NOWHERE, UNIQUE, 0, false},
    {"collectivite d outre mer", BEFORE, UNIQUE, 0, false},
    {"overseas", NOWHERE, UNIQUE, 0, false},
    {"outre mer", NOWHERE, UNIQUE, 0, false},
    {"country", NOWHERE, 0, COUNTRY, false},
    {"pays", NOWHERE, 0, COUNTRY, false},
    {"etat souverain", NOWHERE, 0, COUNTRY, false},
    /* never a place */
    {"network", NOWHERE, 0, 0, true},
    {"reseau", NOWHERE, 0, 0, true},
    {"association", NOWHERE, 0, 0, true},
    {"ong", NOWHERE, 0, 0, true},
    {"ngo", NOWHERE, 0, 0, true},
    {"operator", NOWHERE, 0, 0, true},
    {"operateur", NOWHERE, 0, 0, true},
    {"universite", NOWHERE, 0, 0, true},
    {"university", NOWHERE, 0, 0, true},
    {"entreprise", NOWHERE, 0, 0, true},
    {"company", NOWHERE, 0, 0, true},
    {"fondation", NOWHERE, 0, 0, true},
    {"foundation", NOWHERE, 0, 0, true},
};
enum { PHRASE_COUNT = sizeof phrases / sizeof *phrases };

/* Phrases by the first and by the last letter, so that most names meet none of them. */
static pthread_once_t sorted_once = PTHREAD_ONCE_INIT;
static short by_first[26][PHRASE_COUNT + 1], by_last[26][PHRASE_COUNT + 1]; /* ended by -1 */
static unsigned char phrase_lengths[PHRASE_COUNT];

static void sort_phrases(void)
{
    int n_first[26] = {0}, n_last[26] = {0};
    for (short i = 0; i < PHRASE_COUNT; i++) {
        size_t n = strlen(phrases[i].text);
        phrase_lengths[i] = (unsigned char)n;
        unsigned first = (unsigned)(phrases[i].text[0] - 'a');
        unsigned last = (unsigned)(phrases[i].text[n - 1] - 'a');
        if (phrases[i].where & BEFORE) by_first[first][n_first[first]++] = i;
        if (phrases[i].where & BEHIND && last < 26) by_last[last][n_last[last]++] = i;
    }
    for (int letter = 0; letter < 26; letter++) {
        by_first[letter][n_first[letter]] = -1;
        by_last[letter][n_last[letter]] = -1;
    }
}

const char *place_type_phrase(size_t i)
{
    return i < PHRASE_COUNT ? phrases[i].text : NULL;
}

bool place_type_parse(const char *folded, struct place_type *type)
{
    *type = (struct place_type){0};
    if (strcmp(folded, "province") == 0) { /* in a column the first level, before a name also the
                                              second ("province du Kenedougou") */
        *type = (struct place_type){.french = UNIQUE, .foreign = ADMIN1};
        return true;
    }
    for (size_t i = 0; i < PHRASE_COUNT; i++) {
        if (phrases[i].text[0] != folded[0] || strcmp(phrases[i].text, folded) != 0) continue;
        type->french |= phrases[i].french;
        type->foreign |= phrases[i].foreign;
        type->no_place |= phrases[i].no_place;
    }
    return type->french || type->foreign || type->no_place;
}

static void add_meaning(struct place_type *type, const struct type_phrase *phrase)
{
    /* Two type words narrow each other ("collectivite territoriale … region"), where they can. */
    kind_set both = type->french & phrase->french;
    type->french = both ? both : type->french | phrase->french;
    both = type->foreign & phrase->foreign;
    type->foreign = both ? both : type->foreign | phrase->foreign;
}

/* The longest phrase that starts the text and leaves something behind it, or NULL. */
static const struct type_phrase *phrase_before(const char *text, size_t length)
{
    const struct type_phrase *best = NULL;
    size_t best_length = 0;
    unsigned letter = (unsigned)(text[0] - 'a');
    if (length == 0 || letter >= 26) return NULL;
    for (const short *i = by_first[letter]; *i >= 0; i++) {
        size_t n = phrase_lengths[*i];
        if (n > best_length && n + 1 < length && text[n] == ' ' &&
            memcmp(text, phrases[*i].text, n) == 0) {
            best = &phrases[*i];
            best_length = n;
        }
    }
    return best;
}

static const struct type_phrase *phrase_behind(const char *text, size_t length)
{
    const struct type_phrase *best = NULL;
    size_t best_length = 0;
    if (length == 0) return NULL;
    unsigned letter = (unsigned)(text[length - 1] - 'a');
    if (letter >= 26) return NULL;
    for (const short *i = by_last[letter]; *i >= 0; i++) {
        size_t n = phrase_lengths[*i];
        if (n > best_length && n + 1 < length && text[length - n - 1] == ' ' &&
            memcmp(text + length - n, phrases[*i].text, n) == 0) {
            best = &phrases[*i];
            best_length = n;
        }
    }
    return best;
}

bool place_type_strip(const char *folded, char *rest, size_t size, struct place_type *type)
{
    pthread_once(&sorted_once, sort_phrases);
    *type = (struct place_type){0};
    const char *text = folded;
    size_t length = strlen(folded);
    bool stripped = false, several = memchr(folded, ' ', length) != NULL;
    for (int round = 0; round < 2 && several; round++) {
        const struct type_phrase *phrase = phrase_before(text, length);
        if (phrase) {
            size_t n = strlen(phrase->text) + 1;
            size_t word = place_word_length(text + n, length - n);
            if (n + word + 1 < length && place_word_among(text + n, word, place_prepositions))
                n += word + 1;
            text += n;
            length -= n;
        } else if ((phrase = phrase_behind(text, length)))
            length -= strlen(phrase->text) + 1;
        else
            break;
        add_meaning(type, phrase);
        stripped = true;
    }
    if (length >= size) length = size - 1;
    memmove(rest, text, length);
    rest[length] = '\0';
    return stripped;
}
