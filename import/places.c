#include "import/places.h"

#include "geo/array.h"
#include "geo/digest.h"
#include "geo/name.h"
#include "geo/store_rows.h"
#include "import/gazetteer_csv.h"
#include "import/key_table.h"
#include "import/points.h"
#include "import/transliterate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TURNS = 16, KEY_BYTES = 2000, NAME_BYTES = 2400 };

struct places {
    struct geocoder *geocoder;
    struct pool *pool;
    struct digest *digest;
    char gazetteer[80];      /* name of the build */
    struct answers *answers; /* borrowed; NULL: none */
    struct located *located;
    size_t n, capacity;
    struct key_table *questions;             /* place + 1 */
    struct key_table *plain;                 /* likewise, by what was found; see is_plain() */
    char *gazetteer_path, *recognition_path; /* the latter NULL: none */
    int turns[MAX_TURNS];                    /* years at which a recognition rule begins or ends */
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
    made->questions = key_table_new();
    made->plain = key_table_new();
    made->digest = digest_new();
    made->gazetteer_path = strdup(gazetteer);
    made->recognition_path = recognition ? strdup(recognition) : NULL;
    enum atlas_status status = ATLAS_OK;
    if (!made->questions || !made->plain || !made->digest || !made->gazetteer_path ||
        (recognition && !made->recognition_path))
        status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
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
    key_table_free(places->questions);
    key_table_free(places->plain);
    free(places->gazetteer_path);
    free(places->recognition_path);
    free(places->located);
    free(places);
}

enum atlas_status places_rest(struct places *places, struct atlas_error *error)
{
    geocoder_free(places->geocoder);
    places->geocoder = NULL;
    return geocoder_new(places->gazetteer_path, places->recognition_path, &places->geocoder, error);
}

size_t places_n(const struct places *places)
{
    return places->n;
}

const struct located *places_at(const struct places *places, uint32_t place)
{
    return &places->located[place];
}

void places_use(struct places *places, uint32_t place)
{
    places->located[place].used = true;
}

/* ---- the same question again ---- */

/* All that the answer depends on, as one text; returns its length. */
static size_t write_question(const struct places *places, const struct import_party *party,
                             int year, char key[KEY_BYTES])
{
    size_t span = 0;
    for (size_t i = 0; i < places->n_turns; i++)
        span += year >= places->turns[i];
    /* Links need a place, even an unknown one: so the role is part of the question. */
    bool linking = !strcmp(party->role, "partenaire") || !strcmp(party->role, "chef-de-file");
    bool known = party->partner_status && strcmp(party->partner_status, "unknown") != 0 &&
                 strcmp(party->partner_status, "zone") != 0;
    const char *texts[] = {party->name, party->type,    party->hint,
                           party->code, party->country, party->country_iso};
    size_t used =
        (size_t)snprintf(key, KEY_BYTES, "%d|%d|%d|%zu", party->side, linking, known, span);
    if (!isnan(party->lon) || !isnan(party->lat))
        used +=
            (size_t)snprintf(key + used, KEY_BYTES - used, "|%.6f|%.6f", party->lon, party->lat);
    for (size_t i = 0; i < sizeof texts / sizeof *texts && used < KEY_BYTES; i++) {
        size_t room = KEY_BYTES - used - 1, length = texts[i] ? strnlen(texts[i], room) : 0;
        key[used++] = '\x1F';
        if (length) memcpy(key + used, texts[i], length);
        used += length;
    }
    return used;
}

/* The party with texts of its own, for rows go. */
static const struct import_party *keep_party(struct places *places,
                                             const struct import_party *party)
{
    struct import_party *kept = pool_room(places->pool, sizeof *kept);
    if (!kept) return NULL;
    *kept = *party;
    const char **texts[] = {&kept->name,        &kept->type, &kept->generic,
                            &kept->hint,        &kept->code, &kept->country,
                            &kept->country_iso, &kept->role, &kept->partner_status};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = pool_text(places->pool, *texts[i]);
    return kept;
}

/* An answer of which nobody wants to know later who asked it. */
static bool is_plain(const struct located *located)
{
    return !located->coarse && !located->review && !located->placed && !located->answered &&
           !located->point_note && !located->name;
}

/* The number kept for what a plain answer says. Its texts are the pool's, so equal ones are one. */
static uint32_t *find_plain(struct places *places, const struct located *l)
{
    struct {
        const char *texts[6];
        double numbers[4];
        uint8_t small[4];
    } said;
    memset(&said, 0, sizeof said);
    const char *texts[] = {l->code,   l->parent_code, l->country_iso,
                           l->reason, l->via,         l->match_status};
    memcpy(said.texts, texts, sizeof texts);
    memcpy(said.numbers, (double[]){l->score, l->lon, l->lat, l->radius_km}, sizeof said.numbers);
    memcpy(said.small, (uint8_t[]){l->side, l->kind, l->precision, l->locatable},
           sizeof said.small);
    return key_table_at(places->plain, &said, sizeof said);
}

/* Keeps an answer: a plain one once, however many questions it answers. */
static enum atlas_status keep(struct places *places, const struct located *located, uint64_t line,
                              uint32_t *place)
{
    uint32_t *same = is_plain(located) ? find_plain(places, located) : NULL;
    if (is_plain(located) && !same) return ATLAS_NO_MEMORY;
    if (same && *same) {
        *place = *same - 1;
        return ATLAS_OK;
    }
    if (!ARRAY_RESERVE(places->located, places->n + 1, &places->capacity)) return ATLAS_NO_MEMORY;
    struct located *kept = &places->located[places->n];
    *kept = *located;
    kept->asked = same ? NULL : keep_party(places, located->asked);
    kept->first_line = line;
    *place = (uint32_t)places->n++;
    if (same) *same = *place + 1;
    return pool_failed(places->pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
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
    located->name = pool_text(places->pool, party->name ? party->name : party->code);
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
    char key[KEY_BYTES];
    size_t length = write_question(places, party, year, key);
    uint32_t *known = key_table_at(places->questions, key, length);
    if (!known) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    if (!*known) {
        struct located located;
        uint32_t place;
        enum atlas_status status = ask(places, party, year, &located, error);
        if (status) return status;
        if (keep(places, &located, line, &place))
            return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        *known = place + 1;
    }
    party->place = *known - 1;
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
