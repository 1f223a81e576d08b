/* Chosen links, partnerships or territories as a table: CSV (RFC 4180) in UTF-8 with a header,
 * written in blocks. The same rows in the same order as tiles/geojson; links and partnerships with
 * the properties of tiles/feature, territories with
 *
 *   code name side kind generic country parent precision radius_km population n partnerships lon
 *   lat url
 *
 * Unknown is an empty cell; themes are joined by ';'. A text that a spreadsheet would take for a
 * formula (it starts with = + - @, a tab or a carriage return) gets a ' before it.
 */
#ifndef TILES_TABLE_H
#define TILES_TABLE_H

#include "tiles/feature.h"
#include "tiles/group.h"

struct table {
    const struct selection *selection; /* borrowed, as is base_url */
    enum feature_kind kind;
    const char *base_url;
    bool english, begun, ended;
    size_t partnership, link, row; /* where to go on */
    struct feature feature;
    struct groups territories;
    struct bytes text;
    size_t cells; /* written of the row at hand */
};

enum atlas_status table_begin(struct table *table, const struct selection *selection,
                              enum feature_kind kind, const char *base_url,
                              bool english) ATLAS_MUST_CHECK;

/* Appends at least `block` bytes, or what is left; *more: whether anything is left. */
enum atlas_status table_next(struct table *table, size_t block, struct bytes *out,
                             bool *more) ATLAS_MUST_CHECK;
void table_close(struct table *table);

#endif
