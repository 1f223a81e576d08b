#include "server/page_map.h"

#include "server/look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ZOOM   6.0  /* a single place is shown with the country around it */
#define FILLED     0.62 /* of the picture, by what is to be seen */
#define WORLD_SIZE 512  /* pixels of the world at zoom 0 */

void page_view_add(struct page_view *view, const struct edition_territory *territory)
{
    if (isnan(territory->lon_deg) || view->n == sizeof view->points / sizeof *view->points) return;
    view->points[view->n++] = territory->world;
}

static int by_number(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* West and width of the narrowest strip of the world that holds all points, be it across the
 * antimeridian. */
static void find_strip(const struct page_view *view, double *west, double *width)
{
    double x[64], widest = -1;
    for (size_t i = 0; i < view->n; i++)
        x[i] = view->points[i].x_world - floor(view->points[i].x_world);
    qsort(x, view->n, sizeof *x, by_number);
    for (size_t i = 0; i < view->n; i++) { /* what is left out is the widest gap */
        double next = i + 1 < view->n ? x[i + 1] : x[0] + 1;
        if (next - x[i] <= widest) continue;
        widest = next - x[i];
        *west = next;
    }
    *width = 1 - widest;
}

struct frame {
    double lon_deg, lat_deg, zoom;
};

static struct frame frame_of(const struct page_view *view, unsigned width_px, unsigned height_px)
{
    double west = 0, width = 0, north = 1, south = 0;
    struct frame frame = {0};
    find_strip(view, &west, &width);
    for (size_t i = 0; i < view->n; i++) {
        north = fmin(north, view->points[i].y_world);
        south = fmax(south, view->points[i].y_world);
    }
    double middle = west + width / 2;
    const struct world_point centre = {middle - floor(middle), (north + south) / 2};
    double across = FILLED * width_px / WORLD_SIZE / fmax(width, 1e-9);
    double down = FILLED * height_px / WORLD_SIZE / fmax(south - north, 1e-9);
    mercator_inverse(centre, &frame.lon_deg, &frame.lat_deg);
    frame.zoom = fmin(MAX_ZOOM, fmax(0, log2(fmin(across, down))));
    return frame;
}

/* Text as a value of an address. */
static void write_value(const char *text, struct bytes *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    for (; *text; text++)
        if (strchr(plain, *text))
            bytes_append_byte(out, (uint8_t)*text);
        else
            bytes_append_format(out, "%%%02X", (unsigned)(uint8_t)*text);
}

/* What is drawn: which links, under which title, of which part of the world. */
struct picture {
    const struct filter *filter;
    const struct page_view *view;
    const char *title;
};

static void write_picture(const struct page_build *build, const char *base,
                          const struct picture *picture, unsigned width_px, unsigned height_px,
                          struct bytes *out)
{
    bytes_append_format(out, "%s/picture.png?", base);
    filter_canonical(picture->filter, out);
    bytes_append_format(out, "&tilesets=flows,places&level=commune-place&width=%u&height=%u%s",
                        width_px, height_px, build->path.english ? "&lang=en" : "");
    if (strlen(picture->title) <= LOOK_TITLE_BYTES) {
        bytes_append_text(out, "&title=");
        write_value(picture->title, out);
    }
    if (picture->view->n == 0) return;
    struct frame frame = frame_of(picture->view, width_px, height_px);
    bytes_append_format(out, "&lon=%.3f&lat=%.3f&zoom=%.2f", frame.lon_deg, frame.lat_deg,
                        frame.zoom);
}

void page_set_map(struct page_build *build, const struct filter *filter,
                  const struct page_view *view, const char *title)
{
    struct bytes url = {0}, dark = {0};
    const struct picture picture = {.filter = filter, .view = view, .title = title};
    write_picture(build, build->prefix, &picture, 900, 420, &url);
    bytes_append(&dark, url.data, url.length);
    bytes_append_text(&dark, "&colours=dark");
    page_set_bytes(build, build->root, "map_url", &url);
    page_set_bytes(build, build->root, "map_url_dark", &dark);
    write_picture(build, build->request->base_url, &picture, 1200, 630, &url);
    page_set_bytes(build, build->root, "og_image", &url);
}
