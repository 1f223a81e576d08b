#include "tests/tiles/random_filter.h"

#include "tests/tiles/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values to choose from; the last of places is well formed, but not in the fixture. */
static const struct {
    const char *name, *values[12];
} choices[12] = {
    {"theme",
     {"services-essentiels", "eau", "sante", "jeunesse", "education", "ecsi", "genre",
      "genre-sante", "sport", NULL}},
    {"kind",
     {"jumelage", "pacte-amitie", "convention", "projet", "action", "urgence", "none", NULL}},
    {"mode", {"mutualise", "a-rejoindre", "cles-en-main", "1pc-eau", "none", NULL}},
    {"status", {"active", "ended", "planned", "dormant", "none", NULL}},
    {"call", {"ficol", "aap-2025-meae", "villes-durables", "nothing", "none", NULL}},
    {"gender", {"0", "1", "2", "none", NULL}},
    {"french",
     {"reg:84", "dep:38", "com:38185", "epci:200040715", "country:FR", "reg:11", "dep:988",
      "siren:200046977", "dep:99", NULL}},
    {"authority",
     {"reg:84", "dep:38", "com:38185", "com:98818", "dep:2A", "local:0fr0lost", "com:99999", NULL}},
    {"role", {"chef-de-file", "partenaire", "operateur", "soutien", NULL}},
    {"country", {"ML", "SN", "MA", "FJ", "US", "NE", "ZZ", NULL}},
    {"partner",
     {"country:ML", "iso:ML-4", "iso:SN-SL", "gn:2548885", "country:FJ", "country:NE", "local:9f2c",
      "gn:1", NULL}},
    {"partner_is",
     {"gn:2455290", "country:SN", "iso:MA-03", "local:abc1", "gn:2548885", "gn:1", NULL}},
};
enum { ROLE = 8, AUTHORITY = 7, PARTNER_IS = 11 };

static void give(struct filter *filter, const char *name, const char *value)
{
    struct atlas_error error;
    if (filter_add(filter, name, value, &error) == ATLAS_OK) return;
    fprintf(stderr, "random filter: %s\n", error.message);
    abort();
}

static const char *random_list(struct random_filter *random, size_t which, uint64_t *state)
{
    char *list = random->lists[which];
    size_t n = 0;
    while (choices[which].values[n])
        n++;
    *list = '\0';
    for (uint32_t i = 1 + fixture_random(state, 3); i > 0; i--) {
        if (*list) strcat(list, ",");
        strcat(list, choices[which].values[fixture_random(state, (uint32_t)n)]);
    }
    give(&random->filter, choices[which].name, list);
    return list;
}

void random_filter_next(struct random_filter *random, uint64_t *state)
{
    *random = (struct random_filter){0};
    filter_init(&random->filter);
    struct oracle_filter *o = &random->oracle;
    const char **lists[12] = {&o->theme, &o->kind,    &o->mode,    &o->status,
                              &o->call,  &o->gender,  &o->french,  &o->authority,
                              &o->role,  &o->country, &o->partner, &o->partner_is};
    for (size_t i = 0; i < 12; i++)
        if (i != ROLE && fixture_random(state, 6) == 0) *lists[i] = random_list(random, i, state);
    if ((o->authority || o->partner_is) && fixture_random(state, 2))
        o->role = random_list(random, ROLE, state);
    if (fixture_random(state, 2)) return;
    char span[40];
    o->year_from = 1945 + (int)fixture_random(state, 85);
    o->year_to = o->year_from + (fixture_random(state, 2) ? (int)fixture_random(state, 20) : 0);
    snprintf(span, sizeof span, "%d..%d", o->year_from, o->year_to);
    give(&random->filter, "year", span);
    o->time_signed = fixture_random(state, 3) == 0;
    o->undated_included = fixture_random(state, 3) == 0;
    if (o->time_signed) give(&random->filter, "time", "signed");
    if (o->undated_included) give(&random->filter, "undated", "include");
}
