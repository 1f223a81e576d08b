/* The page of equality between women and men: its four themes and the declared marker, by country
 * and by région, in records or in money of one nature. */
#include "server/page_build.h"

#include "tiles/edition_index.h"
#include "tiles/feature.h"
#include "tiles/gender.h"
#include "tiles/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gender_page {
    struct page_build *build;
    const struct selection *selection;
    struct selection themes[GENDER_THEMES + 1]; /* its parts, see gender_theme_part() */
    const char *nature;                         /* of money; NULL: records are counted */
};

/* One of the two tables: what was found in each area. */
struct area_table {
    enum group_property property;
    struct gender_table markers;
    struct groups themes[GENDER_THEMES];
};

/* ---- numbers in words ---- */

static void write_amount(const struct gender_page *page, double amount, struct bytes *out)
{
    bool english = page->build->path.english;
    if (english) bytes_append_text(out, "€");
    messages_write_number(english, llround(amount), out);
    if (!english) bytes_append_text(out, "\u00a0€");
}

/* Records, or their money: unknown where none of them has a known amount. */
static void set_measure(struct gender_page *page, struct page_object *object, const char *key,
                        const struct totals *totals)
{
    struct bytes text = {0};
    if (!page->nature)
        messages_write_number(page->build->path.english, (int64_t)totals->partnerships, &text);
    else if (totals->partnerships > 0 && totals->with_amount == 0)
        bytes_append_text(&text, page_message(page->build, "fact.not_said"));
    else
        write_amount(page, totals->amount_eur, &text);
    page_set_bytes(page->build, object, key, &text);
}

static void write_measure(const struct gender_page *page, const struct totals *parts, size_t n,
                          struct bytes *out)
{
    uint64_t records = 0;
    double amount = 0;
    for (size_t i = 0; i < n; i++) {
        records += parts[i].partnerships;
        amount += parts[i].amount_eur;
    }
    if (page->nature)
        write_amount(page, amount, out);
    else
        messages_write_number(page->build->path.english, (int64_t)records, out);
}

/* "62 %" under key and "8/13" under of: never one without the other. Neither where nothing can be
 * divided. part: the first parts[0 .. n_part) of parts[0 .. n). */
static void set_share(struct gender_page *page, struct page_object *object, const char *key,
                      const char *of, double share, const struct totals *part, size_t n_part,
                      const struct totals *whole, size_t n_whole)
{
    struct bytes percent = {0}, fraction = {0};
    if (isnan(share)) return;
    bytes_append_format(&percent, page->build->path.english ? "%lld%%" : "%lld\u202f%%",
                        llround(100 * share));
    write_measure(page, part, n_part, &fraction);
    bytes_append_text(&fraction, page->nature ? " / " : "/");
    write_measure(page, whole, n_whole, &fraction);
    page_set_bytes(page->build, object, key, &percent);
    page_set_bytes(page->build, object, of, &fraction);
}

/* What the marker says of one area or theme. */
static void set_markers(struct gender_page *page, struct page_object *object,
                        const struct gender_row *row)
{
    bool of_money = page->nature != NULL;
    set_measure(page, object, "all", &row->all);
    set_measure(page, object, "marked0", &row->marked[0]);
    set_measure(page, object, "marked1", &row->marked[1]);
    set_measure(page, object, "marked2", &row->marked[2]);
    set_measure(page, object, "estimated", &row->estimated);
    set_measure(page, object, "unknown", &row->unknown);
    set_share(page, object, "share", "share_of", gender_share(row, of_money), row->marked + 1, 2,
              row->marked, 3);
    set_share(page, object, "coverage", "coverage_of", gender_coverage(row, of_money), row->marked,
              3, &row->all, 1);
}

/* ---- the four themes ---- */

static const char *theme_label(const struct page_build *build, size_t theme)
{
    uint32_t found = edition_find_theme(build->edition, gender_theme_codes[theme]);
    if (found == EDITION_NONE) return gender_theme_codes[theme];
    const struct edition_theme *themes = build->edition->themes;
    return page_pick(build, themes[found].label_fr, themes[found].label_en);
}

/* Sets the address of the atlas under the page's filter and a theme. */
static void set_theme_url(struct page_build *build, struct page_object *object, size_t theme)
{
    struct filter filter = build->filter;
    struct filter_list *themes = &filter.lists[FILTER_THEME];
    if (themes->n == 0) {
        themes->values[0] = gender_theme_codes[theme];
        themes->n = 1;
    }
    page_set_filter_url(build, object, "url", build->path.english ? "/en/" : "/", &filter);
}

static enum atlas_status add_theme(struct gender_page *page, size_t theme)
{
    struct page_build *build = page->build;
    struct gender_table table;
    enum atlas_status status =
        gender_make(&page->themes[theme], GROUP_REGION, page->nature, &table);
    if (status) return status;
    struct page_object *row = page_list_add(&build->values, build->root, "themes");
    bool any = theme == GENDER_THEMES;
    page_set_text(&build->values, row, "label",
                  any ? page_message(build, "gender.any_theme") : theme_label(build, theme));
    page_set_flag(&build->values, row, "any", any);
    if (!any) set_theme_url(build, row, theme);
    set_markers(page, row, &table.total);
    gender_close(&table);
    return ATLAS_OK;
}

/* ---- areas ---- */

static enum atlas_status area_table_make(const struct gender_page *page,
                                         enum group_property property, struct area_table *table)
{
    *table = (struct area_table){.property = property};
    enum atlas_status status =
        gender_make(page->selection, property, page->nature, &table->markers);
    for (size_t i = 0; !status && i < GENDER_THEMES; i++)
        status = group_by_property(&page->themes[i], property, page->nature, &table->themes[i]);
    return status;
}

static void area_table_close(struct area_table *table)
{
    gender_close(&table->markers);
    for (size_t i = 0; i < GENDER_THEMES; i++)
        groups_close(&table->themes[i]);
}

static const struct totals *totals_of(const struct groups *groups, uint32_t key)
{
    static const struct totals nothing;
    for (size_t i = 0; i < groups->n; i++)
        if (groups->groups[i].key[0] == key) return &groups->groups[i].totals;
    return &nothing;
}

/* The share that ranks an area; NaN for one that must not be ranked. */
static double rank_share(const struct gender_row *row, bool of_money)
{
    return gender_examined(row) < GENDER_RANKED_FROM ? (double)NAN : gender_share(row, of_money);
}

static uint32_t name_rank(const struct edition *edition, uint32_t key)
{
    return key == EDITION_NONE ? UINT32_MAX : edition->index->territory_rank[key];
}

/* What is ranked first, by falling share; then all others by name. */
static int compare_rows(const struct gender_row *left, const struct gender_row *right,
                        const struct gender_page *page)
{
    bool of_money = page->nature != NULL;
    double a = rank_share(left, of_money), b = rank_share(right, of_money);
    if (isnan(a) != isnan(b)) return isnan(a) ? 1 : -1;
    if (!isnan(a) && a != b) return a > b ? -1 : 1;
    uint32_t first = name_rank(page->build->edition, left->key);
    uint32_t second = name_rank(page->build->edition, right->key);
    return (first > second) - (first < second);
}

static int compare_for_sort(const void *left, const void *right, void *page)
{
    return compare_rows(left, right, page);
}

static void set_area(struct gender_page *page, struct page_object *row, uint32_t key)
{
    struct page_build *build = page->build;
    struct bytes url = {0};
    if (key == EDITION_NONE) {
        page_set_text(&build->values, row, "name", page_message(build, "fact.not_said"));
        return;
    }
    const struct edition_territory *territory = &build->edition->territories[key];
    page_set_text(&build->values, row, "name",
                  page_pick(build, territory->name_fr, territory->name_en));
    feature_territory_url(territory, build->prefix, build->path.english, &url);
    page_set_bytes(build, row, "url", &url);
}

static void add_area_rows(struct gender_page *page, struct page_object *item,
                          const struct area_table *table)
{
    static const char *const theme_keys[GENDER_THEMES] = {"theme0", "theme1", "theme2", "theme3"};
    struct page_build *build = page->build;
    size_t place = 0, shown_place = 0;
    double before = NAN;
    for (size_t i = 0; i < table->markers.n; i++) {
        const struct gender_row *area = &table->markers.rows[i];
        struct page_object *row = page_list_add(&build->values, item, "rows");
        double share = rank_share(area, page->nature != NULL);
        set_area(page, row, area->key);
        set_markers(page, row, area);
        for (size_t theme = 0; theme < GENDER_THEMES; theme++)
            set_measure(page, row, theme_keys[theme], totals_of(&table->themes[theme], area->key));
        if (isnan(share)) continue;
        place++;
        if (share != before) shown_place = place; /* equal shares have one place */
        before = share;
        page_set_number(&build->values, row, "place", (int64_t)shown_place);
    }
}

/* One area for the script's map: the same numbers as in the table. */
static void write_area(struct json *json, const struct gender_page *page,
                       const struct area_table *table, const struct gender_row *row)
{
    const struct edition_territory *territory = &page->build->edition->territories[row->key];
    bool of_money = page->nature != NULL;
    json_object_begin(json);
    json_key_text(json, "code", territory->code);
    json_key_text(json, "name", page_pick(page->build, territory->name_fr, territory->name_en));
    json_key_integer(json, "all", (int64_t)row->all.partnerships);
    json_key(json, "themes");
    json_array_begin(json);
    for (size_t i = 0; i < GENDER_THEMES; i++) {
        const struct totals *totals = totals_of(&table->themes[i], row->key);
        if (!of_money)
            json_int(json, (int64_t)totals->partnerships);
        else if (totals->partnerships > 0 && totals->with_amount == 0)
            json_none(json);
        else
            json_number(json, round(totals->amount_eur), 0);
    }
    json_array_end(json);
    json_key_integer(json, "examined", (int64_t)gender_examined(row));
    json_key_integer(json, "found",
                     (int64_t)(row->marked[1].partnerships + row->marked[2].partnerships));
    json_key(json, "share");
    json_number(json, rank_share(row, of_money), 4);
    json_key(json, "coverage");
    json_number(json, gender_coverage(row, of_money), 4);
    json_object_end(json);
}

static void write_areas(struct json *json, const char *key, const struct gender_page *page,
                        const struct area_table *table)
{
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < table->markers.n; i++)
        if (table->markers.rows[i].key != EDITION_NONE)
            write_area(json, page, table, &table->markers.rows[i]);
    json_array_end(json);
}

static enum atlas_status add_areas(struct gender_page *page, enum group_property property,
                                   struct json *json)
{
    struct page_build *build = page->build;
    struct area_table table;
    bool regions = property == GROUP_REGION;
    enum atlas_status status = area_table_make(page, property, &table);
    if (!status && table.markers.n > 1)
        qsort_r(table.markers.rows, table.markers.n, sizeof *table.markers.rows, compare_for_sort,
                page);
    if (!status) {
        struct page_object *item = page_list_add(&build->values, build->root, "tables");
        page_set_text(&build->values, item, "id", regions ? "regions" : "countries");
        page_set_text(&build->values, item, "caption",
                      page_message(build, regions ? "gender.by_region" : "gender.by_country"));
        page_set_text(&build->values, item, "area",
                      page_message(build, regions ? "gender.region" : "gender.country"));
        add_area_rows(page, item, &table);
        write_areas(json, regions ? "regions" : "countries", page, &table);
    }
    area_table_close(&table);
    return status;
}

/* ---- the page ---- */

static enum atlas_status read_nature(struct gender_page *page)
{
    const char *nature = page_parameter(page->build->request, "nature");
    if (!nature || !nature[0]) return ATLAS_OK;
    int index = vocabulary_find(VOCABULARY_NATURE, nature);
    if (index < 0)
        return atlas_fail(page->build->error, ATLAS_INVALID,
                          "parameter nature: “%.40s” is not a value of it; allowed: prevu, "
                          "attribue, verse, cumul, or nothing to count records",
                          nature);
    page->nature = vocabulary_word(VOCABULARY_NATURE, (size_t)index)->key;
    return ATLAS_OK;
}

static void add_choices(struct gender_page *page)
{
    struct page_build *build = page->build;
    struct page_values *values = &build->values;
    for (size_t i = 0; i < vocabulary_size(VOCABULARY_NATURE); i++) {
        const struct vocabulary_word *word = vocabulary_word(VOCABULARY_NATURE, i);
        bool chosen = page->nature && strcmp(page->nature, word->key) == 0;
        if (!chosen && !(build->edition->natures >> i & 1)) continue;
        struct page_object *option = page_list_add(values, build->root, "natures");
        page_set_text(values, option, "value", word->key);
        page_set_text(values, option, "label", page_pick(build, word->label_fr, word->label_en));
        page_set_flag(values, option, "chosen", chosen);
    }
    for (size_t i = 0; i < GENDER_THEMES; i++) {
        const struct filter_list *chosen = &build->filter.lists[FILTER_THEME];
        struct page_object *option = page_list_add(values, build->root, "theme_choices");
        page_set_text(values, option, "value", gender_theme_codes[i]);
        page_set_text(values, option, "label", theme_label(build, i));
        page_set_flag(values, option, "chosen",
                      chosen->n == 1 && !strcmp(chosen->values[0], gender_theme_codes[i]));
    }
    page_set_flag(values, build->root, "of_money", page->nature != NULL);
}

/* What the form keeps: the filter, without what it has fields for. */
static void set_form(struct gender_page *page)
{
    struct page_build *build = page->build;
    struct filter without = build->filter;
    struct bytes url = {0};
    without.lists[FILTER_THEME].n = 0;
    without.has_year = false;
    for (int key = 0; key < FILTER_LIST_COUNT; key++)
        for (size_t i = 0; i < without.lists[key].n; i++) {
            struct page_object *kept = page_list_add(&build->values, build->root, "kept");
            page_set_text(&build->values, kept, "name", filter_key_name((enum filter_key)key));
            page_set_text(&build->values, kept, "value", without.lists[key].values[i]);
        }
    if (build->filter.has_year) {
        page_set_format(&build->values, build->root, "year_from", "%d", build->filter.year_from);
        page_set_format(&build->values, build->root, "year_to", "%d", build->filter.year_to);
    }
    page_set_format(&build->values, build->root, "form_url", "%s%s/genre", build->prefix,
                    build->path.english ? "/en" : "");
    bytes_append_format(&url, "%s/counts.json?by=gender-region,gender-country%s%s%s%s",
                        build->prefix, page->nature ? "&nature=" : "",
                        page->nature ? page->nature : "", build->query.length > 1 ? "&" : "",
                        (const char *)build->query.data);
    page_set_bytes(build, build->root, "counts_url", &url);
}

/* The picture for readers without scripts: the four themes abroad, by country. */
static void set_picture(struct page_build *build)
{
    struct filter filter = build->filter;
    struct bytes query = {0}, url = {0};
    for (size_t i = 0; build->filter.lists[FILTER_THEME].n == 0 && i < GENDER_THEMES; i++)
        if (edition_find_theme(build->edition, gender_theme_codes[i]) == EDITION_NONE ||
            filter_add(&filter, "theme", gender_theme_codes[i], build->error))
            return;
    filter_canonical(&filter, &query);
    bytes_append_format(&url, "%s/picture.png?%.*s&tilesets=choropleth&width=1000&height=520%s",
                        build->prefix, (int)query.length, (const char *)query.data,
                        build->path.english ? "&lang=en" : "");
    if (query.failed) url.failed = true;
    bytes_close(&query);
    page_set_bytes(build, build->root, "picture_url", &url);
}

/* How many of the selection have a known amount of the nature asked for. */
static void set_known_amounts(struct gender_page *page)
{
    const struct edition *edition = page->build->edition;
    int64_t known = 0;
    for (size_t i = 0; page->nature && i < edition->n_partnerships; i++) {
        const struct edition_partnership *p = &edition->partnerships[i];
        bool found = false;
        if (!selection_has_partnership(page->selection, i)) continue;
        for (size_t f = p->first_funding; f < p->first_funding + p->n_fundings; f++)
            found = found || (edition->fundings[f].nature &&
                              strcmp(edition->fundings[f].nature, page->nature) == 0);
        known += found;
    }
    page_set_number(&page->build->values, page->build->root, "known_amounts", known);
}

static enum atlas_status add_numbers(struct gender_page *page)
{
    struct page_build *build = page->build;
    struct bytes data = {0};
    struct json json;
    struct gender_table table;
    enum atlas_status status = gender_make(page->selection, GROUP_REGION, page->nature, &table);
    if (status) return status;
    set_markers(page, page_list_add(&build->values, build->root, "totals"), &table.total);
    page_set_number(&build->values, build->root, "examined",
                    (int64_t)gender_examined(&table.total));
    page_set_number(&build->values, build->root, "partnerships",
                    (int64_t)table.total.all.partnerships);
    gender_close(&table);
    set_known_amounts(page);
    for (size_t i = 0; !status && i <= GENDER_THEMES; i++)
        status = add_theme(page, i);
    json_init(&json, &data);
    json_object_begin(&json);
    json_key_text(&json, "version", build->edition->content_hash);
    json_key(&json, "labels");
    json_array_begin(&json);
    for (size_t i = 0; i < GENDER_THEMES; i++)
        json_text(&json, theme_label(build, i));
    json_array_end(&json);
    if (!status) status = add_areas(page, GROUP_REGION, &json);
    if (!status) status = add_areas(page, GROUP_COUNTRY, &json);
    json_object_end(&json);
    page_set_json(&build->values, build->root, "gender_data", &data);
    bytes_close(&data);
    return status;
}

enum atlas_status page_build_gender(struct page_build *build)
{
    struct gender_page page = {.build = build};
    struct selection selection = {0};
    struct bytes path = {0};
    enum atlas_status status = read_nature(&page);
    if (!status) status = selection_make(build->edition, &build->filter, &selection, build->error);
    page.selection = &selection;
    for (size_t i = 0; !status && i <= GENDER_THEMES; i++)
        status = gender_theme_part(&selection, i, &page.themes[i]);
    if (!status) {
        const char *query = (const char *)build->query.data;
        bytes_append_format(&path, "/genre%s%s%s%s", query[0] || page.nature ? "?" : "", query,
                            query[0] && page.nature ? "&" : "", page.nature ? "nature=" : "");
        bytes_append_text(&path, page.nature ? page.nature : "");
        bytes_append_byte(&path, 0);
        if (!path.failed) page_set_common(build, (const char *)path.data);
        page_set_flag(&build->values, build->root, "is_gender", true);
        page_set_text(&build->values, build->root, "title", page_message(build, "gender.title"));
        page_set_json(&build->values, build->root, "messages",
                      &build->pages->messages_json[build->path.english]);
        add_choices(&page);
        set_form(&page);
        set_picture(build);
        status = add_numbers(&page);
    }
    bytes_close(&path);
    for (size_t i = 0; i <= GENDER_THEMES; i++)
        selection_close(&page.themes[i]);
    selection_close(&selection);
    return status;
}
