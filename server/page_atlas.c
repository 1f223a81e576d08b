/* The atlas page without its map: numbers, filters and the list of a selection. */
#include "server/filter_words.h"
#include "server/page_build.h"

#include "server/tilejson.h"
#include "tiles/edition_index.h"
#include "tiles/group.h"
#include "tiles/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EARLIEST_YEAR 1945 /* of the slider; older partnerships live in it all the same */

/* The lists of ticks, in the order of the page. */
static const struct facet {
    const char *name; /* the filter's parameter */
    const char *by;   /* the breakdown of /counts.json that numbers it */
    const char *label, *note;
    enum filter_key key;
    enum group_property property;
    enum vocabulary vocabulary; /* of its options, or VOCABULARY_COUNT */
} facets[] = {
    {"theme", "theme", "filter.theme", NULL, FILTER_THEME, GROUP_THEME, VOCABULARY_COUNT},
    {"country", "country", "filter.country", NULL, FILTER_COUNTRY, GROUP_COUNTRY, VOCABULARY_COUNT},
    {"french", "region", "filter.french", NULL, FILTER_FRENCH, GROUP_REGION, VOCABULARY_COUNT},
    {"kind", "kind", "filter.kind", NULL, FILTER_KIND, GROUP_KIND, VOCABULARY_KIND},
    {"mode", "mode", "filter.mode", NULL, FILTER_MODE, GROUP_MODE, VOCABULARY_MODE},
    {"status", "status", "filter.status", NULL, FILTER_STATUS, GROUP_STATUS, VOCABULARY_STATUS},
    {"gender", "gender", "filter.gender", "filter.gender_note", FILTER_GENDER, GROUP_GENDER,
     VOCABULARY_GENDER},
};

/* One line of ticks. */
struct option {
    uint32_t key;  /* of the group, or EDITION_NONE */
    uint32_t rank; /* order to show */
    const char *value, *label;
    int depth; /* in the tree of themes */
};

static bool filter_has(const struct filter *filter, enum filter_key key, const char *value)
{
    for (size_t i = 0; i < filter->lists[key].n; i++)
        if (strcmp(filter->lists[key].values[i], value) == 0) return true;
    return false;
}

static uint64_t partnerships_of(const struct groups *groups, uint32_t key)
{
    for (size_t i = 0; i < groups->n; i++)
        if (groups->groups[i].key[0] == key) return groups->groups[i].totals.partnerships;
    return 0;
}

static void name_theme(const struct page_build *build, struct option *option)
{
    const struct edition_theme *themes = build->edition->themes;
    option->value = themes[option->key].code;
    option->label = page_pick(build, themes[option->key].label_fr, themes[option->key].label_en);
    for (uint32_t up = themes[option->key].parent; up != EDITION_NONE && option->depth < 2;
         up = themes[up].parent)
        option->depth++;
}

static void name_territory(const struct page_build *build, const struct facet *facet,
                           struct option *option)
{
    const struct edition_territory *territory = &build->edition->territories[option->key];
    option->value = facet->property == GROUP_COUNTRY ? territory->country_iso : territory->code;
    option->label = page_pick(build, territory->name_fr, territory->name_en);
    option->rank = build->edition->index->territory_rank[option->key];
}

static void name_option(const struct page_build *build, const struct facet *facet,
                        struct option *option)
{
    option->rank = option->key;
    if (option->key == EDITION_NONE) {
        option->value = "none";
        option->label = page_message(build, "filter.none");
    } else if (facet->property == GROUP_THEME) {
        name_theme(build, option);
    } else if (facet->vocabulary == VOCABULARY_COUNT) {
        name_territory(build, facet, option);
    } else {
        const struct vocabulary_word *word = vocabulary_word(facet->vocabulary, option->key);
        option->value = word ? word->key : "none";
        option->label = word ? page_pick(build, word->label_fr, word->label_en) : "?";
    }
}

static int by_rank(const void *left, const void *right)
{
    const struct option *a = left, *b = right;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* True where the filter knows this option: themes, countries and régions have no "none". */
static bool is_choosable(const struct facet *facet, const struct option *option)
{
    if (option->key == EDITION_NONE) return facet->vocabulary != VOCABULARY_COUNT;
    return option->value[0] != '\0';
}

static void add_option(struct page_build *build, const struct facet *facet,
                       struct page_object *item, const struct option *option, uint64_t count)
{
    static const char *const classes[] = {"", "is-child", "is-grandchild"};
    struct page_values *values = &build->values;
    struct page_object *tick = page_list_add(values, item, "options");
    page_set_text(values, tick, "value", option->value);
    page_set_text(values, tick, "label", option->label);
    page_set_text(values, tick, "class", classes[option->depth]);
    page_set_number(values, tick, "count", (int64_t)count);
    page_set_flag(values, tick, "checked", filter_has(&build->filter, facet->key, option->value));
}

/* Counts what a facet's options would choose: under all of the filter but the facet's own values,
 * for ticking one more adds to them. */
static enum atlas_status count_options(const struct page_build *build, const struct facet *facet,
                                       const struct selection *chosen, struct groups *part)
{
    if (build->filter.lists[facet->key].n == 0)
        return group_by_property(chosen, facet->property, NULL, part);
    struct filter others = build->filter; /* its values still lie in build->filter's text */
    struct selection selection;
    others.lists[facet->key].n = 0;
    enum atlas_status status = selection_make(build->edition, &others, &selection, build->error);
    if (status != ATLAS_OK) return status;
    status = group_by_property(&selection, facet->property, NULL, part);
    selection_close(&selection);
    return status;
}

/* Options are what the whole edition holds. */
static enum atlas_status add_facet(struct page_build *build, const struct facet *facet,
                                   const struct selection *all, const struct selection *chosen)
{
    struct groups whole = {0}, part = {0};
    struct option *options = NULL;
    struct page_object *item = page_list_add(&build->values, build->root, "facets");
    enum atlas_status status = group_by_property(all, facet->property, NULL, &whole);
    if (status == ATLAS_OK) status = count_options(build, facet, chosen, &part);
    if (status == ATLAS_OK && !(options = calloc(whole.n + 1, sizeof *options)))
        status = ATLAS_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; status == ATLAS_OK && i < whole.n; i++) {
        options[n].key = whole.groups[i].key[0];
        name_option(build, facet, &options[n]);
        if (is_choosable(facet, &options[n])) n++;
    }
    if (n > 0) qsort(options, n, sizeof *options, by_rank);
    page_set_text(&build->values, item, "name", facet->name);
    page_set_text(&build->values, item, "by", facet->by);
    page_set_text(&build->values, item, "label", page_message(build, facet->label));
    if (facet->note) page_set_text(&build->values, item, "note", page_message(build, facet->note));
    page_set_flag(&build->values, item, "open", build->filter.lists[facet->key].n > 0);
    for (size_t i = 0; i < n; i++)
        add_option(build, facet, item, &options[i], partnerships_of(&part, options[i].key));
    free(options);
    groups_close(&part);
    groups_close(&whole);
    return status;
}

static const char *home_path(const struct page_build *build)
{
    if (build->path.kind == PAGE_EMBED) return build->path.english ? "/en/embed" : "/embed";
    return build->path.english ? "/en/" : "/";
}

static void add_chips(struct page_build *build)
{
    static const char *const names[FILTER_LIST_COUNT] = {
        "theme",  "kind",      "mode", "status",  "call",    "gender",
        "french", "authority", "role", "country", "partner", "partner_is"};
    const struct filter *filter = &build->filter;
    for (int key = 0; key < FILTER_LIST_COUNT; key++)
        for (size_t i = 0; i < filter->lists[key].n; i++) {
            const char *value = filter->lists[key].values[i];
            struct page_object *chip = page_list_add(&build->values, build->root, "chips");
            struct filter without = *filter; /* its values still lie in filter's own text */
            struct filter_list *list = &without.lists[key];
            memmove(&list->values[i], &list->values[i + 1],
                    (list->n - i - 1) * sizeof *list->values);
            list->n--;
            page_set_text(&build->values, chip, "name", names[key]);
            page_set_text(&build->values, chip, "value", value);
            page_set_text(&build->values, chip, "label",
                          filter_value_label(build->edition, (enum filter_key)key, value,
                                             build->path.english));
            page_set_filter_url(build, chip, "url", home_path(build), &without);
        }
    page_set_flag(&build->values, build->root, "chips_any", build->query.length > 1);
}

/* Sets the address of this page with a parameter behind its filter. */
static void set_url_with(struct page_build *build, const char *key, const char *parameter)
{
    const char *query = (const char *)build->query.data;
    page_set_format(&build->values, build->root, key, "%s%s?%s%s%s", build->prefix,
                    home_path(build), query, query[0] ? "&" : "", parameter);
}

/* An address that names its edition ("edition=12-0123abcd", number and begin of the content's hash)
 * can be cited; read later, it says that the atlas has gone on. */
static void set_edition(struct page_build *build)
{
    const struct edition *edition = build->edition;
    const char *cited = page_parameter(build->request, "edition");
    char now[24], parameter[sizeof "edition=" + sizeof now];
    snprintf(now, sizeof now, "%u-%.8s", (unsigned)edition->number, edition->content_hash);
    snprintf(parameter, sizeof parameter, "edition=%s", now);
    set_url_with(build, "permalink", parameter);
    page_set_format(&build->values, build->root, "edition_number", "%u", (unsigned)edition->number);
    page_set_text(&build->values, build->root, "edition_name", now);
    if (!cited || !cited[0] || strcmp(cited, now) == 0) return;
    size_t digits = strspn(cited, "0123456789");
    page_set_flag(&build->values, build->root, "cites_other", true);
    if (digits > 0 && digits < 10)
        page_set_format(&build->values, build->root, "cited_number", "%.*s", (int)digits, cited);
}

/* One of the page's words and what of a picture's address stands for it. */
struct picture_word {
    const char *word, *query;
};

/* Appends what stands for the parameter's value; the first where it has none of these. Returns
 * which it was. */
static size_t append_word(const struct page_build *build, const char *parameter,
                          const struct picture_word *words, size_t n, struct bytes *query)
{
    const char *value = page_parameter(build->request, parameter);
    size_t chosen = 0;
    for (size_t i = 0; value && i < n; i++)
        if (strcmp(value, words[i].word) == 0) chosen = i;
    bytes_append_text(query, words[chosen].query);
    return chosen;
}

/* What the map counts and where, as a picture's parameters: the same as the scripts make of it. */
static void append_picture_view(const struct page_build *build, struct bytes *query)
{
    enum { HEXAGONS = 3, FIELD, AREAS }; /* positions among views[] */
    static const struct picture_word views[] = {
        {"flows", "&tilesets=base,flows,places"}, {"links", "&tilesets=base,links"},
        {"places", "&tilesets=base,places"},      {"density", "&tilesets=base,density"},
        {"heat", "&tilesets=base,heat"},          {"choropleth", "&tilesets=base,choropleth"},
    };
    static const struct picture_word sides[] = {{"foreign", ""}, {"french", "&side=french"}};
    static const struct picture_word areas[] = {
        {"country", "&level=region-country"},
        {"admin1", "&level=region-admin1"},
        {"region", "&side=french&level=region-country&frame=hexagone"},
        {"departement", "&side=french&level=departement-country&frame=hexagone"},
    };
    static const struct picture_word values[] = {
        {"n", ""},
        {"partnerships", "&value=partnerships"},
        {"partners", "&value=partners"},
        {"per_million", "&value=per_million"},
        {"amount_eur", "&value=amount_eur"},
    };
    static const struct picture_word natures[] = {
        {"attribue", ""},
        {"prevu", "&nature=prevu"},
        {"verse", "&nature=verse"},
        {"cumul", "&nature=cumul"},
    };
#define APPEND(parameter, words)                                                                   \
    append_word(build, parameter, words, sizeof words / sizeof *words, query)
    size_t view = APPEND("view", views);
    if (view == HEXAGONS || view == FIELD) APPEND("side", sides);
    if (view != AREAS) return;
    APPEND("areas", areas);
    if (APPEND("value", values) == sizeof values / sizeof *values - 1) APPEND("nature", natures);
#undef APPEND
}

/* The map as one picture, for readers without scripts. */
static void set_picture(struct page_build *build)
{
    struct bytes query = {0};
    append_picture_view(build, &query);
    bytes_append_byte(&query, '\0');
    static const struct {
        const char *key, *colours;
    } schemes[] = {{"picture_url", ""}, {"picture_url_dark", "&colours=dark"}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        page_set_format(&build->values, build->root, schemes[i].key,
                        "%s/picture.png?%s%swidth=1200&height=800%s%s%s", build->prefix,
                        (const char *)build->query.data, build->query.length > 1 ? "&" : "",
                        query.failed ? "" : (const char *)query.data,
                        build->path.english ? "&lang=en" : "", schemes[i].colours);
    bytes_close(&query);
}

/* What has a place, what has none, and where to see the rest. */
static void set_placed(struct page_build *build, const struct selection *selection)
{
    size_t n = selection->n_partnerships, placed = selection->n_placed_partnerships;
    page_set_number(&build->values, build->root, "placed", (int64_t)placed);
    page_set_number(&build->values, build->root, "unplaced", (int64_t)(n - placed));
    page_set_flag(&build->values, build->root, "only_unplaced", build->list.only_unplaced);
    page_set_flag(&build->values, build->root, "unplaced_shown",
                  n > placed || build->list.only_unplaced);
    page_set_format(&build->values, build->root, "placed_plain", "%zu", placed);
    page_set_format(&build->values, build->root, "partnerships_plain", "%zu", n > 0 ? n : 1);
    if (build->list.only_unplaced)
        page_set_filter_url(build, build->root, "unplaced_url", home_path(build), &build->filter);
    else
        set_url_with(build, "unplaced_url", "placed=no");
}

static enum atlas_status set_numbers(struct page_build *build, const struct selection *selection)
{
    struct page_values *values = &build->values;
    struct page_object *root = build->root;
    struct distinct distinct;
    enum atlas_status status = group_distinct(selection, &distinct);
    if (status != ATLAS_OK) return status;
    page_set_number(values, root, "partnerships", (int64_t)selection->n_partnerships);
    page_set_number(values, root, "authorities", (int64_t)distinct.authorities);
    page_set_number(values, root, "partners", (int64_t)distinct.partners);
    page_set_number(values, root, "countries", (int64_t)distinct.countries);
    page_set_number(values, root, "undated", (int64_t)selection->undated_left_out);
    set_placed(build, selection);
    bool included = build->filter.has_year && build->filter.undated_included;
    page_set_flag(values, root, "undated_included", included);
    page_set_flag(values, root, "undated_shown", included || selection->undated_left_out > 0);
    struct filter toggled = build->filter;
    toggled.undated_included = !toggled.undated_included;
    page_set_filter_url(build, root, "undated_url", home_path(build), &toggled);
    page_set_filter_url(build, root, "csv_url", "/partnerships.csv", &build->filter);
    page_set_filter_url(build, root, "geojson_url", "/partnerships.geojson", &build->filter);
    page_set_filter_url(build, root, "links_url", "/links.geojson", &build->filter);
    return ATLAS_OK;
}

/* First and last year of the slider: of the edition, to the year of its date. */
static void set_years(struct page_build *build)
{
    const struct edition *edition = build->edition;
    int first = INT16_MAX, last = atoi(edition->date);
    for (size_t i = 0; i < edition->n_partnerships; i++) {
        const struct edition_partnership *partnership = &edition->partnerships[i];
        if (partnership->lives_from == EDITION_NO_YEAR) continue;
        if (partnership->lives_from < first) first = partnership->lives_from;
        if (partnership->lives_from > last) last = partnership->lives_from;
    }
    if (first < EARLIEST_YEAR) first = EARLIEST_YEAR;
    if (first > last) first = last;
    page_set_format(&build->values, build->root, "year_first", "%d", first);
    page_set_format(&build->values, build->root, "year_last", "%d", last);
    if (build->filter.has_year) {
        page_set_format(&build->values, build->root, "year_from", "%d", build->filter.year_from);
        page_set_format(&build->values, build->root, "year_to", "%d", build->filter.year_to);
        page_set_years(build, build->root, "year_text", build->filter.year_from,
                       build->filter.year_to);
    }
    page_set_flag(&build->values, build->root, "time_signed", build->filter.time_signed);
}

/* What the scripts need to know and the page does not show. */
static void set_script_data(struct page_build *build)
{
    struct bytes text = {0};
    struct json json;
    json_init(&json, &text);
    json_object_begin(&json);
    char version[TILEJSON_VERSION_BYTES];
    tilejson_version(build->edition, version);
    json_key_text(&json, "version", version);
    json_key_integer(&json, "edition", build->edition->number);
    json_key(&json, "attribution");
    json_array_begin(&json);
    for (size_t i = 0; i < build->edition->n_attributions; i++) {
        json_object_begin(&json);
        json_key_text(&json, "source", build->edition->attributions[i].source);
        json_key_text(&json, "text", build->edition->attributions[i].text);
        json_key_text(&json, "url", build->edition->attributions[i].url);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_key(&json, "natures");
    json_array_begin(&json);
    for (size_t i = 0; i < vocabulary_size(VOCABULARY_NATURE); i++)
        if (build->edition->natures >> i & 1)
            json_text(&json, vocabulary_word(VOCABULARY_NATURE, i)->key);
    json_array_end(&json);
    json_object_end(&json);
    page_set_json(&build->values, build->root, "atlas_data", &text);
    bytes_close(&text);
    page_set_json(&build->values, build->root, "messages",
                  &build->pages->messages_json[build->path.english]);
}

static void set_sort(struct page_build *build)
{
    const struct list_request *list = &build->list;
    page_set_flag(&build->values, build->root, "sort_title", list->sort == LIST_TITLE);
    page_set_flag(&build->values, build->root, "sort_year", list->sort == LIST_YEAR);
    page_set_flag(&build->values, build->root, "sort_country", list->sort == LIST_COUNTRY);
}

static enum atlas_status add_results(struct page_build *build, const struct selection *selection)
{
    const char *sort = page_parameter(build->request, "sort");
    const char *query = (const char *)build->query.data;
    struct bytes kept = {0};
    bool sorted = sort && sort[0] && build->list.sort != LIST_TITLE;
    bool unplaced = build->list.only_unplaced;
    bytes_append_format(&kept, "%s%s%s%s%s", query, query[0] && sorted ? "&" : "",
                        sorted ? "sort=" : "", sorted ? sort : "",
                        !unplaced            ? ""
                        : query[0] || sorted ? "&placed=no"
                                             : "placed=no");
    bytes_append_byte(&kept, 0);
    enum atlas_status status = bytes_status(&kept);
    struct selection part = {0};
    const char *path = build->path.kind == PAGE_EMBED ? "/embed" : "/";
    if (status == ATLAS_OK && unplaced) status = list_unplaced(selection, &part);
    if (status == ATLAS_OK)
        status = page_add_list(build, unplaced ? &part : selection, path, (const char *)kept.data);
    selection_close(&part);
    bytes_close(&kept);
    return status;
}

enum atlas_status page_build_atlas(struct page_build *build)
{
    struct selection all = {0}, chosen = {0};
    struct filter everything;
    filter_init(&everything);
    enum atlas_status status =
        selection_make(build->edition, &build->filter, &chosen, build->error);
    if (status == ATLAS_OK)
        status = selection_make(build->edition, &everything, &all, build->error);
    if (status == ATLAS_OK) {
        struct bytes path = {0};
        bytes_append_format(&path, "/%s%s", build->query.length > 1 ? "?" : "",
                            (const char *)build->query.data);
        bytes_append_byte(&path, 0);
        if (!path.failed) page_set_common(build, (const char *)path.data);
        bytes_close(&path);
        page_set_flag(&build->values, build->root, "is_atlas", true);
        page_set_text(&build->values, build->root, "title", page_message(build, "site.subtitle"));
        set_years(build);
        set_sort(build);
        set_script_data(build);
        set_edition(build);
        set_picture(build);
        add_chips(build);
        status = set_numbers(build, &chosen);
    }
    for (size_t i = 0; status == ATLAS_OK && i < sizeof facets / sizeof *facets; i++)
        status = add_facet(build, &facets[i], &all, &chosen);
    if (status == ATLAS_OK) status = add_results(build, &chosen);
    selection_close(&chosen);
    selection_close(&all);
    return status;
}
