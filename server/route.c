#include "server/route.h"

#include "server/pages.h"
#include "server/parameters.h"
#include "tiles/glyphs.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_texts[ROUTE_KIND_COUNT] = {
    [ROUTE_TILEJSON] = "tilejson",
    [ROUTE_TILE] = "tile",
    [ROUTE_PICTURE_TILE] = "picture_tile",
    [ROUTE_LEGEND] = "legend",
    [ROUTE_PICTURE] = "picture",
    [ROUTE_LINKS] = "links",
    [ROUTE_PARTNERSHIPS] = "partnerships",
    [ROUTE_TERRITORIES] = "territories",
    [ROUTE_LIST] = "list",
    [ROUTE_FACTS] = "facts",
    [ROUTE_COUNTS] = "counts",
    [ROUTE_SEARCH] = "search",
    [ROUTE_STYLE] = "style",
    [ROUTE_HEALTH] = "healthz",
    [ROUTE_GLYPHS] = "glyphs",
    [ROUTE_ASSET] = "asset",
    [ROUTE_COMPONENT] = "component",
    [ROUTE_SITE_FILE] = "site_file",
    [ROUTE_PAGE] = "page",
};

const char *route_kind_text(enum route_kind kind)
{
    return kind < ROUTE_KIND_COUNT ? kind_texts[kind] : "other";
}

/* Addresses of one segment. */
static const struct {
    const char *name;
    enum route_kind kind;
    bool csv;
    enum route_format format;
} single[] = {
    {"legend.json", ROUTE_LEGEND, false, ROUTE_JSON},
    {"legend.png", ROUTE_LEGEND, false, ROUTE_PNG},
    {"picture.png", ROUTE_PICTURE, false, ROUTE_PNG},
    {"picture.svg", ROUTE_PICTURE, false, ROUTE_SVG},
    {"picture.pdf", ROUTE_PICTURE, false, ROUTE_PDF},
    {"links.geojson", ROUTE_LINKS, false, ROUTE_JSON},
    {"links.csv", ROUTE_LINKS, true, ROUTE_JSON},
    {"partnerships.geojson", ROUTE_PARTNERSHIPS, false, ROUTE_JSON},
    {"partnerships.csv", ROUTE_PARTNERSHIPS, true, ROUTE_JSON},
    {"partnerships.json", ROUTE_LIST, false, ROUTE_JSON},
    {"territories.geojson", ROUTE_TERRITORIES, false, ROUTE_JSON},
    {"territories.csv", ROUTE_TERRITORIES, true, ROUTE_JSON},
    {"counts.json", ROUTE_COUNTS, false, ROUTE_JSON},
    {"search.json", ROUTE_SEARCH, false, ROUTE_JSON},
    {"style.json", ROUTE_STYLE, false, ROUTE_JSON},
    {"healthz", ROUTE_HEALTH, false, ROUTE_JSON},
    {"embed.js", ROUTE_COMPONENT, false, ROUTE_JSON},
};

static enum atlas_status no_such_address(struct route_refusal *refusal)
{
    return atlas_fail(&refusal->error, ATLAS_NOT_FOUND, "There is nothing at this address.");
}

/* A whole number of at most nine digits without leading zeros that ends at `end`. */
static bool read_coordinate(const char *text, char end, uint32_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] != end) return false;
    if (text[0] == '0' && digits > 1) return false;
    *number = (uint32_t)strtoul(text, NULL, 10);
    return true;
}

bool route_read_tilesets(struct route *route, const char *names, size_t length)
{
    bool wanted[TILESET_COUNT] = {false};
    for (size_t at = 0; at <= length;) {
        const char *comma = memchr(names + at, ',', length - at);
        size_t part = comma ? (size_t)(comma - names) - at : length - at;
        char name[16] = "";
        enum tileset tileset;
        if (part < sizeof name) memcpy(name, names + at, part);
        if (!tileset_parse(name, &tileset)) return false;
        wanted[tileset] = true;
        at += part + 1;
    }
    route->n_tilesets = 0;
    for (int i = 0; i < TILESET_COUNT; i++)
        if (wanted[i]) route->tilesets[route->n_tilesets++] = (enum tileset)i;
    return true;
}

static enum atlas_status no_such_tileset(struct route_refusal *refusal)
{
    return atlas_fail(&refusal->error, ATLAS_NOT_FOUND,
                      "There is no such tileset; there are links, flows, places, density, heat, "
                      "choropleth and base, or several with commas.");
}

/* Heat is a picture: there is no vector tile of it. */
static enum atlas_status refuse_pictures_only(const struct route *route,
                                              struct route_refusal *refusal)
{
    for (size_t i = 0; i < route->n_tilesets; i++)
        if (route->tilesets[i] == TILESET_HEAT)
            return atlas_fail(&refusal->error, ATLAS_NOT_FOUND,
                              "Tileset heat has no vector tiles; ask for .png, or for density.");
    return ATLAS_OK;
}

/* What the last part of a tile's address ends with: ".mvt", ".png", "@2x.png". */
static bool read_suffix(struct route *route, const char *suffix)
{
    route->kind = ROUTE_PICTURE_TILE;
    route->format = ROUTE_PNG;
    route->look.size_px = strcmp(suffix, "@2x.png") == 0 ? 512 : 256;
    if (strcmp(suffix, ".mvt") == 0) {
        route->kind = ROUTE_TILE;
        look_init(&route->look);
        return true;
    }
    return route->look.size_px == 512 || strcmp(suffix, ".png") == 0;
}

/* /tiles/{tilesets}/{z}/{x}/{y}.mvt */
static enum atlas_status read_tile(struct route *route, struct route_refusal *refusal)
{
    const char *const *segments = route->target.segments;
    if (!route_read_tilesets(route, segments[1], strlen(segments[1])))
        return no_such_tileset(refusal);
    uint32_t z;
    const char *suffix = segments[4] + strspn(segments[4], "0123456789");
    if (!read_coordinate(segments[2], '\0', &z) ||
        !read_coordinate(segments[3], '\0', &route->key.x) ||
        !read_coordinate(segments[4], *suffix, &route->key.y) || !read_suffix(route, suffix))
        return atlas_fail(&refusal->error, ATLAS_NOT_FOUND,
                          "A tile's address is /tiles/{tileset}/{z}/{x}/{y} with whole numbers, "
                          "and then .mvt, .png or @2x.png.");
    route->key.z = z > MERCATOR_MAX_ZOOM ? MERCATOR_MAX_ZOOM + 1 : (uint8_t)z;
    if (!tile_key_valid(route->key))
        return atlas_fail(&refusal->error, ATLAS_NOT_FOUND,
                          "There is no such tile: z goes from 0 to %d, x and y from 0 to 2^z - 1.",
                          MERCATOR_MAX_ZOOM);
    return route->kind == ROUTE_TILE ? refuse_pictures_only(route, refusal) : ATLAS_OK;
}

/* /tiles/{tilesets}.json */
static enum atlas_status read_tilejson(struct route *route, struct route_refusal *refusal)
{
    const char *name = route->target.segments[1];
    size_t length = strlen(name), suffix = strlen(".json");
    if (length <= suffix || strcmp(name + length - suffix, ".json") != 0)
        return no_such_address(refusal);
    route->kind = ROUTE_TILEJSON;
    if (!route_read_tilesets(route, name, length - suffix)) return no_such_tileset(refusal);
    return refuse_pictures_only(route, refusal);
}

/* /partenariat/{id}.json; false for any other path. */
static bool read_facts(struct route *route)
{
    const char *text = route->target.segments[1];
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18 || text[0] == '0' || strcmp(text + digits, ".json") != 0)
        return false;
    route->id = strtoull(text, NULL, 10);
    route->kind = ROUTE_FACTS;
    return true;
}

/* True when one of the names, parted by commas, is that of the font there is. */
static bool names_font(const char *names)
{
    size_t wanted = strlen(GLYPHS_FONT);
    for (const char *at = names;; at++) {
        size_t length = strcspn(at, ",");
        if (length == wanted && memcmp(at, GLYPHS_FONT, length) == 0) return true;
        at += length;
        if (*at == '\0') return false;
    }
}

/* /fonts/{names}/{first}-{last}.pbf */
static enum atlas_status read_glyphs(struct route *route, struct route_refusal *refusal)
{
    const char *range = route->target.segments[2], *dash = strchr(range, '-');
    uint32_t last;
    route->kind = ROUTE_GLYPHS;
    if (!names_font(route->target.segments[1]))
        return atlas_fail(&refusal->error, ATLAS_NOT_FOUND, "There is no such font; there is %s.",
                          GLYPHS_FONT);
    if (!dash || !read_coordinate(range, '-', &route->first_code) ||
        !read_coordinate(dash + 1, '.', &last) || strcmp(strchr(dash, '.'), ".pbf") != 0 ||
        route->first_code % GLYPHS_RANGE != 0 || last != route->first_code + GLYPHS_RANGE - 1 ||
        last > GLYPHS_LAST)
        return atlas_fail(&refusal->error, ATLAS_INVALID,
                          "Glyphs come %d code points at a time: 0-255.pbf, 256-511.pbf … "
                          "65280-65535.pbf.",
                          GLYPHS_RANGE);
    return ATLAS_OK;
}

/* /assets/{name}, /site/{name}: the segments joined again; they lie one behind the other in
 * target.text. */
static enum atlas_status read_file(struct route *route, enum route_kind kind)
{
    struct target *target = &route->target;
    for (size_t i = 2; i < target->n_segments; i++)
        target->text[target->segments[i] - target->text - 1] = '/';
    route->kind = kind;
    route->name = target->segments[1];
    return ATLAS_OK;
}

static enum atlas_status read_path(struct route *route, struct route_refusal *refusal)
{
    const struct target *target = &route->target;
    size_t n = target->n_segments;
    const char *first = n ? target->segments[0] : "";
    if (n == 1 && !target->trailing_slash)
        for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
            if (strcmp(first, single[i].name) == 0) {
                route->kind = single[i].kind;
                route->csv = single[i].csv;
                route->format = single[i].format;
                return ATLAS_OK;
            }
    if (n >= 2 && !target->trailing_slash) {
        if (strcmp(first, "tiles") == 0 && n == 5) return read_tile(route, refusal);
        if (strcmp(first, "tiles") == 0 && n == 2) return read_tilejson(route, refusal);
        if (strcmp(first, "fonts") == 0 && n == 3) return read_glyphs(route, refusal);
        if (strcmp(first, "assets") == 0) return read_file(route, ROUTE_ASSET);
        if (strcmp(first, "site") == 0) return read_file(route, ROUTE_SITE_FILE);
        if (strcmp(first, "partenariat") == 0 && n == 2 && read_facts(route)) return ATLAS_OK;
    }
    if (!pages_knows(target->path)) return no_such_address(refusal);
    route->kind = ROUTE_PAGE;
    return ATLAS_OK;
}

/* Pages read their own parameters, foreign ones among them; files have none. */
static bool route_reads_parameters(enum route_kind kind)
{
    return kind != ROUTE_PAGE && kind != ROUTE_ASSET && kind != ROUTE_COMPONENT &&
           kind != ROUTE_SITE_FILE && kind != ROUTE_GLYPHS;
}

enum atlas_status route_parse(const char *raw, struct route *route, struct route_refusal *refusal)
{
    route->kind = ROUTE_PAGE;
    route->csv = route->english = false;
    route->n_tilesets = 0;
    route->key = (struct tile_key){0};
    route->display = (struct tile_display){0};
    route->format = ROUTE_JSON;
    look_init(&route->look);
    filter_init(&route->filter);
    route->by = 0;
    route->nature[0] = route->q[0] = route->version[0] = '\0';
    route->id = route->first_code = 0;
    route->name = "";
    route->limit = ROUTE_SEARCH_DEFAULT;
    route->list = (struct list_request){.page = 1, .per_page = ROUTE_PER_PAGE_DEFAULT};
    refusal->parameter[0] = '\0';
    enum atlas_status status = target_parse(raw, &route->target, &refusal->error);
    if (!status) status = read_path(route, refusal);
    if (status || !route_reads_parameters(route->kind)) return status;
    status = parameters_read(route, refusal);
    if (!status && route->n_tilesets == 0 &&
        (route->kind == ROUTE_LEGEND || route->kind == ROUTE_PICTURE))
        route->tilesets[route->n_tilesets++] = TILESET_FLOWS;
    if (route->kind == ROUTE_PICTURE) look_limit_flows(&route->display);
    return status;
}

/* True when the answer depends on the filter. */
static bool is_filtered(const struct route *route)
{
    bool of_tiles = route->kind == ROUTE_TILE || route->kind == ROUTE_TILEJSON ||
                    route->kind == ROUTE_PICTURE_TILE;
    if (of_tiles && route->n_tilesets == 1 && route->tilesets[0] == TILESET_BASE)
        return false; /* the base map is the same under every filter */
    for (int i = 0; i < FILTER_LIST_COUNT; i++)
        if (route->filter.lists[i].n) return true;
    return route->filter.has_year;
}

void route_query(const struct route *route, struct bytes *out)
{
    size_t begun = out->length;
    if (is_filtered(route)) filter_canonical(&route->filter, out);
    size_t filtered = out->length;
    parameters_canonical(route, out);
    /* parameters_canonical() begins with '&', which needs something before it. */
    if (filtered > begun || out->failed || out->length == begun) return;
    out->length--;
    memmove(out->data + begun, out->data + begun + 1, out->length - begun);
}

static void append_tilesets(const struct route *route, struct bytes *out)
{
    for (size_t i = 0; i < route->n_tilesets; i++) {
        bytes_append_byte(out, i ? ',' : '/');
        bytes_append_text(out, tileset_name(route->tilesets[i]));
    }
}

static void append_key(struct tile_key key, struct bytes *out)
{
    const uint32_t numbers[] = {key.z, key.x, key.y};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bytes_append_byte(out, '/');
        bytes_append_number(out, numbers[i]);
    }
}

/* What a page makes of its parameters is not known here. NUL-free, so any sign may part them. */
static void append_as_given(const struct target *target, struct bytes *out)
{
    bytes_append_text(out, target->path);
    for (size_t i = 0; i < target->n_arguments; i++)
        bytes_append_format(out, "\n%s\n%s", target->arguments[i].name, target->arguments[i].value);
}

void route_canonical(const struct route *route, struct bytes *out)
{
    bytes_append_text(out, route_kind_text(route->kind));
    if (route->csv) bytes_append_text(out, ".csv");
    append_tilesets(route, out);
    if (route->kind == ROUTE_TILE || route->kind == ROUTE_PICTURE_TILE) append_key(route->key, out);
    if (route->id) bytes_append_format(out, "/%llu", (unsigned long long)route->id);
    if (route->kind == ROUTE_GLYPHS) bytes_append_format(out, "/%u", route->first_code);
    if (route->name[0]) bytes_append_format(out, "/%s", route->name);
    if (route->format != ROUTE_JSON) bytes_append_format(out, ".%d", (int)route->format);
    bytes_append_byte(out, '?');
    if (route->kind == ROUTE_PAGE)
        append_as_given(&route->target, out);
    else
        route_query(route, out);
}
