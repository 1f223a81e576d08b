#include "import/words.h"

#include "geo/name.h"

#include <string.h>

const char *word_look_up(const struct word *table, const char *text)
{
    char folded[120];
    if (!text || name_fold(text, folded, sizeof folded) >= sizeof folded || !*folded) return NULL;
    for (const struct word *w = table; w->folded; w++)
        if (strcmp(w->folded, folded) == 0) return w->word;
    return NULL;
}

const char *kind_word(const char *text)
{
    static const struct word table[] = {
        {"jumelage", "jumelage"},
        {"jumelages", "jumelage"},
        {"twinning", "jumelage"},
        {"twin towns", "jumelage"},
        {"pacte amitie", "pacte-amitie"},
        {"pacte d amitie", "pacte-amitie"},
        {"accord d amitie", "pacte-amitie"},
        {"charte d amitie", "pacte-amitie"},
        {"friendship pact", "pacte-amitie"},
        {"friendship agreement", "pacte-amitie"},
        {"accord cadre", "accord-cadre"},
        {"accord", "accord-cadre"},
        {"accord de cooperation", "accord-cadre"},
        {"framework agreement", "accord-cadre"},
        {"convention", "convention"},
        {"convention de cooperation", "convention"},
        {"convention de partenariat", "convention"},
        {"agreement", "convention"},
        {"cooperation agreement", "convention"},
        {"projet", "projet"},
        {"projets", "projet"},
        {"projet de cooperation", "projet"},
        {"project", "projet"},
        {"programme", "projet"},
        {"action", "action"},
        {"action ponctuelle", "action"},
        {"one off action", "action"},
        {"urgence", "urgence"},
        {"aide d urgence", "urgence"},
        {"aide humanitaire", "urgence"},
        {"emergency", "urgence"},
        {"emergency aid", "urgence"},
        {"soutien", "soutien"},
        {"subvention", "soutien"},
        {"support", "soutien"},
        {"expertise", "expertise"},
        {"assistance technique", "expertise"},
        {"technical assistance", "expertise"},
        {"transfrontalier", "transfrontalier"},
        {"cooperation transfrontaliere", "transfrontalier"},
        {"cross border", "transfrontalier"},
        {"reseau", "reseau"},
        {"network", "reseau"},
        {"intention", "intention"},
        {"lettre d intention", "intention"},
        {"declaration d intention", "intention"},
        {"letter of intent", "intention"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *mode_word(const char *text)
{
    static const struct word table[] = {
        {"mutualise", "mutualise"},
        {"mutualisee", "mutualise"},
        {"pooled", "mutualise"},
        {"a rejoindre", "a-rejoindre"},
        {"open to join", "a-rejoindre"},
        {"cles en main", "cles-en-main"},
        {"cle en main", "cles-en-main"},
        {"turnkey", "cles-en-main"},
        {"trilateral", "trilateral"},
        {"triangulaire", "trilateral"},
        {"1pc eau", "1pc-eau"},
        {"1 eau", "1pc-eau"},
        {"1pc energie", "1pc-energie"},
        {"1 energie", "1pc-energie"},
        {"1pc dechets", "1pc-dechets"},
        {"1 dechets", "1pc-dechets"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *status_word(const char *text)
{
    static const struct word table[] = {
        {"active", "active"},
        {"actif", "active"},
        {"actifs", "active"},
        {"en cours", "active"},
        {"ongoing", "active"},
        {"in progress", "active"},
        {"vivant", "active"},
        {"ended", "ended"},
        {"termine", "ended"},
        {"terminee", "ended"},
        {"acheve", "ended"},
        {"achevee", "ended"},
        {"clos", "ended"},
        {"close", "ended"},
        {"cloture", "ended"},
        {"fini", "ended"},
        {"finished", "ended"},
        {"closed", "ended"},
        {"completed", "ended"},
        {"planned", "planned"},
        {"prevu", "planned"},
        {"prevue", "planned"},
        {"a venir", "planned"},
        {"en projet", "planned"},
        {"en preparation", "planned"},
        {"suspended", "suspended"},
        {"suspendu", "suspended"},
        {"suspendue", "suspended"},
        {"dormant", "dormant"},
        {"en sommeil", "dormant"},
        {"inactif", "dormant"},
        {"inactive", "dormant"},
        {"cancelled", "cancelled"},
        {"canceled", "cancelled"},
        {"annule", "cancelled"},
        {"annulee", "cancelled"},
        {"abandonne", "cancelled"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *role_word(const char *text)
{
    static const struct word table[] = {
        {"chef de file", "chef-de-file"}, {"porteur", "chef-de-file"},
        {"pilote", "chef-de-file"},       {"lead", "chef-de-file"},
        {"lead partner", "chef-de-file"}, {"partenaire", "partenaire"},
        {"partner", "partenaire"},        {"operateur", "operateur"},
        {"operator", "operateur"},        {"financeur", "financeur"},
        {"bailleur", "financeur"},        {"funder", "financeur"},
        {"soutien", "soutien"},           {"supporter", "soutien"},
        {"support", "soutien"},           {"beneficiaire", "beneficiaire"},
        {"beneficiary", "beneficiaire"},  {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *partner_status_word(const char *text)
{
    static const struct word table[] = {
        {"known", "known"},     {"connu", "known"},     {"identifie", "known"},
        {"unknown", "unknown"}, {"inconnu", "unknown"}, {"non identifie", "unknown"},
        {"zone", "zone"},       {"state", "state"},     {"etat", "state"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *end_kind_word(const char *text)
{
    static const struct word table[] = {
        {"fixed", "fixed"},
        {"fixe", "fixed"},
        {"ferme", "fixed"},
        {"open", "open"},
        {"indeterminee", "open"},
        {"tacite", "open"},
        {"ouverte", "open"},
        {"tacite reconduction", "open"},
        {"estimated", "estimated"},
        {"estimee", "estimated"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *amount_nature_word(const char *text)
{
    static const struct word table[] = {
        {"prevu", "prevu"},       {"previsionnel", "prevu"}, {"planned", "prevu"},
        {"attribue", "attribue"}, {"accorde", "attribue"},   {"granted", "attribue"},
        {"verse", "verse"},       {"paye", "verse"},         {"paid", "verse"},
        {"decaisse", "verse"},    {"cumul", "cumul"},        {"cumule", "cumul"},
        {"cumulated", "cumul"},   {"total", "cumul"},        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *funder_word(const char *text)
{
    static const struct word table[] = {
        {"collectivite", "collectivite"},
        {"collectivites", "collectivite"},
        {"collectivite francaise", "collectivite"},
        {"collectivite territoriale", "collectivite"},
        {"authority", "collectivite"},
        {"local authority", "collectivite"},
        {"meae", "meae"},
        {"maedi", "meae"},
        {"maee", "meae"},
        {"mae", "meae"},
        {"ministere des affaires etrangeres", "meae"},
        {"ministere de l europe et des affaires etrangeres", "meae"},
        {"afd", "afd"},
        {"agence francaise de developpement", "afd"},
        {"ficol", "ficol"},
        {"afd ficol", "ficol"},
        {"ue", "ue"},
        {"eu", "ue"},
        {"union europeenne", "ue"},
        {"european union", "ue"},
        {"commission europeenne", "ue"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *gender_origin_word(const char *text)
{
    static const struct word table[] = {
        {"call", "call"},        {"appel", "call"},        {"appel a projets", "call"},
        {"e apd", "e-apd"},      {"eapd", "e-apd"},        {"declared", "declared"},
        {"declare", "declared"}, {"declaree", "declared"}, {"estimated", "estimated"},
        {"estime", "estimated"}, {"estimee", "estimated"}, {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *publication_word(const char *text)
{
    static const struct word table[] = {
        {"published", "published"}, {"publie", "published"},
        {"publiee", "published"},   {"oui", "published"},
        {"yes", "published"},       {"to review", "to-review"},
        {"a relire", "to-review"},  {"a verifier", "to-review"},
        {"a valider", "to-review"}, {"withheld", "withheld"},
        {"retenu", "withheld"},     {"retenue", "withheld"},
        {"non publie", "withheld"}, {"non", "withheld"},
        {"no", "withheld"},         {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *precision_word(const char *text)
{
    static const struct word table[] = {
        {"area", "area"},       {"admin1", "area"},  {"region", "area"}, {"province", "area"},
        {"country", "country"}, {"pays", "country"}, {NULL, NULL},
    };
    return word_look_up(table, text);
}

const char *gender_word(const char *text)
{
    static const struct word table[] = {
        {"0", "0"},
        {"1", "1"},
        {"2", "2"},
        {"non cible", "0"},
        {"non oriente", "0"},
        {"not targeted", "0"},
        {"significatif", "1"},
        {"objectif significatif", "1"},
        {"significant", "1"},
        {"principal", "2"},
        {"objectif principal", "2"},
        {NULL, NULL},
    };
    return word_look_up(table, text);
}

int truth_word(const char *text)
{
    static const struct word table[] = {
        {"1", "1"}, {"oui", "1"}, {"yes", "1"}, {"vrai", "1"}, {"true", "1"},  {"x", "1"},
        {"0", "0"}, {"non", "0"}, {"no", "0"},  {"faux", "0"}, {"false", "0"}, {NULL, NULL},
    };
    const char *found = word_look_up(table, text);
    return found ? found[0] - '0' : -1;
}
