/* Makes the images of an index of a country's names (geo/gazetteer_index). */
#ifndef GEO_GAZETTEER_INDEX_BUILD_H
#define GEO_GAZETTEER_INDEX_BUILD_H

#include "geo/bytes.h"
#include "geo/gazetteer.h"

#include <stdbool.h>

struct index_builder;

/* A name to add; texts are copied. */
struct index_name {
    const char *folded;
    int64_t territory_id;
    unsigned ordinal; /* among its territory's names in the order of their folds */
    enum name_kind name_kind;
    enum territory_kind kind; /* of the territory */
    int64_t population;       /* of the territory; <= 0 where not known */
};

/* The kind that a row of the table name says. */
enum name_kind gazetteer_name_kind(const char *text);

/* NULL when out of memory. Free with index_builder_free() (NULL is harmless). */
struct index_builder *index_builder_new(const char *country_iso);
void index_builder_free(struct index_builder *builder);

/* False when out of memory. */
bool index_builder_add(struct index_builder *builder, const struct index_name *added);

/* Puts what was added into two images, empty before and the caller's; to call once, last. False
 * when out of memory. */
bool index_builder_end(struct index_builder *builder, struct bytes *names, struct bytes *spellings);

#endif
