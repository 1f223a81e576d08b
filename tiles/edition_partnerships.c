/* Partnerships of an edition with their parties, themes and money. */
#include "tiles/edition_build.h"
#include "tiles/vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Kinds of which a missing end means "still open", and those that are taken to last until two
 * years after their start; every other one lives in its first year alone (DESIGN, filter table). */
static const char *const open_kinds[] = {"jumelage", "pacte-amitie", "accord-cadre"};
static const char *const short_kinds[] = {"projet", "action"};

static bool is_one_of(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; text && i < n; i++)
        if (strcmp(text, words[i]) == 0) return true;
    return false;
}

/* The year at the start of a date, or EDITION_NO_YEAR. */
static int16_t year_of_date(const char *date)
{
    if (!date || strlen(date) < 4 || strspn(date, "0123456789") < 4) return EDITION_NO_YEAR;
    int year =
        (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0';
    return (int16_t)year;
}

static void settle_years(struct edition_partnership *p)
{
    int16_t signed_on = year_of_date(p->signed_on);
    int16_t start = p->year_start != EDITION_NO_YEAR ? p->year_start : signed_on;
    p->signed_year = signed_on != EDITION_NO_YEAR ? signed_on : p->year_start;
    p->lives_from = start != EDITION_NO_YEAR ? start : p->year_end;
    p->lives_to = p->year_end;
    p->end_estimated = false;
    if (p->lives_from == EDITION_NO_YEAR) return;
    if (p->year_end != EDITION_NO_YEAR) {
        if (p->lives_to < p->lives_from) p->lives_to = p->lives_from;
        return;
    }
    if (is_one_of(p->kind, open_kinds, sizeof open_kinds / sizeof *open_kinds)) {
        p->lives_to = INT16_MAX;
        return;
    }
    bool lasts = is_one_of(p->kind, short_kinds, sizeof short_kinds / sizeof *short_kinds);
    p->lives_to = (int16_t)(p->lives_from + (lasts ? 2 : 0));
    p->end_estimated = true;
}

/* Every word of a ';' joined list is one of the vocabulary. */
static bool words_known(enum vocabulary vocabulary, const char *list)
{
    while (list && *list) {
        char word[40];
        size_t length = strcspn(list, ";");
        if (length >= sizeof word) return false;
        memcpy(word, list, length);
        word[length] = '\0';
        if (vocabulary_find(vocabulary, word) < 0) return false;
        list += length + (list[length] == ';');
    }
    return true;
}

enum {
    COLUMN_ID,
    COLUMN_TITLE,
    COLUMN_SLUG,
    COLUMN_DESCRIPTION,
    COLUMN_KIND,
    COLUMN_MODES,
    COLUMN_STATUS,
    COLUMN_STATUS_DATE,
    COLUMN_SIGNED,
    COLUMN_YEAR_START,
    COLUMN_YEAR_END,
    COLUMN_END_KIND,
    COLUMN_GENDER_MARKER,
    COLUMN_GENDER_ORIGIN,
    COLUMN_CALL,
    COLUMN_SDG,
    COLUMN_DAC,
    COLUMN_SOURCE,
    COLUMN_EXTERNAL_ID,
    COLUMN_PUBLISHED_PRECISION,
    COLUMN_SOURCE_DOC,
    COLUMN_SOURCE_PLACE,
    COLUMN_SOURCE_DATE,
    COLUMN_NOTE
};

/* A text that often is that of the row before, and else hardly repeats. */
static const char *keep_like(struct text_pool *texts, const char *text, const char *before,
                             bool *failed)
{
    if (text && before && strcmp(text, before) == 0) return before;
    return edition_keep_own(texts, text, failed);
}

static void read_texts(struct edition_owner *owner, struct snapshot_row *row,
                       struct edition_partnership *p, struct edition_origin *origin, bool *failed)
{
    static const struct edition_partnership none;
    struct text_pool *texts = &owner->partnership_texts;
    const struct edition_partnership *before = owner->partnerships.n > 1 ? p - 1 : &none;
    p->title = edition_keep_own(texts, snapshot_required_text(row, COLUMN_TITLE), failed);
    p->slug = edition_keep_own(texts, snapshot_required_text(row, COLUMN_SLUG), failed);
    p->description =
        keep_like(texts, snapshot_text(row, COLUMN_DESCRIPTION), before->description, failed);
    p->external_id = edition_keep_own(texts, snapshot_text(row, COLUMN_EXTERNAL_ID), failed);
    p->source_place =
        keep_like(texts, snapshot_text(row, COLUMN_SOURCE_PLACE), before->source_place, failed);
    p->note = keep_like(texts, snapshot_text(row, COLUMN_NOTE), before->note, failed);
    p->kind = edition_keep(texts, snapshot_text(row, COLUMN_KIND), failed);
    p->modes = edition_keep(texts, snapshot_text(row, COLUMN_MODES), failed);
    p->status = edition_keep(texts, snapshot_text(row, COLUMN_STATUS), failed);
    p->status_date = edition_keep(texts, snapshot_text(row, COLUMN_STATUS_DATE), failed);
    p->signed_on = edition_keep(texts, snapshot_text(row, COLUMN_SIGNED), failed);
    origin->end_kind = edition_keep(texts, snapshot_text(row, COLUMN_END_KIND), failed);
    origin->gender_origin = edition_keep(texts, snapshot_text(row, COLUMN_GENDER_ORIGIN), failed);
    p->call = edition_keep(texts, snapshot_text(row, COLUMN_CALL), failed);
    origin->sdg = edition_keep(texts, snapshot_text(row, COLUMN_SDG), failed);
    origin->dac = edition_keep(texts, snapshot_text(row, COLUMN_DAC), failed);
    origin->source = edition_keep(texts, snapshot_required_text(row, COLUMN_SOURCE), failed);
    origin->source_doc = edition_keep(texts, snapshot_text(row, COLUMN_SOURCE_DOC), failed);
    origin->source_date = edition_keep(texts, snapshot_text(row, COLUMN_SOURCE_DATE), failed);
}

/* Records of interned texts, `size` bytes each, of which equal ones are kept once: in rows of them,
 * found by a hash table of their positions + 1. */
static size_t hash_texts(const void *texts, size_t size)
{
    uint64_t hash = 0, word;
    for (size_t at = 0; at + sizeof word <= size; at += sizeof word) {
        memcpy(&word, (const char *)texts + at, sizeof word);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    }
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of a record, or the free one where it belongs: some of a power of two are free. */
static uint32_t *slot_of_texts(const struct rows *slots, const struct rows *known,
                               const void *texts, size_t size)
{
    uint32_t *table = slots->data;
    const char *records = known->data;
    size_t at = hash_texts(texts, size) & (slots->n - 1);
    while (table[at] && memcmp(records + (table[at] - 1) * size, texts, size) != 0)
        at = (at + 1) & (slots->n - 1);
    return &table[at];
}

/* Makes the table twice as large. */
static bool grow_slots(struct rows *slots, const struct rows *known, size_t size)
{
    size_t n = slots->n ? slots->n * 2 : 256;
    struct rows larger = {calloc(n, sizeof(uint32_t)), n, n};
    if (!larger.data) return false;
    for (size_t i = 0; i < known->n; i++)
        *slot_of_texts(&larger, known, (const char *)known->data + i * size, size) =
            (uint32_t)i + 1;
    rows_close(slots);
    *slots = larger;
    return true;
}

/* The index of a record: of the same that is known, or of a new one. */
static enum atlas_status keep_texts(struct rows *known, struct rows *slots, const void *texts,
                                    size_t size, uint32_t *index)
{
    if (known->n * 2 >= slots->n && !grow_slots(slots, known, size)) return ATLAS_NO_MEMORY;
    uint32_t *slot = slot_of_texts(slots, known, texts, size);
    if (!*slot) {
        void *added = rows_add(known, size);
        if (!added) return ATLAS_NO_MEMORY;
        memcpy(added, texts, size);
        *slot = (uint32_t)known->n;
    }
    *index = *slot - 1;
    return ATLAS_OK;
}

static enum atlas_status visit_partnership(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_partnership *p = rows_add(&reading->owner->partnerships, sizeof *p);
    if (!p) return ATLAS_NO_MEMORY;
    bool failed = false;
    struct edition_origin origin;
    read_texts(reading->owner, row, p, &origin, &failed);
    if (failed || keep_texts(&reading->owner->origins, &reading->origin_slots, &origin,
                             sizeof origin, &p->origin))
        return ATLAS_NO_MEMORY;
    p->id = (uint64_t)snapshot_integer(row, COLUMN_ID, 1, INT64_MAX, 0);
    if (p->kind && vocabulary_find(VOCABULARY_KIND, p->kind) < 0)
        return snapshot_refuse(row, "has an unknown kind");
    if (p->status && vocabulary_find(VOCABULARY_STATUS, p->status) < 0)
        return snapshot_refuse(row, "has an unknown status");
    if (!words_known(VOCABULARY_MODE, p->modes)) return snapshot_refuse(row, "has an unknown mode");
    p->year_start = (int16_t)snapshot_integer(row, COLUMN_YEAR_START, 0, 9999, EDITION_NO_YEAR);
    p->year_end = (int16_t)snapshot_integer(row, COLUMN_YEAR_END, 0, 9999, EDITION_NO_YEAR);
    p->gender_marker =
        (uint8_t)snapshot_integer(row, COLUMN_GENDER_MARKER, 0, 2, EDITION_NO_MARKER);
    enum precision precision = PRECISION_EXACT;
    const char *published_precision = snapshot_text(row, COLUMN_PUBLISHED_PRECISION);
    if (published_precision && !precision_parse(published_precision, &precision))
        return snapshot_refuse(row, "has an unknown published precision");
    p->published_precision = (uint8_t)precision;
    settle_years(p);
    return ATLAS_OK;
}

uint32_t edition_partnership_of_id(struct edition_reading *reading, int64_t id)
{
    const struct edition_partnership *partnerships = reading->owner->partnerships.data;
    size_t n = reading->owner->partnerships.n, at = reading->last_partnership;
    for (int step = 0; step < 2 && at < n; step++, at++)
        if (partnerships[at].id == (uint64_t)id) {
            reading->last_partnership = at;
            return (uint32_t)at;
        }
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (partnerships[middle].id < (uint64_t)id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == n || partnerships[low].id != (uint64_t)id) return EDITION_NONE;
    reading->last_partnership = low;
    return (uint32_t)low;
}

/* Reading order of a party: rows come by their own id, and are put behind their partnership. */
struct party_order {
    uint32_t partnership, position, row;
};

static int compare_party_order(const void *a, const void *b)
{
    const struct party_order *left = a, *right = b;
    if (left->partnership != right->partnership)
        return left->partnership < right->partnership ? -1 : 1;
    if (left->position != right->position) return left->position < right->position ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* Place and country of a party, no finer than may be published. */
static enum atlas_status settle_place(struct edition_reading *reading, struct snapshot_row *row,
                                      struct edition_party *party,
                                      struct edition_party_words *words, int64_t territory_id,
                                      const char *iso)
{
    struct edition_owner *owner = reading->owner;
    const struct edition_partnership *p =
        (const struct edition_partnership *)owner->partnerships.data + party->partnership;
    const struct edition_territory *territories = owner->edition.territories;
    party->territory = party->country = EDITION_NONE;
    if (territory_id) {
        uint32_t territory = edition_territory_of_id(owner, territory_id);
        if (territory == EDITION_NONE) return snapshot_refuse(row, "lies in no known territory");
        if (territories[territory].side != party->side)
            return snapshot_refuse(row, "lies in a territory of the other side");
        party->territory =
            edition_publishable(&owner->edition, territory, (enum precision)p->published_precision);
        party->country = territories[territory].country;
        if (party->territory != territory) {
            party->as_written = territories[party->territory].name_fr;
            words->type_written = words->match_reason = NULL;
        }
    }
    if (party->country == EDITION_NONE && iso && strlen(iso) == 2) {
        char code[16] = "country:";
        memcpy(code + 8, iso, 3);
        party->country = edition_find_territory(&owner->edition, code);
    }
    return ATLAS_OK;
}

enum {
    PARTY_PARTNERSHIP,
    PARTY_POSITION,
    PARTY_SIDE,
    PARTY_ROLE,
    PARTY_STATUS,
    PARTY_AS_WRITTEN,
    PARTY_TYPE,
    PARTY_GENERIC,
    PARTY_COUNTRY,
    PARTY_TERRITORY,
    PARTY_MATCH_REASON
};

static enum atlas_status visit_party(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    struct edition_owner *owner = reading->owner;
    struct text_pool *texts = &owner->partnership_texts;
    uint32_t partnership = edition_partnership_of_id(
        reading, snapshot_integer(row, PARTY_PARTNERSHIP, 1, INT64_MAX, 0));
    if (partnership == EDITION_NONE) return ATLAS_OK; /* of one that is not published */
    struct edition_party *party = rows_add(&owner->parties, sizeof *party);
    struct party_order *order = rows_add(&reading->party_order, sizeof *order);
    if (!party || !order) return ATLAS_NO_MEMORY;
    *order = (struct party_order){partnership,
                                  (uint32_t)snapshot_integer(row, PARTY_POSITION, 0, UINT32_MAX, 0),
                                  (uint32_t)(owner->parties.n - 1)};
    bool failed = false;
    const char *side = snapshot_required_text(row, PARTY_SIDE);
    party->partnership = partnership;
    party->side = strcmp(side, "foreign") == 0 ? SIDE_FOREIGN : SIDE_FRENCH;
    struct edition_party_words words;
    words.partner_status = edition_keep(texts, snapshot_text(row, PARTY_STATUS), &failed);
    party->as_written = edition_keep(texts, snapshot_required_text(row, PARTY_AS_WRITTEN), &failed);
    words.type_written = edition_keep(texts, snapshot_text(row, PARTY_TYPE), &failed);
    words.generic = edition_keep(texts, snapshot_text(row, PARTY_GENERIC), &failed);
    words.match_reason = edition_keep(texts, snapshot_text(row, PARTY_MATCH_REASON), &failed);
    if (failed) return ATLAS_NO_MEMORY;
    const char *role = snapshot_required_text(row, PARTY_ROLE);
    int word = vocabulary_find(VOCABULARY_ROLE, role);
    if (word < 0) return snapshot_refuse(row, "has an unknown role");
    party->role = (uint8_t)word;
    party->takes_part = strcmp(role, "chef-de-file") == 0 || strcmp(role, "partenaire") == 0;
    if (party->side == SIDE_FRENCH && strcmp(side, "french") != 0)
        return snapshot_refuse(row, "has a side that is neither french nor foreign");
    enum atlas_status status =
        settle_place(reading, row, party, &words,
                     snapshot_integer(row, PARTY_TERRITORY, INT64_MIN, INT64_MAX, 0),
                     snapshot_text(row, PARTY_COUNTRY));
    return status ? status
                  : keep_texts(&owner->party_words, &reading->words_slots, &words, sizeof words,
                               &party->words);
}

/* Puts the parties in the order of their partnerships, and says to each which are its own. */
static enum atlas_status arrange_parties(struct edition_reading *reading)
{
    struct edition_owner *owner = reading->owner;
    struct edition_partnership *partnerships = owner->partnerships.data;
    struct party_order *order = reading->party_order.data;
    size_t n = owner->parties.n;
    bool sorted = true;
    for (size_t i = 1; i < n && sorted; i++)
        sorted = compare_party_order(&order[i - 1], &order[i]) < 0;
    if (!sorted) {
        qsort(order, n, sizeof *order, compare_party_order);
        struct edition_party *arranged = malloc(n * sizeof *arranged), *given = owner->parties.data;
        if (!arranged) return ATLAS_NO_MEMORY;
        for (size_t i = 0; i < n; i++)
            arranged[i] = given[order[i].row];
        free(given);
        owner->parties = (struct rows){arranged, n, n};
    }
    rows_close(&reading->party_order);
    const struct edition_party *parties = owner->parties.data;
    for (size_t i = 0; i < n; i++) {
        struct edition_partnership *p = &partnerships[parties[i].partnership];
        if (p->n_parties++ == 0) p->first_party = (uint32_t)i;
    }
    return ATLAS_OK;
}

static enum atlas_status visit_partnership_theme(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    uint32_t partnership =
        edition_partnership_of_id(reading, snapshot_integer(row, 0, 1, INT64_MAX, 0));
    if (partnership == EDITION_NONE) return ATLAS_OK;
    uint32_t theme = edition_find_theme(&reading->owner->edition, snapshot_required_text(row, 1));
    if (theme == EDITION_NONE) return snapshot_refuse(row, "has an unknown theme");
    struct edition_partnership *p =
        (struct edition_partnership *)reading->owner->partnerships.data + partnership;
    uint32_t *added = rows_add(&reading->owner->partnership_themes, sizeof *added);
    if (!added) return ATLAS_NO_MEMORY;
    *added = theme;
    uint32_t position = (uint32_t)(reading->owner->partnership_themes.n - 1);
    if (p->n_themes == 0) p->first_theme = position;
    if (position != p->first_theme + p->n_themes++)
        return snapshot_refuse(row, "stands apart from the others of its partnership");
    return ATLAS_OK;
}

static enum atlas_status visit_funding(struct snapshot_row *row, void *context)
{
    struct edition_reading *reading = context;
    uint32_t partnership =
        edition_partnership_of_id(reading, snapshot_integer(row, 0, 1, INT64_MAX, 0));
    if (partnership == EDITION_NONE) return ATLAS_OK;
    struct edition_funding *funding = rows_add(&reading->owner->fundings, sizeof *funding);
    if (!funding) return ATLAS_NO_MEMORY;
    bool failed = false;
    funding->funder =
        edition_keep(&reading->owner->partnership_texts, snapshot_text(row, 1), &failed);
    funding->amount_eur = snapshot_real(row, 2);
    funding->nature =
        edition_keep(&reading->owner->partnership_texts, snapshot_text(row, 3), &failed);
    funding->year_from = (int16_t)snapshot_integer(row, 4, 0, 9999, EDITION_NO_YEAR);
    funding->year_to = (int16_t)snapshot_integer(row, 5, 0, 9999, EDITION_NO_YEAR);
    if (failed) return ATLAS_NO_MEMORY;
    if (isnan(funding->amount_eur)) return snapshot_refuse(row, "has no amount");
    int nature = funding->nature ? vocabulary_find(VOCABULARY_NATURE, funding->nature) : -1;
    if (funding->nature && nature < 0) return snapshot_refuse(row, "has an unknown nature");
    if (nature >= 0) reading->owner->edition.natures |= 1u << nature;
    struct edition_partnership *p =
        (struct edition_partnership *)reading->owner->partnerships.data + partnership;
    uint32_t position = (uint32_t)(reading->owner->fundings.n - 1);
    if (p->n_fundings == 0) p->first_funding = position;
    if (position != p->first_funding + p->n_fundings++)
        return snapshot_refuse(row, "stands apart from the others of its partnership");
    return ATLAS_OK;
}

static enum atlas_status read_table(struct edition_reading *reading, const char *what,
                                    const char *sql, snapshot_visit *visit)
{
    reading->last_partnership = 0;
    return snapshot_each(reading->snapshot, what, sql, visit, reading, reading->error);
}

enum atlas_status edition_read_partnerships(struct edition_reading *reading)
{
    return read_table(
        reading, "partnership",
        "SELECT id, title, slug, description, kind, modes, status, status_date, signed, year_start,"
        " year_end, end_kind, gender_marker, gender_origin, call, sdg, dac, source, external_id,"
        " published_precision, source_doc, source_place, source_date, note"
        " FROM partnership WHERE publication = 'published' ORDER BY id",
        visit_partnership);
}

enum atlas_status edition_read_parties(struct edition_reading *reading)
{
    enum atlas_status status =
        read_table(reading, "party",
                   "SELECT partnership_id, position, side, role, partner_status, as_written,"
                   " type_written, generic, country_iso, territory_id, match_reason"
                   " FROM party ORDER BY id",
                   visit_party);
    return status ? status : arrange_parties(reading);
}

enum atlas_status edition_read_themes_of_partnerships(struct edition_reading *reading)
{
    return read_table(
        reading, "theme of a partnership",
        "SELECT partnership_id, theme FROM partnership_theme ORDER BY partnership_id, theme",
        visit_partnership_theme);
}

enum atlas_status edition_read_fundings(struct edition_reading *reading)
{
    return read_table(reading, "funding",
                      "SELECT partnership_id, funder, amount_eur, nature, year_from, year_to"
                      " FROM funding ORDER BY partnership_id, rowid",
                      visit_funding);
}
