/* One row of an answer, the same in GeoJSON, CSV, lists and tiles: what it is called, and the
 * values of its properties. The properties and their order:
 *
 *   id partnership title french_code french_name foreign_code foreign_name country themes kind
 *   status year_start year_end gender_marker french_precision foreign_precision url
 *
 * A link has one end on each side. A partnership may have several: those of its chosen links, or,
 * without a link, its chosen parties that lead or take part (all of that side where none does);
 * their codes, names, countries and precisions are then joined by ';', in the same order.
 */
#ifndef TILES_FEATURE_H
#define TILES_FEATURE_H

#include "geo/bytes.h"
#include "tiles/selection.h"

enum feature_kind {
    FEATURE_LINKS,        /* one per link */
    FEATURE_PARTNERSHIPS, /* one per partnership */
    FEATURE_TERRITORIES   /* one per territory with a chosen link or party; see territory_rows */
};

struct feature_end {
    uint32_t territory; /* EDITION_NONE for a party without place */
    uint32_t country;   /* `country:XX`, or EDITION_NONE */
    const char *code;   /* NULL without a territory */
    const char *name;   /* of the territory, else as written; NULL where nothing is said */
    uint8_t precision;  /* as published */
};

/* `(struct feature){0}` is ready for use; one is used again and again. */
struct feature {
    const struct edition *edition;
    uint64_t id;
    uint32_t partnership;        /* index */
    struct feature_end *ends[2]; /* owned; by enum side */
    size_t n_ends[2], capacity[2];
};

void feature_close(struct feature *feature);

/* Fills feature. english: names in English where there are any. */
enum atlas_status feature_of_link(const struct edition *edition, uint32_t link, bool english,
                                  struct feature *feature) ATLAS_MUST_CHECK;
enum atlas_status feature_of_partnership(const struct selection *selection, uint32_t partnership,
                                         bool english, struct feature *feature) ATLAS_MUST_CHECK;

/* The text properties of the ends, joined by ';'. */
enum feature_text { FEATURE_CODE, FEATURE_NAME, FEATURE_COUNTRY, FEATURE_PRECISION };

/* Appends the text and a NUL; false, and nothing appended, where it is unknown (null). Countries
 * are those abroad, each once. */
bool feature_text(const struct feature *feature, enum side side, enum feature_text which,
                  struct bytes *out);

/* Appends the address of a partnership's or a territory's page. base_url: e.g.
 * "https://atlas.example", or "" for addresses from the root. */
void feature_partnership_url(const struct edition_partnership *partnership, const char *base_url,
                             bool english, struct bytes *out);
void feature_territory_url(const struct edition_territory *territory, const char *base_url,
                           bool english, struct bytes *out);

#endif
