/* geo/geocode: whatever a file says about a party, the answer is whole, explained, within its
 * bounds, and the same when asked again. Input: side, then name, type, hint, country and code by
 * lines. */
#include "geo/geocode.h"
#include "tests/fuzz/fuzz.h"
#include "tests/geo/gazetteer_fixture.h"

#include <math.h>

static const struct fixture_territory territories[] = {
    {"country:FR", "country", "France", "FR", NULL, 46.6, 2.4, 67000000, NULL, NULL},
    {"dep:39", "departement", "Jura", "FR", "country:FR", 46.7, 5.7, 259000, NULL, NULL},
    {"com:39476", "commune", "Saint-Aubin", "FR", "dep:39", 47.03, 5.33, 1700, NULL, NULL},
    {"com:62160", "commune", "Boulogne-sur-Mer", "FR", "country:FR", 50.7, 1.6, 40000, NULL, NULL},
    {"com:76351", "commune", "Le Havre", "FR", "country:FR", 49.49, 0.11, 170000, NULL, NULL},
    {"epci:243400017", "epci", "Montpellier Méditerranée Métropole", "FR", "country:FR", 43.6, 3.87,
     490000, NULL, NULL},
    {"country:SN", "country", "Sénégal", "SN", NULL, 14.4, -14.5, 16000000, NULL, NULL},
    {"gn:1", "city", "Saint-Louis", "SN", "country:SN", 16.0, -16.5, 176000, NULL, NULL},
    {"country:DE", "country", "Allemagne", "DE", NULL, 51.1, 10.4, 83000000, NULL, NULL},
    {"gn:2", "city", "Gemünden", "DE", "country:DE", 49.9, 7.5, 3000, NULL, NULL},
    {"gn:3", "city", "Gemünden", "DE", "country:DE", 51.0, 9.0, 1500, NULL, NULL},
    {"gn:4", "city", "Gemünden am Main", "DE", "country:DE", 50.1, 9.7, 10000, NULL, NULL},
    {"gn:5", "city", "Lohr am Main", "DE", "country:DE", 50.0, 9.6, 15000, NULL, NULL},
    {"country:UA", "country", "Ukraine", "UA", NULL, 49, 31, 44000000, NULL, NULL},
    {"iso:UA-43", "admin1", "Crimée", "UA", "country:UA", 45.3, 34.2, -1, NULL, NULL},
    {"gn:6", "city", "Simferopol", "UA", "iso:UA-43", 44.96, 34.11, 336000, NULL, NULL},
};

static struct geocoder *open_geocoder(void)
{
    char path[100];
    struct geocoder *geocoder;
    struct atlas_error error;
    snprintf(path, sizeof path, "/tmp/passerelle-fuzz-place-%ld.sqlite", (long)getpid());
    fixture_write(path, territories, sizeof territories / sizeof *territories);
    if (geocoder_new(path, "data/recognition.csv", &geocoder, &error) != ATLAS_OK) abort();
    unlink(path);
    return geocoder;
}

static void check(const struct place_answer *answer)
{
    if (!answer->reason[0] || strlen(answer->reason) >= sizeof answer->reason) abort();
    if (strlen(answer->via) >= sizeof answer->via) abort();
    if (answer->n_candidates > GEOCODE_MAX_CANDIDATES) abort();
    bool nowhere = answer->place.precision == PRECISION_NONE;
    if (nowhere != (answer->place.code[0] == '\0')) abort();
    if (answer->status == MATCH_ACCEPTED && nowhere) abort();
    if (answer->status != MATCH_ACCEPTED && answer->place.precision == PRECISION_EXACT) abort();
    if (!nowhere && (!isfinite(answer->place.lat_deg) || !isfinite(answer->place.lon_deg))) abort();
    for (size_t i = 1; i < answer->n_candidates; i++)
        if (answer->candidates[i].score > answer->candidates[i - 1].score + 1e-9 &&
            answer->candidates[i].kind == answer->candidates[i - 1].kind)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct geocoder *geocoder;
    if (!geocoder) geocoder = open_geocoder();
    if (length < 2 || length > 4096) return 0;
    char text[4097], *rest = text, *fields[5] = {0};
    for (size_t i = 1; i < length; i++)
        text[i - 1] = (char)(data[i] ? data[i] : ' ');
    text[length - 1] = '\0';
    for (size_t i = 0; i < 5 && rest; i++)
        fields[i] = strsep(&rest, "\n");
    struct place_query query = {.side = data[0] & 1 ? SIDE_FRENCH : SIDE_FOREIGN,
                                .name = fields[0],
                                .type = fields[1],
                                .hint = fields[2],
                                .country_iso = fields[3],
                                .code = fields[4],
                                .year = data[0] & 2 ? 2015 : 0};
    static struct place_answer answer, again;
    struct atlas_error error;
    if (geocode(geocoder, &query, &answer, &error) != ATLAS_OK) abort();
    check(&answer);
    if (geocode(geocoder, &query, &again, &error) != ATLAS_OK) abort();
    if (again.status != answer.status || strcmp(again.place.code, answer.place.code) != 0 ||
        strcmp(again.reason, answer.reason) != 0)
        abort();
    return 0;
}
