#include "server/search_index.h"

#include "geo/array.h"
#include "geo/bytes.h"
#include "geo/name.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS    16
#define FOLDED_BYTES 1024 /* of one name; the rest of a longer title is not searched */

/* One searchable name: " folded words\n" in the text from `offset` on. */
struct item {
    uint32_t offset, length; /* without the newline */
    uint32_t target;
    uint32_t name; /* index of edition->names, or EDITION_NONE for today's name or a title */
    bool is_partnership;
};

struct search_index {
    _Atomic unsigned holds;
    const struct edition *edition; /* held */
    struct bytes text;
    struct item *items;
    size_t n_items, items_capacity;
    uint32_t *partnerships; /* per territory: those it is a party of */
};

static void add_item(struct search_index *index, const char *name, struct item item)
{
    char folded[FOLDED_BYTES];
    if (name_fold(name, folded, sizeof folded) == 0) return;
    if (!ARRAY_RESERVE(index->items, index->n_items + 1, &index->items_capacity)) {
        index->text.failed = true;
        return;
    }
    item.offset = (uint32_t)index->text.length;
    bytes_append_byte(&index->text, ' ');
    bytes_append_text(&index->text, folded);
    item.length = (uint32_t)index->text.length - item.offset;
    bytes_append_byte(&index->text, '\n');
    /* 4 GB of names would not fit a uint32_t; nor the memory of the machines this runs on. */
    if (index->text.length > UINT32_MAX - 2 * FOLDED_BYTES) index->text.failed = true;
    if (!index->text.failed) index->items[index->n_items++] = item;
}

static void add_territories(struct search_index *index, const struct edition *edition)
{
    for (uint32_t i = 0; i < edition->n_territories; i++) {
        const struct edition_territory *territory = &edition->territories[i];
        if (strncmp(territory->code, "continent:", 10) == 0) continue;
        struct item item = {.target = i, .name = EDITION_NONE};
        add_item(index, territory->name_fr, item);
        if (strcmp(territory->name_fr, territory->name_en) != 0)
            add_item(index, territory->name_en, item);
    }
    for (uint32_t i = 0; i < edition->n_names; i++)
        add_item(index, edition->names[i].name,
                 (struct item){.target = edition->names[i].territory, .name = i});
}

/* Parties of one partnership lie together, so a territory named twice in it counts once. */
static void count_partnerships(struct search_index *index, const struct edition *edition)
{
    for (size_t i = 0; i < edition->n_partnerships; i++) {
        const struct edition_partnership *partnership = &edition->partnerships[i];
        const struct edition_party *parties = edition->parties + partnership->first_party;
        for (uint32_t a = 0; a < partnership->n_parties; a++) {
            bool again = parties[a].territory == EDITION_NONE;
            for (uint32_t b = 0; b < a && !again; b++)
                again = parties[b].territory == parties[a].territory;
            if (!again) index->partnerships[parties[a].territory]++;
        }
    }
}

struct search_index *search_index_new(const struct edition *edition)
{
    struct search_index *index = calloc(1, sizeof *index);
    if (!index) return NULL;
    atomic_store(&index->holds, 1);
    index->edition = edition_get(edition);
    index->partnerships = calloc(edition->n_territories + 1, sizeof *index->partnerships);
    if (!index->partnerships) {
        search_index_release(index);
        return NULL;
    }
    add_territories(index, edition);
    for (uint32_t i = 0; i < edition->n_partnerships; i++)
        add_item(index, edition->partnerships[i].title,
                 (struct item){.target = i, .name = EDITION_NONE, .is_partnership = true});
    count_partnerships(index, edition);
    if (!index->text.failed) return index;
    search_index_release(index);
    return NULL;
}

struct search_index *search_index_get(struct search_index *index)
{
    atomic_fetch_add(&index->holds, 1);
    return index;
}

void search_index_release(struct search_index *index)
{
    if (!index || atomic_fetch_sub(&index->holds, 1) != 1) return;
    edition_release(index->edition);
    bytes_close(&index->text);
    free(index->items);
    free(index->partnerships);
    free(index);
}

bool search_index_is_of(const struct search_index *index, const struct edition *edition)
{
    return index && index->edition == edition;
}

/* A question: its words, each behind a space, so that only beginnings of words match. */
struct question {
    char text[FOLDED_BYTES + 1]; /* " word word" */
    size_t length;
    struct {
        const char *start; /* at the space */
        size_t length;     /* with it */
    } words[MAX_WORDS];
    size_t n_words;
    size_t longest;
};

static void read_question(const char *asked, struct question *question)
{
    question->text[0] = ' ';
    name_fold(asked, question->text + 1, sizeof question->text - 1);
    question->length = strlen(question->text);
    question->n_words = question->longest = 0;
    for (const char *at = question->text; at[0] && at[1] && question->n_words < MAX_WORDS;) {
        size_t length = 1 + strcspn(at + 1, " ");
        question->words[question->n_words].start = at;
        question->words[question->n_words].length = length;
        if (length > question->words[question->longest].length)
            question->longest = question->n_words;
        question->n_words++;
        at += length;
    }
}

static bool has_all_words(const struct question *question, const char *text, size_t length)
{
    for (size_t i = 0; i < question->n_words; i++)
        if (!memmem(text, length, question->words[i].start, question->words[i].length))
            return false;
    return true;
}

/* A match, ordered by how well it fits, then by how much is behind it. */
struct match {
    uint32_t item;
    uint32_t partnerships;
    int64_t population;
    uint8_t fit;  /* 0 the whole name, 1 its beginning, 2 words of it */
    uint8_t rank; /* 0 a territory with partnerships, 1 a partnership, 2 another territory */
    bool is_partnership;
    uint32_t target;
};

static struct match match_of(const struct search_index *index, const struct question *question,
                             uint32_t at)
{
    const struct item *item = &index->items[at];
    const char *text = (const char *)index->text.data + item->offset;
    bool begins =
        item->length >= question->length && memcmp(text, question->text, question->length) == 0;
    struct match match = {.item = at,
                          .target = item->target,
                          .is_partnership = item->is_partnership,
                          .fit = !begins                            ? 2
                                 : item->length == question->length ? 0
                                                                    : 1,
                          .rank = 1};
    if (item->is_partnership) return match;
    match.partnerships = index->partnerships[item->target];
    match.population = index->edition->territories[item->target].population;
    match.rank = match.partnerships ? 0 : 2;
    return match;
}

static int compare_matches(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    if (a->fit != b->fit) return a->fit - b->fit;
    if (a->rank != b->rank) return a->rank - b->rank;
    if (a->partnerships != b->partnerships) return a->partnerships > b->partnerships ? -1 : 1;
    if (a->population != b->population) return a->population > b->population ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

static int compare_targets(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    if (a->is_partnership != b->is_partnership) return a->is_partnership - b->is_partnership;
    if (a->target != b->target) return a->target < b->target ? -1 : 1;
    return compare_matches(left, right);
}

/* The item that holds the text's byte at offset. */
static uint32_t item_at(const struct search_index *index, size_t offset)
{
    size_t low = 0, high = index->n_items;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (index->items[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* All items that hold every word of the question, as struct match in out. */
static void collect(const struct search_index *index, const struct question *question,
                    struct bytes *out)
{
    const char *text = (const char *)index->text.data;
    const char *needle = question->words[question->longest].start;
    size_t needle_length = question->words[question->longest].length;
    for (size_t at = 0; at < index->text.length;) {
        const char *found = memmem(text + at, index->text.length - at, needle, needle_length);
        if (!found) return;
        uint32_t i = item_at(index, (size_t)(found - text));
        const struct item *item = &index->items[i];
        if (has_all_words(question, text + item->offset, item->length)) {
            struct match match = match_of(index, question, i);
            bytes_append(out, &match, sizeof match);
        }
        at = (size_t)item->offset + item->length;
    }
}

/* Keeps the best match of each target. Returns how many are left. */
static size_t drop_repeats(struct match *matches, size_t n)
{
    size_t kept = 0;
    qsort(matches, n, sizeof *matches, compare_targets);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || matches[i].target != matches[kept - 1].target ||
            matches[i].is_partnership != matches[kept - 1].is_partnership)
            matches[kept++] = matches[i];
    qsort(matches, kept, sizeof *matches, compare_matches);
    return kept;
}

/* The other name by which a territory was found; NULL for the one it is shown by. */
static const char *other_name(const struct search_index *index, const struct match *match,
                              bool english)
{
    uint32_t name = index->items[match->item].name;
    if (name == EDITION_NONE) return NULL;
    const struct edition_territory *territory = &index->edition->territories[match->target];
    const char *other = index->edition->names[name].name;
    return strcmp(other, english ? territory->name_en : territory->name_fr) == 0 ? NULL : other;
}

enum atlas_status search_index_find(const struct search_index *index, const char *asked,
                                    bool english, size_t limit, struct search_hits *hits)
{
    *hits = (struct search_hits){0};
    struct question question;
    read_question(asked, &question);
    if (question.n_words == 0) return ATLAS_OK;
    struct bytes found = {0};
    collect(index, &question, &found);
    if (found.failed) {
        bytes_close(&found);
        return ATLAS_NO_MEMORY;
    }
    struct match *matches = (struct match *)(void *)found.data;
    size_t n = matches ? drop_repeats(matches, found.length / sizeof *matches) : 0;
    hits->total = n;
    hits->n = n < limit ? n : limit;
    hits->hits = calloc(hits->n + 1, sizeof *hits->hits);
    for (size_t i = 0; hits->hits && i < hits->n; i++)
        hits->hits[i] = (struct search_hit){.target = matches[i].target,
                                            .is_partnership = matches[i].is_partnership,
                                            .partnerships = matches[i].partnerships,
                                            .via = other_name(index, &matches[i], english)};
    bytes_close(&found);
    return hits->hits ? ATLAS_OK : ATLAS_NO_MEMORY;
}

void search_hits_close(struct search_hits *hits)
{
    free(hits->hits);
    *hits = (struct search_hits){0};
}
