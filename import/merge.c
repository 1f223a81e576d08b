#include "import/merge.h"

#include "geo/array.h"
#include "geo/name.h"
#include "import/merge_internal.h"
#include "import/partnership_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 4000 };

struct merger *merger_new(const struct merger_setting *setting)
{
    struct merger *merger = calloc(1, sizeof *merger);
    if (!merger) return NULL;
    merger->setting = *setting;
    merger->keys = key_table_new();
    merger->spill = spill_new(setting->folder);
    if (merger->keys && merger->spill) return merger;
    merger_free(merger);
    return NULL;
}

void merger_free(struct merger *merger)
{
    if (!merger) return;
    key_table_free(merger->keys);
    spill_free(merger->spill);
    bytes_close(&merger->packed);
    free(merger->held);
    free(merger->where);
    free(merger);
}

size_t merger_n(const struct merger *merger)
{
    return merger->n;
}

/* ---- in memory and set aside ---- */

static enum atlas_status no_memory(struct atlas_error *error)
{
    return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
}

static struct held *hold(struct merger *merger, uint32_t position)
{
    if (!ARRAY_RESERVE(merger->held, merger->n_held + 1, &merger->held_capacity)) return NULL;
    struct held *held = &merger->held[merger->n_held];
    *held = (struct held){.position = position, .kept_at = -1};
    return held;
}

/* Brings one back into memory if it is not there. */
static enum atlas_status fetch(struct merger *merger, uint32_t position, struct held **held,
                               struct atlas_error *error)
{
    int64_t where = merger->where[position];
    if (where < 0) {
        *held = &merger->held[-1 - where];
        return ATLAS_OK;
    }
    *held = hold(merger, position);
    if (!*held) return no_memory(error);
    enum atlas_status status = spill_get(merger->spill, (uint64_t)where, &merger->packed, error);
    if (!status && partnership_unpack(&merger->packed, merger->setting.pool, &(*held)->partnership))
        status = no_memory(error);
    if (status) return status;
    (*held)->kept_at = where;
    merger->where[position] = -1 - (int64_t)merger->n_held++;
    return ATLAS_OK;
}

static enum atlas_status set_aside(struct merger *merger, struct held *held,
                                   struct atlas_error *error)
{
    uint64_t where = 0;
    partnership_pack(&held->partnership, &merger->packed);
    if (bytes_status(&merger->packed)) return no_memory(error);
    enum atlas_status status = spill_put(merger->spill, &merger->packed, &where, error);
    held->kept_at = (int64_t)where;
    return status;
}

enum atlas_status merger_make_room(struct merger *merger, struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    if (pool_bytes(merger->setting.pool) < merger->setting.most_bytes) return ATLAS_OK;
    for (size_t i = 0; i < merger->n_held && !status; i++) {
        struct held *held = &merger->held[i];
        if (held->kept_at < 0) status = set_aside(merger, held, error);
        merger->where[held->position] = held->kept_at;
    }
    if (status) return status;
    merger->n_held = 0;
    pool_forget(merger->setting.pool);
    return ATLAS_OK;
}

enum atlas_status merger_at(struct merger *merger, size_t position,
                            const struct import_partnership **partnership,
                            struct atlas_error *error)
{
    struct held *held;
    enum atlas_status status = merger_make_room(merger, error);
    if (!status) status = fetch(merger, (uint32_t)position, &held, error);
    if (!status) *partnership = &held->partnership;
    return status;
}

/* ---- which is the same ---- */

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Codes of the places, sorted, or false when one is known no better than its country. */
static bool place_codes(const struct merger *merger, const struct import_partnership *p, char *key,
                        size_t size, size_t *used)
{
    const char *codes[64];
    size_t n = 0;
    if (p->n_parties > 64) return false;
    for (size_t i = 0; i < p->n_parties; i++) {
        const struct located *located = places_at(merger->setting.places, p->parties[i].place);
        if (!located->code || located->precision >= PRECISION_COUNTRY || located->coarse)
            return false;
        codes[n++] = located->code;
    }
    qsort(codes, n, sizeof *codes, compare_texts);
    for (size_t i = 0; i < n && *used < size; i++)
        *used += (size_t)snprintf(key + *used, size - *used, "\x1F%s", codes[i]);
    return *used < size;
}

const char *merge_key(struct merger *merger, const struct import_partnership *partnership)
{
    const struct import_partnership *p = partnership;
    char key[KEY_BYTES], title[1000];
    /* A title made of the names says nothing beyond them. */
    name_fold(p->title_made ? "" : p->title, title, sizeof title);
    int n = snprintf(key, sizeof key, "%s\x1F%s", p->kind ? p->kind : "", title);
    size_t used = n > 0 ? (size_t)n : 0;
    if (used >= sizeof key || !place_codes(merger, p, key, sizeof key, &used)) return NULL;
    return pool_text(merger->setting.pool, key);
}

/* The number kept for what makes two rows the same: position + 1, or 0 for a new one. *at is NULL
 * when this row is like no other. */
static enum atlas_status find_same(struct merger *merger, const struct import_partnership *p,
                                   uint32_t **at)
{
    char key[KEY_BYTES];
    const char *same = p->external_id ? p->external_id : merge_key(merger, p);
    *at = NULL;
    if (!same) return pool_failed(merger->setting.pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
    int n = snprintf(key, sizeof key, "%s\x1F%s\x1F%s", p->external_id ? "id" : "same", p->source,
                     same);
    if (n >= (int)sizeof key) return ATLAS_OK;
    *at = key_table_at(merger->keys, key, (size_t)n);
    return *at ? ATLAS_OK : ATLAS_NO_MEMORY;
}

static bool years_agree(int a, int b)
{
    return a == YEAR_NONE || b == YEAR_NONE || a == b;
}

static enum atlas_status append(struct merger *merger, const struct import_partnership *row,
                                struct atlas_error *error)
{
    if (merger->n == UINT32_MAX - 1) return atlas_fail(error, ATLAS_TOO_LARGE, "too many rows");
    if (!ARRAY_RESERVE(merger->where, merger->n + 1, &merger->capacity)) return no_memory(error);
    struct held *held = hold(merger, (uint32_t)merger->n);
    if (!held) return no_memory(error);
    held->partnership = *row;
    merger->where[merger->n++] = -1 - (int64_t)merger->n_held++;
    for (size_t i = 0; i < row->n_parties; i++)
        places_use(merger->setting.places, row->parties[i].place);
    return ATLAS_OK;
}

enum atlas_status merger_add(struct merger *merger, const struct import_partnership *row,
                             bool *merged, struct atlas_error *error)
{
    uint32_t *same;
    *merged = false;
    if (find_same(merger, row, &same)) return no_memory(error);
    if (!same || !*same) {
        if (same) *same = (uint32_t)merger->n + 1;
        return append(merger, row, error);
    }
    struct held *held;
    enum atlas_status status = fetch(merger, *same - 1, &held, error);
    if (status) return status;
    struct import_partnership *into = &held->partnership;
    *merged = row->external_id || (years_agree(into->year_start, row->year_start) &&
                                   years_agree(into->year_end, row->year_end));
    if (!*merged) return append(merger, row, error);
    merge_row(merger, into, row);
    held->kept_at = -1;
    return pool_failed(merger->setting.pool) ? no_memory(error) : ATLAS_OK;
}

/* ---- links ---- */

static bool makes_links(const struct import_party *party, const struct places *places)
{
    const struct located *located = places_at(places, party->place);
    if (!located->code) return false;
    if (strcmp(party->role, "partenaire") != 0 && strcmp(party->role, "chef-de-file") != 0)
        return false;
    return party->side == SIDE_FRENCH || !strcmp(party->partner_status, "known") ||
           !strcmp(party->partner_status, "state");
}

size_t merge_links(const struct import_partnership *partnership, const struct places *places,
                   struct import_link *links, size_t capacity)
{
    const struct import_partnership *p = partnership;
    size_t n = 0, n_pairs = p->unpaired ? (size_t)p->n_parties * p->n_parties : p->n_pairs;
    for (size_t i = 0; i < n_pairs; i++) {
        struct import_link link;
        if (p->unpaired)
            link = (struct import_link){(uint16_t)(i / p->n_parties), (uint16_t)(i % p->n_parties)};
        else
            link = (struct import_link){p->pairs[i].french, p->pairs[i].foreign};
        const struct import_party *french = &p->parties[link.french];
        const struct import_party *foreign = &p->parties[link.foreign];
        if (french->side != SIDE_FRENCH || foreign->side != SIDE_FOREIGN) continue;
        if (!makes_links(french, places) || !makes_links(foreign, places)) continue;
        const char *french_code = places_at(places, french->place)->code;
        const char *foreign_code = places_at(places, foreign->place)->code;
        size_t at = 0;
        while (at < n && at < capacity &&
               (places_at(places, p->parties[links[at].french].place)->code != french_code ||
                places_at(places, p->parties[links[at].foreign].place)->code != foreign_code))
            at++;
        if (at < n) continue;
        if (n < capacity) links[n] = link;
        n++;
    }
    return n;
}
