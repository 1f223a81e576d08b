/* The page of one partnership: every fact that the atlas knows about it, and what it does not. */
#include "server/page_build.h"

#include "tiles/feature.h"
#include "tiles/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void set_precision(struct page_build *build, struct page_object *object,
                          const struct edition_territory *territory)
{
    struct page_values *values = &build->values;
    uint8_t precision = territory ? territory->precision : (uint8_t)PRECISION_NONE;
    page_set_flag(values, object, "precision_exact", precision == PRECISION_EXACT);
    page_set_flag(values, object, "precision_country", precision == PRECISION_COUNTRY);
    page_set_flag(values, object, "precision_none", precision == PRECISION_NONE);
    if (precision != PRECISION_AREA) return;
    if (isnan(territory->radius_km) || territory->radius_km < 0.5F) {
        page_set_flag(values, object, "precision_area", true);
    } else {
        page_set_number(values, object, "radius", llroundf(territory->radius_km));
    }
}

static void set_territory(struct page_build *build, struct page_object *item,
                          const struct edition_territory *territory)
{
    char key[64];
    struct bytes url = {0};
    const char *kind = territory_kind_text((enum territory_kind)territory->kind);
    snprintf(key, sizeof key, "territory.kind.%s", kind);
    page_set_text(&build->values, item, "kind_text",
                  territory->generic ? territory->generic : page_message(build, key));
    if (territory->precision == PRECISION_NONE) return;
    feature_territory_url(territory, build->prefix, build->path.english, &url);
    page_set_bytes(build, item, "url", &url);
}

static void add_party(struct page_build *build, const struct edition_party *party)
{
    const struct edition *edition = build->edition;
    struct page_values *values = &build->values;
    const struct edition_territory *territory =
        party->territory == EDITION_NONE ? NULL : &edition->territories[party->territory];
    struct page_object *item = page_list_add(
        values, build->root, party->side == SIDE_FRENCH ? "french_parties" : "foreign_parties");
    const char *name =
        territory ? page_pick(build, territory->name_fr, territory->name_en) : party->as_written;
    if (!name[0]) name = page_message(build, "fact.not_said");
    page_set_text(values, item, "name", name);
    if (territory) set_territory(build, item, territory);
    if (strcmp(name, party->as_written) != 0)
        page_set_text(values, item, "as_written", party->as_written);
    if (party->side == SIDE_FOREIGN && party->country != EDITION_NONE &&
        party->country != party->territory)
        page_set_text(values, item, "country",
                      page_pick(build, edition->territories[party->country].name_fr,
                                edition->territories[party->country].name_en));
    page_set_text(values, item, "role_text", page_word(build, VOCABULARY_ROLE, party->role));
    if (party->partner_status && strcmp(party->partner_status, "known") != 0) {
        char key[64];
        snprintf(key, sizeof key, "partner_status.%.40s", party->partner_status);
        page_set_text(values, item, "partner_status_text", page_message(build, key));
    }
    set_precision(build, item, territory);
}

static void add_themes(struct page_build *build, const struct edition_partnership *partnership)
{
    const struct edition *edition = build->edition;
    for (size_t i = 0; i < partnership->n_themes; i++) {
        const struct edition_theme *theme =
            &edition->themes[edition->partnership_themes[partnership->first_theme + i]];
        struct page_object *item = page_list_add(&build->values, build->root, "themes");
        page_set_text(&build->values, item, "label",
                      page_pick(build, theme->label_fr, theme->label_en));
        page_set_format(&build->values, item, "url", "%s%s?theme=%s", build->prefix,
                        build->path.english ? "/en/" : "/", theme->code);
    }
}

static void add_fundings(struct page_build *build, const struct edition_partnership *partnership)
{
    struct page_values *values = &build->values;
    for (size_t i = 0; i < partnership->n_fundings; i++) {
        const struct edition_funding *funding =
            &build->edition->fundings[partnership->first_funding + i];
        struct page_object *item = page_list_add(values, build->root, "fundings");
        page_set_number(values, item, "amount", llround(funding->amount_eur));
        page_set_text(values, item, "nature",
                      funding->nature ? page_word(build, VOCABULARY_NATURE, funding->nature)
                                      : page_message(build, "fact.nature_none"));
        page_set_text(values, item, "funder", funding->funder);
        page_set_years(build, item, "span", funding->year_from, funding->year_to);
    }
}

/* "a;b" as "a, b", each part by its label. */
static void set_words(struct page_build *build, const char *key, enum vocabulary vocabulary,
                      const char *joined)
{
    struct bytes text = {0};
    for (const char *at = joined; at && *at;) {
        char part[64];
        size_t length = strcspn(at, ";");
        snprintf(part, sizeof part, "%.*s", (int)(length < 60 ? length : 60), at);
        const char *word =
            vocabulary == VOCABULARY_COUNT ? part : page_word(build, vocabulary, part);
        if (text.length > 0) bytes_append_text(&text, ", ");
        bytes_append_text(&text, word);
        at += length + (at[length] == ';');
    }
    page_set_bytes(build, build->root, key, &text);
}

static void set_date(struct page_build *build, const char *key, const char *date)
{
    struct bytes text = {0};
    if (date) messages_write_date(build->path.english, date, &text);
    page_set_bytes(build, build->root, key, &text);
}

static void set_facts(struct page_build *build, const struct edition_partnership *partnership)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    char marker[2] = {(char)('0' + partnership->gender_marker % 10), '\0'};
    page_set_format(values, root, "id", "%llu", (unsigned long long)partnership->id);
    page_set_text(values, root, "title", partnership->title);
    page_set_text(values, root, "description_text", partnership->description);
    page_set_text(values, root, "description", partnership->description);
    page_set_text(values, root, "kind", page_word(build, VOCABULARY_KIND, partnership->kind));
    page_set_text(values, root, "status", page_word(build, VOCABULARY_STATUS, partnership->status));
    bool estimated = partnership->end_estimated && partnership->lives_from != EDITION_NO_YEAR &&
                     partnership->lives_to != INT16_MAX;
    page_set_years(build, root, "years", partnership->year_start,
                   estimated ? partnership->lives_to : partnership->year_end);
    page_set_flag(values, root, "end_estimated", estimated);
    if (partnership->gender_marker != EDITION_NO_MARKER)
        page_set_text(values, root, "gender", page_word(build, VOCABULARY_GENDER, marker));
    set_words(build, "modes", VOCABULARY_MODE, partnership->modes);
    set_words(build, "call", VOCABULARY_COUNT, partnership->call);
    set_words(build, "sdg", VOCABULARY_COUNT, partnership->sdg);
    if (partnership->status) set_date(build, "status_date", partnership->status_date);
    set_date(build, "signed", partnership->signed_on);
    set_date(build, "source_date", partnership->source_date);
    page_set_text(values, root, "note", partnership->note);
    page_set_text(values, root, "source", partnership->source);
    page_set_text(values, root, "source_doc", partnership->source_doc);
    page_set_text(values, root, "source_place", partnership->source_place);
}

/* Description of the page for search engines, in schema.org's words. */
static void set_schema_org(struct page_build *build, const struct edition_partnership *partnership)
{
    struct bytes text = {0};
    struct json json;
    json_init(&json, &text);
    json_object_begin(&json);
    json_key_text(&json, "@context", "https://schema.org");
    json_key_text(&json, "@type", "Project");
    json_key_integer(&json, "identifier", (int64_t)partnership->id);
    json_key_text(&json, "name", partnership->title);
    if (partnership->description) json_key_text(&json, "description", partnership->description);
    if (partnership->year_start != EDITION_NO_YEAR) {
        char year[8];
        snprintf(year, sizeof year, "%d", partnership->year_start);
        json_key_text(&json, "foundingDate", year);
    }
    json_key(&json, "member");
    json_array_begin(&json);
    for (size_t i = 0; i < partnership->n_parties; i++) {
        const struct edition_party *party = &build->edition->parties[partnership->first_party + i];
        if (!party->as_written[0]) continue;
        json_object_begin(&json);
        json_key_text(&json, "@type",
                      party->territory == EDITION_NONE ? "Organization" : "GovernmentOrganization");
        json_key_text(&json, "name", party->as_written);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    page_set_json(&build->values, build->root, "schema_org", &text);
    bytes_close(&text);
}

enum atlas_status page_build_partnership(struct page_build *build, uint32_t index)
{
    const struct edition_partnership *partnership = &build->edition->partnerships[index];
    struct bytes path = {0};
    feature_partnership_url(partnership, "", false, &path);
    bytes_append_byte(&path, 0);
    if (!path.failed) page_set_common(build, (const char *)path.data);
    bytes_close(&path);
    set_facts(build, partnership);
    add_themes(build, partnership);
    add_fundings(build, partnership);
    for (size_t i = 0; i < partnership->n_parties; i++)
        add_party(build, &build->edition->parties[partnership->first_party + i]);
    page_set_format(&build->values, build->root, "atlas_url", "%s%s?open=%llu", build->prefix,
                    build->path.english ? "/en/" : "/", (unsigned long long)partnership->id);
    page_set_format(&build->values, build->root, "json_url", "%s/partenariat/%llu.json",
                    build->prefix, (unsigned long long)partnership->id);
    set_schema_org(build, partnership);
    return page_values_status(&build->values);
}
