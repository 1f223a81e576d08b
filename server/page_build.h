/* What the builders of the single pages share: the edition, the language, the reader's filter, and
 * the values to show. Known to server/page*.c only. */
#ifndef SERVER_PAGE_BUILD_H
#define SERVER_PAGE_BUILD_H

#include "server/page.h"
#include "server/page_path.h"
#include "server/pages.h"
#include "tiles/filter.h"
#include "tiles/list.h"
#include "tiles/selection.h"
#include "tiles/vocabulary.h"

struct pages {
    const struct site *site;
    struct messages french, english;
    struct page_templates *templates;
    struct bytes messages_json[2]; /* by english */
};

struct page_build {
    const struct pages *pages;
    const struct edition *edition;
    const struct page_request *request;
    struct page_path path;
    const struct messages *messages;
    const char *prefix; /* the path of the base URL: "" or "/atlas"; part of base_url */
    struct page_values values;
    struct page_object *root;
    struct filter filter;
    struct bytes query; /* the filter's canonical text, terminated */
    size_t page;        /* of a list, from 1 */
    struct list_request list;
    struct atlas_error *error;
};

/* Text of a message that is known to be there (the templates' check covers only their own). */
const char *page_message(const struct page_build *build, const char *key);

/* name_fr or name_en, label_fr or label_en. */
const char *page_pick(const struct page_build *build, const char *french, const char *english);
/* The label of a word, the word itself where the vocabulary lacks it, NULL for NULL. */
const char *page_word(const struct page_build *build, enum vocabulary vocabulary, const char *key);

/* Sets what the header and footer of every page show beside its own: the menu, the operator's logo,
 * sentence and theme. */
void page_set_frame(struct page_build *build);

/* Sets what every page shows: language, addresses, edition, sources. path: of this page in French,
 * with its query if it has one, e.g. "/partenariat/12-x". */
void page_set_common(struct page_build *build, const char *path);

/* "2009–2029", "2009–", "–2029", or nothing. */
void page_set_years(struct page_build *build, struct page_object *object, const char *key, int from,
                    int to);

/* Appends at most `most` rows of a selection to object, the newest first, without the partnership
 * `except` (EDITION_NONE: none). */
enum atlas_status page_add_newest(struct page_build *build, struct page_object *object,
                                  const struct selection *selection, size_t most,
                                  uint32_t except) ATLAS_MUST_CHECK;

/* Appends the rows of the list's page and sets what its pager shows. path: see page_set_common();
 * query: what the pager's addresses keep. */
enum atlas_status page_add_list(struct page_build *build, const struct selection *selection,
                                const char *path, const char *query) ATLAS_MUST_CHECK;

/* The value of a parameter of the request, or NULL. */
const char *page_parameter(const struct page_request *request, const char *name);

/* The filter that chooses what lies in a territory: its parameter, and its value in *value. */
const char *page_territory_filter(const struct edition_territory *territory, const char **value);

/* Name, kind, population, precision of a territory. */
void page_set_territory_facts(struct page_build *build, const struct edition_territory *territory);

/* Sets a text made piece by piece; nothing where it is empty. The bytes are closed. */
void page_set_bytes(struct page_build *build, struct page_object *object, const char *key,
                    struct bytes *text);

/* Sets the address of a page, "/genre" or a file, under a filter. key: a literal. path: from the
 * root of the site, with /en where the page has it. */
void page_set_filter_url(struct page_build *build, struct page_object *object, const char *key,
                         const char *path, const struct filter *filter);

/* Sets all values of one page. ATLAS_INVALID: the filter names an unknown theme, or a parameter of
 * the page has no such value; *build->error says so. */
enum atlas_status page_build_atlas(struct page_build *build) ATLAS_MUST_CHECK;
enum atlas_status page_build_partnership(struct page_build *build,
                                         uint32_t partnership) ATLAS_MUST_CHECK;
enum atlas_status page_build_territory(struct page_build *build,
                                       uint32_t territory) ATLAS_MUST_CHECK;
/* of a French territory */
enum atlas_status page_build_council(struct page_build *build, uint32_t territory) ATLAS_MUST_CHECK;
enum atlas_status page_build_gender(struct page_build *build) ATLAS_MUST_CHECK;
enum atlas_status page_build_embed(struct page_build *build) ATLAS_MUST_CHECK;
enum atlas_status page_build_builder(struct page_build *build) ATLAS_MUST_CHECK;
enum atlas_status page_build_commune(struct page_build *build) ATLAS_MUST_CHECK;

#endif
