#include "geo/gazetteer_index.h"

#include "geo/name.h"
#include "geo/place_words.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHORTEST_WITH_ERROR = 5,  /* bytes of a compact name that may hold one typing error */
    SHORTEST_WITH_TWO = 9,    /* … two */
    LONGEST_WITH_ERROR = 100, /* longer ones are no names of places */
    MOST_ERRORS = 2,
    SHORTEST_SOUND = 4,
    LEAST_SOUND = 6,        /* letters of a name that may be spelt after its sound … */
    LEAST_FRENCH_SOUND = 8, /* … where all names are in one spelling */
    SHORTEST_WORDS = 4,     /* without articles and type words */
    SHORTEST_PART = 3,
    LARGE_CITY = 50000, /* inhabitants */
};

struct indexed_name {
    int64_t territory_id;
    uint32_t name, folded, compact; /* offsets into the letters */
    uint32_t words;                 /* likewise, of long names; UINT32_MAX for others */
    uint32_t seen;                  /* number of the last query that met it */
    uint32_t population;            /* 0 where not known */
    uint8_t compact_length;
    uint8_t name_kind, kind;
};

/* A hash of keys to names: chains of entries. */
struct key_table {
    struct key_entry {
        uint64_t key;
        uint32_t name, next; /* next: index + 1, 0 at the end */
    } * entries;
    uint32_t *heads; /* index + 1 of the first entry */
    size_t count, capacity;
    uint32_t mask;
};

struct gazetteer_index {
    char country_iso[3];
    struct gazetteer_index *next;
    struct indexed_name *names;
    size_t n_names, names_capacity;
    char *letters; /* all texts, each terminated */
    size_t n_letters, letters_capacity;
    struct key_table words;  /* word keys and compact keys */
    struct key_table pieces; /* pieces and sounds; empty until asked for */
    bool has_pieces;
    uint32_t query;
};

static uint64_t hash_bytes(uint64_t seed, const char *bytes, size_t n)
{
    uint64_t hash = seed * 0x9E3779B97F4A7C15u + n;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
        hash ^= hash >> 29;
    }
    return hash * 0xBF58476D1CE4E5B9u;
}

static void table_close(struct key_table *table)
{
    free(table->entries);
    free(table->heads);
    *table = (struct key_table){0};
}

static bool table_add(struct key_table *table, uint64_t key, uint32_t name)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 1024;
        if (capacity > UINT32_MAX / 2) return false;
        struct key_entry *entries = realloc(table->entries, capacity * sizeof *entries);
        if (!entries) return false;
        table->entries = entries;
        table->capacity = capacity;
    }
    table->entries[table->count++] = (struct key_entry){.key = key, .name = name};
    return true;
}

static bool table_link(struct key_table *table)
{
    size_t size = 1024;
    while (size < table->count)
        size *= 2;
    table->heads = calloc(size, sizeof *table->heads);
    if (!table->heads) return false;
    table->mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < table->count; i++) {
        uint32_t *head = &table->heads[(table->entries[i].key >> 32) & table->mask];
        table->entries[i].next = *head;
        *head = (uint32_t)i + 1;
    }
    return true;
}

static uint32_t table_first(const struct key_table *table, uint64_t key)
{
    return table->heads ? table->heads[(key >> 32) & table->mask] : 0;
}

struct gazetteer_index *gazetteer_index_new(const char *country_iso, struct gazetteer_index *next)
{
    struct gazetteer_index *index = calloc(1, sizeof *index);
    if (!index) return NULL;
    memcpy(index->country_iso, country_iso, strnlen(country_iso, 2));
    index->next = next;
    return index;
}

void gazetteer_index_free(struct gazetteer_index *index)
{
    if (!index) return;
    free(index->names);
    free(index->letters);
    table_close(&index->words);
    table_close(&index->pieces);
    free(index);
}

void gazetteer_index_link(struct gazetteer_index *index, struct gazetteer_index *next)
{
    index->next = next;
}

struct gazetteer_index *gazetteer_index_next(const struct gazetteer_index *index)
{
    return index->next;
}

const char *gazetteer_index_country(const struct gazetteer_index *index)
{
    return index->country_iso;
}

/* Appends a text to the letters; its offset, or UINT32_MAX when out of memory. */
static uint32_t keep_text(struct gazetteer_index *index, const char *text, size_t length)
{
    if (index->n_letters + length + 1 > index->letters_capacity) {
        size_t capacity = 2 * index->letters_capacity + length + 4096;
        if (capacity >= UINT32_MAX) return UINT32_MAX;
        char *letters = realloc(index->letters, capacity);
        if (!letters) return UINT32_MAX;
        index->letters = letters;
        index->letters_capacity = capacity;
    }
    uint32_t offset = (uint32_t)index->n_letters;
    memcpy(index->letters + offset, text, length);
    index->letters[offset + length] = '\0';
    index->n_letters += length + 1;
    return offset;
}

/* Only areas and groupings have long names of which people write any part; a part of a
 * municipality's name is another municipality. */
static bool has_long_name(enum territory_kind kind)
{
    const kind_set long_names = KIND_BIT(KIND_EPCI) | KIND_BIT(KIND_EPT) | KIND_BIT(KIND_SYNDICAT) |
                                KIND_BIT(KIND_REGION) | KIND_BIT(KIND_GROUPEMENT) |
                                KIND_BIT(KIND_ADMIN1) | KIND_BIT(KIND_COLLECTIVITE_UNIQUE);
    return KIND_BIT(kind) & long_names;
}

enum { WORD_OF_LONG_NAME = 0x100 }; /* a seed beside enum name_match */

/* Keys by which the beginning of a name finds it: in France any beginning of a commune's official
 * name, for the list of communes is whole; abroad what stands before "an der", "upon" … */
static bool add_beginnings(struct gazetteer_index *index, const char *folded, uint32_t number,
                           const struct indexed_name *name)
{
    char starts[PLACE_MOST_STARTS][PLACE_START_SIZE], head[PLACE_KEY_SIZE];
    bool fits = true;
    if (strcmp(index->country_iso, "FR") != 0) {
        size_t n = place_key_head(folded, head, sizeof head);
        if (n == 0) return true;
        fits = table_add(&index->words, hash_bytes(MATCHED_PART, head, n), number);
        n = place_key_tail(folded, head, sizeof head);
        return fits &&
               (n == 0 || table_add(&index->words, hash_bytes(MATCHED_TAIL, head, n), number));
    }
    if (name->kind != KIND_COMMUNE || name->name_kind != NAME_OFFICIAL) return true;
    size_t count = place_key_starts(folded, starts);
    for (size_t i = 0; i < count && fits; i++)
        fits = table_add(&index->words, hash_bytes(MATCHED_PART, starts[i], strlen(starts[i])),
                         number);
    return fits;
}

/* Keys by which each word of a long name finds it. */
static bool add_words(struct gazetteer_index *index, const char *words, uint32_t number)
{
    bool fits = true;
    for (const char *word = words; *word && fits;) {
        size_t n = place_word_length(word, strlen(word));
        fits = table_add(&index->words, hash_bytes(WORD_OF_LONG_NAME, word, n), number);
        word += n + (word[n] == ' ');
    }
    return fits;
}

/* The next free name, not yet counted; NULL when out of memory. */
static struct indexed_name *next_name(struct gazetteer_index *index)
{
    if (index->n_names == index->names_capacity) {
        size_t capacity = index->names_capacity ? 2 * index->names_capacity : 1024;
        struct indexed_name *names = realloc(index->names, capacity * sizeof *names);
        if (!names) return NULL;
        index->names = names;
        index->names_capacity = capacity;
    }
    return &index->names[index->n_names];
}

bool gazetteer_index_add(struct gazetteer_index *index, const struct index_name *added)
{
    struct indexed_name *name = next_name(index);
    if (!name) return false;
    char compact[PLACE_KEY_SIZE], words[PLACE_KEY_SIZE];
    size_t n_compact, n_words, n_folded = strlen(added->folded);
    place_keys(added->folded, compact, &n_compact, words, &n_words);
    uint32_t number = (uint32_t)index->n_names;
    int64_t population = added->population > 0 ? added->population : 0;
    *name = (struct indexed_name){.territory_id = added->territory_id,
                                  .name_kind = (uint8_t)added->name_kind,
                                  .kind = (uint8_t)added->kind,
                                  .population =
                                      (uint32_t)(population < UINT32_MAX ? population : UINT32_MAX),
                                  .compact_length = (uint8_t)n_compact};
    name->name = keep_text(index, added->name, strlen(added->name));
    name->folded = keep_text(index, added->folded, n_folded);
    name->compact = keep_text(index, compact, n_compact);
    name->words = has_long_name(added->kind) ? keep_text(index, words, n_words) : UINT32_MAX;
    if (name->compact == UINT32_MAX) return false;
    index->n_names++;
    bool fits =
        table_add(&index->words, hash_bytes(MATCHED_EXACTLY, added->folded, n_folded), number);
    /* In France other sources' names, of all languages, are good for their exact spelling only. */
    if (strcmp(index->country_iso, "FR") == 0 && added->name_kind == NAME_ALTERNATE) return fits;
    return fits && add_beginnings(index, added->folded, number, name) &&
           (!has_long_name(added->kind) || add_words(index, words, number)) &&
           table_add(&index->words, hash_bytes(MATCHED_WORDS, words, n_words), number) &&
           table_add(&index->words, hash_bytes(MATCHED_SPACES, compact, n_compact), number);
}

bool gazetteer_index_finish(struct gazetteer_index *index)
{
    return table_link(&index->words);
}

static unsigned errors_allowed(size_t length)
{
    if (length < SHORTEST_WITH_ERROR || length > LONGEST_WITH_ERROR) return 0;
    return length < SHORTEST_WITH_TWO ? 1 : 2;
}

/* Where piece p of errors + 1 begins in a name of this length. */
static size_t piece_start(size_t length, unsigned errors, unsigned p)
{
    return length * p / (errors + 1);
}

static uint64_t piece_key(size_t length, unsigned p, const char *bytes, size_t n)
{
    return hash_bytes(0x1000 + length * 4 + p, bytes, n);
}

static bool make_pieces(struct gazetteer_index *index)
{
    bool fits = true, french = strcmp(index->country_iso, "FR") == 0;
    for (size_t i = 0; i < index->n_names && fits; i++) {
        const struct indexed_name *name = &index->names[i];
        if (french && name->name_kind == NAME_ALTERNATE) continue;
        const char *compact = index->letters + name->compact;
        size_t length = name->compact_length;
        char sound[PLACE_KEY_SIZE];
        size_t n = place_key_sound(compact, sound, sizeof sound);
        if (n >= SHORTEST_SOUND)
            fits = table_add(&index->pieces, hash_bytes(MATCHED_SOUND, sound, n), (uint32_t)i);
        /* Names of all languages are so many that a near one proves nothing, but for a large city.
         */
        bool doubtful = name->name_kind == NAME_ALTERNATE && name->population < LARGE_CITY;
        unsigned errors = doubtful ? 0 : errors_allowed(length);
        for (unsigned p = 0; errors > 0 && p <= errors && fits; p++) {
            size_t start = piece_start(length, errors, p);
            size_t end = piece_start(length, errors, p + 1);
            fits = table_add(&index->pieces, piece_key(length, p, compact + start, end - start),
                             (uint32_t)i);
        }
    }
    index->has_pieces = fits && table_link(&index->pieces);
    return index->has_pieces;
}

/* A running search: what was found so far. */
struct search {
    struct gazetteer_index *index;
    struct index_hit *hits;
    size_t count, max;
    int64_t inhabitants; /* the least that count */
};

static void note(struct search *search, uint32_t number, enum name_match how)
{
    const struct indexed_name *name = &search->index->names[number];
    if (name->population < search->inhabitants) return;
    for (size_t i = 0; i < search->count; i++) {
        struct index_hit *hit = &search->hits[i];
        if (hit->territory_id != name->territory_id) continue;
        if (hit->how > how || (hit->how == how && hit->name_kind > name->name_kind)) {
            hit->how = how;
            hit->name_kind = (enum name_kind)name->name_kind;
            hit->name = search->index->letters + name->name;
        }
        return;
    }
    if (search->count == search->max) return;
    search->hits[search->count++] = (struct index_hit){.territory_id = name->territory_id,
                                                       .how = how,
                                                       .name_kind = (enum name_kind)name->name_kind,
                                                       .name = search->index->letters + name->name};
}

static void find_key(struct search *search, const struct key_table *table, uint64_t key,
                     enum name_match how)
{
    for (uint32_t i = table_first(table, key); i; i = table->entries[i - 1].next)
        if (table->entries[i - 1].key == key) note(search, table->entries[i - 1].name, how);
}

/* Names of this length of which a piece stands somewhere in the query. */
static void find_length(struct search *search, const char *compact, size_t n, size_t length,
                        unsigned limit)
{
    struct gazetteer_index *index = search->index;
    unsigned errors = errors_allowed(length);
    for (unsigned p = 0; p <= errors; p++) {
        size_t start = piece_start(length, errors, p);
        size_t size = piece_start(length, errors, p + 1) - start;
        size_t from = start > errors ? start - errors : 0;
        for (size_t at = from; at <= start + errors && at + size <= n; at++) {
            uint64_t key = piece_key(length, p, compact + at, size);
            uint32_t i = table_first(&index->pieces, key);
            for (; i; i = index->pieces.entries[i - 1].next) {
                const struct key_entry *entry = &index->pieces.entries[i - 1];
                struct indexed_name *name = &index->names[entry->name];
                if (entry->key != key || name->seen == index->query) continue;
                name->seen = index->query;
                unsigned distance = name_distance(compact, index->letters + name->compact, limit);
                if (distance <= limit)
                    note(search, entry->name,
                         distance == 0   ? MATCHED_SPACES
                         : distance == 1 ? MATCHED_ONE_ERROR
                                         : MATCHED_TWO_ERRORS);
            }
        }
    }
}

static void find_errors(struct search *search, const char *compact, size_t n, unsigned most)
{
    search->index->query++;
    unsigned allowed = errors_allowed(n) < most ? errors_allowed(n) : most;
    for (size_t length = n - allowed; allowed > 0 && length <= n + allowed; length++) {
        unsigned limit = errors_allowed(length) < allowed ? errors_allowed(length) : allowed;
        size_t apart = length > n ? length - n : n - length;
        if (limit > 0 && apart <= limit) find_length(search, compact, n, length, limit);
    }
}

/* True when every word of `part` (sorted, parted by spaces) is among those of `whole`. */
static bool words_within(const char *part, const char *whole)
{
    while (*part) {
        size_t n = strcspn(part, " ");
        const char *at = whole;
        while (*at) {
            size_t m = strcspn(at, " ");
            if (m == n && memcmp(at, part, n) == 0) break;
            at += m + (at[m] == ' ');
        }
        if (!*at) return false;
        part += n + (part[n] == ' ');
    }
    return true;
}

/* Long names that hold all words, names that begin with them and go on with where the place lies,
 * and, abroad, names that are the query's own beginning. */
static void find_part(struct search *search, const char *folded, const char *words)
{
    const struct gazetteer_index *index = search->index;
    size_t n = place_word_length(words, strlen(words));
    uint64_t key = hash_bytes(WORD_OF_LONG_NAME, words, n);
    for (uint32_t i = table_first(&index->words, key); i; i = index->words.entries[i - 1].next) {
        const struct key_entry *entry = &index->words.entries[i - 1];
        const struct indexed_name *name = &index->names[entry->name];
        if (entry->key == key && name->words != UINT32_MAX &&
            words_within(words, index->letters + name->words))
            note(search, entry->name, MATCHED_PART);
    }
    find_key(search, &index->words, hash_bytes(MATCHED_PART, words, strlen(words)), MATCHED_PART);
    char head[PLACE_KEY_SIZE];
    if (strcmp(index->country_iso, "FR") == 0) return;
    n = place_key_head(folded, head, sizeof head);
    if (n > 0) find_key(search, &index->words, hash_bytes(MATCHED_WORDS, head, n), MATCHED_HEAD);
}

/* Other places that say of themselves, as the query does, that they lie there. */
static void find_tail(struct search *search, const char *folded)
{
    char tail[PLACE_KEY_SIZE];
    size_t n = place_key_tail(folded, tail, sizeof tail);
    if (n > 0)
        find_key(search, &search->index->words, hash_bytes(MATCHED_TAIL, tail, n), MATCHED_TAIL);
}

static int compare_hits(const void *a, const void *b)
{
    const struct index_hit *x = a, *y = b;
    if (x->how != y->how) return x->how < y->how ? -1 : 1;
    return (x->territory_id > y->territory_id) - (x->territory_id < y->territory_id);
}

/* By typing errors and sounds, whose table is made when first asked for. */
static void find_spellings(struct search *search, const char *compact, size_t n, unsigned ways)
{
    struct gazetteer_index *index = search->index;
    if (!index->has_pieces && !make_pieces(index)) return;
    bool french = strcmp(index->country_iso, "FR") == 0;
    if (ways & 1u << MATCHED_SOUND && n >= (french ? LEAST_FRENCH_SOUND : LEAST_SOUND)) {
        char sound[PLACE_KEY_SIZE];
        size_t n_sound = place_key_sound(compact, sound, sizeof sound);
        if (n_sound >= SHORTEST_SOUND)
            find_key(search, &index->pieces, hash_bytes(MATCHED_SOUND, sound, n_sound),
                     MATCHED_SOUND);
    }
    if (ways & 1u << MATCHED_TWO_ERRORS)
        find_errors(search, compact, n, MOST_ERRORS);
    else if (ways & 1u << MATCHED_ONE_ERROR)
        find_errors(search, compact, n, 1);
}

size_t gazetteer_index_find(struct gazetteer_index *index, const char *folded, unsigned ways,
                            int64_t inhabitants, struct index_hit *hits, size_t max)
{
    struct search search = {.index = index, .hits = hits, .max = max, .inhabitants = inhabitants};
    if (ways & 1u << MATCHED_EXACTLY)
        find_key(&search, &index->words, hash_bytes(MATCHED_EXACTLY, folded, strlen(folded)),
                 MATCHED_EXACTLY);
    if (ways == 1u << MATCHED_EXACTLY) return search.count;
    char compact[PLACE_KEY_SIZE], words[PLACE_KEY_SIZE];
    size_t n, n_words;
    place_keys(folded, compact, &n, words, &n_words);
    if (n < SHORTEST_PART) return search.count;
    if (ways & 1u << MATCHED_WORDS && n >= SHORTEST_WORDS)
        find_key(&search, &index->words, hash_bytes(MATCHED_WORDS, words, n_words), MATCHED_WORDS);
    if (ways & 1u << MATCHED_SPACES && n >= SHORTEST_WORDS)
        find_key(&search, &index->words, hash_bytes(MATCHED_SPACES, compact, n), MATCHED_SPACES);
    if (ways & 1u << MATCHED_PART) find_part(&search, folded, words);
    if (ways & 1u << MATCHED_TAIL) find_tail(&search, folded);
    if (ways & (1u << MATCHED_SOUND | 1u << MATCHED_ONE_ERROR | 1u << MATCHED_TWO_ERRORS))
        find_spellings(&search, compact, n, ways);
    qsort(hits, search.count, sizeof *hits, compare_hits);
    return search.count;
}
