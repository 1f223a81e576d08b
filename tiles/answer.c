#include "tiles/answer.h"

#include <math.h>

struct answer_totals answer_totals(const struct selection *selection, enum feature_kind kind,
                                   const struct groups *territories)
{
    if (kind == FEATURE_LINKS)
        return (struct answer_totals){selection->n_links, selection->n_placed_links,
                                      selection->undated_links_left_out};
    if (kind == FEATURE_PARTNERSHIPS)
        return (struct answer_totals){selection->n_partnerships, selection->n_placed_partnerships,
                                      selection->undated_left_out};
    struct answer_totals totals = {territories->n, 0, selection->undated_left_out};
    for (size_t i = 0; i < territories->n; i++) {
        uint32_t territory = territories->groups[i].key[0];
        totals.placed += !isnan(selection->edition->territories[territory].lon_deg);
    }
    return totals;
}

void answer_edition(struct json *json, const struct edition *edition)
{
    json_key(json, "edition");
    json_object_begin(json);
    json_key_integer(json, "number", edition->number);
    json_key_text(json, "date", edition->date);
    json_key_text(json, "hash", edition->content_hash);
    json_object_end(json);
}

void answer_themes(struct json *json, const struct edition *edition,
                   const struct edition_partnership *partnership)
{
    json_key(json, "themes");
    json_array_begin(json);
    for (size_t i = 0; i < partnership->n_themes; i++)
        json_text(json,
                  edition->themes[edition->partnership_themes[partnership->first_theme + i]].code);
    json_array_end(json);
}

void answer_year(struct json *json, const char *key, int year)
{
    json_key(json, key);
    if (year == EDITION_NO_YEAR)
        json_none(json);
    else
        json_int(json, year);
}

void answer_marker(struct json *json, uint8_t gender_marker)
{
    json_key(json, "gender_marker");
    if (gender_marker == EDITION_NO_MARKER)
        json_none(json);
    else
        json_int(json, gender_marker);
}

void answer_key_bytes(struct json *json, const char *key, struct bytes *text)
{
    bytes_append_byte(text, '\0');
    if (text->failed) json->out->failed = true;
    json_key_text(json, key, text->failed ? NULL : (const char *)text->data);
}

void answer_word(struct json *json, const char *key, enum vocabulary vocabulary, const char *text)
{
    json_key(json, key);
    int found = vocabulary_find(vocabulary, text);
    if (found < 0) {
        json_text(json, text);
        return;
    }
    const struct vocabulary_word *word = vocabulary_word(vocabulary, (size_t)found);
    json_object_begin(json);
    json_key_text(json, "key", word->key);
    json_key_text(json, "label_fr", word->label_fr);
    json_key_text(json, "label_en", word->label_en);
    json_object_end(json);
}
