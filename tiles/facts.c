#include "tiles/facts.h"

#include "tiles/answer.h"

#include <string.h>

struct facts {
    const struct edition *edition;
    const struct edition_partnership *partnership;
    const struct edition_origin *origin;
    const char *base_url;
    bool english;
    struct json json;
    struct bytes text;
};

static void write_territory(struct facts *facts, const char *key, uint32_t territory)
{
    struct json *json = &facts->json;
    json_key(json, key);
    if (territory == EDITION_NONE) {
        json_none(json);
        return;
    }
    const struct edition_territory *t = &facts->edition->territories[territory];
    json_object_begin(json);
    json_key_text(json, "code", t->code);
    json_key_text(json, "name_fr", t->name_fr);
    json_key_text(json, "name_en", t->name_en);
    json_key_text(json, "kind", territory_kind_text((enum territory_kind)t->kind));
    json_key_text(json, "generic", t->generic);
    answer_word(json, "precision", VOCABULARY_PRECISION,
                precision_text((enum precision)t->precision));
    json_key(json, "radius_km");
    json_number(json, t->radius_km, 1);
    json_key(json, "lon");
    json_number(json, t->lon_deg, 6);
    json_key(json, "lat");
    json_number(json, t->lat_deg, 6);
    bytes_clear(&facts->text);
    feature_territory_url(t, facts->base_url, facts->english, &facts->text);
    answer_key_bytes(json, "url", &facts->text);
    json_object_end(json);
}

static void write_country(struct facts *facts, uint32_t country)
{
    struct json *json = &facts->json;
    json_key(json, "country");
    if (country == EDITION_NONE) {
        json_none(json);
        return;
    }
    const struct edition_territory *t = &facts->edition->territories[country];
    json_object_begin(json);
    json_key_text(json, "iso", t->country_iso);
    json_key_text(json, "name_fr", t->name_fr);
    json_key_text(json, "name_en", t->name_en);
    json_object_end(json);
}

static void write_parties(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    struct json *json = &facts->json;
    json_key(json, "parties");
    json_array_begin(json);
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct edition_party *party = &facts->edition->parties[p->first_party + i];
        const struct edition_party_words *words = &facts->edition->party_words[party->words];
        json_object_begin(json);
        json_key_text(json, "side", party->side == SIDE_FRENCH ? "french" : "foreign");
        answer_word(json, "role", VOCABULARY_ROLE,
                    vocabulary_word(VOCABULARY_ROLE, party->role)->key);
        json_key_text(json, "as_written", *party->as_written ? party->as_written : NULL);
        json_key_text(json, "type_written", words->type_written);
        json_key_text(json, "generic", words->generic);
        json_key_text(json, "partner_status", words->partner_status);
        write_country(facts, party->country);
        write_territory(facts, "territory", party->territory);
        json_key_text(json, "match_reason", words->match_reason);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_links(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    const struct edition *edition = facts->edition;
    struct json *json = &facts->json;
    json_key(json, "links");
    json_array_begin(json);
    for (size_t i = 0; i < p->n_links; i++) {
        const struct edition_link *link = &edition->links[edition->links_of[p->first_link + i]];
        json_object_begin(json);
        json_key_integer(json, "id", (int64_t)link->id);
        json_key_text(json, "french_code", edition->territories[link->french].code);
        json_key_text(json, "foreign_code", edition->territories[link->foreign].code);
        json_key_text(json, "french_precision",
                      precision_text((enum precision)link->french_precision));
        json_key_text(json, "foreign_precision",
                      precision_text((enum precision)link->foreign_precision));
        json_key(json, "placed");
        json_bool(json, link->placed);
        json_key(json, "drawn");
        json_bool(json, link->drawn);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_fundings(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    struct json *json = &facts->json;
    json_key(json, "fundings");
    json_array_begin(json);
    for (size_t i = 0; i < p->n_fundings; i++) {
        const struct edition_funding *funding = &facts->edition->fundings[p->first_funding + i];
        json_object_begin(json);
        json_key_text(json, "funder", funding->funder);
        json_key(json, "amount_eur");
        json_number(json, funding->amount_eur, 2);
        answer_word(json, "nature", VOCABULARY_NATURE, funding->nature);
        answer_year(json, "year_from", funding->year_from);
        answer_year(json, "year_to", funding->year_to);
        json_object_end(json);
    }
    json_array_end(json);
}

/* key: the parts of a ';' joined text; [] where it is NULL. */
static void write_parts(struct facts *facts, const char *key, const char *joined)
{
    struct json *json = &facts->json;
    json_key(json, key);
    json_array_begin(json);
    for (const char *at = joined; at && *at;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, ";");
        bytes_clear(&facts->text);
        bytes_append(&facts->text, at, length);
        bytes_append_byte(&facts->text, '\0');
        if (facts->text.failed) json->out->failed = true;
        if (!facts->text.failed) json_text(json, (const char *)facts->text.data);
        at += length + (at[length] == ';');
    }
    json_array_end(json);
}

/* key: the words of a ';' joined text with their labels. */
static void write_words(struct facts *facts, const char *key, enum vocabulary vocabulary,
                        const char *joined)
{
    struct json *json = &facts->json;
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; joined && i < vocabulary_size(vocabulary); i++) {
        const struct vocabulary_word *word = vocabulary_word(vocabulary, i);
        size_t length = strlen(word->key);
        for (const char *at = joined; *at;) {
            size_t part = strcspn(at, ";");
            if (part == length && strncmp(at, word->key, length) == 0) {
                json_object_begin(json);
                json_key_text(json, "key", word->key);
                json_key_text(json, "label_fr", word->label_fr);
                json_key_text(json, "label_en", word->label_en);
                json_object_end(json);
            }
            at += part + (at[part] == ';');
        }
    }
    json_array_end(json);
}

static void write_themes(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    const struct edition *edition = facts->edition;
    struct json *json = &facts->json;
    json_key(json, "themes");
    json_array_begin(json);
    for (size_t i = 0; i < p->n_themes; i++) {
        const struct edition_theme *theme =
            &edition->themes[edition->partnership_themes[p->first_theme + i]];
        json_object_begin(json);
        json_key_text(json, "code", theme->code);
        json_key_text(json, "label_fr", theme->label_fr);
        json_key_text(json, "label_en", theme->label_en);
        json_key_text(json, "parent",
                      theme->parent == EDITION_NONE ? NULL : edition->themes[theme->parent].code);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_years(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    struct json *json = &facts->json;
    bool dated = p->lives_from != EDITION_NO_YEAR;
    json_key_text(json, "signed", p->signed_on);
    answer_year(json, "year_start", p->year_start);
    answer_year(json, "year_end", p->year_end);
    json_key_text(json, "end_kind", facts->origin->end_kind);
    answer_year(json, "lives_from", p->lives_from);
    answer_year(json, "lives_to",
                dated && p->lives_to != INT16_MAX ? p->lives_to : EDITION_NO_YEAR);
    json_key(json, "open_ended");
    json_bool(json, dated && p->lives_to == INT16_MAX);
    json_key(json, "end_estimated");
    json_bool(json, p->end_estimated);
}

static void write_origin(struct facts *facts)
{
    const struct edition_partnership *p = facts->partnership;
    struct json *json = &facts->json;
    json_key_text(json, "source", facts->origin->source);
    json_key_text(json, "external_id", p->external_id);
    json_key_text(json, "source_doc", facts->origin->source_doc);
    json_key_text(json, "source_place", p->source_place);
    json_key_text(json, "source_date", facts->origin->source_date);
    json_key_text(json, "note", p->note);
}

static void write_marker(struct facts *facts)
{
    char key[2] = {(char)('0' + facts->partnership->gender_marker % 10), '\0'};
    bool known = facts->partnership->gender_marker != EDITION_NO_MARKER;
    answer_marker(&facts->json, facts->partnership->gender_marker);
    answer_word(&facts->json, "gender", VOCABULARY_GENDER, known ? key : NULL);
    json_key_text(&facts->json, "gender_origin", facts->origin->gender_origin);
}

enum atlas_status facts_write(const struct edition *edition, uint32_t partnership,
                              const char *base_url, bool english, struct bytes *out)
{
    const struct edition_partnership *p = &edition->partnerships[partnership];
    struct facts facts = {.edition = edition,
                          .partnership = p,
                          .origin = &edition->origins[p->origin],
                          .base_url = base_url,
                          .english = english};
    struct json *json = &facts.json;
    json_init(json, out);
    json_object_begin(json);
    json_key_integer(json, "id", (int64_t)p->id);
    json_key_text(json, "title", p->title);
    json_key_text(json, "slug", p->slug);
    feature_partnership_url(p, base_url, english, &facts.text);
    answer_key_bytes(json, "url", &facts.text);
    json_key_text(json, "description", p->description);
    answer_word(json, "kind", VOCABULARY_KIND, p->kind);
    write_words(&facts, "modes", VOCABULARY_MODE, p->modes);
    answer_word(json, "status", VOCABULARY_STATUS, p->status);
    json_key_text(json, "status_date", p->status_date);
    write_years(&facts);
    write_marker(&facts);
    write_themes(&facts);
    write_parts(&facts, "calls", p->call);
    write_parts(&facts, "sdg", facts.origin->sdg);
    write_parts(&facts, "dac", facts.origin->dac);
    write_parties(&facts);
    write_links(&facts);
    json_key_text(json, "published_precision",
                  p->published_precision == PRECISION_EXACT
                      ? NULL
                      : precision_text((enum precision)p->published_precision));
    write_fundings(&facts);
    write_origin(&facts);
    answer_edition(json, edition);
    json_object_end(json);
    bytes_close(&facts.text);
    return bytes_status(out);
}
