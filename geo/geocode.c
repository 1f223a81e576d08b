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

/* Texts of a query in which a rule's wording may stand: the name and the hints. */
static const struct recognition_rule *rule_by_wording(const struct geocoder *geocoder,
                                                      const struct parsed_query *parsed, int year)
{
    static const size_t most = QUERY_MOST_HINTS + 1;
    char folded[QUERY_MOST_HINTS][PLACE_KEY_SIZE];
    const char *texts[QUERY_MOST_HINTS + 2] = {parsed->n_forms ? parsed->forms[0].folded : ""};
    size_t n = 1;
    for (size_t i = 0; i < parsed->n_hints && n < most; i++, n++) {
        name_fold(parsed->hints[i].text, folded[i], sizeof folded[i]);
        texts[n] = folded[i];
    }
    texts[n] = NULL;
    return recognition_by_wording(geocoder->recognition, texts, parsed->country_iso, year);
}

/* A place that the gazetteer has under the claimed country, though it lies, by the outlines, well
 * within the country under which a rule counts it. */
static enum atlas_status rule_by_outline(struct geocoder *geocoder, const struct decision *decision,
                                         const struct place *place,
                                         const struct recognition_rule **rule,
                                         struct atlas_error *error)
{
    const double sure_km = 2.5; /* how far the outlines may be off */
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
        if (sound && against.inside && against.edge_km >= sure_km) {
            *rule = candidate;
            return ATLAS_OK;
        }
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
    bool as_claimed = strcmp(place->country_iso, decision->claimed_iso) == 0;
    if (status == ATLAS_OK && !rule && answer->status == MATCH_ACCEPTED && as_claimed)
        status = rule_by_outline(geocoder, decision, place, &rule, error);
    if (status != ATLAS_OK) return status;
    if (by_wording && (!rule || by_wording->action > rule->action)) rule = by_wording;
    if (!rule) return ATLAS_OK;
    answer->review = answer->review || rule->action == RECOGNITION_REVIEW;
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

static enum atlas_status decide_anew(struct geocoder *geocoder, const struct place_query *query,
                                     struct place_answer *answer, struct atlas_error *error)
{
    struct parsed_query parsed;
    query_parse(query, &parsed);
    answer_start(answer);
    struct decision decision = {.gazetteer = geocoder->gazetteer,
                                .hint_cache = geocoder->hint_cache,
                                .recognition = geocoder->recognition,
                                .year = query->year};
    memcpy(decision.claimed_iso, parsed.country_iso, sizeof decision.claimed_iso);
    const struct recognition_rule *by_wording = NULL;
    if (parsed.side == SIDE_FOREIGN) by_wording = rule_by_wording(geocoder, &parsed, query->year);
    if (by_wording)
        memcpy(parsed.country_iso, by_wording->counted_under, sizeof parsed.country_iso);
    bool decided = false;
    enum atlas_status status = decide_by_code(geocoder, &parsed, answer, &decided, error);
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
