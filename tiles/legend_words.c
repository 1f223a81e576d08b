/* What a legend says in words: title, unit, classes and their numbers, in French and English. */
#include "tiles/legend.h"
#include "tiles/vocabulary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *legend_property(const struct legend *legend)
{
    static const char *const properties[] = {
        [LEGEND_LINKS] = "n",
        [LEGEND_PARTNERSHIPS] = "partnerships",
        [LEGEND_PARTNERS] = "partners",
        [LEGEND_AMOUNT] = "amount_eur",
        [LEGEND_PER_MILLION] = "per_million",
    };
    return properties[legend->request.tileset == TILESET_CHOROPLETH ? legend->request.value
                                                                    : LEGEND_LINKS];
}

/* What a choropleth's legend says of its number. */
static const char *const value_texts[][2][2] = {
    [LEGEND_LINKS] = {{"Liens par territoire", "nombre de liens"},
                      {"Links by territory", "number of links"}},
    [LEGEND_PARTNERSHIPS] = {{"Fiches par territoire", "nombre de fiches"},
                             {"Partnerships by territory", "number of partnerships"}},
    [LEGEND_PARTNERS] = {{"Partenaires par territoire", "nombre de partenaires différents"},
                         {"Partners by territory", "number of different partners"}},
    [LEGEND_AMOUNT] = {{"Montants par territoire", NULL}, {"Amounts by territory", NULL}},
    [LEGEND_PER_MILLION] = {{"Liens par habitant", "liens par million d’habitants"},
                            {"Links per inhabitant", "links per million inhabitants"}},
};

/* The unit of amounts, by nature: VOCABULARY_NATURE in its order. */
static const char *const amount_units[][2] = {
    {"euros prévus", "euros planned"},
    {"euros attribués", "euros granted"},
    {"euros versés", "euros paid"},
    {"euros, montants cumulés", "euros, cumulated amounts"},
};

const char *legend_title(const struct legend *legend)
{
    static const char *const titles[TILESET_COUNT][2] = {
        [TILESET_LINKS] = {"Liens de coopération", "Cooperation links"},
        [TILESET_FLOWS] = {"Liens entre territoires", "Links between territories"},
        [TILESET_PLACES] = {"Lieux des collectivités", "Places of authorities"},
        [TILESET_DENSITY] = {"Densité des liens", "Density of links"},
        [TILESET_HEAT] = {"Densité lissée des liens", "Smoothed density of links"},
        [TILESET_BASE] = {"Fond de carte", "Base map"},
    };
    bool english = legend->request.display.english;
    return legend->request.tileset == TILESET_CHOROPLETH
               ? value_texts[legend->request.value][english][0]
               : titles[legend->request.tileset][english];
}

const char *legend_unit(const struct legend *legend)
{
    bool english = legend->request.display.english;
    if (legend->request.tileset == TILESET_HEAT)
        return english ? "links per 1,000 km²" : "liens pour 1 000 km²";
    if (legend->request.tileset == TILESET_CHOROPLETH && legend->request.value == LEGEND_AMOUNT)
        return amount_units[tile_display_nature(&legend->request.display)][english];
    if (legend->request.tileset == TILESET_CHOROPLETH)
        return value_texts[legend->request.value][english][1];
    if (legend->request.tileset == TILESET_DENSITY)
        return english ? "links in hexagons of equal area" : "liens par hexagone de même surface";
    return english ? "number of links" : "nombre de liens";
}

void legend_number(double value, bool english, char *text, size_t size)
{
    char plain[64];
    size_t out = 0;
    int decimals = value >= 100 || value == floor(value) ? 0
                   : value >= 1                          ? 1
                   : value >= 0.1                        ? 2
                                                         : 3;
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    size_t whole = strcspn(plain, ".");
    for (size_t i = 0; plain[i] && out + 8 < size; i++) {
        bool group = i > 0 && i < whole && (whole - i) % 3 == 0;
        const char *mark = group ? (english ? "," : "\u202f") : "";
        out += (size_t)snprintf(text + out, size - out, "%s", mark);
        text[out++] = plain[i] == '.' && !english ? ',' : plain[i];
    }
    text[out] = '\0';
}

void legend_class_label(const struct legend *legend, size_t class_index, char *label, size_t size)
{
    const struct scale_class *class = &legend->scale.classes[class_index];
    bool english = legend->request.display.english;
    char from[64], to[64];
    legend_number(class->from, english, from, sizeof from);
    if (isinf(class->to)) {
        snprintf(label, size, "≥ %s", from);
        return;
    }
    legend_number(class->to, english, to, sizeof to);
    if (strcmp(from, to) == 0)
        snprintf(label, size, "%s", from);
    else if (legend->scale.method == SCALE_BREAKS)
        snprintf(label, size, "%s – < %s", from, to);
    else
        snprintf(label, size, "%s – %s", from, to);
}
