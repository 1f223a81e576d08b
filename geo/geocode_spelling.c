#include "geo/geocode_spelling.h"

#include "geo/name.h"

#include <string.h>

/* Whether two texts of one length are one swap of neighbours apart, or one is a letter longer:
 * slips of the hand, where another letter is often another place. */
static bool slip(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n != m) return true;
    size_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i + 1 < n && a[i] == b[i + 1] && a[i + 1] == b[i];
}

/* Whether two texts differ in nothing but letters written twice. */
static bool same_but_doubled(const char *a, const char *b)
{
    while (*a && *a == *b) {
        char letter = *a;
        while (*a == letter)
            a++;
        while (*b == letter)
            b++;
    }
    return *a == *b;
}

bool spelling_is_fixed(const char *country_iso)
{
    static const char countries[] =
        "AT AU BE CA CH CZ DE DK EE ES FI FR GB HR HU IE IS IT LT LU LV "
        "MT NL NO NZ PL PT RO SE SI SK US";
    return country_iso[0] && strstr(countries, country_iso);
}

bool spelling_is_credible(const struct parsed_query *parsed, const struct candidate *best,
                          bool hinted)
{
    bool commune = best->territory.kind == KIND_COMMUNE;
    bool any_kind = parsed->wanted & KIND_BIT(KIND_OTHER);
    if (best->how == MATCHED_PART && best->fit == FIT_STAND_IN && !any_kind) return false;
    if (best->how == MATCHED_PART && place_words_common(parsed->forms[0].folded)) return false;
    if (best->how == MATCHED_PART && commune) return hinted || best->territory.population >= 2000;
    if (best->how == MATCHED_HEAD) return best->vouched_for || best->territory.population >= 20000;
    bool spelt_otherwise =
        best->how == MATCHED_SOUND && spelling_is_fixed(best->territory.country_iso);
    if (best->how != MATCHED_ONE_ERROR && best->how != MATCHED_TWO_ERRORS && !spelt_otherwise)
        return true;
    char written[PLACE_KEY_SIZE], met[PLACE_KEY_SIZE], folded[PLACE_KEY_SIZE];
    size_t n = place_key_compact(parsed->forms[0].folded, written, sizeof written);
    name_fold(best->name, folded, sizeof folded);
    place_key_compact(folded, met, sizeof met);
    const kind_set whole_lists = KIND_BIT(KIND_ADMIN1) | KIND_BIT(KIND_DEPARTEMENT) |
                                 KIND_BIT(KIND_REGION) | KIND_BIT(KIND_EPCI) | KIND_BIT(KIND_EPT) |
                                 KIND_BIT(KIND_COLLECTIVITE_UNIQUE);
    bool large = best->territory.population >= (best->territory.side == SIDE_FRENCH ? 2000 : 20000);
    bool listed = KIND_BIT(best->territory.kind) & whole_lists;
    if (written[0] != met[0] && n < 12) return false;
    if (best->how == MATCHED_TWO_ERRORS) return n >= (listed || hinted ? 10 : 15);
    if (listed || hinted) return n >= 6;
    /* "Reddish" sounds like Redditch, and is another place. */
    bool near = name_distance(written, met, 2) <= 1;
    if (spelt_otherwise) return (large && near) || same_but_doubled(written, met);
    if (commune)
        return n >= 10 ||
               (n >= 6 && (best->territory.population >= 10000 || (large && slip(written, met))));
    return n >= 12 || (n >= 7 && large && slip(written, met));
}
