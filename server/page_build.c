#include "server/page_build.h"

#include "tiles/date_words.h"
#include "tiles/feature.h"

#include <string.h>

#define MAX_NAMES 3 /* of one side, in a row */

const char *page_message(const struct page_build *build, const char *key)
{
    const char *text = messages_find(build->messages, key);
    return text ? text : key;
}

const char *page_pick(const struct page_build *build, const char *french, const char *english)
{
    return build->path.english && english && english[0] ? english : french;
}

const char *page_word(const struct page_build *build, enum vocabulary vocabulary, const char *key)
{
    int index = vocabulary_find(vocabulary, key);
    if (index < 0) return key;
    const struct vocabulary_word *word = vocabulary_word(vocabulary, (size_t)index);
    return page_pick(build, word->label_fr, word->label_en);
}

const char *page_parameter(const struct page_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_parameters; i++)
        if (strcmp(request->parameters[i].name, name) == 0) return request->parameters[i].value;
    return NULL;
}

void page_set_bytes(struct page_build *build, struct page_object *object, const char *key,
                    struct bytes *text)
{
    bytes_append_byte(text, 0);
    if (text->failed) {
        build->values.failed = true;
    } else {
        page_set_text(&build->values, object, key, (const char *)text->data);
    }
    bytes_close(text);
}

void page_set_filter_url(struct page_build *build, struct page_object *object, const char *key,
                         const char *path, const struct filter *filter)
{
    struct bytes query = {0}, url = {0};
    filter_canonical(filter, &query);
    bytes_append_format(&url, "%s%s%s%.*s", build->prefix, path, query.length ? "?" : "",
                        (int)query.length, query.length ? (const char *)query.data : "");
    if (query.failed) url.failed = true;
    bytes_close(&query);
    page_set_bytes(build, object, key, &url);
}

static void set_addresses(struct page_build *build, const char *path)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    const char *base = build->request->base_url, *prefix = build->prefix;
    bool english = build->path.english;
    page_set_text(values, root, "root", prefix);
    page_set_format(values, root, "home", "%s%s/", prefix, english ? "/en" : "");
    page_set_format(values, root, "other_language_url", "%s%s%s", prefix, english ? "" : "/en",
                    path);
    page_set_format(values, root, "canonical", "%s%s%s", base, english ? "/en" : "", path);
    page_set_format(values, root, "french_url", "%s%s", base, path);
    page_set_format(values, root, "english_url", "%s/en%s", base, path);
}

void page_set_common(struct page_build *build, const char *path)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    const struct edition *edition = build->edition;
    bool english = build->path.english;
    struct bytes date = {0};
    page_set_text(values, root, "lang", english ? "en" : "fr");
    page_set_text(values, root, "other_lang", english ? "fr" : "en");
    set_addresses(build, path);
    page_set_frame(build);
    date_write_words(english, edition->date, &date);
    page_set_format(values, root, "edition_date", "%.*s", (int)date.length,
                    date.data ? (const char *)date.data : "");
    bytes_close(&date);
    page_set_number(values, root, "edition_number", edition->number);
    page_set_number(values, root, "not_published", edition->not_published);
    page_set_flag(values, root, "made", edition->made);
    page_set_format(values, root, "links_plain", "%zu", edition->n_links);
    for (size_t i = 0; i < edition->n_attributions; i++) {
        struct page_object *item = page_list_add(values, root, "attributions");
        page_set_text(values, item, "text", edition->attributions[i].text);
        page_set_text(values, item, "licence", edition->attributions[i].licence);
        page_set_text(values, item, "url", edition->attributions[i].url);
    }
}

void page_set_years(struct page_build *build, struct page_object *object, const char *key, int from,
                    int to)
{
    struct page_values *values = &build->values;
    bool has_from = from != EDITION_NO_YEAR, has_to = to != EDITION_NO_YEAR;
    if (has_from && has_to && from == to) {
        page_set_format(values, object, key, "%d", from);
    } else if (has_from && has_to) {
        page_set_format(values, object, key, "%d–%d", from, to);
    } else if (has_from) {
        page_set_format(values, object, key, "%d–", from);
    } else if (has_to) {
        page_set_format(values, object, key, "–%d", to);
    }
}

/* "Zou, Savalou +2", and for the side abroad the countries in brackets. */
static void write_names(const struct page_build *build, const struct feature *feature,
                        enum side side, struct bytes *out)
{
    const struct edition *edition = build->edition;
    size_t n = feature->n_ends[side];
    for (size_t i = 0; i < n && i < MAX_NAMES; i++) {
        const char *name = feature->ends[side][i].name;
        if (i > 0) bytes_append_text(out, ", ");
        bytes_append_text(out, name ? name : page_message(build, "fact.not_said"));
    }
    if (n > MAX_NAMES) bytes_append_format(out, " +%zu", n - MAX_NAMES);
    if (n == 0) bytes_append_text(out, page_message(build, "fact.not_said"));
    if (side == SIDE_FRENCH || n == 0) return;
    uint32_t country = feature->ends[side][0].country;
    bool same = country != EDITION_NONE && feature->ends[side][0].territory != country;
    for (size_t i = 1; i < n; i++)
        same = same && feature->ends[side][i].country == country;
    if (same)
        bytes_append_format(out, " (%s)",
                            page_pick(build, edition->territories[country].name_fr,
                                      edition->territories[country].name_en));
}

static void set_names(struct page_build *build, struct page_object *row, const char *key,
                      const struct feature *feature, enum side side)
{
    struct bytes names = {0};
    write_names(build, feature, side, &names);
    page_set_bytes(build, row, key, &names);
}

/* Sets an address made by a writer of tiles/feature. */
static void set_partnership_url(struct page_build *build, struct page_object *row,
                                const struct edition_partnership *partnership)
{
    struct bytes url = {0};
    feature_partnership_url(partnership, build->prefix, build->path.english, &url);
    page_set_bytes(build, row, "url", &url);
}

/* Appends one row to the list "rows" of object. selection: whose links count for "has a place". */
static enum atlas_status add_row(struct page_build *build, struct page_object *object,
                                 const struct selection *selection, uint32_t index)
{
    const struct edition_partnership *partnership = &build->edition->partnerships[index];
    struct page_values *values = &build->values;
    struct feature feature = {0};
    enum atlas_status status =
        feature_of_partnership(selection, index, build->path.english, &feature);
    if (status == ATLAS_OK) {
        struct page_object *row = page_list_add(values, object, "rows");
        const char *kind = page_word(build, VOCABULARY_KIND, partnership->kind);
        page_set_format(values, row, "id", "%llu", (unsigned long long)partnership->id);
        page_set_text(values, row, "title", partnership->title);
        page_set_text(values, row, "row_kind", kind);
        page_set_years(build, row, "row_years", partnership->year_start, partnership->year_end);
        set_partnership_url(build, row, partnership);
        set_names(build, row, "french", &feature, SIDE_FRENCH);
        set_names(build, row, "foreign", &feature, SIDE_FOREIGN);
        page_set_flag(values, row, "unplaced", !list_is_placed(selection, index));
    }
    feature_close(&feature);
    return status;
}

enum atlas_status page_add_newest(struct page_build *build, struct page_object *object,
                                  const struct selection *selection, size_t most, uint32_t except)
{
    uint32_t rows[32];
    size_t n = 0, shown = 0;
    const struct list_request newest = {.sort = LIST_YEAR,
                                        .falling = true,
                                        .page = 1,
                                        .per_page = most < 31 ? most + 1 : 32,
                                        .english = build->path.english};
    enum atlas_status status = list_page(selection, &newest, rows, &n);
    for (size_t i = 0; !status && i < n && shown < most; i++) {
        if (rows[i] == except) continue;
        status = add_row(build, object, selection, rows[i]);
        shown++;
    }
    return status;
}

static void set_pager_url(struct page_build *build, const char *key, const char *path,
                          const char *query, size_t page)
{
    page_set_format(&build->values, build->root, key, "%s%s%s?%s%spage=%zu", build->prefix,
                    build->path.english ? "/en" : "", path, query, query[0] ? "&" : "", page);
}

enum atlas_status page_add_list(struct page_build *build, const struct selection *selection,
                                const char *path, const char *query)
{
    uint32_t rows[LIST_MAX_PER_PAGE];
    size_t n = 0, per_page = build->list.per_page;
    size_t pages = (selection->n_partnerships + per_page - 1) / per_page;
    if (pages == 0) pages = 1;
    if (build->list.page > pages) build->list.page = pages;
    enum atlas_status status = list_page(selection, &build->list, rows, &n);
    for (size_t i = 0; status == ATLAS_OK && i < n; i++)
        status = add_row(build, build->root, selection, rows[i]);
    size_t page = build->list.page;
    page_set_number(&build->values, build->root, "page", (int64_t)page);
    page_set_number(&build->values, build->root, "pages", (int64_t)pages);
    page_set_flag(&build->values, build->root, "rows_any", n > 0);
    page_set_flag(&build->values, build->root, "pages_many", pages > 1);
    page_set_flag(&build->values, build->root, "has_previous", page > 1);
    page_set_flag(&build->values, build->root, "has_next", page < pages);
    set_pager_url(build, "previous_url", path, query, page > 1 ? page - 1 : 1);
    set_pager_url(build, "next_url", path, query, page + 1);
    return status;
}
