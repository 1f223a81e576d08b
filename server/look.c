#include "server/look.h"

#include "server/frame.h"
#include "tiles/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_WIDTH_PX  1200
#define DEFAULT_HEIGHT_PX 800
#define DEFAULT_LON_DEG   10
#define DEFAULT_LAT_DEG   25
#define DEFAULT_ZOOM      0
#define DEFAULT_SIZE_PX   1

void look_limit_flows(struct tile_display *display)
{
    if (!display->top && display->min <= 1) display->top = LOOK_FLOWS_SHOWN;
}

void look_init(struct look *look)
{
    look->method = SCALE_QUANTILES;
    look->n_classes = 0;
    look->has_classes = look->has_method = look->has_breaks = look->has_zoom = false;
    look->dark = look->has_scale_of = look->has_middle = false;
    look->frame = 0;
    look->value = LEGEND_LINKS;
    look->size_px = DEFAULT_SIZE_PX;
    look->width_px = DEFAULT_WIDTH_PX;
    look->height_px = DEFAULT_HEIGHT_PX;
    look->lon_deg = DEFAULT_LON_DEG;
    look->lat_deg = DEFAULT_LAT_DEG;
    look->zoom = DEFAULT_ZOOM;
    look->title[0] = '\0';
}

/* "-12.5": at most nine digits on each side of the point, no exponent, no locale. Returns where it
 * ends, or NULL. */
static const char *read_decimal(const char *text, double *number)
{
    bool negative = *text == '-';
    text += negative;
    double value = 0, unit = 1;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9) return NULL;
    for (; digits > 0; digits--)
        value = 10 * value + (*text++ - '0');
    if (*text == '.') {
        digits = strspn(++text, "0123456789");
        if (digits == 0 || digits > 9) return NULL;
        for (; digits > 0; digits--, unit *= 10)
            value = 10 * value + (*text++ - '0');
    }
    *number = (negative ? -value : value) / unit;
    return text;
}

static bool read_between(const char *text, double from, double to, double *number)
{
    double value;
    const char *end = read_decimal(text, &value);
    if (!end || *end || value < from || value > to) return false;
    *number = value;
    return true;
}

static bool read_whole(const char *text, uint32_t from, uint32_t to, uint32_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits]) return false;
    unsigned long value = strtoul(text, NULL, 10);
    if (value < from || value > to) return false;
    *number = (uint32_t)value;
    return true;
}

bool look_read_breaks(struct look *look, const char *value)
{
    double before = 0;
    look->has_breaks = true;
    look->method = SCALE_BREAKS;
    for (look->n_classes = 0; look->n_classes < SCALE_MAX_CLASSES;) {
        double *here = &look->breaks[look->n_classes++];
        value = read_decimal(value, here);
        if (!value || *here <= before) return false;
        if (!*value) return true;
        before = *here;
        if (*value++ != ',') return false;
    }
    return false;
}

bool look_read_classes(struct look *look, const char *value)
{
    look->has_classes = true;
    return read_whole(value, 1, SCALE_MAX_CLASSES, &look->n_classes);
}

bool look_read_colours(struct look *look, const char *value)
{
    look->dark = strcmp(value, "dark") == 0;
    return look->dark || strcmp(value, "light") == 0;
}

bool look_read_method(struct look *look, const char *value)
{
    look->has_method = true;
    return scale_method_parse(value, &look->method) && look->method != SCALE_BREAKS;
}

bool look_agrees(const struct look *look)
{
    return !look->has_breaks || !(look->has_classes || look->has_method);
}

bool look_fits(const struct look *look)
{
    uint32_t least = PICTURE_MIN_PX * look->size_px;
    return look->width_px >= least && look->height_px >= least &&
           (uint64_t)look->width_px * look->height_px <= PICTURE_MAX_PIXELS;
}

static const char *const value_names[] = {
    [LEGEND_LINKS] = "n",
    [LEGEND_PARTNERSHIPS] = "partnerships",
    [LEGEND_PARTNERS] = "partners",
    [LEGEND_AMOUNT] = "amount_eur",
    [LEGEND_PER_MILLION] = "per_million",
};

bool look_read_value(struct look *look, const char *value)
{
    for (size_t i = 0; i < sizeof value_names / sizeof *value_names; i++)
        if (strcmp(value, value_names[i]) == 0) {
            look->value = (enum legend_value)i;
            return true;
        }
    return false;
}

bool look_read_scale(struct look *look, const char *value)
{
    return read_whole(value, 1, LEGEND_MAX_SCALE, &look->size_px);
}

bool look_read_width(struct look *look, const char *value)
{
    return read_whole(value, PICTURE_MIN_PX, PICTURE_MAX_PIXELS, &look->width_px);
}

bool look_read_height(struct look *look, const char *value)
{
    return read_whole(value, PICTURE_MIN_PX, PICTURE_MAX_PIXELS, &look->height_px);
}

bool look_read_frame(struct look *look, const char *value)
{
    look->frame = frame_find(value);
    return look->frame > 0;
}

bool look_frame_agrees(const struct look *look)
{
    return look->frame == 0 || !(look->has_middle || look->has_zoom);
}

bool look_read_lon(struct look *look, const char *value)
{
    look->has_middle = true;
    return read_between(value, -180, 180, &look->lon_deg);
}

bool look_read_lat(struct look *look, const char *value)
{
    look->has_middle = true;
    return read_between(value, -85, 85, &look->lat_deg);
}

bool look_read_zoom(struct look *look, const char *value)
{
    look->has_zoom = true;
    return read_between(value, 0, MERCATOR_MAX_ZOOM, &look->zoom);
}

void look_view(const struct look *look, double *lon_deg, double *lat_deg, double *zoom)
{
    double width = (double)look->width_px / look->size_px;
    if (look->frame) {
        frame_view(look->frame, width, (double)look->height_px / look->size_px, lon_deg, lat_deg,
                   zoom);
        return;
    }
    *lon_deg = look->lon_deg;
    *lat_deg = look->lat_deg;
    *zoom = look->has_zoom ? look->zoom : width > FRAME_WORLD_PX ? log2(width / FRAME_WORLD_PX) : 0;
}

bool look_read_title(struct look *look, const char *value)
{
    size_t length = strlen(value);
    if (length > LOOK_TITLE_BYTES) return false;
    memcpy(look->title, value, length + 1);
    return true;
}

/* One "name=value" of a filter inside a value. */
static bool add_term(struct filter *filter, const char *term, size_t length)
{
    char name[FILTER_MAX_TEXT], *value;
    if (length >= sizeof name) return false;
    memcpy(name, term, length);
    name[length] = '\0';
    value = strchr(name, '=');
    if (!value) return false;
    *value++ = '\0';
    return filter_knows(name) && filter_add(filter, name, value, NULL) == ATLAS_OK;
}

bool look_read_scale_of(struct look *look, const char *value)
{
    filter_init(&look->scale_of);
    look->has_scale_of = true; /* "": the scale of everything */
    while (*value) {
        size_t length = strcspn(value, "&");
        if (length > 0 && !add_term(&look->scale_of, value, length)) return false;
        value += length + (value[length] == '&');
    }
    return true;
}

void look_escape(const char *text, struct bytes *out)
{
    for (; *text; text++)
        if (strchr("%&=?#+ ", *text) || (unsigned char)*text < ' ')
            bytes_append_format(out, "%%%02X", (unsigned char)*text);
        else
            bytes_append_byte(out, (uint8_t)*text);
}

static void append_scale(const struct look *look, struct bytes *out)
{
    if (look->method == SCALE_BREAKS)
        for (uint32_t i = 0; i < look->n_classes; i++)
            bytes_append_format(out, "%s%.15g", i ? "," : "&breaks=", look->breaks[i]);
    else if (look->n_classes)
        bytes_append_format(out, "&classes=%u", look->n_classes);
    if (look->method == SCALE_JENKS) bytes_append_text(out, "&method=jenks");
    if (!look->has_scale_of) return;
    struct bytes filter = {0};
    filter_canonical(&look->scale_of, &filter);
    bytes_append_byte(&filter, '\0');
    bytes_append_text(out, "&scale_of=");
    if (filter.failed)
        out->failed = true;
    else
        look_escape((const char *)filter.data, out);
    bytes_close(&filter);
}

void look_canonical(const struct look *look, struct bytes *out)
{
    append_scale(look, out);
    if (look->dark) bytes_append_text(out, "&colours=dark");
    if (look->value) bytes_append_format(out, "&value=%s", value_names[look->value]);
    if (look->size_px != DEFAULT_SIZE_PX) bytes_append_format(out, "&scale=%u", look->size_px);
    if (look->width_px != DEFAULT_WIDTH_PX) bytes_append_format(out, "&width=%u", look->width_px);
    if (look->height_px != DEFAULT_HEIGHT_PX)
        bytes_append_format(out, "&height=%u", look->height_px);
    if (look->lon_deg < DEFAULT_LON_DEG || look->lon_deg > DEFAULT_LON_DEG)
        bytes_append_format(out, "&lon=%.15g", look->lon_deg);
    if (look->lat_deg < DEFAULT_LAT_DEG || look->lat_deg > DEFAULT_LAT_DEG)
        bytes_append_format(out, "&lat=%.15g", look->lat_deg);
    if (look->frame) bytes_append_format(out, "&frame=%s", frame_name(look->frame));
    if (look->has_zoom) bytes_append_format(out, "&zoom=%.15g", look->zoom);
    if (look->title[0]) {
        bytes_append_text(out, "&title=");
        look_escape(look->title, out);
    }
}
