#include "import/french.h"

#include <string.h>

/* Sentences within sentences, and bytes of one: a hostile text must not be tried in all ways. */
enum { MOST_CAPTURES = 4, DEEPEST = 3, LONGEST = 400 };

/* English with marks for what differs, and French with the marks' numbers in braces.
 * Marks: * any text; @ a text that is itself known; # a kind of place. */
static const struct sentence {
    const char *english, *french;
} sentences[] = {
    /* how a name was met: geo/geocode_decide.c */
    {"exact name", "nom exact"},
    {"same words", "mêmes mots"},
    {"same letters", "mêmes lettres"},
    {"another transliteration", "autre transcription"},
    {"part of a long name", "partie d’un nom long"},
    {"beginning of the name", "début du nom"},
    {"one typing error", "une faute de frappe"},
    {"two typing errors", "deux fautes de frappe"},
    {"@ and type word", "{1} et mot de type"},
    {"@, hint", "{1}, indice"},
    {"@, neighbours named alike", "{1}, voisins aux noms semblables"},
    {"@, today *", "{1}, aujourd’hui {2}"},
    {"runner-up * (*), margin *", "le suivant : {1} ({2}), part du premier {3}"},
    {"no other such place", "aucun autre lieu de ce nom"},
    {"the hint fits no place of that name", "l’indice ne convient à aucun lieu de ce nom"},
    {"too unlike or too common to be taken for it",
     "trop différent ou trop courant pour être tenu pour lui"},
    {"no such place of the kind asked for, so the # of that name",
     "aucun lieu de ce nom au niveau demandé, donc celui-ci : {1}"},
    {"found as #", "trouvé comme {1}"},
    {"via *, a unit of the past, today in *",
     "par le nom {1}, circonscription ancienne, aujourd’hui dans {2}"},
    {"via *", "par le nom {1}"},
    {"named with its country", "nommé avec son pays"},
    {"official code *", "code officiel {1}"},
    {"no territory has the code *", "aucun territoire n’a le code {1}"},
    {"no such name in the gazetteer", "aucun lieu de ce nom au répertoire"},
    {"the municipality in which it is said to be", "la commune où il est dit se trouver"},
    {"no name of a place in it", "aucun nom de lieu"},
    {"longer than any name of a place", "plus long que tout nom de lieu"},
    {"a network, association or agency has no place",
     "un réseau, une association ou une agence n’a pas de lieu"},
    {"two neighbours' names, * km apart", "les noms de deux voisins, à {1} km l’un de l’autre"},
    {"the larger one stands for both", "le plus grand vaut pour les deux"},
    /* data/recognition.csv: geo/geocode.c */
    {"@, held for review", "{1}, retenu pour relecture"},
    {"held for review: @", "retenu pour relecture : {1}"},
    {"held for review", "retenu pour relecture"},
    {"lies in * with a part", "se trouve en partie dans : {1}"},
    {"near the line of *", "près de la limite de : {1}"},
    {"*: counted under *", "{1} : compté sous {2}"},
    /* places of an import: import/places.c, import/points.c, geo/geocode_point.c */
    {"only the country is named", "seul le pays est nommé"},
    {"chosen by the data manager on *", "choisi par le gestionnaire des données le {1}"},
    {"said to have no place by the data manager on *",
     "dit sans lieu par le gestionnaire des données le {1}"},
    {"chosen by the point of the file, * km from it",
     "choisi par le point du fichier, à {1} km de celui-ci"},
    {"at the point that the file gives", "au point que donne le fichier"},
    {"a place in the area of its hint", "un lieu dans la zone de son indice"},
    {"named, not drawn", "nommé, pas dessiné"},
    {"'*' (latitude *, longitude *): @", "« {1} » (latitude {2}, longitude {3}) : {4}"},
    {"its point was left out: it lies * km from *",
     "son point a été écarté : il est à {1} km de {2}"},
    {"its point was left out: @", "son point a été écarté : {1}"},
    {"the row names nobody who is there", "la ligne ne nomme personne qui s’y trouve"},
    {"a network has no place", "un réseau n’a pas de lieu"},
    {"0, 0 is the point of an empty cell", "0, 0 est le point d’une cellule vide"},
    {"latitude or longitude is none on earth",
     "cette latitude ou cette longitude n’existe pas sur terre"},
    {"latitude and longitude were swapped: put right, it lies in *",
     "latitude et longitude étaient échangées : remises en ordre, le point est en {1}"},
    {"it lies * km outside *, in the sea or in another country",
     "il est à {1} km hors de {2}, en mer ou dans un autre pays"},
    {"'*' is a French territory: kept as an associated French authority, without a link to it",
     "« {1} » est un territoire français : gardé comme collectivité française associée, sans lien "
     "vers lui"},
    {"'*': its point lies * km from where an earlier row puts the same place",
     "« {1} » : son point est à {2} km de celui d’une ligne précédente pour le même lieu"},
    {"the earlier one was kept", "le premier a été gardé"},
    /* rows: import/record.c, import/values.c, import/dataset_csv.c */
    {"'*': @", "« {1} » : {2}"},
    {"there is no French authority", "il n’y a pas de collectivité française"},
    {"name it, or give its INSEE code or SIREN", "la nommer, ou donner son code INSEE ou SIREN"},
    {"there is neither a partner nor a country", "il n’y a ni partenaire ni pays"},
    {"name the partner, or at least its country", "nommer le partenaire, ou au moins son pays"},
    {"it ends before it starts", "la fin précède le début"},
    {"check both years", "vérifier les deux années"},
    {"the year is impossible", "année impossible"},
    {"there is no such day", "ce jour n’existe pas"},
    {"there are more than two years in it", "plus de deux années"},
    {"it looks like a spreadsheet's day number, not a year",
     "on dirait un numéro de jour de tableur, pas une année"},
    {"it holds a number that is no year", "contient un nombre qui n’est pas une année"},
    {"it is no year", "pas une année"},
    {"write 2019, 2019-2023, depuis 2009 or 12/03/2019, or leave the cell empty",
     "écrire 2019, 2019-2023, depuis 2009 ou 12/03/2019, ou laisser la cellule vide"},
    {"it is no amount in euros", "pas un montant en euros"},
    {"it is no amount", "pas un montant"},
    {"it is negative", "montant négatif"},
    {"it is more than any partnership costs", "plus que ne coûte aucune coopération"},
    {"write 1234.50 or 1 234,50 €, or leave the cell empty",
     "écrire 1234.50 ou 1 234,50 €, ou laisser la cellule vide"},
    {"it is no longitude", "pas une longitude"},
    {"it is no latitude", "pas une latitude"},
    {"write degrees: 48.85 or 48,85, latitude within 90, longitude within 180, or leave both cells "
     "empty",
     "écrire des degrés : 48.85 ou 48,85, latitude jusqu’à 90, longitude jusqu’à 180, ou laisser "
     "les deux cellules vides"},
    {"write degrees north and east, latitude within 90, or leave both empty",
     "écrire des degrés nord et est, latitude jusqu’à 90, ou laisser les deux vides"},
    {"'*' is approximate", "« {1} » est approximatif"},
    {"'*' is no known country code and was left out",
     "« {1} » n’est pas un code de pays connu et a été laissé de côté"},
    {"'*' is no known role: taken as partenaire",
     "« {1} » n’est pas un rôle connu : pris pour partenaire"},
    {"'*' is no known theme and was left out",
     "« {1} » n’est pas un thème connu et a été laissé de côté"},
    {"'*' is not in the vocabulary and was left out",
     "« {1} » n’est pas dans le vocabulaire et a été laissé de côté"},
    {"it holds another number of values than there are parties",
     "il n’y a pas autant de valeurs que de parties"},
    {"an e-mail address or phone number was masked",
     "une adresse électronique ou un numéro de téléphone a été masqué"},
    {"control characters were left out", "des caractères de commande ont été retirés"},
    {"it begins like a formula; it was kept as text",
     "commence comme une formule ; gardé comme texte"},
    {"text misread in another encoding was put right",
     "un texte lu dans un autre codage a été réparé"},
    {"it has * cells where the header has *", "a {1} cellules où l’en-tête en a {2}"},
    {"give the missing cells, empty ones included", "donner les cellules qui manquent, même vides"},
    {"put a text that holds the separator in quotation marks",
     "mettre entre guillemets un texte qui contient le séparateur"},
    {"mend this row in the file", "corriger cette ligne dans le fichier"},
    {"a cell holds a NUL byte", "une cellule contient un octet nul"},
    {"a cell is longer than the limit (--max-cell BYTES)",
     "une cellule dépasse la limite (--max-cell OCTETS)"},
    {"bytes that are not UTF-8 were read as Windows-1252",
     "des octets qui ne sont pas de l’UTF-8 ont été lus comme Windows-1252"},
    {"a quotation mark in it is not doubled, or opened and never closed",
     "un guillemet n’est pas doublé, ou jamais fermé"},
    {"quotation marks inside cells were kept as text",
     "des guillemets dans des cellules ont été gardés comme texte"},
    {"it has more cells than any row may have (--max-columns N)",
     "plus de cellules qu’une ligne ne peut en avoir (--max-columns N)"},
    {"this column is not understood and was left out",
     "cette colonne n’est pas comprise et a été laissée de côté"},
    {"name its field with --mapping to have it read",
     "pour qu’elle soit lue, dire son champ par --mapping"},
    {"people's names and addresses are not read",
     "les noms et adresses de personnes ne sont pas lus"},
    {"left out, as the mapping says", "laissé de côté, comme le dit le --mapping"},
    {"another column says the same", "une autre colonne dit la même chose"},
    {"this one was left out", "celle-ci a été laissée de côté"},
    {"its header was misread in another encoding and put right",
     "son en-tête, lu dans un autre codage, a été réparé"},
    {"its header speaks of people", "son en-tête parle de personnes"},
    {"it was read because the mapping says so", "lue parce que le --mapping le dit"},
    /* several rows and sources: import/merge_fields.c, import/importer_write.c, _repeats.c */
    {"'*' where line * has '*', id *", "« {1} » où la ligne {2} a « {3} », identifiant {4}"},
    {"'*' where line * has '*'", "« {1} » où la ligne {2} a « {3} »"},
    {"'*' where * has '*' (partnership *)", "« {1} » où {2} a « {3} » (coopération {4})"},
    {"says the same as partnership * of another source: joined to it",
     "dit la même chose que la coopération {1} d’une autre source : réunie à elle"},
    {"partnership * '*' is another source's now",
     "coopération {1} « {2} », maintenant celle d’une autre source"},
    {"partnership * '*'", "coopération {1} « {2} »"},
    {"it names '*', which published_precision hides",
     "nomme « {1} », que published_precision cache"},
    {"reword it", "à reformuler"},
    {"--replace: rows were rejected, so nothing was retired, for what they mean may still be there",
     "--replace : des lignes ont été rejetées, rien n’a donc été retiré, car ce qu’elles disent "
     "est "
     "peut-être encore là"},
    {"mend them and import again", "les corriger et importer de nouveau"},
    {"and * more pairs of parties", "et {1} autres paires de parties"},
    /* what a code means: places_label() */
    {"* (#)", "{1} ({2})"},
    {"* (#, *)", "{1} ({2}, {3})"},
};

/* The words of territory_kind_text(). */
static const char *const kinds[][2] = {
    {"commune", "commune"},   {"epci", "EPCI"},
    {"ept", "EPT"},           {"departement", "département"},
    {"region", "région"},     {"collectivite-unique", "collectivité à statut particulier"},
    {"syndicat", "syndicat"}, {"city", "ville"},
    {"district", "district"}, {"admin2", "2e niveau"},
    {"admin1", "1er niveau"}, {"groupement", "groupement"},
    {"country", "pays"},      {"other", "autre lieu"},
};

struct span {
    const char *text;
    size_t length;
};

/* A growing text that never overflows. */
struct output {
    char *text;
    size_t size, used;
};

static void put(struct output *output, const char *text, size_t length)
{
    if (output->used + length >= output->size) {
        length = output->size - output->used - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    memcpy(output->text + output->used, text, length);
    output->used += length;
    output->text[output->used] = '\0';
}

static const char *kind_in_french(struct span span)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i][0]) == span.length && memcmp(kinds[i][0], span.text, span.length) == 0)
            return kinds[i][1];
    return NULL;
}

static bool put_sentence(struct output *output, struct span span, int depth);

/* Whether a pattern's mark may stand for this span. */
static bool mark_fits(char mark, struct span span, int depth)
{
    if (mark == '#') return kind_in_french(span) != NULL;
    if (mark != '@') return true;
    char nowhere[1];
    struct output output = {nowhere, 1, 0};
    return span.length > 0 && put_sentence(&output, span, depth + 1);
}

/* Matches a whole span against a pattern; captures are filled in order. */
static bool matches(const char *pattern, struct span span, struct span *captures, int depth)
{
    while (*pattern && !strchr("*@#", *pattern)) {
        if (!span.length || *span.text != *pattern) return false;
        pattern++;
        span.text++;
        span.length--;
    }
    if (!*pattern) return span.length == 0;
    if (!pattern[1]) {
        *captures = span;
        return mark_fits(*pattern, span, depth);
    }
    for (size_t n = 0; n <= span.length; n++) {
        struct span rest = {span.text + n, span.length - n};
        *captures = (struct span){span.text, n};
        if (matches(pattern + 1, rest, captures + 1, depth) &&
            mark_fits(*pattern, *captures, depth))
            return true;
    }
    return false;
}

static void put_captures(struct output *output, const struct sentence *sentence,
                         const struct span *captures, int depth)
{
    char marks[MOST_CAPTURES + 1] = "";
    size_t n = 0;
    for (const char *c = sentence->english; *c && n < MOST_CAPTURES; c++)
        if (strchr("*@#", *c)) marks[n++] = *c;
    for (const char *c = sentence->french; *c;) {
        size_t literal = strcspn(c, "{");
        put(output, c, literal);
        c += literal;
        if (!*c) break;
        size_t which = (size_t)(c[1] - '1');
        const char *kind = marks[which] == '#' ? kind_in_french(captures[which]) : NULL;
        if (kind)
            put(output, kind, strlen(kind));
        else if (marks[which] == '@')
            put_sentence(output, captures[which], depth + 1);
        else
            put(output, captures[which].text, captures[which].length);
        c += strlen("{1}");
    }
}

/* One sentence that is known as a whole; else false, and nothing is written. */
static bool put_sentence(struct output *output, struct span span, int depth)
{
    struct span captures[MOST_CAPTURES + 1];
    if (depth > DEEPEST || span.length > LONGEST) return false;
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (matches(sentences[i].english, span, captures, depth)) {
            put_captures(output, &sentences[i], captures, depth);
            return true;
        }
    return false;
}

bool french_text(const char *english, char *french, size_t size)
{
    struct output output = {french, size, 0};
    bool known = true;
    const char *at = english ? english : "";
    *french = '\0';
    while (*at) { /* the shortest run of parts that is one sentence, then the next */
        const char *end = strstr(at, "; "), *first = end;
        struct span span = {at, end ? (size_t)(end - at) : strlen(at)};
        while (!put_sentence(&output, span, 0)) {
            if (end) { /* a name in it may hold a semicolon */
                end = strstr(end + 2, "; ");
                span.length = end ? (size_t)(end - at) : strlen(at);
                continue;
            }
            span.length = first ? (size_t)(first - at) : strlen(at);
            put(&output, at, span.length);
            known = false;
            break;
        }
        at += span.length;
        if (!*at) break;
        put(&output, " ; ", 3);
        at += 2;
    }
    return known;
}
