#include "import/answers.h"

#include "geo/array.h"
#include "geo/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answers {
    struct pool *pool;
    struct answer *items;
    size_t n, capacity;
    bool sorted;
};

static const char *const words[] = {[ANSWER_PLACE] = "place",
                                    [ANSWER_NONE] = "none",
                                    [ANSWER_AS_IS] = "as-is",
                                    [ANSWER_PUBLISH] = "publish"};

const char *answer_text(enum answer_kind kind)
{
    return words[kind];
}

static bool answer_parse(const char *text, enum answer_kind *kind)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(text, words[i])) {
            *kind = (enum answer_kind)i;
            return true;
        }
    return false;
}

static void add_text(struct digest *digest, const char *text)
{
    digest_add(digest, text ? text : "", text ? strlen(text) : 0);
    digest_add(digest, "\x1F", 1);
}

enum atlas_status question_key(const struct import_party *party, char key[QUESTION_KEY_BYTES])
{
    struct digest *digest = digest_new();
    if (!digest) return ATLAS_NO_MEMORY;
    char hex[DIGEST_HEX_SIZE];
    add_text(digest, party->side == SIDE_FRENCH ? "french" : "foreign");
    add_text(digest, question_name(party));
    add_text(digest, party->type);
    add_text(digest, party->hint);
    add_text(digest, question_country(party));
    digest_hex(digest, hex);
    digest_free(digest);
    snprintf(key, QUESTION_KEY_BYTES, "%.16s", hex);
    return ATLAS_OK;
}

const char *question_name(const struct import_party *party)
{
    return party->name ? party->name : party->code ? party->code : party->country;
}

const char *question_country(const struct import_party *party)
{
    return party->country_iso ? party->country_iso : party->country;
}

struct answers *answers_new(struct pool *pool)
{
    struct answers *answers = calloc(1, sizeof *answers);
    if (answers) answers->pool = pool;
    return answers;
}

void answers_free(struct answers *answers)
{
    if (answers) free(answers->items);
    free(answers);
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(((const struct answer *)left)->key, ((const struct answer *)right)->key);
}

enum atlas_status answers_add(struct answers *answers, const char *key, const char *kind,
                              const char *code, const char *decided_on)
{
    struct answer answer = {.code = pool_text(answers->pool, code),
                            .decided_on = pool_text(answers->pool, decided_on)};
    snprintf(answer.key, sizeof answer.key, "%s", key);
    if (!answer_parse(kind, &answer.kind)) return ATLAS_INVALID;
    if (pool_failed(answers->pool)) return ATLAS_NO_MEMORY;
    for (size_t i = 0; i < answers->n; i++)
        if (!strcmp(answers->items[i].key, key)) {
            answers->items[i] = answer;
            return ATLAS_OK;
        }
    if (!ARRAY_RESERVE(answers->items, answers->n + 1, &answers->capacity)) return ATLAS_NO_MEMORY;
    answers->items[answers->n++] = answer;
    answers->sorted = false;
    return ATLAS_OK;
}

const struct answer *answers_find(struct answers *answers, const struct import_party *party)
{
    struct answer wanted;
    if (!answers || !answers->n || question_key(party, wanted.key)) return NULL;
    if (!answers->sorted) qsort(answers->items, answers->n, sizeof wanted, compare_keys);
    answers->sorted = true;
    return bsearch(&wanted, answers->items, answers->n, sizeof wanted, compare_keys);
}
