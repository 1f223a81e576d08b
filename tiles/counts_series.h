/* Parts of /counts.json for the bars beside the map: themes over the years, and the territories
 * with most partnerships.
 *
 * "theme-year": [{"key","label_fr","label_en","partnerships","years":{"2004":3,…}}], the top themes
 * (those without a parent) with at least one partnership, by falling number; per year the distinct
 * partnerships that live in it.
 *
 * "authority", "partner": [{"key","label_fr","label_en","country","n","partnerships"}], the
 * COUNTS_SERIES_MOST French territories, or places abroad finer than a country, with most
 * partnerships; key is what the filters `authority` and `partner` take.
 */
#ifndef TILES_COUNTS_SERIES_H
#define TILES_COUNTS_SERIES_H

#include "tiles/json.h"
#include "tiles/selection.h"

#define COUNTS_SERIES_MOST 20

/* Each writes its array as the next value. ATLAS_NO_MEMORY. */
enum atlas_status counts_write_theme_years(const struct selection *selection,
                                           struct json *json) ATLAS_MUST_CHECK;
enum atlas_status counts_write_top(const struct selection *selection, enum side side,
                                   struct json *json) ATLAS_MUST_CHECK;

#endif
