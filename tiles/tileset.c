#include "tiles/tile_build.h"
#include "tiles/vocabulary.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const struct tileset_layer *layers;
    size_t n_layers;
    enum atlas_status (*build)(struct tile_build *build);
} tilesets[TILESET_COUNT] = {
    [TILESET_LINKS] = {"links", links_layers, 2, links_tile},
    [TILESET_FLOWS] = {"flows", flows_layers, 3, flows_tile},
    [TILESET_PLACES] = {"places", places_layers, 2, places_tile},
    [TILESET_DENSITY] = {"density", density_layers, 1, density_tile},
    [TILESET_HEAT] = {"heat", NULL, 0, NULL},
    [TILESET_CHOROPLETH] = {"choropleth", choropleth_layers, 1, choropleth_tile},
    [TILESET_BASE] = {"base", base_layers, 3, base_tile},
};

const char *tileset_name(enum tileset tileset)
{
    return (unsigned)tileset < TILESET_COUNT ? tilesets[tileset].name : NULL;
}

bool tileset_parse(const char *name, enum tileset *tileset)
{
    for (int i = 0; i < TILESET_COUNT; i++) {
        if (strcmp(tilesets[i].name, name) != 0) continue;
        *tileset = (enum tileset)i;
        return true;
    }
    return false;
}

const struct tileset_layer *tileset_layers(enum tileset tileset, size_t *n)
{
    *n = (unsigned)tileset < TILESET_COUNT ? tilesets[tileset].n_layers : 0;
    return *n ? tilesets[tileset].layers : NULL;
}

void tile_layer_begin(struct tile_build *build, const struct tileset_layer *layer)
{
    size_t n = 0;
    while (layer->fields[n].name) {
        build->keys[n] = layer->fields[n].name;
        n++;
    }
    mvt_layer_begin(&build->writer, layer->name, build->keys, n);
}

enum atlas_status tile_write_counts(struct tile_build *build, const struct tileset_layer *layer,
                                    uint64_t shown, uint64_t total)
{
    static const struct mvt_point middle = {MVT_EXTENT / 2, MVT_EXTENT / 2};
    tile_layer_begin(build, layer);
    mvt_feature_begin(&build->writer, MVT_POINT);
    mvt_points(&build->writer, &middle, 1);
    mvt_tag_uint(&build->writer, 0, shown);
    mvt_tag_uint(&build->writer, 1, total);
    mvt_feature_end(&build->writer);
    return mvt_layer_end(&build->writer, build->out);
}

const char *tile_name_of(const struct tile_build *build, uint32_t territory)
{
    const struct edition_territory *t = &build->edition->territories[territory];
    return build->display.english ? t->name_en : t->name_fr;
}

enum french_level tile_french_level(const struct tile_build *build)
{
    if (build->display.french_level) return (enum french_level)(build->display.french_level - 1);
    unsigned z = build->key.z;
    return z < 3   ? FRENCH_COUNTRY
           : z < 5 ? FRENCH_REGION
           : z < 7 ? FRENCH_DEPARTEMENT
                   : FRENCH_COMMUNE;
}

enum foreign_level tile_foreign_level(const struct tile_build *build)
{
    if (build->display.foreign_level) return (enum foreign_level)(build->display.foreign_level - 1);
    unsigned z = build->key.z;
    return z < 5 ? FOREIGN_COUNTRY : z < 7 ? FOREIGN_ADMIN1 : FOREIGN_PLACE;
}

static bool display_valid(const struct tile_display *display)
{
    return display->french_level >= 0 && display->french_level <= FRENCH_LEVEL_COUNT &&
           display->foreign_level >= 0 && display->foreign_level <= FOREIGN_LEVEL_COUNT &&
           display->nature >= 0 && (size_t)display->nature <= vocabulary_size(VOCABULARY_NATURE);
}

size_t tile_display_nature(const struct tile_display *display)
{
    return display->nature ? (size_t)display->nature - 1
                           : (size_t)vocabulary_find(VOCABULARY_NATURE, "attribue");
}

/* The memory of a build, kept for the thread's next one. */
static pthread_key_t kept_build;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;

static void free_build(void *of)
{
    struct tile_build *build = of;
    mvt_close(&build->writer);
    clip_close(&build->clipped);
    clip_scratch_close(&build->scratch);
    fragments_close(&build->fragments);
    link_counter_close(&build->counter);
    end_values_close(&build->ends);
    bytes_close(&build->text);
    free(build);
}

static void make_key(void)
{
    if (pthread_key_create(&kept_build, free_build) != 0) abort();
}

/* NULL when out of memory. */
static struct tile_build *take_build(void)
{
    pthread_once(&kept_once, make_key);
    struct tile_build *build = pthread_getspecific(kept_build);
    if (!build) return calloc(1, sizeof *build);
    if (pthread_setspecific(kept_build, NULL) == 0) return build;
    return NULL;
}

/* Keeps the memory, without what one large tile would hold for long, unless it may be what failed.
 */
static void give_back(struct tile_build *build, enum atlas_status status)
{
    enum { KEPT_BYTES = 1 << 18 };
    size_t points = build->clipped.points_room * sizeof *build->clipped.points;
    size_t written = build->writer.features.capacity + mvt_values_bytes(&build->writer.values);
    if (points > KEPT_BYTES) {
        clip_close(&build->clipped);
        build->clipped = (struct clip_result){0};
    }
    if (written > KEPT_BYTES) mvt_close(&build->writer);
    if (fragments_bytes(&build->fragments) > KEPT_BYTES) {
        fragments_close(&build->fragments);
        build->fragments = (struct fragments){0};
    }
    if (status || pthread_setspecific(kept_build, build) != 0) free_build(build);
}

/* What each of n tilesets may take of a tile of so many bytes, where they don't all fit as they
 * are. */
static size_t fair_share(const enum tileset *asked, size_t n, size_t max)
{
    /* What the edition and not the filter makes large, and nothing is held back of. */
    static const size_t fixed[TILESET_COUNT] = {
        [TILESET_DENSITY] = 50000, [TILESET_CHOROPLETH] = 220000, [TILESET_BASE] = 50000};
    size_t left = max, sharing = 0;
    for (size_t i = 0; i < n; i++) {
        left -= fixed[asked[i]] < left ? fixed[asked[i]] : left;
        sharing += fixed[asked[i]] == 0;
    }
    return sharing ? left / sharing : left;
}

/* Bytes at gzip 1; 0 when out of memory. */
static size_t gzip_bytes(const uint8_t *data, size_t length)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(1);
    size_t room = libdeflate_gzip_compress_bound(compressor, length);
    void *packed = compressor ? malloc(room) : NULL;
    size_t n = packed ? libdeflate_gzip_compress(compressor, data, length, packed, room) : 0;
    free(packed);
    libdeflate_free_compressor(compressor);
    return n;
}

/* How many bytes a tile that is longer than max has at gzip 1, or more, but not beyond max because
 * of it; 0 when out of memory. Packing takes longer than building: where it is enough, the
 * beginning alone is packed, and the rest counted as it is. */
static size_t packed_bytes(const uint8_t *data, size_t length, size_t max)
{
    enum { SLACK = 1000 };                         /* for the frames of gzip's blocks */
    size_t begin = 2 * (length - max) + 2 * SLACK; /* packed, tiles are less than half as long */
    size_t packed = begin < length ? gzip_bytes(data, begin) : 0;
    if (packed && packed + (length - begin) + SLACK <= max) return packed + (length - begin);
    return gzip_bytes(data, length);
}

/* Builds until it fits: too large a tile is built again with fewer flows, links or places. */
static enum atlas_status build_within(struct tile_build *build, enum tileset tileset, size_t max)
{
    static const double safe = 0.95;
    size_t before = build->out->length;
    for (build->most = SIZE_MAX;;) {
        build->out->length = before;
        build->shown = 0;
        enum atlas_status status = tilesets[tileset].build(build);
        if (status == ATLAS_OK) status = bytes_status(build->out);
        size_t length = build->out->length - before;
        if (status || length <= max || build->shown <= 1) return status;
        size_t packed = packed_bytes(build->out->data + before, length, max);
        if (packed == 0) return ATLAS_NO_MEMORY;
        if (packed <= max) return ATLAS_OK;
        build->most = (size_t)((double)build->shown * safe * (double)max / (double)packed);
    }
}

enum atlas_status tileset_tile(enum tileset tileset, const struct edition *edition,
                               const struct selection *selection, struct tile_key key,
                               const struct tile_display *display, struct bytes *out)
{
    struct tile_counts counts;
    return tileset_tile_counted(tileset, edition, selection, key, display, out, &counts);
}

enum atlas_status tileset_tile_counted(enum tileset tileset, const struct edition *edition,
                                       const struct selection *selection, struct tile_key key,
                                       const struct tile_display *display, struct bytes *out,
                                       struct tile_counts *counts)
{
    *counts = (struct tile_counts){0};
    if ((unsigned)tileset >= TILESET_COUNT || !tile_key_valid(key) || !display_valid(display))
        return ATLAS_INVALID;
    if (!tilesets[tileset].build) return ATLAS_UNSUPPORTED;
    if (!selection && tileset != TILESET_BASE) return ATLAS_INVALID;
    struct tile_build *build = take_build();
    if (!build) return ATLAS_NO_MEMORY;
    build->edition = edition;
    build->selection = selection;
    build->key = key;
    build->display = *display;
    build->counts = *counts;
    build->out = out;
    size_t before = out->length;
    tile_view_init(&build->view, key);
    build->view.fine = display->fine;
    size_t max = display->max_bytes ? display->max_bytes : TILE_MAX_BYTES;
    enum atlas_status status = build_within(build, tileset, max);
    piece_hold_end(&build->hold);
    if (status) out->length = before;
    *counts = build->counts;
    give_back(build, status);
    return status;
}

/* Appends the layers of each, none of which takes more than display->max_bytes. */
static enum atlas_status build_each(const enum tileset *asked, size_t n,
                                    const struct edition *edition,
                                    const struct selection *selection, struct tile_key key,
                                    const struct tile_display *display, struct bytes *out,
                                    struct tile_counts *counts)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < n && !status; i++)
        status = tileset_tile_counted(asked[i], edition, selection, key, display, out, &counts[i]);
    return status;
}

enum atlas_status tileset_tiles(const enum tileset *asked, size_t n, const struct edition *edition,
                                const struct selection *selection, struct tile_key key,
                                const struct tile_display *display, struct bytes *out,
                                struct tile_counts *counts)
{
    size_t before = out->length, max = display->max_bytes ? display->max_bytes : TILE_MAX_BYTES;
    enum atlas_status status = build_each(asked, n, edition, selection, key, display, out, counts);
    size_t length = out->length - before;
    if (status == ATLAS_OK && n > 1 && length > max) {
        size_t packed = gzip_bytes(out->data + before, length);
        if (packed == 0) status = ATLAS_NO_MEMORY;
        if (packed > max) {
            struct tile_display shared = *display;
            shared.max_bytes = fair_share(asked, n, max);
            out->length = before;
            status = build_each(asked, n, edition, selection, key, &shared, out, counts);
        }
    }
    if (status) out->length = before;
    return status;
}
