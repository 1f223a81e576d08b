#include "import/points.h"

#include "geo/geodesic.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double near_km = 50;

/* How far the point may lie from a place and still be meant for it. */
static double reach_km(const struct place *place)
{
    bool wide = place->kind == KIND_ADMIN1 || place->kind == KIND_REGION ||
                place->kind == KIND_ADMIN2 || place->kind == KIND_DEPARTEMENT ||
                place->kind == KIND_COLLECTIVITE_UNIQUE;
    double radius_km = isfinite(place->radius_km) ? place->radius_km : 0;
    return near_km + (wide ? 250 : radius_km);
}

/* Has the place one point of its own, or is it an area that is drawn at its middle? */
static bool has_own_point(const struct place *place)
{
    switch (place->kind) {
    case KIND_COUNTRY:
    case KIND_ADMIN1:
    case KIND_REGION:
    case KIND_DEPARTEMENT:
    case KIND_COLLECTIVITE_UNIQUE:
        return false;
    default:
        return true;
    }
}

/* NaN for a place without a point. */
static double distance_to(const struct place *place, const struct point_decision *decision)
{
    if (!isfinite(place->lon_deg) || !isfinite(place->lat_deg)) return NAN;
    return geodesic_distance_m((struct lon_lat){place->lon_deg, place->lat_deg},
                               (struct lon_lat){decision->lon_deg, decision->lat_deg}) /
           1000;
}

/* The candidate nearest to the point within its reach, or NULL. */
static const struct place *nearest(const struct place_answer *answer,
                                   const struct point_decision *decision)
{
    const struct place *best = NULL;
    double best_km = INFINITY;
    for (size_t i = 0; i < answer->n_candidates; i++) {
        const struct place *candidate = &answer->candidates[i];
        double km = distance_to(candidate, decision);
        if (!(km <= reach_km(candidate) && km < best_km)) continue;
        best = candidate;
        best_km = km;
    }
    return best;
}

__attribute__((format(printf, 2, 3))) static void note(struct point_decision *decision,
                                                       const char *format, ...)
{
    size_t used = strlen(decision->note);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(decision->note + used, sizeof decision->note - used, format, arguments);
    va_end(arguments);
}

static void say(struct place_answer *answer, const char *text)
{
    size_t used = strlen(answer->reason);
    snprintf(answer->reason + used, sizeof answer->reason - used, "; %s", text);
}

/* Takes a candidate that the point tells from its namesakes. */
static void choose(struct place_answer *answer, const struct place *candidate,
                   struct point_decision *decision)
{
    char text[120];
    decision->chosen = true;
    answer->place = *candidate;
    answer->status = MATCH_ACCEPTED;
    snprintf(text, sizeof text, "chosen by the point of the file, %.0f km from it",
             distance_to(candidate, decision));
    say(answer, text);
}

/* What an accepted point means for the place. */
static void apply(const struct import_party *party, struct place_answer *answer,
                  struct point_decision *decision)
{
    const struct place *place = &answer->place;
    bool accepted = answer->status == MATCH_ACCEPTED;
    double km = accepted ? distance_to(place, decision) : NAN;
    bool agrees = accepted && (isnan(km) || km <= reach_km(place));
    if (!agrees) {
        const struct place *candidate = nearest(answer, decision);
        if (candidate) choose(answer, candidate, decision);
        agrees = candidate != NULL;
    }
    if (agrees) {
        decision->used = has_own_point(&answer->place);
        if (decision->used) say(answer, "at the point that the file gives");
    } else if (accepted)
        note(decision, "%sits point was left out: it lies %.0f km from %s",
             *decision->note ? "; " : "", km, place->name);
    else if (party->name || party->code) {
        decision->used = true;
        say(answer, "at the point that the file gives");
    }
}

enum atlas_status points_decide(struct geocoder *geocoder, const struct import_party *party,
                                struct place_answer *answer, struct point_decision *decision,
                                struct atlas_error *error)
{
    *decision = (struct point_decision){.lon_deg = party->lon, .lat_deg = party->lat};
    if (isnan(party->lon) || isnan(party->lat)) return ATLAS_OK;
    decision->given = true;
    if (!answer->locatable || !(party->name || party->code)) {
        note(decision, "its point was left out: %s",
             answer->locatable ? "the row names nobody who is there" : "a network has no place");
        return ATLAS_OK;
    }
    const char *country = *answer->place.country_iso ? answer->place.country_iso
                          : party->country_iso       ? party->country_iso
                                                     : "";
    if (party->side == SIDE_FRENCH) country = "FR";
    struct point_answer verdict;
    enum atlas_status status = geocode_check_point(geocoder, country, &decision->lon_deg,
                                                   &decision->lat_deg, &verdict, error);
    if (status) return status;
    bool refused = verdict.verdict == POINT_REFUSED;
    decision->impossible = refused && (fabs(party->lat) > 90 || fabs(party->lon) > 180);
    if (refused)
        note(decision, "its point was left out: %s", verdict.reason);
    else if (*verdict.reason)
        note(decision, "%s", verdict.reason);
    if (!refused) apply(party, answer, decision);
    return ATLAS_OK;
}
