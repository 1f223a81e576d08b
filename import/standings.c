#include "import/standings.h"

#include "geo/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMED = 20, LIST_BYTES = 400 };
static const char cut[] = "…";

/* One more than is named says that there are more. */
struct standing {
    uint64_t *lines;
    const char **ids; /* pooled, so equal ones are one */
    uint32_t n_lines, n_ids;
    uint64_t times;
};

struct standings {
    const struct places *places;
    struct pool *pool;
    struct standing **by_place; /* NULL: not doubtful, or in no row that was kept */
    size_t n;
};

struct standings *standings_new(const struct places *places, struct pool *pool)
{
    struct standings *standings = calloc(1, sizeof *standings);
    if (standings) *standings = (struct standings){.places = places, .pool = pool};
    return standings;
}

void standings_free(struct standings *standings)
{
    if (!standings) return;
    free(standings->by_place);
    free(standings);
}

static bool is_doubtful(const struct located *located)
{
    return !located->answered && (located->coarse || located->review);
}

/* The standing of a doubtful place; NULL when out of memory. */
static struct standing *standing_of(struct standings *standings, uint32_t place)
{
    if (place >= standings->n) {
        size_t known = standings->n;
        if (!ARRAY_RESERVE(standings->by_place, (size_t)place + 1, &standings->n)) return NULL;
        memset(standings->by_place + known, 0,
               (standings->n - known) * sizeof *standings->by_place);
    }
    struct standing **standing = &standings->by_place[place];
    if (!*standing) *standing = pool_room(standings->pool, sizeof **standing);
    return *standing;
}

static void add_line(struct pool *pool, struct standing *standing, uint64_t line)
{
    for (size_t i = 0; i < standing->n_lines; i++)
        if (standing->lines[i] == line) return;
    if (standing->n_lines > MOST_NAMED) return;
    standing->lines = pool_grow(pool, standing->lines, standing->n_lines, sizeof line);
    if (standing->lines) standing->lines[standing->n_lines++] = line;
}

static void add_id(struct pool *pool, struct standing *standing, const char *id)
{
    if (!id) return;
    for (size_t i = 0; i < standing->n_ids; i++)
        if (standing->ids[i] == id) return;
    if (standing->n_ids > MOST_NAMED) return;
    standing->ids = pool_grow(pool, standing->ids, standing->n_ids, sizeof id);
    if (standing->ids) standing->ids[standing->n_ids++] = id;
}

enum atlas_status standings_take_row(struct standings *standings,
                                     const struct import_partnership *row)
{
    for (size_t i = 0; i < row->n_parties; i++) {
        uint32_t place = row->parties[i].place;
        if (!is_doubtful(places_at(standings->places, place))) continue;
        struct standing *standing = standing_of(standings, place);
        if (!standing) return ATLAS_NO_MEMORY;
        add_line(standings->pool, standing, row->line);
        add_id(standings->pool, standing, pool_text(standings->pool, row->external_id));
    }
    return pool_failed(standings->pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
}

void standings_count(struct standings *standings, const struct import_partnership *partnership)
{
    for (size_t i = 0; i < partnership->n_parties; i++) {
        uint32_t place = partnership->parties[i].place;
        if (place < standings->n && standings->by_place[place]) standings->by_place[place]->times++;
    }
}

/* ---- the list ---- */

/* An item while equal questions are brought together. */
struct question {
    struct review_item item;
    struct standing standing;
};

static int compare_keys(const void *left, const void *right)
{
    const struct review_item *a = &((const struct question *)left)->item;
    const struct review_item *b = &((const struct question *)right)->item;
    int order = strcmp(a->key, b->key);
    return order ? order
                 : (a->located->first_line > b->located->first_line) -
                       (a->located->first_line < b->located->first_line);
}

static int compare_items(const void *left, const void *right)
{
    const struct review_item *a = left, *b = right;
    if (a->times != b->times) return a->times > b->times ? -1 : 1;
    if (a->located->first_line != b->located->first_line)
        return a->located->first_line > b->located->first_line ? 1 : -1;
    return strcmp(a->key, b->key);
}

static int compare_lines(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Adds a text to a list parted by ' ', or says that it is cut. False: no more may follow. */
static bool append(char list[LIST_BYTES], const char *text, bool more)
{
    size_t used = strlen(list);
    bool fits = more && used + strlen(text) + sizeof cut + 2 <= LIST_BYTES;
    snprintf(list + used, LIST_BYTES - used, "%s%s", used ? " " : "", fits ? text : cut);
    return fits;
}

/* Writes what a question's lists hold into its item. */
static void write_lists(struct pool *pool, struct question *question)
{
    const struct standing *standing = &question->standing;
    char lines[LIST_BYTES] = "", ids[LIST_BYTES] = "", line[24];
    if (standing->n_lines)
        qsort(standing->lines, standing->n_lines, sizeof *standing->lines, compare_lines);
    for (size_t i = 0; i < standing->n_lines; i++) {
        snprintf(line, sizeof line, "%" PRIu64, standing->lines[i]);
        if (!append(lines, line, i < MOST_NAMED)) break;
    }
    for (size_t i = 0; i < standing->n_ids; i++)
        if (!append(ids, standing->ids[i], i < MOST_NAMED)) break;
    question->item.lines = pool_text(pool, lines);
    question->item.ids = pool_text(pool, ids);
    question->item.times = (size_t)standing->times;
}

static enum atlas_status collect(const struct standings *standings, struct question *questions,
                                 size_t *n)
{
    for (uint32_t place = 0; place < standings->n; place++) {
        if (!standings->by_place[place]) continue;
        struct question *question = &questions[(*n)++];
        *question = (struct question){.item.located = places_at(standings->places, place),
                                      .standing = *standings->by_place[place]};
        enum atlas_status status = question_key(question->item.located->asked, question->item.key);
        if (status) return status;
    }
    return ATLAS_OK;
}

/* Brings equal questions, which lie side by side, together. Returns how many there are. */
static size_t join_equal(struct pool *pool, struct question *questions, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        struct question *last = kept ? &questions[kept - 1] : NULL;
        if (!last || strcmp(last->item.key, questions[i].item.key) != 0) {
            questions[kept++] = questions[i];
            continue;
        }
        const struct standing *more = &questions[i].standing;
        for (size_t j = 0; j < more->n_lines; j++)
            add_line(pool, &last->standing, more->lines[j]);
        for (size_t j = 0; j < more->n_ids; j++)
            add_id(pool, &last->standing, more->ids[j]);
        last->standing.times += more->times;
    }
    return kept;
}

enum atlas_status standings_list(const struct standings *standings, struct review_item **items,
                                 size_t *n)
{
    size_t most = 0;
    *n = 0;
    for (size_t place = 0; place < standings->n; place++)
        most += standings->by_place[place] != NULL;
    struct question *questions = calloc(most + 1, sizeof *questions);
    *items = calloc(most + 1, sizeof **items);
    enum atlas_status status = questions && *items ? ATLAS_OK : ATLAS_NO_MEMORY;
    if (!status) status = collect(standings, questions, n);
    if (!status) {
        qsort(questions, *n, sizeof *questions, compare_keys);
        *n = join_equal(standings->pool, questions, *n);
        for (size_t i = 0; i < *n; i++) {
            write_lists(standings->pool, &questions[i]);
            (*items)[i] = questions[i].item;
        }
        qsort(*items, *n, sizeof **items, compare_items);
        if (pool_failed(standings->pool)) status = ATLAS_NO_MEMORY;
    }
    free(questions);
    return status;
}
