#include "geo/geocode_decide.h"

#include "geo/geocode_answer.h"
#include "geo/geocode_hints.h"
#include "geo/geocode_namesakes.h"
#include "geo/geocode_pair.h"
#include "geo/geocode_spelling.h"
#include "geo/name.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* How much of the weight of all homonyms the best one must have to be accepted without a word
 * from the file: settled on the gold files so that at most one in two hundred is wrong. */
static const double share_needed[] = {
    [MATCHED_EXACTLY] = 0.70,   [MATCHED_WORDS] = 0.85,      [MATCHED_SPACES] = 0.85,
    [MATCHED_SOUND] = 0.92,     [MATCHED_PART] = 0.92,       [MATCHED_HEAD] = 0.95,
    [MATCHED_ONE_ERROR] = 0.92, [MATCHED_TWO_ERRORS] = 0.95,
};
/* … where another level stands in for the one asked for or no country is said, or where what
 * follows the name is vouched for by the neighbours. */
static const double share_of_stand_in = 0.9, share_vouched_for = 0.85;
/* … where the file says more about where it lies than is understood. */
static const double share_with_riddle = 0.95;

static const char *const match_words[] = {
    [MATCHED_EXACTLY] = "exact name",         [MATCHED_WORDS] = "same words",
    [MATCHED_SPACES] = "same letters",        [MATCHED_SOUND] = "another transliteration",
    [MATCHED_PART] = "part of a long name",   [MATCHED_HEAD] = "beginning of the name",
    [MATCHED_ONE_ERROR] = "one typing error", [MATCHED_TWO_ERRORS] = "two typing errors",
};

static const double match_scores[] = {
    [MATCHED_EXACTLY] = 1,      [MATCHED_WORDS] = 0.95,     [MATCHED_SPACES] = 0.95,
    [MATCHED_SOUND] = 0.85,     [MATCHED_PART] = 0.8,       [MATCHED_HEAD] = 0.75,
    [MATCHED_ONE_ERROR] = 0.85, [MATCHED_TWO_ERRORS] = 0.7,
};

/* Points this near are one place that two sources have. */
static const double same_place_km = 10;
/* How far a place of another level may be from what was meant. */
static const double stand_in_radius_km = 50;

/* The smallest area in which all candidates lie, else the country. */
static enum atlas_status answer_shared_area(struct gazetteer *gazetteer,
                                            const struct parsed_query *parsed,
                                            const struct candidates *candidates,
                                            struct place_answer *answer, struct atlas_error *error)
{
    char code[64];
    memcpy(code, candidates->items[0].territory.parent_code, sizeof code);
    for (int level = 0; level < 3 && code[0]; level++) {
        bool all = true;
        enum atlas_status status = ATLAS_OK;
        for (size_t i = 0; i < candidates->count && all && status == ATLAS_OK; i++)
            status =
                gazetteer_inside(gazetteer, candidates->items[i].territory.code, code, &all, error);
        if (status != ATLAS_OK) return status;
        if (all) return answer_coarsely(gazetteer, code, answer, error);
        struct gazetteer_territory area;
        status = gazetteer_by_code(gazetteer, code, &area, error);
        if (status == ATLAS_NOT_FOUND) break;
        if (status != ATLAS_OK) return status;
        memcpy(code, area.parent_code, sizeof code);
    }
    return answer_country(gazetteer, parsed->country_iso, answer, error);
}

/* Drops the candidates that a hint speaks against, hint by hint, as long as one remains.
 * *against: a hint fits none of them. */
static enum atlas_status apply_hints(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                                     const struct hints *hints, struct candidates *candidates,
                                     bool *helped, bool *against, struct atlas_error *error)
{
    *helped = *against = false;
    char folded[PLACE_KEY_SIZE] = "";
    if (candidates->count > 0) name_fold(candidates->items[0].name, folded, sizeof folded);
    bool whole = parsed->n_forms > 0 && strcmp(folded, parsed->forms[0].folded) == 0;
    for (size_t h = 0; h < hints->count; h++) {
        if (hints->items[h].of_name && whole) continue;
        size_t kept = 0;
        for (size_t i = 0; i < candidates->count; i++) {
            bool agrees = false;
            enum atlas_status status = hint_agrees(gazetteer, &hints->items[h],
                                                   &candidates->items[i].territory, &agrees, error);
            if (status != ATLAS_OK) return status;
            if (!agrees) continue;
            struct candidate moved = candidates->items[kept];
            candidates->items[kept++] = candidates->items[i];
            if (kept - 1 != i) candidates->items[i] = moved;
        }
        if (kept == 0)
            *against = *against || hint_contradicts(&hints->items[h]);
        else {
            *helped = true;
            candidates->count = kept;
        }
        candidates_sort(candidates);
    }
    return ATLAS_OK;
}

/* Whether b is the same place as a, or the area around it or in it that is called after it, so that
 * it does not speak against it. */
static bool same_place(const struct candidate *a, const struct candidate *b)
{
    bool nested = strcmp(a->territory.parent_code, b->territory.code) == 0 ||
                  strcmp(b->territory.parent_code, a->territory.code) == 0;
    if (nested && a->territory.side == SIDE_FOREIGN) return true;
    double km = distance_km(a->territory.lon_deg, a->territory.lat_deg, b->territory.lon_deg,
                            b->territory.lat_deg);
    return km < (a->territory.side == SIDE_FRENCH ? 1 : same_place_km);
}

/* The best candidate's part of all weight, and the first that is another place. */
static double share_of_best(const struct candidates *candidates, const struct candidate **rival)
{
    double all = 0;
    *rival = NULL;
    for (size_t i = 1; i < candidates->count; i++) {
        const struct candidate *other = &candidates->items[i];
        if (same_place(&candidates->items[0], other)) continue;
        if (!*rival) *rival = other;
        all += other->weight;
    }
    double best = candidates->items[0].weight;
    return best / (best + all);
}

void decide_list_candidates(const struct candidates *candidates, struct place_answer *answer)
{
    double all = 0;
    for (size_t i = 0; i < candidates->count; i++)
        all += candidates->items[i].weight;
    for (size_t i = 0; i < candidates->count && i < GEOCODE_MAX_CANDIDATES; i++) {
        const struct candidate *candidate = &candidates->items[i];
        answer_fill_place(&candidate->territory,
                          match_scores[candidate->how] * candidate->weight / all,
                          &answer->candidates[i]);
        answer->n_candidates = i + 1;
    }
}

static void say_kind(const struct parsed_query *parsed, const struct candidate *best,
                     struct place_answer *answer)
{
    if (best->fit == FIT_STAND_IN)
        answer_say(answer, "; no such place of the kind asked for, so the %s of that name",
                   territory_kind_text(best->territory.kind));
    else if (parsed->wanted && !(parsed->wanted & KIND_BIT(best->territory.kind)))
        answer_say(answer, "; found as %s", territory_kind_text(best->territory.kind));
}

void decide_accept(const struct parsed_query *parsed, const struct candidate *best, double share,
                   struct place_answer *answer)
{
    answer->status = MATCH_ACCEPTED;
    double score = match_scores[best->how] * (best->fit == FIT_STAND_IN ? 0.7 : 1);
    answer_fill_place(&best->territory, score * (0.5 + share / 2), &answer->place);
    if (best->territory.kind == KIND_COUNTRY) answer->place.precision = PRECISION_COUNTRY;
    if (best->fit == FIT_STAND_IN && answer->place.precision == PRECISION_EXACT) {
        answer->place.precision = PRECISION_AREA;
        answer->place.radius_km = fmax(stand_in_radius_km, best->territory.radius_km);
    }
    say_kind(parsed, best, answer);
    char met[PLACE_KEY_SIZE], shown[PLACE_KEY_SIZE];
    name_fold(best->name, met, sizeof met);
    name_fold(best->territory.name_fr, shown, sizeof shown);
    if (best->name[0] && strcmp(met, shown) != 0) {
        snprintf(answer->via, sizeof answer->via, "%s", best->name);
        answer_say(answer, "; via %s", best->name);
    }
    if (best->territory.of_the_past) { /* Yên Bái, since 2025 in Lào Cai */
        snprintf(answer->via, sizeof answer->via, "%s", best->name);
        answer_say(answer, "; via %s, a unit of the past, today in %s", best->name,
                   best->territory.parent_code);
    }
    if (best->replaced) answer_say(answer, ", today %s", best->territory.name_fr);
}

/* "Aken (Elbe)" is written so to be told from other places of that name: a place that is only also
 * called so is not what is meant, unless the qualifier says so. */
static bool drop_also_called(const struct parsed_query *parsed, bool helped,
                             struct candidates *candidates)
{
    bool qualified = false;
    char met[PLACE_KEY_SIZE];
    struct place_type type;
    for (size_t i = 0; i < parsed->n_hints; i++) {
        name_fold(parsed->hints[i].text, met, sizeof met);
        qualified |= parsed->hints[i].of_name && !place_type_parse(met, &type);
    }
    name_fold(candidates->items[0].name, met, sizeof met);
    if (!qualified || helped || strcmp(met, parsed->forms[0].folded) == 0) return true;
    size_t kept = 0;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].name_kind < NAME_ALTERNATE)
            candidates->items[kept++] = candidates->items[i];
    if (kept > 0) candidates->count = kept;
    return kept > 0;
}

/* A longer name never wins over a place that bears exactly the name. */
static bool beats_namesake(const struct candidates *candidates)
{
    bool namesake = false;
    for (size_t i = 1; i < candidates->count; i++)
        namesake |= candidates->items[i].how < MATCHED_PART;
    return candidates->items[0].how == MATCHED_PART && namesake;
}

/* In France a name alone does not say whether the département or the town is meant; that no hamlet
 * of the name of a région is meant, it does. */
static bool levels_apart(const struct parsed_query *parsed, const struct candidate *best,
                         const struct candidate *rival, double share)
{
    const double beyond_doubt = 0.98;
    return rival && share < beyond_doubt && !parsed->wanted &&
           best->territory.side == SIDE_FRENCH && best->territory.kind != rival->territory.kind &&
           rival->how <= MATCHED_WORDS && rival->how <= best->how && rival->name_kind <= NAME_SHORT;
}

/* What is sure where the name is not known: the hinted area, or the country. */
static enum atlas_status answer_what_is_sure(struct gazetteer *gazetteer,
                                             const struct parsed_query *parsed,
                                             const struct hints *hints, struct place_answer *answer,
                                             struct atlas_error *error)
{
    for (size_t i = 0; i < hints->count; i++)
        if (hints->items[i].n_areas == 1)
            return answer_coarsely(gazetteer, hints->items[i].areas[0].code, answer, error);
    return answer_country(gazetteer, parsed->side == SIDE_FOREIGN ? parsed->country_iso : "",
                          answer, error);
}

static double needed_share(const struct parsed_query *parsed, const struct hints *hints,
                           const struct candidate *best)
{
    double needed = best->vouched_for ? share_vouched_for : share_needed[best->how];
    bool abroad = best->territory.side == SIDE_FOREIGN;
    if (hints->unknown) needed = fmax(needed, share_with_riddle);
    bool unsure = best->fit == FIT_STAND_IN || !parsed->country_iso[0];
    return unsure && abroad ? fmax(needed, share_of_stand_in) : needed;
}

/* Decides over candidates of one tier and one fit. */
static enum atlas_status decide(struct gazetteer *gazetteer, const struct parsed_query *parsed,
                                const struct hints *hints, struct candidates *candidates,
                                struct place_answer *answer, struct atlas_error *error)
{
    bool helped, against;
    enum atlas_status status =
        namesakes_keep_near(gazetteer, parsed, parsed->country_iso, candidates, error);
    if (status == ATLAS_OK)
        status = apply_hints(gazetteer, parsed, hints, candidates, &helped, &against, error);
    if (status == ATLAS_OK && parsed->country_iso[0])
        status = candidates_weigh_fame(gazetteer, candidates, error);
    if (status != ATLAS_OK) return status;
    bool called_so = drop_also_called(parsed, helped, candidates);
    decide_list_candidates(candidates, answer);
    const struct candidate *best = &candidates->items[0], *rival;
    double share = share_of_best(candidates, &rival);
    answer_say(answer, "%s%s%s%s", match_words[best->how],
               parsed->type_of_name ? " and type word" : "", helped ? ", hint" : "",
               best->vouched_for ? ", neighbours named alike" : "");
    if (rival)
        answer_say(answer, "; runner-up %s (%s), margin %.2f", rival->territory.name_fr,
                   rival->territory.code, share);
    else
        answer_say(answer, "; no other such place");
    if (against) answer_say(answer, "; the hint fits no place of that name");
    bool spelled = spelling_is_credible(parsed, best, helped);
    bool credible = called_so && spelled && !beats_namesake(candidates) &&
                    !levels_apart(parsed, best, rival, share);
    if (!credible) answer_say(answer, "; too unlike or too common to be taken for it");
    if (share >= needed_share(parsed, hints, best) && !against && credible) {
        decide_accept(parsed, best, share, answer);
        return ATLAS_OK;
    }
    answer->status = MATCH_AMBIGUOUS;
    say_kind(parsed, best, answer);
    /* A name that may be another one altogether says nothing of the area either. */
    if (!spelled) return answer_what_is_sure(gazetteer, parsed, hints, answer, error);
    if (against && parsed->overseas[0]) /* said by its code, not by a hint */
        return answer_coarsely(gazetteer, parsed->overseas, answer, error);
    return answer_shared_area(gazetteer, parsed, candidates, answer, error);
}

void decide_no_place(struct place_answer *answer)
{
    answer->locatable = false;
    answer_say(answer, "a network, association or agency has no place");
}

/* "Canton" is a type word, and a city. */
static bool is_named_so(const struct candidates *candidates)
{
    const struct candidate *best = candidates->items;
    return candidates->count > 0 && best->how == MATCHED_EXACTLY && best->fit == FIT_ASKED &&
           best->name_kind <= NAME_SHORT;
}

/* "École-Valentin" starts as a school does, and is a commune; "Fédération des municipalités de Tyr"
 * is a grouping around Tyr, while that of a country is a national association. */
static bool is_place_all_the_same(const struct parsed_query *parsed,
                                  const struct candidates *candidates)
{
    if (is_named_so(candidates)) return true;
    return candidates->count > 0 && parsed->type_of_name && parsed->side == SIDE_FOREIGN &&
           candidates->items[0].how <= MATCHED_SPACES &&
           candidates->items[0].territory.kind != KIND_COUNTRY;
}

static enum atlas_status answer_not_found(struct gazetteer *gazetteer,
                                          const struct parsed_query *parsed,
                                          const struct hints *hints, struct place_answer *answer,
                                          struct atlas_error *error)
{
    answer_say(answer, "no such name in the gazetteer");
    return answer_what_is_sure(gazetteer, parsed, hints, answer, error);
}

/* "Sillery, Quebec City": a part of a municipality that no list has lies in the municipality. Only
 * where the file says that it is a municipality or a part of one. NULL: no such. */
static const struct gazetteer_territory *town_around(const struct parsed_query *parsed,
                                                     const struct hints *hints)
{
    const kind_set parts = KIND_BIT(KIND_CITY) | KIND_BIT(KIND_DISTRICT) | KIND_BIT(KIND_COMMUNE);
    for (size_t i = 0; i < hints->count && parsed->wanted & parts; i++) {
        const struct hint *hint = &hints->items[i];
        if (hint->of_name && hint->n_areas == 1 && KIND_BIT(hint->areas[0].kind) & parts)
            return &hint->areas[0];
    }
    return NULL;
}

static void accept_town_around(const struct parsed_query *parsed,
                               const struct gazetteer_territory *town, struct place_answer *answer)
{
    const double radius_km = 15;
    struct candidate around = {.territory = *town, .how = MATCHED_PART, .fit = FIT_NEAR};
    struct candidates one = {.items = &around, .count = 1};
    around.weight = 1;
    decide_list_candidates(&one, answer);
    answer_say(answer, "no such name in the gazetteer; the municipality in which it is said to be");
    decide_accept(parsed, &around, 0.5, answer);
    if (answer->place.precision == PRECISION_EXACT) {
        answer->place.precision = PRECISION_AREA;
        answer->place.radius_km = radius_km;
    }
}

/* Adds what lies in a rule's area to the candidates, where it is met as well as they are: places of
 * another country that the claimed one may mean. */
static enum atlas_status add_claimed(const struct decision *decision,
                                     const struct parsed_query *parsed,
                                     const struct recognition_rule *rule,
                                     struct candidates *candidates, struct atlas_error *error)
{
    struct candidates others = {0};
    enum atlas_status status =
        candidates_collect(decision->gazetteer, parsed, rule->counted_under, &others, error);
    size_t kept = 0;
    for (size_t i = 0; i < others.count && status == ATLAS_OK; i++) {
        bool inside = false;
        status = recognition_inside(rule, decision->gazetteer, others.items[i].territory.code,
                                    &inside, error);
        if (inside) others.items[kept++] = others.items[i];
    }
    others.count = kept;
    if (status == ATLAS_OK) status = candidates_merge(candidates, &others, error);
    candidates_close(&others);
    return status;
}

/* All candidates: of the country, and of areas that rules count elsewhere than it is claimed. */
static enum atlas_status collect(const struct decision *decision, const struct parsed_query *parsed,
                                 struct candidates *candidates, struct atlas_error *error)
{
    enum atlas_status status =
        candidates_collect(decision->gazetteer, parsed, parsed->country_iso, candidates, error);
    const struct recognition_rule *rule;
    size_t cursor = 0;
    while (status == ATLAS_OK &&
           (rule = recognition_next_claim(decision->recognition, parsed->country_iso,
                                          decision->year, &cursor)))
        status = add_claimed(decision, parsed, rule, candidates, error);
    return status;
}

/* Whether what was found is so weak that the name may rather be two names. */
static bool weak(const struct candidates *candidates)
{
    const struct candidate *best = candidates->items;
    return candidates->count == 0 || best->how >= MATCHED_SOUND || best->fit == FIT_STAND_IN;
}

/* Tries the name as two neighbours' names. *decided: it is accepted. */
static enum atlas_status decide_as_pair(const struct decision *decision,
                                        const struct parsed_query *parsed,
                                        struct place_answer *answer, bool *decided,
                                        struct atlas_error *error)
{
    struct candidate larger = {0};
    double apart_km = 0;
    enum atlas_status status =
        pair_find(decision->gazetteer, parsed, &larger, &apart_km, decided, error);
    if (status != ATLAS_OK || !*decided) return status;
    answer_say(answer, "two neighbours' names, %.0f km apart; the larger one stands for both",
               apart_km);
    struct candidates one = {.items = &larger, .count = 1};
    decide_list_candidates(&one, answer);
    decide_accept(parsed, &larger, 0.8, answer);
    answer->place.precision = PRECISION_AREA;
    answer->place.radius_km = apart_km + 5;
    return ATLAS_OK;
}

enum atlas_status decide_by_name(const struct decision *decision, struct parsed_query *parsed,
                                 struct place_answer *answer, struct atlas_error *error)
{
    struct hints hints;
    enum atlas_status status =
        hints_resolve(decision->gazetteer, decision->hint_cache, parsed, &hints, error);
    if (status != ATLAS_OK) return status;
    struct candidates candidates = {0};
    status = collect(decision, parsed, &candidates, error);
    if (status == ATLAS_OK && parsed->side == SIDE_FOREIGN)
        status = namesakes_add_fuller(decision->gazetteer, parsed, parsed->country_iso, &candidates,
                                      error);
    bool decided = false;
    if (status == ATLAS_OK && weak(&candidates) && !parsed->sounds_no_place)
        status = decide_as_pair(decision, parsed, answer, &decided, error);
    if (decided || status != ATLAS_OK) {
        candidates_close(&candidates);
        return status;
    }
    if (status == ATLAS_OK && parsed->sounds_no_place &&
        !is_place_all_the_same(parsed, &candidates))
        decide_no_place(answer);
    else if (status == ATLAS_OK && parsed->generic && !is_named_so(&candidates))
        status = answer_not_found(decision->gazetteer, parsed, &hints, answer, error);
    else if (status == ATLAS_OK && candidates.count > 0)
        status = decide(decision->gazetteer, parsed, &hints, &candidates, answer, error);
    else if (status == ATLAS_OK && town_around(parsed, &hints))
        accept_town_around(parsed, town_around(parsed, &hints), answer);
    else if (status == ATLAS_OK)
        status = answer_not_found(decision->gazetteer, parsed, &hints, answer, error);
    candidates_close(&candidates);
    return status;
}
