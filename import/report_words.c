#include "import/report_words.h"

static const char *const words[WORD_COUNT][2] = {
    [WORD_TITLE] = {"Rapport d’import", "Import report"},
    [WORD_DRY_RUN] = {"Essai : rien n’a été publié.", "Dry run: nothing was published."},
    [WORD_ROWS] = {"Lignes du fichier", "Rows of the file"},
    [WORD_READ] = {"Lues en tout", "Read in all"},
    [WORD_IMPORTED] = {"Importées", "Imported"},
    [WORD_MERGED] = {"Réunies à une autre ligne", "Merged into another row"},
    [WORD_REJECTED] = {"Rejetées", "Rejected"},
    [WORD_PARTIES] = {"Parties (collectivités et organismes)", "Parties (authorities, bodies)"},
    [WORD_AT_PLACE] = {"À leur lieu", "At their place"},
    [WORD_COARSE] = {"Connues moins précisément", "Known more coarsely"},
    [WORD_NOT_FOUND] = {"Introuvables", "Not found"},
    [WORD_NO_PLACE] = {"Sans lieu par nature (réseaux…)", "Without place by nature (networks…)"},
    [WORD_PARTNERSHIPS] = {"Coopérations", "Partnerships"},
    [WORD_NEW] = {"Nouvelles", "New"},
    [WORD_KNOWN] = {"Déjà connues", "Already known"},
    [WORD_JOINED] = {"Dont complétant celles d’une autre source",
                     "Of these, joined to another source’s"},
    [WORD_RETIRED] = {"Retirées", "Retired"},
    [WORD_LINKS] = {"Liens", "Links"},
    [WORD_PUBLICATION] = {"Non publiées, dans toute la base", "Not published, in the database"},
    [WORD_TO_REVIEW] = {"À relire", "To review"},
    [WORD_WITHHELD] = {"Retenues", "Withheld"},
    [WORD_MAP] = {"Carte des lieux publiés", "Map of the published places"},
    [WORD_MAP_LEGEND] =
        {"Bleu : en France ; rouge : à l’étranger. Plein : le lieu lui-même ; clair : "
         "le milieu d’une zone. Plus le point est grand, plus il y a de coopérations.",
         "Blue: in France; red: abroad. Full: the place itself; pale: the middle of "
         "an area. The larger the dot, the more partnerships."},
    [WORD_REJECTED_ROWS] = {"Lignes rejetées", "Rejected rows"},
    [WORD_DOUBTS] = {"Lieux douteux", "Doubtful places"},
    [WORD_DOUBTS_HELP] =
        {"Ils restent à leur précision la plus honnête. L’option --review écrit ce "
         "tableau avec une colonne à remplir, --decisions lit les réponses.",
         "They stay at their best honest precision. --review writes this table with "
         "a column to fill in, --decisions reads the answers."},
    [WORD_REPEATS] = {"Répétitions probables (mêmes deux parties ; gardées à part)",
                      "Probable repeats (the same two parties; kept apart)"},
    [WORD_CONTRADICTIONS] = {"Contradictions (la première valeur est gardée)",
                             "Contradictions (the first value was kept)"},
    [WORD_LEFT] = {"Ce que la source ne contient plus", "No longer held by the source"},
    [WORD_NOTES] = {"Remarques et réparations", "Notes and repairs"},
    [WORD_FILE] = {"Fichier", "File"},
    [WORD_LINES] = {"Lignes", "Lines"},
    [WORD_COLUMN] = {"Colonne", "Column"},
    [WORD_REASON] = {"Raison", "Reason"},
    [WORD_WRITTEN] = {"Écrit", "Written"},
    [WORD_WHERE] = {"Où (identifiants ou lignes)", "Where (ids or lines)"},
    [WORD_CANDIDATES] = {"Candidats", "Candidates"},
};

const char *report_word(enum report_word word, bool english)
{
    return words[word][english];
}
