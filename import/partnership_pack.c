#include "import/partnership_pack.h"

#include <string.h>

/* The texts of a struct, by where they stand in it. */
#define AT(type, member) offsetof(struct type, member)
static const size_t partnership_texts[] = {
    AT(import_partnership, source),
    AT(import_partnership, external_id),
    AT(import_partnership, title),
    AT(import_partnership, description),
    AT(import_partnership, kind),
    AT(import_partnership, modes),
    AT(import_partnership, status),
    AT(import_partnership, status_date),
    AT(import_partnership, signed_on),
    AT(import_partnership, end_kind),
    AT(import_partnership, gender_origin),
    AT(import_partnership, call),
    AT(import_partnership, sdg),
    AT(import_partnership, dac),
    AT(import_partnership, publication),
    AT(import_partnership, publication_reason),
    AT(import_partnership, published_precision),
    AT(import_partnership, source_doc),
    AT(import_partnership, source_place),
    AT(import_partnership, source_date),
    AT(import_partnership, note),
};
static const size_t party_texts[] = {
    AT(import_party, name), AT(import_party, type),        AT(import_party, generic),
    AT(import_party, hint), AT(import_party, code),        AT(import_party, country),
    AT(import_party, role), AT(import_party, country_iso), AT(import_party, partner_status),
};
static const size_t funding_texts[] = {AT(import_funding, funder), AT(import_funding, nature)};
static const size_t origin_texts[] = {AT(import_origin, field)};
#undef AT
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One of a partnership's runs, and the texts of its members. */
struct run {
    const void *members;
    size_t n, size;
    const size_t *texts;
    size_t n_texts;
};

static void list_runs(const struct import_partnership *p, struct run runs[5])
{
    runs[0] = (struct run){p->themes, p->n_themes, sizeof *p->themes, NULL, 0};
    runs[1] =
        (struct run){p->parties, p->n_parties, sizeof *p->parties, party_texts, COUNT(party_texts)};
    runs[2] = (struct run){p->pairs, p->n_pairs, sizeof *p->pairs, NULL, 0};
    runs[3] = (struct run){p->fundings, p->n_fundings, sizeof *p->fundings, funding_texts,
                           COUNT(funding_texts)};
    runs[4] = (struct run){p->origins, p->n_origins, sizeof *p->origins, origin_texts,
                           COUNT(origin_texts)};
}

static const char *text_at(const void *object, size_t offset)
{
    const char *text;
    memcpy(&text, (const char *)object + offset, sizeof text);
    return text;
}

static void pack_texts(struct bytes *out, const void *object, const size_t *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = text_at(object, texts[i]);
        if (text) bytes_append(out, text, strlen(text) + 1);
    }
}

void partnership_pack(const struct import_partnership *partnership, struct bytes *run)
{
    struct run runs[5];
    list_runs(partnership, runs);
    bytes_clear(run);
    /* The structs as they are, then the texts of those pointers that are not NULL. */
    bytes_append(run, partnership, sizeof *partnership);
    for (size_t i = 0; i < COUNT(runs); i++)
        if (runs[i].n) bytes_append(run, runs[i].members, runs[i].n * runs[i].size);
    pack_texts(run, partnership, partnership_texts, COUNT(partnership_texts));
    for (size_t i = 0; i < COUNT(runs); i++)
        for (size_t j = 0; j < runs[i].n; j++)
            pack_texts(run, (const char *)runs[i].members + j * runs[i].size, runs[i].texts,
                       runs[i].n_texts);
}

struct unpacking {
    const uint8_t *at;
    struct pool *pool;
};

/* A run of n members with room as pool_grow() wants it. */
static void *unpack_run(struct unpacking *unpacking, size_t n, size_t size)
{
    size_t room = 1;
    while (room < n)
        room *= 2;
    if (!n) return NULL;
    void *members = pool_room(unpacking->pool, room * size);
    if (members) memcpy(members, unpacking->at, n * size);
    unpacking->at += n * size;
    return members;
}

static void unpack_texts(struct unpacking *unpacking, void *object, const size_t *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!text_at(object, texts[i])) continue;
        const char *text = (const char *)unpacking->at;
        size_t length = strlen(text);
        const char *kept = length ? pool_text_n(unpacking->pool, text, length) : "";
        memcpy((char *)object + texts[i], &kept, sizeof kept);
        unpacking->at += length + 1;
    }
}

enum atlas_status partnership_unpack(const struct bytes *run, struct pool *pool,
                                     struct import_partnership *partnership)
{
    struct import_partnership *p = partnership;
    struct unpacking unpacking = {run->data, pool};
    memcpy(p, unpacking.at, sizeof *p);
    unpacking.at += sizeof *p;
    p->themes = unpack_run(&unpacking, p->n_themes, sizeof *p->themes);
    p->parties = unpack_run(&unpacking, p->n_parties, sizeof *p->parties);
    p->pairs = unpack_run(&unpacking, p->n_pairs, sizeof *p->pairs);
    p->fundings = unpack_run(&unpacking, p->n_fundings, sizeof *p->fundings);
    p->origins = unpack_run(&unpacking, p->n_origins, sizeof *p->origins);
    if (pool_failed(pool)) return ATLAS_NO_MEMORY;
    unpack_texts(&unpacking, p, partnership_texts, COUNT(partnership_texts));
    for (size_t i = 0; i < p->n_parties; i++)
        unpack_texts(&unpacking, &p->parties[i], party_texts, COUNT(party_texts));
    for (size_t i = 0; i < p->n_fundings; i++)
        unpack_texts(&unpacking, &p->fundings[i], funding_texts, COUNT(funding_texts));
    for (size_t i = 0; i < p->n_origins; i++)
        unpack_texts(&unpacking, &p->origins[i], origin_texts, COUNT(origin_texts));
    return pool_failed(pool) ? ATLAS_NO_MEMORY : ATLAS_OK;
}
