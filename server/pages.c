#include "server/pages.h"

#include "geo/name.h"
#include "geo/territory.h"
#include "server/page_build.h"
#include "server/problem.h"
#include "server/problem_words.h"
#include "tiles/feature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_PER_PAGE 25
#define MAX_PAGE      1000000

#define CSP_COMMON                                                                                 \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "        \
    "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; form-action 'self'; "           \
    "base-uri 'none'; "

static const char page_csp[] = CSP_COMMON "frame-ancestors 'none'";
static const char builder_csp[] = CSP_COMMON "frame-src 'self'; frame-ancestors 'none'";
static const char embed_csp[] = CSP_COMMON "frame-ancestors *"; /* of /embed alone */
const char pages_error_csp[] = CSP_COMMON "frame-ancestors 'none'";

static enum atlas_status load(const char *share, const struct assets *assets, struct pages *pages,
                              struct atlas_error *error)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/web/messages.fr", share) >= (int)sizeof path)
        return atlas_fail(error, ATLAS_INVALID, "%s is too long a path", share);
    enum atlas_status status = messages_load(path, false, &pages->french, error);
    if (status != ATLAS_OK) return status;
    snprintf(path, sizeof path, "%s/web/messages.en", share);
    status = messages_load(path, true, &pages->english, error);
    if (status == ATLAS_OK) status = messages_compare(&pages->french, &pages->english, error);
    if (status != ATLAS_OK) return status;
    messages_write_json(&pages->french, &pages->messages_json[0]);
    messages_write_json(&pages->english, &pages->messages_json[1]);
    snprintf(path, sizeof path, "%s/web/pages", share);
    return page_templates_load(path, assets, &pages->french, &pages->english, &pages->templates,
                               error);
}

enum atlas_status pages_open(const char *share, const struct assets *assets,
                             const struct site *site, struct pages **pages,
                             struct atlas_error *error)
{
    struct pages *opened = calloc(1, sizeof *opened);
    if (!opened) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the pages");
    opened->site = site;
    enum atlas_status status = load(share, assets, opened, error);
    if (status != ATLAS_OK) {
        pages_close(opened);
        return status;
    }
    *pages = opened;
    return ATLAS_OK;
}

void pages_close(struct pages *pages)
{
    if (!pages) return;
    page_templates_free(pages->templates);
    messages_close(&pages->french);
    messages_close(&pages->english);
    bytes_close(&pages->messages_json[0]);
    bytes_close(&pages->messages_json[1]);
    free(pages);
}

bool pages_knows(const char *path)
{
    struct page_path parsed;
    return page_path_parse(path, &parsed);
}

/* The part of a base URL behind its host: "" or "/atlas". */
static const char *prefix_of(const char *base_url)
{
    const char *host = strstr(base_url, "://");
    const char *path = host ? strchr(host + 3, '/') : strchr(base_url, '/');
    return path ? path : "";
}

static void build_init(struct page_build *build, const struct pages *pages, bool english,
                       const char *base_url, struct atlas_error *error)
{
    memset(build, 0, sizeof *build);
    build->pages = pages;
    build->path.english = english;
    build->messages = english ? &pages->english : &pages->french;
    build->prefix = prefix_of(base_url);
    build->error = error;
    build->list = (struct list_request){.sort = LIST_TITLE, .page = 1, .per_page = ROWS_PER_PAGE};
    build->list.english = english;
    filter_init(&build->filter);
    page_values_init(&build->values);
    build->root = page_object_new(&build->values);
}

static void build_close(struct page_build *build)
{
    page_values_close(&build->values);
    bytes_close(&build->query);
}

static enum atlas_status finish(struct page_build *build, const char *name, struct bytes *out)
{
    enum atlas_status status = page_values_status(&build->values);
    if (status != ATLAS_OK) return atlas_fail(build->error, status, "no memory for the page");
    return page_render(build->pages->templates, name, build->messages, build->root, out,
                       build->error);
}

/* ---- errors ---- */

static bool wants_english(const char *path, const char *accept_language)
{
    if (strncmp(path, "/en/", 4) == 0 || strcmp(path, "/en") == 0) return true;
    return problem_prefers_english(accept_language);
}

static void set_error_texts(struct page_build *build, int http_status, const char *sentence)
{
    char key[32], text_key[40];
    snprintf(key, sizeof key, "error.%d", http_status);
    bool known = messages_find(build->messages, key) != NULL;
    if (!known) snprintf(key, sizeof key, "error.other");
    snprintf(text_key, sizeof text_key, "%s_text", key);
    struct page_values *values = &build->values;
    page_set_format(values, build->root, "code_plain", "%d", http_status);
    page_set_text(values, build->root, "heading", page_message(build, key));
    page_set_text(values, build->root, "title", page_message(build, key));
    page_set_text(values, build->root, "explanation", page_message(build, text_key));
    struct bytes french = {0};
    if (sentence) problem_words_french(sentence, NULL, &french);
    bool said = french.length > 0;
    bytes_append_byte(&french, '\0');
    said = said && !french.failed;
    page_set_text(values, build->root, "detail",
                  page_pick(build, said ? (const char *)french.data : sentence, sentence));
    page_set_text(values, build->root, "detail_lang", page_pick(build, said ? "fr" : "en", "en"));
    bytes_close(&french);
}

enum atlas_status pages_write_error(const struct pages *pages, int http_status, const char *path,
                                    const char *accept_language, const char *sentence,
                                    const char *base_url, struct bytes *out)
{
    struct page_build build;
    bool english = wants_english(path, accept_language);
    build_init(&build, pages, english, base_url, NULL);
    page_set_text(&build.values, build.root, "lang", english ? "en" : "fr");
    page_set_text(&build.values, build.root, "other_lang", english ? "fr" : "en");
    page_set_text(&build.values, build.root, "root", build.prefix);
    page_set_format(&build.values, build.root, "home", "%s%s", build.prefix,
                    english ? "/en/" : "/");
    page_set_frame(&build);
    page_set_format(&build.values, build.root, "other_language_url", "%s%s", build.prefix,
                    english ? "/" : "/en/");
    set_error_texts(&build, http_status, sentence);
    enum atlas_status status = finish(&build, "error", out);
    build_close(&build);
    return status;
}

static enum atlas_status answer_error(const struct page_build *build, int http_status,
                                      const char *sentence, struct page_answer *answer)
{
    bytes_clear(&answer->body);
    answer->http_status = http_status;
    return pages_write_error(build->pages, http_status, build->request->path, NULL, sentence,
                             build->request->base_url, &answer->body);
}

/* ---- answers ---- */

static enum atlas_status move_to(const struct page_build *build, const char *path,
                                 struct page_answer *answer)
{
    answer->http_status = 301;
    bytes_append_format(&answer->location, "%s%s", build->request->base_url, path);
    return bytes_status(&answer->location);
}

/* The form's two fields `from` and `to` are one year filter. */
static enum atlas_status read_form_years(struct page_build *build)
{
    const char *from = page_parameter(build->request, "from");
    const char *to = page_parameter(build->request, "to");
    bool has_from = from && from[0], has_to = to && to[0];
    char years[64];
    if (build->filter.has_year || (!has_from && !has_to)) return ATLAS_OK;
    snprintf(years, sizeof years, "%.20s..%.20s", has_from ? from : to, has_to ? to : from);
    return filter_add(&build->filter, "year", years, build->error);
}

static enum atlas_status read_list_parameters(struct page_build *build)
{
    const char *sort = page_parameter(build->request, "sort");
    const char *page = page_parameter(build->request, "page");
    const char *placed = page_parameter(build->request, "placed");
    if (placed && placed[0]) list_parse_placed(placed, &build->list);
    long number = page ? strtol(page, NULL, 10) : 1;
    build->list.page = number < 1 ? 1 : number > MAX_PAGE ? MAX_PAGE : (size_t)number;
    return sort && sort[0] ? list_parse_sort(sort, &build->list, build->error) : ATLAS_OK;
}

static enum atlas_status read_parameters(struct page_build *build)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; status == ATLAS_OK && i < build->request->n_parameters; i++) {
        const struct page_parameter *parameter = &build->request->parameters[i];
        if (filter_knows(parameter->name) && parameter->value[0])
            status = filter_add(&build->filter, parameter->name, parameter->value, build->error);
    }
    if (status == ATLAS_OK) status = read_form_years(build);
    if (status == ATLAS_OK) status = read_list_parameters(build);
    filter_canonical(&build->filter, &build->query);
    bytes_append_byte(&build->query, 0);
    if (status == ATLAS_OK) status = bytes_status(&build->query);
    return status;
}

/* Pages whose address names nothing that might not be there. */
static const struct {
    enum page_kind kind;
    const char *template;
    enum atlas_status (*build)(struct page_build *build);
} plain[] = {
    {PAGE_ATLAS, "atlas", page_build_atlas},       {PAGE_GENDER, "gender", page_build_gender},
    {PAGE_EMBED, "atlas", page_build_embed},       {PAGE_BUILDER, "builder", page_build_builder},
    {PAGE_COMMUNE, "commune", page_build_commune},
};

static enum atlas_status answer_plain(struct page_build *build, struct page_answer *answer)
{
    size_t i = 0;
    while (plain[i].kind != build->path.kind)
        i++;
    enum atlas_status status = plain[i].build(build);
    if (status == ATLAS_INVALID) return answer_error(build, 400, build->error->message, answer);
    return status == ATLAS_OK ? finish(build, plain[i].template, &answer->body) : status;
}

static enum atlas_status answer_partnership(struct page_build *build, struct page_answer *answer)
{
    uint32_t index;
    uint64_t merged_into;
    char path[64];
    switch (edition_find_partnership(build->edition, build->path.id, &index, &merged_into)) {
    case EDITION_ID_NEVER:
        return answer_error(build, 404, NULL, answer);
    case EDITION_ID_WITHDRAWN:
        return answer_error(build, 410, NULL, answer);
    case EDITION_ID_MERGED:
        snprintf(path, sizeof path, "%s/partenariat/%llu", build->path.english ? "/en" : "",
                 (unsigned long long)merged_into);
        return move_to(build, path, answer);
    case EDITION_ID_LIVE:
        break;
    }
    const struct edition_partnership *partnership = &build->edition->partnerships[index];
    if (strcmp(partnership->slug, build->path.slug) != 0) {
        answer->http_status = 301;
        feature_partnership_url(partnership, build->request->base_url, build->path.english,
                                &answer->location);
        return bytes_status(&answer->location);
    }
    enum atlas_status status = page_build_partnership(build, index);
    return status == ATLAS_OK ? finish(build, "partnership", &answer->body) : status;
}

static enum atlas_status answer_territory(struct page_build *build, struct page_answer *answer)
{
    uint32_t index = edition_find_territory(build->edition, build->path.code);
    if (index == EDITION_NONE) return answer_error(build, 404, NULL, answer);
    bool council = build->path.kind == PAGE_COUNCIL;
    const struct edition_territory *territory = &build->edition->territories[index];
    char slug[TERRITORY_SLUG_BYTES];
    name_slug(territory->name_fr, slug, sizeof slug);
    if (!council && strcmp(slug, build->path.slug) != 0) {
        answer->http_status = 301;
        feature_territory_url(territory, build->request->base_url, build->path.english,
                              &answer->location);
        return bytes_status(&answer->location);
    }
    if (council && (territory->side != SIDE_FRENCH || build->path.slug[0]))
        return answer_error(build, 404, NULL, answer);
    enum atlas_status status =
        council ? page_build_council(build, index) : page_build_territory(build, index);
    return status == ATLAS_OK ? finish(build, council ? "council" : "territory", &answer->body)
                              : status;
}

static enum atlas_status answer_page(struct page_build *build, struct page_answer *answer)
{
    enum atlas_status status = read_parameters(build);
    if (status == ATLAS_INVALID || status == ATLAS_TOO_LARGE)
        return answer_error(build, 400, build->error->message, answer);
    if (status != ATLAS_OK) return status;
    if (build->path.bare) return move_to(build, "/en/", answer);
    switch (build->path.kind) {
    case PAGE_PARTNERSHIP:
        return answer_partnership(build, answer);
    case PAGE_TERRITORY:
    case PAGE_COUNCIL:
        return answer_territory(build, answer);
    default:
        return answer_plain(build, answer);
    }
}

enum atlas_status pages_answer(const struct pages *pages, const struct edition *edition,
                               const struct page_request *request, struct page_answer *answer,
                               struct atlas_error *error)
{
    struct page_path path;
    struct atlas_error own_error;
    memset(answer, 0, sizeof *answer);
    if (!error) error = &own_error;
    if (!page_path_parse(request->path, &path))
        return atlas_fail(error, ATLAS_NOT_FOUND, "%s is not a page", request->path);
    struct page_build *build = malloc(sizeof *build); /* large: it holds a filter */
    if (!build) return atlas_fail(error, ATLAS_NO_MEMORY, "no memory for the page");
    build_init(build, pages, path.english, request->base_url, error);
    build->edition = edition;
    build->request = request;
    build->path = path;
    answer->http_status = 200;
    answer->may_be_framed = path.kind == PAGE_EMBED;
    answer->csp = answer->may_be_framed       ? embed_csp
                  : path.kind == PAGE_BUILDER ? builder_csp
                                              : page_csp;
    enum atlas_status status = answer_page(build, answer);
    build_close(build);
    free(build);
    if (status != ATLAS_OK) page_answer_close(answer);
    return status;
}

void page_answer_close(struct page_answer *answer)
{
    bytes_close(&answer->body);
    bytes_close(&answer->location);
}
