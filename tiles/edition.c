#include "tiles/edition.h"

#include "geo/array.h"
#include "tiles/edition_build.h"
#include "tiles/prepared.h"

#include <stdlib.h>
#include <string.h>

void *rows_add(struct rows *rows, size_t size)
{
    if (rows->n >= EDITION_NONE - 16) return NULL;
    if (rows->n == rows->capacity && !array_grow(&rows->data, rows->n + 1, &rows->capacity, size))
        return NULL;
    void *row = (char *)rows->data + rows->n++ * size;
    memset(row, 0, size);
    return row;
}

void rows_trim(struct rows *rows, size_t size)
{
    size_t capacity = rows->n ? rows->n : 1;
    void *data = realloc(rows->data, capacity * size);
    if (!data) return;
    rows->data = data;
    rows->capacity = capacity;
}

void rows_close(struct rows *rows)
{
    free(rows->data);
    *rows = (struct rows){0};
}

const char *edition_keep(struct text_pool *texts, const char *text, bool *failed)
{
    if (!text) return NULL;
    const char *kept = text_pool_intern(texts, text);
    if (!kept) *failed = true;
    return kept;
}

const char *edition_keep_own(struct text_pool *texts, const char *text, bool *failed)
{
    if (!text) return NULL;
    const char *kept = text_pool_keep(texts, text);
    if (!kept) *failed = true;
    return kept;
}

void edition_owner_free(struct edition_owner *owner)
{
    if (!owner) return;
    struct rows *all[] = {&owner->territories,  &owner->partnerships, &owner->origins,
                          &owner->parties,      &owner->party_words,  &owner->links,
                          &owner->links_of,     &owner->themes,       &owner->partnership_themes,
                          &owner->fundings,     &owner->areas,        &owner->borders,
                          &owner->attributions, &owner->names,        &owner->retired};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rows_close(all[i]);
    edition_index_close(&owner->index);
    prepared_free(owner->edition.prepared);
    text_pool_close(&owner->texts);
    text_pool_close(&owner->partnership_texts);
    shapes_close(&owner->shapes);
    free(owner->code_slots);
    free(owner->territory_ids);
    free(owner);
}

/* Holders see a const edition, but it is always the first member of an owner that we made. */
static struct edition_owner *owner_of(const struct edition *edition)
{
    return (struct edition_owner *)(uintptr_t)edition;
}

const struct edition *edition_get(const struct edition *edition)
{
    atomic_fetch_add_explicit(&owner_of(edition)->holds, 1, memory_order_relaxed);
    return edition;
}

void edition_release(const struct edition *edition)
{
    if (!edition) return;
    struct edition_owner *owner = owner_of(edition);
    if (atomic_fetch_sub_explicit(&owner->holds, 1, memory_order_acq_rel) == 1)
        edition_owner_free(owner);
}

uint32_t edition_find_territory(const struct edition *edition, const char *code)
{
    const struct edition_owner *owner = owner_of(edition);
    if (!code || !owner->n_code_slots) return EDITION_NONE;
    const struct edition_territory *territories = owner->territories.data;
    for (size_t at = text_hash(code) & (owner->n_code_slots - 1); owner->code_slots[at];
         at = (at + 1) & (owner->n_code_slots - 1)) {
        uint32_t index = owner->code_slots[at] - 1;
        if (strcmp(territories[index].code, code) == 0) return index;
    }
    return EDITION_NONE;
}

uint32_t edition_find_theme(const struct edition *edition, const char *code)
{
    const struct edition_owner *owner = owner_of(edition);
    if (!code) return EDITION_NONE;
    for (size_t at = text_hash(code) % EDITION_THEME_SLOTS; owner->theme_slots[at];
         at = (at + 1) % EDITION_THEME_SLOTS) {
        uint32_t index = owner->theme_slots[at] - 1u;
        if (strcmp(edition->themes[index].code, code) == 0) return index;
    }
    return EDITION_NONE;
}

static int compare_name(const void *item, const void *folded)
{
    return strcmp(((const struct edition_name *)item)->folded, folded);
}

size_t edition_name_position(const struct edition *edition, const char *folded)
{
    return array_lower_bound(edition->names, edition->n_names, sizeof *edition->names, compare_name,
                             folded);
}

/* Ids come first in both structs that are searched by them. */
static int compare_id(const void *item, const void *id)
{
    uint64_t a = *(const uint64_t *)item, b = *(const uint64_t *)id;
    return (a > b) - (a < b);
}

/* Position of an id among the retired ones, or their number. */
static size_t find_retired(const struct edition_owner *owner, uint64_t id)
{
    const struct retired_id *retired = owner->retired.data;
    size_t n = owner->retired.n,
           at = array_lower_bound(retired, n, sizeof *retired, compare_id, &id);
    return at < n && retired[at].id == id ? at : n;
}

static uint32_t find_live(const struct edition *edition, uint64_t id)
{
    const struct edition_partnership *live = edition->partnerships;
    size_t n = edition->n_partnerships,
           at = array_lower_bound(live, n, sizeof *live, compare_id, &id);
    return at < n && live[at].id == id ? (uint32_t)at : EDITION_NONE;
}

enum edition_id_state edition_find_partnership(const struct edition *edition, uint64_t id,
                                               uint32_t *index, uint64_t *merged_into)
{
    const struct edition_owner *owner = owner_of(edition);
    const struct retired_id *retired = owner->retired.data;
    *index = find_live(edition, id);
    if (*index != EDITION_NONE) return EDITION_ID_LIVE;
    size_t at = find_retired(owner, id);
    if (at == owner->retired.n) return EDITION_ID_NEVER;
    /* What took it in may itself have been taken in since; a circle ends as withdrawn. */
    for (int step = 0; step < 64; step++) {
        uint64_t into = retired[at].merged_into;
        if (into == 0) break;
        if (find_live(edition, into) != EDITION_NONE) {
            *merged_into = into;
            return EDITION_ID_MERGED;
        }
        at = find_retired(owner, into);
        if (at == owner->retired.n) break;
    }
    return EDITION_ID_WITHDRAWN;
}

size_t edition_areas_of(const struct edition *edition, uint32_t territory,
                        uint32_t areas[EDITION_MAX_AREAS])
{
    size_t n = 0;
    const struct edition_territory *first = &edition->territories[territory];
    /* The limit also ends a circle of parents, which a damaged file may hold. */
    for (uint32_t at = territory; at != EDITION_NONE && n < EDITION_MAX_AREAS - 2;
         at = edition->territories[at].parent)
        areas[n++] = at;
    if (first->epci != EDITION_NONE) areas[n++] = first->epci;
    bool has_country = first->country == EDITION_NONE;
    for (size_t i = 0; i < n; i++)
        has_country = has_country || areas[i] == first->country;
    if (!has_country) areas[n++] = first->country;
    return n;
}

bool edition_lies_in(const struct edition *edition, uint32_t territory, uint32_t area)
{
    uint32_t areas[EDITION_MAX_AREAS];
    size_t n = edition_areas_of(edition, territory, areas);
    for (size_t i = 0; i < n; i++)
        if (areas[i] == area) return true;
    return false;
}
