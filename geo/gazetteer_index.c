#include "geo/gazetteer_index.h"

#include "geo/gazetteer_index_layout.h"
#include "geo/name.h"
#include "geo/place_keys.h"
#include "geo/place_words.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_ERRORS = 2,
    LEAST_SOUND = 6,        /* letters of a name that may be spelt after its sound … */
    LEAST_FRENCH_SOUND = 8, /* … where all names are in one spelling */
    SHORTEST_WORDS = 4,     /* without articles and type words */
    SHORTEST_PART = 3,
};

struct gazetteer_index {
    char country_iso[3];
    bool french;
    struct gazetteer_index *next;
    struct bytes names_image, spellings_image;
    /* In the first image. */
    const struct indexed_name *names;
    const struct long_name *longs;
    const char *letters;
    size_t n_names, n_longs, n_letters;
    struct sorted_keys words;
    /* In the second one; NULL and empty until it is taken. */
    const uint32_t *compacts;
    const char *spellings;
    size_t n_spellings;
    struct sorted_keys pieces;
    uint32_t *seen; /* per name the number of the last query that met it */
    uint32_t query;
};

struct gazetteer_index *gazetteer_index_new(const char *country_iso, struct gazetteer_index *next)
{
    struct gazetteer_index *index = calloc(1, sizeof *index);
    if (!index) return NULL;
    memcpy(index->country_iso, country_iso, strnlen(country_iso, 2));
    index->french = strcmp(index->country_iso, "FR") == 0;
    index->next = next;
    return index;
}

void gazetteer_index_free(struct gazetteer_index *index)
{
    if (!index) return;
    bytes_close(&index->names_image);
    bytes_close(&index->spellings_image);
    free(index->seen);
    free(index);
}

struct gazetteer_index *gazetteer_index_next(const struct gazetteer_index *index)
{
    return index->next;
}

const char *gazetteer_index_country(const struct gazetteer_index *index)
{
    return index->country_iso;
}

static void take(struct bytes *owner, struct bytes *image)
{
    bytes_close(owner);
    *owner = *image;
    *image = (struct bytes){0};
}

/* Letters are terminated texts one behind the other. */
static bool terminated(const char *letters, size_t n)
{
    return letters && (n == 0 || letters[n - 1] == '\0');
}

bool gazetteer_index_take_names(struct gazetteer_index *index, struct bytes *bytes)
{
    struct key_image image;
    take(&index->names_image, bytes);
    if (!key_image_open(&image, index->names_image.data, index->names_image.length,
                        INDEX_NAMES_KIND))
        return false;
    index->names = key_image_take(&image, sizeof *index->names, &index->n_names);
    index->longs = key_image_take(&image, sizeof *index->longs, &index->n_longs);
    index->letters = key_image_take(&image, 1, &index->n_letters);
    return index->names && index->longs && terminated(index->letters, index->n_letters) &&
           sorted_keys_take(&image, &index->words);
}

bool gazetteer_index_take_spellings(struct gazetteer_index *index, struct bytes *bytes)
{
    struct key_image image;
    size_t n_compacts = 0;
    take(&index->spellings_image, bytes);
    free(index->seen);
    index->seen = calloc(index->n_names + 1, sizeof *index->seen);
    bool sound = index->seen && key_image_open(&image, index->spellings_image.data,
                                               index->spellings_image.length, INDEX_SPELLINGS_KIND);
    if (!sound) return false;
    index->compacts = key_image_take(&image, sizeof *index->compacts, &n_compacts);
    index->spellings = key_image_take(&image, 1, &index->n_spellings);
    sound = index->compacts && n_compacts == index->n_names &&
            terminated(index->spellings, index->n_spellings) &&
            sorted_keys_take(&image, &index->pieces);
    if (!sound) index->compacts = NULL;
    return sound;
}

bool gazetteer_index_lacks_spellings(const struct gazetteer_index *index, unsigned ways)
{
    const unsigned spelt = 1u << MATCHED_SOUND | 1u << MATCHED_ONE_ERROR | 1u << MATCHED_TWO_ERRORS;
    return ways & spelt && !index->compacts;
}

/* A running search: what was found so far. Of names of one territory that are met equally well the
 * last one counts: runs of a table are walked from their end. */
struct search {
    struct gazetteer_index *index;
    struct index_hit *hits;
    size_t count, max;
    int64_t inhabitants; /* the least that count */
};

/* A number out of a table is not believed before it is seen to be that of a name. */
static const struct indexed_name *name_at(const struct gazetteer_index *index, uint32_t number)
{
    return number < index->n_names ? &index->names[number] : NULL;
}

static void note(struct search *search, uint32_t number, enum name_match how)
{
    const struct indexed_name *name = name_at(search->index, number);
    if (!name || name->population < search->inhabitants) return;
    for (size_t i = 0; i < search->count; i++) {
        struct index_hit *hit = &search->hits[i];
        if (hit->territory_id != name->territory_id) continue;
        if (hit->how > how || (hit->how == how && hit->name_kind > name->name_kind)) {
            hit->how = how;
            hit->name_kind = (enum name_kind)name->name_kind;
            hit->ordinal = name->ordinal;
        }
        return;
    }
    if (search->count == search->max) return;
    search->hits[search->count++] =
        (struct index_hit){.territory_id = name->territory_id,
                           .ordinal = name->ordinal,
                           .how = how,
                           .name_kind = (enum name_kind)name->name_kind};
}

static void find_key(struct search *search, const struct sorted_keys *table, uint64_t key,
                     enum name_match how)
{
    struct key_run run = sorted_keys_find(table, key);
    for (size_t i = run.end; i-- > run.first;)
        note(search, table->numbers[i], how);
}

/* Names with these words, of which those of one word stand under their compact key. */
static void find_words(struct search *search, const char *words, size_t n, enum name_match how)
{
    const struct sorted_keys *table = &search->index->words;
    find_key(search, table, key_of_text(MATCHED_WORDS, words, n), how);
    struct key_run run = sorted_keys_find(table, key_of_text(MATCHED_SPACES, words, n));
    for (size_t i = run.end; i-- > run.first;) {
        const struct indexed_name *name = name_at(search->index, table->numbers[i]);
        if (name && name->one_word) note(search, table->numbers[i], how);
    }
}

/* The compact key of a name that has one to compare with, or NULL. */
static const char *spelling_of(const struct gazetteer_index *index, uint32_t number)
{
    uint32_t offset = number < index->n_names ? index->compacts[number] : NO_SPELLING;
    return offset < index->n_spellings ? index->spellings + offset : NULL;
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
            struct key_run run =
                sorted_keys_find(&index->pieces, piece_key(length, p, compact + at, size));
            for (size_t i = run.end; i-- > run.first;) {
                uint32_t number = index->pieces.numbers[i];
                const char *other = spelling_of(index, number);
                if (!other || index->seen[number] == index->query) continue;
                index->seen[number] = index->query;
                unsigned distance = name_distance(compact, other, limit);
                if (distance <= limit)
                    note(search, number,
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

/* The words of a long name; "" of any other. */
static const char *words_of(const struct gazetteer_index *index, uint32_t number)
{
    size_t low = 0, high = index->n_longs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->longs[middle].name < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < index->n_longs && index->longs[low].name == number &&
                 index->longs[low].words < index->n_letters;
    return there ? index->letters + index->longs[low].words : "";
}

/* Long names that hold all words, names that begin with them and go on with where the place lies,
 * and, abroad, names that are the query's own beginning. */
static void find_part(struct search *search, const char *folded, const char *words)
{
    const struct gazetteer_index *index = search->index;
    const struct sorted_keys *table = &index->words;
    size_t n = place_word_length(words, strlen(words));
    struct key_run run = sorted_keys_find(table, key_of_text(WORD_OF_LONG_NAME, words, n));
    for (size_t i = run.end; i-- > run.first;)
        if (words_within(words, words_of(index, table->numbers[i])))
            note(search, table->numbers[i], MATCHED_PART);
    find_key(search, table, key_of_text(MATCHED_PART, words, strlen(words)), MATCHED_PART);
    char head[PLACE_KEY_SIZE];
    if (index->french) return;
    n = place_key_head(folded, head, sizeof head);
    if (n > 0) find_words(search, head, n, MATCHED_HEAD);
}

/* Other places that say of themselves, as the query does, that they lie there. */
static void find_tail(struct search *search, const char *folded)
{
    char tail[PLACE_KEY_SIZE];
    size_t n = place_key_tail(folded, tail, sizeof tail);
    if (n > 0)
        find_key(search, &search->index->words, key_of_text(MATCHED_TAIL, tail, n), MATCHED_TAIL);
}

static int compare_hits(const void *a, const void *b)
{
    const struct index_hit *x = a, *y = b;
    if (x->how != y->how) return x->how < y->how ? -1 : 1;
    return (x->territory_id > y->territory_id) - (x->territory_id < y->territory_id);
}

/* By typing errors and sounds. */
static void find_spellings(struct search *search, const char *compact, size_t n, unsigned ways)
{
    struct gazetteer_index *index = search->index;
    if (!index->compacts) return;
    if (ways & 1u << MATCHED_SOUND && n >= (index->french ? LEAST_FRENCH_SOUND : LEAST_SOUND)) {
        char sound[PLACE_KEY_SIZE];
        size_t n_sound = place_key_sound(compact, sound, sizeof sound);
        if (n_sound >= SHORTEST_SOUND)
            find_key(search, &index->pieces, key_of_text(MATCHED_SOUND, sound, n_sound),
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
    char compact[PLACE_KEY_SIZE], words[PLACE_KEY_SIZE];
    size_t n, n_words;
    place_keys(folded, compact, &n, words, &n_words);
    if (n < SHORTEST_PART) return 0;
    if (ways & 1u << MATCHED_WORDS && n >= SHORTEST_WORDS)
        find_words(&search, words, n_words, MATCHED_WORDS);
    if (ways & 1u << MATCHED_SPACES && n >= SHORTEST_WORDS)
        find_key(&search, &index->words, key_of_text(MATCHED_SPACES, compact, n), MATCHED_SPACES);
    if (ways & 1u << MATCHED_PART) find_part(&search, folded, words);
    if (ways & 1u << MATCHED_TAIL) find_tail(&search, folded);
    find_spellings(&search, compact, n, ways);
    qsort(hits, search.count, sizeof *hits, compare_hits);
    return search.count;
}
