/* What parties name: countries, and places that only unpublished partnerships name. */
#include "tiles/edition_build.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool holds_id(const struct rows *ids, int64_t id)
{
    return ids->n > 0 && bsearch(&id, ids->data, ids->n, sizeof id, compare_ids);
}

bool edition_is_hidden(const struct edition_reading *reading, int64_t id)
{
    return holds_id(&reading->hidden, id);
}

struct naming {
    struct edition_reading *reading;
    bool *shown; /* per territory; NULL: all are */
};

/* A place that a published partnership names is shown, and what it lies in. */
static void show(const struct naming *naming, int64_t territory, int64_t partnership)
{
    struct edition_reading *reading = naming->reading;
    const char *const *parents = reading->parents.data;
    if (!naming->shown || holds_id(&reading->unpublished, partnership)) return;
    uint32_t at = edition_territory_of_id(reading->owner, territory);
    while (at != EDITION_NONE && !naming->shown[at]) {
        naming->shown[at] = true;
        at = edition_find_territory(&reading->owner->edition, parents[at]);
    }
}

static enum atlas_status visit_party(struct snapshot_row *row, void *context)
{
    const struct naming *naming = context;
    const char *side = snapshot_text(row, 2), *iso = snapshot_text(row, 3);
    if (side && strcmp(side, "foreign") == 0 && iso && *iso) {
        if (strlen(iso) != 2 || strspn(iso, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
            return snapshot_refuse(row, "has a country that is not two capital letters");
        naming->reading->countries[iso[0] - 'A'][iso[1] - 'A'] = true;
    }
    int64_t territory = snapshot_integer(row, 0, INT64_MIN, INT64_MAX, INT64_MIN);
    if (territory != INT64_MIN)
        show(naming, territory, snapshot_integer(row, 1, INT64_MIN, INT64_MAX, 0));
    return ATLAS_OK;
}

/* French authorities, countries and first-level units are there whoever names them. */
static bool may_hide(const struct edition_territory *t)
{
    bool place = t->side != SIDE_FRENCH && t->kind != KIND_COUNTRY && t->kind != KIND_ADMIN1;
    return place || strncmp(t->code, "local:", 6) == 0;
}

/* Takes the rows out that are not shown; their ids go to reading->hidden. */
static enum atlas_status take_out(struct edition_reading *reading, const bool *shown)
{
    struct edition_owner *owner = reading->owner;
    struct edition_territory *territories = owner->territories.data;
    const char **parents = reading->parents.data, **epcis = reading->epcis.data;
    size_t kept = 0;
    for (size_t i = 0; i < owner->n_file_territories; i++) {
        if (!shown[i] && may_hide(&territories[i])) {
            int64_t *id = rows_add(&reading->hidden, sizeof *id);
            if (!id) return ATLAS_NO_MEMORY;
            *id = owner->territory_ids[i];
            continue;
        }
        territories[kept] = territories[i];
        parents[kept] = parents[i];
        epcis[kept] = epcis[i];
        owner->territory_ids[kept++] = owner->territory_ids[i];
    }
    owner->n_file_territories = owner->territories.n = kept;
    return ATLAS_OK;
}

enum atlas_status edition_read_named(struct edition_reading *reading)
{
    struct naming naming = {.reading = reading};
    if (reading->unpublished.n > 0) {
        naming.shown = calloc(reading->owner->n_file_territories + 1, sizeof(bool));
        if (!naming.shown) return ATLAS_NO_MEMORY;
    }
    enum atlas_status status =
        snapshot_each(reading->snapshot, "party",
                      "SELECT territory_id, partnership_id, side, country_iso FROM party",
                      visit_party, &naming, reading->error);
    if (status == ATLAS_OK && naming.shown) status = take_out(reading, naming.shown);
    free(naming.shown);
    return status;
}
