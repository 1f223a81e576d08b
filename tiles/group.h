/* The one aggregator: every total shown anywhere comes from here, or from tiles/link_table for
 * maps.
 *
 * Groups what a selection chose by a property or by territory and gives, per group, n (links),
 * partnerships (distinct) and amount_eur (known money of one nature, each partnership's amount
 * shared evenly over all its links). n and amounts add up over groups; partnerships does not.
 */
#ifndef TILES_GROUP_H
#define TILES_GROUP_H

#include "tiles/selection.h"

struct totals {
    uint64_t n;
    uint64_t partnerships;
    double amount_eur;    /* sum of what is known */
    uint64_t with_amount; /* links whose partnership has a known amount of that nature; 0 means that
                             amount_eur is unknown, not zero */
};

struct group {
    uint32_t key[2]; /* as given by the caller's key arrays; EDITION_NONE is a group too */
    struct totals totals;
};

struct groups {
    struct group *groups; /* owned; sorted by key[0], then key[1] */
    size_t n;
};

void groups_close(struct groups *groups);

/* nature: "prevu", "attribue", "verse", "cumul", or NULL: then amounts are left at 0. Money of a
 * partnership without any link belongs to no link and is in no amount.
 *
 * Totals of the whole selection; partnerships counts every chosen one, with or without links. */
enum atlas_status group_all(const struct selection *selection, const char *nature,
                            struct totals *totals) ATLAS_MUST_CHECK;

/* Links and distinct partnerships of the selection, with or without links, by a property. One with
 * several themes counts once under each, and once under each ancestor. Groups in the order of their
 * keys, EDITION_NONE last; those with neither link nor partnership are left out. */
enum group_property {
    GROUP_THEME, /* key: index of edition->themes; EDITION_NONE: without any */
    GROUP_YEAR,  /* key: year; a partnership counts in each year it lives in, from the first
                    declared year of the edition to the year of its date; EDITION_NONE undated */
    GROUP_KIND,  /* key: index of tiles/vocabulary; EDITION_NONE: not said */
    GROUP_STATUS,
    GROUP_MODE,
    GROUP_GENDER,   /* key: 0, 1, 2; EDITION_NONE: unknown */
    GROUP_COUNTRY,  /* key: territory of the partner's country; parties, with or without links */
    GROUP_REGION,   /* key: at_level[FRENCH_REGION] of the French parties, likewise */
    GROUP_PRECISION /* key: enum precision: of a link, the coarser of its ends; of a partnership,
                       that of its most precise chosen link, none without one */
};
enum atlas_status group_by_property(const struct selection *selection, enum group_property property,
                                    const char *nature, struct groups *groups) ATLAS_MUST_CHECK;

/* By territory (key[0]): links that end there, partnerships with a chosen link or party
 * (selection_has_party) there. A link counts at both its ends. */
enum atlas_status group_territories(const struct selection *selection,
                                    struct groups *groups) ATLAS_MUST_CHECK;

/* How many different authorities (French) and partners (abroad) lead or take part, whether by a
 * party or as the end of a link, and in how many countries parties abroad are. */
struct distinct {
    size_t authorities, partners, countries;
};
enum atlas_status group_distinct(const struct selection *selection,
                                 struct distinct *distinct) ATLAS_MUST_CHECK;

#endif
