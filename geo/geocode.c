#include "geo/geocode.h"

#include "geo/geocode_answer.h"
#include "geo/geocode_decide.h"
#include "geo/geocode_hints.h"
#include "geo/geocode_memo.h"
#include "geo/geocode_point.h"
#include "geo/name.h"
#include "geo/outline.h"
#include "geo/recognition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct geocoder {
    struct gazetteer *gazetteer;
    struct geocode_memo *memo;
    struct hint_cache *hint_cache;
    struct recognition *recognition; /* NULL: no rules */
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
    hint_cache_free(geocoder->hint_cache);
    recognition_free(geocoder->recognition);
    free(geocoder);
}

enum atlas_status geocoder_new(const char *gazetteer_path, const char *recognition_csv,
                               struct geocoder **geocoder, struct atlas_error *error)
{
    struct geocoder *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = gazetteer_new(gazetteer_path, &made->gazetteer, error);
    if (status == ATLAS_OK && recognition_csv)
        status = recognition_new(recognition_csv, &made->recognition, error);
    made->memo = geocode_memo_new();
    made->hint_cache = hint_cache_new();
    if (status == ATLAS_OK && (!made->memo || !made->hint_cache))
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (status != ATLAS_OK) {
        geocoder_free(made);
        return status;
    }
    *geocoder = made;
    return ATLAS_OK;
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
        answer_say(answer, "no territory has the code %s", code);
        return answer_country(geocoder->gazetteer,
                              parsed->side == SIDE_FOREIGN ? parsed->country_iso : "", answer,
                              error);
    }
    if (status != ATLAS_OK) return status;
    memcpy(match.name, match.territory.name_fr, sizeof match.name);
    struct candidates candidates = {0};
    status = candidates_add(geocoder->gazetteer, &candidates, &match, 0, parsed, error);
    if (status == ATLAS_OK) {
        decide_list_candidates(&candidates, answer);
        answer_say(answer, "official code %s", code);
        struct candidate best = candidates.items[0];
        best.fit = FIT_ASKED;
        decide_accept(parsed, &best, 1, answer);
    }
    candidates_close(&candidates);
    return status;
}

/* The rule that a wording in the query calls, in its name or its hints, which are marked; the place
 * is looked for in the country under which the rule counts it. NULL: none. */
static const struct recognition_rule *rule_by_wording(const struct geocoder *geocoder,
                                                      struct parsed_query *parsed, int year)
{
    char folded[QUERY_MOST_HINTS][PLACE_KEY_SIZE];
    const char *texts[QUERY_MOST_HINTS + 2] = {parsed->n_forms ? parsed->forms[0].folded : ""};
    for (size_t i = 0; i < parsed->n_hints; i++) {
        name_fold(parsed->hints[i].text, folded[i], sizeof folded[i]);
        texts[i + 1] = folded[i];
    }
    texts[parsed->n_hints + 1] = NULL;
    const struct recognition_rule *rule =
        recognition_by_wording(geocoder->recognition, texts, parsed->country_iso, year);
    for (size_t i = 0; rule && i < parsed->n_hints; i++)
        parsed->hints[i].of_rule = recognition_is_named(rule, folded[i]);
    if (rule) memcpy(parsed->country_iso, rule->counted_under, sizeof parsed->country_iso);
    return rule;
}

/* A place that the gazetteer has under the claimed country, though it lies, by the outlines, within
 * the country under which a rule counts it. What lies there for sure, the gazetteer counts so
 * (import/gazetteer_areas.h): what is left is near the line, and for a person to decide. */
static enum atlas_status rule_by_outline(struct geocoder *geocoder, const struct decision *decision,
                                         const struct place *place,
                                         const struct recognition_rule **rule,
                                         struct atlas_error *error)
{
    const double sure_km = 2.5; /* nearer to the line the outlines say nothing */
    const struct recognition_rule *candidate;
    size_t cursor = 0;
    while ((candidate = recognition_next_claim(geocoder->recognition, decision->claimed_iso,
                                               decision->year, &cursor))) {
        char code[16];
        snprintf(code, sizeof code, "country:%s", candidate->counted_under);
        const uint8_t *wkb;
        size_t length;
        struct outline_place against;
        enum atlas_status status =
            gazetteer_outline(geocoder->gazetteer, code, &wkb, &length, error);
        if (status == ATLAS_NOT_FOUND) continue;
        if (status != ATLAS_OK) return status;
        bool sound =
            outline_locate(wkb, length, place->lon_deg, place->lat_deg, &against) == ATLAS_OK;
        bool lies_there = sound && against.inside && against.edge_km >= sure_km;
        /* A rule of the whole country says more of it than one of some of its parts. */
        bool whole = candidate->n_codes > 0 && strcmp(candidate->codes[0], code) == 0;
        if (lies_there && (!*rule || whole)) *rule = candidate;
        if (lies_there && whole) break;
    }
    return ATLAS_OK;
}

/* Applies data/recognition.csv to an answer. by_wording: the rule that the query's own words
 * called, or NULL. */
static enum atlas_status apply_recognition(struct geocoder *geocoder,
                                           const struct decision *decision,
                                           const struct recognition_rule *by_wording,
                                           struct place_answer *answer, struct atlas_error *error)
{
    const struct recognition_rule *rule = NULL;
    struct place *place = &answer->place;
    enum atlas_status status = ATLAS_OK;
    if (answer->status == MATCH_ACCEPTED && place->side == SIDE_FOREIGN)
        status = recognition_of_place(geocoder->recognition, geocoder->gazetteer, place,
                                      decision->claimed_iso, decision->year, &rule, error);
    const struct recognition_rule *near_line = NULL;
    bool as_claimed = strcmp(place->country_iso, decision->claimed_iso) == 0;
    if (status == ATLAS_OK && !rule && answer->status == MATCH_ACCEPTED && as_claimed)
        status = rule_by_outline(geocoder, decision, place, &near_line, error);
    if (status != ATLAS_OK) return status;
    if (near_line && near_line->action == RECOGNITION_REVIEW) {
        answer->review = true;
        answer_say(answer, "; near the line of %s, held for review", near_line->area);
    }
    if (by_wording && (!rule || by_wording->action > rule->action)) rule = by_wording;
    if (!rule) return ATLAS_OK;
    answer->review = answer->review || rule->action == RECOGNITION_REVIEW;
    if (rule != by_wording && recognition_doubts(rule, place->code)) {
        answer_say(answer, "; lies in %s with a part, held for review", rule->area);
        return ATLAS_OK;
    }
    bool elsewhere =
        decision->claimed_iso[0] && strcmp(rule->counted_under, decision->claimed_iso) != 0;
    bool moved =
        answer->status == MATCH_ACCEPTED && strcmp(place->country_iso, rule->counted_under) != 0;
    if (moved) { /* the gazetteer's first-level unit is of the other country */
        memcpy(place->country_iso, rule->counted_under, sizeof place->country_iso);
        snprintf(place->parent_code, sizeof place->parent_code, "country:%s", rule->counted_under);
    }
    if (elsewhere || rule->action != RECOGNITION_OK)
        answer_say(answer, "; %s: counted under %s%s", rule->area, rule->counted_under,
                   rule->action == RECOGNITION_REVIEW ? ", held for review" : "");
    return ATLAS_OK;
}

/* Takes a query apart. A country that only its hints name is the one that is claimed, and one of
 * the French territories overseas makes it a question about France. */
static enum atlas_status parse(struct geocoder *geocoder, const struct place_query *query,
                               struct parsed_query *parsed, struct atlas_error *error)
{
    query_parse(query, parsed);
    char iso[3] = "";
    enum atlas_status status = ATLAS_OK;
    bool unsaid = parsed->side == SIDE_FOREIGN && !parsed->country_iso[0];
    for (size_t i = 0; i < parsed->n_hints && unsaid && !iso[0] && status == ATLAS_OK; i++)
        status = hint_names_country(geocoder->gazetteer, geocoder->hint_cache,
                                    parsed->hints[i].text, iso, error);
    if (status != ATLAS_OK || !iso[0]) return status;
    struct place_query there = *query;
    there.country_iso = iso;
    query_parse(&there, parsed);
    return ATLAS_OK;
}

static enum atlas_status decide_anew(struct geocoder *geocoder, const struct place_query *query,
                                     struct place_answer *answer, struct atlas_error *error)
{
    struct parsed_query parsed;
    enum atlas_status status = parse(geocoder, query, &parsed, error);
    if (status != ATLAS_OK) return status;
    answer_start(answer);
    struct decision decision = {.gazetteer = geocoder->gazetteer,
                                .hint_cache = geocoder->hint_cache,
                                .recognition = geocoder->recognition,
                                .year = query->year};
    memcpy(decision.claimed_iso, parsed.country_iso, sizeof decision.claimed_iso);
    const struct recognition_rule *by_wording = NULL;
    if (parsed.side == SIDE_FOREIGN) by_wording = rule_by_wording(geocoder, &parsed, query->year);
    bool decided = false;
    status = decide_by_code(geocoder, &parsed, answer, &decided, error);
    if (status == ATLAS_OK && !decided) {
        if (parsed.no_place)
            decide_no_place(answer);
        else if (parsed.n_forms && !parsed.quantity && !parsed.too_long)
            status = decide_by_name(&decision, &parsed, answer, error);
        else {
            answer_say(answer, parsed.too_long ? "longer than any name of a place"
                                               : "no name of a place in it");
            bool foreign = parsed.side == SIDE_FOREIGN;
            status = answer_country(geocoder->gazetteer, foreign ? parsed.country_iso : "", answer,
                                    error);
        }
    }
    if (status != ATLAS_OK) return status;
    return apply_recognition(geocoder, &decision, by_wording, answer, error);
}

/* "Saint-Louis du Sénégal": where nothing bears the whole name, it is asked again without the
 * country behind it, which the file states too or not at all. */
static enum atlas_status decide_without_country(struct geocoder *geocoder,
                                                const struct place_query *query,
                                                struct place_answer *answer,
                                                struct atlas_error *error)
{
    const char *name = query->name ? query->name : "";
    if (query->side != SIDE_FOREIGN || answer->status != MATCH_NOT_FOUND || !answer->locatable ||
        strnlen(name, QUERY_LONGEST_NAME + 1) > QUERY_LONGEST_NAME)
        return ATLAS_OK;
    struct parsed_query parsed;
    query_parse(query, &parsed);
    if (!parsed.n_forms || parsed.side != SIDE_FOREIGN) return ATLAS_OK;
    char shorter[PLACE_KEY_SIZE], iso[3] = "";
    memcpy(shorter, parsed.forms[0].folded, sizeof shorter);
    size_t length;
    enum atlas_status status =
        hint_country_behind(geocoder->gazetteer, shorter, parsed.country_iso, &length, iso, error);
    if (status != ATLAS_OK || length == 0) return status;
    shorter[length] = '\0';
    struct place_query again = *query;
    again.name = shorter;
    again.country_iso = iso;
    struct place_answer second;
    status = decide_anew(geocoder, &again, &second, error);
    if (status != ATLAS_OK || second.status == MATCH_NOT_FOUND || !second.locatable) return status;
    *answer = second;
    answer_say(answer, "; named with its country");
    return ATLAS_OK;
}

enum atlas_status geocode(struct geocoder *geocoder, const struct place_query *query,
                          struct place_answer *answer, struct atlas_error *error)
{
    if (geocode_memo_get(geocoder->memo, query, answer)) return ATLAS_OK;
    enum atlas_status status = decide_anew(geocoder, query, answer, error);
    if (status == ATLAS_OK) status = decide_without_country(geocoder, query, answer, error);
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
    if (status == ATLAS_OK) answer_fill_place(&territory, 1, place);
    return status;
}

enum atlas_status geocode_check_point(struct geocoder *geocoder, const char *country_iso,
                                      double *lon_deg, double *lat_deg, struct point_answer *answer,
                                      struct atlas_error *error)
{
    return point_check(geocoder->gazetteer, country_iso, lon_deg, lat_deg, answer, error);
}
