#include "server/filter_words.h"

#include "tiles/vocabulary.h"

#include <stdio.h>
#include <string.h>

#define SHOWN 12 /* values of one parameter */

static const char *pick(bool english, const char *french, const char *other)
{
    return english && other && other[0] ? other : french;
}

static const char *word_label(enum vocabulary vocabulary, const char *value, bool english)
{
    int index = vocabulary_find(vocabulary, value);
    if (index < 0) return value;
    const struct vocabulary_word *word = vocabulary_word(vocabulary, (size_t)index);
    return pick(english, word->label_fr, word->label_en);
}

static const char *theme_label(const struct edition *edition, const char *value, bool english)
{
    uint32_t found = edition_find_theme(edition, value);
    if (found == EDITION_NONE) return value;
    return pick(english, edition->themes[found].label_fr, edition->themes[found].label_en);
}

static const char *territory_label(const struct edition *edition, const char *prefix,
                                   const char *value, bool english)
{
    char code[64];
    snprintf(code, sizeof code, "%s%s", prefix, value);
    uint32_t found = edition_find_territory(edition, code);
    if (found == EDITION_NONE) return value;
    return pick(english, edition->territories[found].name_fr, edition->territories[found].name_en);
}

const char *filter_value_label(const struct edition *edition, enum filter_key key,
                               const char *value, bool english)
{
    if (strcmp(value, "none") == 0) return english ? "Not given" : "Non renseigné";
    switch (key) {
    case FILTER_THEME:
        return theme_label(edition, value, english);
    case FILTER_COUNTRY:
        return territory_label(edition, "country:", value, english);
    case FILTER_FRENCH:
    case FILTER_AUTHORITY:
    case FILTER_PARTNER:
    case FILTER_PARTNER_IS:
        return territory_label(edition, "", value, english);
    case FILTER_KIND:
        return word_label(VOCABULARY_KIND, value, english);
    case FILTER_MODE:
        return word_label(VOCABULARY_MODE, value, english);
    case FILTER_STATUS:
        return word_label(VOCABULARY_STATUS, value, english);
    case FILTER_GENDER:
        return word_label(VOCABULARY_GENDER, value, english);
    case FILTER_ROLE:
        return word_label(VOCABULARY_ROLE, value, english);
    default:
        return value;
    }
}

void filter_write_words(const struct edition *edition, const struct filter *filter, bool english,
                        struct bytes *out)
{
    size_t before = out->length;
    for (int key = 0; key < FILTER_LIST_COUNT; key++) {
        const struct filter_list *list = &filter->lists[key];
        for (size_t i = 0; i < list->n && i < SHOWN; i++) {
            const char *between = i > 0 ? ", " : out->length > before ? " · " : "";
            bytes_append_text(out, between);
            bytes_append_text(
                out, filter_value_label(edition, (enum filter_key)key, list->values[i], english));
        }
        if (list->n > SHOWN) bytes_append_format(out, " +%zu", list->n - SHOWN);
    }
    if (!filter->has_year) return;
    bytes_append_text(out, out->length > before ? " · " : "");
    bytes_append_format(out, "%d", filter->year_from);
    if (filter->year_to != filter->year_from) bytes_append_format(out, "–%d", filter->year_to);
    if (filter->time_signed) bytes_append_text(out, english ? " (begun)" : " (début)");
    if (filter->undated_included)
        bytes_append_text(out, english ? " · undated included" : " · sans date compris");
}
