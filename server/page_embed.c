/* The atlas for other people's pages: the map in a frame, and the page that writes the code for
 * it. */
#include "server/page_build.h"
#include "server/page_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEIGHT_DEFAULT 520 /* pixels of the frame */
#define HEIGHT_MIN     200
#define HEIGHT_MAX     2000

enum atlas_status page_build_embed(struct page_build *build)
{
    enum atlas_status status = page_build_atlas(build);
    if (status) return status;
    page_set_flag(&build->values, build->root, "is_embed", true);
    page_set_filter_url(build, build->root, "full_url", build->path.english ? "/en/" : "/",
                        &build->filter);
    return ATLAS_OK;
}

/* ---- the builder ---- */

/* What the map can show, the message that names it, and what a picture paints for it. */
static const struct {
    const char *view, *label, *tilesets;
} views[] = {
    {"flows", "embed.view_flows", "flows,places"},
    {"links", "embed.view_links", "links,places"},
    {"places", "embed.view_places", "places"},
    {"density", "embed.view_density", "density"},
    {"heat", "embed.view_heat", "heat"},
    {"choropleth", "embed.view_choropleth", "choropleth"},
};
enum { N_VIEWS = sizeof views / sizeof *views };

struct builder {
    struct page_build *build;
    size_t view; /* index of views, or N_VIEWS: the usual one */
    long height;
};

static void read_choices(struct builder *builder)
{
    const struct page_request *request = builder->build->request;
    const char *view = page_parameter(request, "view");
    const char *height = page_parameter(request, "height");
    builder->view = 0;
    while (builder->view < N_VIEWS && (!view || strcmp(view, views[builder->view].view) != 0))
        builder->view++;
    builder->height = height ? strtol(height, NULL, 10) : HEIGHT_DEFAULT;
    if (builder->height < HEIGHT_MIN || builder->height > HEIGHT_MAX)
        builder->height = HEIGHT_DEFAULT;
}

static void add_themes(struct page_build *build)
{
    const struct edition *edition = build->edition;
    for (size_t i = 0; i < edition->n_themes; i++) {
        const struct edition_theme *theme = &edition->themes[i];
        char label[200];
        snprintf(label, sizeof label, "%s%.190s", theme->parent == EDITION_NONE ? "" : "– ",
                 page_pick(build, theme->label_fr, theme->label_en));
        page_add_option(build, "themes", theme->code, label,
                        page_is_chosen(build, FILTER_THEME, theme->code));
    }
}

static void add_form(struct builder *builder)
{
    struct page_build *build = builder->build;
    static const enum filter_key fields[] = {FILTER_THEME, FILTER_COUNTRY, FILTER_FRENCH};
    for (size_t i = 0; i < N_VIEWS; i++)
        page_add_option(build, "views", views[i].view, page_message(build, views[i].label),
                        i == builder->view);
    add_themes(build);
    /* What the form has no field for stays as it is. */
    for (int key = 0; key < FILTER_LIST_COUNT; key++) {
        const struct filter_list *list = &build->filter.lists[key];
        bool field = false;
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            field = field || (key == (int)fields[i] && list->n <= 1);
        for (size_t i = 0; !field && i < list->n; i++) {
            struct page_object *kept = page_list_add(&build->values, build->root, "kept");
            page_set_text(&build->values, kept, "name", filter_key_name((enum filter_key)key));
            page_set_text(&build->values, kept, "value", list->values[i]);
        }
    }
    if (build->filter.has_year) {
        page_set_format(&build->values, build->root, "year_from", "%d", build->filter.year_from);
        page_set_format(&build->values, build->root, "year_to", "%d", build->filter.year_to);
    }
    page_set_format(&build->values, build->root, "height", "%ld", builder->height);
}

/* ---- the codes; canonical filters need no escaping in an address or an attribute ---- */

/* The query of the frame: filter and view. */
static void write_query(const struct builder *builder, struct bytes *out)
{
    const char *query = (const char *)builder->build->query.data;
    bytes_append_text(out, query);
    if (builder->view == N_VIEWS) return;
    bytes_append_format(out, "%sview=%s", query[0] ? "&" : "", views[builder->view].view);
}

static void write_address(const struct builder *builder, const char *base, struct bytes *out)
{
    struct bytes query = {0};
    write_query(builder, &query);
    bytes_append_format(out, "%s%s/embed%s%.*s", base, builder->build->path.english ? "/en" : "",
                        query.length ? "?" : "", (int)query.length,
                        query.length ? (const char *)query.data : "");
    if (query.failed) out->failed = true;
    bytes_close(&query);
}

static void set_iframe(const struct builder *builder)
{
    struct page_build *build = builder->build;
    struct bytes code = {0};
    struct bytes address = {0};
    write_address(builder, build->request->base_url, &address);
    bytes_append_text(&code, "<iframe src=\"");
    if (address.failed)
        code.failed = true;
    else
        page_write_escaped((const char *)address.data, address.length, &code);
    bytes_close(&address);
    bytes_append_format(&code,
                        "\" title=\"%s\"\n  width=\"100%%\" height=\"%ld\" loading=\"lazy\" "
                        "style=\"border:0\"></iframe>",
                        page_message(build, "embed.title"), builder->height);
    page_set_bytes(build, build->root, "iframe_code", &code);
}

/* The filter's parameters as attributes: theme="eau" year="2015..2020". */
static void set_component(const struct builder *builder)
{
    struct page_build *build = builder->build;
    struct bytes query = {0}, code = {0};
    write_query(builder, &query);
    bytes_append_byte(&query, 0);
    bytes_append_format(&code, "<script src=\"%s/embed.js\" async></script>\n<passerelle-map",
                        build->request->base_url);
    for (const char *at = query.failed ? "" : (const char *)query.data; *at;) {
        size_t name = strcspn(at, "="), length = strcspn(at, "&");
        bytes_append_format(&code, " %.*s=\"%.*s\"", (int)name, at, (int)(length - name - 1),
                            at + name + 1);
        at += length + (at[length] == '&');
    }
    bytes_append_format(&code, " height=\"%ld\" lang=\"%s\"></passerelle-map>", builder->height,
                        build->path.english ? "en" : "fr");
    if (query.failed) code.failed = true;
    bytes_close(&query);
    page_set_bytes(build, build->root, "component_code", &code);
}

static void write_picture(const struct builder *builder, const char *base, struct bytes *out)
{
    const char *query = (const char *)builder->build->query.data;
    size_t view = builder->view == N_VIEWS ? 0 : builder->view;
    bytes_append_format(out, "%s/picture.png?%s%stilesets=%s&width=1200&height=630%s", base, query,
                        query[0] ? "&" : "", views[view].tilesets,
                        builder->build->path.english ? "&lang=en" : "");
}

static void set_addresses(const struct builder *builder)
{
    struct page_build *build = builder->build;
    struct bytes text = {0};
    write_picture(builder, build->request->base_url, &text);
    page_set_bytes(build, build->root, "picture_code", &text);
    write_picture(builder, build->prefix, &text);
    page_set_bytes(build, build->root, "picture_url", &text);
    write_address(builder, build->prefix, &text);
    page_set_bytes(build, build->root, "preview_url", &text);
    page_set_format(&build->values, build->root, "form_url", "%s%s/integrer", build->prefix,
                    build->path.english ? "/en" : "");
}

enum atlas_status page_build_builder(struct page_build *build)
{
    struct builder builder = {.build = build};
    const char *query = (const char *)build->query.data;
    struct selection selection = {0}, all = {0};
    struct filter everything;
    struct bytes path = {0};
    filter_init(&everything);
    read_choices(&builder);
    enum atlas_status status =
        selection_make(build->edition, &build->filter, &selection, build->error);
    if (!status) status = selection_make(build->edition, &everything, &all, build->error);
    if (!status) {
        bytes_append_format(&path, "/integrer%s%s", query[0] ? "?" : "", query);
        bytes_append_byte(&path, 0);
        if (!path.failed) page_set_common(build, (const char *)path.data);
        bytes_close(&path);
        page_set_flag(&build->values, build->root, "is_builder", true);
        page_set_text(&build->values, build->root, "title", page_message(build, "embed.heading"));
        page_set_number(&build->values, build->root, "partnerships",
                        (int64_t)selection.n_partnerships);
        page_set_json(&build->values, build->root, "messages",
                      &build->pages->messages_json[build->path.english]);
        add_form(&builder);
        set_iframe(&builder);
        set_component(&builder);
        set_addresses(&builder);
        status = page_add_area_options(build, &all, GROUP_COUNTRY);
    }
    if (!status) status = page_add_area_options(build, &all, GROUP_REGION);
    selection_close(&selection);
    selection_close(&all);
    return status ? status : page_values_status(&build->values);
}
