/* What may be published of a partnership whose place is sensitive. It is made coarse here, before
 * anything is written, so that no table and no geometry of the published file knows better. */
#include "geo/digest.h"
#include "geo/store_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char coarse_sql[] =
    "WITH RECURSIVE up(depth, code, kind) AS ("
    "  SELECT 0, code, kind FROM territory WHERE id = ?1"
    "  UNION ALL SELECT depth + 1, t.code, t.kind FROM up"
    "   JOIN territory own ON own.code = up.code JOIN territory t ON t.code = own.parent_code"
    "   WHERE depth < 10)"
    " SELECT t.id, t.lon, t.lat, t.precision, t.name_fr FROM up JOIN territory t USING(code)"
    " WHERE up.kind = 'country' OR (up.kind = 'admin1' AND ?2) ORDER BY depth LIMIT 1";

/* The area that stands for a territory: its first-level unit where `unit` allows that much, else
 * its country; id 0 where it lies in neither. *name: to be freed. */
static enum atlas_status coarse_end(struct store *store, int64_t territory, bool unit,
                                    struct store_end *end, char **name, struct atlas_error *error)
{
    *end = (struct store_end){0, NAN, NAN};
    *name = NULL;
    if (!territory) return ATLAS_OK;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->copy, coarse_sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_int64(statement, 1, territory);
        sqlite3_bind_int(statement, 2, unit);
        code = sqlite3_step(statement);
    }
    enum atlas_status status = ATLAS_OK;
    if (code == SQLITE_ROW) {
        store_read_end(statement, 0, end);
        *name = strdup((const char *)sqlite3_column_text(statement, 4));
        if (!*name) status = atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    } else if (code != SQLITE_DONE)
        status = store_sqlite_failed(store->copy, store->import_path, "cannot read", error);
    sqlite3_finalize(statement);
    return status;
}

static enum atlas_status coarsen_parties(struct store *store, const struct store_partnership *p,
                                         bool unit, struct store_coarse *coarse,
                                         struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_parties && !status; i++) {
        struct store_party *party = &coarse->parties[i];
        *party = p->parties[i];
        if (party->side != SIDE_FOREIGN) continue;
        struct store_end end;
        status = coarse_end(store, party->territory, unit, &end, &coarse->names[i], error);
        party->territory = end.id;
        party->as_written = coarse->names[i];
        party->type_written = party->generic = party->hint_written = NULL;
        party->match_status = party->match_reason = NULL;
        party->score = NAN;
    }
    return status;
}

/* Two places of one unit make one link. */
static enum atlas_status coarsen_links(struct store *store, const struct store_partnership *p,
                                       bool unit, struct store_coarse *coarse,
                                       struct atlas_error *error)
{
    enum atlas_status status = ATLAS_OK;
    for (size_t i = 0; i < p->n_links && !status; i++) {
        struct store_link link = p->links[i];
        char *name;
        status = coarse_end(store, link.foreign.id, unit, &link.foreign, &name, error);
        free(name);
        size_t at = 0;
        while (at < coarse->n_links && (coarse->links[at].french.id != link.french.id ||
                                        coarse->links[at].foreign.id != link.foreign.id))
            at++;
        if (link.foreign.id && at == coarse->n_links) coarse->links[coarse->n_links++] = link;
    }
    return status;
}

enum atlas_status store_hide_key(const char *merge_key, char hidden[STORE_HIDDEN_KEY_BYTES],
                                 struct atlas_error *error)
{
    struct digest *digest = digest_new();
    if (!digest) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    memcpy(hidden, "hidden:", sizeof "hidden:");
    digest_add(digest, merge_key, strlen(merge_key));
    digest_hex(digest, hidden + strlen(hidden));
    digest_free(digest);
    return ATLAS_OK;
}

/* A title that says no more than the parties do now. */
static enum atlas_status coarsen_title(struct store_partnership *p, struct store_coarse *coarse,
                                       struct atlas_error *error)
{
    const char *names[2] = {NULL, NULL};
    for (size_t i = 0; i < coarse->n_parties; i++) {
        const struct store_party *party = &coarse->parties[i];
        if (!names[party->side]) names[party->side] = party->as_written;
    }
    if (asprintf(&coarse->title, "%s – %s", names[SIDE_FRENCH] ? names[SIDE_FRENCH] : "?",
                 names[SIDE_FOREIGN] ? names[SIDE_FOREIGN] : "?") < 0) {
        coarse->title = NULL;
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    p->title = coarse->title;
    return ATLAS_OK;
}

enum atlas_status store_coarsen(struct store *store, struct store_partnership *partnership,
                                struct store_coarse *coarse, struct atlas_error *error)
{
    struct store_partnership *p = partnership;
    *coarse = (struct store_coarse){.n_parties = p->n_parties};
    if (!p->published_precision) return ATLAS_OK;
    store->coarsened = true;
    bool unit = strcmp(p->published_precision, "area") == 0;
    coarse->parties = calloc(p->n_parties + 1, sizeof *coarse->parties);
    coarse->links = calloc(p->n_links + 1, sizeof *coarse->links);
    coarse->names = calloc(p->n_parties + 1, sizeof *coarse->names);
    if (!coarse->parties || !coarse->links || !coarse->names)
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    enum atlas_status status = coarsen_parties(store, p, unit, coarse, error);
    if (!status) status = coarsen_links(store, p, unit, coarse, error);
    if (!status && p->title_made) status = coarsen_title(p, coarse, error);
    if (!status && p->merge_key) {
        status = store_hide_key(p->merge_key, coarse->merge_key, error);
        p->merge_key = coarse->merge_key;
    }
    p->parties = coarse->parties;
    p->links = coarse->links;
    p->n_links = coarse->n_links;
    return status;
}

void store_coarse_close(struct store_coarse *coarse)
{
    for (size_t i = 0; coarse->names && i < coarse->n_parties; i++)
        free(coarse->names[i]);
    free(coarse->names);
    free(coarse->title);
    free(coarse->parties);
    free(coarse->links);
}
