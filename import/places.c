#include "import/places.h"

#include "geo/digest.h"
#include "geo/name.h"
#include "geo/store_rows.h"
#include "import/gazetteer_csv.h"
#include "import/points.h"
#include "import/transliterate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 12, MAX_TURNS = 16, KEY_BYTES = 2000, NAME_BYTES = 2400 };

struct slot {
    const char *key; /* pooled; NULL: free */
    uint32_t place;
};

struct places {
    struct geocoder *geocoder;
    struct pool *pool;
    struct digest *digest;
    char gazetteer[80];      /* name of the build */
    struct answers *answers; /* borrowed; NULL: none */
    struct located *located;
    size_t n, capacity;
    struct slot *slots; /* open addressing, at most half full; by the pooled key's address */
    size_t n_slots;
    int turns[MAX_TURNS]; /* years at which a recognition rule begins or ends */
    size_t n_turns;
};

/* The years that matter to an answer: between two of them all years give the same. */
static enum atlas_status read_turns(struct places *places, const char *recognition,
                                    struct atlas_error *error)
{
    static const char *const needed[] = {"from", "to"};
    if (!recognition) return ATLAS_OK;
    struct csv_file file;
    enum atlas_status status = csv_file_open(recognition, needed, 2, &file, error);
    if (status) return status;
    for (size_t row = 0; row < file.n_rows; row++)
        for (size_t i = 0; i < 2; i++) {
            const char *text = csv_file_text(&file, row, needed[i]);
            if (*text && places->n_turns < MAX_TURNS)
                places->turns[places->n_turns++] = atoi(text) + (int)i; /* `to` still counts */
        }
    csv_file_close(&file);
    return ATLAS_OK;
}

enum atlas_status places_new(const char *gazetteer, const char *recognition, struct pool *pool,
                             struct places **places, struct atlas_error *error)
{
    struct places *made = calloc(1, sizeof *made);
    if (!made) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    made->pool = pool;
    made->n_slots = FIRST_SLOTS;
    made->slots = calloc(made->n_slots, sizeof *made->slots);
    made->digest = digest_new();
    enum atlas_status status = ATLAS_OK;
    if (!made->slots || !made->digest) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!status) status = geocoder_new(gazetteer, recognition, &made->geocoder, error);
    if (!status)
        status = store_gazetteer_build(gazetteer, made->gazetteer, sizeof made->gazetteer, error);
    if (!status) status = read_turns(made, recognition, error);
    if (status)
        places_free(made);
    else
        *places = made;
    return status;
}

void places_free(struct places *places)
{
    if (!places) return;
    geocoder_free(places->geocoder);
    digest_free(places->digest);
    free(places->located);
    free(places->slots);
    free(places);
}

void places_settle(struct places *places)
{
    geocoder_settle(places->geocoder);
}

size_t places_n(const struct places *places)
{
    return places->n;
}

const struct located *places_at(const struct places *places, uint32_t place)
{
    return &places->located[place];
}

/* ---- the same question again ---- */

static const char *key_of(struct places *places, const struct import_party *party, int year)
{
    size_t span = 0;
    for (size_t i = 0; i < places->n_turns; i++)
        span += year >= places->turns[i];
    char key[KEY_BYTES];
    /* Links need a place, even an unknown one: so the role is part of the question. */
    bool linking = !strcmp(party->role, "partenaire") || !strcmp(party->role, "chef-de-file");
    bool known = party->partner_status && strcmp(party->partner_status, "unknown") != 0 &&
                 strcmp(party->partner_status, "zone") != 0;
    const char *texts[] = {party->name, party->type,    party->hint,
                           party->code, party->country, party->country_iso};
    size_t used = (size_t)snprintf(key, sizeof key, "%d|%d|%d|%zu|%.6f|%.6f", party->side, linking,
                                   known, span, party->lon, party->lat);
    for (size_t i = 0; i < sizeof texts / sizeof *texts && used < sizeof key; i++)
        used += (size_t)snprintf(key + used, sizeof key - used, "\x1F%s", texts[i] ? texts[i] : "");
    return pool_text(places->pool, key);
}

static size_t slot_of(const struct slot *slots, size_t n, const char *key)
{
    size_t at = ((uintptr_t)key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (n - 1);
    while (slots[at].key && slots[at].key != key)
        at = (at + 1) & (n - 1);
    return at;
}

static bool make_room(struct places *places)
{
    if (places->n == places->capacity) {
        size_t capacity = places->capacity ? 2 * places->capacity : 1024;
        struct located *located = realloc(places->located, capacity * sizeof *located);
        if (!located) return false;
        places->located = located;
        places->capacity = capacity;
    }
    if (places->n * 2 < places->n_slots) return true;
    size_t n = 2 * places->n_slots;
    struct slot *slots = calloc(n, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < places->n_slots; i++)
        if (places->slots[i].key) slots[slot_of(slots, n, places->slots[i].key)] = places->slots[i];
    free(places->slots);
    places->slots = slots;
    places->n_slots = n;
    return true;
}

/* ---- a new question ---- */

/* A territory of its own for a name that no gazetteer has, so that its links exist. */
static void make_local(struct places *places, const struct import_party *party,
                       const struct place *coarse, struct located *located)
{
    char folded[400], key[640], hex[DIGEST_HEX_SIZE], code[40];
    name_fold(party->name ? party->name : party->code, folded, sizeof folded);
    snprintf(key, sizeof key, "%d|%s|%s|%s", party->side,
             located->country_iso ? located->country_iso : "", party->type ? party->type : "",
             folded);
    if (located->placed) /* namesakes that the file itself tells apart */
        snprintf(key + strlen(key), sizeof key - strlen(key), "|%.3f|%.3f", located->lon,
                 located->lat);
    digest_add(places->digest, key, strlen(key));
    digest_hex(places->digest, hex);
    snprintf(code, sizeof code, "local:%.16s", hex);
    located->code = pool_text(places->pool, code);
    located->name = party->name ? party->name : party->code;
    located->parent_code = pool_text(places->pool, coarse->code);
    enum territory_kind kind = KIND_OTHER;
    territory_kind_parse(party->type, &kind);
    located->kind = (uint8_t)kind;
    if (located->placed) return;
    bool area = coarse->precision == PRECISION_AREA || coarse->precision == PRECISION_EXACT;
    located->precision = area ? PRECISION_AREA : PRECISION_NONE;
    located->lon = area ? coarse->lon_deg : NAN;
    located->lat = area ? coarse->lat_deg : NAN;
    located->radius_km = area ? coarse->radius_km : NAN;
}

static const char *list_candidates(struct places *places, const struct place_answer *answer)
{
    char list[600] = "";
    size_t used = 0;
    for (size_t i = 0; i < answer->n_candidates && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (%s)", i ? ", " : "",
                                 answer->candidates[i].name, answer->candidates[i].code);
    return pool_text(places->pool, list);
}

static void keep_options(struct places *places, const struct place_answer *answer,
                         struct located *located)
{
    struct place_option *options =
        pool_room(places->pool, (answer->n_candidates + 1) * sizeof *options);
    for (size_t i = 0; options && i < answer->n_candidates; i++)
        options[i] = (struct place_option){pool_text(places->pool, answer->candidates[i].code),
                                           answer->candidates[i].score};
    located->options = options;
    located->n_options = options ? (uint8_t)answer->n_candidates : 0;
}

/* True when a party's place makes links, so that it needs one even where none was found. */
static bool makes_links(const struct import_party *party)
{
    if (strcmp(party->role, "partenaire") != 0 && strcmp(party->role, "chef-de-file") != 0)
        return false;
    return party->side == SIDE_FRENCH || !strcmp(party->partner_status, "known") ||
           !strcmp(party->partner_status, "state");
}

static void settle(struct places *places, const struct import_party *party,
                   const struct place_answer *answer, const struct point_decision *point,
                   struct located *located)
{
    struct pool *pool = places->pool;
    const struct place *place = &answer->place;
    located->reason = pool_text(pool, answer->reason);
    located->via = pool_text(pool, answer->via);
    located->match_status = match_status_text(answer->status);
    located->score = place->score;
    located->locatable = answer->locatable;
    located->review = answer->review;
    located->country_iso =
        pool_text(pool, *place->country_iso ? place->country_iso : party->country_iso);
    located->kind = (uint8_t)place->kind;
    located->precision = (uint8_t)place->precision;
    located->side = party->side;
    located->impossible = point->impossible;
    located->point_note = *point->note ? pool_text(pool, point->note) : NULL;
    located->placed = point->used;
    if (point->used) {
        located->lon = point->lon_deg;
        located->lat = point->lat_deg;
        located->precision = PRECISION_EXACT;
    }
    if (answer->status == MATCH_ACCEPTED) {
        located->side = (uint8_t)place->side;
        located->code = pool_text(pool, place->code);
        return;
    }
    if (located->placed) {
        located->match_status = "given";
        make_local(places, party, place, located);
        return;
    }
    located->precision = PRECISION_NONE;
    if (!answer->locatable) return;
    located->coarse = true;
    located->candidates = list_candidates(places, answer);
    keep_options(places, answer, located);
    bool country = place->precision == PRECISION_COUNTRY && *place->code;
    if (country && party->side == SIDE_FOREIGN) {
        located->code = pool_text(pool, place->code);
        located->precision = PRECISION_COUNTRY;
    } else if ((party->name || party->code) && makes_links(party))
        make_local(places, party, place, located);
}

/* A party of which only the country is said. */
static enum atlas_status ask_country(struct places *places, const struct import_party *party,
                                     struct located *located, struct atlas_error *error)
{
    struct place place = {0};
    struct place_answer answer = {.locatable = true};
    struct point_decision point;
    enum atlas_status status = points_decide(places->geocoder, party, &answer, &point, error);
    if (status) return status;
    status = ATLAS_NOT_FOUND;
    located->point_note = *point.note ? pool_text(places->pool, point.note) : NULL;
    if (party->country_iso) {
        char code[24];
        snprintf(code, sizeof code, "country:%s", party->country_iso);
        status = geocode_by_code(places->geocoder, code, &place, error);
    }
    if (status == ATLAS_NOT_FOUND) { /* by its name, or an overseas territory's code */
        const char *name = party->country ? party->country : party->country_iso;
        struct place_query query = {.side = SIDE_FOREIGN,
                                    .name = name,
                                    .type = "country",
                                    .country_iso = party->country_iso};
        status = geocode(places->geocoder, &query, &answer, error);
        if (!status) settle(places, party, &answer, &point, located);
        return status;
    }
    if (status) return status;
    located->code = pool_text(places->pool, place.code);
    located->side = (uint8_t)place.side;
    located->country_iso = pool_text(places->pool, place.country_iso);
    located->match_status = "given";
    located->reason = "only the country is named";
    located->kind = (uint8_t)place.kind;
    located->precision = PRECISION_COUNTRY;
    located->locatable = true;
    located->score = 1;
    return ATLAS_OK;
}

/* The text in Latin letters, as the geocoder wants it; as it is when too long to be a name. */
static const char *in_latin(const char *text, char latin[NAME_BYTES])
{
    if (!text || strlen(text) >= NAME_BYTES / 4) return text;
    transliterate(text, latin, NAME_BYTES);
    return latin;
}

/* The place that the data manager chose. One that this gazetteer lacks is as if not chosen. */
static enum atlas_status take_answer(struct places *places, const struct answer *answer,
                                     struct located *located, struct atlas_error *error)
{
    struct place place = {.precision = PRECISION_NONE};
    if (answer->kind == ANSWER_PLACE) {
        enum atlas_status status = geocode_by_code(places->geocoder, answer->code, &place, error);
        if (status) return status;
        located->code = pool_text(places->pool, place.code);
        located->side = (uint8_t)place.side;
        located->country_iso = pool_text(places->pool, place.country_iso);
        located->locatable = true;
    }
    char reason[120];
    snprintf(reason, sizeof reason, "%s by the data manager on %s",
             answer->kind == ANSWER_PLACE ? "chosen" : "said to have no place",
             answer->decided_on ? answer->decided_on : "");
    located->reason = pool_text(places->pool, reason);
    located->match_status = "decided";
    located->kind = (uint8_t)place.kind;
    located->precision = (uint8_t)place.precision;
    located->score = 1;
    located->answered = true;
    return ATLAS_OK;
}

static enum atlas_status ask_geocoder(struct places *places, const struct import_party *party,
                                      int year, struct located *located, struct atlas_error *error);

static enum atlas_status ask(struct places *places, const struct import_party *party, int year,
                             struct located *located, struct atlas_error *error)
{
    const struct answer *answer = answers_find(places->answers, party);
    *located = (struct located){.asked = party,
                                .match_status = match_status_text(MATCH_NOT_FOUND),
                                .lon = NAN,
                                .lat = NAN,
                                .radius_km = NAN,
                                .score = NAN,
                                .side = party->side,
                                .precision = PRECISION_NONE};
    if (answer && (answer->kind == ANSWER_PLACE || answer->kind == ANSWER_NONE)) {
        enum atlas_status status = take_answer(places, answer, located, error);
        if (status != ATLAS_NOT_FOUND) return status;
        answer = NULL;
    }
    enum atlas_status status = ask_geocoder(places, party, year, located, error);
    if (status || !answer) return status;
    located->answered = true;
    if (answer->kind == ANSWER_PUBLISH) located->review = false;
    return ATLAS_OK;
}

static enum atlas_status ask_geocoder(struct places *places, const struct import_party *party,
                                      int year, struct located *located, struct atlas_error *error)
{
    if (!party->name && !party->code) return ask_country(places, party, located, error);
    char hint[600];
    const char *parts[] = {party->hint, party->country_iso ? NULL : party->country, party->generic};
    hint[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i])
            snprintf(hint + strlen(hint), sizeof hint - strlen(hint), "%s%s", *hint ? "; " : "",
                     parts[i]);
    char latin_name[NAME_BYTES], latin_hint[NAME_BYTES];
    struct place_query query = {.side = (enum side)party->side,
                                .name = in_latin(party->name, latin_name),
                                .type = party->type,
                                .hint = in_latin(hint, latin_hint),
                                .country_iso = party->country_iso,
                                .code = party->code,
                                .year = year};
    struct place_answer *answer = malloc(sizeof *answer); /* large for a stack */
    if (!answer) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    struct point_decision point;
    enum atlas_status status = geocode(places->geocoder, &query, answer, error);
    if (!status) status = points_decide(places->geocoder, party, answer, &point, error);
    if (!status) settle(places, party, answer, &point, located);
    free(answer);
    return status;
}

enum atlas_status places_find(struct places *places, struct import_party *party, int year,
                              uint64_t line, struct atlas_error *error)
{
    const char *key = key_of(places, party, year);
    if (!key || !make_room(places)) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    size_t slot = slot_of(places->slots, places->n_slots, key);
    if (!places->slots[slot].key) {
        struct located *located = &places->located[places->n];
        enum atlas_status status = ask(places, party, year, located, error);
        if (status) return status;
        if (pool_failed(places->pool)) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        located->first_line = line;
        places->slots[slot] = (struct slot){key, (uint32_t)places->n++};
    }
    party->place = places->slots[slot].place;
    places->located[party->place].parties++;
    return ATLAS_OK;
}

void places_use_answers(struct places *places, struct answers *answers)
{
    places->answers = answers;
}

const char *places_gazetteer(const struct places *places)
{
    return places->gazetteer;
}

enum atlas_status places_label(struct places *places, const char *code, char *label, size_t size,
                               struct atlas_error *error)
{
    struct place place, parent;
    enum atlas_status status = geocode_by_code(places->geocoder, code, &place, error);
    if (status) return status;
    char country[16];
    const char *names[2] = {"", ""}; /* what it lies in, its country */
    struct place state;
    snprintf(country, sizeof country, "country:%s", place.country_iso);
    if (*place.parent_code && strcmp(place.parent_code, country) != 0 &&
        !geocode_by_code(places->geocoder, place.parent_code, &parent, NULL))
        names[0] = parent.name;
    if (place.side == SIDE_FOREIGN && place.kind != KIND_COUNTRY &&
        !geocode_by_code(places->geocoder, country, &state, NULL))
        names[1] = state.name;
    snprintf(label, size, "%s (%s%s%s%s%s)", place.name, territory_kind_text(place.kind),
             *names[0] ? ", " : "", names[0], *names[1] ? ", " : "", names[1]);
    return ATLAS_OK;
}
