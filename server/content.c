#include "server/content.h"

#include "server/document.h"
#include "server/drawing.h"
#include "server/limits.h"
#include "server/shown.h"
#include "server/stream.h"
#include "server/style.h"
#include "server/tilejson.h"
#include "tiles/counts.h"
#include "tiles/facts.h"
#include "tiles/glyphs.h"
#include "tiles/list.h"
#include "tiles/tile_work.h"

#include <string.h>

#define JSON_TYPE        "application/json; charset=utf-8"
#define WORLD_ZOOM       2     /* up to it a few tiles hold the world */
#define LARGE_TILE_BYTES 32768 /* before compression */

bool content_uses_base_url(enum route_kind kind)
{
    return kind != ROUTE_TILE && kind != ROUTE_PICTURE_TILE && kind != ROUTE_LEGEND &&
           kind != ROUTE_PICTURE && kind != ROUTE_COUNTS && kind != ROUTE_SITE_FILE &&
           kind != ROUTE_GLYPHS && !content_is_asset(kind);
}

bool content_is_asset(enum route_kind kind)
{
    return kind == ROUTE_ASSET || kind == ROUTE_COMPONENT;
}

bool content_is_packed(enum route_kind kind, enum route_format format)
{
    return kind == ROUTE_PICTURE_TILE || ((kind == ROUTE_LEGEND || kind == ROUTE_PICTURE) &&
                                          (format == ROUTE_PNG || format == ROUTE_PDF));
}

const struct asset *content_asset(const struct route *route, const struct assets *assets)
{
    return route->kind == ROUTE_COMPONENT ? assets_find_source(assets, "embed.js")
                                          : assets_find(assets, route->name);
}

bool content_is_slow(const struct route *route)
{
    return route->kind == ROUTE_PICTURE || route->kind == ROUTE_GLYPHS ||
           route->kind == ROUTE_LINKS || route->kind == ROUTE_PARTNERSHIPS ||
           route->kind == ROUTE_TERRITORIES;
}

bool content_may_be_cheap(const struct route *route)
{
    return route->kind == ROUTE_TILE;
}

static bool is_cheap(const struct route *route, const struct edition *edition,
                     const struct selection *selection)
{
    size_t left = LIMIT_LANE_WORK;
    for (size_t i = 0; i < route->n_tilesets; i++) {
        size_t work =
            tile_work(route->tilesets[i], edition, selection, route->key, &route->display);
        if (work > left) return false;
        left -= work;
    }
    return route->kind == ROUTE_TILE;
}

/* The codes of COMPRESS_TILE are those of flows, and cost most where a tile is large. Base tiles
 * are what everybody takes under any filter, those of the whole world what everybody takes first.
 */
static enum compress_level level_of(const struct route *route, size_t length)
{
    if (route->kind != ROUTE_TILE) return COMPRESS_SMALL;
    if (route->n_tilesets == 1 && route->tilesets[0] == TILESET_BASE) return COMPRESS_SMALL;
    if (route->key.z <= WORLD_ZOOM || length > LARGE_TILE_BYTES) return COMPRESS_FAST;
    for (size_t i = 0; i < route->n_tilesets; i++)
        if (route->tilesets[i] != TILESET_FLOWS && route->tilesets[i] != TILESET_PLACES)
            return COMPRESS_FAST;
    return COMPRESS_TILE;
}

static enum atlas_status build_tile(const struct route *route,
                                    const struct content_sources *sources,
                                    const struct selection *selection, struct content *content,
                                    struct atlas_error *error)
{
    struct tile_counts counts[TILESET_COUNT];
    enum atlas_status status =
        tileset_tiles(route->tilesets, route->n_tilesets, sources->edition, selection, route->key,
                      &route->display, &content->body, counts);
    if (status) return atlas_fail(error, status, "This tile can't be built.");
    for (size_t i = 0; i < route->n_tilesets; i++)
        shown_add(&content->shown, route->tilesets[i], &counts[i]);
    content->parts.type = "application/vnd.mapbox-vector-tile";
    if (content->body.length > 0) return ATLAS_OK;
    content->parts.status = MHD_HTTP_NO_CONTENT;
    content->parts.type = NULL;
    return ATLAS_OK;
}

/* The whole document, if it is short enough to be held. */
static enum atlas_status build_document(const struct route *route,
                                        const struct content_sources *sources,
                                        struct content *content, struct atlas_error *error)
{
    struct document document;
    enum atlas_status status = document_begin(&document, route, sources->edition,
                                              sources->selections, sources->base_url, error);
    if (status) return status;
    document_describe(route, &content->parts);
    bool more = true;
    while (more && !status && content->body.length <= STREAM_FROM_BYTES)
        status = document_next(&document, &content->body, &more);
    document_close(&document);
    content->streamed = more;
    if (more) bytes_close(&content->body);
    return status;
}

/* Counts and lists, which say the filter that they are of. */
static enum atlas_status build_numbers(const struct route *route,
                                       const struct content_sources *sources,
                                       const struct selection *selection, struct content *content)
{
    struct bytes text = {0};
    filter_canonical(&route->filter, &text);
    bytes_append_byte(&text, '\0');
    enum atlas_status status = bytes_status(&text);
    const char *filter = (const char *)text.data;
    if (!status && route->kind == ROUTE_COUNTS)
        status = counts_write(selection, filter, route->by, route->nature[0] ? route->nature : NULL,
                              &content->body);
    else if (!status)
        status = list_write(selection, &route->list, filter, sources->base_url, &content->body);
    bytes_close(&text);
    return status;
}

/* What needs a selection. */
static enum atlas_status build_selected(const struct route *route,
                                        const struct content_sources *sources,
                                        const struct selection *selection, struct content *content,
                                        struct atlas_error *error)
{
    content->parts.type = JSON_TYPE;
    switch (route->kind) {
    case ROUTE_TILE:
        return build_tile(route, sources, selection, content, error);
    case ROUTE_TILEJSON:
        return tilejson_write(route, selection, sources->base_url, &content->body);
    case ROUTE_STYLE:
        return style_write(route, selection, sources->base_url, &content->body);
    case ROUTE_PICTURE_TILE:
    case ROUTE_LEGEND:
    case ROUTE_PICTURE:
        content->parts.type = drawing_type(route);
        content->ready = content_is_packed(route->kind, route->format);
        return drawing_write(route, sources->selections, selection, &content->body, &content->shown,
                             error);
    case ROUTE_COUNTS:
    case ROUTE_LIST:
        return build_numbers(route, sources, selection, content);
    default:
        return atlas_fail(error, ATLAS_NOT_FOUND, "There is nothing at this address.");
    }
}

static enum atlas_status select_and_build(const struct route *route,
                                          const struct content_sources *sources,
                                          struct content *content, struct atlas_error *error)
{
    const struct selection *selection;
    enum atlas_status status =
        selections_get(sources->selections, sources->edition, &route->filter, &selection, error);
    if (status) return status;
    if (sources->only_cheap && !is_cheap(route, sources->edition, selection)) {
        content->deferred = true;
        selections_release(sources->selections, selection);
        return ATLAS_OK;
    }
    status = build_selected(route, sources, selection, content, error);
    selections_release(sources->selections, selection);
    return status;
}

static enum atlas_status build_facts(const struct route *route,
                                     const struct content_sources *sources, struct content *content,
                                     struct atlas_error *error)
{
    uint32_t index;
    uint64_t merged_into;
    switch (edition_find_partnership(sources->edition, route->id, &index, &merged_into)) {
    case EDITION_ID_LIVE:
        content->parts.type = JSON_TYPE;
        return facts_write(sources->edition, index, sources->base_url, route->english,
                           &content->body);
    case EDITION_ID_MERGED:
        content->parts.status = MHD_HTTP_MOVED_PERMANENTLY;
        bytes_append_format(&content->location, "%s/partenariat/%llu.json%s", sources->base_url,
                            (unsigned long long)merged_into, route->english ? "?lang=en" : "");
        bytes_append_byte(&content->location, '\0');
        content->parts.location = (const char *)content->location.data;
        return bytes_status(&content->location);
    case EDITION_ID_WITHDRAWN:
        return atlas_fail(error, ATLAS_GONE, "This partnership was withdrawn from the atlas.");
    case EDITION_ID_NEVER:
        break;
    }
    return atlas_fail(error, ATLAS_NOT_FOUND, "There is no partnership of this number.");
}

static enum atlas_status build_page(const struct route *route,
                                    const struct content_sources *sources, struct content *content,
                                    struct atlas_error *error)
{
    struct page_parameter parameters[LIMIT_ARGUMENTS];
    const struct target *target = &route->target;
    for (size_t i = 0; i < target->n_arguments; i++) {
        parameters[i].name = target->arguments[i].name;
        parameters[i].value = target->arguments[i].value;
    }
    const struct page_request request = {.path = target->path,
                                         .parameters = parameters,
                                         .n_parameters = target->n_arguments,
                                         .base_url = sources->base_url};
    struct page_answer page;
    enum atlas_status status =
        pages_answer(sources->pages, sources->edition, &request, &page, error);
    if (status) return status;
    content->parts.status = (unsigned)page.http_status;
    content->parts.type = "text/html; charset=utf-8";
    content->parts.csp = page.csp;
    content->parts.deny_frames = !page.may_be_framed;
    bytes_close(&content->body); /* the room, which the page did without */
    content->body = page.body;
    bytes_init(&page.body);
    if (page.location.length > 0) {
        bytes_append(&content->location, page.location.data, page.location.length);
        bytes_append_byte(&content->location, '\0');
        content->parts.location = (const char *)content->location.data;
    }
    page_answer_close(&page);
    return bytes_status(&content->location);
}

/* The smallest form that the client takes; all were made when the pages were built. */
static enum atlas_status build_asset(const struct route *route,
                                     const struct content_sources *sources, struct content *content,
                                     struct atlas_error *error)
{
    const struct asset *asset = content_asset(route, sources->assets);
    if (!asset) return atlas_fail(error, ATLAS_NOT_FOUND, "There is no such file.");
    const struct asset_content *form = &asset->plain;
    if (sources->brotli && asset->brotli.data) {
        form = &asset->brotli;
        content->parts.encoding = "br";
    } else if (sources->gzip && asset->gzip.data) {
        form = &asset->gzip;
        content->parts.encoding = "gzip";
    }
    content->parts.type = asset->mime;
    content->ready = true;
    if (!form->data)
        return compress_gunzip(asset->gzip.data, asset->gzip.length, form->length, &content->body);
    bytes_append(&content->body, form->data, form->length);
    return bytes_status(&content->body);
}

/* A file of the operator's; a picture that is opened by itself runs nothing. */
static enum atlas_status build_site_file(const struct route *route,
                                         const struct content_sources *sources,
                                         struct content *content, struct atlas_error *error)
{
    const struct site_file *file = site_find(sources->site, route->name);
    if (!file) return atlas_fail(error, ATLAS_NOT_FOUND, "There is no such file.");
    content->parts.type = file->mime;
    content->parts.csp = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    content->ready = strncmp(file->mime, "text/", 5) != 0 && !strstr(file->mime, "svg");
    bytes_append(&content->body, file->content.data, file->content.length);
    return bytes_status(&content->body);
}

static enum atlas_status build(const struct route *route, const struct content_sources *sources,
                               struct content *content, struct atlas_error *error)
{
    switch (route->kind) {
    case ROUTE_SEARCH:
        content->parts.type = JSON_TYPE;
        return search_write(sources->search, sources->edition, route->q, route->english,
                            route->limit, sources->base_url, &content->body);
    case ROUTE_GLYPHS:
        content->parts.type = "application/x-protobuf";
        return glyphs_write(route->first_code, &content->body);
    case ROUTE_FACTS:
        return build_facts(route, sources, content, error);
    case ROUTE_LINKS:
    case ROUTE_PARTNERSHIPS:
    case ROUTE_TERRITORIES:
        return build_document(route, sources, content, error);
    case ROUTE_PAGE:
        return build_page(route, sources, content, error);
    case ROUTE_ASSET:
    case ROUTE_COMPONENT:
        return build_asset(route, sources, content, error);
    case ROUTE_SITE_FILE:
        return build_site_file(route, sources, content, error);
    default:
        return select_and_build(route, sources, content, error);
    }
}

enum atlas_status content_build(const struct route *route, const struct content_sources *sources,
                                struct content *content, struct atlas_error *error)
{
    *content = (struct content){.parts = {.status = MHD_HTTP_OK, .varies = true}};
    if (sources->room) {
        content->body = *sources->room;
        bytes_init(sources->room);
        bytes_clear(&content->body);
    }
    error->message[0] = '\0';
    enum atlas_status status = build(route, sources, content, error);
    if (!status) status = bytes_status(&content->body);
    if (!status && content->shown.length > 0) {
        bytes_append_byte(&content->shown, '\0');
        status = bytes_status(&content->shown);
        content->parts.shown = (const char *)content->shown.data;
    }
    content->level = level_of(route, content->body.length);
    content->keep =
        content->parts.status == MHD_HTTP_OK || content->parts.status == MHD_HTTP_NO_CONTENT;
    if (!status) return ATLAS_OK;
    if (!error->message[0]) atlas_fail(error, status, "out of memory");
    error->status = status;
    content_close(content);
    return status;
}

void content_close(struct content *content)
{
    bytes_close(&content->body);
    bytes_close(&content->location);
    bytes_close(&content->shown);
}
