/* Choropleth: totals by area. Countries or first-level units abroad, régions or départements of the
 * French side, each with what ends in it.
 *
 * A link is counted in the area that stands for its end at the level, and in no other: a région's
 * own partnership belongs to no département, a link known by its country to no first-level unit.
 * What is left out so is counted. 0 is a fact; unknown (an amount that nobody declared, a rate
 * without a population) is NaN.
 */
#ifndef TILES_CHOROPLETH_H
#define TILES_CHOROPLETH_H

#include "tiles/group.h"
#include "tiles/tileset.h"

enum choropleth_level {
    CHOROPLETH_COUNTRY,
    CHOROPLETH_ADMIN1,
    CHOROPLETH_REGION,
    CHOROPLETH_DEPARTEMENT,
    CHOROPLETH_LEVEL_COUNT
};

struct choropleth_value {
    uint32_t area, territory; /* indexes of edition->areas and ->territories */
    uint64_t n, partnerships; /* links; distinct partnerships */
    uint32_t partners;        /* different ends within the area */
    double amount_eur;        /* 0 without links; NaN where links are and no money is known */
    uint64_t with_amount;     /* links whose money is known */
    double per_million;       /* links per million inhabitants; NaN without a population */
};

struct choropleth {
    enum choropleth_level level;
    struct choropleth_value *values; /* owned; one per area of the level, by area; 0 included */
    size_t n_values;
    uint64_t n_links;  /* in all areas together */
    uint64_t left_out; /* links of the selection in none of them: coarser, or no place at all */
};

/* The level that a map shows: the display's where it asks for one that has areas (country or admin1
 * abroad, région or département on the French side), else the zoom's: countries up to zoom 3 and
 * first-level units beyond, régions up to zoom 5 and départements beyond. */
enum choropleth_level choropleth_level_shown(const struct tile_display *display, uint8_t zoom);

/* True when the territory is an area of that level. A collectivity overseas is région and
 * département in one where no région stands above it, else the région is that of both. */
bool choropleth_is_of_level(const struct edition *edition, uint32_t territory,
                            enum choropleth_level level);

/* nature: of money, an index of VOCABULARY_NATURE. Free with choropleth_close(). */
enum atlas_status choropleth_make(const struct selection *selection, enum choropleth_level level,
                                  size_t nature, struct choropleth *choropleth) ATLAS_MUST_CHECK;
void choropleth_close(struct choropleth *choropleth); /* {0} and NULL are harmless */

#endif
