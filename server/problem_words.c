#include "server/problem_words.h"

#include "tiles/picture.h"

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
    {TEXT(PICTURE_MIN_PX) " times scale and more pixels, width times height at most " TEXT(
         PICTURE_MAX_PIXELS),
     TEXT(PICTURE_MIN_PX) " fois scale pixels et plus, largeur fois hauteur " TEXT(
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

void problem_words_french(const char *parameter, const char *english, struct bytes *out)
{
    static const char mark[] = "; allowed: ";
    const char *allowed = strstr(english, mark);
    bytes_append_format(out, "Le paramètre « %.64s » ", parameter);
    if (strstr(english, "given twice")) {
        bytes_append_text(out, "est donné deux fois, avec des valeurs différentes.");
        return;
    }
    bytes_append_text(out, strstr(english, "is not known here") ? "n’est pas connu ici"
                                                                : "n’est pas accepté ainsi");
    if (allowed) {
        allowed += strlen(mark);
        size_t length = strlen(allowed);
        if (length > 0 && allowed[length - 1] == '.') length--;
        bytes_append_text(out, " ; sont permis : ");
        append_allowed(allowed, length, out);
    }
    bytes_append_byte(out, '.');
}
