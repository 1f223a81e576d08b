/* The page of one partnership: every fact that the atlas knows about it, and what it does not. */
#include "server/page_build.h"
#include "server/page_map.h"

#include "tiles/answer.h"
#include "tiles/date_words.h"
#include "tiles/feature.h"
#include "tiles/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NEIGHBOUR_AREAS  3 /* of whose other partnerships a page tells */
#define NEIGHBOURS_SHOWN 5

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
    const char *role = vocabulary_word(VOCABULARY_ROLE, party->role)->key;
    page_set_text(values, item, "role_text", page_word(build, VOCABULARY_ROLE, role));
    const char *status = edition->party_words[party->words].partner_status;
    if (status && strcmp(status, "known") != 0) {
        char key[64];
        snprintf(key, sizeof key, "partner_status.%.40s", status);
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
    if (date) date_write_words(build->path.english, date, &text);
    page_set_bytes(build, build->root, key, &text);
}

static void set_facts(struct page_build *build, const struct edition_partnership *partnership)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    const struct edition_origin *origin = &build->edition->origins[partnership->origin];
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
    set_words(build, "sdg", VOCABULARY_COUNT, origin->sdg);
    if (partnership->status) set_date(build, "status_date", partnership->status_date);
    set_date(build, "signed", partnership->signed_on);
    set_date(build, "source_date", origin->source_date);
    page_set_text(values, root, "note", partnership->note);
    page_set_text(values, root, "source", origin->source);
    page_set_text(values, root, "source_doc", origin->source_doc);
    page_set_text(values, root, "source_place", partnership->source_place);
}

/* ---- schema.org ---- */

static void write_place(struct json *json, const struct edition *edition,
                        const struct edition_party *party)
{
    const struct edition_territory *territory =
        party->territory == EDITION_NONE ? NULL : &edition->territories[party->territory];
    uint32_t country = party->country;
    json_key(json, "location");
    json_object_begin(json);
    json_key_text(json, "@type", "Place");
    if (territory) json_key_text(json, "name", territory->name_fr);
    if (country != EDITION_NONE) {
        json_key(json, "address");
        json_object_begin(json);
        json_key_text(json, "@type", "PostalAddress");
        json_key_text(json, "addressCountry", edition->territories[country].country_iso);
        json_object_end(json);
    }
    if (territory && territory->precision == PRECISION_EXACT) {
        json_key(json, "geo");
        json_object_begin(json);
        json_key_text(json, "@type", "GeoCoordinates");
        json_key(json, "latitude");
        json_number(json, territory->lat_deg, 5);
        json_key(json, "longitude");
        json_number(json, territory->lon_deg, 5);
        json_object_end(json);
    }
    json_object_end(json);
}

static void write_members(struct json *json, const struct edition *edition,
                          const struct edition_partnership *partnership)
{
    json_key(json, "member");
    json_array_begin(json);
    for (size_t i = 0; i < partnership->n_parties; i++) {
        const struct edition_party *party = &edition->parties[partnership->first_party + i];
        if (!party->as_written[0]) continue;
        bool placed = party->territory != EDITION_NONE;
        json_object_begin(json);
        json_key_text(json, "@type", placed ? "GovernmentOrganization" : "Organization");
        json_key_text(json, "name", party->as_written);
        if (placed || party->country != EDITION_NONE) write_place(json, edition, party);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_keywords(struct json *json, const struct page_build *build,
                           const struct edition_partnership *partnership)
{
    const struct edition *edition = build->edition;
    json_key(json, "keywords");
    json_array_begin(json);
    for (size_t i = 0; i < partnership->n_themes; i++) {
        const struct edition_theme *theme =
            &edition->themes[edition->partnership_themes[partnership->first_theme + i]];
        json_text(json, page_pick(build, theme->label_fr, theme->label_en));
    }
    json_array_end(json);
}

/* Description of the page for search engines, in schema.org's words. */
static void set_schema_org(struct page_build *build, const struct edition_partnership *partnership)
{
    struct bytes text = {0}, url = {0};
    struct json json;
    json_init(&json, &text);
    json_object_begin(&json);
    json_key_text(&json, "@context", "https://schema.org");
    json_key_text(&json, "@type", "Project");
    json_key_integer(&json, "identifier", (int64_t)partnership->id);
    feature_partnership_url(partnership, build->request->base_url, build->path.english, &url);
    answer_key_bytes(&json, "url", &url);
    bytes_close(&url);
    json_key_text(&json, "name", partnership->title);
    if (partnership->description) json_key_text(&json, "description", partnership->description);
    if (partnership->year_start != EDITION_NO_YEAR) {
        char year[8];
        snprintf(year, sizeof year, "%d", partnership->year_start);
        json_key_text(&json, "foundingDate", year);
    }
    if (partnership->year_end != EDITION_NO_YEAR) {
        char year[8];
        snprintf(year, sizeof year, "%d", partnership->year_end);
        json_key_text(&json, "dissolutionDate", year);
    }
    write_keywords(&json, build, partnership);
    write_members(&json, build->edition, partnership);
    json_object_end(&json);
    page_set_json(&build->values, build->root, "schema_org", &text);
    bytes_close(&text);
}

/* ---- around it ---- */

/* The parties that have a territory, as a filter, and what the map must show. */
static void set_small_map(struct page_build *build, const struct edition_partnership *partnership)
{
    struct filter filter;
    struct page_view view = {0};
    bool placed = false; /* without a placed link there is nothing to draw */
    filter_init(&filter);
    for (size_t i = 0; i < partnership->n_parties; i++) {
        const struct edition_party *party = &build->edition->parties[partnership->first_party + i];
        if (party->territory == EDITION_NONE) continue;
        const struct edition_territory *territory = &build->edition->territories[party->territory];
        const char *name = party->side == SIDE_FRENCH ? "authority" : "partner_is";
        if (territory->precision == PRECISION_NONE ||
            filter_add(&filter, name, territory->code, NULL))
            continue;
        page_view_add(&view, territory);
    }
    for (size_t i = 0; i < partnership->n_links; i++)
        placed =
            placed ||
            build->edition->links[build->edition->links_of[partnership->first_link + i]].placed;
    if (placed) page_set_map(build, &filter, &view, partnership->title);
}

/* The others that work in an area: how many, the newest of them, and the area's page. False in
 * *found where there is nobody else. */
static enum atlas_status add_neighbours(struct page_build *build, uint32_t index, uint32_t area,
                                        bool *found)
{
    const struct edition_territory *territory = &build->edition->territories[area];
    const char *value;
    struct filter filter;
    struct selection selection = {0};
    struct bytes url = {0};
    filter_init(&filter);
    const char *name = page_territory_filter(territory, &value);
    enum atlas_status status = filter_add(&filter, name, value, build->error);
    if (!status) status = selection_make(build->edition, &filter, &selection, build->error);
    *found = !status && selection.n_partnerships > 1;
    if (*found) {
        struct page_object *item = page_list_add(&build->values, build->root, "neighbours");
        page_set_text(&build->values, item, "area",
                      page_pick(build, territory->name_fr, territory->name_en));
        page_set_number(&build->values, item, "others", (int64_t)selection.n_partnerships - 1);
        feature_territory_url(territory, build->prefix, build->path.english, &url);
        page_set_bytes(build, item, "area_url", &url);
        status = page_add_newest(build, item, &selection, NEIGHBOURS_SHOWN, index);
    }
    selection_close(&selection);
    return status;
}

/* Who else works in the partner's territory; where nobody does, in its country. */
static enum atlas_status add_all_neighbours(struct page_build *build, uint32_t index)
{
    const struct edition_partnership *partnership = &build->edition->partnerships[index];
    uint32_t areas[2 * NEIGHBOUR_AREAS];
    size_t n = 0;
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; !status && i < partnership->n_parties && n < NEIGHBOUR_AREAS; i++) {
        const struct edition_party *party = &build->edition->parties[partnership->first_party + i];
        const uint32_t wanted[] = {party->territory, party->country};
        bool found = false;
        if (party->side != SIDE_FOREIGN) continue;
        for (size_t w = 0; !status && !found && w < 2; w++) {
            if (wanted[w] == EDITION_NONE ||
                build->edition->territories[wanted[w]].precision == PRECISION_NONE)
                continue;
            for (size_t seen = 0; seen < n; seen++)
                found = found || areas[seen] == wanted[w];
            if (found) continue;
            areas[n++] = wanted[w];
            status = add_neighbours(build, index, wanted[w], &found);
        }
    }
    return status;
}

/* Where a reader reports an error or brings the record up to date. */
static void set_links(struct page_build *build, uint64_t id)
{
    static const struct {
        enum site_key key;
        const char *name;
    } links[] = {{SITE_CORRECTION_LINK, "correction_url"}, {SITE_UPDATE_LINK, "update_url"}};
    const struct site *site = build->pages->site;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct bytes url = {0};
        site_write_link(site, links[i].key, id, &url);
        page_set_bytes(build, build->root, links[i].name, &url);
    }
    page_set_text(&build->values, build->root, "help",
                  site_text(site, build->path.english ? SITE_HELP_EN : SITE_HELP_FR));
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
    set_small_map(build, partnership);
    set_links(build, partnership->id);
    set_schema_org(build, partnership);
    enum atlas_status status = add_all_neighbours(build, index);
    return status ? status : page_values_status(&build->values);
}
