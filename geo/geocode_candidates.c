#include "geo/geocode_candidates.h"

#include "geo/array.h"
#include "geo/geocode_spelling.h"
#include "geo/name.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BITS(a, b) (KIND_BIT(a) | KIND_BIT(b))

/* Weight of a place of unknown size. Real partners are rarely that small. */
static const double unknown_population = 300;
/* What a commune of the past or a quarter is called never has the weight of today's large town. */
static const double largest_absorbed = 20000;

double distance_km(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg)
{
    const double degree = 3.14159265358979323846 / 180, radius_km = 6371.0088;
    double a = sin((lat_b_deg - lat_a_deg) * degree / 2);
    double b = sin((lon_b_deg - lon_a_deg) * degree / 2);
    double h = a * a + cos(lat_a_deg * degree) * cos(lat_b_deg * degree) * b * b;
    return 2 * radius_km * asin(fmin(1, sqrt(h)));
}

void candidates_close(struct candidates *candidates)
{
    if (!candidates) return;
    free(candidates->items);
    *candidates = (struct candidates){0};
}

static enum fit french_fit(kind_set wanted, enum territory_kind kind)
{
    if (!wanted) return FIT_ASKED;
    const kind_set communes = BITS(KIND_COMMUNE, KIND_COMMUNE);
    const kind_set groupings = BITS(KIND_EPCI, KIND_EPT);
    if (KIND_BIT(kind) & groupings && wanted & groupings) return FIT_NEAR;
    const kind_set areas = BITS(KIND_DEPARTEMENT, KIND_REGION) | KIND_BIT(KIND_COLLECTIVITE_UNIQUE);
    if (wanted & KIND_BIT(KIND_OTHER)) return FIT_STAND_IN;
    if (wanted & groupings)
        return kind == KIND_SYNDICAT                                ? FIT_NEAR
               : KIND_BIT(kind) & (communes | KIND_BIT(KIND_OTHER)) ? FIT_STAND_IN
                                                                    : FIT_NONE;
    if (wanted & communes) /* an arrondissement of Paris, Lyon or Marseille is of another kind */
        return kind == KIND_OTHER ? FIT_NEAR : KIND_BIT(kind) & areas ? FIT_STAND_IN : FIT_NONE;
    if (wanted & areas)
        return KIND_BIT(kind) & areas ? FIT_NEAR : kind == KIND_OTHER ? FIT_STAND_IN : FIT_NONE;
    return kind == KIND_OTHER ? FIT_NEAR : FIT_NONE;
}

static enum fit foreign_fit(kind_set wanted, enum territory_kind kind)
{
    if (kind == KIND_COUNTRY) return FIT_STAND_IN;
    if (!wanted) return kind == KIND_CITY ? FIT_ASKED : FIT_NEAR;
    if (wanted == KIND_BIT(KIND_COUNTRY)) return FIT_NONE;
    const kind_set second = BITS(KIND_ADMIN2, KIND_DISTRICT);
    if (wanted & KIND_BIT(KIND_CITY)) return kind == KIND_DISTRICT ? FIT_ASKED : FIT_STAND_IN;
    if (wanted & KIND_BIT(KIND_ADMIN1))
        return KIND_BIT(kind) & (second | KIND_BIT(KIND_GROUPEMENT)) ? FIT_NEAR : FIT_STAND_IN;
    if (wanted & second)
        return KIND_BIT(kind) & (second | KIND_BIT(KIND_ADMIN1)) ? FIT_NEAR : FIT_STAND_IN;
    if (wanted & KIND_BIT(KIND_GROUPEMENT))
        return KIND_BIT(kind) & BITS(KIND_ADMIN1, KIND_ADMIN2) ? FIT_NEAR : FIT_STAND_IN;
    return FIT_STAND_IN;
}

enum fit candidate_fit(kind_set wanted, enum side side, enum territory_kind kind)
{
    if (wanted & KIND_BIT(kind)) return FIT_ASKED;
    return side == SIDE_FRENCH ? french_fit(wanted, kind) : foreign_fit(wanted, kind);
}

/* The people of a place of unknown size: seats are larger, and their rank says that they are ones
 * (import/gazetteer_build.h). */
static double assumed(const struct gazetteer_territory *territory)
{
    return territory->rank >= 1500   ? unknown_population * 10
           : territory->rank >= 1200 ? unknown_population * 3
                                     : unknown_population;
}

static double weigh(const struct candidate *candidate, const struct parsed_query *parsed)
{
    static const double of_name[] = {
        [NAME_OFFICIAL] = 1,    [NAME_FRENCH] = 1, [NAME_SHORT] = 0.8,
        [NAME_ALTERNATE] = 0.1, [NAME_OLD] = 0.1,  [NAME_DELEGATED] = 0.05};
    static const double of_match[] = {
        [MATCHED_EXACTLY] = 1,     [MATCHED_WORDS] = 0.3,      [MATCHED_SPACES] = 0.3,
        [MATCHED_SOUND] = 0.1,     [MATCHED_PART] = 0.1,       [MATCHED_HEAD] = 0.05,
        [MATCHED_ONE_ERROR] = 0.1, [MATCHED_TWO_ERRORS] = 0.01};
    const struct gazetteer_territory *territory = &candidate->territory;
    double size = territory->population > 0 ? (double)territory->population : assumed(territory);
    bool of_the_past = candidate->name_kind >= NAME_OLD && territory->kind == KIND_COMMUNE;
    if (of_the_past && size > largest_absorbed) size = largest_absorbed;
    double weight = (size + 100) * of_name[candidate->name_kind] * of_match[candidate->how];
    /* In France the official list is whole, and other sources' names are of little worth. */
    if (parsed->side == SIDE_FRENCH && candidate->name_kind == NAME_ALTERNATE) weight *= 0.6;
    /* "St-Etienne" is the town, not "Saint-Étienne Métropole" without its word. */
    bool grouping = KIND_BIT(territory->kind) & BITS(KIND_EPCI, KIND_EPT);
    if (grouping && !parsed->wanted && candidate->how != MATCHED_EXACTLY) weight *= 0.05;
    if (parsed->side == SIDE_FOREIGN && territory->kind == KIND_DISTRICT) weight *= 0.2;
    if (territory->kind == KIND_ADMIN1) weight *= 2;
    if (!parsed->accented) return weight;
    char spelled[PLACE_KEY_SIZE];
    name_lower(candidate->name, spelled, sizeof spelled);
    return strcmp(spelled, parsed->spelled) == 0 ? weight * 4 : weight;
}

static struct candidate *find(struct candidates *candidates, const char *code)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (strcmp(candidates->items[i].territory.code, code) == 0) return &candidates->items[i];
    return NULL;
}

static struct candidate *append(struct candidates *candidates)
{
    if (!ARRAY_RESERVE(candidates->items, candidates->count + 1, &candidates->capacity))
        return NULL;
    struct candidate *candidate = &candidates->items[candidates->count];
    memset(candidate, 0, sizeof *candidate);
    return candidate;
}

static bool is_overseas(const char *code)
{
    static const char *const prefixes[] = {"dep:97", "dep:98", "com:97",
                                           "com:98", "reg:0",  "reg:9"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(code, prefixes[i], strlen(prefixes[i])) == 0)
            return strcmp(code, "reg:93") != 0 && strcmp(code, "reg:94") != 0;
    return strncmp(code, "epci:", 5) == 0 || strncmp(code, "siren:", 6) == 0;
}

enum atlas_status candidates_add(struct gazetteer *gazetteer, struct candidates *candidates,
                                 const struct gazetteer_match *match, kind_set wanted,
                                 const struct parsed_query *parsed, struct atlas_error *error)
{
    struct gazetteer_territory today = match->territory;
    bool replaced = false;
    for (int step = 0; today.replaced_by[0] && step < 3; step++) {
        char code[64];
        memcpy(code, today.replaced_by, sizeof code);
        enum atlas_status status = gazetteer_by_code(gazetteer, code, &today, error);
        if (status == ATLAS_NOT_FOUND) break;
        if (status != ATLAS_OK) return status;
        replaced = true;
    }
    struct candidate candidate = {.territory = today,
                                  .how = match->how,
                                  .name_kind = match->name_kind,
                                  .replaced = replaced,
                                  .fit = candidate_fit(wanted, parsed->side, today.kind)};
    /* The département of Paris is today the city. */
    enum fit then = candidate_fit(wanted, parsed->side, match->territory.kind);
    if (then > candidate.fit) candidate.fit = then;
    if (replaced && candidate.name_kind < NAME_OLD)
        candidate.name_kind = match->territory.kind == KIND_COMMUNE ? NAME_DELEGATED : NAME_OLD;
    memcpy(candidate.name, match->name, sizeof candidate.name);
    if (candidate.fit == FIT_NONE || (parsed->only_overseas && !is_overseas(today.code)))
        return ATLAS_OK;
    candidate.weight = weigh(&candidate, parsed);
    struct candidate *known = find(candidates, today.code);
    if (known && known->weight >= candidate.weight) return ATLAS_OK;
    struct candidate *place = known ? known : append(candidates);
    if (!place) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    *place = candidate;
    if (!known) candidates->count++;
    return ATLAS_OK;
}

static int compare(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->fit != y->fit) return x->fit > y->fit ? -1 : 1;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return strcmp(x->territory.code, y->territory.code);
}

void candidates_sort(struct candidates *candidates)
{
    if (candidates->count > 1)
        qsort(candidates->items, candidates->count, sizeof *candidates->items, compare);
}

/* What is only also called so weighs little beside a town that bears the name, however large it is:
 * Jerusalem is also called Ariel. Beside a village both stay possible. */
static void discount_also_called(struct candidates *candidates)
{
    const int64_t town = 5000;
    const struct candidate *named = NULL;
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *candidate = &candidates->items[i];
        if (candidate->name_kind <= NAME_SHORT && candidate->how == MATCHED_EXACTLY &&
            (!named || candidate->weight > named->weight))
            named = candidate;
    }
    if (!named) return;
    double most = named->weight * (named->territory.population >= town ? 0.2 : 0.5);
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *candidate = &candidates->items[i];
        if (candidate->name_kind == NAME_ALTERNATE && candidate->weight > most)
            candidate->weight = most;
    }
}

/* The town that a first-level unit is called after, and in which it lies, is meant before its
 * homonyms elsewhere in the country. */
static void favour_namesake_of_unit(struct candidates *candidates)
{
    const double times = 5;
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *city = &candidates->items[i];
        const struct candidate *unit = find(candidates, city->territory.parent_code);
        if (city->territory.kind == KIND_CITY && city->how == MATCHED_EXACTLY && unit &&
            unit->territory.kind == KIND_ADMIN1 && unit->how == MATCHED_EXACTLY)
            city->weight *= times;
    }
}

enum atlas_status candidates_weigh_fame(struct gazetteer *gazetteer, struct candidates *candidates,
                                        struct atlas_error *error)
{
    /* Grows with the fourth root: on the twinnings of the tests anything from the eighth root to
     * the square root does better than size alone. */
    const double most_names = 20, negligible = 0.01, far_ahead = 0.98;
    double all = 0;
    for (size_t i = 0; i < candidates->count; i++)
        all += candidates->items[i].weight;
    if (candidates->count < 2 || candidates->items[0].weight >= far_ahead * all) return ATLAS_OK;
    double least = candidates->items[0].weight * negligible;
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *candidate = &candidates->items[i];
        if (candidate->weight < least) continue;
        int names;
        enum atlas_status status =
            gazetteer_count_names(gazetteer, candidate->territory.id, &names, error);
        if (status != ATLAS_OK) return status;
        candidate->weight *= sqrt(sqrt(fmin(fmax(names, 1), most_names)));
    }
    candidates_sort(candidates);
    return ATLAS_OK;
}

/* Keeps the best fit. */
static void keep_best_fit(struct candidates *candidates)
{
    candidates_sort(candidates);
    size_t kept = 0;
    while (kept < candidates->count && candidates->items[kept].fit == candidates->items[0].fit)
        kept++;
    candidates->count = kept;
}

enum atlas_status candidates_merge(struct candidates *candidates, const struct candidates *others,
                                   struct atlas_error *error)
{
    enum fit fit = candidates->count ? candidates->items[0].fit : FIT_NONE;
    enum name_match how = candidates->count ? candidates->items[0].how : MATCHED_TWO_ERRORS;
    for (size_t i = 0; i < others->count; i++) {
        const struct candidate *other = &others->items[i];
        if (other->fit < fit || other->how > how || find(candidates, other->territory.code))
            continue;
        struct candidate *place = append(candidates);
        if (!place) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        *place = *other;
        candidates->count++;
    }
    keep_best_fit(candidates);
    discount_also_called(candidates);
    candidates_sort(candidates);
    return ATLAS_OK;
}

static enum atlas_status add_all(struct gazetteer *gazetteer, struct candidates *candidates,
                                 const struct gazetteer_matches *matches, kind_set wanted,
                                 const struct parsed_query *parsed, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < matches->count && status == ATLAS_OK; i++)
        status = candidates_add(gazetteer, candidates, &matches->items[i], wanted, parsed, error);
    return status;
}

static bool has_fit(const struct candidates *candidates, enum fit fit)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].fit >= fit) return true;
    return false;
}

/* In France a name that only another source has is no stronger than the beginning of an official
 * one: both are weighed together. */
static bool only_weak_names(const struct candidates *candidates, enum side side)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (side == SIDE_FOREIGN || candidates->items[i].name_kind != NAME_ALTERNATE) return false;
    return candidates->count > 0;
}

/* "City of Rochester" is among the other names of one Rochester, and says no more than Rochester.
 */
static bool is_stock_phrase(const struct parsed_query *parsed, size_t form,
                            const struct candidates *candidates)
{
    if (form > 0 || !parsed->type_of_name || !(parsed->wanted & KIND_BIT(KIND_CITY))) return false;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].name_kind < NAME_ALTERNATE) return false;
    return true;
}

/* Looks every form up in one way until a form gives what was asked for. */
static enum atlas_status look_up(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                                 const char *country_iso, unsigned ways, int64_t inhabitants,
                                 struct candidates *candidates, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < parsed->n_forms && status == ATLAS_OK; i++) {
        struct gazetteer_matches matches = {0};
        const char *folded = parsed->forms[i].folded;
        bool exact = ways == 1u << MATCHED_EXACTLY;
        /* The keys of other ways are without type words: what those say holds for every form. */
        kind_set wanted = exact ? parsed->forms[i].wanted : parsed->wanted;
        if (exact)
            status = gazetteer_exact(gazetteer, folded, country_iso[0] ? country_iso : NULL,
                                     &matches, error);
        else
            status = gazetteer_similar(gazetteer, folded, country_iso, ways, inhabitants, &matches,
                                       error);
        if (status == ATLAS_OK)
            status = add_all(gazetteer, candidates, &matches, wanted, parsed, error);
        gazetteer_matches_close(&matches);
        bool found = has_fit(candidates, FIT_ASKED) && !only_weak_names(candidates, parsed->side);
        if (found && !(exact && is_stock_phrase(parsed, i, candidates))) break;
    }
    return status;
}

/* Takes a later tier's candidates instead of the earlier ones, if they are better: a worse
 * spelling of the kind asked for beats an exact name of another level. Weak ones stay beside. */
static enum atlas_status take_over(struct candidates *candidates, struct candidates *found,
                                   bool weak, struct atlas_error *error)
{
    bool better = candidates->count == 0 || (!weak && has_fit(found, FIT_ASKED));
    if (found->count > 0 && better) {
        struct candidates earlier = *candidates;
        *candidates = *found;
        *found = earlier;
        return ATLAS_OK;
    }
    for (size_t i = 0; i < found->count && weak; i++) {
        if (find(candidates, found->items[i].territory.code)) continue;
        struct candidate *place = append(candidates);
        if (!place) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        *place = found->items[i];
        candidates->count++;
    }
    return ATLAS_OK;
}

/* A village called Évry, Aix or Romans is rarely meant where a town's name begins so: the town is a
 * rival, though never accepted over the village. */
static enum atlas_status add_larger_namesakes(struct gazetteer *gazetteer,
                                              const struct parsed_query *parsed,
                                              struct candidates *candidates,
                                              struct atlas_error *error)
{
    const int64_t village = 5000, times = 10;
    if (candidates->count == 0 || candidates->items[0].how > MATCHED_SPACES ||
        candidates->items[0].territory.kind != KIND_COMMUNE ||
        candidates->items[0].territory.population >= village)
        return ATLAS_OK;
    int64_t least = times * (candidates->items[0].territory.population + 100);
    struct candidates found = {0};
    enum atlas_status status =
        look_up(gazetteer, parsed, "FR", 1u << MATCHED_PART, least, &found, error);
    size_t kept = 0;
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i].fit == candidates->items[0].fit) found.items[kept++] = found.items[i];
    found.count = kept;
    if (status == ATLAS_OK) status = take_over(candidates, &found, true, error);
    candidates_close(&found);
    candidates_sort(candidates);
    return status;
}

/* Whether nothing was met better than by its sound. */
static bool met_by_sound(const struct candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].how != MATCHED_SOUND) return false;
    return candidates->count > 0;
}

enum atlas_status candidates_collect(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                                     const char *country_iso, struct candidates *candidates,
                                     struct atlas_error *error)
{
    static const unsigned tiers[] = {
        1u << MATCHED_EXACTLY,
        1u << MATCHED_WORDS | 1u << MATCHED_SPACES,
        1u << MATCHED_SOUND | 1u << MATCHED_PART | 1u << MATCHED_HEAD,
        1u << MATCHED_ONE_ERROR,
        1u << MATCHED_TWO_ERRORS,
    };
    bool fixed = spelling_is_fixed(country_iso);
    enum atlas_status status = ATLAS_OK;
    for (size_t tier = 0; tier < sizeof tiers / sizeof *tiers && status == ATLAS_OK; tier++) {
        if (tier > 0 && !country_iso[0]) break; /* errors are only looked for within a country */
        bool weak = only_weak_names(candidates, parsed->side);
        if (tier > 1 && tier < 3 && !weak && has_fit(candidates, FIT_NEAR)) break;
        bool sound = fixed && met_by_sound(candidates);
        if (tier > (sound ? 3 : 2) && candidates->count > 0) break;
        struct candidates found = {0};
        status = look_up(gazetteer, parsed, country_iso, tiers[tier], 0, &found, error);
        if (status == ATLAS_OK) status = take_over(candidates, &found, weak || sound, error);
        candidates_close(&found);
        if (has_fit(candidates, FIT_ASKED) && !only_weak_names(candidates, parsed->side) &&
            !(tier < 3 && fixed && met_by_sound(candidates)))
            break;
    }
    if (status == ATLAS_OK) {
        if (country_iso[0]) favour_namesake_of_unit(candidates);
        keep_best_fit(candidates);
        discount_also_called(candidates);
        candidates_sort(candidates);
    }
    if (status == ATLAS_OK && parsed->side == SIDE_FRENCH)
        status = add_larger_namesakes(gazetteer, parsed, candidates, error);
    return status;
}
