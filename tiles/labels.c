#include "tiles/labels.h"

#include <math.h>
#include <stdlib.h>

enum { NEVER = MERCATOR_MAX_ZOOM + 1 };

/* The zoom from which a territory is named. */
static unsigned labelled_from(const struct edition_territory *t)
{
    switch ((enum territory_kind)t->kind) {
    case KIND_COUNTRY:
        return t->population >= 20000000  ? 0
               : t->population >= 5000000 ? 2
               : t->population >= 1000000 ? 3
                                          : 4;
    case KIND_REGION:
    case KIND_COLLECTIVITE_UNIQUE:
        return REGIONS_FROM_ZOOM;
    case KIND_DEPARTEMENT:
        return DEPARTEMENTS_FROM_ZOOM;
    case KIND_COMMUNE:
    case KIND_CITY:
        /* A place that is only known as the middle of an area would be named in the wrong spot. */
        if (t->precision != PRECISION_EXACT) return NEVER;
        return t->population >= 400000   ? 5
               : t->population >= 100000 ? 7
               : t->population >= 20000  ? 9
               : t->population >= 5000   ? 10
                                         : 12;
    default:
        return NEVER;
    }
}

enum atlas_status label_list_build(const struct edition *edition, struct label_list *list)
{
    struct label_list built = {0};
    uint32_t n = 0;
    built.labels = malloc((edition->n_territories + 1) * sizeof *built.labels);
    if (!built.labels) return ATLAS_NO_MEMORY;
    for (unsigned zoom = 0; zoom <= MERCATOR_MAX_ZOOM; zoom++) {
        for (uint32_t i = 0; i < edition->n_territories; i++) {
            const struct edition_territory *t = &edition->territories[i];
            if (!isnan(t->lon_deg) && labelled_from(t) == zoom)
                built.labels[n++] = (struct label){fixed_point_of(t->world), i};
        }
        built.n_at_zoom[zoom] = n;
    }
    *list = built;
    return ATLAS_OK;
}

void label_list_close(struct label_list *list)
{
    if (!list) return;
    free(list->labels);
    *list = (struct label_list){0};
}
