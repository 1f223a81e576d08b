#include "geo/geocode_pair.h"

#include "geo/name.h"

#include <stdio.h>
#include <string.h>

static const double most_apart_km = 30;

/* Municipalities with exactly this name. */
static enum atlas_status municipalities(struct gazetteer *gazetteer,
                                        const struct parsed_query *parsed, const char *text,
                                        size_t length, struct candidates *candidates,
                                        struct atlas_error *error)
{
    char part[PLACE_KEY_SIZE], folded[PLACE_KEY_SIZE];
    snprintf(part, sizeof part, "%.*s", (int)length, text);
    name_fold(part, folded, sizeof folded);
    if (strlen(folded) < 3) return ATLAS_OK;
    struct gazetteer_matches matches = {0};
    kind_set wanted = parsed->side == SIDE_FRENCH ? KIND_BIT(KIND_COMMUNE)
                                                  : KIND_BIT(KIND_CITY) | KIND_BIT(KIND_DISTRICT);
    enum atlas_status status =
        gazetteer_exact(gazetteer, folded, parsed->country_iso, &matches, error);
    for (size_t i = 0; i < matches.count && status == ATLAS_OK; i++)
        if (KIND_BIT(matches.items[i].territory.kind) & wanted)
            status =
                candidates_add(gazetteer, candidates, &matches.items[i], wanted, parsed, error);
    gazetteer_matches_close(&matches);
    return status;
}

/* The best pair of near neighbours; *pairs counts those with another larger place. */
static void pick_pair(const struct candidates *first, const struct candidates *second,
                      struct candidate *larger, double *apart_km, size_t *pairs)
{
    for (size_t a = 0; a < first->count; a++)
        for (size_t b = 0; b < second->count; b++) {
            const struct gazetteer_territory *x = &first->items[a].territory;
            const struct gazetteer_territory *y = &second->items[b].territory;
            double km = distance_km(x->lon_deg, x->lat_deg, y->lon_deg, y->lat_deg);
            if (!(km <= most_apart_km) || strcmp(x->code, y->code) == 0) continue;
            const struct candidate *of_both =
                x->population >= y->population ? &first->items[a] : &second->items[b];
            bool same = *pairs > 0 && strcmp(of_both->territory.code, larger->territory.code) == 0;
            if (same && km >= *apart_km) continue;
            *larger = *of_both;
            *apart_km = km;
            if (!same) (*pairs)++;
        }
}

enum atlas_status pair_find(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                            struct candidate *larger, double *apart_km, bool *found,
                            struct atlas_error *error)
{
    *found = false;
    const char *name = parsed->spelled;
    enum atlas_status status = ATLAS_OK;
    for (const char *at = name; parsed->country_iso[0] && status == ATLAS_OK; at++) {
        at = strpbrk(at, "-/");
        if (!at) break;
        struct candidates first = {0}, second = {0};
        size_t pairs = 0;
        status = municipalities(gazetteer, parsed, name, (size_t)(at - name), &first, error);
        if (status == ATLAS_OK && first.count > 0)
            status = municipalities(gazetteer, parsed, at + 1, strlen(at + 1), &second, error);
        if (status == ATLAS_OK) pick_pair(&first, &second, larger, apart_km, &pairs);
        candidates_close(&first);
        candidates_close(&second);
        if (pairs == 1) {
            *found = true;
            break;
        }
    }
    return status;
}
