/* Hints: the département, région, postal code, first-level unit, place or country that narrows a
 * name. Inside of geo/geocode. */
#ifndef GEO_GEOCODE_HINTS_H
#define GEO_GEOCODE_HINTS_H

#include "geo/geocode_candidates.h"

enum { HINT_MOST_AREAS = 6 };

/* What one hint text means: any of some areas, or of some communes. */
struct hint {
    struct gazetteer_territory areas[HINT_MOST_AREAS];
    size_t n_areas;
    char communes[1024];   /* codes parted by spaces: a postal code's */
    bool of_name, of_rule; /* as in struct query_hint */
};

struct hints {
    struct hint items[QUERY_MOST_HINTS];
    size_t count;
    size_t unknown; /* texts that name no known area, nor a kind */
};

/* Resolves the query's hints. What means nothing in the gazetteer is left out. A hint that is a
 * country sets parsed->country_iso where the file gave none; one that is only a type word sets
 * parsed->wanted where nothing else did. */
struct hint_cache; /* remembers what hints were resolved to */
enum atlas_status hints_resolve(struct gazetteer *gazetteer, struct hint_cache *cache,
                                struct parsed_query *parsed, struct hints *hints,
                                struct atlas_error *error) ATLAS_MUST_CHECK;

/* A cache for one gazetteer; NULL when out of memory. */
struct hint_cache *hint_cache_new(void);
void hint_cache_free(struct hint_cache *cache);

/* The ISO 3166-1 code of the country, or of the French overseas territory, that a hint names as a
 * whole, in iso; "" where it names none. */
enum atlas_status hint_names_country(struct gazetteer *gazetteer, struct hint_cache *cache,
                                     const char *text, char iso[3],
                                     struct atlas_error *error) ATLAS_MUST_CHECK;

/* Whether a candidate agrees with a hint: it lies in the area, holds it, or is near it. */
enum atlas_status hint_agrees(struct gazetteer *gazetteer, const struct hint *hint,
                              const struct gazetteer_territory *territory, bool *agrees,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* Whether a hint that agrees with no candidate speaks against them all. A word in the name's own
 * brackets that is only a small place's name may be a river's or a mountain's; a wording that
 * called a rule of recognition names an area that no gazetteer draws. */
bool hint_contradicts(const struct hint *hint);

/* The length of what stands before the name of a country at the end of a folded name ("saint louis
 * du senegal" -> that of "saint louis"), in *length, and the country's ISO code; 0 where it ends
 * otherwise, or with another country than country_iso ("": any). */
enum atlas_status hint_country_behind(struct gazetteer *gazetteer, const char *folded,
                                      const char *country_iso, size_t *length, char found_iso[3],
                                      struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
