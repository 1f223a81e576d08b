#include "server/parameters.h"

#include "server/frame.h"
#include "tiles/counts.h"
#include "tiles/picture.h"
#include "tiles/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum parameter {
    PARAMETER_BREAKS,
    PARAMETER_BY,
    PARAMETER_CLASSES,
    PARAMETER_COLOURS,
    PARAMETER_FRAME,
    PARAMETER_HEIGHT,
    PARAMETER_LANG,
    PARAMETER_LAT,
    PARAMETER_LEVEL,
    PARAMETER_LIMIT,
    PARAMETER_LON,
    PARAMETER_METHOD,
    PARAMETER_MIN,
    PARAMETER_NATURE,
    PARAMETER_PAGE,
    PARAMETER_PER_PAGE,
    PARAMETER_PLACED,
    PARAMETER_Q,
    PARAMETER_SCALE,
    PARAMETER_SCALE_OF,
    PARAMETER_SIDE,
    PARAMETER_SORT,
    PARAMETER_TILESET,
    PARAMETER_TILESETS,
    PARAMETER_TITLE,
    PARAMETER_TOP,
    PARAMETER_VALUE,
    PARAMETER_VERSION,
    PARAMETER_WIDTH,
    PARAMETER_ZOOM,
    PARAMETER_COUNT
};

#define BIT(parameter) (1u << (parameter))
#define DISPLAY                                                                                    \
    (BIT(PARAMETER_LEVEL) | BIT(PARAMETER_SIDE) | BIT(PARAMETER_TOP) | BIT(PARAMETER_MIN) |        \
     BIT(PARAMETER_NATURE))
#define COMMON (BIT(PARAMETER_LANG) | BIT(PARAMETER_VERSION))

#define CLASSES                                                                                    \
    (BIT(PARAMETER_BREAKS) | BIT(PARAMETER_CLASSES) | BIT(PARAMETER_COLOURS) |                     \
     BIT(PARAMETER_METHOD) | BIT(PARAMETER_SCALE_OF))

/* What each address takes. */
static const struct {
    bool filter;
    unsigned parameters;
} taken[ROUTE_KIND_COUNT] = {
    [ROUTE_TILEJSON] = {true, DISPLAY | COMMON},
    [ROUTE_TILE] = {true, DISPLAY | COMMON},
    [ROUTE_PICTURE_TILE] = {true, DISPLAY | CLASSES | COMMON | BIT(PARAMETER_VALUE)},
    [ROUTE_LEGEND] = {true, DISPLAY | CLASSES | COMMON | BIT(PARAMETER_SCALE) |
                                BIT(PARAMETER_TILESET) | BIT(PARAMETER_VALUE) |
                                BIT(PARAMETER_ZOOM)},
    [ROUTE_PICTURE] = {true, DISPLAY | CLASSES | COMMON | BIT(PARAMETER_FRAME) |
                                 BIT(PARAMETER_HEIGHT) | BIT(PARAMETER_LAT) | BIT(PARAMETER_LON) |
                                 BIT(PARAMETER_SCALE) | BIT(PARAMETER_TILESETS) |
                                 BIT(PARAMETER_TITLE) | BIT(PARAMETER_VALUE) |
                                 BIT(PARAMETER_WIDTH) | BIT(PARAMETER_ZOOM)},
    [ROUTE_LINKS] = {true, COMMON},
    [ROUTE_PARTNERSHIPS] = {true, COMMON},
    [ROUTE_TERRITORIES] = {true, COMMON},
    [ROUTE_LIST] = {true, COMMON | BIT(PARAMETER_PAGE) | BIT(PARAMETER_PER_PAGE) |
                              BIT(PARAMETER_PLACED) | BIT(PARAMETER_SORT)},
    [ROUTE_FACTS] = {false, COMMON},
    [ROUTE_COUNTS] = {true, COMMON | BIT(PARAMETER_BY) | BIT(PARAMETER_NATURE)},
    [ROUTE_SEARCH] = {false, COMMON | BIT(PARAMETER_Q) | BIT(PARAMETER_LIMIT)},
    [ROUTE_STYLE] = {true, DISPLAY | COMMON | BIT(PARAMETER_COLOURS)},
    [ROUTE_HEALTH] = {false, 0},
};

static const char *const french_levels[FRENCH_LEVEL_COUNT] = {
    [FRENCH_COUNTRY] = "country",         [FRENCH_REGION] = "region",
    [FRENCH_DEPARTEMENT] = "departement", [FRENCH_EPCI] = "epci",
    [FRENCH_COMMUNE] = "commune",
};
static const char *const foreign_levels[FOREIGN_LEVEL_COUNT] = {
    [FOREIGN_CONTINENT] = "continent",
    [FOREIGN_COUNTRY] = "country",
    [FOREIGN_ADMIN1] = "admin1",
    [FOREIGN_PLACE] = "place",
};

/* Position of word (length bytes) among words, or -1. */
static int find_word(const char *const *words, size_t n, const char *word, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0) return (int)i;
    return -1;
}

static bool read_number(const char *text, uint32_t from, uint32_t to, uint32_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits]) return false;
    unsigned long value = strtoul(text, NULL, 10);
    if (value < from || value > to) return false;
    *number = (uint32_t)value;
    return true;
}

static bool read_by(struct route *route, const char *value)
{
    unsigned by = 0;
    if (counts_parse_by(value, &by, NULL)) return false;
    route->by |= by;
    return true;
}

static bool read_lang(struct route *route, const char *value)
{
    route->english = strcmp(value, "en") == 0;
    route->display.english = route->list.english = route->english;
    return route->english || strcmp(value, "fr") == 0;
}

static bool read_level(struct route *route, const char *value)
{
    const char *dash = strchr(value, '-');
    if (!dash) return false;
    int french = find_word(french_levels, FRENCH_LEVEL_COUNT, value, (size_t)(dash - value));
    int foreign = find_word(foreign_levels, FOREIGN_LEVEL_COUNT, dash + 1, strlen(dash + 1));
    if (french < 0 || foreign < 0) return false;
    route->display.french_level = 1 + french;
    route->display.foreign_level = 1 + foreign;
    return true;
}

static bool read_nature(struct route *route, const char *value)
{
    int nature = vocabulary_find(VOCABULARY_NATURE, value);
    if (nature < 0) return false;
    if (route->kind == ROUTE_COUNTS) {
        memcpy(route->nature, value, strlen(value) + 1);
        return true;
    }
    static const struct tile_display plain;
    size_t usual = tile_display_nature(&plain);
    route->display.nature = (size_t)nature == usual ? 0 : 1 + nature;
    return true;
}

static bool read_q(struct route *route, const char *value)
{
    size_t length = strlen(value);
    if (length > ROUTE_SEARCH_BYTES) return false;
    memcpy(route->q, value, length + 1);
    return true;
}

static bool read_side(struct route *route, const char *value)
{
    route->display.side_french = strcmp(value, "french") == 0;
    return route->display.side_french || strcmp(value, "foreign") == 0;
}

static bool read_sort(struct route *route, const char *value)
{
    return list_parse_sort(value, &route->list, NULL) == ATLAS_OK;
}

static bool read_version(struct route *route, const char *value)
{
    size_t length = strspn(value, "0123456789abcdef.");
    if (length == 0 || length > ROUTE_VERSION_BYTES || value[length]) return false;
    memcpy(route->version, value, length + 1);
    return true;
}

static bool read_limit(struct route *route, const char *value)
{
    return read_number(value, 1, ROUTE_SEARCH_MAX, &route->limit);
}

static bool read_min(struct route *route, const char *value)
{
    return read_number(value, 1, 999999999, &route->display.min);
}

static bool read_page(struct route *route, const char *value)
{
    uint32_t page;
    if (!read_number(value, 1, ROUTE_PAGE_NUMBER_MAX, &page)) return false;
    route->list.page = page;
    return true;
}

static bool read_per_page(struct route *route, const char *value)
{
    uint32_t per_page;
    if (!read_number(value, 1, LIST_MAX_PER_PAGE, &per_page)) return false;
    route->list.per_page = per_page;
    return true;
}

static bool read_placed(struct route *route, const char *value)
{
    return list_parse_placed(value, &route->list);
}

static bool read_top(struct route *route, const char *value)
{
    return read_number(value, 1, 999999999, &route->display.top);
}

static bool read_tilesets(struct route *route, const char *value)
{
    return route_read_tilesets(route, value, strlen(value));
}

static bool read_tileset(struct route *route, const char *value)
{
    return read_tilesets(route, value) && route->n_tilesets == 1;
}

#define TEXT(number)   TEXT_2(number)
#define TEXT_2(number) #number

#define TILESETS "links, flows, places, density, heat, choropleth, base"
#define PIXELS                                                                                     \
    TEXT(PICTURE_MIN_PX)                                                                           \
    " pixels times scale and more; width times height, " TEXT(PICTURE_MAX_PIXELS) " at most"

static const struct {
    const char *name;
    bool (*read)(struct route *route, const char *value);
    const char *allowed;
    bool (*read_look)(struct look *look, const char *value); /* in place of read */
} parameters[PARAMETER_COUNT] = {
    [PARAMETER_BREAKS] = {"breaks", NULL,
                          "rising numbers above 0 with commas, at most " TEXT(
                              SCALE_MAX_CLASSES) ", without classes and method",
                          look_read_breaks},
    [PARAMETER_CLASSES] = {"classes", NULL, "1 to " TEXT(SCALE_MAX_CLASSES), look_read_classes},
    [PARAMETER_COLOURS] = {"colours", NULL, "light, dark", look_read_colours},
    [PARAMETER_FRAME] = {"frame", NULL, FRAME_NAMES ", without lon, lat and zoom", look_read_frame},
    [PARAMETER_HEIGHT] = {"height", NULL, PIXELS, look_read_height},
    [PARAMETER_LAT] = {"lat", NULL, "-85 to 85 degrees", look_read_lat},
    [PARAMETER_LON] = {"lon", NULL, "-180 to 180 degrees", look_read_lon},
    [PARAMETER_METHOD] = {"method", NULL, "quantiles, jenks", look_read_method},
    [PARAMETER_SCALE] = {"scale", NULL, "1, 2, 3, 4", look_read_scale},
    [PARAMETER_SCALE_OF] = {"scale_of", NULL, "a filter, such as theme=eau%26year=2015",
                            look_read_scale_of},
    [PARAMETER_TITLE] = {"title", NULL, "a text of at most " TEXT(LOOK_TITLE_BYTES) " bytes",
                         look_read_title},
    [PARAMETER_VALUE] = {"value", NULL, "n, partnerships, partners, amount_eur, per_million",
                         look_read_value},
    [PARAMETER_WIDTH] = {"width", NULL, PIXELS, look_read_width},
    [PARAMETER_ZOOM] = {"zoom", NULL, "0 to " TEXT(MERCATOR_MAX_ZOOM), look_read_zoom},
    [PARAMETER_TILESET] = {"tileset", read_tileset, TILESETS, NULL},
    [PARAMETER_TILESETS] = {"tilesets", read_tilesets, TILESETS ", several with commas", NULL},
    [PARAMETER_BY] = {"by", read_by,
                      "theme, year, kind, status, mode, gender, country, region, precision, "
                      "gender-country, gender-region, theme-year, authority, partner",
                      NULL},
    [PARAMETER_LANG] = {"lang", read_lang, "fr, en", NULL},
    [PARAMETER_LEVEL] = {"level", read_level,
                         "country|region|departement|epci|commune, '-', "
                         "continent|country|admin1|place, as in region-country",
                         NULL},
    [PARAMETER_LIMIT] = {"limit", read_limit, "1 to " TEXT(ROUTE_SEARCH_MAX), NULL},
    [PARAMETER_MIN] = {"min", read_min, "1 to 999999999", NULL},
    [PARAMETER_NATURE] = {"nature", read_nature, "prevu, attribue, verse, cumul", NULL},
    [PARAMETER_PAGE] = {"page", read_page, "1 to " TEXT(ROUTE_PAGE_NUMBER_MAX), NULL},
    [PARAMETER_PER_PAGE] = {"per_page", read_per_page, "1 to " TEXT(LIST_MAX_PER_PAGE), NULL},
    [PARAMETER_PLACED] = {"placed", read_placed, "no: only those that the map cannot show", NULL},
    [PARAMETER_Q] = {"q", read_q, "a text of at most " TEXT(ROUTE_SEARCH_BYTES) " bytes", NULL},
    [PARAMETER_SIDE] = {"side", read_side, "foreign, french", NULL},
    [PARAMETER_SORT] = {"sort", read_sort,
                        "title, year, country, french, id; with a '-' before it, falling", NULL},
    [PARAMETER_TOP] = {"top", read_top, "1 to 999999999", NULL},
    [PARAMETER_VERSION] = {"v", read_version, "the version that an answer of this server gave",
                           NULL},
};

static int find_parameter(const char *name, unsigned allowed)
{
    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (allowed & BIT(i) && strcmp(parameters[i].name, name) == 0) return i;
    return -1;
}

static enum atlas_status refuse_unknown(const struct route *route, const char *name,
                                        struct route_refusal *refusal)
{
    char known[600] = "";
    size_t length = 0;
    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (taken[route->kind].parameters & BIT(i) && length + 32 < sizeof known) {
            if (length) known[length++] = ',', known[length++] = ' ';
            size_t n = strlen(parameters[i].name);
            memcpy(known + length, parameters[i].name, n + 1);
            length += n;
        }
    return atlas_fail(&refusal->error, ATLAS_INVALID,
                      "Parameter '%s' is not known here; allowed: %s%s%s.", name,
                      taken[route->kind].filter
                          ? "theme, year, time, undated, kind, mode, status, call, gender, french, "
                            "authority, role, country, partner, partner_is"
                          : "",
                      taken[route->kind].filter && length ? ", " : "",
                      length || taken[route->kind].filter ? known : "none");
}

/* One argument; given[] remembers the values of parameters that are no lists. */
static enum atlas_status read_argument(struct route *route, const struct target_argument *argument,
                                       const char *given[PARAMETER_COUNT],
                                       struct route_refusal *refusal)
{
    if (taken[route->kind].filter && filter_knows(argument->name))
        return filter_add(&route->filter, argument->name, argument->value, &refusal->error);
    int parameter = find_parameter(argument->name, taken[route->kind].parameters);
    if (parameter < 0) return refuse_unknown(route, argument->name, refusal);
    if (given[parameter] && parameter != PARAMETER_BY &&
        strcmp(given[parameter], argument->value) != 0)
        return atlas_fail(&refusal->error, ATLAS_INVALID,
                          "Parameter '%s' is given twice, with different values.", argument->name);
    given[parameter] = argument->value;
    bool good = parameters[parameter].read_look
                    ? parameters[parameter].read_look(&route->look, argument->value)
                    : parameters[parameter].read(route, argument->value);
    if (good) return ATLAS_OK;
    return atlas_fail(&refusal->error, ATLAS_INVALID,
                      "Parameter '%s': '%s' is not allowed; "
                      "allowed: %s.",
                      argument->name, argument->value, parameters[parameter].allowed);
}

enum atlas_status parameters_read(struct route *route, struct route_refusal *refusal)
{
    const char *given[PARAMETER_COUNT] = {0};
    for (size_t i = 0; i < route->target.n_arguments; i++) {
        const struct target_argument *argument = &route->target.arguments[i];
        enum atlas_status status = read_argument(route, argument, given, refusal);
        if (!status) continue;
        size_t length = strnlen(argument->name, sizeof refusal->parameter - 1);
        memcpy(refusal->parameter, argument->name, length);
        refusal->parameter[length] = '\0';
        return status;
    }
    if (route->kind == ROUTE_SEARCH && !given[PARAMETER_Q]) {
        memcpy(refusal->parameter, "q", 2);
        return atlas_fail(&refusal->error, ATLAS_INVALID,
                          "Parameter 'q' is missing: the text to search for.");
    }
    if (route->kind == ROUTE_PICTURE && !look_fits(&route->look)) {
        memcpy(refusal->parameter, "width", sizeof "width");
        return atlas_fail(
            &refusal->error, ATLAS_INVALID,
            "Parameter 'width': with 'height' and 'scale' the picture is too large or too small; "
            "allowed: %s.",
            parameters[PARAMETER_WIDTH].allowed);
    }
    if (!look_frame_agrees(&route->look)) {
        memcpy(refusal->parameter, "frame", sizeof "frame");
        return atlas_fail(
            &refusal->error, ATLAS_INVALID,
            "Parameter 'frame' stands without 'lon', 'lat' and 'zoom': it says all three.");
    }
    if (!look_agrees(&route->look)) {
        memcpy(refusal->parameter, "breaks", sizeof "breaks");
        return atlas_fail(
            &refusal->error, ATLAS_INVALID,
            "Parameter 'breaks' stands without 'classes' and 'method': it says both.");
    }
    return ATLAS_OK;
}

void parameters_canonical(const struct route *route, struct bytes *out)
{
    const struct tile_display *display = &route->display;
    if (route->by) bytes_append_format(out, "&by=%u", route->by);
    if (route->english) bytes_append_text(out, "&lang=en");
    if (display->french_level)
        bytes_append_format(out, "&level=%s-%s", french_levels[display->french_level - 1],
                            foreign_levels[display->foreign_level - 1]);
    if (route->limit != ROUTE_SEARCH_DEFAULT) bytes_append_format(out, "&limit=%u", route->limit);
    if (display->min > 1) bytes_append_format(out, "&min=%u", display->min);
    if (route->nature[0]) bytes_append_format(out, "&nature=%s", route->nature);
    if (display->nature)
        bytes_append_format(out, "&nature=%s",
                            vocabulary_word(VOCABULARY_NATURE, (size_t)display->nature - 1)->key);
    const struct list_request *list = &route->list;
    if (list->page != 1) bytes_append_format(out, "&page=%zu", list->page);
    if (list->per_page != ROUTE_PER_PAGE_DEFAULT)
        bytes_append_format(out, "&per_page=%zu", list->per_page);
    if (list->only_unplaced) bytes_append_text(out, "&placed=no");
    if (route->q[0]) {
        bytes_append_text(out, "&q=");
        look_escape(route->q, out);
    }
    if (taken[route->kind].parameters & CLASSES) look_canonical(&route->look, out);
    if (display->side_french) bytes_append_text(out, "&side=french");
    if (list->sort || list->falling)
        bytes_append_format(out, "&sort=%s%d", list->falling ? "-" : "", (int)list->sort);
    if (display->top) bytes_append_format(out, "&top=%u", display->top);
}
