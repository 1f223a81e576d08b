#include "server/problem_words.h"

#include "tiles/picture.h"

#include <stdbool.h>
#include <string.h>

#define TEXT(number)   TEXT_2(number)
#define TEXT_2(number) #number

/* What is allowed, where it is more than words of a vocabulary: as parameters and filter say it. */
static const char *const phrases[][2] = {
    {"rising numbers above 0 with commas, at most " TEXT(
         SCALE_MAX_CLASSES) ", without classes and method",
     "des nombres croissants au-dessus de 0, séparés par des virgules, " TEXT(
         SCALE_MAX_CLASSES) " au plus, sans classes ni method"},
    {"a filter, such as theme=eau%26year=2015", "un filtre, par exemple theme=eau%26year=2015"},
    {TEXT(PICTURE_MIN_PX) " pixels times scale and more; width times height, " TEXT(
         PICTURE_MAX_PIXELS) " at most",
     TEXT(PICTURE_MIN_PX) " pixels fois scale et plus ; largeur fois hauteur, " TEXT(
         PICTURE_MAX_PIXELS) " au plus"},
    {"country|region|departement|epci|commune, '-', continent|country|admin1|place, as in "
     "region-country",
     "country|region|departement|epci|commune, « - », continent|country|admin1|place, par exemple "
     "region-country"},
    {"no: only those that the map cannot show",
     "no : seulement celles que la carte ne peut montrer"},
    {"title, year, country, french, id; with a '-' before it, falling",
     "title, year, country, french, id ; précédé de « - », en ordre décroissant"},
    {"the version that an answer of this server gave",
     "la version qu’une réponse de ce service a donnée"},
    {"codes of themes such as eau or ville-durable",
     "des codes de thèmes, par exemple eau ou ville-durable"},
    {"names of calls for projects such as ficol, or none",
     "des noms d’appels à projets, par exemple ficol, ou none"},
    {"codes such as com:38185, epci:200040715, dep:2A, reg:84, siren:200054781, country:FR or "
     "local:…",
     "des codes comme com:38185, epci:200040715, dep:2A, reg:84, siren:200054781, country:FR ou "
     "local:…"},
    {"codes such as gn:1822214, iso:KH-17, country:KH or local:…",
     "des codes comme gn:1822214, iso:KH-17, country:KH ou local:…"},
    {"two-letter country codes of ISO 3166-1 such as ML",
     "des codes de pays à deux lettres d’ISO 3166-1, par exemple ML"},
    {"a year of four digits such as 2019, or a span such as 2015..2020",
     "une année de quatre chiffres, par exemple 2019, ou une période, par exemple 2015..2020"},
};

/* Words inside of what is allowed; what else stands there is the same in both languages. */
static const char *const words[][2] = {
    {", without lon, lat and zoom", ", sans lon, lat ni zoom"},
    {" several with commas", " plusieurs avec des virgules"},
    {" and the themes below them", " et les thèmes au-dessous"},
    {" to ", " à "},
    {" degrees", " degrés"},
    {"a text of at most ", "un texte d’au plus "},
    {" bytes", " octets"},
};

static bool is_phrase(const char *text, size_t length, const char *phrase)
{
    return strlen(phrase) == length && memcmp(text, phrase, length) == 0;
}

static void append_allowed(const char *text, size_t length, struct bytes *out)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (is_phrase(text, length, phrases[i][0])) {
            bytes_append_text(out, phrases[i][1]);
            return;
        }
    for (const char *end = text + length; text < end;) {
        size_t taken = 1;
        for (size_t i = 0; taken == 1 && i < sizeof words / sizeof *words; i++) {
            size_t n = strlen(words[i][0]);
            if (n > (size_t)(end - text) || memcmp(text, words[i][0], n) != 0) continue;
            bytes_append_text(out, words[i][1]);
            taken = n;
        }
        if (taken == 1) bytes_append_byte(out, (uint8_t)*text);
        text += taken;
    }
}

/* Whole sentences: where no parameter is at fault, or something else is said of it than what is
 * allowed. A '*' stands for what both languages say alike, in the same order. */
static const char *const sentences[][2] = {
    {"There is nothing at this address.", "Il n’y a rien à cette adresse."},
    {"There is no such tileset; there are links, flows, places, density, heat, choropleth and "
     "base, "
     "or several with commas.",
     "Ce jeu de tuiles n’existe pas ; il y a links, flows, places, density, heat, choropleth et "
     "base, ou plusieurs avec des virgules."},
    {"Tileset heat has no vector tiles; *",
     "Le jeu heat n’a pas de tuiles vectorielles ; demandez .png, ou density."},
    {"A tile's address is * with whole numbers, and then .mvt, .png or @2x.png.",
     "L’adresse d’une tuile est *, avec des nombres entiers, puis .mvt, .png ou @2x.png."},
    {"There is no such tile: z goes from 0 to *, x and y from 0 to *",
     "Cette tuile n’existe pas : z va de 0 à *, x et y de 0 à *"},
    {"There is no such font; there is *", "Cette police n’existe pas ; il y a *"},
    {"Glyphs come * code points at a time: *", "Les glyphes viennent par * points de code : *"},
    {"The address is longer than * bytes; *",
     "L’adresse dépasse * octets ; raccourcissez son filtre."},
    {"The query is longer than * bytes; *",
     "Les paramètres dépassent * octets ; raccourcissez le filtre."},
    {"The path is longer than * bytes; *",
     "Le chemin dépasse * octets ; aucune adresse d’ici n’est aussi longue."},
    {"The path has more than * parts; *",
     "Le chemin a plus de * parties ; aucune adresse d’ici n’est aussi longue."},
    {"The query has more than * parameters; *",
     "L’adresse a plus de * paramètres ; séparez les valeurs d’un même par des virgules."},
    {"The request line is malformed; *",
     "La première ligne de la requête est mal formée ; il y faut une méthode, une adresse et "
     "HTTP/1.1."},
    {"Host, Content-Length or Transfer-Encoding is there twice; *",
     "Host, Content-Length ou Transfer-Encoding y est deux fois ; envoyez-le une fois."},
    {"A header holds a control character; *",
     "Un en-tête contient un caractère de contrôle ; enlevez-le."},
    {"A request here has no body; *",
     "Une requête n’a pas de corps ici ; écrivez le filtre dans l’adresse."},
    {"The address holds a '%' that two hexadecimal digits don't follow; *",
     "L’adresse contient un « % » que deux chiffres hexadécimaux ne suivent pas ; écrivez « %25 » "
     "pour ce caractère."},
    {"The address holds a control character; *",
     "L’adresse contient un caractère de contrôle ; enlevez-le."},
    {"The address holds a '#'; *", "L’adresse contient un « # » ; écrivez « %23 »."},
    {"The path holds a backslash or an encoded slash; *",
     "Le chemin contient une barre oblique inverse ou codée ; écrivez « / »."},
    {"The address is not UTF-8; *",
     "L’adresse n’est pas en UTF-8 ; codez son texte en UTF-8, puis en « % »."},
    {"The path does not begin with '/'.", "Le chemin ne commence pas par « / »."},
    {"The path holds '*' as a part; *",
     "Le chemin contient « * » comme partie ; écrivez le chemin entier."},
    {"Parameter 'q' is missing: *", "Le paramètre « q » manque : le texte à chercher."},
    {"Parameter 'breaks' stands without 'classes' and 'method': *",
     "Le paramètre « breaks » va sans « classes » ni « method » : il dit les deux."},
    {"Parameter 'frame' stands without 'lon', 'lat' and 'zoom': *",
     "Le paramètre « frame » va sans « lon », « lat » ni « zoom » : il dit les trois."},
    {"Parameter '*' is given twice, *",
     "Le paramètre « * » est donné deux fois, avec des valeurs différentes ; donnez-en une."},
    {"parameter *: given twice with different values; *",
     "Le paramètre « * » est donné deux fois, avec des valeurs différentes ; donnez-en une."},
    {"parameter year: the span * ends before it begins; write *",
     "Le paramètre « year » : la période * finit avant de commencer ; écrivez *"},
    {"parameter *: more than * different values; *",
     "Le paramètre « * » a plus de * valeurs ; demandez-les en plusieurs requêtes."},
    {"parameter *: the values of the filter are longer than * bytes; *",
     "Le paramètre « * » : les valeurs du filtre dépassent * octets ; demandez-les en plusieurs "
     "requêtes."},
};

/* A part of a sentence. */
struct piece {
    const char *text;
    size_t length;
};
enum { MOST_PIECES = 3 };

/* Where a text goes on as the form does up to its next '*' or its end; NULL: nowhere. */
static const char *find_literal(const char *text, const char *form)
{
    size_t length = strcspn(form, "*");
    if (length == 0) return text + strlen(text);
    for (; *text; text++)
        if (strncmp(text, form, length) == 0) return text;
    return NULL;
}

/* True when the text is of the form; pieces are then what its '*' stand for. */
static bool has_form(const char *text, const char *form, struct piece pieces[MOST_PIECES])
{
    for (size_t n = 0;; n++) {
        size_t literal = strcspn(form, "*");
        if (strncmp(text, form, literal) != 0) return false;
        text += literal;
        form += literal;
        if (!*form) return !*text;
        const char *end = find_literal(text, ++form);
        if (!end || n == MOST_PIECES) return false;
        pieces[n] = (struct piece){text, (size_t)(end - text)};
        text = end;
    }
}

/* Writes a form, its '*' replaced by the pieces. */
static void append_form(const char *form, const struct piece *pieces, struct bytes *out)
{
    for (;;) {
        size_t literal = strcspn(form, "*");
        bytes_append(out, form, literal);
        if (!form[literal]) break;
        form += literal + 1;
        bytes_append(out, pieces->text, pieces->length);
        pieces++;
    }
    if (out->length && out->data[out->length - 1] != '.') bytes_append_byte(out, '.');
}

void problem_words_parameter(const char *english, char name[PROBLEM_PARAMETER_SIZE])
{
    /* What is before the name, and the sign behind it, which no name of a parameter holds. */
    static const char *const signs[][2] = {{"Parameter '", "'"}, {"parameter ", ":"}};
    size_t length = 0;
    for (size_t i = 0; i < 2 && length == 0; i++) {
        size_t before = strlen(signs[i][0]);
        if (strncmp(english, signs[i][0], before) != 0) continue;
        english += before;
        length = strcspn(english, signs[i][1]);
        if (!english[length] || length >= PROBLEM_PARAMETER_SIZE) length = 0;
    }
    memcpy(name, english, length);
    name[length] = '\0';
}

static void append_refused(const char *parameter, const char *english, struct bytes *out)
{
    static const char mark[] = "; allowed: ";
    const char *allowed = strstr(english, mark);
    struct piece pieces[MOST_PIECES];
    bytes_append_format(out, "Le paramètre « %.64s » ", parameter);
    if (has_form(english, "Parameter '*': '*' is not allowed; *", pieces) ||
        has_form(english, "parameter *: “*” is *", pieces)) {
        if (pieces[1].length > 0) {
            bytes_append_text(out, "ne peut pas être « ");
            bytes_append(out, pieces[1].text, pieces[1].length);
            bytes_append_text(out, " »");
        } else {
            bytes_append_text(out, "ne peut pas être vide");
        }
    } else {
        bytes_append_text(out, strstr(english, "is not known here") ? "n’est pas connu ici"
                                                                    : "n’est pas accepté ainsi");
    }
    if (allowed) {
        allowed += strlen(mark);
        size_t length = strlen(allowed);
        if (length > 0 && allowed[length - 1] == '.') length--;
        bytes_append_text(out, " ; sont permis : ");
        append_allowed(allowed, length, out);
    }
    bytes_append_byte(out, '.');
}

void problem_words_french(const char *english, const char *parameter, struct bytes *out)
{
    struct piece pieces[MOST_PIECES];
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (has_form(english, sentences[i][0], pieces)) {
            append_form(sentences[i][1], pieces, out);
            return;
        }
    char named[PROBLEM_PARAMETER_SIZE];
    problem_words_parameter(english, named);
    if (!parameter || !*parameter) parameter = named;
    if (*parameter) append_refused(parameter, english, out);
}
