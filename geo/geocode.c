#include "geo/geocode.h"

#include "geo/geocode_candidates.h"
#include "geo/geocode_hints.h"
#include "geo/geocode_memo.h"
#include "geo/name.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much of the weight of all homonyms the best one must have to be accepted without a word
 * from the file: settled on the gold files so that at most one in two hundred is wrong. */
static const double share_needed[] = {
    [MATCHED_EXACTLY] = 0.90,    [MATCHED_WORDS] = 0.90, [MATCHED_SPACES] = 0.90,
    [MATCHED_SOUND] = 0.92,      [MATCHED_PART] = 0.92,  [MATCHED_ONE_ERROR] = 0.92,
    [MATCHED_TWO_ERRORS] = 0.95,
};

static const char *const match_words[] = {
    [MATCHED_EXACTLY] = "exact name",           [MATCHED_WORDS] = "same words",
    [MATCHED_SPACES] = "same letters",          [MATCHED_SOUND] = "another transliteration",
    [MATCHED_PART] = "part of a long name",     [MATCHED_ONE_ERROR] = "one typing error",
    [MATCHED_TWO_ERRORS] = "two typing errors",
};

static const double match_scores[] = {
    [MATCHED_EXACTLY] = 1,      [MATCHED_WORDS] = 0.95, [MATCHED_SPACES] = 0.95,
    [MATCHED_SOUND] = 0.85,     [MATCHED_PART] = 0.8,   [MATCHED_ONE_ERROR] = 0.85,
    [MATCHED_TWO_ERRORS] = 0.7,
};

/* Points this near are one place that two sources have. */
static const double same_place_km = 10;
/* How far a place of another level may be from what was meant. */
static const double stand_in_radius_km = 50;

struct geocoder {
    struct gazetteer *gazetteer;
    struct geocode_memo *memo;
};

const char *match_status_text(enum match_status status)
{
    static const char *const texts[] = {"accepted", "ambiguous", "not_found"};
    return (unsigned)status < 3 ? texts[status] : "?";
}

void geocoder_free(struct geocoder *geocoder)
{
    if (!geocoder) return;
    gazetteer_free(geocoder->gazetteer);
    geocode_memo_free(geocoder->memo);
    free(geocoder);
}

enum atlas_status geocoder_new(const char *gazetteer_path, const char *recognition_csv,
                               struct geocoder **geocoder, struct atlas_error *error)
{
    (void)recognition_csv;
    struct geocoder *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = gazetteer_new(gazetteer_path, &made->gazetteer, error);
    if (status == ATLAS_OK && !(made->memo = geocode_memo_new()))
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (status != ATLAS_OK) {
        geocoder_free(made);
        return status;
    }
    *geocoder = made;
    return ATLAS_OK;
}

static void fill_place(const struct gazetteer_territory *territory, double score,
                       struct place *place)
{
    *place = (struct place){.side = territory->side,
                            .kind = territory->kind,
                            .precision = territory->precision,
                            .lon_deg = territory->lon_deg,
                            .lat_deg = territory->lat_deg,
                            .radius_km = territory->radius_km,
                            .score = score};
    memcpy(place->code, territory->code, sizeof place->code);
    memcpy(place->country_iso, territory->country_iso, sizeof place->country_iso);
    memcpy(place->name, territory->name_fr, sizeof place->name);
    memcpy(place->parent_code, territory->parent_code, sizeof place->parent_code);
}

/* Appends to the reason, cut at a character when it is full. */
static void __attribute__((format(printf, 2, 3)))
say(struct place_answer *answer, const char *format, ...)
{
    size_t length = strlen(answer->reason);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(answer->reason + length, sizeof answer->reason - length, format, arguments);
    va_end(arguments);
    size_t end = strlen(answer->reason);
    if (end + 1 < sizeof answer->reason) return;
    while (end > 0 && ((unsigned char)answer->reason[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0) answer->reason[end - 1] = '\0';
}

static void start_answer(struct place_answer *answer)
{
    memset(answer, 0, offsetof(struct place_answer, candidates));
    answer->status = MATCH_NOT_FOUND;
    answer->locatable = true;
    answer->place.precision = PRECISION_NONE;
    answer->place.kind = KIND_OTHER;
    answer->place.lon_deg = answer->place.lat_deg = answer->place.radius_km = NAN;
}

/* The coarser place that is sure: the territory with this code, no finer than area. */
static enum atlas_status answer_coarsely(struct gazetteer *gazetteer, const char *code,
                                         struct place_answer *answer, struct atlas_error *error)
{
    struct gazetteer_territory territory;
    enum atlas_status status = gazetteer_by_code(gazetteer, code, &territory, error);
    if (status == ATLAS_NOT_FOUND) return ATLAS_OK;
    if (status != ATLAS_OK) return status;
    fill_place(&territory, 0, &answer->place);
    if (territory.kind == KIND_COUNTRY)
        answer->place.precision = PRECISION_COUNTRY;
    else if (answer->place.precision == PRECISION_EXACT)
        answer->place.precision = PRECISION_AREA;
    return ATLAS_OK;
}

static enum atlas_status answer_country(struct gazetteer *gazetteer, const char *country_iso,
                                        struct place_answer *answer, struct atlas_error *error)
{
    char code[16];
    if (!country_iso[0]) return ATLAS_OK;
    snprintf(code, sizeof code, "country:%s", country_iso);
    return answer_coarsely(gazetteer, code, answer, error);
}

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
            *against = true;
        else {
            *helped = true;
            candidates->count = kept;
        }
        candidates_sort(candidates);
    }
    return ATLAS_OK;
}

/* Whether b is the same place as a, so that it does not speak against it. */
static bool same_place(const struct candidate *a, const struct candidate *b)
{
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

static void list_candidates(const struct candidates *candidates, struct place_answer *answer)
{
    double all = 0;
    for (size_t i = 0; i < candidates->count; i++)
        all += candidates->items[i].weight;
    for (size_t i = 0; i < candidates->count && i < GEOCODE_MAX_CANDIDATES; i++) {
        const struct candidate *candidate = &candidates->items[i];
        fill_place(&candidate->territory, match_scores[candidate->how] * candidate->weight / all,
                   &answer->candidates[i]);
        answer->n_candidates = i + 1;
    }
}

static void say_kind(const struct parsed_query *parsed, const struct candidate *best,
                     struct place_answer *answer)
{
    if (best->fit == FIT_STAND_IN)
        say(answer, "; no such place of the kind asked for, so the %s of that name",
            territory_kind_text(best->territory.kind));
    else if (best->fit == FIT_NEAR && parsed->wanted)
        say(answer, "; found as %s", territory_kind_text(best->territory.kind));
}

static void accept(const struct parsed_query *parsed, const struct candidate *best, double share,
                   struct place_answer *answer)
{
    answer->status = MATCH_ACCEPTED;
    double score = match_scores[best->how] * (best->fit == FIT_STAND_IN ? 0.7 : 1);
    fill_place(&best->territory, score * (0.5 + share / 2), &answer->place);
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
        say(answer, "; via %s", best->name);
    }
    if (best->replaced) say(answer, ", today %s", best->territory.name_fr);
}

/* Decides over candidates of one tier and one fit. */
static enum atlas_status decide(struct geocoder *geocoder, const struct parsed_query *parsed,
                                const struct hints *hints, struct candidates *candidates,
                                struct place_answer *answer, struct atlas_error *error)
{
    bool helped, against;
    enum atlas_status status =
        apply_hints(geocoder->gazetteer, parsed, hints, candidates, &helped, &against, error);
    if (status != ATLAS_OK) return status;
    list_candidates(candidates, answer);
    const struct candidate *best = &candidates->items[0], *rival;
    double share = share_of_best(candidates, &rival);
    say(answer, "%s%s%s", match_words[best->how], parsed->type_of_name ? " and type word" : "",
        helped ? ", hint" : "");
    if (rival)
        say(answer, "; runner-up %s (%s), margin %.2f", rival->territory.name_fr,
            rival->territory.code, share);
    else
        say(answer, "; no other such place");
    if (against) say(answer, "; the hint fits no place of that name");
    if (share >= share_needed[best->how] && !against) {
        accept(parsed, best, share, answer);
        return ATLAS_OK;
    }
    answer->status = MATCH_AMBIGUOUS;
    say_kind(parsed, best, answer);
    return answer_shared_area(geocoder->gazetteer, parsed, candidates, answer, error);
}

/* Codes win. *decided: the query gave one, and the answer is made. */
static enum atlas_status decide_by_code(struct geocoder *geocoder,
                                        const struct parsed_query *parsed,
                                        struct place_answer *answer, bool *decided,
                                        struct atlas_error *error)
{
    *decided = parsed->code[0] || parsed->official[0];
    if (!*decided) return ATLAS_OK;
    struct gazetteer_match match = {.how = MATCHED_EXACTLY};
    enum atlas_status status = ATLAS_NOT_FOUND;
    if (parsed->code[0])
        status = gazetteer_by_code(geocoder->gazetteer, parsed->code, &match.territory, error);
    static const char *const prefixes[] = {"epci:", "siren:"};
    for (int i = 0; i < 2 && parsed->official[0] && status == ATLAS_NOT_FOUND; i++) {
        char code[64];
        snprintf(code, sizeof code, "%s%s", prefixes[i], parsed->official);
        status = gazetteer_by_code(geocoder->gazetteer, code, &match.territory, error);
    }
    if (parsed->official[0] && status == ATLAS_NOT_FOUND)
        status =
            gazetteer_by_official(geocoder->gazetteer, parsed->official, &match.territory, error);
    const char *code = parsed->code[0] ? parsed->code : parsed->official;
    if (status == ATLAS_NOT_FOUND) {
        say(answer, "no territory has the code %s", code);
        return answer_country(geocoder->gazetteer,
                              parsed->side == SIDE_FOREIGN ? parsed->country_iso : "", answer,
                              error);
    }
    if (status != ATLAS_OK) return status;
    memcpy(match.name, match.territory.name_fr, sizeof match.name);
    struct candidates candidates = {0};
    status = candidates_add(geocoder->gazetteer, &candidates, &match, 0, parsed->side, error);
    if (status == ATLAS_OK) {
        list_candidates(&candidates, answer);
        say(answer, "official code %s", code);
        struct candidate best = candidates.items[0];
        best.fit = FIT_ASKED;
        accept(parsed, &best, 1, answer);
    }
    candidates_close(&candidates);
    return status;
}

static enum atlas_status decide_by_name(struct geocoder *geocoder, struct parsed_query *parsed,
                                        struct place_answer *answer, struct atlas_error *error)
{
    struct hints hints;
    enum atlas_status status = hints_resolve(geocoder->gazetteer, parsed, &hints, error);
    if (status != ATLAS_OK) return status;
    struct candidates candidates = {0};
    status =
        candidates_collect(geocoder->gazetteer, parsed, parsed->country_iso, &candidates, error);
    if (status == ATLAS_OK && candidates.count > 0)
        status = decide(geocoder, parsed, &hints, &candidates, answer, error);
    else if (status == ATLAS_OK) {
        say(answer, "no such name in the gazetteer");
        status =
            answer_country(geocoder->gazetteer,
                           parsed->side == SIDE_FOREIGN ? parsed->country_iso : "", answer, error);
    }
    candidates_close(&candidates);
    return status;
}

static enum atlas_status decide_anew(struct geocoder *geocoder, const struct place_query *query,
                                     struct place_answer *answer, struct atlas_error *error)
{
    struct parsed_query parsed;
    query_parse(query, &parsed);
    start_answer(answer);
    bool decided = false;
    enum atlas_status status = decide_by_code(geocoder, &parsed, answer, &decided, error);
    if (status != ATLAS_OK || decided) return status;
    if (parsed.no_place) {
        answer->locatable = false;
        say(answer, "a network, association or agency has no place");
        return ATLAS_OK;
    }
    if (parsed.n_forms && !parsed.generic && !parsed.too_long)
        return decide_by_name(geocoder, &parsed, answer, error);
    say(answer, parsed.too_long ? "longer than any name of a place" : "no name of a place in it");
    return answer_country(geocoder->gazetteer,
                          parsed.side == SIDE_FOREIGN ? parsed.country_iso : "", answer, error);
}

enum atlas_status geocode(struct geocoder *geocoder, const struct place_query *query,
                          struct place_answer *answer, struct atlas_error *error)
{
    if (geocode_memo_get(geocoder->memo, query, answer)) return ATLAS_OK;
    enum atlas_status status = decide_anew(geocoder, query, answer, error);
    if (status == ATLAS_OK) geocode_memo_put(geocoder->memo, query, answer);
    return status;
}

enum atlas_status geocode_by_code(struct geocoder *geocoder, const char *code, struct place *place,
                                  struct atlas_error *error)
{
    struct gazetteer_territory territory;
    enum atlas_status status = gazetteer_by_code(geocoder->gazetteer, code, &territory, error);
    if (status == ATLAS_NOT_FOUND)
        return atlas_fail(error, ATLAS_NOT_FOUND, "no territory has the code %s", code);
    if (status == ATLAS_OK) fill_place(&territory, 1, place);
    return status;
}
