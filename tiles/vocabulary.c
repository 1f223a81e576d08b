#include "tiles/vocabulary.h"

#include <string.h>

static const struct vocabulary_word kinds[] = {
    {"jumelage", "Jumelage", "Twinning"},
    {"pacte-amitie", "Pacte d’amitié", "Friendship pact"},
    {"accord-cadre", "Accord-cadre", "Framework agreement"},
    {"convention", "Convention", "Agreement"},
    {"projet", "Projet", "Project"},
    {"action", "Action", "Action"},
    {"urgence", "Action d’urgence", "Emergency relief"},
    {"soutien", "Soutien", "Support"},
    {"expertise", "Échange d’expertise", "Exchange of expertise"},
    {"transfrontalier", "Coopération transfrontalière", "Cross-border cooperation"},
    {"reseau", "Réseau", "Network"},
    {"intention", "Intention", "Intention"},
};

static const struct vocabulary_word modes[] = {
    {"mutualise", "Mutualisé", "Pooled"},        {"a-rejoindre", "À rejoindre", "Open to others"},
    {"cles-en-main", "Clés en main", "Turnkey"}, {"trilateral", "Trilatéral", "Trilateral"},
    {"1pc-eau", "1 % eau", "1% water"},          {"1pc-energie", "1 % énergie", "1% energy"},
    {"1pc-dechets", "1 % déchets", "1% waste"},
};

static const struct vocabulary_word statuses[] = {
    {"active", "En cours", "Active"},     {"ended", "Terminé", "Ended"},
    {"planned", "Prévu", "Planned"},      {"suspended", "Suspendu", "Suspended"},
    {"dormant", "En sommeil", "Dormant"}, {"cancelled", "Annulé", "Cancelled"},
};

static const struct vocabulary_word roles[] = {
    {"chef-de-file", "Chef de file", "Lead"},
    {"partenaire", "Partenaire", "Partner"},
    {"operateur", "Opérateur", "Operator"},
    {"financeur", "Financeur", "Funder"},
    {"soutien", "Soutien", "Supporter"},
    {"beneficiaire", "Territoire concerné", "Territory concerned"},
};

static const struct vocabulary_word genders[] = {
    {"0", "L’égalité n’est pas un objectif", "Equality is not an objective"},
    {"1", "L’égalité est un objectif significatif", "Equality is a significant objective"},
    {"2", "L’égalité est l’objectif principal", "Equality is the principal objective"},
};

static const struct vocabulary_word precisions[] = {
    {"exact", "Lieu exact", "Exact place"},
    {"area", "Placé au milieu d’une zone", "Placed in the middle of an area"},
    {"country", "Connu au niveau du pays", "Known at country level"},
    {"none", "Sans lieu", "Without a place"},
};

static const struct vocabulary_word natures[] = {
    {"prevu", "Prévu", "Planned"},
    {"attribue", "Attribué", "Granted"},
    {"verse", "Versé", "Paid"},
    {"cumul", "Cumul", "Cumulated"},
};

#define WORDS(array)                                                                               \
    {                                                                                              \
        array, sizeof(array) / sizeof *(array)                                                     \
    }
static const struct {
    const struct vocabulary_word *words;
    size_t n;
} vocabularies[VOCABULARY_COUNT] = {
    [VOCABULARY_KIND] = WORDS(kinds),      [VOCABULARY_MODE] = WORDS(modes),
    [VOCABULARY_STATUS] = WORDS(statuses), [VOCABULARY_ROLE] = WORDS(roles),
    [VOCABULARY_GENDER] = WORDS(genders),  [VOCABULARY_PRECISION] = WORDS(precisions),
    [VOCABULARY_NATURE] = WORDS(natures),
};

size_t vocabulary_size(enum vocabulary vocabulary)
{
    return (unsigned)vocabulary < VOCABULARY_COUNT ? vocabularies[vocabulary].n : 0;
}

const struct vocabulary_word *vocabulary_word(enum vocabulary vocabulary, size_t index)
{
    return index < vocabulary_size(vocabulary) ? &vocabularies[vocabulary].words[index] : NULL;
}

int vocabulary_find(enum vocabulary vocabulary, const char *text)
{
    for (size_t i = 0; text && i < vocabulary_size(vocabulary); i++)
        if (strcmp(vocabularies[vocabulary].words[i].key, text) == 0) return (int)i;
    return -1;
}
