/* Links of an edition, in the order that makes flows of most levels lie together. */
#include "tiles/edition_build.h"

#include <stdlib.h>
#include <string.h>

static enum atlas_status visit_link(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_owner *owner = reading->owner;
    uint32_t partnership =
        edition_partnership_of_id(reading, snapshot_integer(row, 1, 1, INT64_MAX, 0));
    if (partnership == EDITION_NONE) return ATLAS_OK; /* of one that is not published */
    struct edition_link *link = rows_add(&owner->links, sizeof *link);
    if (!link) return ATLAS_NO_MEMORY;
    const struct edition_territory *territories = owner->edition.territories;
    const struct edition_partnership *p =
        (const struct edition_partnership *)owner->partnerships.data + partnership;
    link->id = (uint64_t)snapshot_integer(row, 0, 1, INT64_MAX, 0);
    link->partnership = partnership;
    link->french =
        edition_territory_of_id(owner, snapshot_integer(row, 2, INT64_MIN, INT64_MAX, 0));
    uint32_t foreign =
        edition_territory_of_id(owner, snapshot_integer(row, 3, INT64_MIN, INT64_MAX, 0));
    if (link->french == EDITION_NONE || foreign == EDITION_NONE)
        return snapshot_refuse(row, "ends in no known territory");
    if (territories[link->french].side != SIDE_FRENCH || territories[foreign].side != SIDE_FOREIGN)
        return snapshot_refuse(row, "does not lead from the French side abroad");
    link->foreign =
        edition_publishable(&owner->edition, foreign, (enum precision)p->published_precision);
    link->french_precision = territories[link->french].precision;
    link->foreign_precision = territories[link->foreign].precision;
    if (link->foreign_precision < p->published_precision)
        link->foreign_precision = p->published_precision;
    link->placed =
        link->french_precision <= PRECISION_COUNTRY && link->foreign_precision <= PRECISION_COUNTRY;
    link->drawn =
        link->french_precision <= PRECISION_AREA && link->foreign_precision <= PRECISION_AREA;
    return ATLAS_OK;
}

/* What links are sorted by. */
struct link_key {
    uint32_t areas[6]; /* region, country, département, admin1, French, foreign */
    uint64_t id;
    uint32_t row;
};

static int compare_link_keys(const void *a, const void *b)
{
    const struct link_key *left = a, *right = b;
    for (int i = 0; i < 6; i++)
        if (left->areas[i] != right->areas[i]) return left->areas[i] < right->areas[i] ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static enum atlas_status sort_links(struct edition_owner *owner)
{
    size_t n = owner->links.n;
    const struct edition_territory *territories = owner->edition.territories;
    struct edition_link *given = owner->links.data;
    struct link_key *keys = malloc((n ? n : 1) * sizeof *keys);
    struct edition_link *sorted = malloc((n ? n : 1) * sizeof *sorted);
    if (!keys || !sorted) {
        free(keys);
        free(sorted);
        return ATLAS_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *french = territories[given[i].french].at_level;
        const uint32_t *foreign = territories[given[i].foreign].at_level;
        keys[i] = (struct link_key){{french[FRENCH_REGION], foreign[FOREIGN_COUNTRY],
                                     french[FRENCH_DEPARTEMENT], foreign[FOREIGN_ADMIN1],
                                     given[i].french, given[i].foreign},
                                    given[i].id,
                                    (uint32_t)i};
    }
    if (n) qsort(keys, n, sizeof *keys, compare_link_keys);
    for (size_t i = 0; i < n; i++)
        sorted[i] = given[keys[i].row];
    free(keys);
    free(given);
    owner->links = (struct rows){sorted, n, n ? n : 1};
    return ATLAS_OK;
}

struct link_place {
    uint64_t id;
    uint32_t partnership, link;
};

static int compare_link_places(const void *a, const void *b)
{
    const struct link_place *left = a, *right = b;
    if (left->partnership != right->partnership)
        return left->partnership < right->partnership ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

/* Lists the links of each partnership. */
static enum atlas_status list_by_partnership(struct edition_owner *owner)
{
    size_t n = owner->links.n;
    struct edition_partnership *partnerships = owner->partnerships.data;
    struct edition_link *links = owner->links.data;
    struct link_place *places = malloc((n ? n : 1) * sizeof *places);
    uint32_t *links_of = malloc((n ? n : 1) * sizeof *links_of);
    owner->links_of = (struct rows){links_of, n, n ? n : 1};
    if (!places || !links_of) {
        free(places);
        return ATLAS_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        places[i] = (struct link_place){links[i].id, links[i].partnership, (uint32_t)i};
    if (n) qsort(places, n, sizeof *places, compare_link_places);
    for (size_t i = 0; i < n; i++) {
        struct edition_partnership *p = &partnerships[places[i].partnership];
        if (p->n_links++ == 0) p->first_link = (uint32_t)i;
        links_of[i] = places[i].link;
    }
    free(places);
    for (size_t i = 0; i < n; i++)
        links[i].weight = 1.0F / (float)partnerships[links[i].partnership].n_links;
    return ATLAS_OK;
}

enum atlas_status edition_read_links(struct edition_reading *reading)
{
    reading->last_partnership = 0;
    enum atlas_status status =
        snapshot_each(reading->snapshot, "link",
                      "SELECT id, partnership_id, french_id, foreign_id FROM link ORDER BY id",
                      visit_link, reading, reading->error);
    if (status == ATLAS_OK) status = sort_links(reading->owner);
    if (status == ATLAS_OK) status = list_by_partnership(reading->owner);
    return status;
}
