/* All that the atlas says about one partnership, as JSON: for the panel, its page and its readers.
 * Unknown is null, never 0 and never left out. */
#ifndef TILES_FACTS_H
#define TILES_FACTS_H

#include "geo/bytes.h"
#include "tiles/edition.h"

/* Appends the object of edition->partnerships[partnership]: identity, words with their labels in
 * both languages, years (declared, and the span that `year` filters by), themes, parties with their
 * territories, links, fundings, source, edition. base_url: see tiles/feature.h. */
enum atlas_status facts_write(const struct edition *edition, uint32_t partnership,
                              const char *base_url, bool english,
                              struct bytes *out) ATLAS_MUST_CHECK;

#endif
