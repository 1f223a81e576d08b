/* Reading a vector tile back, to paint it: layer by layer, feature by feature, with nothing copied
 * but the tables of keys and values. Bounds are checked throughout; what is malformed ends the
 * reading. (Whether a tile keeps every rule of the specification is for tiles/mvt_check.)
 *
 *   struct mvt_layer layer = {0};
 *   for (const uint8_t *at = data; mvt_read_layer(&at, data + length, &layer);)
 *       for (struct mvt_feature feature = {0}; mvt_read_feature(&layer, &feature);)
 *           mvt_read_geometry(&feature, &pen);
 *   mvt_layer_close(&layer);
 */
#ifndef TILES_MVT_READ_H
#define TILES_MVT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mvt_span { /* bytes inside the tile */
    const uint8_t *data;
    size_t length;
};

struct mvt_value {
    struct mvt_span text; /* data NULL: not a text */
    double number;        /* of a number or a boolean; NaN for a text */
};

struct mvt_layer {
    struct mvt_span name;
    uint32_t extent;
    struct mvt_span *keys; /* owned by the layer, kept for the next one */
    struct mvt_value *values;
    size_t n_keys, n_values, keys_room, values_room;
    struct mvt_span body; /* of the layer's message */
};

struct mvt_feature {
    uint64_t id; /* 0 without one */
    int type;    /* 1 point, 2 line, 3 polygon, 0 unknown */
    struct mvt_span tags, geometry;
    const uint8_t *next; /* private: where the next feature is looked for */
};

/* Reads the layer at *at and moves *at behind it. False at the end, or when what is there is no
 * layer. */
bool mvt_read_layer(const uint8_t **at, const uint8_t *end, struct mvt_layer *layer);
void mvt_layer_close(struct mvt_layer *layer);
bool mvt_layer_is(const struct mvt_layer *layer, const char *name);

/* Reads the first feature (of {0}), then each next one. */
bool mvt_read_feature(const struct mvt_layer *layer, struct mvt_feature *feature);

/* The value of a key, or NULL when the feature has none. */
const struct mvt_value *mvt_read_tag(const struct mvt_layer *layer,
                                     const struct mvt_feature *feature, const char *key);

/* Who draws: coordinates are tile units. close may be NULL. */
struct mvt_pen {
    void *context;
    void (*move_to)(void *context, int32_t x, int32_t y);
    void (*line_to)(void *context, int32_t x, int32_t y);
    void (*close)(void *context);
};

/* Draws the feature's geometry. False when it is malformed; what came before was drawn. */
bool mvt_read_geometry(const struct mvt_feature *feature, const struct mvt_pen *pen);

#endif
