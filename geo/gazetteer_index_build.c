#include "geo/gazetteer_index_build.h"

#include "geo/gazetteer_index_layout.h"
#include "geo/place_keys.h"
#include "geo/place_types.h"
#include "geo/place_words.h"

#include <stdlib.h>
#include <string.h>

enum { LARGE_CITY = 50000 /* inhabitants */ };

struct index_builder {
    bool french;
    size_t n;
    struct bytes names;     /* struct indexed_name */
    struct bytes longs;     /* struct long_name */
    struct bytes letters;   /* of long names */
    struct bytes compacts;  /* an offset per name, or NO_SPELLING */
    struct bytes spellings; /* letters of those */
    struct key_list words, pieces;
};

enum name_kind gazetteer_name_kind(const char *text)
{
    static const char *const words[] = {"official",  "french", "short",
                                        "alternate", "old",    "delegated"};
    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) return (enum name_kind)i;
    return NAME_ALTERNATE;
}

struct index_builder *index_builder_new(const char *country_iso)
{
    struct index_builder *builder = calloc(1, sizeof *builder);
    if (builder) builder->french = strcmp(country_iso, "FR") == 0;
    return builder;
}

void index_builder_free(struct index_builder *builder)
{
    if (!builder) return;
    struct bytes *const runs[] = {&builder->names, &builder->longs, &builder->letters,
                                  &builder->compacts, &builder->spellings};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        bytes_close(runs[i]);
    key_list_close(&builder->words);
    key_list_close(&builder->pieces);
    free(builder);
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

static bool add_key(struct index_builder *builder, uint64_t seed, const char *text, size_t length)
{
    return key_list_add(&builder->words, key_of_text(seed, text, length), (uint32_t)builder->n);
}

/* Keys by which the beginning of a name finds it: in France any beginning of a commune's official
 * name, for the list of communes is whole; abroad what stands before "an der", "upon" … */
static bool add_beginnings(struct index_builder *builder, const struct index_name *added)
{
    char starts[PLACE_MOST_STARTS][PLACE_START_SIZE], part[PLACE_KEY_SIZE];
    if (!builder->french) {
        size_t n = place_key_head(added->folded, part, sizeof part);
        if (n == 0) return true;
        if (!add_key(builder, MATCHED_PART, part, n)) return false;
        n = place_key_tail(added->folded, part, sizeof part);
        return n == 0 || add_key(builder, MATCHED_TAIL, part, n);
    }
    if (added->kind != KIND_COMMUNE || added->name_kind != NAME_OFFICIAL) return true;
    size_t count = place_key_starts(added->folded, starts);
    bool fits = true;
    for (size_t i = 0; i < count && fits; i++)
        fits = add_key(builder, MATCHED_PART, starts[i], strlen(starts[i]));
    return fits;
}

/* Keeps a long name's words, and keys by which each of them finds it. */
static bool add_long_name(struct index_builder *builder, const char *words, size_t length)
{
    const struct long_name name = {(uint32_t)builder->n, (uint32_t)builder->letters.length};
    bytes_append(&builder->longs, &name, sizeof name);
    bytes_append(&builder->letters, words, length + 1);
    bool fits = true;
    for (const char *word = words; *word && fits;) {
        size_t n = place_word_length(word, strlen(word));
        fits = add_key(builder, WORD_OF_LONG_NAME, word, n);
        word += n + (word[n] == ' ');
    }
    return fits;
}

static bool add_pieces(struct index_builder *builder, const char *compact, size_t length)
{
    unsigned errors = errors_allowed(length);
    bool fits = true;
    for (unsigned p = 0; p <= errors && fits; p++) {
        size_t start = piece_start(length, errors, p), end = piece_start(length, errors, p + 1);
        uint64_t key = piece_key(length, p, compact + start, end - start);
        fits = key_list_add(&builder->pieces, key, (uint32_t)builder->n);
    }
    return fits;
}

/* What finds a name by its sound or in spite of typing errors. */
static bool add_spelling(struct index_builder *builder, const struct index_name *added,
                         const char *compact, size_t length)
{
    char sound[PLACE_KEY_SIZE];
    size_t n = place_key_sound(compact, sound, sizeof sound);
    if (n >= SHORTEST_SOUND &&
        !key_list_add(&builder->pieces, key_of_text(MATCHED_SOUND, sound, n), (uint32_t)builder->n))
        return false;
    /* Names of all languages are so many that a near one proves nothing, but for a large city. */
    bool doubtful = added->name_kind == NAME_ALTERNATE && added->population < LARGE_CITY;
    uint32_t offset = NO_SPELLING;
    bool fits = true;
    if (!doubtful && errors_allowed(length)) {
        offset = (uint32_t)builder->spellings.length;
        bytes_append(&builder->spellings, compact, length + 1);
        fits = add_pieces(builder, compact, length);
    }
    bytes_append(&builder->compacts, &offset, sizeof offset);
    return fits;
}

bool index_builder_add(struct index_builder *builder, const struct index_name *added)
{
    /* In France other sources' names, of all languages, are good for their exact spelling only. */
    if (builder->french && added->name_kind == NAME_ALTERNATE) return true;
    char compact[PLACE_KEY_SIZE], words[PLACE_KEY_SIZE];
    size_t n_compact, n_words;
    place_keys(added->folded, compact, &n_compact, words, &n_words);
    int64_t population = added->population > 0 ? added->population : 0;
    const struct indexed_name name = {
        .territory_id = (uint32_t)added->territory_id,
        .population = (uint32_t)(population < UINT32_MAX ? population : UINT32_MAX),
        .ordinal = (uint16_t)added->ordinal,
        .name_kind = (uint8_t)added->name_kind,
        .one_word = strcmp(compact, words) == 0};
    bool countable = added->territory_id >= 0 && added->territory_id <= UINT32_MAX &&
                     added->ordinal <= UINT16_MAX && builder->n < UINT32_MAX - 1;
    if (!countable) return true; /* no gazetteer is that large */
    bytes_append(&builder->names, &name, sizeof name);
    bool fits = add_beginnings(builder, added) &&
                (!has_long_name(added->kind) || add_long_name(builder, words, n_words)) &&
                (name.one_word || add_key(builder, MATCHED_WORDS, words, n_words)) &&
                add_key(builder, MATCHED_SPACES, compact, n_compact) &&
                add_spelling(builder, added, compact, n_compact);
    builder->n++;
    return fits;
}

bool index_builder_end(struct index_builder *builder, struct bytes *names, struct bytes *spellings)
{
    key_image_begin(names, INDEX_NAMES_KIND);
    key_image_put(names, builder->names.data, builder->n, sizeof(struct indexed_name));
    key_image_put(names, builder->longs.data, builder->longs.length / sizeof(struct long_name),
                  sizeof(struct long_name));
    key_image_put(names, builder->letters.data, builder->letters.length, 1);
    key_list_put(&builder->words, names);
    key_image_end(names);
    key_image_begin(spellings, INDEX_SPELLINGS_KIND);
    key_image_put(spellings, builder->compacts.data, builder->n, sizeof(uint32_t));
    key_image_put(spellings, builder->spellings.data, builder->spellings.length, 1);
    key_list_put(&builder->pieces, spellings);
    key_image_end(spellings);
    return !names->failed && !spellings->failed && !builder->names.failed &&
           !builder->longs.failed && !builder->letters.failed && !builder->compacts.failed &&
           !builder->spellings.failed;
}
